//! Broken and hostile inputs: kept or refused with a sentence, in bounded time and memory, and the others go on.

use crate::house;
use std::time::{Duration, Instant};

/// Generous for a debug build on a busy machine; what is tested is that work does not explode.
const PATIENCE: Duration = Duration::from_secs(60);

fn ends_in_time(name: &str, bytes: &[u8]) -> (String, String, Option<i32>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let good = dir.path().join("good.txt");
    std::fs::write(&good, "hello").unwrap();
    let began = Instant::now();
    let output = house::extract(&[path, good]);
    assert!(began.elapsed() < PATIENCE, "{name} took {:?}", began.elapsed());
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(out.contains("\"id\":\"good.txt\""), "{name} stopped the other input");
    (out, String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code())
}

#[test]
fn the_malformed_fixtures_are_read_or_refused_as_their_readme_says() {
    let folder = house::fixtures().join("malformed");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let schema = house::schema();
    let mut seen = 0;
    for line in readme.lines().filter_map(|l| l.strip_prefix("- `")) {
        let (name, what) = line.split_once("`:").unwrap();
        let output = house::extract(&[folder.join(name)]);
        let refused = what.contains(" Refused:");
        assert_ne!(refused, what.contains(" Kept:"), "{name}: the README says neither or both");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(i32::from(refused)), "{name}: {errors}");
        assert_eq!(refused, errors.contains(name), "{name}: {errors}");
        let lines = house::lines(&output);
        assert_eq!(lines.is_empty(), refused, "{name}");
        for line in &lines {
            assert!(schema.is_valid(line), "{name}: {:?}", schema.iter_errors(line).map(|e| e.to_string()).collect::<Vec<_>>());
        }
        seen += 1;
    }
    assert!(seen >= 15, "only {seen} malformed fixtures");
}

#[test]
fn one_line_of_100_mib_is_refused_with_its_size() {
    let (_, err, code) = ends_in_time("line.eml", &vec![b'x'; 100 << 20]);
    assert_eq!(code, Some(1));
    assert_eq!(err, "line.eml: the message has 104857600 bytes; the limit is 52428800 (intake.message_bytes)\n");
}

#[test]
fn one_line_below_the_limit_is_read_up_to_the_limit_of_characters() {
    let mut mail = b"Subject: long\nFrom: a@x.example\nDate: Tue, 10 Mar 2026 09:00:00 +0000\n\n".to_vec();
    mail.resize(40 << 20, b'a');
    let (out, err, code) = ends_in_time("long.eml", &mail);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.len() < 2 << 20, "the text was cut");
}

#[test]
fn ten_thousand_nested_parts_end_well() {
    let mut mail = String::from("Subject: deep\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0\n\n");
    for i in 0..10_000 {
        mail.push_str(&format!("--b{i}\nContent-Type: multipart/mixed; boundary=b{}\n\n", i + 1));
    }
    mail.push_str("--b10000\n\nwords at the bottom\n");
    let (out, err, code) = ends_in_time("deep.eml", mail.as_bytes());
    assert!(code == Some(0) && out.contains("deep") || code == Some(1) && err.contains("deep.eml:"), "{code:?} {err}");
}

#[test]
fn ten_thousand_flat_parts_and_nested_messages_end_well() {
    let mut flat = String::from("Subject: flat\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n");
    for i in 0..10_000 {
        flat.push_str(&format!("--b\nContent-Type: text/plain; name=f{i}.txt\nContent-Disposition: attachment\n\nx{i}\n"));
    }
    flat.push_str("--b--\n");
    let (_, err, code) = ends_in_time("flat.eml", flat.as_bytes());
    assert!(code == Some(0) || err.contains("parts"), "{code:?} {err}");
    let mut nested = String::new();
    for i in 0..10_000 {
        nested.push_str(&format!("Subject: level {i}\nContent-Type: message/rfc822\n\n"));
    }
    let (out, err, code) = ends_in_time("nested.eml", nested.as_bytes());
    assert!(code == Some(0) && out.contains("level 0") || code == Some(1), "{code:?} {err}");
}

#[test]
fn texts_made_to_be_slow_are_not() {
    let pathological = [
        ("spaces", " ".repeat(150_000) + "x"),
        ("colons", "姓名：".repeat(60_000)),
        ("pipes", "|".repeat(150_000)),
        ("tabs", "a\tb\n".repeat(40_000)),
        ("quotes", "> ".repeat(90_000)),
        ("names", "Anna Lee joins on Monday and needs a laptop. ".repeat(4_000)),
        ("people", "- Anna Lee, analyst, starts 16 March\n".repeat(5_000)),
        ("人名", "张三下周一入职，需要笔记本电脑。".repeat(10_000)),
        ("dates", "1/2/3/4/5/6/7/8/9/".repeat(10_000)),
        ("bidi", "\u{202E}\u{2066}a".repeat(60_000)),
        ("combining", "e\u{301}\u{301}\u{301}".repeat(40_000)),
    ];
    for (name, text) in pathological {
        let (_, err, code) = ends_in_time(&format!("{name}.txt"), text.as_bytes());
        assert_eq!(code, Some(0), "{name}: {err}");
    }
}
