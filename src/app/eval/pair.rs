//! Which request of the reading is meant by which labelled person, and which value by which.

use super::facts::{Asked, Fact};
use super::same::{person, same};

/// What counts for a pair: its name before its kind, its kind before its values (a share below 1).
const NAMED: f64 = 4.0;
const NAMELESS: f64 = 1.0;
const KIND: f64 = 2.0;

/// Whether both name the same person: by a mention's words, or at the same place.
pub fn one_person(label: &Asked, read: &Asked) -> bool {
    let words = label.names.iter().any(|l| read.names.iter().any(|r| person(l, r)));
    words || label.mentions.iter().any(|l| read.mentions.iter().any(|r| l.overlaps(*r)))
}

/// Whether it may be the same person: the same, or one of the two has no name.
pub fn maybe_one_person(label: &Asked, read: &Asked) -> bool {
    label.names.is_empty() || read.names.is_empty() || one_person(label, read)
}

/// Pairs of labelled and read requests, by number; the best pair first. Two that share nothing are no pair.
pub fn requests(labels: &[Asked], reads: &[Asked]) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for (l, label) in labels.iter().enumerate() {
        for (r, read) in reads.iter().enumerate() {
            let worth = worth(label, read);
            if worth > 0.0 {
                all.push((worth, l, r));
            }
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, l, r) in all {
        if pairs.iter().all(|p| p.0 != l && p.1 != r) {
            pairs.push((l, r));
        }
    }
    pairs.sort_unstable();
    pairs
}

fn worth(label: &Asked, read: &Asked) -> f64 {
    let name = if one_person(label, read) {
        NAMED
    } else if maybe_one_person(label, read) {
        NAMELESS
    } else {
        0.0
    };
    let kind = if label.kind == read.kind { KIND } else { 0.0 };
    let found = facts(&label.facts, &read.facts).iter().filter(|f| f.is_some()).count();
    let share = found as f64 / (label.facts.len().max(read.facts.len()) + 1) as f64;
    // One without a name that shares neither kind nor value is somebody else.
    if name == NAMELESS && kind == 0.0 && share == 0.0 { 0.0 } else { name + kind + share }
}

/// For each read value the number of the labelled one that it is; values at exactly the labelled place come first.
pub fn facts(labels: &[Fact], reads: &[Fact]) -> Vec<Option<usize>> {
    let mut found = vec![None; reads.len()];
    let mut taken = vec![false; labels.len()];
    for only_exact in [true, false] {
        for (read, slot) in reads.iter().zip(&mut found) {
            if slot.is_some() {
                continue;
            }
            let fits = |(l, label): &(usize, &Fact)| {
                !taken.get(*l).copied().unwrap_or(true) && (!only_exact || exact(label, read)) && same(label, read)
            };
            if let Some((l, _)) = labels.iter().enumerate().find(fits) {
                *slot = Some(l);
                if let Some(taken) = taken.get_mut(l) {
                    *taken = true;
                }
            }
        }
    }
    found
}

/// Whether one stretch of words is exactly the other's.
pub fn exact(label: &Fact, read: &Fact) -> bool {
    label.spans.iter().any(|s| read.spans.contains(s))
}
