//! The embedded store: one SQLite file, one connection that writes, a few that read.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlitePool};
use uuid::Uuid;

use super::{
    Answer, AuditEntry, AuditNote, AuditReport, CaseFile, CaseNumber, Correction, Counts, Cursor, Decision, Digest,
    Edit, Event, Filter, Incoming, LeaseAsk, Leased, MessageRecord, Outgoing, Page, Parked, QueueDepth, Reading,
    Revised, Revision, Status, Store, StoreError, Stored,
};

mod approve;
mod audit;
mod cases;
mod change;
mod codec;
mod list;
mod messages;
mod migrate;
mod queue;
mod requests;
mod revisions;
mod threads;
mod work;

/// How long a writer waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);
/// How long a caller waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(30);
/// Connections that read at the same time.
const READERS: u32 = 4;

/// What the configuration may change.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Attempts to deliver an event before it is parked. Default 10.
    pub attempts: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { attempts: 10 }
    }
}

/// A store in one file.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    settings: Settings,
}

impl SqliteStore {
    /// Opens the file, makes it (0600) and its folders (0700) where they are missing, and brings its schema up.
    pub async fn open(path: impl AsRef<Path>, settings: Settings) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let fails = |why: String| StoreError::Open { path: path.display().to_string(), why };
        make(path).map_err(|e| fails(e.to_string()))?;
        // WAL with FULL: a commit is on the disk before it is acknowledged, and readers do not wait for the writer.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .optimize_on_close(true, 1_000);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE)
            .idle_timeout(None)
            .max_lifetime(None)
            // After a full disk SQLite has rolled back by itself; sqlx's own rollback then fails, and it would take the
            // connection for one in a transaction for ever. Such a connection is replaced.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone())
            .await
            .map_err(|e| fails(e.to_string()))?;
        migrate::run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.read_only(true).optimize_on_close(false, None))
            .await
            .map_err(|e| fails(e.to_string()))?;
        Ok(Self { writer, readers, settings })
    }

    /// Closes the file in good order. A store that is dropped without it loses nothing.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Makes the file before SQLite does, so that nobody else can read it at any moment.
fn make(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    let mut folders = std::fs::DirBuilder::new();
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        folders.mode(0o700);
        file.mode(0o600);
    }
    if !folder.as_os_str().is_empty() {
        folders.recursive(true).create(folder)?;
    }
    match file.open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // Primary result codes: https://www.sqlite.org/rescode.html
        let code = error.as_database_error().and_then(|e| e.code()).and_then(|code| code.parse::<i32>().ok());
        match (code.map(|code| code & 0xFF), &error) {
            (Some(5 | 6), _) | (None, sqlx::Error::PoolTimedOut) => Self::Busy,
            (Some(8), _) => Self::ReadOnly,
            (Some(13), _) => Self::Full,
            _ => Self::Backend(Box::new(error)),
        }
    }
}

impl Store for SqliteStore {
    fn put(&self, incoming: Incoming) -> Answer<'_, Stored> {
        Box::pin(messages::put(self, incoming))
    }
    fn put_many(&self, incoming: Vec<Incoming>) -> Answer<'_, Vec<Stored>> {
        Box::pin(messages::put_many(self, incoming))
    }
    fn message(&self, sha256: Digest) -> Answer<'_, MessageRecord> {
        Box::pin(messages::message(self, sha256))
    }
    fn bytes(&self, sha256: Digest) -> Answer<'_, Vec<u8>> {
        Box::pin(messages::bytes(self, sha256))
    }
    fn refused(&self, limit: u32) -> Answer<'_, Vec<MessageRecord>> {
        Box::pin(messages::refused(self, limit))
    }
    fn take(&self, max: u32, seconds: u32, now: DateTime<Utc>) -> Answer<'_, Vec<MessageRecord>> {
        Box::pin(work::take(self, max, seconds, now))
    }
    fn release(&self) -> Answer<'_, u64> {
        Box::pin(work::release(self))
    }
    fn understood(&self, reading: Reading, now: DateTime<Utc>) -> Answer<'_, Revised> {
        Box::pin(revisions::understood(self, reading, now))
    }
    fn understood_many(&self, readings: Vec<Reading>, now: DateTime<Utc>) -> Answer<'_, Vec<Revised>> {
        Box::pin(revisions::understood_many(self, readings, now))
    }
    fn failed(&self, sha256: Digest, reason: &str, now: DateTime<Utc>) -> Answer<'_, ()> {
        let reason = reason.to_owned();
        Box::pin(async move { work::failed(self, sha256, &reason, now).await })
    }
    fn again(&self, sha256: Digest) -> Answer<'_, ()> {
        Box::pin(work::again(self, sha256))
    }
    fn cases(&self, filter: Filter, after: Option<Cursor>, limit: u32) -> Answer<'_, Page> {
        Box::pin(list::page(self, filter, after, limit))
    }
    fn counts(&self) -> Answer<'_, Counts> {
        Box::pin(list::counts(self))
    }
    fn case(&self, number: CaseNumber) -> Answer<'_, CaseFile> {
        Box::pin(cases::file(self, number))
    }
    fn revision(&self, case: CaseNumber, number: u32) -> Answer<'_, Revision> {
        Box::pin(revisions::one(self, case, number))
    }
    fn revisions(&self, case: CaseNumber) -> Answer<'_, Vec<Revision>> {
        Box::pin(revisions::all(self, case))
    }
    fn edit(&self, edit: Edit, now: DateTime<Utc>) -> Answer<'_, Revised> {
        Box::pin(revisions::edit(self, edit, now))
    }
    fn corrections(&self, after: i64, limit: u32) -> Answer<'_, Vec<Correction>> {
        Box::pin(revisions::corrections(self, after, limit))
    }
    fn assign(
        &self,
        case: CaseNumber,
        group: Option<String>,
        assignee: Option<String>,
        who: &str,
        now: DateTime<Utc>,
    ) -> Answer<'_, ()> {
        let who = who.to_owned();
        Box::pin(async move { cases::assign(self, case, group, assignee, &who, now).await })
    }
    fn comment(&self, case: CaseNumber, text: &str, who: &str, now: DateTime<Utc>) -> Answer<'_, ()> {
        let (text, who) = (text.to_owned(), who.to_owned());
        Box::pin(async move { cases::comment(self, case, &text, &who, now).await })
    }
    fn decide(&self, case: CaseNumber, decision: Decision, who: &str, now: DateTime<Utc>) -> Answer<'_, Status> {
        let who = who.to_owned();
        Box::pin(async move { cases::decide(self, case, decision, &who, now).await })
    }
    fn approve(&self, case: CaseNumber, revision: Digest, who: &str, now: DateTime<Utc>) -> Answer<'_, Vec<Outgoing>> {
        let who = who.to_owned();
        Box::pin(async move { approve::approve(self, case, revision, &who, now).await })
    }
    fn events(&self, after: i64, limit: u32) -> Answer<'_, Vec<Event>> {
        Box::pin(cases::events(self, after, limit))
    }
    fn lease(&self, ask: LeaseAsk, now: DateTime<Utc>) -> Answer<'_, Vec<Leased>> {
        Box::pin(queue::lease(self, ask, now))
    }
    fn ack(&self, lease: Uuid, now: DateTime<Utc>) -> Answer<'_, ()> {
        Box::pin(queue::ack(self, lease, now))
    }
    fn nack(&self, lease: Uuid, delay: u32, reason: &str, now: DateTime<Utc>) -> Answer<'_, ()> {
        let reason = reason.to_owned();
        Box::pin(async move { queue::nack(self, lease, delay, &reason, now).await })
    }
    fn parked(&self, limit: u32) -> Answer<'_, Vec<Parked>> {
        Box::pin(queue::parked(self, limit))
    }
    fn requeue(&self, event: Uuid, who: &str, now: DateTime<Utc>) -> Answer<'_, ()> {
        let who = who.to_owned();
        Box::pin(async move { queue::requeue(self, event, &who, now).await })
    }
    fn discard(&self, event: Uuid, who: &str, reason: &str, now: DateTime<Utc>) -> Answer<'_, ()> {
        let (who, reason) = (who.to_owned(), reason.to_owned());
        Box::pin(async move { queue::discard(self, event, &who, &reason, now).await })
    }
    fn depth(&self, now: DateTime<Utc>) -> Answer<'_, QueueDepth> {
        Box::pin(queue::depth(self, now))
    }
    fn note(&self, note: AuditNote, now: DateTime<Utc>) -> Answer<'_, ()> {
        Box::pin(audit::note(self, note, now))
    }
    fn audit(&self, after: i64, limit: u32) -> Answer<'_, Vec<AuditEntry>> {
        Box::pin(audit::entries(self, after, limit))
    }
    fn verify_audit(&self) -> Answer<'_, AuditReport> {
        Box::pin(audit::verify(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Content, ErrorClass, Origin};

    fn input(bytes: Vec<u8>) -> Incoming {
        let origin = Origin { door: "folder".into(), name: "x".into() };
        Incoming::refused(Content::Kept(bytes), "the message is empty", origin, DateTime::UNIX_EPOCH)
    }

    /// What a full disk and a file without write permission do to the writer, without needing either.
    #[tokio::test]
    async fn a_full_or_locked_disk_is_a_clear_refusal_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("muster.sqlite"), Settings::default()).await.unwrap();
        let kept = store.put(input(vec![])).await.unwrap().message();
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.writer).await.unwrap();
        for (harm, undo, sentence) in [
            (
                format!("PRAGMA max_page_count = {pages}"),
                "PRAGMA max_page_count = 1000000",
                "the disk that holds the store is full; free some space, nothing that was acknowledged is lost",
            ),
            (
                "PRAGMA query_only = ON".to_owned(),
                "PRAGMA query_only = OFF",
                "the store can only be read; check the permissions of its file and folder",
            ),
        ] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(harm)).execute(&store.writer).await.unwrap();
            let error = store.put(input(vec![7; 1 << 20])).await.unwrap_err();
            assert_eq!((error.to_string().as_str(), error.class()), (sentence, ErrorClass::Unavailable), "{error:?}");
            assert_eq!(store.bytes(kept).await.unwrap(), b"", "it can still be read");
            sqlx::raw_sql(undo).execute(&store.writer).await.unwrap();
        }
        store.put(input(vec![7; 1 << 20])).await.expect("and goes on when there is room again");
    }
}
