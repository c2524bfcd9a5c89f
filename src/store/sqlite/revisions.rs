//! Revisions: what is understood of a case, by machines and by technicians, and what those corrected.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{FromRow, SqliteConnection};

use super::SqliteStore;
use super::change::Change;
use super::codec::{from_json, identity, json as to_json, micros, name, small, stamp, utc, within};
use super::{cases, requests};
use crate::contract::Understanding;
use crate::store::{
    CaseNumber, Correction, Digest, Edit, Effect, EventKind, MUSTER, Reading, Revised, Revision, Status, StoreError,
    canonical, diff, facts,
};

#[derive(FromRow)]
pub struct Row {
    case_id: i64,
    number: i64,
    hash: String,
    sha256: String,
    message: i64,
    understanding: String,
    request_ids: String,
    requester: Option<String>,
    reader: String,
    edited_by: Option<String>,
    at: String,
}

impl Row {
    pub fn revision(self) -> Result<Revision, StoreError> {
        Ok(Revision {
            case: CaseNumber(self.case_id),
            number: small("revision number", self.number)?,
            hash: self.hash.parse()?,
            message: self.sha256.parse()?,
            understanding: from_json("understanding", &self.understanding)?,
            request_ids: from_json("request ids", &self.request_ids)?,
            requester: self.requester,
            reader: self.reader,
            edited_by: self.edited_by,
            at: utc(&self.at)?,
        })
    }
}

pub async fn one(store: &SqliteStore, case: CaseNumber, number: u32) -> Result<Revision, StoreError> {
    let mut db = store.readers.acquire().await?;
    row(&mut db, case, i64::from(number)).await?.ok_or(StoreError::NoRevision { case, number })?.revision()
}

pub async fn all(store: &SqliteStore, case: CaseNumber) -> Result<Vec<Revision>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT r.case_id, r.number, r.hash, m.sha256, r.message, r.understanding, r.request_ids, r.requester,
                r.reader, r.edited_by, r.at
         FROM revisions r JOIN messages m ON m.id = r.message WHERE r.case_id = $1 ORDER BY r.number",
    )
    .bind(case.0)
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter().map(Row::revision).collect()
}

async fn row(db: &mut SqliteConnection, case: CaseNumber, number: i64) -> Result<Option<Row>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT r.case_id, r.number, r.hash, m.sha256, r.message, r.understanding, r.request_ids, r.requester,
                r.reader, r.edited_by, r.at
         FROM revisions r JOIN messages m ON m.id = r.message WHERE r.case_id = $1 AND r.number = $2",
    )
    .bind(case.0)
    .bind(number)
    .fetch_optional(db)
    .await?)
}

/// The latest revision of a case, if it has one.
pub async fn latest(db: &mut SqliteConnection, case: CaseNumber) -> Result<Option<Row>, StoreError> {
    let number: Option<Option<i64>> =
        sqlx::query_scalar("SELECT revision FROM cases WHERE id = $1").bind(case.0).fetch_optional(&mut *db).await?;
    match number.ok_or(StoreError::NoCase(case))? {
        Some(number) => row(db, case, number).await,
        None => Ok(None),
    }
}

/// A revision that is about to be written.
struct New<'a> {
    case: CaseNumber,
    message: i64,
    text: &'a str,
    hash: Digest,
    request_ids: &'a [String],
    requester: Option<&'a str>,
    reader: &'a str,
    edited_by: Option<&'a str>,
    at: DateTime<Utc>,
}

async fn add(db: &mut SqliteConnection, new: New<'_>) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO revisions
             (case_id, number, hash, message, understanding, request_ids, requester, reader, edited_by, at)
         VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM revisions WHERE case_id = $1),
                 $2, $3, $4, $5, $6, $7, $8, $9)
         RETURNING number",
    )
    .bind(new.case.0)
    .bind(new.hash.to_string())
    .bind(new.message)
    .bind(new.text)
    .bind(to_json(&new.request_ids)?)
    .bind(new.requester)
    .bind(new.reader)
    .bind(new.edited_by)
    .bind(stamp(new.at))
    .fetch_one(db)
    .await?)
}

/// Makes a revision the case's latest: its row in the list says what the revision says.
async fn adopt(
    db: &mut SqliteConnection,
    case: CaseNumber,
    number: i64,
    status: Status,
    understanding: &Understanding,
    requester: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let subject: Option<String> =
        sqlx::query_scalar("SELECT subject FROM cases WHERE id = $1").bind(case.0).fetch_one(&mut *db).await?;
    let (triage, people) = (&understanding.triage, facts::people(understanding));
    let due = facts::due(understanding).map_or_else(|| facts::NO_DUE.to_owned(), |day| day.to_string());
    sqlx::query(
        "UPDATE cases SET status = $2, rank = $3, due = $4, category = $5, language = $6, confidence = $7,
                requester = $8, people = $9, summary = $10, flags = $11, missing = $12,
                assignee_group = CASE WHEN assigned = 1 THEN assignee_group ELSE $13 END,
                revision = $14, updated_at = $15
         WHERE id = $1",
    )
    .bind(case.0)
    .bind(status.as_str())
    .bind(facts::rank(triage.priority))
    .bind(due)
    .bind(name(&triage.category)?)
    .bind(name(&understanding.message.language)?)
    .bind(f64::from(triage.confidence))
    .bind(requester)
    .bind(to_json(&people)?)
    .bind(&triage.summary)
    .bind(to_json(&triage.flags)?)
    .bind(to_json(&triage.missing)?)
    .bind(&triage.assignee_group)
    .bind(number)
    .bind(stamp(now))
    .execute(&mut *db)
    .await?;
    sqlx::query("UPDATE case_words SET words = $2 WHERE case_id = $1")
        .bind(case.0)
        .bind(facts::search(case, subject.as_deref(), &people, requester))
        .execute(db)
        .await?;
    Ok(())
}

pub async fn understood(store: &SqliteStore, reading: Reading, now: DateTime<Utc>) -> Result<Revised, StoreError> {
    let (text, hash) = canonical::understanding(&reading.understanding)?;
    let mut change = Change::begin(store).await?;
    let revised = revise(&mut change, reading, &text, hash, micros(now)).await?;
    change.commit().await?;
    Ok(revised)
}

pub async fn understood_many(
    store: &SqliteStore,
    readings: Vec<Reading>,
    now: DateTime<Utc>,
) -> Result<Vec<Revised>, StoreError> {
    let mut written = Vec::with_capacity(readings.len());
    for reading in &readings {
        written.push(canonical::understanding(&reading.understanding)?);
    }
    let mut change = Change::begin(store).await?;
    let mut revised = Vec::with_capacity(readings.len());
    for (reading, (text, hash)) in readings.into_iter().zip(written) {
        revised.push(revise(&mut change, reading, &text, hash, micros(now)).await?);
    }
    change.commit().await?;
    Ok(revised)
}

async fn revise(
    change: &mut Change,
    reading: Reading,
    text: &str,
    hash: Digest,
    now: DateTime<Utc>,
) -> Result<Revised, StoreError> {
    let message: Option<(i64, Option<i64>)> = sqlx::query_as("SELECT id, case_id FROM messages WHERE sha256 = $1")
        .bind(reading.message.to_string())
        .fetch_optional(change.db())
        .await?;
    let (message, case) = message.ok_or(StoreError::NoMessage(reading.message))?;
    let case = CaseNumber(case.ok_or(StoreError::RefusedMessage(reading.message))?);
    sqlx::query("UPDATE messages SET state = 'understood', reason = NULL, taken_until = NULL WHERE id = $1")
        .bind(message)
        .execute(change.db())
        .await?;
    let current = latest(change.db(), case).await?;
    let effect = effect(change.db(), case, message, &reading, current.as_ref()).await?;
    if let Some(number) = said_before(change.db(), message, hash).await? {
        let is_latest = current.as_ref().is_some_and(|current| current.number == number);
        if is_latest || effect == Effect::Note {
            let number = small("revision number", number)?;
            return Ok(Revised { case, number, hash, latest: is_latest, added: false });
        }
    }
    let becomes_latest = effect != Effect::Note;
    let ids = if becomes_latest {
        // Another reading of the same message may have put a name right; in another message the place means nothing.
        let before: Vec<String> = match &current {
            Some(current) if current.message == message => from_json("request ids", &current.request_ids)?,
            _ => Vec::new(),
        };
        requests::identify(change.db(), case, &reading.understanding.requests, &before).await?
    } else {
        Vec::new()
    };
    let requester = reading.requester.as_deref().or(reading.understanding.message.from.as_deref());
    let new = New {
        case,
        message,
        text,
        hash,
        request_ids: &ids,
        requester,
        reader: &reading.reader,
        edited_by: None,
        at: now,
    };
    let number = add(change.db(), new).await?;
    if becomes_latest {
        let status = if effect == Effect::PutAway { Status::NotARequest } else { Status::New };
        adopt(change.db(), case, number, status, &reading.understanding, requester, now).await?;
    }
    let data = json!({
        "message": reading.message, "revision": number, "hash": hash, "reader": reading.reader,
        "latest": becomes_latest,
    });
    change.event(case, EventKind::Understood, MUSTER, now, data).await?;
    Ok(Revised { case, number: small("revision number", number)?, hash, latest: becomes_latest, added: true })
}

/// What a reading may do to its case, which is at most what its caller asks for.
async fn effect(
    db: &mut SqliteConnection,
    case: CaseNumber,
    message: i64,
    reading: &Reading,
    current: Option<&Row>,
) -> Result<Effect, StoreError> {
    let Some(current) = current else {
        return Ok(if reading.effect == Effect::PutAway { Effect::PutAway } else { Effect::Review });
    };
    // A person's edit of the same message knows better.
    if current.message == message && current.edited_by.is_some() {
        return Ok(Effect::Note);
    }
    if reading.effect == Effect::PutAway {
        let acted: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM events
             WHERE case_id = $1 AND kind NOT IN ('arrived', 'understood', 'failed') LIMIT 1",
        )
        .bind(case.0)
        .fetch_optional(db)
        .await?;
        if current.message != message || acted.is_some() {
            return Ok(Effect::Note);
        }
    }
    Ok(reading.effect)
}

/// The number of the machine's last revision of that message, if it says just this.
async fn said_before(db: &mut SqliteConnection, message: i64, hash: Digest) -> Result<Option<i64>, StoreError> {
    let last: Option<(i64, String)> = sqlx::query_as(
        "SELECT number, hash FROM revisions WHERE message = $1 AND edited_by IS NULL ORDER BY number DESC LIMIT 1",
    )
    .bind(message)
    .fetch_optional(db)
    .await?;
    Ok(last.filter(|(_, last)| *last == hash.to_string()).map(|(number, _)| number))
}

pub async fn edit(store: &SqliteStore, edit: Edit, now: DateTime<Utc>) -> Result<Revised, StoreError> {
    let now = micros(now);
    let who = identity("the name of who edits", &edit.who)?;
    let case = edit.case;
    let mut change = Change::begin(store).await?;
    let current = latest(change.db(), case).await?.ok_or(StoreError::NotUnderstood(case))?;
    let number = small("revision number", current.number)?;
    if current.hash != edit.base.to_string() {
        return Err(StoreError::Stale { case, latest: number });
    }
    let (message, before) = (current.message, current.understanding.clone());
    let current = current.revision()?;
    // What was received is not for editing.
    let mut understanding = edit.understanding;
    understanding.schema.clone_from(&current.understanding.schema);
    understanding.message.clone_from(&current.understanding.message);
    let (text, hash) = canonical::understanding(&understanding)?;
    if hash == current.hash {
        return Err(StoreError::NoChange(case));
    }
    let ids = requests::identify(change.db(), case, &understanding.requests, &current.request_ids).await?;
    let requester = current.requester.as_deref();
    let new = New {
        case,
        message,
        text: &text,
        hash,
        request_ids: &ids,
        requester,
        reader: &current.reader,
        edited_by: Some(who),
        at: now,
    };
    let added = add(change.db(), new).await?;
    let status = match cases::status(change.db(), case).await? {
        Status::Waiting => Status::Waiting,
        _ => Status::New,
    };
    adopt(change.db(), case, added, status, &understanding, requester, now).await?;
    let changes = diff::diff(
        &from_json("understanding", &before)?,
        &from_json("understanding", &text)?,
        &current.request_ids,
        &ids,
    );
    for change_of_field in &changes {
        sqlx::query(
            "INSERT INTO corrections (case_id, message, revision, reader, path, before, after, who, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(case.0)
        .bind(message)
        .bind(i64::from(number))
        .bind(&current.reader)
        .bind(&change_of_field.path)
        .bind(to_json(&change_of_field.before)?)
        .bind(to_json(&change_of_field.after)?)
        .bind(who)
        .bind(stamp(now))
        .execute(change.db())
        .await?;
    }
    let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    change.event(case, EventKind::Edited, who, now, json!({ "revision": added, "hash": hash, "paths": paths })).await?;
    change.commit().await?;
    Ok(Revised { case, number: small("revision number", added)?, hash, latest: true, added: true })
}

#[derive(FromRow)]
struct CorrectionRow {
    id: i64,
    case_id: i64,
    sha256: String,
    revision: i64,
    reader: String,
    path: String,
    before: String,
    after: String,
    who: String,
    at: String,
}

pub async fn corrections(store: &SqliteStore, after: i64, limit: u32) -> Result<Vec<Correction>, StoreError> {
    let limit = within("the number of corrections", limit, 1, 1_000)?;
    let rows: Vec<CorrectionRow> = sqlx::query_as(
        "SELECT c.id, c.case_id, m.sha256, c.revision, c.reader, c.path, c.before, c.after, c.who, c.at
         FROM corrections c JOIN messages m ON m.id = c.message WHERE c.id > $1 ORDER BY c.id LIMIT $2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(&store.readers)
    .await?;
    let correction = |row: CorrectionRow| {
        Ok(Correction {
            id: row.id,
            case: CaseNumber(row.case_id),
            message: row.sha256.parse()?,
            revision: small("revision number", row.revision)?,
            reader: row.reader,
            path: row.path,
            before: from_json("correction", &row.before)?,
            after: from_json("correction", &row.after)?,
            who: row.who,
            at: utc(&row.at)?,
        })
    };
    rows.into_iter().map(correction).collect()
}
