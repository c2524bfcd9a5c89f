//! Names that vouch for each other: items of a list, rows, the same words again.

use super::Mention;
use super::values::form_of;
use crate::message::Span;
use crate::understand::layout::LineKind;
use crate::understand::mark::Role;
use crate::understand::names::Form;
use crate::understand::page::{Page, Source};

/// First cells of a list's items that are names by their fellows: '- 洁牙师：热依汗古丽' beside '- 前台：褚青青'.
pub(super) fn listed(number: usize, source: &Source, all: &mut Vec<Mention>) {
    let items = &source.layout.items;
    let mut from = 0;
    while from < items.len() {
        let mut to = from + 1;
        while to < items.len()
            && items
                .get(to)
                .zip(items.get(to - 1))
                .is_some_and(|(a, b)| a.line - b.line <= 3 && a.indent == b.indent && a.numbered == b.numbered)
        {
            to += 1;
        }
        let cells: Vec<Span> =
            items.get(from..to).unwrap_or_default().iter().filter_map(|i| name_cell(source, i.body)).collect();
        let known = |c: &Span| source.names_in(*c).iter().any(|n| n.score >= 0.65 && n.span.start == c.start);
        let hits = cells.iter().filter(|c| known(c)).count();
        if to - from > 1 && cells.len() == to - from && hits * 3 >= cells.len() {
            for cell in cells {
                match all.iter_mut().find(|m| m.source == number && m.span == cell) {
                    Some(m) => {
                        m.weight += 0.5;
                        m.name = m.name.max(0.75);
                    }
                    None => {
                        all.retain(|m| !(m.source == number && m.span.overlaps(cell)));
                        all.push(Mention {
                            source: number,
                            span: cell,
                            form: form_of(source, cell),
                            name: 0.75,
                            weight: 1.4,
                            fixed: None,
                        });
                    }
                }
            }
        }
        from = to;
    }
}

/// Lines one under the other that open with names, or what looks like them: the sure vouch for the strange.
pub(super) fn rows_of_names(number: usize, source: &Source, all: &mut [Mention]) {
    let opens = |line: usize| -> Option<Span> {
        let span = source.lines.get(line)?;
        let body = match source.layout.kinds.get(line) {
            Some(LineKind::Item(i)) => source.layout.items.get(*i)?.body,
            Some(LineKind::Prose) => *span,
            _ => return None,
        };
        source
            .names_in(body)
            .first()
            .filter(|n| {
                n.span.start == body.start && n.form == Form::Latin && n.span.end < body.end.max(n.span.end + 1)
            })
            .map(|n| n.span)
    };
    let mut line = 0;
    while line < source.lines.len() {
        let mut run: Vec<Span> = Vec::new();
        while let Some(span) = opens(line) {
            run.push(span);
            line += 1;
        }
        if run.len() > 1 {
            let sure = all
                .iter()
                .filter(|m| m.source == number && m.name >= 0.65 && run.contains(&m.span) && m.weight > -1.0)
                .count();
            if sure > 0 {
                for m in all.iter_mut().filter(|m| m.source == number && m.fixed.is_none() && run.contains(&m.span)) {
                    m.name = m.name.max(0.7);
                    m.weight += 0.6;
                }
            }
        }
        line += 1;
    }
}

/// The sender's name as the header writes it, where the text has it in full.
pub(super) fn sender(page: &Page, source: &Source, signed: &[Span], all: &mut Vec<Mention>) {
    let Some(name) = page.message.from.as_ref().and_then(|f| f.name.as_deref()) else { return };
    let name = crate::message::fold::fold_str(name);
    let latin = name.contains(' ') && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '.'));
    if !latin || !(5..=40).contains(&name.len()) {
        return;
    }
    for (at, _) in source.text.folded().match_indices(name.as_str()).take(10) {
        let span = source.text.span_of_folded(at..at + name.len());
        let bounded = !source.fold(span.end).is_alphanumeric()
            && (span.start == 0 || !source.fold(span.start - 1).is_alphanumeric());
        if !bounded || all.iter().any(|m| m.source == 0 && m.span.contains(span)) {
            continue;
        }
        all.retain(|m| !(m.source == 0 && m.span.overlaps(span)));
        let fixed = signed.iter().any(|s| s.contains(span)).then_some(Role::Other);
        all.push(Mention { source: 0, span, form: Form::Latin, name: 0.9, weight: -2.0, fixed });
    }
}

/// Further places of Chinese names that a form or a list settled, which the finder read otherwise.
pub(super) fn again(number: usize, source: &Source, all: &mut Vec<Mention>) {
    let settled: Vec<(String, f32)> = all
        .iter()
        .filter(|m| {
            m.source == number
                && (m.fixed == Some(Role::Concerned) || m.weight >= 1.2)
                && m.span.len() >= 3
                && crate::message::fold::is_han(source.char(m.span.start))
        })
        .map(|m| (source.text.folded_quote(m.span).to_owned(), m.name))
        .take(16)
        .collect();
    for (word, name) in settled {
        for (at, _) in source.text.folded().match_indices(word.as_str()).take(20) {
            let span = source.text.span_of_folded(at..at + word.len());
            if all.iter().any(|m| m.source == number && m.span.contains(span)) {
                continue;
            }
            all.retain(|m| !(m.source == number && m.span.overlaps(span)));
            all.push(Mention { source: number, span, form: Form::Han, name, weight: 0.3, fixed: None });
        }
    }
}

/// The first cell of an item, behind a label: two to six Chinese characters before a mark.
pub(super) fn name_cell(source: &Source, body: Span) -> Option<Span> {
    let colon = (body.start..body.end.min(body.start + 12)).find(|i| source.fold(*i) == ':');
    let start = colon.map_or(body.start, |c| c + 1);
    let start = (start..body.end).find(|i| source.fold(*i) != ' ')?;
    let end = (start..body.end)
        .find(|i| !(crate::message::fold::is_han(source.fold(*i)) || source.fold(*i) == '·'))
        .unwrap_or(body.end);
    let stop = source.fold(end);
    let ok = end == body.end
        || matches!(stop, '(' | ',' | '-' | '—' | ' ' | '/' | '|' | '→' | '\t' | ';' | ':' | '、')
        || stop.is_ascii_digit();
    (ok && (2..=6).contains(&(end - start))).then_some(Span::new(start, end))
}
