//! `key: value` lines in the shapes that people and machines give them.

use super::key::{self, Key};
use super::{Field, Item, LineKind, part, tidy};
use crate::message::Span;
use crate::message::fold::is_han;

/// Fields of one text that are read.
const FIELDS: usize = 20_000;
/// Characters of a line that are searched for keys; a longer line is prose.
const LINE: usize = 2_000;

pub(super) fn find(
    chars: &[char],
    folded: &[char],
    lines: &[Span],
    kinds: &mut [LineKind],
    items: &[Item],
) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (line, span) in lines.iter().enumerate() {
        if matches!(kinds.get(line), Some(LineKind::Table(_))) || fields.len() > FIELDS {
            continue;
        }
        let mut span = *span;
        if let Some(LineKind::Item(i)) = kinds.get(line)
            && let Some(item) = items.get(*i)
        {
            span = item.body;
        }
        let before = fields.len();
        if span.len() <= LINE {
            inside(chars, folded, line, span, &mut fields);
            if fields.len() == before {
                columns(chars, folded, line, span, &mut fields);
            }
        }
        let known = fields.get(before..).unwrap_or_default().iter().any(|f| f.key.is_some());
        if known
            && let Some(kind) = kinds.get_mut(line)
            && *kind == LineKind::Prose
        {
            *kind = LineKind::Form;
        }
    }
    stacked(chars, folded, lines, kinds, &mut fields);
    fill_from_below(chars, lines, kinds, &mut fields);
    fields
}

/// Colons of one line that are looked at.
const COLONS: usize = 40;

/// Every `key:` on one line, with what stands up to the next key.
fn inside(chars: &[char], folded: &[char], line: usize, span: Span, fields: &mut Vec<Field>) {
    // (key, label, start of the value)
    let mut found: Vec<(Option<Key>, Span, usize)> = Vec::new();
    let mut at = span.start;
    let mut floor = span.start;
    let mut colons = 0;
    while at < span.end {
        let c = folded.get(at).copied().unwrap_or(' ');
        match c {
            '【' | '[' => {
                let close = if c == '[' { ']' } else { '】' };
                let end = (at + 1..span.end.min(at + 1 + key::LONGEST)).find(|i| folded.get(*i) == Some(&close));
                if let Some(end) = end {
                    let label = tidy(chars, Span::new(at + 1, end));
                    let colon = folded.get(end + 1) == Some(&':');
                    if let Some(key) = key::lookup(part(folded, label)) {
                        found.push((Some(key), Span::new(at, end + 1), end + 1 + usize::from(colon)));
                        at = end + usize::from(colon);
                        floor = at + 1;
                    }
                }
            }
            '<' => {
                if let Some((key, label, value)) = tag(chars, folded, at, span.end) {
                    found.push((Some(key), label, value));
                    at = value.saturating_sub(1);
                    floor = value;
                } else if folded.get(at + 1) == Some(&'/') && !found.is_empty() {
                    // The value ends at the closing tag: an ignored field takes what follows.
                    found.push((None, Span::new(at, at + 1), at + 1));
                }
            }
            ':' | '=' if colons < COLONS => {
                colons += 1;
                let digits = |i: usize| folded.get(i).is_some_and(|c| c.is_ascii_digit());
                let time = at > 0 && digits(at - 1) && digits(at + 1);
                let link = folded.get(at + 1) == Some(&'/') && folded.get(at + 2) == Some(&'/');
                if !time
                    && !link
                    && let Some((key, label)) = label_before(chars, folded, floor, at, span.start, !found.is_empty())
                {
                    found.push((key, label, at + 1));
                    floor = at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    for (i, (key, label, start)) in found.iter().enumerate() {
        let end = found.get(i + 1).map_or(span.end, |(_, next, _)| next.start);
        let value = tidy(chars, Span::new(*start, end.max(*start)));
        fields.push(Field { key: *key, label: *label, value, line });
    }
}

/// `<Name>` with a known key; the attribute list is skipped.
fn tag(chars: &[char], folded: &[char], at: usize, end: usize) -> Option<(Key, Span, usize)> {
    let stop = (at + 1..end.min(at + 80)).find(|i| folded.get(*i) == Some(&'>'))?;
    let name_end = (at + 1..stop).find(|i| folded.get(*i).is_some_and(|c| c.is_whitespace())).unwrap_or(stop);
    let label = tidy(chars, Span::new(at + 1, name_end));
    let key = key::lookup(part(folded, label))?;
    Some((key, Span::new(at, stop + 1), stop + 1))
}

/// The key that ends right before a colon: the longest known one that starts at a boundary, or unknown words that
/// open the line.
fn label_before(
    chars: &[char],
    folded: &[char],
    floor: usize,
    colon: usize,
    line_start: usize,
    in_form: bool,
) -> Option<(Option<Key>, Span)> {
    let mut end = colon;
    while end > floor
        && folded.get(end - 1).is_some_and(|c| c.is_whitespace() || matches!(c, '"' | '*' | '\'' | '.' | '_'))
    {
        end -= 1;
    }
    let furthest = end.saturating_sub(key::LONGEST).max(floor);
    // Starts, furthest first: the floor, and after each separator or space.
    let mut best: Option<(Key, Span)> = None;
    let mut start = furthest;
    while start < end {
        // In the middle of a sentence a word before a colon is no key: '… at our Marina Bay office:'.
        let short_lead = folded.get(line_start..start).is_some_and(|l| l.len() <= 10 && l.iter().any(|c| is_han(*c)));
        let roomy = start >= 2 && folded.get(start - 2).is_some_and(|c| c.is_whitespace())
            || folded.get(start.wrapping_sub(1)).is_some_and(|c| matches!(c, '\t' | '\u{3000}'));
        let opens = start == floor
            || folded.get(start - 1).is_some_and(|c| {
                c.is_whitespace() && (in_form || short_lead || roomy)
                    || chars.get(start - 1) == Some(&'\u{3000}')
                    || matches!(
                        c,
                        ',' | ';'
                            | '、'
                            | '|'
                            | '/'
                            | '。'
                            | '.'
                            | '('
                            | '"'
                            | '*'
                            | '-'
                            | '\''
                            | ')'
                            | '】'
                            | '>'
                            | '·'
                            | '•'
                            | '│'
                            | '—'
                    )
            });
        if opens {
            let label = tidy(chars, Span::new(start, end));
            if !label.is_empty()
                && let Some(key) = key::lookup(part(folded, label))
            {
                best = Some((key, label));
                break;
            }
        }
        start += 1;
    }
    if let Some((key, label)) = best {
        return Some((Some(key), label));
    }
    if floor != line_start {
        return None;
    }
    let label = tidy(chars, Span::new(floor, end));
    let words = part(folded, label);
    let spaces = words.iter().filter(|c| c.is_whitespace()).count();
    let han = words.iter().filter(|c| is_han(**c)).count();
    let short = !words.is_empty() && spaces <= 3 && han <= 12 && words.len() <= key::LONGEST;
    let plain = words
        .iter()
        .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '/' | '(' | ')' | '&' | '_' | '.' | '#' | '\'' | '·'));
    (short && plain).then_some((None, label))
}

/// `Key<tab>value`, `Key   value`, `Key ..... value`, `Key | value`, `Key - value`, `Key → value`: only with a known key.
fn columns(chars: &[char], folded: &[char], line: usize, span: Span, fields: &mut Vec<Field>) {
    let mut at = span.start;
    let stop = span.end.min(span.start + key::LONGEST + 2);
    // A leading pipe of a two-column table.
    if folded.get(at) == Some(&'|') {
        at += 1;
    }
    let start = at;
    while at < stop {
        let c = folded.get(at).copied().unwrap_or(' ');
        let run = (at..span.end).take_while(|i| folded.get(*i).is_some_and(|c| c.is_whitespace() || *c == '.')).count();
        let dots = part(folded, Span::new(at, at + run)).iter().filter(|c| **c == '.').count();
        let wide = c == '\t'
            || c == '|'
            || c == '│'
            || (c.is_whitespace() || c == '.') && (run >= 2 && dots == 0 || dots >= 2);
        let wide = wide || chars.get(at) == Some(&'\u{3000}') && at > start + 1;
        let dash = c.is_whitespace()
            && folded.get(at + 1).is_some_and(|c| matches!(c, '-' | '→' | '—'))
            && folded.get(at + 2).is_some_and(|c| c.is_whitespace() || *c == '>');
        let arrow = matches!(c, '→' | '—') && at > start;
        if wide || dash || arrow {
            let label = tidy(chars, Span::new(start, at));
            let Some(key) = key::lookup(part(folded, label)) else {
                if c == '|' || c == '\t' || dash || arrow || dots > 0 {
                    return;
                }
                at += run.max(1);
                continue;
            };
            let mut from = at + run.max(1);
            while from < span.end
                && folded.get(from).is_some_and(|c| c.is_whitespace() || matches!(c, '-' | '→' | '>' | '|' | '—' | '│'))
            {
                from += 1;
            }
            let mut value = tidy(chars, Span::new(from.min(span.end), span.end));
            // 'Field | old | new': the last cell holds from now on.
            let cell = part(folded, value).iter().rposition(|c| matches!(c, '|' | '\t' | '│' | '→'));
            if let Some(i) = cell {
                let last = tidy(chars, Span::new(value.start + i + 1, value.end));
                if !last.is_empty() {
                    value = last;
                }
            }
            if !value.is_empty() {
                fields.push(Field { key: Some(key), label, value, line });
            }
            return;
        }
        at += 1;
    }
}

/// A key alone on a line, its value alone on the next: at least two such pairs, or it is a heading.
fn stacked(chars: &[char], folded: &[char], lines: &[Span], kinds: &mut [LineKind], fields: &mut Vec<Field>) {
    let mut pairs: Vec<Field> = Vec::new();
    let mut at = 0;
    while at + 1 < lines.len() {
        let key = lines.get(at).filter(|_| matches!(kinds.get(at), Some(LineKind::Prose))).and_then(|s| {
            let label = tidy(chars, *s);
            key::lookup(part(folded, label)).map(|k| (k, label))
        });
        let value = lines.get(at + 1).filter(|_| matches!(kinds.get(at + 1), Some(LineKind::Prose)));
        if let (Some((key, label)), Some(value)) = (key, value)
            && key::lookup(part(folded, tidy(chars, *value))).is_none()
        {
            pairs.push(Field { key: Some(key), label, value: tidy(chars, *value), line: at });
            at += 2;
        } else {
            at += 1;
        }
    }
    if pairs.len() < 2 {
        return;
    }
    for pair in &pairs {
        for line in [pair.line, pair.line + 1] {
            if let Some(kind) = kinds.get_mut(line) {
                *kind = LineKind::Form;
            }
        }
    }
    fields.append(&mut pairs);
    fields.sort_by_key(|f| f.label.start);
}

/// A key with nothing behind it takes the lines under it: one plain line, or the items of a list.
fn fill_from_below(chars: &[char], lines: &[Span], kinds: &mut [LineKind], fields: &mut [Field]) {
    for i in 0..fields.len() {
        let Some(field) = fields.get(i).cloned() else { continue };
        if !field.value.is_empty() || field.key.is_none() {
            continue;
        }
        let last_on_line = fields.get(i + 1).is_none_or(|n| n.line != field.line);
        if !last_on_line {
            continue;
        }
        let stop = fields.get(i + 1).map_or(lines.len(), |n| n.line);
        let mut end = None;
        let mut next = field.line + 1;
        let mut listed = false;
        while next < stop {
            let Some(span) = lines.get(next) else { break };
            let item = matches!(kinds.get(next), Some(LineKind::Item(_)));
            let gap = lines.get(next - 1).map_or(0, |before| {
                chars.get(before.end..span.start).unwrap_or_default().iter().filter(|c| **c == '\n').count()
            });
            if gap > 1 && end.is_some() && !item || matches!(kinds.get(next), Some(LineKind::Table(_) | LineKind::Form))
            {
                break;
            }
            // Plain prose under 'IT:' is no list of things.
            let prose = !item
                && (span.len() > 60
                    || chars
                        .get(span.start..span.end)
                        .is_some_and(|w| w.iter().any(|c| matches!(c, '。' | '！' | '？'))));
            // A list under 【离职】 or 'Starters:' is people, not a value.
            let things = field.key.is_some_and(Key::is_need);
            if listed && !item || prose || item && !things {
                break;
            }
            listed |= item;
            end = Some(span.end);
            next += 1;
            if !listed {
                break;
            }
        }
        if let (Some(end), Some(start)) = (end, lines.get(field.line + 1).map(|s| s.start))
            && let Some(f) = fields.get_mut(i)
        {
            f.value = tidy(chars, Span::new(start, end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Key, Layout};
    use crate::message::Text;
    use crate::understand::sentence;

    fn fields(s: &str) -> Vec<(Option<Key>, String)> {
        let text = Text::new(s);
        let chars: Vec<char> = text.raw().chars().collect();
        let folded: Vec<char> = text.folded().chars().collect();
        let layout = Layout::of(&chars, &folded, &sentence::lines(&chars));
        layout.fields.iter().map(|f| (f.key, text.quote(f.value).to_owned())).collect()
    }

    #[test]
    fn shapes_of_form_lines() {
        let name = |v: &str| (Some(Key::Name), v.to_owned());
        assert_eq!(
            fields("姓名：张三　工号：E123，岗位：测试"),
            [name("张三"), (Some(Key::Employee), "E123".into()), (Some(Key::Title), "测试".into())]
        );
        assert_eq!(fields("【姓名】张三\n【岗位】店员"), [name("张三"), (Some(Key::Title), "店员".into())]);
        assert_eq!(fields("Worker ................ Ada Roe"), [name("Ada Roe")]);
        assert_eq!(
            fields("- Name: Ada Roe\n- Start date - 3 May"),
            [name("Ada Roe"), (Some(Key::Start), "3 May".into())]
        );
        assert_eq!(fields("Name\tAda Roe"), [name("Ada Roe")]);
        assert_eq!(fields("\"displayName\": \"Ada Roe\","), [name("Ada Roe")]);
        assert_eq!(fields("<Name>Ada Roe</Name>").first(), Some(&name("Ada Roe")));
        assert_eq!(
            fields("Candidate\nAda Roe\n\nFirst day\n3 May"),
            [name("Ada Roe"), (Some(Key::Start), "3 May".into())]
        );
        assert_eq!(fields("Needs:\n- laptop\n- phone\nThanks"), [(Some(Key::Grant), "- laptop\n- phone".into())]);
        assert_eq!(fields("She starts at 9:00 and leaves"), []);
    }

    #[test]
    fn tables_find_their_columns() {
        let text = Text::new(
            "Hi\n\n| Start | Name | Team |\n|---|:--|---|\n| 3 May | Ada Roe | Ops |\n| 4 May | Bo Li |  |\n\nThanks",
        );
        let chars: Vec<char> = text.raw().chars().collect();
        let folded: Vec<char> = text.folded().chars().collect();
        let layout = Layout::of(&chars, &folded, &sentence::lines(&chars));
        assert_eq!(layout.tables.len(), 1);
        let table = &layout.tables[0];
        assert_eq!(table.heads, [Some(Key::Start), Some(Key::Name), Some(Key::Department)]);
        assert_eq!(table.rows.len(), 2);
        assert_eq!(text.quote(table.rows[1].cells[1]), "Bo Li");
        assert!(table.rows[1].cells[2].is_empty());
    }
}
