//! Whose a mark is: by table row, form block, list item, sentence, or everybody's.

use super::Somebody;
use crate::contract::Kind;
use crate::message::Span;
use crate::understand::cues::Class;
use crate::understand::layout::{Key, LineKind};
use crate::understand::mark::Mark;
use crate::understand::page::{Page, Source};
use crate::understand::people::is_link;

/// A mark with the people whose it may be.
#[derive(Debug)]
pub(crate) struct Owned<'m> {
    pub mark: &'m Mark,
    pub who: Who,
    /// How near it stands: 1 in the person's own row, block or item, less elsewhere.
    pub near: f32,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Who {
    All,
    Some(Vec<usize>),
}

impl Owned<'_> {
    /// How much a person has of it.
    pub fn share(&self, person: usize) -> Option<f32> {
        match &self.who {
            Who::All => Some(self.near),
            Who::Some(list) => list.contains(&person).then_some(self.near),
        }
    }
}

/// A stretch that belongs to some people.
#[derive(Debug, Clone)]
struct Unit {
    span: Span,
    who: Vec<usize>,
    /// A line above people's lines.
    heading: bool,
}

pub(crate) struct Owners {
    people: usize,
    /// By source: rows, blocks and items, in order, not overlapping.
    units: Vec<Vec<Unit>>,
    /// By source: who is named where, in order.
    named: Vec<Vec<(Span, usize)>>,
}

impl Owners {
    pub fn of(page: &Page, people: &[Somebody]) -> Self {
        let mut named: Vec<Vec<(Span, usize)>> = vec![Vec::new(); page.sources.len()];
        for (number, person) in people.iter().enumerate() {
            for (source, span) in &person.mentions {
                if let Some(list) = named.get_mut(*source) {
                    list.push((*span, number));
                }
            }
        }
        for list in &mut named {
            list.sort_unstable();
        }
        let units = page
            .sources
            .iter()
            .zip(&named)
            .map(|(source, named)| {
                let mut units = Vec::new();
                if people.len() > 1 {
                    rows(source, named, &mut units);
                    blocks(source, named, &mut units);
                    items(source, named, &mut units);
                    units.sort_by_key(|u| u.span);
                    headings(source, &mut units);
                    units.sort_by_key(|u| u.span);
                    units.dedup_by(|b, a| {
                        a.span.overlaps(b.span) && {
                            // Keep the first and cut the second behind it.
                            b.span.start = a.span.end.min(b.span.end);
                            b.span.is_empty()
                        }
                    });
                }
                units
            })
            .collect();
        Self { people: people.len(), units, named }
    }

    /// The stretches in which a person alone is spoken of: units, else the sentences with the name.
    pub fn stretches(&self, page: &Page, person: usize) -> Vec<(usize, Span)> {
        let mut out = Vec::new();
        for (source, units) in self.units.iter().enumerate() {
            out.extend(units.iter().filter(|u| u.who.len() == 1 && u.who.contains(&person)).map(|u| (source, u.span)));
        }
        if out.is_empty() {
            for (number, source) in page.sources.iter().enumerate() {
                let subject = if number == 0 { page.subject() } else { Span::new(0, 0) };
                let Some(named) = self.named.get(number) else { continue };
                for (span, _) in named.iter().filter(|(s, p)| *p == person && !subject.contains(*s)).take(6) {
                    let Some(sentence) = source.sentence_at(span.start).and_then(|i| source.sentences.get(i)) else {
                        continue;
                    };
                    if who_in(named, *sentence).len() == 1 {
                        out.push((number, *sentence));
                    }
                }
            }
        }
        out
    }

    /// The kind that the person's own row, its event column, or the heading above it names.
    pub fn said_kind(&self, page: &Page, person: usize) -> Option<Kind> {
        for (number, source) in page.sources.iter().enumerate() {
            for table in &source.layout.tables {
                let Some(column) = table.heads.iter().position(|h| *h == Some(Key::Kind)) else { continue };
                for row in &table.rows {
                    let Some(line) = source.lines.get(row.line) else { continue };
                    let mine = self.named.get(number).is_some_and(|n| who_in(n, *line) == [person]);
                    if mine && let Some(kind) = row.cells.get(column).and_then(|c| kind_word(source, *c)) {
                        return Some(kind);
                    }
                }
            }
            let mut heads = self.units.get(number)?.iter().rev().filter(|u| u.heading && u.who.contains(&person));
            if let Some(kind) = heads.find_map(|u| kind_word(source, u.span)) {
                return Some(kind);
            }
        }
        None
    }

    pub fn own<'m>(&self, page: &Page, mark: &'m Mark) -> Owned<'m> {
        if self.people <= 1 {
            return Owned { mark, who: Who::All, near: 1.0 };
        }
        let (who, near) = self.decide(page, mark).unwrap_or((Who::All, 0.7));
        Owned { mark, who, near }
    }

    fn decide(&self, page: &Page, mark: &Mark) -> Option<(Who, f32)> {
        let source = page.sources.get(mark.source)?;
        let units = self.units.get(mark.source)?;
        let i = units.partition_point(|u| u.span.end <= mark.span.start);
        if let Some(unit) = units.get(i).filter(|u| u.span.start <= mark.span.start) {
            return Some((Who::Some(unit.who.clone()), 1.0));
        }
        let named = self.named.get(mark.source)?;
        let sentence = source.sentence_at(mark.span.start).and_then(|i| source.sentences.get(i)).copied()?;
        let from = named.partition_point(|(s, _)| s.end <= sentence.start);
        let inside: Vec<(Span, usize)> =
            named.get(from..)?.iter().take_while(|(s, _)| s.start < sentence.end).copied().collect();
        let before = Span::new(sentence.start, mark.span.start);
        let all_cue = |span: Span| source.cues.within(span).filter(|c| c.class.has(Class::ALL)).last();
        // 'the following', 以下三位: what is said is said of all of them.
        let announced = source.cues.within(sentence).any(|c| {
            c.class.has(Class::ALL)
                && ["以下", "下列", "下述", "the following", "the following people", "上述"]
                    .contains(&source.text.folded_quote(c.span))
        });
        if announced && inside.len() < self.people {
            return Some((Who::All, 0.85));
        }
        if !inside.is_empty() {
            return Some((Who::Some(by_sentence(source, &inside, mark, sentence)), 0.9));
        }
        // Nobody is named: who was spoken of before?
        let earlier: &[(Span, usize)] = named.get(..from)?;
        let first_second =
            source.cues.within(before).filter(|c| c.class.has(Class::FORMER) || c.class.has(Class::LATTER)).last();
        if let Some(cue) = first_second {
            let number = if cue.class.has(Class::FORMER) { 0 } else { 1 };
            if self.people == 2 {
                return Some((Who::Some(vec![number]), 0.8));
            }
        }
        if all_cue(sentence).is_some() {
            return Some((Who::All, 0.85));
        }
        if let Some((_, last)) = earlier.last().copied() {
            let pronoun = source.cues.within(sentence).any(|c| c.class.has(Class::HE));
            if pronoun {
                return Some((Who::Some(vec![last]), 0.75));
            }
            // The same paragraph goes on with the person it spoke of, unless it spoke of several together.
            let line = source.line_at(sentence.start)?;
            let last_line = earlier.last().and_then(|(s, _)| source.line_at(s.start))?;
            let unbroken = (last_line..line).all(|l| !source.blank_between(l, l + 1)) && line - last_line <= 8;
            let chained = chain_before(source, earlier);
            if unbroken && matches!(source.layout.kinds.get(last_line), Some(LineKind::Prose)) && last_line == line {
                return Some((Who::Some(chained), 0.75));
            }
        }
        Some((Who::All, 0.7))
    }
}

/// Within a sentence: the people named last before the mark, with those named together with them; else the first after.
fn by_sentence(source: &Source, inside: &[(Span, usize)], mark: &Mark, sentence: Span) -> Vec<usize> {
    let split = inside.iter().take_while(|(s, _)| s.start <= mark.span.start).count();
    let (before, after) = inside.split_at(split);
    let unique = |list: &[(Span, usize)]| {
        let mut who: Vec<usize> = list.iter().map(|(_, p)| *p).collect();
        who.sort_unstable();
        who.dedup();
        who
    };
    // 'X and Y both …', 'X 和 Y 均…': everybody named so far.
    let last_name_end = before.last().map_or(sentence.start, |(s, _)| s.end);
    let between = Span::new(last_name_end, mark.span.start);
    if before.len() > 1
        && let Some(cue) = source.cues.within(between).filter(|c| c.class.has(Class::ALL)).last()
        && cue.span.end <= mark.span.start
    {
        return unique(before);
    }
    if !before.is_empty() {
        return chain_before(source, before);
    }
    // Before every name: the first group.
    let mut end = 1;
    while end < after.len()
        && let (Some(a), Some(b)) = (after.get(end - 1), after.get(end))
        && is_link(source, a.0.end, b.0.start)
    {
        end += 1;
    }
    unique(after.get(..end).unwrap_or(after))
}

/// The last person and those counted up with it.
fn chain_before(source: &Source, list: &[(Span, usize)]) -> Vec<usize> {
    let mut start = list.len().saturating_sub(1);
    while start > 0
        && let (Some(a), Some(b)) = (list.get(start - 1), list.get(start))
        && is_link(source, a.0.end, b.0.start)
    {
        start -= 1;
    }
    let mut who: Vec<usize> = list.get(start..).unwrap_or_default().iter().map(|(_, p)| *p).collect();
    who.sort_unstable();
    who.dedup();
    who
}

fn who_in(named: &[(Span, usize)], span: Span) -> Vec<usize> {
    let from = named.partition_point(|(s, _)| s.end <= span.start);
    let mut who: Vec<usize> =
        named.get(from..).unwrap_or_default().iter().take_while(|(s, _)| s.start < span.end).map(|(_, p)| *p).collect();
    who.sort_unstable();
    who.dedup();
    who
}

/// Each table row is its person's.
fn rows(source: &Source, named: &[(Span, usize)], units: &mut Vec<Unit>) {
    for table in &source.layout.tables {
        let column = table
            .heads
            .iter()
            .position(|h| *h == Some(Key::Name))
            .or_else(|| table.heads.iter().position(|h| *h == Some(Key::Applicant)));
        for row in &table.rows {
            let (Some(line), Some(cell)) = (source.lines.get(row.line), column.and_then(|c| row.cells.get(c))) else {
                continue;
            };
            let who = who_in(named, *cell);
            units.push(Unit { span: *line, who, heading: false });
        }
    }
}

/// Form lines from one name to the next.
fn blocks(source: &Source, named: &[(Span, usize)], units: &mut Vec<Unit>) {
    let fields = &source.layout.fields;
    let heads: Vec<usize> = fields
        .iter()
        .enumerate()
        .filter(|(_, f)| f.key == Some(Key::Name) && !who_in(named, f.value).is_empty())
        .map(|(i, _)| i)
        .collect();
    for (n, head) in heads.iter().enumerate() {
        let Some(field) = fields.get(*head) else { continue };
        let who = who_in(named, field.value);
        let next = heads.get(n + 1).and_then(|i| fields.get(*i));
        // Fields that stand above the name in the same paragraph: back to the last blank line, but not into the block before.
        let mut start = field.label.start;
        let floor = units.last().map_or(0, |u: &Unit| u.span.end);
        let mut i = *head;
        while let Some(before) = i.checked_sub(1).and_then(|b| fields.get(b)) {
            let apart = (before.line..field.line).any(|l| source.blank_between(l, l + 1));
            if before.line == field.line && before.label.start >= floor
                || before.line < field.line
                    && !apart
                    && before.label.start >= floor
                    && n > 0
                    && blank_before_block(source, fields, i)
            {
                start = before.label.start;
                i -= 1;
            } else {
                break;
            }
        }
        let mut end = field.value.end;
        let limit = next.map_or(source.folded.len(), |f| f.label.start);
        let mut line = field.line;
        let mut last = *head;
        for (j, f) in fields.iter().enumerate().skip(*head + 1) {
            if f.label.start >= limit {
                break;
            }
            // Prose of two lines or more ends a block.
            let gap =
                (line + 1..f.line).filter(|l| matches!(source.layout.kinds.get(*l), Some(LineKind::Prose))).count();
            if gap >= 2 || next.is_none() && gap >= 1 && source.blank_between(f.line.saturating_sub(1), f.line) {
                break;
            }
            end = end.max(f.value.end).max(f.label.end);
            line = f.line;
            last = j;
        }
        let _ = last;
        units.push(Unit { span: Span::new(start, end.min(limit.max(field.value.end))), who, heading: false });
    }
}

fn blank_before_block(source: &Source, fields: &[crate::understand::layout::Field], i: usize) -> bool {
    match (i.checked_sub(1).and_then(|b| fields.get(b)), fields.get(i)) {
        (Some(a), Some(b)) => (a.line..b.line).all(|l| !source.blank_between(l, l + 1)),
        _ => true,
    }
}

/// The kind that a heading or a cell names by one of the listed words.
fn kind_word(source: &Source, span: Span) -> Option<Kind> {
    let words = source.text.folded_quote(span);
    let bare = words.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = bare.split(['(', ':']).next().unwrap_or(bare).trim();
    for line in include_str!("kinds.tsv").lines().filter(|l| !l.starts_with('#')) {
        if let Some((kind, list)) = line.split_once('\t')
            && list.split('|').any(|w| w == bare)
        {
            return Some(match kind {
                "onboarding" => Kind::Onboarding,
                "offboarding" => Kind::Offboarding,
                "transfer" => Kind::Transfer,
                _ => Kind::Access,
            });
        }
    }
    None
}

/// A short line right above people's lines is theirs: 'Reception', '【离职】', 'Kitchen:'.
fn headings(source: &Source, units: &mut Vec<Unit>) {
    let mut found: Vec<Unit> = Vec::new();
    for (line, span) in source.lines.iter().enumerate() {
        let prose = matches!(source.layout.kinds.get(line), Some(LineKind::Prose | LineKind::Form));
        if !prose
            || span.len() > 30
            || source.names_in(*span).iter().any(|n| n.score >= 0.5)
            || matches!(source.fold(span.end - 1), '.' | ',' | '。')
        {
            continue;
        }
        let mut i = units.partition_point(|u| u.span.end <= span.start);
        if units.get(i).is_some_and(|u| u.span.overlaps(*span)) {
            continue;
        }
        let mut who: Vec<usize> = Vec::new();
        let mut last = line;
        while let Some(unit) = units.get(i) {
            let Some(first) = source.line_at(unit.span.start) else { break };
            let Some(end) = source.line_at(unit.span.end.saturating_sub(1)) else { break };
            // Directly below, line after line.
            if first > last + 1 || first > line + 1 && source.blank_between(first - 1, first) {
                break;
            }
            who.extend(&unit.who);
            last = end;
            i += 1;
        }
        if who.len() > 1 || !who.is_empty() && last > line {
            who.sort_unstable();
            who.dedup();
            found.push(Unit { span: *span, who, heading: true });
        }
    }
    units.append(&mut found);
}

/// A list item, or a line that opens with a name, is its person's, with the lines that belong under it.
fn items(source: &Source, named: &[(Span, usize)], units: &mut Vec<Unit>) {
    let taken: Vec<Span> = units.iter().map(|u| u.span).collect();
    let free = |span: Span| !taken.iter().any(|t| t.overlaps(span));
    let mut line = 0;
    while line < source.lines.len() {
        let Some(span) = source.lines.get(line).copied() else { break };
        let item = match source.layout.kinds.get(line) {
            Some(LineKind::Item(i)) => source.layout.items.get(*i),
            _ => None,
        };
        let body = item.map_or(span, |i| i.body);
        let first =
            named.get(named.partition_point(|(s, _)| s.end <= body.start)).copied().filter(|(s, _)| s.start < span.end);
        let Some((name, person)) = first else {
            line += 1;
            continue;
        };
        let who = who_in(named, body);
        let opens =
            name.start == body.start || item.is_some() && name.start - body.start <= 30 || is_label(source, body, name);
        // A prose sentence that merely starts with a name is left to the sentence rules; a short line is a row.
        let row_like = item.is_some()
            || who.len() == 1 && (span.len() <= 80 || wide(source, span)) && !ends_like_prose(source, span);
        if !opens || !row_like || who.len() > 1 && item.is_none() || !free(span) {
            line += 1;
            continue;
        }
        let mut end = span.end;
        let mut next = line + 1;
        // Continuation: deeper items, indented or form lines, until the next line of the same sort or a blank line before prose.
        while let Some(below) = source.lines.get(next).copied() {
            let named_here = named
                .get(named.partition_point(|(s, _)| s.end <= below.start))
                .is_some_and(|(s, p)| s.start < below.end && *p != person);
            let kind = source.layout.kinds.get(next);
            // 【离职】 is a heading, not a fact of the person above.
            let heading = source
                .layout
                .fields
                .iter()
                .skip(source.layout.fields.partition_point(|f| f.line < next))
                .take_while(|f| f.line == next)
                .all(|f| f.value.is_empty());
            if matches!(kind, Some(LineKind::Form)) && heading {
                break;
            }
            let deeper = match (item, kind) {
                (Some(a), Some(LineKind::Item(i))) => {
                    source.layout.items.get(*i).is_some_and(|b| b.indent > a.indent || a.numbered && !b.numbered)
                }
                (None, Some(LineKind::Item(_) | LineKind::Form)) => true,
                (_, Some(LineKind::Form)) => true,
                (Some(_), Some(LineKind::Prose)) => {
                    indent(source, below) >= 2 && indent(source, below) > indent(source, span)
                }
                _ => false,
            };
            if named_here
                || !deeper
                || source.blank_between(next - 1, next) && !matches!(kind, Some(LineKind::Form))
                || matches!(kind, Some(LineKind::Table(_)))
            {
                break;
            }
            end = below.end;
            next += 1;
        }
        units.push(Unit { span: Span::new(span.start, end), who, heading: false });
        line = next;
    }
}

/// '前台：褚青青', 'Reception: Ada Roe'.
fn is_label(source: &Source, body: Span, name: Span) -> bool {
    let lead = Span::new(body.start, name.start);
    lead.len() <= 24
        && source.folded.get(lead.start..lead.end).is_some_and(|w| {
            w.iter().rev().find(|c| !c.is_whitespace()).is_some_and(|c| matches!(c, ':' | '-' | '—' | '|' | '\t' | '/'))
        })
}

fn wide(source: &Source, span: Span) -> bool {
    source
        .chars
        .get(span.start..span.end)
        .unwrap_or_default()
        .windows(2)
        .any(|w| matches!(w, [' ', ' '] | ['\t', _] | [_, '|'] | ['\u{3000}', _]))
}

/// A line that goes on in the next sentence, or holds several.
fn ends_like_prose(source: &Source, span: Span) -> bool {
    let last = source.sentence_at(span.start).and_then(|i| source.sentences.get(i));
    last.is_some_and(|s| s.end > span.end || s.end < span.end && span.len() > 60)
}

fn indent(source: &Source, line: Span) -> usize {
    (0..line.start)
        .rev()
        .take_while(|at| source.chars.get(*at).is_some_and(|c| *c != '\n' && c.is_whitespace()))
        .count()
}
