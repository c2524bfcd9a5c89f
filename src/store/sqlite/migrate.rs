//! Brings the schema up: all missing migrations in one transaction, under SQLite's write lock.
//!
//! sqlx's own migrator takes no lock on SQLite, so two processes that start together would race.

use sqlx::SqlitePool;

use crate::store::{Digest, StoreError};

/// Applied once, in order, and never edited afterwards.
const MIGRATIONS: &[(i64, &str)] = &[(1, include_str!("migrations/0001_start.sql"))];

pub async fn run(writer: &SqlitePool) -> Result<(), StoreError> {
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, sha256 TEXT NOT NULL) STRICT")
        .execute(&mut *tx)
        .await?;
    let applied: Vec<(i64, String)> =
        sqlx::query_as("SELECT version, sha256 FROM migrations ORDER BY version").fetch_all(&mut *tx).await?;
    let known = MIGRATIONS.last().map_or(0, |(version, _)| *version);
    if let Some((found, _)) = applied.last().filter(|(version, _)| *version > known) {
        return Err(StoreError::Newer { found: *found, known });
    }
    for (version, sql) in MIGRATIONS {
        let hash = Digest::of(sql).to_string();
        match applied.iter().find(|(applied, _)| applied == version) {
            Some((_, was)) if *was == hash => {}
            Some(_) => {
                let why = format!("migration {version} is not the one that was applied");
                return Err(StoreError::Corrupt { what: "schema", why });
            }
            None => {
                sqlx::raw_sql(*sql).execute(&mut *tx).await?;
                sqlx::query("INSERT INTO migrations (version, sha256) VALUES ($1, $2)")
                    .bind(version)
                    .bind(hash)
                    .execute(&mut *tx)
                    .await?;
            }
        }
    }
    Ok(tx.commit().await?)
}
