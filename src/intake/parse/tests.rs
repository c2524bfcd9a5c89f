//! Whole mails: structure, bounds, and the programs of `fixtures/mail`.

use std::time::{Duration, Instant};

use chrono::DateTime;
use proptest::prelude::*;

use super::*;

fn envelope() -> Envelope {
    Envelope {
        name: "x.eml".to_owned(),
        received_at: DateTime::parse_from_rfc3339("2026-06-01T12:00:00+00:00").unwrap(),
    }
}

fn read(mail: &str) -> Message {
    super::mail(mail.as_bytes(), &envelope(), &Limits::default()).unwrap()
}

const HEAD: &str =
    "From: Jane Roe <jane@acme.example>\nDate: Tue, 10 Mar 2026 08:47:13 +0100\nMessage-ID: <1@acme.example>\n";

#[test]
fn a_plain_mail() {
    let m = read(&format!("{HEAD}Subject: New starter\n\nPlease set up Amy Lin.\n\n-- \nJane Roe\nHR\n"));
    assert_eq!(m.id, "1@acme.example");
    assert_eq!(m.received_at.to_rfc3339(), "2026-03-10T08:47:13+01:00");
    assert_eq!(m.text.raw(), "New starter\nPlease set up Amy Lin.");
    assert_eq!(m.signature.as_deref(), Some("--\nJane Roe\nHR"));
    assert_eq!(m.doubts, Vec::<String>::new());
    let own = &m.segments[1];
    assert_eq!((own.origin.clone(), m.text.quote(own.span)), (Origin::Own, "Please set up Amy Lin."));
}

#[test]
fn a_message_in_the_message_keeps_its_header() {
    let m = read(&format!(
        "{HEAD}Subject: FW: request\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nOne for you.\n--b\nContent-Type: message/rfc822\n\nFrom: Bo Li <bo@acme.example>\nDate: Mon, 9 Mar 2026 10:00:00 +0800\nSubject: New starter Amy\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nAmy starts on Monday.\n--c\nContent-Disposition: attachment; filename=form.txt\nContent-Type: text/plain\n\nName: Amy\n--c--\n--b--\n"
    ));
    assert_eq!(m.text.raw(), "FW: request\nOne for you.\n\nNew starter Amy\nAmy starts on Monday.");
    let Origin::Forwarded(header) = &m.segments[2].origin else { panic!("{:?}", m.segments) };
    assert_eq!(header.from.as_ref().unwrap().to_string(), "Bo Li <bo@acme.example>");
    assert_eq!(header.date.unwrap().to_rfc3339(), "2026-03-09T10:00:00+08:00");
    let names: Vec<&str> = m.attachments.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["New starter Amy.eml", "form.txt"]);
    assert_eq!(m.attachments[1].text.as_ref().unwrap().raw(), "Name: Amy");
}

#[test]
fn a_reply_without_own_words_keeps_the_quoted_ones() {
    let m = read(&format!(
        "{HEAD}Subject: Re: New starter\nIn-Reply-To: <0@x>\n\nSent from my iPhone\n\n> On 9 Mar 2026, at 10:00, Bo <bo@acme.example> wrote:\n> \n> Amy starts on Monday.\n"
    ));
    assert_eq!(m.text.raw(), "Re: New starter\nAmy starts on Monday.");
    assert!(matches!(&m.segments[1].origin, Origin::Forwarded(h) if h.from.is_some()));
}

#[test]
fn a_reply_that_hands_on_keeps_the_quoted_words() {
    let block = "From: Bo Li <bo@acme.example>\nSent: 9 March 2026 10:00\nTo: Jane\nSubject: New starter\n\nAmy starts on Monday.\n";
    let m = read(&format!(
        "{HEAD}Subject: RE: New starter\nIn-Reply-To: <0@x>\n\nHi IT, please action the below.\n\n{block}"
    ));
    assert!(m.text.raw().contains("Amy starts"));
    let m = read(&format!("{HEAD}Subject: RE: New starter\nIn-Reply-To: <0@x>\n\nShe needs a badge too.\n\n{block}"));
    assert_eq!(m.text.raw(), "RE: New starter\nShe needs a badge too.");
    assert_eq!(m.quoted[0].text, "Amy starts on Monday.");
}

#[test]
fn refusals_are_sentences() {
    let limits = Limits { message_bytes: 1_000, parts: 3, ..Limits::default() };
    let refuse = |bytes: &[u8]| super::mail(bytes, &envelope(), &limits).unwrap_err().to_string();
    insta::assert_snapshot!(refuse(&[b'a'; 1_001]), @"the message has 1001 bytes; the limit is 1000 (intake.message_bytes)");
    insta::assert_snapshot!(refuse(b" \r\n"), @"the message is empty");
    insta::assert_snapshot!(refuse(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b\n\n2\n--b\n\n3\n--b--"), @"the message has more than 3 parts (intake.parts)");
    insta::assert_snapshot!(refuse(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0"), @"this is not a mail: it has no header lines, and its bytes are no text");
}

#[test]
fn doubts_are_sentences() {
    let limits = Limits { text_chars: 20, depth: 2, ..Limits::default() };
    let doubts = |mail: &str| super::mail(mail.as_bytes(), &envelope(), &limits).unwrap().doubts.join("\n");
    let date = "Date: Tue, 10 Mar 2026 08:47:13 +0100\n";
    insta::assert_snapshot!(doubts(&format!("{date}Subject: x\n\nmore words than fit in twenty")), @"The text is longer than 20 characters; the rest was not read (intake.text_chars).");
    insta::assert_snapshot!(doubts(&format!("{date}Content-Type: text/plain; charset=utf-7\n\n+ZYeB9FH6")), @"A part of the message is in UTF-7, which can hide text from filters; its escapes were left as they stand.");
    insta::assert_snapshot!(doubts(&format!("{date}Content-Type: text/plain; charset=klingon\n\né")), @"A part of the message names an unknown charset (klingon); its text was guessed.");
    insta::assert_snapshot!(doubts(&format!("{date}Content-Type: text/html\n\n<s>x</s> y")), @"Words that are struck through in the message were left out.");
    insta::assert_snapshot!(doubts(&format!("{date}Content-Type: message/rfc822\n\n{}x", "Content-Type: message/rfc822\n\n".repeat(5))), @"Parts nested deeper than 2 levels were not read (intake.depth).");
    insta::assert_snapshot!(doubts(&format!("{date}Content-Type: multipart/mixed; boundary=b\n\nno parts")), @"A part says that it holds several parts, but they could not be told apart; it was read as one text.");
    insta::assert_snapshot!(doubts(&format!("{date}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nwords")), @"The message is cut off: the last of its parts has no end.");
    insta::assert_snapshot!(doubts(&format!("{date}Content-Transfer-Encoding: base64\n\nSGVs*bG8=")), @"The encoding of a part is damaged (base64); what was left of it was read.");
    insta::assert_snapshot!(doubts(&format!("{date}Content-Type: text/plain; charset=iso-8859-1\n\nJörg")), @"A part of the message says that it is in iso-8859-1, which it is not; it was read as what it is.");
    insta::assert_snapshot!(doubts(&format!("{date}From: a@x.example\nFrom: b@x.example\n\nHi")), @"The message names two senders, in two From lines; the first was taken.");
    insta::assert_snapshot!(doubts("just words"), @"The mail has no header lines; all of it was read as text.");
}

/// Every mail of `fixtures/mail` has the words that its expectation names, and lacks those that were cut.
#[test]
fn mails_of_many_programs_are_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail");
    let (mut read, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "eml") {
            continue;
        }
        let expected: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path.with_extension("expect.json")).unwrap()).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let m = super::mail(&std::fs::read(&path).unwrap(), &envelope(), &Limits::default()).unwrap();
        if std::env::var_os("SHOW").is_some() {
            println!(
                "=== {name} {:?} {:?}\n{}\n--- {:?}\n{:?}\n{:?}",
                m.automatic,
                m.received_at,
                m.text.raw(),
                m.signature,
                m.segments,
                m.doubts
            );
        }
        let words = |key: &str| {
            expected[key].as_array().into_iter().flatten().map(|w| w.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let inside = |word: &str| m.text.raw().contains(word);
        wrong.extend(words("text_has").iter().filter(|w| !inside(w)).map(|w| format!("{name} lacks {w:?}")));
        wrong.extend(words("text_lacks").iter().filter(|w| inside(w)).map(|w| format!("{name} has {w:?}")));
        wrong.extend(
            words("attachments")
                .iter()
                .filter(|w| !m.attachments.iter().any(|a| a.name == **w))
                .map(|w| format!("{name} lacks attachment {w:?}")),
        );
        wrong.extend(m.doubts.iter().map(|d| format!("{name} doubts: {d}")));
        read += 1;
    }
    assert!(read >= 60, "only {read} mails in fixtures/mail");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Reply and forward formats that another project collected; `fixtures/quoting/README.md` says whence.
#[test]
fn reply_formats_are_parted() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/quoting/reply_formats.jsonl");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let field = |key: &str| case[key].as_str().unwrap().to_owned();
        let m = read(&format!(
            "{HEAD}Subject: {}\nContent-Type: text/plain; charset=utf-8\n\n{}",
            field("subject"),
            field("text")
        ));
        let words = |key: &str| {
            case[key].as_array().unwrap().iter().map(|w| w.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let inside = |w: &String| m.text.raw().contains(w.as_str());
        wrong.extend(words("text_has").iter().filter(|w| !inside(w)).map(|w| format!("{} lacks {w:?}", field("id"))));
        wrong.extend(words("text_lacks").iter().filter(|w| inside(w)).map(|w| format!("{} has {w:?}", field("id"))));
        count += 1;
    }
    assert!(count > 30 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The broken mails of `fixtures/malformed` end as the README beside them says.
#[test]
fn broken_mails_are_read_or_refused() {
    let read = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/malformed").join(name);
        super::mail(&std::fs::read(path).unwrap(), &envelope(), &Limits { depth: 10, ..Limits::default() })
    };
    assert_eq!(read("empty.eml").unwrap_err(), Refusal::Empty);
    for (name, has, doubt) in [
        ("headers-only.eml", "", ""),
        ("no-final-boundary.eml", "", "cut off"),
        ("nested-boundary.eml", "First: a headset", ""),
        ("bad-base64.eml", "second monitor for Grace Holloway", "damaged"),
        ("wrong-charset.eml", "乔燕需要一台显示器", "utf-8"),
        ("utf-7.eml", "", "UTF-7"),
        ("raw-8bit-headers.eml", "停车位 für Jörg", ""),
        ("nul-bytes.eml", "", ""),
        ("no-date.eml", "", "no date"),
        ("absurd-date.eml", "", "relay"),
        ("duplicate-headers.eml", "", "two senders"),
        ("long-line.eml", "", ""),
        ("nested-12.eml", "Own words of level 0", "deeper than 10"),
        ("broken-encoded-words.eml", "badge", ""),
        ("zip-bomb.eml", "", ""),
        ("deep-html.eml", "Ella Ransome needs a webcam", ""),
    ] {
        let m = read(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        let text = m.text.raw();
        assert!(text.contains(has) && !text.contains('\0') && !text.contains("<script"), "{name}: {text}");
        assert!(m.doubts.iter().any(|d| d.contains(doubt)) || doubt.is_empty(), "{name}: {:?}", m.doubts);
        assert!(m.attachments.iter().all(|a| !a.name.contains(['/', '\\'])), "{name}");
    }
    assert_eq!(read("absurd-date.eml").unwrap().received_at.format("%Y-%m-%d").to_string(), "2026-03-10");
    assert_eq!(
        read("raw-8bit-headers.eml").unwrap().from.unwrap().email.as_deref(),
        Some("jorg.peters@halden.example")
    );
    assert_eq!(read("no-final-boundary.eml").unwrap().attachments[0].name, "more.txt");
}

/// Everything hostile ends within bounds; the bound is for an unoptimised build on a busy machine.
#[test]
fn hostile_mails_end_quickly() {
    let base64 = |bytes: &[u8]| {
        const SET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        bytes
            .chunks(3)
            .flat_map(|c| {
                let n = c.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - c.len()));
                [18, 12, 6, 0].map(|s| SET[(n >> s) as usize & 63])
            })
            .collect::<Vec<u8>>()
    };
    let nested = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let mut encoded = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n".to_vec();
    encoded.extend(base64(nested.as_bytes()));
    let multi: String =
        (0..10_000).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect();
    let same = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(10_000);
    let digest = "Content-Type: multipart/digest; boundary=b\n\n".to_owned() + &"--b\n\n".repeat(100_000);
    let unfound: String = (0..900).map(|_| "--a\nContent-Type: multipart/mixed; boundary=never\n\nx\n").collect();
    for (name, bytes) in [
        ("nested messages", nested.clone().into_bytes()),
        ("nested messages in base64", encoded),
        ("nested multiparts", multi.into_bytes()),
        ("one boundary over and over", same.into_bytes()),
        ("digest", digest.into_bytes()),
        (
            "boundaries that never come",
            format!("Content-Type: multipart/mixed; boundary=a\n\n{unfound}{}", "x\n".repeat(1 << 20)).into_bytes(),
        ),
        ("one line", vec![b'a'; 20 << 20]),
        ("one header line", [b"Subject: ".to_vec(), vec![b'a'; 20 << 20]].concat()),
        ("header lines", b"a: b\n".repeat(1 << 20)),
        ("quotation marks", [b"a: b\n\n".to_vec(), b">".repeat(4 << 20)].concat()),
        ("quoted lines", [b"a: b\n\n".to_vec(), b"> \n".repeat(1 << 20)].concat()),
        ("labels", [b"a: b\n\n".to_vec(), b"From: a@b.example\n".repeat(100_000)].concat()),
        ("attributions", [b"a: b\n\n".to_vec(), b"On 2026 a@b.example wrote:\n".repeat(100_000)].concat()),
        ("empty lines", [b"a: b\n\n".to_vec(), b"\n".repeat(4 << 20)].concat()),
        ("nulls", vec![0; 1 << 20]),
        ("encoded words", [b"Subject: ".to_vec(), b"=?utf-8?Q?=41".repeat(1 << 16)].concat()),
        ("parameters", [b"Content-Type: text/plain; ".to_vec(), b"a*0*=b;(".repeat(1 << 16)].concat()),
        ("addresses", [b"From: ".to_vec(), b"a:<(\"".repeat(1 << 16)].concat()),
        ("closings", [b"a: b\n\n".to_vec(), b"Thanks\n".repeat(100_000)].concat()),
    ] {
        let begun = Instant::now();
        let _ = super::mail(&bytes, &envelope(), &Limits::default());
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = super::mail(&bytes, &envelope(), &Limits::default());
    }

    /// Pieces of mails in any order; the stretches of the text hold all its words and lie in order.
    #[test]
    fn any_pieces_end(pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..40)) {
        if let Ok(m) = super::mail(pieces.concat().as_bytes(), &envelope(), &Limits::default()) {
            let mut at = 0;
            for segment in &m.segments {
                prop_assert!(segment.span.start >= at && segment.span.end <= m.text.len());
                prop_assert!(m.text.quote(Span::new(at, segment.span.start)).trim().is_empty());
                at = segment.span.end;
            }
            prop_assert!(m.text.quote(Span::new(at, m.text.len())).trim().is_empty());
        }
    }
}

const PIECES: &[&str] = &[
    "From: Jane <j@x.example>\n",
    "Subject: =?utf-8?B?5paw\n",
    "Subject: FW: x\n",
    "Date: Mon, 99 Foo 2026 25:61:00 +9999\n",
    "\n",
    "\n\n",
    "\r\n",
    "Content-Type: multipart/alternative; boundary=\"b\"\n",
    "Content-Type: multipart/mixed; boundary=c\n",
    "Content-Type: text/html; charset=gb2312\n",
    "Content-Type: text/plain; format=flowed; delsp=yes\n",
    "Content-Type: message/rfc822\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Content-Disposition: attachment; filename*0*=utf-8''%E6\n",
    "--b\n",
    "--b--\n",
    "--c\n",
    "--c--\n",
    "<table><tr><td>a<td rowspan=3>b",
    "</table>",
    "<blockquote>",
    "<p style='display:none'>",
    "text ",
    "新员工",
    "=E4=BD",
    "=\n",
    "> ",
    "> > quoted\n",
    "-- \n",
    "On Mon, 9 Mar 2026 at 17:21, Jane <j@x.example> wrote:\n",
    "---------- Forwarded message ---------\n",
    "From: A <a@b.example>\nSent: 1 May 2026\nTo: x\nSubject: y\n",
    "发件人：张三\n发送时间：2026年3月9日\n",
    "Best regards\n",
    "Jane\nHR Manager\n",
    "发自我的 iPhone\n",
    "\u{200b}\u{202e}",
    "此邮件及其附件\n",
    "-----\n",
    "________________\n",
];
