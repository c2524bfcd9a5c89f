//! The messages with the most and surest errors: each text with its labels, against what was read.

use super::score::{Item, Scored, Verdict, name};
use crate::message::Span;
use crate::understand::labels::Labelled;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What an error weighs, beside the confidence with which it was said.
const ERROR: f32 = 0.5;

/// How much is wrong with a reading.
pub fn weight(scored: &Scored) -> f32 {
    let wrong = scored.items.iter().filter(|i| i.verdict != Verdict::Right);
    let values: f32 = wrong.map(|i| ERROR + i.confidence.unwrap_or(0.0)).sum();
    let category = if scored.said == scored.category { 0.0 } else { ERROR + scored.said_with };
    values + category
}

/// The numbers of the worst messages, worst first; ties in the order of the input. None without an error is among them.
pub fn pick(scored: &[Scored], most: usize) -> Vec<usize> {
    let mut order: Vec<(f32, usize)> = scored.iter().enumerate().map(|(i, s)| (weight(s), i)).collect();
    order.retain(|(weight, _)| *weight > 0.0);
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().take(most).map(|(_, i)| i).collect()
}

/// Colours of a terminal, or none.
#[derive(Debug, Clone, Copy)]
pub struct Paint(pub bool);

impl Paint {
    fn of(self, code: &str, words: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{words}\u{1b}[0m") } else { words.to_owned() }
    }

    fn verdict(self, verdict: Verdict, words: &str) -> String {
        match verdict {
            Verdict::Right => self.of("32", words),
            Verdict::Wrong => self.of("31", words),
            Verdict::Missed => self.of("33", words),
            Verdict::Extra => self.of("35", words),
        }
    }
}

/// One message: its name, its text with numbered marks, and what each number is.
pub fn show(labelled: &Labelled, scored: &Scored, paint: Paint) -> String {
    let mut out = String::new();
    let id = clean(&labelled.id);
    let category = match (name(&scored.category), name(&scored.said)) {
        (wanted, said) if wanted == said => wanted,
        (wanted, said) => format!("{wanted}, read as {said} ({:.2})", scored.said_with),
    };
    let head = format!("{id}  {}  received {}  {category}", name(&scored.language), labelled.received_at.to_rfc3339());
    let _ = writeln!(out, "{}", paint.of("1", &head));
    for line in marked(labelled, &scored.items, paint).lines() {
        let _ = writeln!(out, "  | {line}");
    }
    for (i, item) in scored.items.iter().enumerate() {
        let _ = writeln!(out, "{}", paint.verdict(item.verdict, &said(i + 1, item)));
    }
    for (flag, wanted, _) in scored.flags.iter().filter(|(_, wanted, raised)| wanted != raised) {
        let (verdict, word) =
            if *wanted { (Verdict::Missed, "missed") } else { (Verdict::Extra, "raised, not labelled") };
        let _ = writeln!(out, "{}", paint.verdict(verdict, &format!("      flag {}: {word}", name(flag))));
    }
    out
}

fn said(number: usize, item: &Item) -> String {
    let words = |w: &Option<String>| clean(w.as_deref().unwrap_or_default()).replace('\n', " ");
    let (label, read) = (words(&item.label), words(&item.read));
    let sure = item.confidence.map_or_else(String::new, |c| format!(" ({c:.2})"));
    let row = item.row.name();
    match item.verdict {
        Verdict::Right if label == read => format!("  {number:>3} ok     {row}: {read}{sure}"),
        Verdict::Right => format!("  {number:>3} ok     {row}: {read}{sure}, labelled {label}"),
        Verdict::Wrong => format!("  {number:>3} WRONG  {row}: read {read}{sure}, labelled {label}"),
        Verdict::Missed => format!("  {number:>3} MISSED {row}: labelled {label}"),
        Verdict::Extra => format!("  {number:>3} EXTRA  {row}: read {read}{sure}"),
    }
}

/// The text with `[3 words]` around what item 3 is about, `[3,7 words]` where 7 is about the same words. Where label and
/// reading differ in place, the label's words stand in `[3 …]` and the read ones in `{3 …}`.
fn marked(labelled: &Labelled, items: &[Item], paint: Paint) -> String {
    // By place and sort of mark: the numbers, and the verdict that its colour shows, an error before what is right.
    let mut marks: BTreeMap<(Span, bool), (Vec<String>, Verdict)> = BTreeMap::new();
    for (i, item) in items.iter().enumerate() {
        let read_alone = item.read_spans.iter().filter(|s| !item.label_spans.contains(s)).map(|s| (*s, true));
        for place in item.label_spans.iter().map(|s| (*s, false)).chain(read_alone) {
            let (numbers, verdict) = marks.entry(place).or_insert((Vec::new(), item.verdict));
            numbers.push((i + 1).to_string());
            if *verdict == Verdict::Right {
                *verdict = item.verdict;
            }
        }
    }
    /// At one place what closes comes first; the longer one opens first and closes last.
    struct Edge {
        at: usize,
        opens: bool,
        length: usize,
        words: String,
        verdict: Verdict,
    }
    let mut edges: Vec<Edge> = Vec::new();
    for ((span, read), (numbers, verdict)) in marks {
        let (open, close) = if read { ('{', '}') } else { ('[', ']') };
        let edge = |at, opens, words| Edge { at, opens, length: span.len(), words, verdict };
        edges.push(edge(span.start, true, format!("{open}{} ", numbers.join(","))));
        edges.push(edge(span.end, false, close.to_string()));
    }
    edges.sort_by(|a, b| {
        let order = if a.opens { b.length.cmp(&a.length) } else { a.length.cmp(&b.length) };
        a.at.cmp(&b.at).then(a.opens.cmp(&b.opens)).then(order)
    });
    let mut edges = edges.into_iter().peekable();
    let mut out = String::new();
    let chars = labelled.text.raw().chars().map(Some).chain([None]);
    for (at, c) in chars.enumerate() {
        while let Some(edge) = edges.next_if(|e| e.at <= at) {
            out.push_str(&paint.verdict(edge.verdict, &edge.words));
        }
        out.extend(c.map(shown));
    }
    out
}

/// Characters that would steer a terminal are shown as a dot.
fn shown(c: char) -> char {
    if c.is_control() && c != '\n' && c != '\t' { '·' } else { c }
}

fn clean(words: &str) -> String {
    words.chars().map(shown).collect()
}
