//! Saving an edit form: a new revision with corrections, or the page again with what was typed and why not.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::case::{self, Extra};
use super::{Visit, store_sentence};
use crate::message::Text;
use crate::store::{CaseFile, CaseNumber, Digest, Edit, Revision, StoreError};
use crate::web::form::{self, Applied, Sources};
use crate::web::problem::status_of;
use crate::web::when;

pub async fn save(visit: Visit, Path(number): Path<String>, Form(pairs): Form<Vec<(String, String)>>) -> Response {
    let number: CaseNumber = match number.parse() {
        Ok(number) => number,
        Err(error) => return visit.failure(&error),
    };
    let mut form: form::Form = pairs.into_iter().collect();
    // A button that sets one value: another reading of a date.
    if let Some((key, value)) = form.remove("set").as_deref().and_then(|set| set.split_once('=')) {
        form.insert(key.to_owned(), value.to_owned());
    }
    // A suggestion that the technician takes becomes a row that they added.
    if let Some((key, id)) = form.remove("offer").as_deref().and_then(|offer| offer.split_once('=')) {
        form::take_offer(&mut form, key, id, &visit.web.desk.knowledge());
    }
    let from = form.remove("from").and_then(|from| from.parse().ok()).unwrap_or(0);
    match save_form(&visit, number, &form).await {
        Ok(Saved::Done) => Redirect::to(&format!("/cases/{number}?said=saved&from={from}")).into_response(),
        Ok(Saved::Same) => Redirect::to(&format!("/cases/{number}?said=same&from={from}")).into_response(),
        Ok(Saved::Faulty { overlay, faults }) => {
            let sentence = visit.l.w("error.faults").to_owned();
            let status = Some(StatusCode::UNPROCESSABLE_ENTITY);
            case::render(&visit, number, Extra { status, sentence, overlay, faults, from, ..Extra::default() }).await
        }
        Ok(Saved::Late { overlay }) => {
            let sentence = visit.l.w("error.late").to_owned();
            let status = Some(StatusCode::CONFLICT);
            case::render(&visit, number, Extra { status, sentence, overlay, from, ..Extra::default() }).await
        }
        Err(error) => {
            // A store that is full or busy now: what was typed stays in the inputs.
            let (status, sentence) = (Some(status_of(&error)), store_sentence(visit.l, &error));
            let overlay = form;
            case::render(&visit, number, Extra { status, sentence, overlay, from, ..Extra::default() }).await
        }
    }
}

/// What became of a form.
enum Saved {
    Done,
    /// It says what is known already.
    Same,
    /// Some of it cannot be read.
    Faulty {
        overlay: form::Form,
        faults: Vec<(String, &'static str)>,
    },
    /// Somebody else was quicker.
    Late {
        overlay: form::Form,
    },
}

async fn save_form(visit: &Visit, number: CaseNumber, form: &form::Form) -> Result<Saved, StoreError> {
    let base: Digest = form.get("base").map(String::as_str).unwrap_or_default().parse()?;
    let file = visit.web.store.case(number).await?;
    let latest = file.latest.as_ref().ok_or(StoreError::NotUnderstood(number))?;
    if latest.hash != base {
        return Ok(Saved::Late { overlay: late(visit, &file, base, form).await? });
    }
    let applied = apply(visit, &file, latest, form).await;
    if !applied.faults.is_empty() {
        let overlay = form::changes(&latest.understanding, form);
        return Ok(Saved::Faulty { overlay, faults: applied.faults });
    }
    let mut understanding = applied.understanding;
    if understanding == latest.understanding {
        return Ok(Saved::Same);
    }
    visit.web.desk.retriage(&mut understanding);
    let edit = Edit { case: number, base, understanding, who: visit.asker.name.clone() };
    match visit.web.store.edit(edit, visit.web.now()).await {
        Ok(_) => Ok(Saved::Done),
        Err(StoreError::NoChange(_)) => Ok(Saved::Same),
        // Between the look and the edit.
        Err(StoreError::Stale { .. }) => Ok(Saved::Late { overlay: form::changes(&latest.understanding, form) }),
        Err(error) => Err(error),
    }
}

/// What a technician changed against the revision that they saw.
async fn late(visit: &Visit, file: &CaseFile, base: Digest, form: &form::Form) -> Result<form::Form, StoreError> {
    let all = visit.web.store.revisions(file.case.number).await?;
    let seen = all.iter().find(|revision| revision.hash == base);
    Ok(match seen {
        Some(seen) => form::changes(&seen.understanding, form),
        // Not a revision of this case: everything that was sent is shown.
        None => form.iter().filter(|(key, _)| key.starts_with('r')).map(|(k, t)| (k.clone(), t.clone())).collect(),
    })
}

async fn apply(visit: &Visit, file: &CaseFile, latest: &Revision, form: &form::Form) -> Applied {
    let base = &latest.understanding;
    // Attachments are read again only where words of one were chosen.
    let chosen = form.iter().any(|(key, text)| key.ends_with(".ev") && text.contains('@'));
    let look = if chosen { case::look(visit, file, latest.message).await } else { None };
    let attachments: BTreeMap<String, Text> = look
        .map(|look| look.message.attachments.into_iter().filter_map(|a| Some((a.name, a.text?))).collect())
        .unwrap_or_default();
    let days = |words: &str| visit.web.desk.days(words, &base.message.received_at);
    let knowledge = visit.web.desk.knowledge();
    let sources =
        Sources { message: Text::new(base.message.text.as_str()), attachments, knowledge: &knowledge, days: &days };
    form::apply(base, form, &sources)
}

#[derive(Deserialize)]
pub struct Words {
    words: String,
}

/// One reading of selected words.
#[derive(Serialize)]
struct Day {
    value: NaiveDate,
    words: String,
}

/// The days that selected words may mean, for the script that fills a date.
pub async fn days(visit: Visit, Path(number): Path<String>, Query(query): Query<Words>) -> Response {
    let found = match number.parse() {
        Ok(number) => visit.web.store.case(number).await,
        Err(error) => Err(error),
    };
    let file = match found {
        Ok(file) => file,
        Err(error) => return crate::web::problem::Problem::from(error).into_response(),
    };
    let received = file.latest.map(|revision| revision.understanding.message.received_at).unwrap_or_default();
    // Words for a date are few.
    let words: String = query.words.chars().take(200).collect();
    let days = visit.web.desk.days(&words, &received);
    let days: Vec<Day> =
        days.into_iter().take(10).map(|day| Day { value: day, words: when::day(visit.l, day) }).collect();
    Json(days).into_response()
}
