//! One person under several names: 'Ada Roe', 'Ada', 'Ms Roe'; 王小明, 小明, 小王, 王工.

use super::Mention;
use crate::message::Span;
use crate::understand::mark::Role;
use crate::understand::names::Form;
use crate::understand::page::Page;
use std::collections::HashMap;

/// Which mention belongs to which person.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    /// For each mention its person's number.
    pub of: Vec<usize>,
    pub count: usize,
}

/// People up to whom short forms are looked for in the whole text; a long list names everybody in full.
const SHORT_FORMS: usize = 16;

impl Entities {
    /// Groups the mentions, and adds mentions by given name that the finder of names did not see.
    pub fn of(page: &Page, mentions: &mut Vec<Mention>) -> Self {
        let mut groups = Self::group(page, mentions);
        if groups.count > 0 && groups.count <= SHORT_FORMS && add_given(page, mentions) {
            mentions.sort_by_key(|m| (m.source, m.span));
            groups = Self::group(page, mentions);
        }
        groups
    }

    fn group(page: &Page, mentions: &[Mention]) -> Self {
        let words: Vec<String> = mentions.iter().map(|m| folded(page, m)).collect();
        let mut of = vec![usize::MAX; mentions.len()];
        let mut count = 0;
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        // Full names first.
        for (i, m) in mentions.iter().enumerate() {
            if matches!(m.form, Form::Latin | Form::Han)
                && let (Some(word), Some(slot)) = (words.get(i), of.get_mut(i))
            {
                let e = *by_name.entry(word.as_str()).or_insert_with(|| {
                    count += 1;
                    count - 1
                });
                *slot = e;
            }
        }
        // 'Kai Xin' for 'Ong Kai Xin', 'Roe' in several parts: all words of one are words of a longer one.
        let long: Vec<(usize, usize)> = mentions
            .iter()
            .enumerate()
            .filter(|(_, m)| m.form == Form::Latin)
            .filter_map(|(i, _)| words.get(i).map(|w| (i, w.split(' ').count())))
            .filter(|(_, n)| *n >= 3)
            .take(60)
            .collect();
        for (i, m) in mentions.iter().enumerate().filter(|(_, m)| m.form == Form::Latin) {
            let Some(word) = words.get(i) else { continue };
            let parts: Vec<&str> = word.split(' ').collect();
            let fuller = long.iter().find(|(j, n)| {
                *n > parts.len()
                    && words.get(*j).is_some_and(|w| {
                        let all: Vec<&str> = w.split(' ').collect();
                        parts.iter().all(|p| all.contains(p))
                    })
            });
            if let Some((j, _)) = fuller
                && let Some(e) = of.get(*j).copied()
                && let Some(slot) = of.get_mut(i)
            {
                *slot = e;
            }
            let _ = m;
        }
        // A parallel form in the other script stands right beside: 王小明(Kevin Wang).
        for i in 1..mentions.len() {
            let (Some(a), Some(b)) = (mentions.get(i - 1), mentions.get(i)) else { continue };
            if beside(page, a, b)
                && let Some(e) = of.get(i - 1).copied().filter(|e| *e != usize::MAX)
            {
                let old = of.get(i).copied().unwrap_or(usize::MAX);
                if old == usize::MAX {
                    if let Some(slot) = of.get_mut(i) {
                        *slot = e;
                    }
                } else {
                    of.iter_mut().filter(|x| **x == old).for_each(|x| *x = e);
                }
            }
        }
        // Short forms: to the nearest full name before that has this part, else after.
        let fulls: Vec<(usize, Vec<&str>)> = mentions
            .iter()
            .enumerate()
            .filter(|(_, m)| matches!(m.form, Form::Latin | Form::Han))
            .filter_map(|(i, _)| {
                words.get(i).map(|w| (i, w.split([' ', '·', ',']).filter(|p| !p.is_empty()).collect()))
            })
            .take(200)
            .collect();
        for (i, m) in mentions.iter().enumerate() {
            if of.get(i).copied() != Some(usize::MAX) {
                continue;
            }
            let Some(word) = words.get(i) else { continue };
            let fits = |(_, parts): &&(usize, Vec<&str>)| short_for(word, m.form, parts);
            let before = fulls.iter().filter(|(f, _)| *f < i).rev().find(fits);
            let found = before.or_else(|| fulls.iter().find(fits)).and_then(|(f, _)| of.get(*f).copied());
            let e = found.unwrap_or_else(|| {
                *by_name.entry(word.as_str()).or_insert_with(|| {
                    count += 1;
                    count - 1
                })
            });
            if let Some(slot) = of.get_mut(i) {
                *slot = e;
            }
        }
        Self { of, count }
    }

    /// For each person the sum of what the mentions say.
    pub fn weights(&self, mentions: &[Mention]) -> Vec<f32> {
        let mut sums = vec![0.0f32; self.count];
        let mut fixed = vec![false; self.count];
        for (m, e) in mentions.iter().zip(&self.of) {
            if let (Some(sum), Some(fixed)) = (sums.get_mut(*e), fixed.get_mut(*e)) {
                match m.fixed {
                    Some(Role::Concerned) => {
                        *fixed = true;
                        *sum = 5.0;
                    }
                    // Signing or being greeted says who writes and reads, not that nobody else asks for them.
                    Some(_) if !*fixed => *sum += m.weight.max(-4.0) * 0.6 - 0.6,
                    None if !*fixed => *sum += m.weight.clamp(-3.0, 4.0),
                    _ => {}
                }
            }
        }
        sums
    }

    /// For each person how surely the words are a name at all.
    pub fn best_name(&self, mentions: &[Mention]) -> Vec<f32> {
        let mut best = vec![0.0f32; self.count];
        for (m, e) in mentions.iter().zip(&self.of) {
            if let Some(b) = best.get_mut(*e) {
                *b = b.max(m.name);
            }
        }
        best
    }
}

fn folded(page: &Page, m: &Mention) -> String {
    page.sources.get(m.source).map_or(String::new(), |s| s.text.folded_quote(m.span).trim().to_owned())
}

/// 王小明(Kevin), 王小明 Kevin Wang, Kevin Wang（王小明）.
fn beside(page: &Page, a: &Mention, b: &Mention) -> bool {
    let latin = |f: Form| matches!(f, Form::Latin | Form::LatinSingle);
    if a.source != b.source
        || latin(a.form) == latin(b.form)
        || b.span.start < a.span.end
        || b.span.start - a.span.end > 2
    {
        return false;
    }
    let Some(source) = page.sources.get(a.source) else { return false };
    let gap: Vec<char> = source.folded.get(a.span.end..b.span.start).unwrap_or_default().to_vec();
    gap.iter().all(|c| matches!(c, ' ' | '(' | '/' | '|'))
        && (gap.contains(&'(') || gap.contains(&'/') || gap.is_empty() || gap == [' '])
}

/// Whether a short form can stand for a full name's parts.
fn short_for(word: &str, form: Form, parts: &[&str]) -> bool {
    match form {
        Form::LatinSingle => parts.len() > 1 && parts.contains(&word),
        Form::HanFamiliar => {
            let chars: Vec<char> = word.chars().collect();
            let (Some(first), Some(last)) = (chars.first(), chars.last()) else { return false };
            let Some(full) = parts.first().filter(|_| parts.len() == 1) else { return false };
            if full.ends_with(word) && full.chars().count() > chars.len() {
                return true;
            }
            let key = if matches!(first, '小' | '老' | '阿') { last } else { first };
            full.starts_with(*key) || matches!(first, '小' | '阿') && full.ends_with(*key)
        }
        _ => false,
    }
}

/// Given names alone, of people whose full name the text has.
fn add_given(page: &Page, mentions: &mut Vec<Mention>) -> bool {
    let mut found: Vec<Mention> = Vec::new();
    let mut seen: std::collections::HashSet<(usize, String)> = std::collections::HashSet::new();
    for m in mentions.iter() {
        let Some(source) = page.sources.get(m.source) else { continue };
        let name = source.text.folded_quote(m.span);
        let short: String = match m.form {
            Form::Latin => name.split([' ', ',']).next().unwrap_or("").to_owned(),
            Form::Han if name.contains('·') => name.split('·').next().unwrap_or("").to_owned(),
            Form::Han if name.chars().count() >= 3 => {
                let skip = if name.chars().count() >= 4 { 2 } else { 1 };
                name.chars().skip(skip).collect()
            }
            _ => continue,
        };
        if short.chars().count() < 2 || crate::understand::names::lists::is_word(&short) {
            continue;
        }
        if !seen.insert((m.source, short.clone())) {
            continue;
        }
        for (at, _) in source.text.folded().match_indices(short.as_str()).take(40) {
            let span = source.text.span_of_folded(at..at + short.len());
            let latin = m.form == Form::Latin;
            let bounded = !latin
                || !source.fold(span.end).is_alphanumeric()
                    && (span.start == 0 || !source.fold(span.start - 1).is_alphanumeric());
            let known = mentions.iter().chain(&found).any(|o| o.source == m.source && o.span.overlaps(span));
            if bounded && !known {
                let form = if latin { Form::LatinSingle } else { Form::HanFamiliar };
                found.push(Mention {
                    source: m.source,
                    span: Span::new(span.start, span.end),
                    form,
                    name: 0.5,
                    weight: 0.1,
                    fixed: None,
                });
            }
        }
    }
    let any = !found.is_empty();
    mentions.append(&mut found);
    any
}
