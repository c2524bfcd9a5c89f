//! Files and folders as a stream of inputs: .eml, .mbox, Maildir, .json, .txt, or told by their content.

use super::mbox::Mbox;
use super::{Limits, Refusal};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// How the bytes of an input are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// RFC 5322 and MIME.
    Mail,
    /// The contract's JSON object.
    Json,
    /// Plain text.
    Text,
}

/// SHA-256 and size of bytes that were too many to keep, counted as they streamed by.
pub type Named = ([u8; 32], u64);

/// What was taken of a stream: its bytes, or why not.
#[derive(Debug)]
pub struct Taken {
    pub bytes: Result<Vec<u8>, Refusal>,
    pub named: Option<Named>,
}

impl From<Refusal> for Taken {
    fn from(reason: Refusal) -> Self {
        Self { bytes: Err(reason), named: None }
    }
}

/// One message as it lay in a file.
#[derive(Debug)]
pub struct Input {
    /// For errors and for `message.id`: the file's name, in an mbox with its number.
    pub name: String,
    pub form: Form,
    pub bytes: Result<Vec<u8>, Refusal>,
    /// Of an input past the limit.
    pub named: Option<Named>,
}

/// The inputs under `path` in a stable order. Nothing is read before it is asked for.
pub fn open(path: &Path, limits: &Limits) -> Box<dyn Iterator<Item = Input> + Send> {
    let limit = limits.message_bytes;
    if path.is_dir() {
        return match listing(path) {
            Ok(files) => {
                let limits = limits.clone();
                Box::new(files.into_iter().flat_map(move |file| open_file(&file, limits.message_bytes)))
            }
            Err(error) => one(path, Form::Mail, Refusal::Io(error.to_string()).into()),
        };
    }
    open_file(path, limit)
}

fn open_file(path: &Path, limit: usize) -> Box<dyn Iterator<Item = Input> + Send> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return one(path, form_of_name(path).unwrap_or(Form::Mail), Refusal::Io(sentence(&error)).into()),
    };
    let mut input = BufReader::with_capacity(64 << 10, file);
    let named = extension(path);
    let mbox = match named.as_deref() {
        Some("mbox" | "mbx") => true,
        Some(_) if form_of_name(path).is_some() => false,
        _ => starts_like_mbox(&mut input),
    };
    if mbox {
        let name = display(path);
        return Box::new(Mbox::new(input, limit).enumerate().map(move |(i, taken)| Input {
            name: format!("{name}#{}", i + 1),
            form: Form::Mail,
            bytes: taken.bytes,
            named: taken.named,
        }));
    }
    let taken = bounded(input, limit);
    let form = form_of_name(path).unwrap_or_else(|| taken.bytes.as_ref().map_or(Form::Mail, |b| form_of_content(b)));
    one(path, form, taken)
}

/// All bytes of `input`, refused past `limit`; never holds more than that.
pub fn bounded(mut input: impl Read, limit: usize) -> Taken {
    let mut bytes = Vec::new();
    if let Err(error) = input.by_ref().take(limit as u64 + 1).read_to_end(&mut bytes) {
        return Refusal::Io(sentence(&error)).into();
    }
    if bytes.len() <= limit {
        return Taken { bytes: Ok(bytes), named: None };
    }
    let mut sha = Sha256::new();
    let mut size = bytes.len();
    sha.update(&bytes);
    let mut piece = vec![0; 64 << 10];
    drop(bytes);
    loop {
        match input.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => {
                sha.update(piece.get(..n).unwrap_or_default());
                size += n;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Refusal::Io(sentence(&error)).into(),
        }
    }
    Taken { bytes: Err(Refusal::TooLarge { bytes: size, limit }), named: Some((sha.finalize().into(), size as u64)) }
}

/// By its first bytes: a JSON object, header lines, or plain text.
pub fn form_of_content(bytes: &[u8]) -> Form {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(bytes.len());
    if bytes.get(start) == Some(&b'{') {
        return Form::Json;
    }
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or(bytes);
    let name = first.iter().position(|b| *b == b':').and_then(|colon| first.get(..colon)).unwrap_or(b"");
    let header = [
        "from",
        "to",
        "subject",
        "date",
        "received",
        "return-path",
        "delivered-to",
        "message-id",
        "mime-version",
        "content-type",
        "x-mailer",
        "reply-to",
        "dkim-signature",
        "authentication-results",
        "x-originating-ip",
    ];
    if header.iter().any(|h| name.eq_ignore_ascii_case(h.as_bytes())) { Form::Mail } else { Form::Text }
}

fn one(path: &Path, form: Form, taken: Taken) -> Box<dyn Iterator<Item = Input> + Send> {
    Box::new(std::iter::once(Input { name: display(path), form, bytes: taken.bytes, named: taken.named }))
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase())
}

fn form_of_name(path: &Path) -> Option<Form> {
    match extension(path)?.as_str() {
        "eml" | "mht" => Some(Form::Mail),
        "json" => Some(Form::Json),
        "txt" => Some(Form::Text),
        _ => None,
    }
}

fn starts_like_mbox(input: &mut BufReader<File>) -> bool {
    std::io::BufRead::fill_buf(input).is_ok_and(|start| start.starts_with(b"From "))
}

fn display(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// A Maildir's mails (new, then cur), or a folder's readable files and sub-folders, each sorted by name.
fn listing(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (new, cur) = (folder.join("new"), folder.join("cur"));
    if new.is_dir() && cur.is_dir() {
        let mut files = sorted(&new)?;
        files.extend(sorted(&cur)?);
        files.retain(|f| f.is_file() && !hidden(f));
        return Ok(files);
    }
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let mut below = Vec::new();
        for path in sorted(&folder)? {
            if hidden(&path) {
                continue;
            }
            if path.is_dir() {
                // Deeper than this is a mistake or a loop.
                if depth < 16 && !path.is_symlink() {
                    below.push((path, depth + 1));
                }
            } else if matches!(extension(&path).as_deref(), Some("eml" | "mbox" | "mbx" | "txt"))
                || (extension(&path).as_deref() == Some("json") && !display(&path).ends_with(".expect.json"))
            {
                files.push(path);
            }
        }
        folders.extend(below.into_iter().rev());
    }
    Ok(files)
}

fn sorted(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.sort();
    Ok(paths)
}

fn hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'))
}

/// The operating system's reason without its number.
fn sentence(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "this program may not read the file".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_form() {
        assert_eq!(form_of_content(b"  {\"text\": 1}"), Form::Json);
        assert_eq!(form_of_content(b"Subject: hi\n\nx"), Form::Mail);
        assert_eq!(form_of_content("姓名：李雷\n".as_bytes()), Form::Text);
        assert_eq!(form_of_content(b""), Form::Text);
    }

    #[test]
    fn a_maildir_is_read_new_first_and_a_missing_file_says_so() {
        let dir = tempfile::tempdir().unwrap();
        for (folder, name) in [("new", "2"), ("cur", "1:2,S"), ("tmp", "3")] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
            fs::write(dir.path().join(folder).join(name), "Subject: x\n\ny").unwrap();
        }
        let names: Vec<String> = open(dir.path(), &Limits::default()).map(|i| i.name).collect();
        assert_eq!(names, ["2", "1:2,S"]);
        let missing = open(&dir.path().join("no.eml"), &Limits::default()).next().unwrap();
        insta::assert_snapshot!(missing.bytes.unwrap_err(), @"cannot read it: there is no such file");
    }

    #[test]
    fn a_large_file_is_refused_with_its_size() {
        let refused = bounded(&vec![b'x'; 200_000][..], 1000);
        assert_eq!(refused.bytes.unwrap_err(), Refusal::TooLarge { bytes: 200_000, limit: 1000 });
        assert_eq!(refused.named, Some((Sha256::digest(vec![b'x'; 200_000]).into(), 200_000)));
    }
}
