//! Chinese names: the likeliest cut of each run of characters into words and names.

use super::lists::CHINESE;
use super::{Form, Name};
use crate::message::Span;
use crate::message::fold::is_han;
use std::sync::LazyLock;

/// One list of `chinese.tsv`.
fn table(name: &str) -> Vec<&'static str> {
    let lines = include_str!("chinese.tsv").lines();
    let mut lists = lines.filter_map(|l| l.split_once('\t')).filter(|(n, _)| *n == name);
    lists.next().map(|(_, words)| words.split('|').collect()).unwrap_or_default()
}

/// How often a word of such messages is a name, as a logarithm: one in fifty.
const NAME: f32 = -3.9;
/// A character that no list knows.
const UNKNOWN: f32 = -18.0;
/// Characters of one run that are cut together; a longer run is cut in pieces.
const RUN: usize = 400;
/// Words after which names stand, and before which they do, in characters that touch the name.
static BEFORE: LazyLock<Vec<&str>> = LazyLock::new(|| table("before"));
static AFTER: LazyLock<Vec<&str>> = LazyLock::new(|| table("after"));

/// What one step of a path takes.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Word,
    Name,
    Familiar,
}

pub(super) fn find(folded: &[char], _text: &str) -> Vec<Name> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        if !folded.get(at).is_some_and(|c| is_han(*c)) {
            at += 1;
            continue;
        }
        let end = (at..folded.len().min(at + RUN))
            .find(|i| !folded.get(*i).is_some_and(|c| is_han(*c)))
            .unwrap_or(folded.len().min(at + RUN));
        if let Some(stop) = dotted(folded, at, end) {
            let start = dotted_start(folded, at, end);
            names.push(Name { span: Span::new(start, stop), score: 0.95, form: Form::Han });
            if start > at {
                cut(folded, at, start, &mut names);
            }
            at = stop;
            continue;
        }
        cut(folded, at, end, &mut names);
        at = end;
    }
    names.sort_by_key(|n| n.span);
    names
}

fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '‧' | '・' | '․' | '∙')
}

/// The end of a name with middle dots whose first part ends at `end`.
fn dotted(folded: &[char], start: usize, end: usize) -> Option<usize> {
    let han = |i: usize| folded.get(i).is_some_and(|c| is_han(*c));
    if end <= start || !folded.get(end).is_some_and(|c| is_dot(*c)) || !han(end + 1) {
        return None;
    }
    let mut stop = end;
    while folded.get(stop).is_some_and(|c| is_dot(*c)) && han(stop + 1) {
        let part_end =
            (stop + 1..folded.len().min(stop + 12)).find(|i| !han(*i)).unwrap_or(folded.len().min(stop + 12));
        stop = if folded.get(part_end).is_some_and(|c| is_dot(*c)) && han(part_end + 1) {
            part_end
        } else {
            stop + 1 + spelt(folded.get(stop + 1..part_end).unwrap_or_default())
        };
    }
    Some(stop)
}

/// Characters at the front of a run that belong to a name's last part: up to the first common word.
fn spelt(run: &[char]) -> usize {
    if run.len() <= 2 {
        return run.len();
    }
    let mut at = 1;
    while at < run.len() {
        for length in [4, 3, 2] {
            let Some(word) = run.get(at..at + length) else { continue };
            let word: String = word.iter().collect();
            if CHINESE.words.get(word.as_str()).is_some_and(|log| *log > -14.0)
                && !word.chars().all(|c| CHINESE.spelling.contains(&c))
            {
                return at;
            }
        }
        let one = run.get(at).copied().unwrap_or(' ');
        if "的于将从自等和与及在是要需已因被任下明本今后周也为到去同做请调转先报入离先同这那最以".contains(one)
        {
            return at;
        }
        at += 1;
    }
    run.len().min(8)
}

/// Where the first part of a dotted name starts: after the last common word before the dot.
fn dotted_start(folded: &[char], start: usize, dot: usize) -> usize {
    let run: Vec<char> = folded.get(start..dot).unwrap_or_default().to_vec();
    if run.len() <= 2 {
        return start;
    }
    // From the dot backwards, as long as characters spell names and no common word is met.
    let mut from = run.len().saturating_sub(1);
    while from > 0 {
        let next = from - 1;
        let one = run.get(next).copied().unwrap_or(' ');
        let two: String = run.get(next.saturating_sub(1)..from).unwrap_or_default().iter().collect();
        let three: String = run.get(next..from + 1).unwrap_or_default().iter().collect();
        let common = |w: &str| {
            CHINESE.words.get(w).is_some_and(|log| *log > -13.0) && !w.chars().all(|c| CHINESE.spelling.contains(&c))
        };
        if !CHINESE.spelling.contains(&one) && !CHINESE.first.contains_key(&one) && !CHINESE.second.contains_key(&one)
            || common(&two)
            || common(&three) && two.chars().count() == 2
            || "的给为把将请让由和与及是向找跟叫名位员事人师对新派".contains(one)
        {
            break;
        }
        from = next;
    }
    start + from
}

/// Cuts one run and keeps its names.
fn cut(folded: &[char], start: usize, end: usize, names: &mut Vec<Name>) {
    let Some(run) = folded.get(start..end) else { return };
    let n = run.len();
    if n == 0 {
        return;
    }
    let text: String = run.iter().collect();
    let mut bytes: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
    bytes.push(text.len());
    let words = |a: usize, b: usize| -> &str {
        match (bytes.get(a), bytes.get(b)) {
            (Some(x), Some(y)) => text.get(*x..*y).unwrap_or(""),
            _ => "",
        }
    };
    // best[i]: the likeliest cut of the first i characters: (log, from, step).
    let mut best: Vec<(f32, usize, Step)> = vec![(f32::NEG_INFINITY, 0, Step::Word); n + 1];
    if let Some(first) = best.first_mut() {
        first.0 = 0.0;
    }
    for i in 0..n {
        let Some(base) = best.get(i).map(|b| b.0) else { continue };
        let mut offer = |to: usize, log: f32, step: Step| {
            if let Some(slot) = best.get_mut(to)
                && base + log > slot.0
            {
                *slot = (base + log, i, step);
            }
        };
        for length in 1..=4.min(n - i) {
            let word = words(i, i + length);
            match CHINESE.words.get(word) {
                Some(log) => offer(i + length, *log, Step::Word),
                None if length == 1 => offer(i + 1, UNKNOWN, Step::Word),
                None => {}
            }
            if length >= 2 && CHINESE.foreign.contains(word) {
                offer(i + length, NAME - 9.0, Step::Name);
            }
        }
        for surname_length in [1, 2] {
            if i + surname_length >= n {
                continue;
            }
            let Some(surname) = CHINESE.surnames.get(words(i, i + surname_length)) else { continue };
            for given_length in [1, 2] {
                let to = i + surname_length + given_length;
                if to > n {
                    continue;
                }
                let given = words(i + surname_length, to);
                let Some(log) = given_log(given, given_length) else { continue };
                let whole = CHINESE.words.get(words(i, to)).copied();
                let context = context(words, i, to, n) + edges(folded, start + i, start + to, whole);
                offer(to, NAME + surname + log + context, Step::Name);
            }
        }
        if let Some((to, log)) = familiar(words, i, n) {
            offer(to, log, Step::Familiar);
        }
    }
    let mut at = n;
    while at > 0 {
        let Some((_, from, step)) = best.get(at).copied() else { break };
        if from >= at {
            break;
        }
        if step != Step::Word {
            let word = words(from, at);
            let known = match step {
                Step::Familiar => 0.7,
                _ if CHINESE
                    .given
                    .contains_key(word.get(word.char_indices().nth(1).map_or(0, |(i, _)| i)..).unwrap_or("")) =>
                {
                    0.9
                }
                _ => 0.7,
            };
            let form = if step == Step::Familiar { Form::HanFamiliar } else { Form::Han };
            names.push(Name { span: Span::new(start + from, start + at), score: known, form });
        }
        at = from;
    }
}

/// How likely a given name is.
fn given_log(given: &str, length: usize) -> Option<f32> {
    let listed = CHINESE.given.get(given).copied();
    let mut chars = given.chars();
    let (a, b) = (chars.next()?, chars.next());
    // A sixth of names have one character.
    if length == 1 {
        let one = CHINESE.second.get(&a).or_else(|| CHINESE.first.get(&a)).copied().unwrap_or(-11.0);
        return Some(-1.8 + listed.unwrap_or(one).max(one - 1.0));
    }
    let made = CHINESE.first.get(&a).copied().unwrap_or(-10.5)
        + b.and_then(|b| CHINESE.second.get(&b)).copied().unwrap_or(-10.5);
    Some(listed.map_or(made - 1.5, |l| l.max(made) + 1.0))
}

/// Words right before a name that leave little doubt.
static SURELY_BEFORE: LazyLock<Vec<&str>> = LazyLock::new(|| table("surely_before"));
/// Words right behind a name that leave little doubt.
static SURELY_AFTER: LazyLock<Vec<&str>> = LazyLock::new(|| table("surely_after"));

/// What stands on both sides, outside the run too: a name between two sure signs beats the words it is made of.
fn edges(folded: &[char], from: usize, to: usize, word: Option<f32>) -> f32 {
    let ends = |w: &str| {
        let n = w.chars().count();
        from >= n && folded.get(from - n..from).is_some_and(|c| w.chars().eq(c.iter().copied()))
    };
    let starts = |w: &str| {
        let n = w.chars().count();
        folded.get(to..to + n).is_some_and(|c| w.chars().eq(c.iter().copied()))
    };
    let han = |i: usize| folded.get(i).is_some_and(|c| is_han(*c));
    let next = folded.get(to).copied().unwrap_or('\n');
    let left_sure = SURELY_BEFORE
        .iter()
        .filter(|w| ends(w))
        .map(|w| if *w == "叫" { 2 } else { w.chars().count() })
        .max()
        .unwrap_or(0);
    let right_sure = SURELY_AFTER.iter().any(|w| starts(w));
    let closed = !han(to);
    let numbered = next == '('
        && folded
            .get(to + 1..to + 4)
            .is_some_and(|w| w.iter().any(|c| c.is_ascii_digit()) || w.starts_with(&['工', '号']));
    let open_left = from == 0 || !han(from - 1);
    let mut bonus = 0.0;
    if numbered {
        bonus += 4.0;
    }
    // What is a word itself needs a long word before it: 员工幸福, 投资顾问简明.
    if word.is_some() {
        if left_sure >= 2 && (closed || right_sure) {
            bonus += 5.0;
        }
        return bonus;
    }
    // Counted or measured: 高拍仪一台.
    if !closed
        && "一两三四五六七八九十几".contains(next)
        && folded.get(to + 1).is_some_and(|c| "台个部张把套只支副件块份枚条".contains(*c))
    {
        bonus -= 4.0;
    }
    if left_sure > 0 && (closed || right_sure) {
        bonus += if left_sure >= 2 { 6.0 } else { 3.0 };
    }
    if open_left && right_sure && next != '自' && next != '因' {
        bonus += 3.0;
    }
    bonus
}

/// What the neighbours say for a name from `i` to `to`.
fn context<'a>(words: impl Fn(usize, usize) -> &'a str, i: usize, to: usize, n: usize) -> f32 {
    let mut sum = 0.0;
    if i == 0 {
        sum += 1.5;
    } else if (1..=3).any(|l| i >= l && BEFORE.contains(&words(i - l, i))) {
        sum += 2.0;
    }
    if to == n {
        sum += 1.5;
    } else if (1..=2).any(|l| AFTER.contains(&words(to, (to + l).min(n)))) {
        sum += 2.0;
    }
    sum
}

/// 小王, 老周, 阿豪, 王工, 李姐, 陈总, 张老师: a surname with a familiar word.
fn familiar<'a>(words: impl Fn(usize, usize) -> &'a str, i: usize, n: usize) -> Option<(usize, f32)> {
    if i + 2 > n {
        return None;
    }
    let first = words(i, i + 1);
    let second = words(i + 1, i + 2);
    let edge = |to: usize| -> f32 {
        let left = i == 0 || (1..=2).any(|l| i >= l && BEFORE.contains(&words(i - l, i)));
        let right = to >= n || (1..=2).any(|l| AFTER.contains(&words(to, (to + l).min(n))));
        f32::from(u8::from(left)) * 1.5 + f32::from(u8::from(right)) * 1.5
    };
    if matches!(first, "小" | "老" | "阿") {
        let surname = CHINESE.surnames.get(second).copied();
        let given =
            if first == "老" { None } else { second.chars().next().and_then(|c| CHINESE.second.get(&c)).copied() };
        let known = surname.into_iter().chain(given).fold(f32::NEG_INFINITY, f32::max);
        if known > -9.0 {
            return Some((i + 2, -6.5 + known + edge(i + 2)));
        }
    }
    if let Some(surname) = CHINESE.surnames.get(first)
        && *surname > -8.0
    {
        for title in [
            "老师", "经理", "主任", "先生", "女士", "师傅", "同学", "医生", "护士", "博士", "教授", "院长", "科长",
            "处长", "店长", "主管", "总监", "工", "姐", "哥", "总", "叔", "姨", "导", "队", "所",
        ] {
            let to = i + 1 + title.chars().count();
            if to <= n && words(i + 1, to) == title {
                // One character more than a word: 王工作 is not 王工.
                let single = title.chars().count() == 1;
                let longer = single && to < n && CHINESE.words.contains_key(words(i + 1, to + 1));
                if !longer {
                    return Some((to, -5.0 + surname - if single { 2.5 } else { 1.0 } + edge(to)));
                }
            }
        }
    }
    None
}
