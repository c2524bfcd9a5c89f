//! What a file is: told by its first bytes, then by its name, then by its media type.

use super::{archive, cfb};
use memchr::memmem;

/// The kinds of files that are read, and the others by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// With the delimiter, if the kind gives it.
    Csv(Option<u8>),
    Html,
    Calendar,
    Card,
    Docx,
    Xlsx,
    Xls,
    Ods,
    Pdf,
    /// An office file under a password.
    Encrypted,
    /// Not read; the words name it in a note.
    Other(String),
}

/// The kind of a file; a program that sends it as application/octet-stream or under a wrong name is seen through.
pub fn of(name: &str, media_type: &str, bytes: &[u8]) -> Kind {
    let media_type = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or(String::new(), |(_, e)| e.trim().to_ascii_lowercase());
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or(bytes);
    let named = || Kind::Other(named(&extension, &media_type));

    if memmem::find(head, b"%PDF-").is_some() {
        return Kind::Pdf;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return match archive::Archive::open(bytes) {
            Ok(mut archive) => archive.kind().unwrap_or_else(named),
            // The reader says what is wrong with it, if the name promises a kind that is read.
            Err(_) => match extension.as_str() {
                "docx" | "docm" => Kind::Docx,
                "xlsx" | "xlsm" => Kind::Xlsx,
                "ods" => Kind::Ods,
                _ => named(),
            },
        };
    }
    if bytes.starts_with(&cfb::MAGIC) {
        let Some(file) = cfb::Cfb::open(bytes) else { return Kind::Other("damaged office file".into()) };
        return if file.has("EncryptedPackage") {
            Kind::Encrypted
        } else if file.has("Workbook") || file.has("Book") {
            Kind::Xls
        } else {
            named()
        };
    }
    match extension.as_str() {
        "csv" => return Kind::Csv(None),
        "tsv" | "tab" => return Kind::Csv(Some(b'\t')),
        "ics" | "ical" | "vcs" => return Kind::Calendar,
        "vcf" => return Kind::Card,
        "htm" | "html" | "xhtml" => return Kind::Html,
        "txt" | "text" | "log" | "md" | "asc" => return Kind::Text,
        _ => {}
    }
    match media_type.as_str() {
        "text/csv" | "application/csv" => Kind::Csv(None),
        "text/tab-separated-values" => Kind::Csv(Some(b'\t')),
        "text/calendar" | "application/ics" => Kind::Calendar,
        "text/vcard" | "text/x-vcard" | "text/directory" => Kind::Card,
        "text/html" | "application/xhtml+xml" => Kind::Html,
        "text/plain" | "text/markdown" => Kind::Text,
        _ => sniffed(head, &extension).unwrap_or_else(named),
    }
}

/// A file of no known name and type whose words show what it is. Many programs write a web page or
/// tab-separated text and call it .xls.
fn sniffed(head: &[u8], extension: &str) -> Option<Kind> {
    let lower: Vec<u8> = head.iter().map(u8::to_ascii_lowercase).collect();
    let start = lower.iter().position(|b| !b.is_ascii_whitespace() && !matches!(b, 0xEF | 0xBB | 0xBF)).unwrap_or(0);
    let start = lower.get(start..).unwrap_or(&[]);
    if start.starts_with(b"begin:vcalendar") {
        return Some(Kind::Calendar);
    }
    if start.starts_with(b"begin:vcard") {
        return Some(Kind::Card);
    }
    if ["<!doctype html", "<html", "<table", "<meta "].iter().any(|tag| start.starts_with(tag.as_bytes())) {
        return Some(Kind::Html);
    }
    (extension == "xls" && head.contains(&b'\t') && !head.contains(&0)).then_some(Kind::Csv(Some(b'\t')))
}

fn named(extension: &str, media_type: &str) -> String {
    let generic = media_type.is_empty() || media_type == "application/octet-stream";
    let short = !extension.is_empty() && extension.len() <= 8 && extension.chars().all(|c| c.is_ascii_alphanumeric());
    match (generic, short) {
        (true, true) => format!(".{extension}"),
        (true, false) => "unknown".into(),
        (false, _) => media_type.chars().filter(|c| c.is_ascii_graphic()).take(100).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_types_and_bytes_tell_the_kind() {
        for (name, media_type, bytes, kind) in [
            ("名单.CSV", "application/vnd.ms-excel", &b"a,b"[..], Kind::Csv(None)),
            ("a.tsv", "text/plain", b"a\tb", Kind::Csv(Some(b'\t'))),
            ("", "text/plain; charset=gbk", b"hi", Kind::Text),
            ("x.bin", "application/octet-stream", b"\n%PDF-1.7\n", Kind::Pdf),
            ("a.xls", "application/vnd.ms-excel", b"\xEF\xBB\xBF<html><table>", Kind::Html),
            ("a.xls", "application/vnd.ms-excel", b"Name\tStart\n", Kind::Csv(Some(b'\t'))),
            ("invite", "application/octet-stream", b"BEGIN:VCALENDAR\r\n", Kind::Calendar),
            ("a.png", "image/png", b"\x89PNG", Kind::Other("image/png".into())),
            ("a.rar", "application/octet-stream", b"Rar!", Kind::Other(".rar".into())),
            ("a", "", b"\0\0", Kind::Other("unknown".into())),
        ] {
            assert_eq!(of(name, media_type, bytes), kind, "{name} {media_type}");
        }
    }
}
