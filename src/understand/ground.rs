//! Proof: what has no words in the text is dropped.

use super::page::Page;
use crate::contract::{DateField, Field, Request, Span};

/// Keeps only values whose every quote is really at its place.
pub(crate) fn prove(page: &Page, requests: &mut [Request]) {
    for r in requests {
        let p = &mut r.person;
        for text in [
            &mut p.name,
            &mut p.new_name,
            &mut p.email,
            &mut p.phone,
            &mut p.employee_number,
            &mut r.job_title,
            &mut r.department,
            &mut r.manager,
            &mut r.location,
            &mut r.revoke_at,
        ] {
            keep(page, text);
        }
        keep(page, &mut r.employment_type);
        keep(page, &mut r.work_mode);
        keep(page, &mut r.reason);
        for date in [&mut r.start_date, &mut r.end_date] {
            if date.as_ref().is_some_and(|d: &DateField| !proven(page, &d.evidence)) {
                *date = None;
            }
        }
        r.needs.retain(|n| proven(page, &n.evidence));
    }
}

fn keep<T>(page: &Page, field: &mut Option<Field<T>>) {
    if field.as_ref().is_some_and(|f| !proven(page, &f.evidence)) {
        *field = None;
    }
}

fn proven(page: &Page, evidence: &[Span]) -> bool {
    !evidence.is_empty()
        && evidence.iter().all(|e| {
            let source = page.sources.iter().find(|s| s.name == e.source.as_deref());
            source.is_some_and(|s| {
                !e.quote.is_empty() && s.text.quote(crate::message::Span::new(e.start, e.end)) == e.quote
            })
        })
}
