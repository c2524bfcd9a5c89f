//! Enumerations said in words: employment type, work mode and reason for leaving, as marks.

mod patterns;
mod words;

use super::mark::{Mark, Proposer, What};
use super::page::Page;
use crate::message::Span;

/// The proposer of `EmploymentType`, `WorkMode` and `Reason` marks.
pub struct Enums;

impl Proposer for Enums {
    fn name(&self) -> &'static str {
        "enums"
    }

    fn propose(&self, page: &Page, marks: &mut Vec<Mark>) {
        for number in 0..page.sources.len() {
            marks.extend(found(page, number, None));
        }
    }
}

/// The marks within a form value or a table cell; a value that is one word of a list is nearly certain.
pub fn in_value(page: &Page, source: usize, span: Span) -> Vec<Mark> {
    found(page, source, Some(span))
}

fn found(page: &Page, number: usize, within: Option<Span>) -> Vec<Mark> {
    let Some(source) = page.sources.get(number) else { return Vec::new() };
    let span = within.unwrap_or(Span::new(0, source.text.len()));
    let range = source.text.folded_range(span);
    let folded = source.text.folded_quote(span);
    let mut marks: Vec<Mark> = Vec::new();
    let mut push = |bytes: std::ops::Range<usize>, what: What, confidence: f32| {
        let span = source.text.span_of_folded(bytes.start + range.start..bytes.end + range.start);
        marks.push(Mark { span, source: number, what, confidence, by: "enums" });
    };
    let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
    for (bytes, what) in patterns::find(folded) {
        taken.push(bytes.clone());
        push(bytes, what, 0.8);
    }
    for hit in words::find(folded) {
        let overlaps = taken.iter().any(|t| t.start < hit.bytes.end && hit.bytes.start < t.end);
        if overlaps || words::denied(folded, &hit.bytes) {
            continue;
        }
        let alone = within.is_some() && hit.bytes.len() * 2 >= folded.len();
        let confidence = match (hit.weak, alone) {
            (_, true) => 0.97,
            (false, false) => 0.85,
            (true, false) => 0.5,
        };
        push(hit.bytes, hit.what, confidence);
    }
    marks.sort_by_key(|m| m.span);
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EmploymentType, Reason, WorkMode};
    use crate::understand::dates::{Engine, Settings};
    use crate::understand::testing::message;

    fn said(body: &str) -> Vec<What> {
        let m = message("x", body);
        let page = Page::new(&m, &Engine::new(Settings::default()));
        let mut marks = Vec::new();
        Enums.propose(&page, &mut marks);
        marks.into_iter().map(|m| m.what).collect()
    }

    #[test]
    fn the_contract_s_definitions_bind() {
        let et = |e| vec![What::EmploymentType(e)];
        assert_eq!(said("She comes as maternity cover."), et(EmploymentType::Temporary));
        assert_eq!(said("He is on a zero-hours contract."), et(EmploymentType::PartTime));
        assert_eq!(said("a working student from June"), et(EmploymentType::Intern));
        assert_eq!(said("劳务派遣"), et(EmploymentType::Temporary));
        assert_eq!(said("管培生"), et(EmploymentType::FullTime));
        assert_eq!(
            said("驻場三个月"),
            vec![What::EmploymentType(EmploymentType::Contractor), What::WorkMode(WorkMode::Onsite)]
        );
        assert_eq!(said("非全日制"), et(EmploymentType::PartTime));
        assert_eq!(
            said("外包人员坐班"),
            vec![What::EmploymentType(EmploymentType::Contractor), What::WorkMode(WorkMode::Onsite)]
        );
    }

    #[test]
    fn look_alikes_say_nothing() {
        assert_eq!(said("She needs remote access and an external monitor."), []);
        assert_eq!(said("The retirement party is on Friday."), []);
        assert_eq!(said("请开通远程桌面，发临时门禁卡"), []);
        assert_eq!(said("He is not a contractor."), []);
        assert_eq!(said("她不是实习生"), []);
    }

    #[test]
    fn shares_of_a_week() {
        assert_eq!(said("She works 20 hours a week."), vec![What::EmploymentType(EmploymentType::PartTime)]);
        assert_eq!(said("0.6 FTE"), vec![What::EmploymentType(EmploymentType::PartTime)]);
        assert_eq!(said("2 days in the office, 3 at home"), vec![What::WorkMode(WorkMode::Hybrid)]);
        assert_eq!(said("每周到岗三天"), vec![What::WorkMode(WorkMode::Hybrid)]);
    }

    #[test]
    fn reasons() {
        assert_eq!(said("she has handed in her notice"), vec![What::Reason(Reason::Resignation)]);
        assert_eq!(said("合同到期不续签"), vec![What::Reason(Reason::ContractEnd)]);
    }
}
