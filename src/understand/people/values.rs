//! Names in the values of forms and the cells of tables.

use super::chain::is_link;
use crate::message::Span;
use crate::understand::layout::Key;
use crate::understand::names;
use crate::understand::names::Form;
use crate::understand::page::Source;

/// Keys with their values, of form lines and tables alike.
pub(crate) fn cells(source: &Source) -> Vec<(Key, Span)> {
    let fields = source.layout.fields.iter().filter_map(|f| f.key.map(|k| (k, f.value)));
    let cells = source.layout.tables.iter().flat_map(|t| {
        t.rows.iter().flat_map(|r| t.heads.iter().zip(&r.cells).filter_map(|(head, cell)| head.map(|k| (k, *cell))))
    });
    fields.chain(cells).filter(|(_, v)| !v.is_empty()).collect()
}

pub(super) fn opens_with_name(source: &Source, value: Span) -> bool {
    let i = source.names.partition_point(|n| n.span.start < value.start);
    source.names.get(i).is_some_and(|n| n.span.start == value.start && n.span.end <= value.end && n.score >= 0.5)
}

/// The names in a form value: several are parted by 、 , / and 'and' where each is a name.
pub(super) fn people_in(source: &Source, value: Span, key: Key) -> Vec<Span> {
    let inside: Vec<Span> = source
        .names
        .iter()
        .skip(source.names.partition_point(|n| n.span.start < value.start))
        .take_while(|n| n.span.end <= value.end)
        .filter(|n| n.score >= 0.5)
        .map(|n| n.span)
        .collect();
    if inside.len() > 1 && key == Key::Name && chained(source, &inside) {
        return inside;
    }
    if let [a, b] = inside.as_slice()
        && key == Key::Name
        && crate::message::fold::is_han(source.char(a.start)) != crate::message::fold::is_han(source.char(b.start))
        && b.start - a.end <= 3
    {
        return inside;
    }
    if matches!(key, Key::Start | Key::End) {
        return inside.into_iter().take(1).collect();
    }
    if inside.len() > 1 && matches!(key, Key::Manager | Key::OtherPerson | Key::Like) {
        return inside;
    }
    let whole = names::in_value(&source.chars, &source.folded, value);
    match (whole, inside.first()) {
        // 'Dr Ada Roe (E12)' is best read by the list where the list found most of it.
        (Some(whole), Some(first))
            if whole.contains(*first) && first.len() * 2 >= whole.len() && source.char(whole.start).is_alphabetic() =>
        {
            let keep = if whole.len() > 30
                || crate::message::fold::is_han(source.char(first.start)) && whole.len() > first.len() + 4
            {
                *first
            } else {
                whole
            };
            vec![keep]
        }
        (Some(whole), _) if is_filled(source, whole) => vec![whole],
        (None, Some(first)) => vec![*first],
        _ => Vec::new(),
    }
}

/// Whether only separators stand between names.
pub(super) fn chained(source: &Source, spans: &[Span]) -> bool {
    spans.windows(2).all(|pair| match pair {
        [a, b] => is_link(source, a.end, b.start),
        _ => true,
    })
}

/// A form value that says something: not 'N/A', 'none', 'tbc', 'see below'.
pub(crate) fn is_filled(source: &Source, span: Span) -> bool {
    let words: String =
        source.folded.get(span.start..span.end.min(source.folded.len())).unwrap_or_default().iter().collect();
    let bare = words.trim_matches(|c: char| !c.is_alphanumeric());
    !bare.is_empty()
        && !matches!(
            bare,
            "n/a"
                | "na"
                | "none"
                | "tbc"
                | "tbd"
                | "tba"
                | "nil"
                | "no"
                | "yes"
                | "-"
                | "null"
                | "unknown"
                | "see below"
                | "as above"
                | "same"
                | "ditto"
                | "empty"
                | "not applicable"
                | "pending"
                | "待定"
                | "无"
                | "暂无"
                | "没有"
                | "同上"
                | "见下"
                | "未定"
                | "空"
                | "如下"
                | "不变"
                | "unchanged"
                | "不适用"
                | "详见附件"
                | "以下"
                | "no change"
                | "same as before"
                | "open"
        )
}

pub(super) fn form_of(source: &Source, span: Span) -> Form {
    if crate::message::fold::is_han(source.char(span.start)) {
        let two = span.len() == 2 && matches!(source.fold(span.start), '小' | '老' | '阿');
        return if two { Form::HanFamiliar } else { Form::Han };
    }
    let spaced = source.chars.get(span.start..span.end).unwrap_or_default().iter().any(|c| c.is_whitespace());
    if spaced { Form::Latin } else { Form::LatinSingle }
}
