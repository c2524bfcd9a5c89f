//! Employee numbers, e-mail addresses and telephone numbers.

use super::Out;
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::cues::Class;
use crate::understand::mark::What;
use crate::understand::page::{Page, Source};

pub(super) fn prose(page: &Page, source: &Source, out: &mut Out) {
    numbers(source, out);
    let sender = page.message.from.as_ref().and_then(|f| f.email.as_deref()).unwrap_or("").to_ascii_lowercase();
    for span in emails(source, Span::new(0, source.folded.len())) {
        if super::words_of(source, span) != sender {
            out.push(span, What::Email, 0.7);
        }
    }
    for span in phones(source, Span::new(0, source.folded.len())) {
        out.push(span, What::Phone, 0.6);
    }
}

/// After a cue ('staff no. 4711', 工号：E123) or in brackets behind a name.
fn numbers(source: &Source, out: &mut Out) {
    for cue in source.cues.within(Span::new(0, source.folded.len())).filter(|c| c.class.has(Class::EMPLOYEE)) {
        let mut at = cue.span.end;
        while matches!(source.fold(at), ' ' | ':' | '#' | '.' | '=' | '是' | '为' | '-') && at < cue.span.end + 4 {
            at += 1;
        }
        if source.folded.get(at..at + 3).is_some_and(|w| w == ['i', 's', ' ']) {
            at += 3;
        }
        if let Some(span) = token(source, at, 1) {
            out.push(span, What::EmployeeNumber, 0.85);
        }
    }
    for name in source.names.iter().filter(|n| n.score >= 0.4) {
        let mut at = name.span.end;
        while matches!(source.fold(at), ' ' | '(' | ',' | '-' | '/' | '[' | '#' | '|' | '\t' | '—')
            && at < name.span.end + 5
        {
            at += 1;
        }
        if at > name.span.end
            && let Some(span) = token(source, at, 3)
        {
            out.push(span, What::EmployeeNumber, 0.7);
        }
    }
}

/// A number or code: letters, digits and dashes, with at least so many digits, which is no date and no telephone number.
pub(crate) fn token(source: &Source, at: usize, digits: usize) -> Option<Span> {
    let mut end = at;
    while end < at + 16
        && (source.fold(end).is_ascii_alphanumeric() || matches!(source.fold(end), '-' | '_') && end > at)
    {
        end += 1;
    }
    let span = Span::new(at, end);
    let chars = source.chars.get(at..end)?;
    let count = chars.iter().filter(|c| c.is_ascii_digit()).count();
    let letters = chars.iter().filter(|c| c.is_ascii_alphabetic()).count();
    let lower = chars.iter().filter(|c| c.is_ascii_lowercase()).count();
    let dated = source.dates_in(span) && (letters == 0 || chars.contains(&'-'));
    let inside = matches!(source.fold(end), '/' | '@' | ':' | '%' | '月' | '日' | '号' | '年' | '点' | '.')
        && source.fold(end + 1).is_ascii_alphanumeric()
        || matches!(source.fold(end), '月' | '日' | '号' | '年' | '点' | '人' | '台' | '个' | '楼' | '层');
    (count >= digits
        && count >= 1
        && (2..=12).contains(&span.len())
        && lower <= 3
        && letters <= 6
        && !dated
        && !inside
        && (letters <= 5))
        .then_some(span)
}

/// Mail addresses of a stretch.
pub(crate) fn emails(source: &Source, within: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let mut at = within.start;
    while at < within.end {
        if source.fold(at) == '@' {
            let mut start = at;
            while start > within.start && at - start < 64 && local(source.fold(start - 1)) {
                start -= 1;
            }
            let mut end = at + 1;
            while end < within.end
                && end - at < 120
                && (source.fold(end).is_ascii_alphanumeric() || matches!(source.fold(end), '.' | '-'))
            {
                end += 1;
            }
            while end > at && matches!(source.fold(end - 1), '.' | '-') {
                end -= 1;
            }
            let dot = (at + 1..end).any(|i| source.fold(i) == '.');
            if start < at && dot {
                found.push(Span::new(start, end));
                at = end;
                continue;
            }
        }
        at += 1;
    }
    found
}

/// Telephone numbers of a stretch: at least eight digits with spaces and dashes, or after 'ext', 分机, 电话.
pub(crate) fn phones(source: &Source, within: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let c = source.fold(at);
        let opens = c.is_ascii_digit() || c == '+' && source.fold(at + 1).is_ascii_digit();
        let before = if at > 0 { source.fold(at - 1) } else { ' ' };
        if !opens || before.is_ascii_alphanumeric() && !is_han(before) || matches!(before, '-' | '#' | '@' | '.' | '_')
        {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut digits = usize::from(c.is_ascii_digit());
        while end < within.end && end - at < 24 {
            let d = source.fold(end);
            if d.is_ascii_digit() {
                digits += 1;
            } else if !(matches!(d, ' ' | '-' | '(' | ')') && source.fold(end + 1).is_ascii_digit()
                || d == ')' && source.fold(end + 1) == ' ')
            {
                break;
            }
            end += 1;
        }
        let span = Span::new(at, end);
        let dated = source.dates_in(span);
        let plus = c == '+';
        let mobile = digits == 11 && c == '1'
            || digits == 8 && source.fold(at + 4) == '-'
            || plus && digits >= 8
            || c == '0' && (9..=12).contains(&digits);
        if mobile && !dated {
            found.push(span);
        }
        at = end;
    }
    found
}
