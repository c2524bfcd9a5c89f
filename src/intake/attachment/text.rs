//! Plain text in whatever encoding it came.

use super::words::Words;
use encoding_rs::{BIG5, Encoding, GB18030, UTF_16BE, UTF_16LE, WINDOWS_1252};

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

/// The bytes as text: by byte order mark, as UTF-8, as UTF-16 by its zero bytes, as GB18030 or Big5 if
/// that fits, else as Windows-1252; `None` for what is no text.
pub fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(bytes.get(mark..)?).0.into_owned());
    }
    if let Some(encoding) = utf16(bytes) {
        return Some(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    // A few stray zero bytes come from old programs; many mean a binary file.
    if memchr::memchr_iter(0, bytes).count() > bytes.len() / 100 {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let gb = sure(GB18030, bytes);
    let big5 = sure(BIG5, bytes);
    let chosen = match (gb, big5) {
        (Some(gb), Some(big5)) => Some(if frequent(&big5) > frequent(&gb) { big5 } else { gb }),
        (one, other) => one.or(other),
    };
    if let Some(text) = chosen {
        return Some(text);
    }
    let (controls, replaced) = (count(bytes, |b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)), count(bytes, |b| b >= 0x80));
    if controls > bytes.len() / 50 {
        return None;
    }
    // Damaged UTF-8 keeps most of its characters; a western text has few that are not ASCII.
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.chars().filter(|c| *c == '\u{FFFD}').count();
    if broken * 8 < replaced {
        return Some(lossy.into_owned());
    }
    Some(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
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

/// The text in a two-byte encoding, if it fits without an error and its high bytes come in pairs, as an
/// accented letter between plain ones does not.
fn sure(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let (mut high, mut paired, mut rest) = (0usize, 0usize, bytes.iter());
    while let Some(b) = rest.next() {
        if *b >= 0x80 {
            high += 1;
            if rest.clone().next().is_some_and(|n| *n >= if encoding == BIG5 { 0x40 } else { 0x80 }) {
                high += 1;
                paired += 2;
                rest.next();
            }
        }
    }
    if paired * 10 < high * 6 {
        return None;
    }
    // A file cut in the middle of a character still fits.
    let whole = [0, 1].iter().find_map(|cut| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes.get(..bytes.len().checked_sub(*cut)?)?)
    })?;
    // Western letters in pairs, like "éà", decode to Chinese characters that nobody uses.
    let wide = whole.chars().filter(|c| !c.is_ascii()).count();
    let ideographs = whole.chars().filter(|c| ('\u{4E00}'..='\u{9FFF}').contains(c)).count();
    (ideographs * 2 >= wide).then(|| whole.into_owned())
}

/// How many of a text's characters are among the most frequent Chinese ones of forms and lists, in either script.
fn frequent(text: &str) -> usize {
    const FREQUENT: &str = "的一是不了在人有我这這个個们們来來到时時大地为為中上年月日生会會要请請司部姓名工号號职職位入离離门門组組经經理电電话話邮郵箱公";
    text.chars().filter(|c| FREQUENT.contains(*c)).count()
}

fn count(bytes: &[u8], keep: impl Fn(u8) -> bool) -> usize {
    bytes.iter().filter(|b| keep(**b)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(decode(&utf16("Name\tStart\r\n李雷\t2026-03-02")).as_deref(), Some("Name\tStart\r\n李雷\t2026-03-02"));
        assert_eq!(decode(&utf16("\u{FEFF}姓名")).as_deref(), Some("姓名"));
        assert_eq!(decode(&[0, 1, 2, 3, 0xFF, 0, 0, 9]), None);
    }
}
