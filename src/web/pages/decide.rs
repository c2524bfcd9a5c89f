//! Deciding on a case: approve, reject, ask, put away, close, reopen; assigning it and remarking on it.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::case::{self, Draft, Extra};
use super::{Visit, store_sentence};
use crate::store::{CaseNumber, Decision, Digest, StoreError};
use crate::web::problem::status_of;

#[derive(Deserialize)]
pub struct Approval {
    /// Hash of the revision that the technician saw.
    revision: String,
    /// Set by the second button, which stands beside the flags.
    #[serde(default)]
    sure: String,
}

pub async fn approve(visit: Visit, Path(number): Path<String>, Form(form): Form<Approval>) -> Response {
    let number: CaseNumber = match number.parse() {
        Ok(number) => number,
        Err(error) => return visit.failure(&error),
    };
    match carry_out(&visit, number, &form).await {
        Ok(true) => said(number, "approved"),
        Ok(false) => case::render(&visit, number, Extra { confirm: true, ..Extra::default() }).await,
        Err(error) => refused(&visit, number, &error, Draft::default()).await,
    }
}

/// False: flags are raised, and a second word is wanted.
async fn carry_out(visit: &Visit, number: CaseNumber, form: &Approval) -> Result<bool, StoreError> {
    let hash: Digest = form.revision.parse()?;
    let file = visit.web.store.case(number).await?;
    let latest = file.latest.ok_or(StoreError::NotUnderstood(number))?;
    if latest.hash != hash {
        return Err(StoreError::Stale { case: number, latest: latest.number });
    }
    if !latest.understanding.triage.flags.is_empty() && form.sure != "yes" {
        return Ok(false);
    }
    visit.web.store.approve(number, hash, &visit.asker.name, visit.web.now()).await?;
    Ok(true)
}

#[derive(Deserialize)]
pub struct Deciding {
    decision: String,
    #[serde(default)]
    text: String,
    /// Names of the fields asked for, parted by commas.
    #[serde(default)]
    fields: String,
}

pub async fn decide(visit: Visit, Path(number): Path<String>, Form(form): Form<Deciding>) -> Response {
    let number: CaseNumber = match number.parse() {
        Ok(number) => number,
        Err(error) => return visit.failure(&error),
    };
    let text = form.text.trim().to_owned();
    let fields = form.fields.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let (decision, done) = match form.decision.as_str() {
        "reject" => (Decision::Reject { reason: text }, "rejected"),
        "ask" => (Decision::Ask { text, fields }, "asked"),
        "not_a_request" => (Decision::NotARequest, "not_a_request"),
        "done" => (Decision::Done, "done"),
        "reopen" => (Decision::Reopen { reason: text }, "reopened"),
        other => {
            let error = StoreError::UnknownName { of: "decision", name: other.chars().take(60).collect() };
            return refused(&visit, number, &error, Draft::default()).await;
        }
    };
    match visit.web.store.decide(number, decision, &visit.asker.name, visit.web.now()).await {
        Ok(_) => said(number, done),
        Err(error) => refused(&visit, number, &error, Draft { panel: form.decision, text: form.text }).await,
    }
}

#[derive(Deserialize)]
pub struct Assigning {
    #[serde(default)]
    group: String,
    #[serde(default)]
    assignee: String,
    /// Set by the button that takes the case.
    #[serde(default)]
    me: String,
}

pub async fn assign(visit: Visit, Path(number): Path<String>, Form(form): Form<Assigning>) -> Response {
    let number: CaseNumber = match number.parse() {
        Ok(number) => number,
        Err(error) => return visit.failure(&error),
    };
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let assignee = if form.me.is_empty() { some(&form.assignee) } else { Some(visit.asker.name.clone()) };
    let who = &visit.asker.name;
    match visit.web.store.assign(number, some(&form.group), assignee, who, visit.web.now()).await {
        Ok(()) => said(number, "assigned"),
        Err(error) => refused(&visit, number, &error, Draft::default()).await,
    }
}

#[derive(Deserialize)]
pub struct Commenting {
    #[serde(default)]
    text: String,
}

pub async fn comment(visit: Visit, Path(number): Path<String>, Form(form): Form<Commenting>) -> Response {
    let number: CaseNumber = match number.parse() {
        Ok(number) => number,
        Err(error) => return visit.failure(&error),
    };
    match visit.web.store.comment(number, form.text.trim(), &visit.asker.name, visit.web.now()).await {
        Ok(()) => said(number, "commented"),
        Err(error) => refused(&visit, number, &error, Draft { panel: "comment".into(), text: form.text }).await,
    }
}

fn said(number: CaseNumber, what: &str) -> Response {
    Redirect::to(&format!("/cases/{number}?said={what}")).into_response()
}

/// The case as it stands now, with the sentence that says why nothing was done, and what was typed.
async fn refused(visit: &Visit, number: CaseNumber, error: &StoreError, draft: Draft) -> Response {
    if matches!(error, StoreError::NoCase(_)) {
        return visit.failure(error);
    }
    let status: StatusCode = status_of(error);
    let sentence = store_sentence(visit.l, error);
    case::render(visit, number, Extra { status: Some(status), sentence, draft, ..Extra::default() }).await
}
