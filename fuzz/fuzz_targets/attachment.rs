//! Any bytes as an attachment under any name: no panic, no hang, no memory beyond the bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use muster::intake::{Limits, attachment};
use std::time::Instant;

const NAMES: [&str; 9] = ["a.pdf", "a.docx", "a.xlsx", "a.xls", "a.ods", "a.csv", "a.ics", "a.html", "a.txt"];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let limits = Limits::default();
    let (text, note) = attachment::read(name, "application/octet-stream", bytes, &limits, Instant::now() + limits.attachment_time);
    assert!(text.is_some() || note.is_some());
    assert!(text.is_none_or(|t| !t.is_empty() && t.len() <= 2 * limits.attachment_chars));
});
