//! The CloudEvents 1.0 envelope of an approved request, in JSON.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::{ApprovedRequest, Outgoing, OutgoingKind};

/// `source` where the configuration names none.
pub const SOURCE: &str = "urn:muster";

/// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CloudEvent {
    /// Always `1.0`.
    pub specversion: String,
    /// The idempotency key: the same over all retries.
    #[schema(value_type = String)]
    pub id: Uuid,
    /// A URI reference that names this Muster.
    pub source: String,
    /// `muster.request.approved.v1`, `muster.request.amended.v1` or `muster.request.cancelled.v1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The request's id; events of one subject come in order.
    pub subject: String,
    /// When it was approved.
    pub time: DateTime<Utc>,
    /// Always `application/json`.
    pub datacontenttype: String,
    pub data: ApprovedRequest,
}

impl CloudEvent {
    pub fn of(outgoing: Outgoing, source: &str) -> Self {
        Self {
            specversion: "1.0".to_owned(),
            id: outgoing.id,
            source: source.to_owned(),
            kind: type_of(outgoing.kind).to_owned(),
            subject: outgoing.data.request_id.clone(),
            time: outgoing.at,
            datacontenttype: "application/json".to_owned(),
            data: outgoing.data,
        }
    }
}

/// A published type never changes its meaning; another shape of `data` gets another version.
pub fn type_of(kind: OutgoingKind) -> &'static str {
    match kind {
        OutgoingKind::Approved => "muster.request.approved.v1",
        OutgoingKind::Amended => "muster.request.amended.v1",
        OutgoingKind::Cancelled => "muster.request.cancelled.v1",
    }
}
