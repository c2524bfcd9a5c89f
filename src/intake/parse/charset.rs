//! Bytes in a named, misnamed or unnamed charset become text.

use encoding_rs::{BIG5, EUC_JP, Encoding, GB18030, ISO_2022_JP, REPLACEMENT, SHIFT_JIS, UTF_8, WINDOWS_1252};

/// A text and whether part of it could not be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    pub doubt: Option<Doubt>,
}

/// Why a text is not sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// UTF-7 hides text from filters: its escapes are left as they stand.
    Utf7,
    /// The label is wrong; the bytes say what they are.
    WrongLabel,
    /// No decoder knows the label; the text was guessed.
    UnknownLabel,
    /// Some bytes mean nothing in the charset.
    BrokenBytes,
}

/// Decodes under a label, which is corrected where the bytes show that it is wrong: GB2312 is read as
/// GB18030, Latin-1 as Windows-1252, and a label that the bytes break gives way to a guess.
pub fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    let label = label.map(|l| l.trim().trim_matches(['"', '\'']).to_ascii_lowercase()).filter(|l| !l.is_empty());
    let Some(label) = label else { return guess(bytes) };
    if matches!(label.as_str(), "utf-7" | "utf7" | "unicode-1-1-utf-7" | "x-utf-7" | "csutf7") {
        return Decoded { text: String::from_utf8_lossy(bytes).into_owned(), doubt: Some(Doubt::Utf7) };
    }
    if bytes.is_ascii() && !is_escaped(bytes) && !label.starts_with("utf-16") {
        return sure(String::from_utf8_lossy(bytes).into_owned());
    }
    let Some(encoding) = known(&label) else {
        let mut decoded = guess(bytes);
        decoded.doubt = decoded.doubt.or(Some(Doubt::UnknownLabel));
        return decoded;
    };
    if encoding == UTF_8 {
        let mut decoded = guess(bytes);
        if label.starts_with("utf") && std::str::from_utf8(bytes).is_err() {
            decoded.doubt = decoded.doubt.or(Some(Doubt::WrongLabel));
        }
        return decoded;
    }
    if encoding == WINDOWS_1252 {
        // Every byte means something in this charset, so only the look of the text shows a wrong label.
        if let Ok(text) = std::str::from_utf8(bytes) {
            return mislabelled(text.to_owned());
        }
        if let Some(text) = looks_gb18030(bytes, 0.9) {
            return mislabelled(text);
        }
        return sure(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    let (text, _, broken) = encoding.decode(bytes);
    if !broken {
        return sure(text.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return mislabelled(text.to_owned());
    }
    if encoding == BIG5 || encoding == GB18030 {
        // Each of the two stands under the other's label now and then.
        let other = if encoding == BIG5 { GB18030 } else { BIG5 };
        if let Some(text) = other.decode_without_bom_handling_and_without_replacement(bytes) {
            return mislabelled(text.into_owned());
        }
    }
    Decoded { text: text.into_owned(), doubt: Some(Doubt::BrokenBytes) }
}

fn known(label: &str) -> Option<&'static Encoding> {
    match label {
        "gb2312" | "gb_2312-80" | "gbk" | "cp936" | "ms936" | "936" | "x-gbk" | "gb18030-2022" | "gb2312-80"
        | "euc-cn" | "windows-936" => Some(GB18030),
        "cp950" | "ms950" | "950" | "windows-950" | "big5-eten" | "big5-2003" => Some(BIG5),
        "utf8mb4" | "utf_8" | "unicode" | "utf8-mac" => Some(UTF_8),
        "cp932" | "ms932" => Some(SHIFT_JIS),
        "cp51932" => Some(EUC_JP),
        "iso-2022-jp-ms" | "iso-2022-jp-1" | "iso-2022-jp-2" | "cp50220" | "cp50221" => Some(ISO_2022_JP),
        "ansi" | "8bit" | "7bit" | "cp1252" | "iso-8859-1" | "iso8859-1" | "iso_8859_1" | "latin-1" => {
            Some(WINDOWS_1252)
        }
        "us-ascii" | "ascii" | "ansi_x3.4-1968" | "ansi_x3.110-1983" | "x-unknown" | "unknown-8bit" | "unknown"
        | "default" | "none" => Some(UTF_8),
        _ => Encoding::for_label_no_replacement(label.as_bytes()).filter(|e| *e != REPLACEMENT),
    }
}

/// Decodes without a label: UTF-8, else a Chinese charset if it looks so, else Windows-1252.
pub fn guess(bytes: &[u8]) -> Decoded {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if is_escaped(bytes)
        && bytes.is_ascii()
        && let Some(text) = ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return sure(text.into_owned());
    }
    let broken_at = match std::str::from_utf8(bytes) {
        Ok(text) => return sure(text.to_owned()),
        Err(error) => error.valid_up_to(),
    };
    // UTF-8 that was cut or damaged in a few places, rather than another charset.
    let lossy = String::from_utf8_lossy(bytes);
    let (broken, wide) = lossy.chars().fold((0usize, 0usize), |(b, w), c| match c {
        '\u{FFFD}' => (b + 1, w),
        c if !c.is_ascii() => (b, w + 1),
        _ => (b, w),
    });
    if wide > 8 * broken || (broken_at + 4 >= bytes.len() && wide > 0) {
        return Decoded { text: lossy.into_owned(), doubt: Some(Doubt::BrokenBytes) };
    }
    let gb = looks_gb18030(bytes, 0.6);
    let big5 = BIG5.decode_without_bom_handling_and_without_replacement(bytes);
    match (gb, big5) {
        (Some(gb), Some(big5)) if frequent(&big5) > frequent(&gb) => sure(big5.into_owned()),
        (Some(gb), _) => sure(gb),
        (None, Some(big5))
            if frequent(&big5) * 12 > wide_chars(&big5)
                && wide_chars(&big5) * 2 > bytes.iter().filter(|b| **b >= 0x80).count() =>
        {
            sure(big5.into_owned())
        }
        _ => sure(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()),
    }
}

fn sure(text: String) -> Decoded {
    Decoded { text, doubt: None }
}

fn mislabelled(text: String) -> Decoded {
    Decoded { text, doubt: Some(Doubt::WrongLabel) }
}

/// ISO-2022-JP and its kin switch charsets by ESC.
fn is_escaped(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\x1b$").is_some() || memchr::memmem::find(bytes, b"\x1b(").is_some()
}

/// The text in GB18030, if at least this share of its bytes over 0x7F stand in pairs as Chinese ones do;
/// an accented letter of a western charset is followed by a plain one.
fn looks_gb18030(bytes: &[u8], share: f32) -> Option<String> {
    let (mut high, mut paired) = (0usize, 0usize);
    let mut rest = bytes.iter();
    while let Some(&b) = rest.next() {
        if b >= 0x80 {
            high += 1;
            if let Some(&next) = rest.clone().next()
                && next >= 0x80
            {
                high += 1;
                paired += 2;
                rest.next();
            }
        }
    }
    if high == 0 || (paired as f32) < share * high as f32 {
        return None;
    }
    GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(|t| t.into_owned())
}

/// How many of the most frequent Chinese characters a text has, in either script.
fn frequent(text: &str) -> usize {
    text.chars()
        .filter(|c| {
            "的一是不了在人有我他这這个個们們来來到时時大地为為子中你说說出也得上下年月日生就会會要请請司部"
                .contains(*c)
        })
        .count()
}

fn wide_chars(text: &str) -> usize {
    text.chars().filter(|c| !c.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn gb2312_is_read_as_gb18030() {
        // Neither character is in GB2312; the second is in GB18030 alone.
        let text = "新员工李喆、𠮷田入职";
        assert_eq!(decode(&encode(text, GB18030), Some("GB2312")), sure(text.to_owned()));
    }

    #[test]
    fn unlabelled_bytes_are_guessed() {
        for (text, encoding) in [
            ("请给新员工开通邮箱", GB18030),
            ("請在三月一日為新人開通帳號，謝謝", BIG5),
            ("Müller's résumé, café – naïve", WINDOWS_1252),
            ("João Gonçalves começa segunda", WINDOWS_1252),
            ("请给新员工开通邮箱", UTF_8),
        ] {
            assert_eq!(guess(&encode(text, encoding)), sure(text.to_owned()), "{}", encoding.name());
        }
    }

    #[test]
    fn wrong_labels_give_way() {
        assert_eq!(decode("新员工".as_bytes(), Some("gb2312")).text, "新员工");
        assert_eq!(decode("新员工".as_bytes(), Some("iso-8859-1")).text, "新员工");
        assert_eq!(decode(&encode("新员工入职通知", GB18030), Some("us-ascii")).text, "新员工入职通知");
        assert_eq!(decode(&encode("新员工入职通知", GB18030), Some("iso-8859-1")).text, "新员工入职通知");
        assert_eq!(
            decode(b"\x93quoted\x94 \x96 caf\xe9", Some("iso-8859-1")).text,
            "\u{201c}quoted\u{201d} \u{2013} café"
        );
        assert_eq!(decode(&encode("ログイン", ISO_2022_JP), Some("iso-2022-jp")).text, "ログイン");
        assert_eq!(decode(&encode("ログイン", SHIFT_JIS), Some("shift_jis")).text, "ログイン");
        assert_eq!(decode(&encode("請開通", BIG5), Some("big5")).text, "請開通");
    }

    #[test]
    fn utf7_stays_escaped_and_the_unknown_is_guessed() {
        assert_eq!(decode(b"a +ADw-b", Some("UTF-7")), Decoded { text: "a +ADw-b".into(), doubt: Some(Doubt::Utf7) });
        assert_eq!(decode(&encode("新员工", GB18030), Some("utf-8")), mislabelled("新员工".into()));
        assert_eq!(
            decode("é".as_bytes(), Some("x-nonsense")),
            Decoded { text: "é".into(), doubt: Some(Doubt::UnknownLabel) }
        );
        assert_eq!(decode(b"ab\xff\xfe", Some("big5")).doubt, Some(Doubt::BrokenBytes));
    }
}
