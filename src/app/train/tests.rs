//! A technician's correction, learned, changes the next reading; the sides of it that need no model.

use super::*;
use crate::cli::{Cli, Command};
use crate::contract::Category;
use crate::model::testing::{write_heads, write_tiny};
use crate::understand::learned::Learned;
use crate::understand::learned::labels::{FIELDS, NAMES, QUESTIONS, VALUES};
use crate::understand::{Reading, labels};
use clap::Parser;
use std::sync::Arc;

const TEXT: &str = "new hire 张伟, 经理, starts on Monday.";

/// A tiny reader with random weights: whatever it says at first is by chance.
fn reader(folder: &Path) -> PathBuf {
    let out = folder.join("tiny-1");
    std::fs::create_dir(&out).unwrap();
    write_tiny(&out, 5);
    let rows = |labels: usize| 1 + 2 * labels;
    let heads = [("tag", rows(FIELDS.len())), ("name", rows(NAMES.len())), ("value", VALUES.len())];
    let heads = heads.map(|(n, c)| (n.to_owned(), c));
    let questions = QUESTIONS.map(|(n, c)| (n.to_owned(), c));
    write_heads(&out, 5, 1, crate::understand::learned::features::NAMES.len(), &heads, &questions);
    out
}

fn args(folder: &Path, more: &str) -> Train {
    let files = folder.join("new.jsonl").display().to_string();
    let line = ["muster", "train", "--examples", files.as_str()].into_iter().chain(more.split_whitespace());
    match Cli::parse_from(line).command {
        Command::Train(args) => args,
        other => panic!("{other:?}"),
    }
}

fn evidence(words: &str) -> serde_json::Value {
    let start = TEXT
        .chars()
        .collect::<Vec<_>>()
        .windows(words.chars().count())
        .position(|w| w.iter().collect::<String>() == words);
    let start = start.unwrap();
    serde_json::json!([{"start": start, "end": start + words.chars().count(), "quote": words}])
}

/// As the desk exports it.
fn correction(category: &str) -> serde_json::Value {
    let field = |words: &str| serde_json::json!({"value": words, "confidence": 1.0, "evidence": evidence(words)});
    serde_json::json!({
        "schema": "muster.understanding/v1",
        "message": {"id": "m1", "channel": "mail", "received_at": "2026-03-10T09:00:00+08:00", "language": "mixed",
            "from": null, "subject": null, "text": TEXT},
        "triage": {"category": category, "confidence": 1.0, "priority": "P3", "assignee_group": null, "missing": [],
            "flags": []},
        "requests": [{"kind": category, "operation": "create", "person": {"name": field("张伟")},
            "job_title": field("经理"), "needs": []}]
    })
}

fn reading(folder: &Path, line: &str) -> Reading {
    let learned = Learned::open(folder).unwrap();
    let reader = Reader::new(Config::default().dates().unwrap(), None).with_model(Some(Arc::new(learned)));
    reader.read(&labels::parse(line).unwrap().message(&Limits::default()))
}

#[test]
fn a_technicians_correction_changes_the_next_reading() {
    let folder = tempfile::tempdir().unwrap();
    let old = reader(folder.path());
    let first = reading(&old, &correction("access").to_string()).categories[0].0;
    // Whatever chance says, the technician says something else.
    let (wanted, name) = match first {
        Category::Offboarding => (Category::Transfer, "transfer"),
        _ => (Category::Offboarding, "offboarding"),
    };
    let line = correction(name).to_string();
    std::fs::write(folder.path().join("new.jsonl"), &line).unwrap();
    let config = Config { reader: Some(old.clone()), ..Config::default() };
    let mut err = Vec::new();
    let code = run(&config, &args(folder.path(), "--hold 0 --steps 120 --rate 0.003"), &mut err).unwrap();
    let err = String::from_utf8(err).unwrap();
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS), "{err}");
    assert!(err.contains("no message is held out") && err.contains("120 steps in"), "{err}");

    let after = reading(&folder.path().join("tiny-1.1"), &line);
    assert_eq!(after.categories[0].0, wanted);
    let [request] = after.requests.as_slice() else { panic!("{:?}", after.requests) };
    assert_eq!(request.person.name.as_ref().map(|n| n.value.as_str()), Some("张伟"));
    assert_eq!(request.job_title.as_ref().map(|t| t.value.as_str()), Some("经理"));
    let before = reading(&old, &line);
    let told = |r: &Reading| {
        let requests = r.requests.iter();
        requests.map(|r| (r.kind, r.person.name.clone(), r.job_title.clone())).collect::<Vec<_>>()
    };
    assert_ne!(told(&before), told(&after));
}

#[test]
fn a_result_that_reads_held_out_messages_worse_is_written_and_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let old = reader(folder.path());
    let count = TEXT.chars().count();
    let message = |id: &str, category: &str, people: serde_json::Value| {
        serde_json::json!({"id": id, "skeleton": id, "language": "mixed", "channel": "mail",
            "received_at": "2026-03-10T09:00:00+08:00", "text": TEXT, "category": category, "people": people})
        .to_string()
    };
    // Two messages of the same words whose labels are never the same: what helps one harms the other.
    let whole = serde_json::json!([{"kind": "access", "operation": "create", "names": [[0, count, "name"]],
        "spans": [[0, count, "grant", null]]}]);
    let lines = [message("a", "other", serde_json::json!([])), message("b", "access", whole)];
    std::fs::write(folder.path().join("new.jsonl"), lines.join("\n")).unwrap();
    let config = Config { reader: Some(old), ..Config::default() };
    let (mut err, out) = (Vec::new(), folder.path().join("worse"));
    let more = format!("--hold 0.5 --steps 60 --rate 0.003 --out {}", out.display());
    let code = run(&config, &args(folder.path(), &more), &mut err).unwrap();
    let err = String::from_utf8(err).unwrap();
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(3)), "{err}");
    assert!(err.contains("reads held-out messages worse"), "{err}");
    assert!(Learned::open(&out).is_ok(), "it is written all the same");
}

#[test]
fn whole_skeletons_are_held_out_and_never_all() {
    let line = |i: usize, of: usize| {
        format!(
            r#"{{"id":"{i}","skeleton":"{}","language":"en","channel":"chat","received_at":"2026-03-10T09:00:00Z","text":"hi","category":"other"}}"#,
            i / of
        )
    };
    let messages =
        |count: usize, of: usize| (0..count).map(|i| labels::parse(&line(i, of)).unwrap()).collect::<Vec<_>>();
    let (learned, held) = split(messages(200, 4), 0.1, usize::MAX, 1);
    assert!((20..=23).contains(&held.len()) && learned.len() + held.len() == 200, "{}", held.len());
    let skeletons = |of: &[Labelled]| of.iter().map(|m| m.skeleton.clone()).collect::<std::collections::BTreeSet<_>>();
    assert!(skeletons(&learned).is_disjoint(&skeletons(&held)));
    assert_ne!(skeletons(&held), skeletons(&split(messages(200, 4), 0.1, usize::MAX, 2).1));
    let sizes = |count, of, share, most| {
        let (learned, held) = split(messages(count, of), share, most, 1);
        (learned.len(), held.len())
    };
    assert_eq!(sizes(2, 1, 0.1, usize::MAX), (1, 1));
    assert_eq!(sizes(1, 1, 0.5, usize::MAX), (1, 0));
    assert_eq!(sizes(8, 8, 0.5, usize::MAX), (8, 0));
    assert_eq!(sizes(100, 1, 0.5, 10), (90, 10));
    assert_eq!(sizes(100, 1, 0.0, 10), (100, 0));
}

#[test]
fn the_next_version_lies_beside_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for made in ["reader-1", "reader-1.1"] {
        std::fs::create_dir(at(made)).unwrap();
    }
    // What a killed run left keeps its number.
    std::fs::create_dir(at("reader-1.2.run")).unwrap();
    assert_eq!(next(&at("reader-1")).unwrap(), at("reader-1.2"));
    assert_eq!(next(&at("reader-1.1")).unwrap(), at("reader-1.2"));
    assert!(next(&at("reader-9")).is_err());
}
