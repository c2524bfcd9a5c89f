//! Threads: the keys by which a message finds its case.
//!
//! A case is known by the ids of its messages, by the ids that they refer to (a reply may come before what it
//! answers), by Outlook's conversation, and by its own number in a subject. A subject alone never joins.

use sqlx::SqliteConnection;

use super::codec::{json, name};
use crate::contract::Channel;
use crate::store::{CaseNumber, Incoming, StoreError};

/// References of one message that are looked at and kept: the last ones, which are nearest to it.
const REFERENCES: usize = 100;
/// Bytes of a key; longer ones are no ids (RFC 5322 lines end at 998).
const KEY_BYTES: usize = 998;

/// Where a message belongs.
#[derive(Debug, Default)]
pub struct Found {
    pub case: Option<CaseNumber>,
    /// Why that is doubtful.
    pub doubt: Option<String>,
}

/// The keys of a message, the surest first, each with its kind: as JSON, so that one statement takes them all.
fn keys(incoming: &Incoming) -> Result<String, StoreError> {
    // Ids of chats and tickets are only unique within their channel.
    let ids = match incoming.channel {
        Channel::File => name(&Channel::Mail)?,
        channel => name(&channel)?,
    };
    let thread = &incoming.thread;
    let referred = thread.in_reply_to.iter().rev().take(REFERENCES);
    let referred = referred.chain(thread.references.iter().rev().take(REFERENCES));
    let own = incoming.message_id.iter().chain(referred).map(|id| (ids.as_str(), id));
    let all = own.chain(thread.conversation.iter().map(|id| ("conversation", id)));
    let plain = |id: &str| !id.is_empty() && id.len() <= KEY_BYTES && !id.contains('\0');
    json(&all.filter(|(_, id)| plain(id)).collect::<Vec<_>>())
}

/// The case that a message belongs to.
pub async fn find(db: &mut SqliteConnection, incoming: &Incoming) -> Result<Found, StoreError> {
    let mut cases: Vec<CaseNumber> = Vec::new();
    if let Some(tag) = incoming.thread.case_tag.as_deref().and_then(|tag| tag.trim_matches(['[', ']']).parse().ok()) {
        let tag: CaseNumber = tag;
        let there: Option<i64> =
            sqlx::query_scalar("SELECT id FROM cases WHERE id = $1").bind(tag.0).fetch_optional(&mut *db).await?;
        cases.extend(there.map(CaseNumber));
    }
    let by_key: Vec<i64> = sqlx::query_scalar(
        "SELECT t.case_id FROM json_each($1) k
         JOIN thread_keys t ON t.kind = k.value ->> 0 AND t.value = k.value ->> 1 ORDER BY k.key",
    )
    .bind(keys(incoming)?)
    .fetch_all(&mut *db)
    .await?;
    for case in by_key.into_iter().map(CaseNumber) {
        if !cases.contains(&case) {
            cases.push(case);
        }
    }
    let mut doubts = Vec::new();
    if let Some(id) = &incoming.message_id {
        let other: Option<i64> =
            sqlx::query_scalar("SELECT id FROM messages WHERE message_id = $1 AND channel = $2 LIMIT 1")
                .bind(id)
                .bind(name(&incoming.channel)?)
                .fetch_optional(&mut *db)
                .await?;
        if other.is_some() {
            doubts.push("another message with the same Message-ID says something else".to_owned());
        }
    }
    let mut cases = cases.into_iter();
    let case = cases.next();
    let others: Vec<String> = cases.map(|case| case.to_string()).collect();
    if !others.is_empty() {
        doubts.push(format!("it refers to {} as well", others.join(", ")));
    }
    Ok(Found { case, doubt: (!doubts.is_empty()).then(|| doubts.join("; ")) })
}

/// Remembers the keys of a message for those that come after it. A key stays with the case that had it first.
pub async fn keep(db: &mut SqliteConnection, incoming: &Incoming, case: CaseNumber) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO thread_keys (kind, value, case_id)
         SELECT k.value ->> 0, k.value ->> 1, $2 FROM json_each($1) k WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(keys(incoming)?)
    .bind(case.0)
    .execute(db)
    .await?;
    Ok(())
}
