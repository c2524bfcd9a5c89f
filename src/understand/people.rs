//! Which names stand for people whom the message concerns: each mention with its role.

use super::cues::Class;
use super::layout::{Key, LineKind};
use super::mark::{Mark, Proposer, Role, What};
use super::names::{self, Form};
use super::page::{Page, Source};
use crate::contract::Category;
use crate::message::{Channel, Origin, Span};
use entity::Entities;

pub(crate) mod entity;

/// The proposer of `Person` marks.
pub struct People;

/// One place where a person is named.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub source: usize,
    pub span: Span,
    pub form: Form,
    /// How surely the words are a name, 0 to 1.
    pub name: f32,
    /// For (positive) or against (negative) the person being concerned.
    pub weight: f32,
    /// A form, a table or a sign-off settles it.
    pub fixed: Option<Role>,
}

/// Weight from which a person is concerned.
const CONCERNED: f32 = 0.55;
/// Least weight of the likeliest person where nobody reaches `CONCERNED`.
const HOPEFUL: f32 = 0.0;
/// Mentions of one message that are weighed.
const MENTIONS: usize = 4_000;

impl Proposer for People {
    fn name(&self) -> &'static str {
        "people"
    }

    fn propose(&self, page: &Page, marks: &mut Vec<Mark>) {
        let mut mentions = mentions(page);
        chain(page, &mut mentions);
        let entities = Entities::of(page, &mut mentions);
        let weights = entities.weights(&mentions);
        let named: Vec<bool> = entities.best_name(&mentions).iter().map(|n| *n >= 0.5).collect();
        let reaches = |e: usize| weights.get(e).copied().unwrap_or(0.0) >= CONCERNED;
        let any = (0..weights.len()).any(reaches);
        let best = (0..weights.len())
            .filter(|e| named.get(*e) == Some(&true))
            .max_by(|a, b| {
                let w = |e: usize| weights.get(e).copied().unwrap_or(f32::NEG_INFINITY);
                w(*a).total_cmp(&w(*b))
            })
            .filter(|e| weights.get(*e).is_some_and(|w| *w >= HOPEFUL));
        let highest = (0..weights.len()).map(|e| weights.get(e).copied().unwrap_or(0.0)).fold(0.0, f32::max);
        let own = speaks_of_self(page);
        let sender = match own {
            // Where the sender has no name in the text, the one who is named stays concerned.
            Own::Strong if highest < 3.0 => {
                sender_entity(page, &mentions, &entities).map(Some).or(if any { None } else { Some(None) })
            }
            Own::Introduced if highest < 1.6 => {
                sender_entity(page, &mentions, &entities).map(Some).or(if any { None } else { Some(None) })
            }
            Own::Weak if highest < 0.95 => {
                sender_entity(page, &mentions, &entities).map(Some).or(if any { None } else { Some(None) })
            }
            _ => None,
        };
        for (i, mention) in mentions.iter().enumerate() {
            let Some(e) = entities.of.get(i).copied() else { continue };
            let weight = weights.get(e).copied().unwrap_or(0.0);
            let role = if let Some(sender) = sender {
                // The sender is the one concerned; whoever else is named is not.
                if sender == Some(e) { Role::Concerned } else { Role::Other }
            } else if mention.fixed == Some(Role::Other) {
                Role::Other
            } else if reaches(e) {
                Role::Concerned
            } else if !any && best == Some(e) {
                Role::Concerned
            } else if weight <= -0.5 {
                Role::Other
            } else {
                Role::Unknown
            };
            let confidence = match role {
                Role::Concerned => (0.55 + 0.08 * weight).clamp(0.4, 0.97) * mention.name.max(0.6),
                _ => mention.name,
            };
            marks.push(Mark {
                span: mention.span,
                source: mention.source,
                what: What::Person { role },
                confidence,
                by: self.name(),
            });
        }
    }
}

/// How the sender speaks of herself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    No,
    /// 'I need', 'could I have': perhaps for somebody else.
    Weak,
    /// 'I am Ada Roe from Ops', and what follows is mostly for herself.
    Introduced,
    /// 'my last day', 本人离职.
    Strong,
}

/// Words of asking, in which the sender may ask for somebody else.
const ASKING: &[&str] = &[
    "need",
    "could",
    "can ",
    "may ",
    "like",
    "require",
    "request",
    "get me",
    "set me",
    "add me",
    "grant me",
    "give me",
    "for me",
    "申请",
    "需要",
    "开",
    "加",
    "给我",
    "想要",
    "lost",
    "为我",
    "换",
    "i return",
    "i start",
    "i finish",
    "i leave",
    "my manager",
    "my boss",
    "my line manager",
    "my desk",
    "would it be",
    "my role",
    "my laptop",
    "my account",
    "my access",
    "my badge",
    "my email",
    "my mailbox",
    "my login",
    "my card",
    "my licence",
    "my license",
    "i joined",
    "i am on",
    "i'm on",
    "i'll be on",
    "i have to",
    "assign me",
    "provide me",
    "let me",
    "i have no",
    "i don't",
    "i can",
    "i am missing",
    "i'm missing",
];

/// Whether the sender speaks of herself as the one concerned.
pub(crate) fn self_spoken(page: &Page) -> bool {
    speaks_of_self(page) != Own::No
}

fn speaks_of_self(page: &Page) -> Own {
    let mut found = Own::No;
    let Some(source) = page.sources.first() else { return found };
    if introduced(page, source).is_some() {
        found = Own::Introduced;
    }
    if i_move(source) {
        return Own::Strong;
    }
    for cue in source.cues.within(Span::new(0, source.folded.len())).filter(|c| c.class.has(Class::SELF)) {
        let words = source.text.folded_quote(cue.span);
        if ASKING.iter().any(|a| words.contains(a)) && words != "本人" {
            if found == Own::No
                && !source.text.folded_quote(Span::new(cue.span.end, cue.span.end + 4)).starts_with(" to ")
            {
                found = Own::Weak;
            }
        } else {
            found = Own::Strong;
        }
    }
    found
}

/// 我9月1日离开, 我准时到岗: the sender as the subject of a word of coming or going, nobody else between.
fn i_move(source: &Source) -> bool {
    let end = source.folded.len();
    for at in (0..end).filter(|i| source.fold(*i) == '我').take(60) {
        let next = source.fold(at + 1);
        let before = if at > 0 { source.fold(at - 1) } else { ',' };
        let opens = !crate::message::fold::is_han(before) || "因是请为给".contains(before) && before != '给';
        if "们司部组方院校处这家店所科队厂公手单行的先会来再已想问看听就也把跟让发在要给帮和刚".contains(next) || !opens
        {
            continue;
        }
        let stop = (at + 1..end.min(at + 14))
            .find(|i| matches!(source.fold(*i), ',' | '。' | '\n' | ';' | '!' | '?'))
            .unwrap_or(end.min(at + 14));
        let span = Span::new(at + 1, stop);
        let names = source.names_in(span).iter().any(|n| n.score >= 0.5);
        let verb = source.cues.within(span).any(|c| {
            matches!(
                source.text.folded_quote(c.span),
                "离职"
                    | "辞职"
                    | "离开"
                    | "离岗"
                    | "入职"
                    | "到岗"
                    | "报到"
                    | "退休"
                    | "调岗"
                    | "转岗"
                    | "last day"
                    | "离任"
                    | "返岗"
                    | "复职"
                    | "最后一天"
                    | "最后工作日"
                    | "辞呈"
            )
        });
        if verb && !names {
            return true;
        }
    }
    false
}

/// '我是财务部何静', 'this is Ada Roe from Ops': the sender's own name after a word of introduction.
fn introduced(page: &Page, source: &Source) -> Option<Span> {
    source.cues.within(Span::new(0, source.folded.len())).filter(|c| c.class.has(Class::I_AM)).find_map(|cue| {
        let near = Span::new(cue.span.end, cue.span.end + 14);
        source
            .names_in(near)
            .iter()
            .find(|n| {
                let gap = source.text.folded_quote(Span::new(cue.span.end, n.span.start));
                n.span.start >= cue.span.end
                    && !gap.contains([',', '.', '。', '\n', ':'])
                    && (is_sender(page, source, n.span) || gap.trim().is_empty() && n.score >= 0.6)
            })
            .map(|n| n.span)
    })
}

/// The person who is the sender: by header, by 'I am X', by signature.
fn sender_entity(page: &Page, mentions: &[Mention], entities: &Entities) -> Option<usize> {
    let of = |i: usize| entities.of.get(i).copied();
    let source = |m: &Mention| page.sources.get(m.source);
    // Words that somebody forwards are the inner sender's.
    if let Some(text) = page.sources.first() {
        let inner =
            text.cues.within(Span::new(0, text.folded.len())).filter(|c| c.class.has(Class::SELF)).find_map(|c| {
                match page.origin(0, c.span.start) {
                    Some(Origin::Forwarded(header)) => header.from.as_ref().and_then(|f| f.name.clone()),
                    _ => None,
                }
            });
        if let Some(name) = inner {
            let name = crate::message::fold::fold_str(&name);
            let found = mentions.iter().position(|m| {
                source(m).is_some_and(|s| {
                    let words = s.text.folded_quote(m.span);
                    !words.is_empty()
                        && (name == words || name.contains(words) && words.chars().count() >= 2 && m.name >= 0.5)
                })
            });
            if let Some(i) = found {
                return of(i);
            }
        }
    }
    if let Some(span) = page.sources.first().and_then(|s| introduced(page, s))
        && let Some(i) = mentions.iter().position(|m| m.source == 0 && m.span.overlaps(span))
    {
        return of(i);
    }
    let header = mentions
        .iter()
        .enumerate()
        .find(|(_, m)| m.source == 0 && m.name >= 0.3 && source(m).is_some_and(|s| is_sender(page, s, m.span)));
    if let Some((i, _)) = header {
        return of(i);
    }
    let signed = signatures(page);
    let signer = mentions
        .iter()
        .enumerate()
        .rev()
        .find(|(_, m)| m.source == 0 && m.name >= 0.4 && signed.iter().any(|s| s.contains(m.span)));
    if let Some((i, _)) = signer {
        return of(i);
    }
    // An applicant's line.
    mentions.iter().position(|m| m.fixed == Some(Role::Concerned)).and_then(of)
}

/// All mentions with what their own surroundings say.
fn mentions(page: &Page) -> Vec<Mention> {
    let mut all = Vec::new();
    let signed = signatures(page);
    for (number, source) in page.sources.iter().enumerate() {
        let mut taken: Vec<Span> = Vec::new();
        let values = cells(source);
        let mut elsewhere: Vec<Span> = values
            .iter()
            .filter(|(k, _)| {
                !matches!(k, Key::Name | Key::Applicant | Key::Remarks | Key::Kind | Key::Start | Key::End)
            })
            .map(|(_, v)| *v)
            .collect();
        elsewhere.sort_unstable();
        let has_name = values.iter().any(|(k, v)| *k == Key::Name && is_filled(source, *v));
        for (key, value) in values {
            let role = match key {
                Key::Name => Role::Concerned,
                Key::Applicant if has_name => Role::Other,
                Key::Applicant => Role::Unknown,
                Key::Manager | Key::OtherPerson | Key::Like | Key::NewName => Role::Other,
                // '入：张三', 'Leaver 张三': a kind of event as key, with a name as value.
                Key::Start | Key::End if opens_with_name(source, value) => Role::Concerned,
                _ => continue,
            };
            for span in people_in(source, value, key) {
                taken.push(span);
                let fixed = match key {
                    Key::Name => Some(Role::Concerned),
                    Key::Manager | Key::OtherPerson | Key::Like | Key::NewName => Some(Role::Other),
                    Key::Applicant if has_name => Some(Role::Other),
                    _ => None,
                };
                let form = form_of(source, span);
                let weight = if role == Role::Unknown { 1.0 } else { 0.0 };
                all.push(Mention { source: number, span, form, name: 0.9, weight, fixed });
            }
        }
        taken.sort_unstable();
        for name in &source.names {
            let i = taken.partition_point(|t| t.end <= name.span.start);
            if taken.get(i).is_some_and(|t| t.overlaps(name.span)) || all.len() >= MENTIONS {
                continue;
            }
            let mut mention = Mention {
                source: number,
                span: name.span,
                form: name.form,
                name: name.score,
                weight: 0.0,
                fixed: None,
            };
            let j = elsewhere.partition_point(|v| v.end <= name.span.start);
            if elsewhere.get(j).is_some_and(|v| v.contains(name.span)) {
                // In the value of a field that names something else.
                mention.fixed = Some(Role::Other);
                mention.weight = -0.3;
            } else {
                weigh(page, number, source, &mut mention, &signed);
            }
            all.push(mention);
        }
    }
    for (number, source) in page.sources.iter().enumerate() {
        listed(number, source, &mut all);
        rows_of_names(number, source, &mut all);
        again(number, source, &mut all);
    }
    all.sort_by_key(|m| (m.source, m.span));
    all
}

/// First cells of a list's items that are names by their fellows: '- 洁牙师：热依汗古丽' beside '- 前台：褚青青'.
fn listed(number: usize, source: &Source, all: &mut Vec<Mention>) {
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
fn rows_of_names(number: usize, source: &Source, all: &mut [Mention]) {
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

/// Further places of Chinese names that a form or a list settled, which the finder read otherwise.
fn again(number: usize, source: &Source, all: &mut Vec<Mention>) {
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
fn name_cell(source: &Source, body: Span) -> Option<Span> {
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

/// Keys with their values, of form lines and tables alike.
pub(crate) fn cells(source: &Source) -> Vec<(Key, Span)> {
    let fields = source.layout.fields.iter().filter_map(|f| f.key.map(|k| (k, f.value)));
    let cells = source.layout.tables.iter().flat_map(|t| {
        t.rows.iter().flat_map(|r| t.heads.iter().zip(&r.cells).filter_map(|(head, cell)| head.map(|k| (k, *cell))))
    });
    fields.chain(cells).filter(|(_, v)| !v.is_empty()).collect()
}

fn opens_with_name(source: &Source, value: Span) -> bool {
    let i = source.names.partition_point(|n| n.span.start < value.start);
    source.names.get(i).is_some_and(|n| n.span.start == value.start && n.span.end <= value.end && n.score >= 0.5)
}

/// The names in a form value: several are parted by 、 , / and 'and' where each is a name.
fn people_in(source: &Source, value: Span, key: Key) -> Vec<Span> {
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
fn chained(source: &Source, spans: &[Span]) -> bool {
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

fn form_of(source: &Source, span: Span) -> Form {
    if crate::message::fold::is_han(source.char(span.start)) {
        let two = span.len() == 2 && matches!(source.fold(span.start), '小' | '老' | '阿');
        return if two { Form::HanFamiliar } else { Form::Han };
    }
    let spaced = source.chars.get(span.start..span.end).unwrap_or_default().iter().any(|c| c.is_whitespace());
    if spaced { Form::Latin } else { Form::LatinSingle }
}

/// The stretch of the message's text that closes it: thanks, the sender's name, title, telephone.
pub(crate) fn signed_off(page: &Page) -> Option<Span> {
    let source = page.sources.first()?;
    let last = page.message.segments.iter().rev().find(|s| s.origin == Origin::Own)?.span;
    let own: Vec<usize> =
        (0..source.lines.len()).filter(|i| source.lines.get(*i).is_some_and(|l| last.contains(*l))).collect();
    let end = last.end;
    // A closing word on a short line among the last eight.
    for line in own.iter().rev().take(8).rev() {
        let Some(span) = source.lines.get(*line) else { continue };
        if is_closing(source, *span) && *line != *own.first().unwrap_or(&0) {
            let rest = own.iter().filter(|l| **l > *line).filter_map(|l| source.lines.get(*l));
            if rest.clone().all(|l| l.len() <= 60) {
                return Some(Span::new(span.start, end));
            }
        }
    }
    // A last line that is nothing but a name, or a department and a name.
    let tail = own.last().and_then(|l| source.lines.get(*l))?;
    let before = own.iter().rev().nth(1).copied();
    let line = *own.last()?;
    let plain = matches!(source.layout.kinds.get(line), Some(LineKind::Prose));
    let apart = before.is_none_or(|b| source.blank_between(b, line));
    let name: usize = source.names.iter().filter(|n| tail.contains(n.span)).map(|n| n.span.len()).sum();
    let mail = page.message.channel != Channel::Chat;
    if plain
        && own.len() > 1
        && tail.len() <= 30
        && name > 0
        && name * 3 >= tail.len()
        && (apart || mail && name * 2 >= tail.len())
    {
        return Some(*tail);
    }
    // 'A. Name' above a title line: two last lines apart from the rest.
    let above = before.and_then(|b| source.lines.get(b)).copied()?;
    let two_before = own.iter().rev().nth(2).copied();
    let name: usize = source.names.iter().filter(|n| above.contains(n.span)).map(|n| n.span.len()).sum();
    if mail
        && plain
        && own.len() > 2
        && above.len() <= 30
        && tail.len() <= 60
        && name * 2 >= above.len()
        && name > 0
        && before.zip(two_before).is_some_and(|(b, t)| source.blank_between(t, b) && !source.blank_between(b, line))
    {
        return Some(Span::new(above.start, end));
    }
    None
}

/// Lines that greet and lines that sign: nothing said there is a fact about a person.
pub(crate) fn margins(page: &Page) -> Vec<Span> {
    let mut found = signatures(page);
    let Some(source) = page.sources.first() else { return found };
    let subject = page.subject();
    let first = source.lines.iter().find(|l| l.start >= subject.end && !subject.contains(**l));
    if let Some(line) = first {
        let ends = matches!(source.fold(line.end.saturating_sub(1)), ',' | ':' | '!' | '~');
        let hello = ["hi", "hello", "dear", "hey", "各位", "大家", "您好", "你好"]
            .iter()
            .any(|h| source.text.folded_quote(*line).starts_with(h))
            || source.text.folded_quote(*line).ends_with("好");
        if line.len() <= 30 && (ends || hello) && source.lines.len() > 2 && !source.dates_in(*line) {
            found.push(*line);
        }
    }
    found
}

/// The closing stretch, and lines further up that hold nothing but a signature: a name alone between empty lines,
/// or a name with a telephone number or an address.
fn signatures(page: &Page) -> Vec<Span> {
    let mut found: Vec<Span> = signed_off(page).into_iter().collect();
    let Some(source) = page.sources.first() else { return found };
    // The last words of forwarded messages, too.
    for segment in page.message.segments.iter().filter(|s| matches!(s.origin, Origin::Forwarded(_))) {
        let last = source.lines.iter().rev().find(|l| segment.span.contains(**l));
        if let Some(line) = last
            && line.len() <= 30
            && source.names_in(*line).iter().map(|n| n.span.len()).sum::<usize>() * 2 >= line.len()
            && source.lines.iter().find(|l| segment.span.contains(**l)) != Some(line)
        {
            found.push(*line);
        }
    }
    if page.message.channel != Channel::Chat {
        found.extend(department_and_name(page, source));
    }
    let subject = page.subject();
    let mut prose = 0;
    for (line, span) in source.lines.iter().enumerate() {
        if subject.contains(*span) {
            continue;
        }
        let kind = source.layout.kinds.get(line);
        if !matches!(kind, Some(LineKind::Prose)) {
            prose += 1;
            continue;
        }
        let name = source
            .names
            .get(source.names.partition_point(|n| n.span.start < span.start))
            .filter(|n| n.span.start == span.start && n.span.end <= span.end && n.score >= 0.3);
        let above = line > 0 && source.blank_between(line - 1, line);
        let next_is_fact = matches!(source.layout.kinds.get(line + 1), Some(LineKind::Form | LineKind::Item(_)))
            && !source.blank_between(line, line + 1);
        if let Some(name) = name
            && prose > 0
            && above
            && !next_is_fact
        {
            let rest: String = source.folded.get(name.span.end..span.end).unwrap_or_default().iter().collect();
            let bare = rest.trim();
            let last = line + 1 == source.lines.len()
                || source.blank_between(line, line + 1)
                || line + 3 >= source.lines.len();
            let contact = (rest.contains('@') || rest.contains("tel") || longest_number(&rest) >= 7)
                && !ends_sentence(source, *span);
            let role =
                span.len() <= 40 && bare.starts_with([',', '|', '/', '(', '-']) && line + 2 >= source.lines.len();
            let titled = bare.is_empty()
                && !last
                && source
                    .lines
                    .get(line + 1)
                    .is_some_and(|n| n.len() <= 50 && !n.is_empty() && !ends_sentence(source, *n))
                && (line + 4 >= source.lines.len()
                    || source.blank_between(line + 1, line + 2)
                        && source.lines.get(line + 2).is_none_or(|l| {
                            source
                                .folded
                                .get(l.start..l.end.min(l.start + 3))
                                .is_some_and(|w| w.iter().all(|c| *c == '-'))
                        }));
            if titled
                || bare.is_empty() && last
                || contact && span.len() <= 80 && line + 3 >= source.lines.len()
                || role
            {
                found.push(*span);
            }
        }
        prose += 1;
    }
    found
}

/// Digits of the longest number, spaces and dashes let pass.
fn longest_number(words: &str) -> usize {
    let (mut run, mut longest) = (0, 0);
    for c in words.chars() {
        match c {
            '0'..='9' => run += 1,
            ' ' | '-' => {}
            _ => run = 0,
        }
        longest = longest.max(run);
    }
    longest
}

/// Department and name as the last words: '护理部 郑悦', '茶园 老蒋', 'Accounts, Ada Roe' after a finished sentence.
fn department_and_name(page: &Page, source: &Source) -> Option<Span> {
    let last = page.message.segments.iter().rev().find(|s| s.origin == Origin::Own)?.span;
    let own: Vec<usize> =
        (0..source.lines.len()).filter(|i| source.lines.get(*i).is_some_and(|l| last.contains(*l))).collect();
    let tail: Vec<usize> = own.iter().rev().take(3).rev().copied().collect();
    for line in tail {
        let span = *source.lines.get(line)?;
        if line == 0
            || own.first() == Some(&line)
            || span.len() > 45
            || ends_sentence(source, span)
            || !matches!(source.layout.kinds.get(line), Some(LineKind::Prose))
        {
            continue;
        }
        let above = *source.lines.get(line - 1)?;
        if !ends_sentence(source, above) && !source.blank_between(line - 1, line) {
            continue;
        }
        let Some(name) = source.names_in(span).iter().find(|n| n.score >= 0.5) else { continue };
        let lead = Span::new(span.start, name.span.start);
        let rest = Span::new(name.span.end, span.end);
        let plain = |s: Span| {
            let words = source.text.folded_quote(s);
            !words.contains([',', '。', ':', '、', '!', '?', '(']) && !source.dates_in(s)
        };
        let contact =
            longest_number(source.text.folded_quote(rest)) >= 4 || source.text.folded_quote(rest).contains('@');
        let acts = source.cues.within(rest).any(|c| c.class.has(Class::SUBJECT) && c.span.len() >= 2);
        let parted = lead.is_empty() || source.fold(name.span.start - 1) == ' ';
        if plain(lead)
            && lead.len() <= 14
            && parted
            && !acts
            && (rest.len() <= 6 && plain(rest) || contact)
            && (lead.len() > 1 || contact)
        {
            return Some(Span::new(span.start, last.end));
        }
    }
    None
}

fn ends_sentence(source: &Source, line: Span) -> bool {
    matches!(source.fold(line.end.saturating_sub(1)), '.' | '。' | '!' | '?' | ':' | ';')
}

const CLOSINGS: &[&str] = &[
    "thanks",
    "thank you",
    "thx",
    "ta",
    "cheers",
    "regards",
    "kind regards",
    "best regards",
    "best",
    "br",
    "many thanks",
    "best wishes",
    "sincerely",
    "yours sincerely",
    "yours faithfully",
    "yours",
    "kindly",
    "rgds",
    "thanks & regards",
    "thanks and regards",
    "warm regards",
    "with kind regards",
    "with best regards",
    "with friendly greetings",
    "greetings",
    "tks",
    "tia",
    "love",
    "hugs",
    "ciao",
    "respectfully",
    "谢谢",
    "谢谢!",
    "多谢",
    "感谢",
    "辛苦",
    "辛苦了",
    "祝好",
    "此致",
    "敬礼",
    "顺颂商祺",
    "祝商祺",
    "敬上",
    "谢了",
    "谢啦",
    "以上",
    "best regard",
    "thanks a lot",
    "thanks so much",
    "thanks in advance",
    "with thanks",
    "cordially",
    "all the best",
    "speak soon",
    "have a good weekend",
    "in solidarity",
    "yours truly",
    "gratefully",
    "感激不尽",
    "拜托了",
    "麻烦了",
    "祝工作顺利",
    "此致敬礼",
];

fn is_closing(source: &Source, line: Span) -> bool {
    if line.len() > 40 {
        return false;
    }
    let words: String = source.folded.get(line.start..line.end).unwrap_or_default().iter().collect();
    let bare = words.trim_matches(|c: char| !c.is_alphanumeric());
    // 'Thanks, Tom' and 'Kind regards'.
    let head = bare.split([',', '!', '.', '。', '~']).next().unwrap_or(bare).trim();
    CLOSINGS.contains(&head) || CLOSINGS.contains(&bare)
}

/// What stands around a mention.
fn weigh(page: &Page, number: usize, source: &Source, mention: &mut Mention, signed: &[Span]) {
    let span = mention.span;
    if number == 0 && signed.iter().any(|s| s.contains(span)) {
        mention.fixed = Some(Role::Other);
        mention.weight = -4.0;
        return;
    }
    if is_sender(page, source, span) {
        mention.weight -= 2.0;
    }
    if in_header(source, span) {
        mention.fixed = Some(Role::Other);
        mention.weight = -1.0;
        return;
    }
    let line = source.line_at(span.start).and_then(|l| source.lines.get(l)).copied().unwrap_or(span);
    let subject = page.subject();
    if number == 0 && subject.contains(span) && !subject.is_empty() {
        mention.weight += 1.2;
    } else if number == 0 && greets(page, source, line, span) {
        mention.fixed = Some(Role::Other);
        mention.weight = -4.0;
        return;
    }
    let single = matches!(mention.form, Form::LatinSingle | Form::HanFamiliar);
    // A full name in the running words is concerned unless something says otherwise.
    mention.weight += if !single && mention.name >= 0.7 { 0.6 } else { 0.2 };
    if speaks_of_moves(source, span) {
        mention.weight += 0.3;
    }
    let (before, after) = (before(source, span), after(source, span));
    mention.weight += before + after;
    // The head of a list item or of a line of its own.
    let opens =
        source.layout.items.binary_search_by_key(&source.line_at(span.start).unwrap_or(usize::MAX), |i| i.line).ok();
    let body = opens.and_then(|i| source.layout.items.get(i)).map_or(line, |i| i.body);
    if body.start == span.start && !single && before > -1.0 && after > -1.0 && !subject.contains(span) {
        let next = source.fold(span.end);
        let stands = span.end >= body.end
            || matches!(next, ',' | '(' | ':' | '-' | '/' | '|' | '\t' | ';' | '、' | '—' | '→' | '=' | '–')
            || next == ' ';
        mention.weight += if opens.is_some() && stands {
            1.6
        } else if stands {
            0.7
        } else {
            0.3
        };
    }
    // 'New: Ada Roe', 'Tracker row 2: Ada Roe', 离：张三.
    if span.start > line.start && !subject.contains(span) && before > -0.5 {
        let lead = source.text.folded_quote(Span::new(line.start, span.start));
        if lead.trim_end().ends_with(':') && lead.chars().count() <= 24 {
            mention.weight += 0.5;
        }
    }
    // 'Ada Roe (Robotics Engineer)', 'Ada Roe, commis chef'.
    if !single
        && before > -0.5
        && (source.fold(span.end) == '(' || source.fold(span.end + 1) == '(' && source.fold(span.end) == ' ')
    {
        mention.weight += 0.4;
    }
    // Written beside an employee number: 'Ada Roe (E123)'.
    if numbered(source, span.end) {
        mention.weight += 1.2;
    }
    // 'inbox to Ada Roe', 'goes on to Ada Roe': in a leaver's mail the name after 'to' receives.
    let lead = source.text.folded_quote(Span::new(span.start.saturating_sub(4), span.start));
    if (lead.ends_with(" to ") || lead == "to ")
        && before <= 0.0
        && super::intent::category(page) == Category::Offboarding
    {
        mention.weight -= 1.4;
    }
    // 邮箱交李四, 转给王五: in a leaver's mail who is handed something stays.
    if super::intent::category(page) == Category::Offboarding && handed_to(source, span) {
        mention.weight -= 1.6;
    }
    if single {
        mention.weight *= 0.8;
    }
    if mention.name < 0.6 && !single && before < 0.4 && after < 0.4 {
        // 'Skerry Point', 'Joinee Intimation': two strange words are a name only where something says so.
        mention.weight *= 0.6;
    }
    if mention.name < 0.5 {
        mention.weight = mention.weight.min(1.0) * mention.name * 1.6;
    }
}

/// Whether the sentence speaks of starting, leaving or moving at all.
fn speaks_of_moves(source: &Source, span: Span) -> bool {
    let Some(sentence) = source.sentence_at(span.start).and_then(|i| source.sentences.get(i)) else { return false };
    let near = Span::new(sentence.start.max(span.start.saturating_sub(60)), sentence.end.min(span.end + 60));
    source.cues.within(near).any(|c| {
        let han = crate::message::fold::is_han(source.char(c.span.start));
        (c.class.has(Class::START) || c.class.has(Class::END)) && c.span.len() >= if han { 2 } else { 5 }
    })
}

/// 'From: Ada Roe', 发件人：王芳 above forwarded words.
fn in_header(source: &Source, span: Span) -> bool {
    let Some(line) = source.line_at(span.start).and_then(|l| source.lines.get(l)) else { return false };
    let lead: String = source.folded.get(line.start..span.start).unwrap_or_default().iter().take(12).collect();
    [
        "from:",
        "to:",
        "cc:",
        "sent by",
        "reporter:",
        "author:",
        "发件人",
        "收件人",
        "抄送",
        "寄件者",
        "收件者",
        "寄件人",
        "on behalf",
        "reported by",
        "assignee",
        "owner:",
        "written by",
        "prepared by",
        "hr contact",
    ]
    .iter()
    .any(|h| lead.trim_start().starts_with(h))
}

/// Whether a verb of handing over stands shortly before, in the same clause.
fn handed_to(source: &Source, span: Span) -> bool {
    let from = (span.start.saturating_sub(8)..span.start)
        .rev()
        .find(|i| matches!(source.fold(*i), ',' | '。' | ';' | '\n' | '、' | '!'))
        .map_or(span.start.saturating_sub(8), |i| i + 1);
    let lead = source.text.folded_quote(Span::new(from, span.start));
    (lead.contains('交') && !lead.contains("交通")
        || lead.contains('转')
        || lead.contains('给')
        || lead.contains("归")
        || lead.contains('还'))
        && !lead.contains('的')
}

/// Whether the words are the sender's own name or address.
pub(crate) fn is_sender(page: &Page, source: &Source, span: Span) -> bool {
    let Some(from) = &page.message.from else { return false };
    let name = source.text.folded_quote(span);
    let Some(sender) = &from.name else { return false };
    let sender = crate::message::fold::fold_str(sender);
    !name.is_empty()
        && (sender == name
            || sender.contains(name)
                && (name.chars().count() >= 3 || crate::message::fold::is_han(source.char(span.start))))
}

/// 'Hi Tom,', '王老师您好：', '小陈，': a name in the words that address somebody.
fn greets(page: &Page, source: &Source, line: Span, span: Span) -> bool {
    let subject = page.subject();
    let first = source.lines.iter().find(|l| l.start >= subject.end && (!subject.is_empty() || l.start == 0)).copied();
    let opens_segment = page.message.segments.iter().any(|s| {
        matches!(s.origin, Origin::Forwarded(_))
            && source.lines.iter().find(|l| l.start >= s.span.start).is_some_and(|l| *l == line)
    });
    if first != Some(line) && !opens_segment {
        return false;
    }
    let rest: String = source.folded.get(span.end..line.end).unwrap_or_default().iter().collect();
    let short = line.len() <= 40;
    let hello = ["您好", "你好", "好,", "好:", "好!", "早,", "早上好", "老师好"].iter().any(|h| {
        rest.trim_start_matches(['老', '师', '总', '工', '哥', '姐', '、', ',', '经', '理', '主', '任']).starts_with(h)
    });
    let lead: String = source.folded.get(line.start..span.start).unwrap_or_default().iter().collect();
    let called = [
        "hi",
        "hello",
        "dear",
        "hey",
        "hiya",
        "morning",
        "good morning",
        "good afternoon",
        "good evening",
        "afternoon",
        "@",
        "hi there",
        "dear dr",
        "dear mr",
        "dear ms",
        "dear mrs",
        "dear prof",
        "dear professor",
        "sorry",
        "thanks",
        "亲爱的",
        "尊敬的",
    ]
    .contains(&lead.trim().trim_end_matches(','))
        || lead.starts_with("dear ") && short;
    let alone = short
        && rest.trim().trim_matches(|c: char| !c.is_alphanumeric()).is_empty()
        && rest.contains([',', ':', '!', '~', '-', '—']);
    // '小陈，见下': a familiar name, a comma, and no verb of the person's own.
    let familiar = span.start == line.start
        && span.len() <= 3
        && rest.starts_with(',')
        && page.message.channel != Channel::Ticket
        && matches!(form_of(source, span), Form::HanFamiliar);
    let acts = source
        .cues
        .starting_at(right_of(source, span.end))
        .is_some_and(|c| c.class.has(Class::SUBJECT) && c.span.len() >= 2);
    hello || called && !acts || alone || familiar
}

/// Whether a Chinese cue of a superior is the tail of a longer title: 产品经理, 技术主管.
pub(crate) fn part_of_title(source: &Source, cue: Span) -> bool {
    let words = source.text.folded_quote(cue);
    let superior =
        ["经理", "主管", "组长", "班长", "店长", "负责人", "导师", "师傅", "护士长", "领导", "老师"].contains(&words);
    let before = if cue.start > 0 { source.fold(cue.start - 1) } else { '\n' };
    superior && crate::message::fold::is_han(before) && !"的由为是归向给跟和与及,叫位属名找请接".contains(before)
}

/// Skips white space, quotes and marks to the left.
fn left_of(source: &Source, mut at: usize) -> usize {
    while at > 0 && matches!(source.fold(at - 1), ' ' | '"' | '\'' | '*' | '“' | ':' | '\u{a0}' | '(' | '「' | '《')
    {
        at -= 1;
    }
    at
}

fn right_of(source: &Source, mut at: usize) -> usize {
    while at < source.folded.len() && matches!(source.fold(at), ' ' | '"' | '\'' | '*' | '”' | '」') {
        at += 1;
    }
    at
}

/// Strength of a cue: a long phrase says more than a short one.
fn strength(source: &Source, span: Span) -> f32 {
    let han = crate::message::fold::is_han(source.char(span.start));
    match (han, span.len()) {
        (true, 1) => 0.5,
        (true, 2) => 1.6,
        (true, _) => 2.2,
        (false, 0..=3) => 0.6,
        (false, 4..=6) => 1.3,
        (false, _) => 2.0,
    }
}

fn before(source: &Source, span: Span) -> f32 {
    let mut at = left_of(source, span.start);
    // 'Mr Roe', 'Dr. Roe': look before the title.
    for title in ["mr", "mrs", "ms", "miss", "dr", "prof", "professor", "mr.", "mrs.", "ms.", "dr.", "prof."] {
        let n = title.len();
        if at >= n
            && source.text.folded_quote(Span::new(at - n, at)) == title
            && (at == n || !source.fold(at - n - 1).is_alphanumeric())
        {
            at = left_of(source, at - n);
            break;
        }
    }
    // 'the same GitLab groups as Leon'.
    let lead = source.text.folded_quote(Span::new(at.saturating_sub(48), at));
    if lead.ends_with(" as")
        && lead.split(['.', ',', ';', '\n']).next_back().is_some_and(|l| l.contains("same ") || l.contains("identical"))
    {
        return -3.0;
    }
    // 汇报给厂长殷实: a title between the word of reporting and the name.
    if crate::message::fold::is_han(source.char(span.start)) && at == span.start {
        let reported = (2..=6.min(at)).any(|n| {
            let title = source.text.folded_quote(Span::new(at - n, at));
            (super::attributes::words::is_title_zh(title) || title.ends_with(['长', '总']))
                && source.cues.ending_at(at - n).is_some_and(|c| c.class.has(Class::MANAGER) && c.span.len() >= 2)
        });
        if reported {
            return -2.5;
        }
    }
    let Some(cue) = source.cues.ending_at(at) else { return 0.0 };
    if cue.class.has(Class::NEW_NAME) && cue.span.len() >= 3 {
        return -3.0;
    }
    // 产品经理薄一凡: the manager cue is the tail of the person's own title.
    if part_of_title(source, cue.span) && cue.class.has(Class::MANAGER) {
        return 0.4;
    }
    // The colon of 'Hi:' and a line end part words.
    let s = strength(source, cue.span);
    match (cue.class.has(Class::PERSON), cue.class.has(Class::OTHER) || cue.class.has(Class::MANAGER)) {
        (true, true) => 0.2,
        (true, false) => s,
        (false, true) => -1.6 * s - 0.4,
        (false, false) => 0.0,
    }
}

fn after(source: &Source, span: Span) -> f32 {
    if let Some(cue) = source.cues.starting_at(span.end)
        && cue.class.has(Class::MANAGER_BEFORE)
        && source.fold(span.end) == '\''
    {
        return -2.5;
    }
    let mut at = right_of(source, span.end);
    let mut sum: f32 = 0.0;
    // Two tries: right behind the name, and behind brackets and a date.
    for attempt in 0..3 {
        if let Some(cue) = source.cues.starting_at(at) {
            let s = strength(source, cue.span);
            if cue.class.has(Class::NOT_SUBJECT) || cue.class.has(Class::MANAGER_BEFORE) {
                if cue.class.has(Class::SUBJECT) {
                    return sum - 0.5 * s;
                }
                return sum - 1.6 * s - 0.3;
            }
            if cue.class.has(Class::SUBJECT) {
                return sum + s * if attempt == 0 { 1.0 } else { 0.8 };
            }
        }
        if source.fold(at) == '(' {
            let close = (at..source.folded.len().min(at + 60)).find(|i| source.fold(*i) == ')');
            let Some(close) = close else { break };
            at = right_of(source, close + 1);
            continue;
        }
        let i = source.mention_spans.partition_point(|m| m.start < at);
        if let Some(date) = source.mention_spans.get(i).filter(|m| m.start == at) {
            at = right_of(source, date.end);
            sum += 0.6;
            continue;
        }
        if source.fold(at) == ',' && attempt == 0 {
            at = right_of(source, at + 1);
            continue;
        }
        break;
    }
    sum
}

/// Whether an employee number stands right there: '(E123)', ', staff no. 123', '工号123'.
fn numbered(source: &Source, from: usize) -> bool {
    let mut at = from;
    while matches!(source.fold(at), ' ' | '(' | ',' | '-' | '/' | '[' | '#' | '|' | '\t') && at < from + 4 {
        at += 1;
    }
    if source.cues.starting_at(at).is_some_and(|c| {
        c.class.has(Class::EMPLOYEE) && c.span.len() > 2
            || c.class.has(Class::EMPLOYEE) && c.span.len() == 2 && !source.fold(at).is_ascii()
    }) {
        return true;
    }
    let token: String = source
        .chars
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take(14)
        .take_while(|c| c.is_ascii_alphanumeric() || **c == '-')
        .collect();
    let digits = token.chars().filter(char::is_ascii_digit).count();
    at > from && digits >= 3 && token.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '-')
}

/// Whether only a link stands between two names: 'and', ',', '、', 和.
pub(crate) fn is_link(source: &Source, from: usize, to: usize) -> bool {
    if to < from || to - from > 12 {
        return false;
    }
    let gap: String = source.folded.get(from..to).unwrap_or_default().iter().collect();
    let bare = gap.trim();
    matches!(
        bare,
        "," | "、"
            | "和"
            | "与"
            | "及"
            | "以及"
            | "&"
            | "and"
            | "/"
            | ", and"
            | ",and"
            | "+"
            | "跟"
            | "同"
            | "or"
            | "plus"
            | ";"
            | "and also"
            | "as well as"
            | "还有"
            | "，"
            | ",还有"
            | "·"
    ) || bare.is_empty() && gap.contains(['\u{3000}'])
}

/// Names that are counted up share what stands before the first and behind the last.
fn chain(page: &Page, mentions: &mut [Mention]) {
    let mut from = 0;
    while from < mentions.len() {
        let mut to = from + 1;
        while to < mentions.len() {
            let (Some(a), Some(b)) = (mentions.get(to - 1), mentions.get(to)) else { break };
            // 'as agreed with Jason Veale, Hiral Mráz needs …': a comma does not chain what cues part.
            let parted = (a.weight <= -0.8 && b.weight >= 0.3 || b.weight <= -0.8 && a.weight >= 0.3)
                && page
                    .sources
                    .get(a.source)
                    .is_some_and(|s| s.text.folded_quote(Span::new(a.span.end, b.span.start)).trim() == ",");
            let linked = a.source == b.source
                && !parted
                && !page.sources.get(a.source).is_some_and(|s| is_sender(page, s, a.span))
                && a.name >= 0.35
                && b.name >= 0.35
                && page.sources.get(a.source).is_some_and(|s| is_link(s, skip_brackets(s, a.span.end), b.span.start));
            if !linked {
                break;
            }
            to += 1;
        }
        if to - from > 1
            && let Some(group) = mentions.get_mut(from..to)
            && group.iter().all(|m| m.fixed.is_none())
        {
            let low = group.iter().map(|m| m.weight).fold(f32::INFINITY, f32::min);
            let high = group.iter().map(|m| m.weight).fold(f32::NEG_INFINITY, f32::max);
            let shared = if low < -0.8 { low } else { high };
            for m in group {
                m.weight = shared;
                m.name = m.name.max(0.5);
            }
        }
        from = to;
    }
}

fn skip_brackets(source: &Source, at: usize) -> usize {
    if source.fold(at) != '(' {
        return at;
    }
    (at..source.folded.len().min(at + 40)).find(|i| source.fold(*i) == ')').map_or(at, |i| i + 1)
}
