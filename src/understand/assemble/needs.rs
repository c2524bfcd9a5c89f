//! One person's needs: each thing once, the unwanted left out.

use super::facts::Mine;
use crate::contract::{Action, Kind, Need};
use crate::message::Span;
use crate::understand::calibrate;
use crate::understand::learned::BY;
use crate::understand::mark::{Until, What};
use crate::understand::page::Page;

/// Things of one person at most.
const MOST: usize = 60;

pub(super) fn of(page: &Page, _kind: Kind, mine: &[Mine]) -> Vec<Need> {
    let mut found: Vec<(usize, Span, Need)> = Vec::new();
    let mut order: Vec<&Mine> = mine.iter().filter(|(o, _)| matches!(o.mark.what, What::Need(_))).collect();
    // Form values first, then the surer.
    order.sort_by(|a, b| {
        let form = |m: &Mine| m.0.mark.by == "fields";
        form(b).cmp(&form(a)).then(b.0.mark.confidence.total_cmp(&a.0.mark.confidence))
    });
    let mut unwanted: Vec<(usize, Span)> = Vec::new();
    let mut seen: Vec<(usize, Span)> = Vec::new();
    for (owned, _) in order {
        let mark = owned.mark;
        let What::Need(need) = &mark.what else { continue };
        // A person is no thing.
        let person = page.sources.get(mark.source).is_some_and(|s| {
            s.names_in(mark.span).iter().any(|n| {
                n.score >= 0.7 && n.span.len() + 1 >= mark.span.len()
                    || n.score >= 0.5 && n.span.contains(mark.span) && n.span.len() > 1 && mark.by != "fields"
            })
        });
        if person && mark.by != BY {
            continue;
        }
        if found.len() >= MOST {
            break;
        }
        if seen.iter().any(|(s, span)| *s == mark.source && span.overlaps(mark.span)) {
            continue;
        }
        seen.push((mark.source, mark.span));
        let Some(action) = need.action else {
            unwanted.push((mark.source, mark.span));
            continue;
        };
        if mark.by != BY && mark.confidence < calibrate::LEAST_NEED {
            continue;
        }
        let Some(source) = page.sources.get(mark.source) else { continue };
        let words = |span: Option<Span>| {
            span.map(|s| source.text.quote(source.text.trim(s)).to_owned()).filter(|s| !s.is_empty())
        };
        let until = need.until.and_then(|u| match u {
            Until::Date(i) => source
                .dates
                .mentions
                .get(i)
                .and_then(|m| m.readings.first())
                .and_then(|r| super::when::day(&r.value, false))
                .map(|d| d.to_string()),
            Until::Duration(i) => source
                .dates
                .durations
                .get(i)
                .and_then(|d| super::when::add(page.message.received_at.date_naive(), d, &page.calendar))
                .map(|d| d.to_string()),
        });
        let text = source.text.quote(mark.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let same = found.iter().any(|(_, _, n)| {
            n.action == action && crate::message::fold::fold_str(&n.text) == crate::message::fold::fold_str(&text)
        });
        if same || text.is_empty() {
            continue;
        }
        found.push((
            mark.source,
            mark.span,
            Need {
                action,
                category: need.category,
                text,
                catalog_id: need.catalog_id.clone(),
                link_confidence: None,
                quantity: need.quantity,
                like: words(need.like),
                to: words(need.to),
                until: if action == Action::Retain { until } else { None },
                confidence: page.fit.field("needs", mark.confidence),
                evidence: vec![source.text.evidence(mark.span, source.name)],
            },
        ));
    }
    found.sort_by_key(|(s, span, _)| (*s, *span));
    found.into_iter().map(|(_, _, n)| n).collect()
}
