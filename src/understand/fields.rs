//! Values of form lines and table cells, by what their key means.

use super::attributes::Out;
use super::attributes::words::is_title_en;
use super::enums;
use super::layout::Key;
use super::mark::{Mark, Proposer, What};
use super::names;
use super::needs;
use super::page::{Page, Source};
use super::people::{cells, is_filled};
use crate::contract::Action;
use crate::message::Span;

/// The proposer of values in forms and tables. Their dates and people come from the proposers of those.
pub struct Fields;

/// Characters of the longest title, department or place.
const LONGEST: usize = 60;

impl Proposer for Fields {
    fn name(&self) -> &'static str {
        "fields"
    }

    fn propose(&self, page: &Page, marks: &mut Vec<Mark>) {
        for (number, source) in page.sources.iter().enumerate() {
            for (key, value) in cells(source) {
                field(page, number, source, key, value, marks);
            }
        }
    }
}

fn field(page: &Page, number: usize, source: &Source, key: Key, value: Span, marks: &mut Vec<Mark>) {
    if !is_filled(source, value) {
        return;
    }
    let by = "fields";
    let plain = plain(source, value);
    let out = &mut Out { source: number, by, marks };
    let short = !plain.is_empty() && plain.len() <= LONGEST;
    match key {
        Key::Title if short => out.push(plain, What::JobTitle, 0.95),
        Key::Department if short => out.push(plain, What::Department, 0.95),
        Key::Location if short => out.push(plain, What::Location, 0.93),
        Key::Manager => {
            let span = names::in_value(&source.chars, &source.folded, value).unwrap_or(plain);
            if span.len() <= LONGEST && !is_title_en(&super::attributes::words_of(source, span)) {
                out.push(span, What::Manager, 0.93);
            }
        }
        Key::NewName => {
            if let Some(span) = names::in_value(&source.chars, &source.folded, value) {
                out.push(span, What::NewName, 0.93);
            }
        }
        Key::Employee => {
            let at = value.start + usize::from(source.fold(value.start) == '#');
            if let Some(span) = super::attributes::number(source, at) {
                out.push(span, What::EmployeeNumber, 0.96);
            }
        }
        Key::Email => {
            for span in super::attributes::emails(source, value) {
                out.push(span, What::Email, 0.95);
            }
        }
        Key::Phone => {
            for span in super::attributes::phones(source, value) {
                out.push(span, What::Phone, 0.95);
            }
        }
        Key::Type | Key::Mode | Key::Reason => {
            let found = enums::in_value(page, number, value).into_iter().filter(|m| {
                matches!(
                    (key, &m.what),
                    (Key::Type, What::EmploymentType(_))
                        | (Key::Mode, What::WorkMode(_))
                        | (Key::Reason, What::Reason(_))
                        | (Key::Type, What::WorkMode(_))
                )
            });
            marks.extend(found.map(|mut m| {
                m.confidence = m.confidence.max(0.9);
                m.by = by;
                m
            }));
        }
        // 'To: Logistics / Rail Coordinator' of a movement form.
        Key::Start | Key::End if !source.dates_in(value) && value.len() <= 60 => {
            let mut start = value.start;
            for at in value.start..=value.end {
                if at == value.end || matches!(source.fold(at), '/' | '|') {
                    let cell = super::layout::tidy(&source.chars, Span::new(start, at));
                    super::attributes::classify(source, cell, 0.7, out);
                    start = at + 1;
                }
            }
        }
        Key::Grant | Key::Revoke | Key::Recover | Key::Retain | Key::Delegate => {
            let action = match key {
                Key::Revoke => Action::Revoke,
                Key::Recover => Action::Recover,
                Key::Retain => Action::Retain,
                Key::Delegate => Action::Delegate,
                _ => Action::Grant,
            };
            // '设备' on a leaver's form does not say what is to happen; 'Equipment to return' does.
            let action = (key != Key::Grant).then_some(action);
            marks.extend(needs::items(page, number, value, action).into_iter().map(|mut m| {
                m.by = by;
                m
            }));
        }
        _ => {}
    }
}

/// The value without what stands in brackets behind it and without a second clause.
fn plain(source: &Source, value: Span) -> Span {
    let tidy = super::layout::tidy(&source.chars, value);
    let mut end = tidy.end;
    for at in tidy.start..tidy.end {
        let c = source.fold(at);
        let bracket = c == '(' && at > tidy.start + 1;
        let listed = matches!(c, ',' | '、') && at > tidy.start && crate::message::fold::is_han(source.fold(at - 1));
        if bracket
            || listed
            || matches!(c, ';' | '。' | '\n')
            || c == '.' && source.fold(at + 1) == ' ' && source.char(at + 2).is_uppercase() && at > tidy.start + 3
        {
            end = at;
            break;
        }
    }
    super::layout::tidy(&source.chars, Span::new(tidy.start, end))
}
