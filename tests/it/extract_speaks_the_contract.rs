//! Every line of `extract` keeps to the schema, and every quote stands where its offsets say.

use crate::house;
use muster::intake::{self, Envelope, Limits};
use serde_json::Value;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

/// The texts that evidence of a file may point into: the attachments', by name.
fn attachment_texts(file: &Path) -> HashMap<String, String> {
    if file.extension().is_none_or(|e| e != "eml") {
        return HashMap::new();
    }
    let bytes = std::fs::read(file).expect("the fixture is there");
    let envelope = Envelope { name: "x".into(), received_at: "2026-03-10T09:00:00Z".parse().expect("an instant") };
    let message = intake::parse::mail(&bytes, &envelope, &Limits::default()).expect("the fixture is readable");
    message.attachments.into_iter().filter_map(|a| Some((a.name, a.text?.raw().to_owned()))).collect()
}

/// Counts the evidence spans below `value`; a quote that is not at its offsets is an error.
fn check_quotes(value: &Value, text: &[char], attachments: &HashMap<String, String>, name: &str, count: &mut usize) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(spans)) = map.get("evidence") {
                assert!(!spans.is_empty(), "{name}: a value without evidence");
                for span in spans {
                    let (start, end) = (span["start"].as_u64().unwrap() as usize, span["end"].as_u64().unwrap() as usize);
                    let source = span.get("source").and_then(Value::as_str);
                    let inner: Vec<char>;
                    let text = match source {
                        None | Some("text") => text,
                        Some(source) => {
                            inner = attachments.get(source).unwrap_or_else(|| panic!("{name}: no attachment {source}")).chars().collect();
                            &inner
                        }
                    };
                    let quote: String = text.get(start..end).unwrap_or_else(|| panic!("{name}: {start}..{end}")).iter().collect();
                    assert_eq!(quote, span["quote"].as_str().unwrap(), "{name}");
                    assert!(!quote.trim().is_empty(), "{name}: an empty quote at {start}");
                    *count += 1;
                }
            }
            for inner in map.values() {
                check_quotes(inner, text, attachments, name, count);
            }
        }
        Value::Array(items) => items.iter().for_each(|v| check_quotes(v, text, attachments, name, count)),
        _ => {}
    }
}

#[test]
fn every_labelled_message_gives_a_valid_line_with_true_quotes() {
    let files = house::labelled();
    let output = house::extract(&files);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = house::lines(&output);
    assert_eq!(lines.len(), files.len());
    let schema = house::schema();
    let mut quotes = 0;
    for (file, line) in files.iter().zip(&lines) {
        let name = file.file_name().unwrap().to_string_lossy();
        let errors: Vec<String> = schema.iter_errors(line).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let text: Vec<char> = house::words(line, "/message/text").chars().collect();
        check_quotes(line, &text, &attachment_texts(file), &name, &mut quotes);
    }
    assert!(quotes > files.len(), "only {quotes} quotes: the check looked at nothing");
}

#[test]
fn the_check_of_quotes_can_fail() {
    let line = serde_json::json!({"evidence": [{"start": 0, "end": 2, "quote": "no"}]});
    let checked = std::panic::catch_unwind(|| check_quotes(&line, &['h', 'i'], &HashMap::new(), "x", &mut 0));
    assert!(checked.is_err());
}

#[test]
fn lines_come_in_input_order_and_a_bad_input_stops_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for i in 0..300 {
        let path = dir.path().join(format!("{i:03}.txt"));
        std::fs::write(&path, format!("note {i}")).unwrap();
        paths.push(path);
    }
    paths.insert(150, dir.path().join("missing.eml"));
    let output = house::extract(&paths);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "missing.eml: cannot read it: there is no such file\n");
    let ids: Vec<String> = house::lines(&output).iter().map(|l| house::words(l, "/message/id").to_owned()).collect();
    let wanted: Vec<String> = (0..300).map(|i| format!("{i:03}.txt")).collect();
    assert_eq!(ids, wanted);
}

#[test]
fn standard_input_is_read_as_text_and_dated_as_told() {
    let mut child = house::muster()
        .args(["extract", "--received-at", "2026-03-10T09:00:00+08:00", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("姓名：李雷\n入职日期：2026年3月16日\n岗位：会计\n".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let line = &house::lines(&output)[0];
    assert_eq!(house::words(line, "/message/id"), "-");
    assert_eq!(house::words(line, "/message/received_at"), "2026-03-10T09:00:00+08:00");
    assert_eq!(house::words(line, "/requests/0/person/name/value"), "李雷");
    assert_eq!(house::words(line, "/requests/0/start_date/value"), "2026-03-16");
}

#[test]
fn an_mbox_and_a_maildir_give_a_line_for_each_mail() {
    let dir = tempfile::tempdir().unwrap();
    let mails: Vec<Vec<u8>> = house::messages("mail").iter().take(5).map(|f| std::fs::read(f).unwrap()).collect();
    let mut mbox = Vec::new();
    for folder in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(dir.path().join("box").join(folder)).unwrap();
    }
    for (i, mail) in mails.iter().enumerate() {
        mbox.extend_from_slice(b"From x@y.example Tue Mar 10 09:00:00 2026\n");
        let unix = String::from_utf8_lossy(mail).replace("\r\n", "\n").replace("\nFrom ", "\n>From ");
        mbox.extend_from_slice(unix.as_bytes());
        mbox.extend_from_slice(b"\n\n");
        std::fs::write(dir.path().join("box/new").join(format!("{i}")), mail).unwrap();
    }
    let file = dir.path().join("all.mbox");
    std::fs::write(&file, mbox).unwrap();
    let output = house::extract(&[file, dir.path().join("box")]);
    assert!(output.status.success());
    let lines = house::lines(&output);
    assert_eq!(lines.len(), 2 * mails.len());
    for i in 0..mails.len() {
        assert_eq!(lines[i]["message"]["id"], lines[i + mails.len()]["message"]["id"]);
    }
}

#[test]
fn the_same_input_gives_the_same_line_each_time() {
    let files = house::labelled();
    assert_eq!(house::extract(&files).stdout, house::extract(&files).stdout);
}
