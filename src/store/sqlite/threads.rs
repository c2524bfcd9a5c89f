//! Threads: the keys by which a message finds its case.
//!
//! A case is known by the ids of its messages, by the ids that they refer to (a reply may come before what it
//! answers), by Outlook's conversation, and by its own number in a subject. A subject alone never joins.

use sqlx::SqliteConnection;

use super::codec::name;
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

/// The keys of a message, the surest first, with the kind of each.
fn keys(incoming: &Incoming) -> Result<Vec<(String, &str)>, StoreError> {
    // Ids of chats and tickets are only unique within their channel.
    let ids = match incoming.channel {
        Channel::File => name(&Channel::Mail)?,
        channel => name(&channel)?,
    };
    let thread = &incoming.thread;
    let referred = thread.in_reply_to.iter().rev().take(REFERENCES);
    let referred = referred.chain(thread.references.iter().rev().take(REFERENCES)).map(|id| (ids.clone(), id));
    let conversation = thread.conversation.iter().map(|id| ("conversation".to_owned(), id));
    let own = incoming.message_id.iter().map(|id| (ids.clone(), id));
    let all = own.chain(referred).chain(conversation).map(|(kind, id)| (kind, id.as_str()));
    Ok(all.filter(|(_, id)| !id.is_empty() && id.len() <= KEY_BYTES).collect())
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
    for (kind, id) in keys(incoming)? {
        let case: Option<i64> = sqlx::query_scalar("SELECT case_id FROM thread_keys WHERE kind = $1 AND value = $2")
            .bind(kind)
            .bind(id)
            .fetch_optional(&mut *db)
            .await?;
        if let Some(case) = case.map(CaseNumber)
            && !cases.contains(&case)
        {
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
    for (kind, id) in keys(incoming)? {
        sqlx::query("INSERT INTO thread_keys (kind, value, case_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(kind)
            .bind(id)
            .bind(case.0)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
