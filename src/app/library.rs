//! The knowledge base kept fresh: its files are looked at, its directory service is asked, readers are told.

use super::service::Service;
use crate::config::Config;
use crate::knowledge::Fault;
use crate::knowledge::sources::{Library, Settings, Snapshot};
use chrono::Utc;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Faults that go to the log at once; the others stand on the page of the knowledge base.
const LOGGED: usize = 20;

/// `folder`: the organisation's, before the configuration's. What is kept of a directory service lies beside the store.
pub fn settings(config: &Config, folder: Option<&Path>) -> Settings {
    let data = config.store.path.parent().unwrap_or(Path::new("."));
    config.knowledge.sources(folder, data)
}

/// Looks at the files for ever.
pub async fn watch(library: Arc<Library>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let looking = Arc::clone(&library);
        match tokio::task::spawn_blocking(move || looking.look(Utc::now())).await {
            Ok(true) => log(&library.snapshot()),
            Ok(false) => {}
            Err(_) => tracing::error!("a look at the knowledge base stopped in the middle; it is tried again"),
        }
    }
}

/// Asks the directory service for ever.
pub async fn ask(library: Arc<Library>, every: Duration) {
    loop {
        if library.ask_directory(Utc::now()).await {
            log(&library.snapshot());
        }
        tokio::time::sleep(every).await;
    }
}

/// Gives new knowledge to the readers.
pub async fn follow(library: Arc<Library>, service: Arc<Service>) {
    let mut told = library.subscribe();
    let mut known = library.snapshot();
    while told.changed().await.is_ok() {
        let snapshot = Arc::clone(&told.borrow_and_update());
        if !Arc::ptr_eq(&snapshot.knowledge, &known.knowledge) {
            let (service, knowledge) = (Arc::clone(&service), Arc::clone(&snapshot.knowledge));
            let built = tokio::task::spawn_blocking(move || service.pipeline.renew(knowledge)).await;
            if built.is_err() {
                tracing::error!("the readers could not be built for new knowledge; the old stays in use");
            }
        }
        known = snapshot;
    }
}

/// Counts, and the first faults.
pub fn log(snapshot: &Snapshot) {
    let faults: Vec<&Fault> = snapshot.sources.iter().flat_map(|s| &s.faults).collect();
    let (people, pages) = (snapshot.knowledge.people.all().len(), snapshot.pages.len());
    tracing::info!(people, items = snapshot.knowledge.catalog.items().len(), pages, faults = faults.len(), "knowledge");
    for fault in faults.iter().take(LOGGED) {
        tracing::warn!("knowledge: {fault}");
    }
}
