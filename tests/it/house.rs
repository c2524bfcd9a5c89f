//! What the tests share: the program, the fixtures, the schema.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The built program.
pub fn muster() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
    // Unoptimised, the encoder would read the sample pages for minutes beside every test.
    command.env("MUSTER_RETRIEVER", "").env("MUSTER_READER", "");
    command
}

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Runs `muster extract` on the paths.
pub fn extract<P: AsRef<Path>>(paths: &[P]) -> Output {
    let mut command = muster();
    command.arg("extract").args(["--received-at", "2026-03-10T09:00:00Z"]);
    command.args(paths.iter().map(AsRef::as_ref)).stdin(Stdio::null()).output().expect("muster runs")
}

/// The JSON lines of an output.
pub fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("UTF-8");
    text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
}

pub fn schema() -> jsonschema::Validator {
    let text = include_str!("../../contract/request.schema.json");
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema holds")
}

/// Message files below a fixtures folder, without expectations, in order.
pub fn messages(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(fixtures().join(folder))
        .expect("the folder is there")
        .map(|e| e.expect("an entry").path())
        .filter(|p| {
            let name = p.file_name().unwrap_or_default().to_string_lossy();
            (name.ends_with(".eml") || name.ends_with(".json")) && !name.ends_with(".expect.json")
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "fixtures/{folder} is empty");
    files
}

/// Every labelled message file of the sample world.
pub fn labelled() -> Vec<PathBuf> {
    ["mail", "ticket", "chat"].into_iter().flat_map(messages).collect()
}

/// The expectation beside a message file.
pub fn expectation(file: &Path) -> Value {
    let beside = file.with_extension("expect.json");
    let text = std::fs::read_to_string(&beside).unwrap_or_else(|e| panic!("{}: {e}", beside.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", beside.display()))
}

/// A JSON string's words, or nothing.
pub fn words<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}
