//! `muster eval` on a small labelled file: tables, JSON, diagram, comparison, floors, bad lines.

use crate::house;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Output, Stdio};

fn labelled() -> PathBuf {
    house::fixtures().join("labelled/messages.jsonl")
}

fn eval(arguments: &[&str]) -> Output {
    let mut command = house::muster();
    command.arg("eval").args(arguments).env("MUSTER_READER", "symbols").stdin(Stdio::null());
    command.output().expect("muster runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn tables_and_json_tell_the_same_figures() {
    let file = labelled();
    let file = file.to_str().unwrap();
    let output = eval(&[file, "--worst", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    let table = text(&output.stdout);
    assert!(table.starts_with("12 messages, read by symbols\n"), "{table}");
    for heading in
        ["wholly right", "\nBy field", "\nBy labelled category", "\nLabelled category (down)", "\nConfidence"]
    {
        assert!(table.contains(heading), "{heading} in\n{table}");
    }
    assert!(!table.contains('\u{1b}'), "no colour when not a terminal");

    let output = eval(&[file, "--json"]);
    let lines = house::lines(&output);
    let [got] = lines.as_slice() else { panic!("{} lines", lines.len()) };
    assert_eq!((&got["messages"], &got["skipped"]), (&Value::from(12), &Value::from(0)));
    let names: Vec<&str> = got["parts"].as_array().unwrap().iter().map(|p| house::words(p, "/name")).collect();
    assert_eq!(names, ["en", "zh", "all"]);
    let all = &got["parts"][2];
    // By the labels: Nadia, Colin twice, Mei, Jonas; 林晓雯, 陈志远, 何雨桐, 吴昊, 孙悦, 郑凯.
    assert_eq!(all["rows"]["request"]["labelled"], 11);
    assert_eq!(all["rows"]["start_date"]["labelled"], 7);
    assert_eq!(all["rows"]["needs.grant"]["labelled"], 9);
    assert_eq!(all["unwanted"]["of"], 2);
    let f1 = all["all"]["f1"].as_f64().unwrap();
    assert!(f1 > 0.8, "easy messages, F1 {f1}");
    let row = table.lines().find(|l| l.starts_with("all fields  ")).unwrap();
    assert!(row.contains(&format!("| {f1:.3}")), "{row} and {f1}");
}

#[test]
fn the_diagram_is_whole_xml_with_a_panel_for_each_language() {
    let folder = tempfile::tempdir().unwrap();
    let svg = folder.path().join("reliability.svg");
    let output = eval(&[labelled().to_str().unwrap(), "--svg", svg.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let drawn = std::fs::read_to_string(&svg).unwrap();
    let mut reader = quick_xml::Reader::from_str(&drawn);
    while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    for words in ["role=\"img\"", "<title id=", "<desc id=", ">English<", ">Chinese<", "prefers-color-scheme:dark"] {
        assert!(drawn.contains(words), "{words}");
    }
}

#[test]
fn a_reader_is_as_good_as_itself_and_folders_without_one_are_refused() {
    let file = labelled();
    let file = file.to_str().unwrap();
    let output = eval(&[file, "--compare", "symbols", "symbols"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    assert!(table.contains("  all: A and B are equal\nNo field got worse.\n"), "{table}");
    let both = &house::lines(&eval(&[file, "--compare", "symbols", "symbols", "--json"]))[0];
    for difference in both["differences"].as_array().unwrap() {
        assert_eq!(["difference", "low", "high"].map(|k| difference[k].as_f64()), [Some(0.0); 3]);
    }
    let folder = tempfile::tempdir().unwrap();
    let output = eval(&[file, "--compare", "symbols", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cannot open the reader "), "{}", text(&output.stderr));
}

#[test]
fn floors_and_bad_lines_decide_the_exit_status() {
    let folder = tempfile::tempdir().unwrap();
    let mixed = folder.path().join("mixed.jsonl");
    let lines = std::fs::read_to_string(labelled()).unwrap();
    std::fs::write(&mixed, format!("no JSON\n{lines}")).unwrap();
    let mixed = mixed.to_str().unwrap();

    let output = eval(&[mixed, "--json", "--floor", "f1=0", "--floor", "zh.category=0.1"]);
    assert_eq!(output.status.code(), Some(0), "one bad line is no failure");
    assert!(text(&output.stderr).starts_with(&format!("{mixed}:1: this is no labelled message: ")));
    assert_eq!(house::lines(&output)[0]["skipped"], 1);

    let output = eval(&[mixed, "--floor", "phone=1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).ends_with("below the floor: phone could not be measured, the floor is 1\n"));
    let output = eval(&[mixed, "--floor", "mood=1"]);
    assert_eq!(output.status.code(), Some(2), "no such figure");

    let bad = folder.path().join("bad.jsonl");
    std::fs::write(&bad, "{}\n").unwrap();
    let output = eval(&[bad.to_str().unwrap(), "absent.jsonl"]);
    assert_eq!(output.status.code(), Some(1), "nothing could be read");
    assert!(text(&output.stderr).contains("absent.jsonl: cannot be read: "), "{}", text(&output.stderr));
}
