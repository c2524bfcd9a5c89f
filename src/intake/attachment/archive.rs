//! The zip archive of an office file, opened with bounds on entries and on bytes after decompression.

use super::kind::Kind;
use super::xml::{Step, Steps};
use memchr::memmem;
use std::io::{Cursor, Read};
use std::time::Instant;
use zip::ZipArchive;
use zip::result::ZipError;

/// Bytes that one file's parts may have after decompression, all together; a workbook of 200,000 cells has about 20 MiB.
const UNPACKED_BYTES: u64 = 64 << 20;
/// Entries of one archive; an office file has tens, with many pictures hundreds.
const ENTRIES: usize = 5_000;

pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, String> {
        // Counted before the library builds its directory, which costs hundreds of bytes an entry.
        if memmem::find_iter(bytes, b"PK\x01\x02").take(ENTRIES + 1).count() > ENTRIES {
            return Err(format!("it has more than {ENTRIES} parts inside and is not read"));
        }
        let zip =
            ZipArchive::new(Cursor::new(bytes)).map_err(|_| "the file is damaged and cannot be opened".to_owned())?;
        Ok(Self { zip, left: UNPACKED_BYTES })
    }

    /// The kind of office file, by its main part.
    pub fn kind(&mut self) -> Option<Kind> {
        if let Ok(Some(mimetype)) = self.part("mimetype") {
            return (mimetype.trim() == "application/vnd.oasis.opendocument.spreadsheet").then_some(Kind::Ods);
        }
        let main = self.main_part()?;
        match main.split('/').next()? {
            "word" => Some(Kind::Docx),
            "xl" if main.ends_with(".xml") => Some(Kind::Xlsx),
            _ => None,
        }
    }

    /// The name of the part that the package's relationships call its document.
    pub fn main_part(&mut self) -> Option<String> {
        let relations = self.part("_rels/.rels").ok()??;
        let mut steps = Steps::new(&relations);
        loop {
            match steps.next() {
                Step::Start(tag)
                    if tag.name() == "Relationship"
                        && tag.get("Type").is_some_and(|t| t.ends_with("/officeDocument")) =>
                {
                    return tag.get("Target").map(|t| t.trim_start_matches(['/', '.']).to_owned());
                }
                Step::Stop { .. } => return None,
                _ => {}
            }
        }
    }

    /// A part as text; `None` if there is no such part.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        Ok(Some(decode(&self.unpack(index, None)?)))
    }

    /// Unpacks every part but pictures once and shows it to `look`, so that what is read later is known
    /// to stay within the bounds.
    pub fn each(
        &mut self,
        deadline: Instant,
        mut look: impl FnMut(&str, &[u8]) -> Result<(), String>,
    ) -> Result<(), String> {
        for index in 0..self.zip.len() {
            let name = match self.zip.name_for_index(index) {
                Some(Ok(name)) => name.into_owned(),
                _ => String::new(),
            };
            if name.contains("/media/") || name.ends_with('/') {
                continue;
            }
            let bytes = self.unpack(index, Some(deadline))?;
            look(&name, &bytes)?;
        }
        Ok(())
    }

    fn unpack(&mut self, index: usize, deadline: Option<Instant>) -> Result<Vec<u8>, String> {
        if deadline.is_some_and(|d| Instant::now() >= d) {
            return Err("the time for attachments ran out; it is not read (intake.attachment_time)".into());
        }
        let damaged = || "a part of the file is damaged and cannot be read".to_owned();
        let entry = self.zip.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => "it is encrypted and is not read".to_owned(),
            _ => damaged(),
        })?;
        let mut bytes = Vec::new();
        entry.take(self.left + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
        let has = bytes.len() as u64;
        if has > self.left {
            return Err(format!("it unpacks to more than {} MiB and is not read", UNPACKED_BYTES >> 20));
        }
        self.left -= has;
        Ok(bytes)
    }
}

/// XML declares another encoding than UTF-8 by a byte order mark or by name.
fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    let head = bytes.get(..bytes.len().min(100)).unwrap_or(bytes);
    let label = memmem::find(head, b"encoding=")
        .and_then(|at| head.get(at + 10..))
        .and_then(|rest| rest.split(|b| matches!(b, b'"' | b'\'')).next());
    match label.and_then(encoding_rs::Encoding::for_label) {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}
