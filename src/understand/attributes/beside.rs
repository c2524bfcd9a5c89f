//! What stands beside a name: 'Ada Roe, commis chef', 'Ada Roe (Robotics Engineer, Oakland)', 前台：褚青青, 行车工张三, 张三——测试工程师.

use super::phrase::clause_end;
use super::words::{is_department, is_department_zh, is_place, is_place_zh, is_title_en, is_title_zh};
use super::{Out, words_of};
use crate::message::Span;
use crate::message::fold::is_han;
use crate::understand::layout::{LineKind, tidy};
use crate::understand::mark::What;
use crate::understand::page::Source;

pub(super) fn names(source: &Source, out: &mut Out) {
    for (i, name) in source.names.iter().enumerate().filter(|(_, n)| n.score >= 0.45) {
        let next = source
            .names
            .get(i + 1..)
            .unwrap_or_default()
            .iter()
            .find(|n| n.score >= 0.6)
            .map_or(source.folded.len(), |n| n.span.start);
        if source
            .line_at(name.span.start)
            .and_then(|l| source.layout.kinds.get(l))
            .is_some_and(|k| matches!(k, LineKind::Table(_)))
        {
            continue;
        }
        after(source, name.span, next, out);
        before(source, name.span, out);
    }
}

/// The cells behind a name on its line: parted by commas, brackets, dashes, tabs, wide spaces.
fn after(source: &Source, name: Span, next: usize, out: &mut Out) {
    let mut at = name.end;
    let line_end = source.line_at(name.start).and_then(|l| source.lines.get(l)).map_or(name.end, |l| l.end).min(next);
    // Something must part the name from what follows.
    let mut cells = 0;
    let item = source
        .line_at(name.start)
        .and_then(|l| source.layout.kinds.get(l))
        .is_some_and(|k| matches!(k, LineKind::Item(_)));
    let mut titled = false;
    while at < line_end && cells < 8 {
        let mut gap = at;
        while gap < line_end
            && matches!(
                source.fold(gap),
                ' ' | ','
                    | '('
                    | ')'
                    | '-'
                    | '—'
                    | '–'
                    | '/'
                    | '|'
                    | '\t'
                    | '、'
                    | ':'
                    | '→'
                    | '='
                    | '>'
                    | '<'
                    | '['
                    | ']'
                    | '·'
                    | ';'
                    | '+'
                    | '\u{3000}'
                    | '【'
                    | '】'
            )
            || gap > at && source.fold(gap) == '.' && source.fold(gap + 1) == '.'
            || source.fold(gap) == '.' && source.fold(gap.wrapping_sub(1)) == '.'
        {
            gap += 1;
        }
        if gap == at {
            break;
        }
        let only_space = words_of(source, Span::new(at, gap)).chars().all(|c| c == ' ') && gap - at == 1;
        if only_space && !is_han(source.fold(gap)) {
            break;
        }
        let end = cell_end(source, gap, line_end);
        let cell = tidy(&source.chars, Span::new(gap, end));
        if cell.is_empty() {
            break;
        }
        cells += 1;
        let before = out.marks.len();
        classify(source, cell, 0.7 - 0.04 * cells as f32, out);
        // In a list, what follows the title and is nothing else names the team: 'Ada Roe, fitter, rolling mill'.
        if item && titled && out.marks.len() == before && team_like(source, cell) {
            // A word of the language names a team; a strange one in capitals a place.
            let words = words_of(source, cell);
            let known = words.split(' ').all(crate::understand::names::lists::is_word);
            let place = !known && source.char(cell.start).is_uppercase();
            out.push(cell, if place { What::Location } else { What::Department }, 0.5);
        }
        titled |= out.marks.get(before..).unwrap_or_default().iter().any(|m| m.what == What::JobTitle);
        at = end.max(gap + 1);
        // A full stop or a verb's clause ends the apposition.
        if matches!(source.fold(end), '.' | '。' | '!' | '?' | '\n') || source.fold(end) == ';' && !item {
            break;
        }
    }
}

/// One to three words that are no clause, number, date or way of working.
fn team_like(source: &Source, cell: Span) -> bool {
    let words = words_of(source, cell);
    let count = words.split_whitespace().count();
    let han = is_han(source.fold(cell.start));
    !han && (1..=3).contains(&count)
        && words.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '&' | '-'))
        && !verbish(&words)
        && !source.dates_in(cell)
        && source.names_in(cell).iter().all(|n| n.score < 0.6)
        && ![
            "time",
            "perm",
            "permanent",
            "hour",
            "contract",
            "remote",
            "hybrid",
            "intern",
            "agency",
            "temp",
            "days",
            "nights",
            "shift",
            "early",
            "late",
            "laptop",
            "new",
            "same",
            "fixed",
            "term",
            "contractor",
            "casual",
            "onsite",
            "site",
            "please",
            "thanks",
            "resigned",
            "retires",
            "retiring",
            "leaving",
            "tbc",
            "apprentice",
            "freelance",
            "only",
            "weekends",
        ]
        .iter()
        .any(|w| words.split([' ', '-']).any(|x| x == *w))
}

/// A short line above a list that names a department: 'Reception'.
pub(super) fn heading(source: &Source, out: &mut Out) {
    for (line, span) in source.lines.iter().enumerate() {
        let plain = matches!(source.layout.kinds.get(line), Some(LineKind::Prose)) && span.len() <= 30 && line > 0;
        let below = source.lines.get(line + 1).is_some_and(|n| !source.names_in(*n).is_empty())
            && !source.blank_between(line, line + 1);
        if !plain || !below || !source.names_in(*span).is_empty() {
            continue;
        }
        let cell = tidy(&source.chars, *span);
        let words = words_of(source, cell);
        if is_department(&words) || is_department_zh(&words) {
            out.push(cell, What::Department, 0.65);
        } else if is_place(&words) {
            out.push(cell, What::Location, 0.65);
        }
    }
}

/// Clauses of a Chinese sentence that are nothing but a department, a title or a place: '…上岗，客舱部。'
pub(super) fn loose(source: &Source, out: &mut Out) {
    for sentence in &source.sentences {
        if sentence.len() > 300 {
            continue;
        }
        let mut start = sentence.start;
        for at in sentence.start..=sentence.end {
            if at == sentence.end || matches!(source.fold(at), ',' | '。' | ';' | '、' | ' ' | '(' | ')') {
                let cell = tidy(&source.chars, Span::new(start, at));
                if (2..=10).contains(&cell.len())
                    && is_han(source.fold(cell.start))
                    && is_han(source.fold(cell.end - 1))
                    && source.names_in(cell).is_empty()
                    && start > sentence.start
                {
                    classify(source, cell, 0.52, out);
                }
                start = at + 1;
            }
        }
    }
}

fn cell_end(source: &Source, from: usize, line_end: usize) -> usize {
    let mut end = clause_end(source, from).min(line_end);
    // A cell ends before a date too: '张三 测试工程师 3月5日'.
    let i = source.mention_spans.partition_point(|m| m.end <= from);
    if let Some(m) = source.mention_spans.get(i)
        && m.start > from
        && m.start < end
    {
        end = m.start;
    } else if let Some(m) = source.mention_spans.get(i).filter(|m| m.start <= from && m.end > from) {
        end = m.end.min(line_end);
    }
    // Chinese cells are parted by single spaces.
    if is_han(source.fold(from)) {
        let space = (from..end).find(|i| source.fold(*i).is_whitespace());
        if let Some(space) = space {
            end = space;
        }
    }
    end.max(from)
}

/// What a cell holds by its shape.
pub(crate) fn classify(source: &Source, cell: Span, confidence: f32, out: &mut Out) {
    let words = words_of(source, cell);
    let n = words.chars().count();
    if !(2..=60).contains(&n) {
        return;
    }
    if is_han(source.fold(cell.end.saturating_sub(1))) {
        if n > 20 {
            return;
        }
        let words = words.trim_start_matches("原").to_owned();
        if words_of(source, cell).starts_with('原') {
            return;
        }
        if is_department(&words) {
            out.push(cell, What::Department, confidence);
        } else if is_title_zh(&words) && !words.contains(['的', '请', '需', '要', '给', '开', '是']) {
            // 财务部会计: department and title in one.
            if let Some(cut) = split_department(source, cell) {
                out.push(Span::new(cell.start, cut), What::Department, confidence);
                out.push(Span::new(cut, cell.end), What::JobTitle, confidence);
            } else {
                out.push(cell, What::JobTitle, confidence);
            }
        } else if is_place(&words) || starts_with_city(&words) {
            out.push(cell, What::Location, confidence);
        } else if is_department_zh(&words)
            && !words.contains(['的', '请', '需', '要', '给', '开', '是', '在', '到', '收'])
        {
            out.push(cell, What::Department, confidence - 0.05);
        } else if is_place_zh(&words)
            && !words.contains(['的', '请', '需', '要', '给', '开', '是', '在', '到', '去', '搬'])
        {
            out.push(cell, What::Location, confidence - 0.1);
        }
        return;
    }
    let count = words.split_whitespace().count();
    if count > 6 || words.contains(['@', ':']) {
        return;
    }
    let (cell, words) = trim_lead(source, cell, words);
    if is_department(&words) {
        out.push(cell, What::Department, confidence);
    } else if is_place(&words) && source.char(cell.start).is_uppercase() {
        out.push(cell, What::Location, confidence);
    } else if is_title_en(&words) && !verbish(&words) {
        out.push(cell, What::JobTitle, confidence);
    }
}

/// 天津东疆, 武汉光谷站: a city and a few characters more.
pub(super) fn starts_with_city(words: &str) -> bool {
    let n = words.chars().count();
    if !(4..=8).contains(&n)
        || words.contains(['的', '请', '需', '要', '给', '开', '是', '入', '离', '报', '到', '去', '回'])
    {
        return false;
    }
    (2..=4).any(|k| {
        let city: String = words.chars().take(k).collect();
        is_place(&city) && !is_department_zh(words) && !is_title_zh(words)
    })
}

/// 'our new commis chef', 'the buyer': without the article.
fn trim_lead(source: &Source, cell: Span, words: String) -> (Span, String) {
    for lead in [
        "title should read ",
        "title: ",
        "title ",
        "role ",
        "position ",
        "our new ",
        "the new ",
        "a new ",
        "our ",
        "the ",
        "a ",
        "an ",
        "your new ",
        "as a ",
        "as an ",
        "as ",
    ] {
        if let Some(rest) = words.strip_prefix(lead) {
            return (Span::new(cell.start + lead.chars().count(), cell.end), rest.to_owned());
        }
    }
    let _ = source;
    (cell, words)
}

/// Words of a clause, not of a title: 'needs a scanner', 'who is the manager'.
fn verbish(words: &str) -> bool {
    words.split_whitespace().any(|w| {
        matches!(
            w,
            "is" | "are"
                | "was"
                | "will"
                | "has"
                | "have"
                | "needs"
                | "need"
                | "gets"
                | "get"
                | "with"
                | "please"
                | "who"
                | "which"
                | "for"
                | "from"
                | "to"
                | "my"
                | "his"
                | "her"
                | "their"
                | "your"
                | "starts"
                | "leaves"
                | "joins"
                | "no"
                | "not"
                | "also"
                | "and"
                | "by"
                | "reports"
                | "line"
        )
    }) && !words.contains(" of ")
}

fn split_department(source: &Source, cell: Span) -> Option<usize> {
    (cell.start + 2..cell.end.saturating_sub(1)).rev().find(|cut| {
        let head = words_of(source, Span::new(cell.start, *cut));
        let tail = words_of(source, Span::new(*cut, cell.end));
        (is_department(&head) && head.chars().count() >= 3 || is_department_zh(&head)) && is_title_zh(&tail)
    })
}

/// What stands right before a name: 行车工张三, 'staff nurse Ada Roe', 前台：褚青青.
fn before(source: &Source, name: Span, out: &mut Out) {
    let mut end = name.start;
    let colon = end > 0 && source.fold(end - 1) == ':';
    if colon || end > 0 && source.fold(end - 1) == ' ' {
        end -= 1;
    }
    let line_start = source.line_at(name.start).and_then(|l| source.lines.get(l)).map_or(0, |l| l.start);
    if end <= line_start {
        return;
    }
    if is_han(source.fold(end - 1)) && is_han(source.fold(name.start)) {
        let mut start = end;
        while start > line_start
            && end - start < 10
            && (is_han(source.fold(start - 1)) || source.fold(start - 1).is_ascii_alphanumeric())
        {
            start -= 1;
        }
        // The longest that ends like a title and does not start inside a word of address.
        let found = (start..end.saturating_sub(1)).map(|s| Span::new(s, end)).find(|s| {
            let words = words_of(source, *s);
            is_title_zh(&words)
                && !words.contains([
                    '的', '请', '把', '将', '给', '为', '和', '与', '叫', '让', '由', '向', '是', '新', '名', '位',
                    '个', '您', '好', '及', '增', '原', '我', '有', '来', '在', '到',
                ])
        });
        if let Some(span) = found {
            let span = split_department(source, span).map_or(span, |cut| {
                out.push(Span::new(span.start, cut), What::Department, 0.6);
                Span::new(cut, span.end)
            });
            let words = words_of(source, span);
            if ![
                "老师",
                "经理",
                "主任",
                "同学",
                "工程师",
                "主管",
                "导师",
                "组长",
                "护士长",
                "师傅",
                "专员",
                "班长",
                "店长",
                "教练",
            ]
            .contains(&words.as_str())
            {
                out.push(span, What::JobTitle, 0.65);
            }
        } else if colon {
            let span = tidy(&source.chars, Span::new(start, end));
            classify(source, span, 0.6, out);
        }
        return;
    }
    if is_han(source.fold(name.start)) {
        return;
    }
    // English: up to four words before the name, or before ', '.
    let comma = source.fold(end.saturating_sub(1)) == ',';
    let stop = if comma { end - 1 } else { end };
    let mut start = stop;
    let mut words = 0;
    while start > line_start && words < 4 {
        let mut s = start;
        while s > line_start && source.fold(s - 1) == ' ' {
            s -= 1;
        }
        let word_end = s;
        while s > line_start && (source.fold(s - 1).is_alphanumeric() || matches!(source.fold(s - 1), '-' | '\'' | '&'))
        {
            s -= 1;
        }
        if s == word_end {
            break;
        }
        let word = words_of(source, Span::new(s, word_end));
        if matches!(
            word.as_str(),
            "the"
                | "a"
                | "an"
                | "our"
                | "new"
                | "my"
                | "your"
                | "for"
                | "that"
                | "of"
                | "to"
                | "and"
                | "with"
                | "is"
                | "hi"
                | "dear"
                | "hello"
                | "by"
                | "from"
                | "his"
                | "her"
                | "their"
                | "welcome"
                | "joiner"
                | "starter"
                | "leaver"
                | "manager"
                | "as"
                | "on"
                | "in"
                | "please"
                | "re"
        ) {
            break;
        }
        start = s;
        words += 1;
        if source.fold(s.saturating_sub(1)) != ' ' {
            break;
        }
    }
    let span = tidy(&source.chars, Span::new(start, stop));
    if !span.is_empty()
        && words > 0
        && is_title_en(&words_of(source, span))
        && (!comma || lead_is_our(source, span.start))
    {
        out.push(span, What::JobTitle, 0.55);
    }
}

/// 'our new rope access technician, Ada Roe'.
fn lead_is_our(source: &Source, start: usize) -> bool {
    let from = start.saturating_sub(9);
    let words = words_of(source, Span::new(from, start));
    ["our new ", "the new ", "a new ", "our ", "my new ", "your new "].iter().any(|l| words.ends_with(l))
}
