//! Plain text in whatever encoding it came.

use super::words::Words;
use crate::intake::parse::charset::{self, Decoded, Doubt};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

pub fn read(words: &mut Words, bytes: &[u8]) -> Result<(), String> {
    let text = decode(bytes).ok_or("it does not look like text and is not read")?;
    for line in text.lines() {
        if words.done() {
            break;
        }
        words.line(line);
    }
    Ok(())
}

/// The bytes as text: by byte order mark, as UTF-16 by its zero bytes, else as mail without a label is
/// guessed; `None` for what is no text.
pub fn decode(bytes: &[u8]) -> Option<String> {
    decode_labelled(bytes, None).map(|d| d.text)
}

/// The same, with the charset that the text itself names, which counts less than a byte order mark.
pub fn decode_labelled(bytes: &[u8], label: Option<&str>) -> Option<Decoded> {
    let of = |(text, broken): (std::borrow::Cow<str>, bool)| Decoded {
        text: text.into_owned(),
        doubt: broken.then_some(Doubt::BrokenBytes),
    };
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Some(of(encoding.decode_without_bom_handling(bytes.get(mark..)?)));
    }
    if let Some(encoding) = utf16(bytes) {
        return Some(of(encoding.decode_without_bom_handling(bytes)));
    }
    // A few stray zero bytes come from old programs; many mean a binary file.
    if memchr::memchr_iter(0, bytes).count() > bytes.len() / 100 {
        return None;
    }
    let controls = bytes.iter().filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)).count();
    if controls > bytes.len() / 50 {
        return None;
    }
    // A label of UTF-16 that reached this place is wrong: the bytes showed that they are not.
    Some(match label.filter(|l| !l.trim().to_ascii_lowercase().starts_with("utf-16")) {
        Some(label) => charset::decode(bytes, Some(label)),
        None => charset::guess(bytes),
    })
}

/// UTF-16 without a mark: Latin letters leave zero bytes at every second place.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let pairs = head.len() / 2;
    let (mut even, mut odd) = (0, 0);
    for pair in head.chunks_exact(2) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.last() == Some(&0));
    }
    if pairs < 2 || !bytes.len().is_multiple_of(2) {
        None
    } else if odd * 8 > pairs && even * 20 <= odd {
        Some(UTF_16LE)
    } else if even * 8 > pairs && odd * 20 <= even {
        Some(UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, GB18030, WINDOWS_1252};

    #[test]
    fn encodings_are_told_apart() {
        let utf16 = |s: &str| s.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for (text, encoding) in [
            ("姓名,岗位,手机\r\n邓宇,测试工程师", GB18030),
            ("姓名,職位\r\n陳怡君,業務部經理", BIG5),
            ("Müller, café – naïve", WINDOWS_1252),
        ] {
            assert_eq!(decode(&encoding.encode(text).0).as_deref(), Some(text), "{}", encoding.name());
        }
        assert_eq!(decode("新员工".as_bytes()).as_deref(), Some("新员工"));
        assert_eq!(decode("\u{FEFF}新员工".as_bytes()).as_deref(), Some("新员工"));
        assert_eq!(
            decode(&utf16("Name\tStart\r\n李雷\t2026-03-02")).as_deref(),
            Some("Name\tStart\r\n李雷\t2026-03-02")
        );
        assert_eq!(decode(&utf16("\u{FEFF}姓名")).as_deref(), Some("姓名"));
        assert_eq!(decode(&[0, 1, 2, 3, 0xFF, 0, 0, 9]), None);
    }
}
