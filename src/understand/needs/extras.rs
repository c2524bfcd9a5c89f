//! What hangs on a thing: who receives it, how long it is kept; and words that are a person rather than a thing.

use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::mark::Until;
use crate::understand::page::Source;

/// Words before a receiver.
const TO_EN: &[&str] = &["to", "with", "by", "for"];
const TO_ZH: &[&str] = &["转交给", "移交给", "转发给", "转给", "交给", "交由", "给", "至", "到", "由", "转"];

/// Han characters that end a receiver's name.
const ENDS: &str = "的,，。;；、和及与,.()（）\n 接代收管处保继看 即可就吧并后跟";

/// The receiver named behind a thing in its sentence: 'to Tom Berg', '转给王芳'.
pub fn receiver(source: &Source, sentence: Span, thing: Span) -> Option<Span> {
    let after = Span::new(thing.end, sentence.end);
    let words = source.text.folded_quote(after);
    let is_word = |c: char| c.is_alphanumeric() && !is_han(c) || matches!(c, '-' | '\'' | '.' | '@' | '_');
    // English: 'to' and capitalised words, an address, or 'me', 'us'.
    let mut at = after.start;
    while at < after.end {
        if !is_word(source.fold(at)) || at > sentence.start && is_word(source.fold(at - 1)) {
            at += 1;
            continue;
        }
        let end = (at..after.end).find(|i| !is_word(source.fold(*i))).unwrap_or(after.end);
        let word = source.text.folded_quote(Span::new(at, end));
        if TO_EN.contains(&word) {
            let mut start = end;
            while start < after.end && source.char(start) == ' ' {
                start += 1;
            }
            if let Some(name) = capitalised(source, start, after.end, &is_word) {
                return Some(name);
            }
        }
        at = end;
    }
    // Chinese: after 给, 至, 到 a name of two to four characters.
    for to in TO_ZH {
        if let Some(byte) = words.find(to) {
            let start = after.start + words.get(..byte).map_or(0, |w| w.chars().count()) + to.chars().count();
            let end = (start..after.end.min(start + 10))
                .find(|i| ENDS.contains(source.fold(*i)))
                .unwrap_or(after.end.min(start + 10));
            let han = (start..end).filter(|i| is_han(source.fold(*i))).count();
            if (2..=6).contains(&han) || han == 1 && source.fold(start) == '我' {
                return Some(Span::new(start, end));
            }
        }
    }
    None
}

fn capitalised(source: &Source, start: usize, limit: usize, is_word: &impl Fn(char) -> bool) -> Option<Span> {
    let mut at = start;
    let mut end = start;
    while at < limit {
        let stop = (at..limit).find(|i| !is_word(source.fold(*i))).unwrap_or(limit);
        let word = source.text.quote(Span::new(at, stop));
        let address = word.contains('@');
        let pronoun = end == start && matches!(word, "me" | "us" | "myself");
        if stop == at || !(address || pronoun || word.chars().next().is_some_and(char::is_uppercase)) {
            break;
        }
        end = stop;
        if address || pronoun || end - start > 40 {
            break;
        }
        at = stop;
        if source.char(at) != ' ' {
            break;
        }
        at += 1;
    }
    // A full stop behind the name is the sentence's.
    while end > start && source.char(end - 1) == '.' {
        end -= 1;
    }
    (end > start).then(|| Span::new(start, end))
}

/// How long a thing is kept: the date or duration nearest behind it in its sentence, else before it.
pub fn until(source: &Source, sentence: Span, thing: Span) -> Option<Until> {
    let near = |s: &Span| sentence.contains(*s);
    let far =
        |s: &Span| if s.start >= thing.end { s.start - thing.end } else { 2 * (thing.start.saturating_sub(s.end)) + 1 };
    let date = source
        .mention_spans
        .iter()
        .enumerate()
        .filter(|(_, s)| near(s))
        .map(|(i, s)| (far(s), Until::Date(i)))
        .min_by_key(|(d, _)| *d);
    let length = source
        .duration_spans
        .iter()
        .enumerate()
        .filter(|(_, s)| near(s))
        .map(|(i, s)| (far(s), Until::Duration(i)))
        .min_by_key(|(d, _)| *d);
    match (date, length) {
        (Some(a), Some(b)) => Some(if b.0 <= a.0 { b.1 } else { a.1 }),
        (a, b) => a.or(b).map(|(_, u)| u),
    }
}

/// Whether words look like a person's name rather than a product's: two or three title-case words, followed by what a person does.
pub fn person_like(source: &Source, span: Span) -> bool {
    let words: Vec<&str> = source.text.quote(span).split(' ').collect();
    let title_case = |w: &str| {
        let mut chars = w.chars();
        chars.next().is_some_and(char::is_uppercase)
            && chars.clone().next().is_some()
            && chars.all(|c| c.is_lowercase() || matches!(c, '-' | '\''))
    };
    if !(2..=3).contains(&words.len()) || !words.iter().all(|w| title_case(w)) {
        return false;
    }
    let rest: String = (span.end..span.end + 12).map(|i| source.fold(i)).collect();
    let rest = rest.trim_start();
    const FOLLOWS: &[&str] = &[
        "a ", "an ", "the ", "access", "on ", "with ", "to ", "from ", "up ", "(", "at ", "as ", "in ", "has", "is",
        "for ", "needs", "who", "will", "his ", "her ", "their ",
    ];
    FOLLOWS.iter().any(|f| rest.starts_with(f))
}
