//! One change: a transaction that writes, with the events and audit entries that belong to it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use super::SqliteStore;
use super::audit::{chained, event_hash, start};
use super::codec::stamp;
use crate::store::canonical::canonical;
use crate::store::{CaseNumber, Digest, EventKind, StoreError};

/// Dropped without commit, it never happened.
pub struct Change {
    tx: Transaction<'static, Sqlite>,
    /// The last audit entry, once it was looked up.
    head: Option<(i64, Digest)>,
}

impl Change {
    pub async fn begin(store: &SqliteStore) -> Result<Self, StoreError> {
        // IMMEDIATE: takes the write lock at once, so that what is read stays true until it is written.
        Ok(Self { tx: store.writer.begin_with("BEGIN IMMEDIATE").await?, head: None })
    }

    pub fn db(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }

    /// Writes an event of a case, and the audit entry that vouches for it.
    pub async fn event(
        &mut self,
        case: CaseNumber,
        kind: EventKind,
        who: &str,
        at: DateTime<Utc>,
        data: Value,
    ) -> Result<(), StoreError> {
        let (when, data) = (stamp(at), canonical(&data));
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO events (case_id, kind, who, at, data) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        )
        .bind(case.0)
        .bind(kind.as_str())
        .bind(who)
        .bind(&when)
        .bind(&data)
        .fetch_one(self.db())
        .await?;
        let hash = event_hash(id, case.0, kind.as_str(), who, &when, &data);
        let proof = json!({ "event": id, "sha256": hash });
        self.audit(&when, who, kind.as_str(), Some(&case.to_string()), Some(id), &canonical(&proof)).await
    }

    /// Writes an audit entry at the end of the chain.
    pub async fn audit(
        &mut self,
        at: &str,
        who: &str,
        action: &str,
        about: Option<&str>,
        event: Option<i64>,
        data: &str,
    ) -> Result<(), StoreError> {
        let (last, previous) = match self.head {
            Some(head) => head,
            None => {
                let head: Option<(i64, String)> = sqlx::query_as("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
                    .fetch_optional(self.db())
                    .await?;
                match head {
                    Some((id, hash)) => (id, hash.parse()?),
                    None => (0, start()),
                }
            }
        };
        let id = last + 1;
        let hash = chained(id, at, who, action, about, event, data, previous);
        sqlx::query(
            "INSERT INTO audit (id, at, who, action, about, event, data, previous, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id)
        .bind(at)
        .bind(who)
        .bind(action)
        .bind(about)
        .bind(event)
        .bind(data)
        .bind(previous.to_string())
        .bind(hash.to_string())
        .execute(self.db())
        .await?;
        self.head = Some((id, hash));
        Ok(())
    }
}
