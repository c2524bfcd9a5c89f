//! Two readers on the same messages: the difference, and how sure it is (paired bootstrap).

use super::figures::{Part, Report};
use super::row::Row;
use super::score::{Count, Scored, name};
use super::table::figure;
use crate::understand::labels::Labelled;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt::Write;

/// Times that the messages are drawn anew.
const RESAMPLES: usize = 1_000;
/// The same draws each time.
const SEED: u64 = 20_260_310;
/// Less than the third digit that is printed is no difference.
const LEAST: f64 = 0.0005;

/// F1 of all fields of B less that of A, with the range in which 95 of 100 draws lie.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// A language, or `all`.
    pub part: String,
    pub difference: f64,
    pub low: f64,
    pub high: f64,
}

/// A field that B reads worse than A.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Worse {
    pub part: String,
    pub field: &'static str,
    pub a: f64,
    pub b: f64,
}

/// What came of both.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    pub a: Report,
    pub b: Report,
    pub differences: Vec<Difference>,
    pub worse: Vec<Worse>,
}

/// The same messages, in the same order, read by A and by B.
pub fn compare(messages: &[Labelled], a: (Report, &[Scored]), b: (Report, &[Scored])) -> Comparison {
    let mut differences = Vec::new();
    let mut worse = Vec::new();
    for (in_a, in_b) in a.0.parts.iter().zip(&b.0.parts) {
        let here = |s: &Scored| in_a.name == "all" || name(&s.language) == in_a.name;
        let kept = messages.iter().zip(a.1.iter().zip(b.1)).filter(|(_, (a, _))| here(a));
        let pairs: Vec<_> = kept.map(|(m, (a, b))| (m, a.fields(), b.fields())).collect();
        differences.push(difference(&in_a.name, &pairs));
        worse.extend(lost(in_a, in_b));
    }
    Comparison { a: a.0, b: b.0, differences, worse }
}

fn lost(a: &Part, b: &Part) -> Vec<Worse> {
    let f1 = |part: &Part, row: Row| part.rows.get(row.name()).and_then(|f| f.f1);
    let both = Row::ALL.into_iter().filter_map(|row| Some((row, f1(a, row)?, f1(b, row)?)));
    both.filter(|(_, a, b)| a - b >= LEAST)
        .map(|(row, in_a, in_b)| Worse { part: a.name.clone(), field: row.name(), a: in_a, b: in_b })
        .collect()
}

/// Messages that were filled from one skeleton are drawn together: they are no independent evidence.
fn difference(part: &str, pairs: &[(&Labelled, Count, Count)]) -> Difference {
    let mut groups: Vec<(Count, Count)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (message, a, b) in pairs {
        let at = match &message.skeleton {
            Some(skeleton) => *known.entry(skeleton).or_insert(groups.len()),
            None => groups.len(),
        };
        match groups.get_mut(at) {
            Some(group) => {
                group.0.add(*a);
                group.1.add(*b);
            }
            None => groups.push((*a, *b)),
        }
    }
    let mut random = Random(SEED);
    let mut draws: Vec<f64> = (0..RESAMPLES)
        .map(|_| between((0..groups.len()).filter_map(|_| groups.get(random.below(groups.len())))))
        .collect();
    draws.sort_by(f64::total_cmp);
    let at = |share: f64| draws.get((share * (RESAMPLES - 1) as f64).round() as usize).copied().unwrap_or(0.0);
    Difference { part: part.to_owned(), difference: between(groups.iter()), low: at(0.025), high: at(0.975) }
}

fn between<'a>(groups: impl Iterator<Item = &'a (Count, Count)>) -> f64 {
    let (mut a, mut b) = (Count::default(), Count::default());
    for group in groups {
        a.add(group.0);
        b.add(group.1);
    }
    let f1 = |c: Count| 2.0 * c.right as f64 / (c.read + c.labelled).max(1) as f64;
    f1(b) - f1(a)
}

/// SplitMix64: enough for drawing, and the same on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0, below `end`.
    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

impl Difference {
    /// 'B is better by 0.021 (95 %: 0.012 to 0.030)'.
    pub fn sentence(&self) -> String {
        let Difference { difference, low, high, .. } = *self;
        let (word, by, low, high) =
            if difference < 0.0 { ("worse", -difference, -high, -low) } else { ("better", difference, low, high) };
        if difference == 0.0 && low == 0.0 && high == 0.0 {
            return "A and B are equal".to_owned();
        }
        let chance = if low <= 0.0 { "; it may be chance" } else { "" };
        format!("B is {word} by {by:.3} (95 %: {low:.3} to {high:.3}){chance}")
    }
}

/// Both tables beside each other, then the sentences.
pub fn print(both: &Comparison) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} messages\nA: {}\nB: {}\n", both.a.messages, both.a.reader, both.b.reader);
    let parts: Vec<(&Part, &Part)> = both.a.parts.iter().zip(&both.b.parts).collect();
    let _ = write!(out, "{:<18}", "");
    for (a, _) in &parts {
        let _ = write!(out, " | {:<23}", a.name);
    }
    let _ = write!(out, "\n{:<18}", "F1");
    for _ in &parts {
        let _ = write!(out, " | {:>7} {:>7} {:>7}", "A", "B", "B-A");
    }
    let _ = writeln!(out);
    let mut line = |name: &str, of: &dyn Fn(&Part) -> Option<f64>| {
        let values: Vec<_> = parts.iter().map(|(a, b)| (of(a), of(b))).collect();
        if values.iter().all(|(a, b)| a.is_none() && b.is_none()) {
            return;
        }
        let _ = write!(out, "{name:<18}");
        for (a, b) in values {
            let less = a.zip(b).map_or_else(String::new, |(a, b)| signed(b - a));
            let _ = write!(out, " | {:>7} {:>7} {less:>7}", figure(a), figure(b));
        }
        let _ = writeln!(out);
    };
    for row in Row::ALL {
        line(row.name(), &|p| p.rows.get(row.name()).and_then(|f| f.f1));
    }
    line("needs, all", &|p| p.needs.f1);
    line("all fields", &|p| p.all.f1);
    line("flags", &|p| p.flags.f1);
    line("category right", &|p| p.category.value());
    line("operation right", &|p| p.operation.value());
    line("wholly right", &|p| p.whole.value());
    line("calibration error", &|p| p.calibration.error);
    let _ = writeln!(out, "\nF1 of all fields ({RESAMPLES} draws of messages, those of one skeleton together):");
    for one in &both.differences {
        let _ = writeln!(out, "  {}: {}", one.part, one.sentence());
    }
    if both.worse.is_empty() {
        let _ = writeln!(out, "No field got worse.");
    } else {
        let _ = writeln!(out, "Fields that got worse:");
        for w in &both.worse {
            let _ = writeln!(out, "  {} {}: {:.3} to {:.3} ({})", w.part, w.field, w.a, w.b, signed(w.b - w.a));
        }
    }
    out
}

fn signed(value: f64) -> String {
    if value.abs() < LEAST { "0.000".to_owned() } else { format!("{value:+.3}") }
}
