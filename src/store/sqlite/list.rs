//! The list of cases: one page of it, filtered, and how many there are.

use sqlx::SqliteConnection;

use super::SqliteStore;
use super::cases::Row;
use super::codec::{json, name, variant, within};
use crate::store::facts;
use crate::store::{Counts, Cursor, Filter, Page, Status, StoreError};

/// Cases that a search holds in hand; with more it walks the list instead.
const FEW: i64 = 2_000;

/// Cases of one status, in the index's order.
const IN_ORDER: &str = "
    SELECT c.id, c.status, c.rank, c.due, c.category, c.language, c.confidence, c.subject, c.requester, c.people,
           c.summary, c.flags, c.missing, c.assignee_group, c.assignee, c.opened_at, c.updated_at, c.revision,
           r.hash, (SELECT COUNT(*) FROM messages m WHERE m.case_id = c.id) AS messages
    FROM cases c LEFT JOIN revisions r ON r.case_id = c.id AND r.number = c.revision
    WHERE c.status = $1 AND (c.rank, c.due, c.id) > ($2, $3, $4)
      AND ($5 IS NULL OR c.category = $5) AND ($6 IS NULL OR c.rank = $6)
      AND ($7 IS NULL OR c.assignee = $7) AND ($8 IS NULL OR c.assignee_group = $8)
      AND ($10 = '' OR EXISTS (SELECT 1 FROM case_words w WHERE w.case_id = c.id
                               AND instr(w.words, $10) > 0 AND instr(w.words, $11) > 0
                               AND instr(w.words, $12) > 0 AND instr(w.words, $13) > 0))
    ORDER BY c.rank, c.due, c.id LIMIT $9";

/// Cases of several statuses (a JSON array), among those with the ids given.
const AMONG: &str = "
    SELECT c.id, c.status, c.rank, c.due, c.category, c.language, c.confidence, c.subject, c.requester, c.people,
           c.summary, c.flags, c.missing, c.assignee_group, c.assignee, c.opened_at, c.updated_at, c.revision,
           r.hash, (SELECT COUNT(*) FROM messages m WHERE m.case_id = c.id) AS messages
    FROM json_each($10) k CROSS JOIN cases c ON c.id = k.value
    LEFT JOIN revisions r ON r.case_id = c.id AND r.number = c.revision
    WHERE c.status IN (SELECT value FROM json_each($1)) AND (c.rank, c.due, c.id) > ($2, $3, $4)
      AND ($5 IS NULL OR c.category = $5) AND ($6 IS NULL OR c.rank = $6)
      AND ($7 IS NULL OR c.assignee = $7) AND ($8 IS NULL OR c.assignee_group = $8)
    ORDER BY c.rank, c.due, c.id LIMIT $9";

pub async fn page(store: &SqliteStore, filter: Filter, after: Option<Cursor>, limit: u32) -> Result<Page, StoreError> {
    let limit = within("the number of cases on a page", limit, 1, 200)?;
    let after = after.unwrap_or(Cursor { rank: 0, due: None, id: 0 });
    let due = after.due.map_or_else(|| facts::NO_DUE.to_owned(), |day| day.to_string());
    let words = facts::words(filter.text.as_deref());
    let category = filter.category.map(|category| name(&category)).transpose()?;
    let mut statuses = if filter.status.is_empty() { Status::ALL.to_vec() } else { filter.status };
    statuses.sort_unstable();
    statuses.dedup();
    let mut tx = store.readers.begin().await?;
    let found = found(&mut tx, &words).await?;
    // Few found: looked at one by one. Else one query for each status, each in the index's order, so that thousands of
    // closed cases cost nothing when the open ones are asked for.
    let (sql, groups): (_, Vec<String>) = match found {
        Some(_) => (AMONG, vec![json(&statuses)?]),
        None => (IN_ORDER, statuses.iter().map(ToString::to_string).collect()),
    };
    let mut rows: Vec<Row> = Vec::new();
    for group in groups {
        let mut query = sqlx::query_as(sql)
            .bind(group)
            .bind(after.rank)
            .bind(&due)
            .bind(after.id)
            .bind(&category)
            .bind(filter.priority.map(facts::rank))
            .bind(&filter.assignee)
            .bind(&filter.assignee_group)
            .bind(limit + 1);
        query = match &found {
            Some(ids) => query.bind(ids),
            None => words.iter().fold(query, |query, word| query.bind(word)),
        };
        rows.extend(query.fetch_all(&mut *tx).await?);
    }
    rows.sort_by(|a, b| (a.rank, &a.due, a.id).cmp(&(b.rank, &b.due, b.id)));
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(Row::cursor);
    Ok(Page { rows: rows.into_iter().map(Row::case).collect::<Result<_, _>>()?, next })
}

/// The ids of the cases that hold the words, as JSON, where they are few. None for words that many cases hold: a page
/// of those is filled soon while the list is walked in its order.
async fn found(db: &mut SqliteConnection, words: &[String; 4]) -> Result<Option<String>, StoreError> {
    let [first, second, third, rest] = words;
    if first.is_empty() {
        return Ok(None);
    }
    let (count, ids): (i64, String) = sqlx::query_as(
        "SELECT COUNT(*), json_group_array(case_id) FROM (
             SELECT case_id FROM case_words WHERE instr(words, $1) > 0 AND instr(words, $2) > 0
                AND instr(words, $3) > 0 AND instr(words, $4) > 0 LIMIT $5)",
    )
    .bind(first)
    .bind(second)
    .bind(third)
    .bind(rest)
    .bind(FEW + 1)
    .fetch_one(db)
    .await?;
    Ok((count <= FEW).then_some(ids))
}

pub async fn counts(store: &SqliteStore) -> Result<Counts, StoreError> {
    let mut tx = store.readers.begin().await?;
    let by_status: Vec<(String, i64)> =
        sqlx::query_as("SELECT status, COUNT(*) FROM cases GROUP BY status").fetch_all(&mut *tx).await?;
    let to_understand: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM messages WHERE state = 'received'").fetch_one(&mut *tx).await?;
    let refused: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM messages WHERE state = 'refused'").fetch_one(&mut *tx).await?;
    let positive = |count: i64| u64::try_from(count).unwrap_or_default();
    let mut counts = Counts { to_understand: positive(to_understand), refused: positive(refused), ..Counts::default() };
    for (status, count) in by_status {
        let slot = match variant("status", &status)? {
            Status::New => &mut counts.new,
            Status::Waiting => &mut counts.waiting,
            Status::Approved => &mut counts.approved,
            Status::Rejected => &mut counts.rejected,
            Status::Done => &mut counts.done,
            Status::NotARequest => &mut counts.not_a_request,
            Status::Failed => &mut counts.failed,
        };
        *slot = positive(count);
    }
    Ok(counts)
}
