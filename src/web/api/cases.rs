//! Cases: listed, read, corrected, decided.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Asked, Body, Place};
use crate::contract::{Category, Priority, Understanding};
use crate::emit::cloudevent::type_of;
use crate::store::{CaseFile, CaseNumber, CaseRow, Cursor, Decision, Digest, Edit, Filter, Revised, Revision, Status};
use crate::web::identity::Asker;
use crate::web::problem::{Changing, Problem, Reading};
use crate::web::{Web, check};

/// Bytes of an edited understanding; five thousand requests fit.
const EDIT_BYTES: usize = 16 << 20;

pub fn router() -> OpenApiRouter<Arc<Web>> {
    let editing = routes!(post_edit);
    let limited = (editing.0, editing.1, editing.2.layer(DefaultBodyLimit::max(EDIT_BYTES)));
    OpenApiRouter::default()
        .routes(routes!(get_cases))
        .routes(routes!(get_case))
        .routes(routes!(get_revision))
        .routes(limited)
        .routes(routes!(post_approve))
        .routes(routes!(post_decide))
        .routes(routes!(post_assign))
        .routes(routes!(post_comment))
}

/// Which cases to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct List {
    /// One or several, parted by commas: `new,waiting`. All where it is left out.
    status: Option<String>,
    category: Option<Category>,
    priority: Option<Priority>,
    assignee: Option<String>,
    assignee_group: Option<String>,
    /// Words in number, subject, persons or requester.
    q: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// Cases a page, 1 to 200; 50 where it is left out.
    limit: Option<u32>,
}

/// One page of cases, the most urgent first.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Cases {
    pub cases: Vec<CaseRow>,
    /// Give it as `after` to get the next page; null on the last one.
    pub next: Option<String>,
}

/// Lists cases by priority, due date and age.
#[utoipa::path(
    get, path = "/v1/cases", tag = "cases", operation_id = "list_cases", params(List),
    responses((status = 200, description = "one page", body = Cases), Reading)
)]
async fn get_cases(State(web): State<Arc<Web>>, Asked(list): Asked<List>) -> Result<Json<Cases>, Problem> {
    let status = list.status.unwrap_or_default();
    let status =
        status.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::parse).collect::<Result<_, _>>()?;
    let filter = Filter {
        status,
        category: list.category,
        priority: list.priority,
        assignee: list.assignee,
        assignee_group: list.assignee_group,
        text: list.q,
    };
    let after = list.after.map(|cursor| cursor.parse::<Cursor>()).transpose()?;
    let page = web.store.cases(filter, after, list.limit.unwrap_or(50)).await?;
    Ok(Json(Cases { cases: page.rows, next: page.next.map(|cursor| cursor.to_string()) }))
}

/// A case with its latest revision, its messages and its history.
#[utoipa::path(
    get, path = "/v1/cases/{number}", tag = "cases", operation_id = "get_case",
    params(("number" = CaseNumber, Path)),
    responses((status = 200, description = "the case", body = CaseFile), Reading)
)]
async fn get_case(State(web): State<Arc<Web>>, Place(number): Place<CaseNumber>) -> Result<Json<CaseFile>, Problem> {
    Ok(Json(web.store.case(number).await?))
}

/// One revision of a case as it was.
#[utoipa::path(
    get, path = "/v1/cases/{number}/revisions/{n}", tag = "cases", operation_id = "get_revision",
    params(("number" = CaseNumber, Path), ("n" = u32, Path, description = "1 is the first")),
    responses((status = 200, description = "the revision", body = Revision), Reading)
)]
async fn get_revision(
    State(web): State<Arc<Web>>,
    Place((number, n)): Place<(CaseNumber, u32)>,
) -> Result<Json<Revision>, Problem> {
    Ok(Json(web.store.revision(number, n).await?))
}

/// A correction of what is understood.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct EditBody {
    /// Hash of the revision that was corrected.
    pub base: Digest,
    /// As it should be. What follows from the requests (priority, missing, summary, group) is worked out anew.
    pub understanding: Understanding,
}

/// Saves a correction as a new revision. Every changed field becomes a labelled example.
#[utoipa::path(
    post, path = "/v1/cases/{number}/edit", tag = "cases", operation_id = "edit_case",
    params(("number" = CaseNumber, Path)), request_body = EditBody,
    responses((status = 200, description = "the new revision", body = Revised), Changing)
)]
async fn post_edit(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(number): Place<CaseNumber>,
    Body(body): Body<EditBody>,
) -> Result<Json<Revised>, Problem> {
    asker.must_be_person()?;
    let file = web.store.case(number).await?;
    let latest = file.latest.ok_or(crate::store::StoreError::NotUnderstood(number))?;
    if latest.hash != body.base {
        return Err(crate::store::StoreError::Stale { case: number, latest: latest.number }.into());
    }
    let mut understanding = body.understanding;
    let faults = check::faults(&understanding, &latest.understanding);
    if !faults.is_empty() {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, faults.join("; ")));
    }
    web.desk.retriage(&mut understanding);
    let edit = Edit { case: number, base: body.base, understanding, who: asker.name };
    Ok(Json(web.store.edit(edit, web.now()).await?))
}

/// What exactly is approved.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ApproveBody {
    /// Hash of the revision that the person saw.
    pub revision: Digest,
}

/// What approval put on the queue.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Approved {
    pub events: Vec<Queued>,
}

/// One event on the queue.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Queued {
    /// The idempotency key.
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub request_id: String,
}

/// Approves one exact revision, and puts its requests on the queue.
#[utoipa::path(
    post, path = "/v1/cases/{number}/approve", tag = "cases", operation_id = "approve_case",
    params(("number" = CaseNumber, Path)), request_body = ApproveBody,
    responses((status = 200, description = "approved", body = Approved), Changing)
)]
async fn post_approve(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(number): Place<CaseNumber>,
    Body(body): Body<ApproveBody>,
) -> Result<Json<Approved>, Problem> {
    asker.must_be_person()?;
    let outgoing = web.store.approve(number, body.revision, &asker.name, web.now()).await?;
    let queued = outgoing.iter().map(|event| Queued {
        id: event.id.to_string(),
        kind: type_of(event.kind).into(),
        request_id: event.data.request_id.clone(),
    });
    Ok(Json(Approved { events: queued.collect() }))
}

/// Where the case stands after a decision.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    pub status: Status,
}

/// Rejects, asks for more, puts away, closes or reopens.
#[utoipa::path(
    post, path = "/v1/cases/{number}/decide", tag = "cases", operation_id = "decide_case",
    params(("number" = CaseNumber, Path)), request_body = Decision,
    responses((status = 200, description = "decided", body = Decided), Changing)
)]
async fn post_decide(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(number): Place<CaseNumber>,
    Body(decision): Body<Decision>,
) -> Result<Json<Decided>, Problem> {
    asker.must_be_person()?;
    let status = web.store.decide(number, decision, &asker.name, web.now()).await?;
    Ok(Json(Decided { status }))
}

/// Who takes care of it; what is left out is taken away.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct AssignBody {
    #[serde(default)]
    pub group: Option<String>,
    #[serde(default)]
    pub assignee: Option<String>,
}

/// Sets the group and the person who take care of a case.
#[utoipa::path(
    post, path = "/v1/cases/{number}/assign", tag = "cases", operation_id = "assign_case",
    params(("number" = CaseNumber, Path)), request_body = AssignBody,
    responses((status = 204, description = "assigned"), Changing)
)]
async fn post_assign(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(number): Place<CaseNumber>,
    Body(body): Body<AssignBody>,
) -> Result<StatusCode, Problem> {
    asker.must_be_person()?;
    web.store.assign(number, body.group, body.assignee, &asker.name, web.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A remark on a case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CommentBody {
    pub text: String,
}

/// Adds a remark to the history of a case.
#[utoipa::path(
    post, path = "/v1/cases/{number}/comment", tag = "cases", operation_id = "comment_case",
    params(("number" = CaseNumber, Path)), request_body = CommentBody,
    responses((status = 204, description = "added"), Changing)
)]
async fn post_comment(
    State(web): State<Arc<Web>>,
    Extension(asker): Extension<Asker>,
    Place(number): Place<CaseNumber>,
    Body(body): Body<CommentBody>,
) -> Result<StatusCode, Problem> {
    asker.must_be_person()?;
    web.store.comment(number, &body.text, &asker.name, web.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
