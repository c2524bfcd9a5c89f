//! What stands around a name, for and against the person being concerned.

use super::Mention;
use super::values::form_of;
use crate::contract::Category;
use crate::message::{Channel, Origin, Span};
use crate::understand::cues::Class;
use crate::understand::mark::Role;
use crate::understand::names::Form;
use crate::understand::page::{Page, Source};

/// What stands around a mention.
pub(super) fn weigh(page: &Page, number: usize, source: &Source, mention: &mut Mention, signed: &[Span]) {
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
    if span.start > line.start && span.start - line.start <= 24 && !subject.contains(span) && before > -0.5 {
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
        && crate::understand::intent::category(page) == Category::Offboarding
    {
        mention.weight -= 1.4;
    }
    // 邮箱交李四, 转给王五: in a leaver's mail who is handed something stays.
    if crate::understand::intent::category(page) == Category::Offboarding && handed_to(source, span) {
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
pub(super) fn speaks_of_moves(source: &Source, span: Span) -> bool {
    let Some(sentence) = source.sentence_at(span.start).and_then(|i| source.sentences.get(i)) else { return false };
    let near = Span::new(sentence.start.max(span.start.saturating_sub(60)), sentence.end.min(span.end + 60));
    source.cues.within(near).any(|c| {
        let han = crate::message::fold::is_han(source.char(c.span.start));
        (c.class.has(Class::START) || c.class.has(Class::END)) && c.span.len() >= if han { 2 } else { 5 }
    })
}

/// 'From: Ada Roe', 发件人：王芳 above forwarded words.
pub(super) fn in_header(source: &Source, span: Span) -> bool {
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
pub(super) fn handed_to(source: &Source, span: Span) -> bool {
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
pub(super) fn greets(page: &Page, source: &Source, line: Span, span: Span) -> bool {
    let subject = page.subject();
    let first = source.lines.iter().find(|l| l.start >= subject.end && (!subject.is_empty() || l.start == 0)).copied();
    let opens_segment = page.message.segments.iter().any(|s| {
        matches!(s.origin, Origin::Forwarded(_))
            && source.lines.get(source.lines.partition_point(|l| l.start < s.span.start)).is_some_and(|l| *l == line)
    });
    if first != Some(line) && !opens_segment {
        return false;
    }
    // A greeting is short, and stands at the front.
    if span.start - line.start > 40 {
        return false;
    }
    let rest: String = source.folded.get(span.end..line.end.min(span.end + 40)).unwrap_or_default().iter().collect();
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
pub(super) fn left_of(source: &Source, mut at: usize) -> usize {
    while at > 0 && matches!(source.fold(at - 1), ' ' | '"' | '\'' | '*' | '“' | ':' | '\u{a0}' | '(' | '「' | '《')
    {
        at -= 1;
    }
    at
}

pub(super) fn right_of(source: &Source, mut at: usize) -> usize {
    while at < source.folded.len() && matches!(source.fold(at), ' ' | '"' | '\'' | '*' | '”' | '」') {
        at += 1;
    }
    at
}

/// Strength of a cue: a long phrase says more than a short one.
pub(super) fn strength(source: &Source, span: Span) -> f32 {
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

pub(super) fn before(source: &Source, span: Span) -> f32 {
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
            (crate::understand::attributes::words::is_title_zh(title) || title.ends_with(['长', '总']))
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

pub(super) fn after(source: &Source, span: Span) -> f32 {
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
pub(super) fn numbered(source: &Source, from: usize) -> bool {
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
