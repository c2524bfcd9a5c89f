//! A labelled message as what the model learns from: the tokens and bits that it will see, and what each pass should say.

use super::labels::{self, CATEGORIES, FIELDS, Field, KINDS, OPERATIONS, QUESTIONS, VALUES};
use super::{features, windows};
use crate::contract::Action;
use crate::intake::Limits;
use crate::message::Span;
use crate::model::learn::{Example, Pass, TokenTarget, WholeTarget};
use crate::model::{Encoder, Grain, Token};
use crate::understand::Reader;
use crate::understand::labels::{Key, Labelled, Part, Person, Value};

/// How much each head counts in the loss; models/reader/train.py has the same.
const TAG: f32 = 3.0;
const NAME: f32 = 1.5;
const VALUE: f32 = 0.2;
const CATEGORY: f32 = 0.3;
const CONCERNED: f32 = 0.3;
const ANSWER: f32 = 0.1;

/// One example for each window of the message's own text. `encoder`: the one that will read; `reader`: its symbols.
///
/// Labels without a place in the text (a technician typed them) teach the answers to whole passes only.
pub fn examples(encoder: &Encoder, reader: &Reader, labelled: &Labelled, limits: &Limits) -> Vec<Example> {
    let message = labelled.message(limits);
    let page = reader.page(&message);
    let Some(source) = page.sources.first() else { return Vec::new() };
    let bits = features::of(&page, 0, &reader.marks(&page));
    let tokens = encoder.tokens(message.text.raw(), Grain::Pieces);
    let asked = encoder.manifest().reader.as_ref().map(|r| r.questions.as_slice()).unwrap_or_default();
    let mentions: Vec<Vec<(Span, Part)>> = labelled.people.iter().map(|p| mentions(labelled, p)).collect();
    let windows = windows::all(0, &tokens, &source.lines);
    let example = |(number, window): (usize, windows::Window)| {
        let tokens: Vec<Token> = window.picks.iter().filter_map(|i| tokens.get(*i).copied()).collect();
        let mut passes = passes(labelled, &mentions, &tokens);
        if number > 0 {
            // What the whole message says stands mostly at its beginning.
            passes.iter_mut().for_each(|p| p.whole.clear());
        }
        passes.iter_mut().for_each(|p| p.whole.retain(|w| asked.contains(&w.question)));
        Example { ids: tokens.iter().map(|t| t.id).collect(), features: features::by_token(&bits, &tokens), passes }
    };
    windows.into_iter().enumerate().map(example).collect()
}

/// The unmarked pass, and one for each of several people.
fn passes(labelled: &Labelled, mentions: &[Vec<(Span, Part)>], tokens: &[Token]) -> Vec<Pass> {
    let people = &labelled.people;
    let mut first = Pass::default();
    let mut names = vec![0; tokens.len()];
    for (span, part) in mentions.iter().flatten() {
        let begin = if *part == Part::Name { 1 } else { 3 };
        tag(tokens, *span, begin, begin + 1, &mut names);
    }
    first.tokens.push(TokenTarget { head: "name".into(), classes: names, weight: NAME });
    let category = CATEGORIES.iter().position(|c| *c == labelled.category);
    first.whole.extend(whole("category", category, CATEGORY));
    for (question, flag) in labels::FLAGS {
        first.whole.extend(whole(question, Some(labelled.flags.contains(&flag).into()), ANSWER));
    }
    if let [] | [_] = people.as_slice() {
        facts(people.first(), tokens, &mut first);
        return vec![first];
    }
    let mut out = vec![first];
    for (number, person) in people.iter().enumerate() {
        let mut marks = vec![0; tokens.len()];
        for (other, spans) in mentions.iter().enumerate() {
            let mark = if other == number { 1 } else { 2 };
            spans.iter().for_each(|(span, _)| tag(tokens, *span, mark, mark, &mut marks));
        }
        // Without a mention the pass would not know whom it is about.
        if marks.contains(&1) {
            let marks = marks.iter().map(|m| u8::try_from(*m).unwrap_or(0)).collect();
            let mut pass = Pass { marks, ..Pass::default() };
            facts(Some(person), tokens, &mut pass);
            pass.whole.extend(whole("concerned", Some(1), CONCERNED));
            out.push(pass);
        }
    }
    out
}

/// What a pass should say of its person; None: of nobody.
fn facts(person: Option<&Person>, tokens: &[Token], pass: &mut Pass) {
    let mut tags = vec![0; tokens.len()];
    let mut values = vec![-1; tokens.len()];
    let mut labels: Vec<_> = person.iter().flat_map(|p| &p.labels).collect();
    // The inner of two spans stands.
    labels.sort_by_key(|l| std::cmp::Reverse(l.span.map_or(0, |s| s.len())));
    for label in &labels {
        let Some(span) = label.span else { continue };
        if let Some(field) = FIELDS.iter().position(|f| *f == field(label.key)) {
            let begin = 1 + 2 * field as i32;
            tag(tokens, span, begin, begin + 1, &mut tags);
        }
        if let Some(value) = VALUES.iter().position(|v| Some(*v) == choice(&label.value)) {
            tag(tokens, span, value as i32, value as i32, &mut values);
        }
    }
    pass.tokens.push(TokenTarget { head: "tag".into(), classes: tags, weight: TAG });
    pass.tokens.push(TokenTarget { head: "value".into(), classes: values, weight: VALUE });
    if let Some(person) = person {
        pass.whole.extend(whole("kind", KINDS.iter().position(|k| *k == person.kind), ANSWER));
        pass.whole.extend(whole("operation", OPERATIONS.iter().position(|o| *o == person.operation), ANSWER));
        pass.whole.extend(whole("self", Some(person.writer.into()), ANSWER));
    }
    // Answer 0 is none, then the values in their order.
    for (question, own) in
        [("employment_type", employment as fn(&labels::Value) -> bool), ("work_mode", mode), ("reason", reason)]
    {
        let said = labels.iter().find_map(|l| choice(&l.value).filter(own));
        let place = said.and_then(|v| VALUES.iter().filter(|x| own(x)).position(|x| *x == v));
        pass.whole.extend(whole(question, Some(place.map_or(0, |p| p + 1)), ANSWER));
    }
}

fn employment(value: &labels::Value) -> bool {
    matches!(value, labels::Value::Employment(_))
}

fn mode(value: &labels::Value) -> bool {
    matches!(value, labels::Value::Mode(_))
}

fn reason(value: &labels::Value) -> bool {
    matches!(value, labels::Value::Reason(_))
}

fn whole(question: &str, class: Option<usize>, weight: f32) -> Option<WholeTarget> {
    let answers = QUESTIONS.iter().find(|(q, _)| *q == question)?.1;
    let class = class.filter(|c| *c < answers).and_then(|c| u32::try_from(c).ok())?;
    Some(WholeTarget { question: question.to_owned(), class, weight })
}

/// Writes `begin`, then `inside`, on the tokens of which a span covers half or more.
fn tag(tokens: &[Token], span: Span, begin: i32, inside: i32, out: &mut [i32]) {
    let mut class = begin;
    let from = tokens.partition_point(|t| t.span.end <= span.start);
    for (token, out) in tokens.iter().zip(out).skip(from).take_while(|(t, _)| t.span.start < span.end) {
        let covered = token.span.end.min(span.end) - token.span.start.max(span.start);
        if 2 * covered >= token.span.len() {
            *out = class;
            class = inside;
        }
    }
}

/// Where the text names the person. The generator labels every mention; a technician's understanding has the evidence of
/// the name alone, so the same words elsewhere name the same person.
fn mentions(labelled: &Labelled, person: &Person) -> Vec<(Span, Part)> {
    let mut out: Vec<(Span, Part)> = person.names.iter().filter_map(|n| Some((n.span?, n.part))).collect();
    if labelled.skeleton.is_some() {
        return out;
    }
    let text = &labelled.text;
    let others: Vec<Span> = labelled.people.iter().flat_map(|p| &p.names).filter_map(|n| n.span).collect();
    for name in person.names.iter().filter(|n| n.words.chars().count() > 1 && !n.words.trim().is_empty()) {
        for (at, words) in text.raw().match_indices(name.words.as_str()) {
            let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '_'));
            let (before, after) = (&text.raw()[..at], &text.raw()[at + words.len()..]);
            let span = text.span_of_raw(at..at + words.len());
            let cut = inside(before.chars().next_back()) || inside(after.chars().next());
            if !cut && !others.iter().chain(out.iter().map(|(s, _)| s)).any(|s| s.overlaps(span)) {
                out.push((span, name.part));
            }
        }
    }
    out
}

fn field(key: Key) -> Field {
    match key {
        Key::Start => Field::Start,
        Key::End => Field::End,
        Key::RevokeAt => Field::RevokeAt,
        Key::Until => Field::Until,
        Key::Title => Field::Title,
        Key::Department => Field::Department,
        Key::Manager => Field::Manager,
        Key::Location => Field::Location,
        Key::EmployeeNumber => Field::EmployeeNumber,
        Key::Email => Field::Email,
        Key::Phone => Field::Phone,
        Key::NewName => Field::NewName,
        Key::EmploymentType => Field::EmploymentType,
        Key::WorkMode => Field::WorkMode,
        Key::Reason => Field::Reason,
        Key::Grant => Field::Need(Action::Grant),
        Key::Revoke => Field::Need(Action::Revoke),
        Key::Recover => Field::Need(Action::Recover),
        Key::Retain => Field::Need(Action::Retain),
        Key::Delegate => Field::Need(Action::Delegate),
        Key::Like => Field::Like,
        Key::To => Field::To,
        Key::Not => Field::Unwanted,
    }
}

fn choice(value: &Value) -> Option<labels::Value> {
    match value {
        Value::Employment(value) => Some(labels::Value::Employment(*value)),
        Value::Mode(value) => Some(labels::Value::Mode(*value)),
        Value::Reason(value) => Some(labels::Value::Reason(*value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::labels::parse;

    /// A token for each run of letters, digits or marks of one sort, and for each Han character.
    fn tokens(text: &str) -> Vec<Token> {
        let chars: Vec<char> = text.chars().collect();
        let sort = |c: char| if c.is_ascii_alphanumeric() { 'a' } else { c };
        let mut out: Vec<Token> = Vec::new();
        for (i, c) in chars.iter().enumerate().filter(|(_, c)| !c.is_whitespace()) {
            match out.last_mut() {
                Some(last) if last.span.end == i && sort(*c) == 'a' && sort(chars[i - 1]) == 'a' => {
                    last.span = Span::new(last.span.start, i + 1);
                }
                _ => out.push(Token { id: 7, span: Span::new(i, i + 1) }),
            }
        }
        out
    }

    fn passes_of(line: &serde_json::Value) -> (Vec<Token>, Vec<Pass>) {
        let labelled = parse(&line.to_string()).unwrap();
        let mentions: Vec<_> = labelled.people.iter().map(|p| mentions(&labelled, p)).collect();
        let tokens = tokens(labelled.text.raw());
        let passes = passes(&labelled, &mentions, &tokens);
        (tokens, passes)
    }

    fn shown(text: &str, tokens: &[Token], classes: &[i32]) -> String {
        let chars: Vec<char> = text.chars().collect();
        let word = |t: &Token| chars[t.span.start..t.span.end].iter().collect::<String>();
        let told = tokens.iter().zip(classes).filter(|(_, c)| **c > 0).map(|(t, c)| format!("{}={c}", word(t)));
        told.collect::<Vec<_>>().join(" ")
    }

    fn answers(pass: &Pass) -> String {
        pass.whole.iter().map(|w| format!("{}={}", w.question, w.class)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_person_has_one_pass_with_everything() {
        let text = "Ann Lee joins on 16 March, hybrid. Ann needs a laptop.";
        let (tokens, passes) = passes_of(&serde_json::json!({
            "id": "1", "skeleton": "s", "language": "en", "channel": "mail", "received_at": "2026-03-10T09:00:00Z",
            "subject_chars": 0, "text": text, "category": "onboarding", "flags": ["suspected_fraud"],
            "people": [{"kind": "onboarding", "operation": "amend", "self": true,
                "names": [[0, 7, "name"], [35, 38, "first"]],
                "spans": [[17, 25, "start", "2026-03-16"], [27, 33, "wm", "hybrid"], [45, 53, "grant", null]]}]
        }));
        let [pass] = passes.as_slice() else { panic!("{passes:?}") };
        assert!(pass.marks.is_empty());
        let of = |head: &str| &pass.tokens.iter().find(|t| t.head == head).unwrap().classes;
        assert_eq!(shown(text, &tokens, of("name")), "Ann=1 Lee=2 Ann=3");
        // Start is field 0, the mode 9, a grant 11.
        assert_eq!(shown(text, &tokens, of("tag")), "16=1 March=2 hybrid=19 a=23 laptop=24");
        assert_eq!(shown(text, &tokens, of("value")), "hybrid=7");
        assert_eq!(
            answers(pass),
            "category=0 prompt_injection=0 suspected_fraud=1 privileged_access=0 kind=0 operation=1 self=1 \
             employment_type=0 work_mode=3 reason=0"
        );
    }

    #[test]
    fn several_people_have_a_marked_pass_each_and_nobody_has_nothing() {
        let text = "王芳离职，李伟转岗。";
        let person = |kind: &str, names: [usize; 2], spans: serde_json::Value| serde_json::json!({"kind": kind, "operation": "create", "names": [[names[0], names[1], "name"]], "spans": spans});
        let (tokens, passes) = passes_of(&serde_json::json!({
            "id": "1", "skeleton": "s", "language": "zh", "channel": "chat", "received_at": "2026-03-10T09:00:00Z",
            "text": text, "category": "offboarding",
            "people": [person("offboarding", [0, 2], serde_json::json!([[2, 4, "reason", "resignation"]])),
                person("transfer", [5, 7], serde_json::json!([]))]
        }));
        assert_eq!(passes.len(), 3);
        assert_eq!(passes[0].tokens.len(), 1, "the unmarked pass has names alone");
        let marks: Vec<i32> = passes[2].marks.iter().map(|m| i32::from(*m)).collect();
        assert_eq!(shown(text, &tokens, &marks), "王=2 芳=2 李=1 伟=1");
        assert_eq!(shown(text, &tokens, &passes[1].tokens[0].classes), "离=21 职=22");
        assert!(passes[2].tokens[0].classes.iter().all(|c| *c == 0));
        assert!(answers(&passes[1]).starts_with("kind=1 operation=0 self=0 employment_type=0 work_mode=0 reason=1"));
        let (_, nobody) = passes_of(&serde_json::json!({
            "id": "1", "language": "en", "channel": "chat", "received_at": "2026-03-10T09:00:00Z", "text": "Hi Ann",
            "category": "other"}));
        assert_eq!(nobody.len(), 1);
        assert!(nobody[0].tokens.iter().all(|t| t.classes.iter().all(|c| *c <= 0)));
        assert!(!answers(&nobody[0]).contains("kind"));
    }

    #[test]
    fn a_technicians_name_counts_wherever_the_text_has_it() {
        let text = "Ann Lee joins. Tell Ann Lee, ann.lee@x.example; not Ann Leeds.";
        let evidence = serde_json::json!([{"start": 0, "end": 7, "quote": "Ann Lee"}]);
        let (tokens, passes) = passes_of(&serde_json::json!({
            "schema": "muster.understanding/v1",
            "message": {"id": "m", "channel": "mail", "received_at": "2026-03-10T09:00:00Z", "language": "en",
                "from": null, "subject": null, "text": text},
            "triage": {"category": "onboarding", "confidence": 1.0, "priority": "P3", "assignee_group": null, "missing": [],
                "flags": []},
            "requests": [{"kind": "onboarding", "operation": "create",
                "person": {"name": {"value": "Ann Lee", "confidence": 1.0, "evidence": evidence}}, "needs": []}]
        }));
        assert_eq!(shown(text, &tokens, &passes[0].tokens[0].classes), "Ann=1 Lee=2 Ann=1 Lee=2");
    }
}
