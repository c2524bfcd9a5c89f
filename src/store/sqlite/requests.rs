//! The requests of a case: each keeps its id over all revisions.

use sqlx::{FromRow, SqliteConnection};

use super::codec::{from_name, name};
use crate::contract::Request;
use crate::store::matching::{Key, match_requests};
use crate::store::{CaseNumber, StoreError};

#[derive(FromRow)]
struct Row {
    request_id: String,
    kind: String,
    person_name: Option<String>,
    person_email: Option<String>,
    person_number: Option<String>,
}

/// Gives every request of a new revision its id: the one it had, or a new one.
///
/// `before`: the ids of the revision before, where the same place in the list means something; else empty.
pub async fn identify(
    db: &mut SqliteConnection,
    case: CaseNumber,
    requests: &[Request],
    before: &[String],
) -> Result<Vec<String>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT request_id, kind, person_name, person_email, person_number
         FROM requests WHERE case_id = $1 ORDER BY ordinal",
    )
    .bind(case.0)
    .fetch_all(&mut *db)
    .await?;
    let mut known = Vec::with_capacity(rows.len());
    for row in &rows {
        known.push(Key {
            kind: from_name("kind of request", &row.kind)?,
            name: row.person_name.clone(),
            email: row.person_email.clone(),
            number: row.person_number.clone(),
        });
    }
    let keys: Vec<Key> = requests.iter().map(Key::of).collect();
    let places: std::collections::HashMap<&str, usize> =
        rows.iter().enumerate().map(|(place, row)| (row.request_id.as_str(), place)).collect();
    let same_place: Vec<Option<usize>> = before.iter().map(|id| places.get(id.as_str()).copied()).collect();
    let mut ids = Vec::with_capacity(keys.len());
    let mut ordinal = rows.len() as i64;
    for (key, place) in keys.iter().zip(match_requests(&known, &keys, &same_place)) {
        let id = match place.and_then(|place| rows.get(place)) {
            Some(row) => {
                // What is not said this time stays known; the next revision may say only the name.
                sqlx::query(
                    "UPDATE requests SET kind = $2, person_name = COALESCE($3, person_name),
                            person_email = COALESCE($4, person_email), person_number = COALESCE($5, person_number)
                     WHERE request_id = $1",
                )
                .bind(&row.request_id)
                .bind(name(&key.kind)?)
                .bind(&key.name)
                .bind(&key.email)
                .bind(&key.number)
                .execute(&mut *db)
                .await?;
                row.request_id.clone()
            }
            None => {
                ordinal += 1;
                let id = format!("{case}-{ordinal}");
                sqlx::query(
                    "INSERT INTO requests
                         (request_id, case_id, ordinal, kind, person_name, person_email, person_number)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(&id)
                .bind(case.0)
                .bind(ordinal)
                .bind(name(&key.kind)?)
                .bind(&key.name)
                .bind(&key.email)
                .bind(&key.number)
                .execute(&mut *db)
                .await?;
                id
            }
        };
        ids.push(id);
    }
    Ok(ids)
}
