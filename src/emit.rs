//! Emission: what was approved leaves as CloudEvents; pulled under a lease for now.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use cloudevent::CloudEvent;

use crate::store::{LeaseAsk, Store, StoreError};

pub mod cloudevent;

/// One event handed to a consumer: it is the consumer's until `expires_at`, then it comes back to the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// To acknowledge or give back the event with; nobody else knows it.
    #[schema(value_type = String)]
    pub lease_id: Uuid,
    /// 1 for the first.
    pub attempt: u32,
    pub expires_at: DateTime<Utc>,
    pub event: CloudEvent,
}

/// Leases events as CloudEvents. `source` names this Muster, for consumers of several.
pub async fn lease(
    store: &dyn Store,
    ask: LeaseAsk,
    source: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Delivery>, StoreError> {
    let delivery = |leased: crate::store::Leased| Delivery {
        lease_id: leased.lease,
        attempt: leased.attempt,
        expires_at: leased.expires_at,
        event: CloudEvent::of(leased.outgoing, source),
    };
    Ok(store.lease(ask, now).await?.into_iter().map(delivery).collect())
}
