//! `muster serve` and `muster demo`: store, worker, doors and pages in one process, until told to stop.

use super::ask;
use super::desk::Desk;
use super::doors;
use super::import;
use super::library;
use super::pipeline::Pipeline;
use super::reader;
use super::service::Service;
use crate::config::Config;
use crate::knowledge::pages::Answers;
use crate::knowledge::sources::Library;
use crate::store::sqlite::{self, SqliteStore};
use crate::store::{Digest, Shared};
use crate::triage::Sender;
use crate::understand::dates::Engine;
use crate::web;
use anyhow::Context;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// A service that is not yet listening.
pub struct Ready {
    pub service: Arc<Service>,
    pub store: SqliteStore,
    pub library: Arc<Library>,
    pub answers: Arc<Answers>,
    pub config: Config,
}

/// Opens the store and builds the readers. Faults of the knowledge folder go to the log.
pub async fn ready(config: Config, knowledge: Option<&Path>) -> anyhow::Result<Ready> {
    let library = Arc::new(Library::open(library::settings(&config, knowledge), chrono::Utc::now()));
    let snapshot = library.snapshot();
    library::log(&snapshot);
    let pipeline = Pipeline::of(&config, Arc::clone(&snapshot.knowledge))?;
    let store = SqliteStore::open(&config.store.path, sqlite::Settings { attempts: config.queue.attempts }).await?;
    let shared: Shared = Arc::new(store.clone());
    let service = Arc::new(Service::new(Arc::new(pipeline), shared, Sender::Trusted));
    if reader::is_missing(&config) {
        tracing::warn!("{}", reader::MISSING);
    }
    let retriever = ask::retriever(&config)?;
    if retriever.is_none() {
        tracing::warn!("there is no retriever in models: pages are searched by words alone");
    }
    let answers = Arc::new(Answers::new(retriever, ask::cache(&config, true)));
    Ok(Ready { service, store, library, answers, config })
}

/// Listens, looks into the folders and understands, until the process is told to stop.
pub async fn run(ready: Ready, say: impl FnOnce(SocketAddr)) -> anyhow::Result<()> {
    let Ready { service, store, library, answers, config } = ready;
    let listener = TcpListener::bind(&config.web.listen).await.with_context(|| {
        format!("cannot listen on {}; another program may hold it (--listen takes another)", config.web.listen)
    })?;
    let address = listener.local_addr().context("the listening address is unknown")?;
    anyhow::ensure!(
        address.ip().is_loopback() || !config.web.user.is_empty(),
        "{address} can be reached from other machines, and no [[web.user]] is configured: anybody could approve. \
         Make a key with `muster key NAME`, or listen on 127.0.0.1"
    );
    for folder in config.intake.watch.iter().chain(&config.intake.maildir) {
        anyhow::ensure!(folder.is_dir(), "the watched folder {} is not there", folder.display());
    }
    let desk = Arc::new(Desk::new(
        Arc::clone(&service),
        Engine::new(config.dates()?),
        Arc::clone(&library),
        Arc::clone(&answers),
    ));
    let router = web::router(web::Web::new(Arc::clone(&service.store), desk, settings(&config)?));
    service.store.release().await?;
    let worker = tokio::spawn(Arc::clone(&service).work());
    let every = Duration::from_millis(config.intake.poll_ms);
    let (watch, maildir) = (config.intake.watch.clone(), config.intake.maildir.clone());
    let watcher = tokio::spawn(doors::watch(Arc::clone(&service), watch, maildir, every));
    let poll = Duration::from_millis(config.knowledge.poll_ms);
    let mut keepers = vec![
        tokio::spawn(library::watch(Arc::clone(&library), poll)),
        tokio::spawn(library::follow(Arc::clone(&library), Arc::clone(&service))),
        tokio::spawn(ask::follow(Arc::clone(&library), Arc::clone(&answers))),
    ];
    if let Some(ldap) = &config.knowledge.ldap {
        keepers.push(tokio::spawn(library::ask(Arc::clone(&library), Duration::from_secs(ldap.refresh_s))));
    }
    say(address);
    axum::serve(listener, router).with_graceful_shutdown(told_to_stop()).await?;
    answers.stop();
    watcher.abort();
    keepers.iter().for_each(tokio::task::JoinHandle::abort);
    worker.abort();
    store.close().await;
    Ok(())
}

/// The sample world: its organisation, its mailbox, and an inbox folder to drop mails into.
pub async fn demo(mut config: Config, listen: String, data: PathBuf, fixtures: PathBuf) -> anyhow::Result<()> {
    anyhow::ensure!(
        fixtures.join("org").is_dir(),
        "the sample world is not in {}; run this from the project's folder, or name it with --fixtures",
        fixtures.display()
    );
    let inbox = data.join("inbox");
    std::fs::create_dir_all(&inbox).with_context(|| format!("cannot make the folder {}", inbox.display()))?;
    config.store.path = data.join("muster.sqlite");
    config.web.listen = listen;
    config.intake.watch.push(inbox.clone());
    let ready = ready(config, Some(&fixtures.join("org"))).await?;
    let paths: Vec<PathBuf> = ["mail", "ticket", "chat"].iter().map(|f| fixtures.join(f)).collect();
    ready.service.store.release().await?;
    let imported = import::run(&ready.service, &paths, false).await?;
    run(ready, move |address| {
        println!("The sample mailbox: {imported}.");
        println!("Open http://{address}/ in a browser; drop your own .eml there, or put it into {}.", inbox.display());
        println!("Stop with Ctrl-C. The data stays in {}; remove that folder to begin anew.", data.display());
    })
    .await
}

fn settings(config: &Config) -> anyhow::Result<web::settings::Settings> {
    let digest = |key: &str| key.to_ascii_lowercase().parse::<Digest>();
    let mut settings = web::settings::Settings {
        hosts: config.web.hosts.clone(),
        message_bytes: config.limits().message_bytes,
        source: config.queue.source.clone(),
        ..web::settings::Settings::default()
    };
    for user in &config.web.user {
        let key_sha256 = digest(&user.key_sha256)?;
        settings.users.push(web::settings::User {
            name: user.name.clone(),
            email: user.email.clone(),
            key_sha256,
            admin: user.admin,
        });
    }
    for client in &config.web.client {
        let key_sha256 = digest(&client.key_sha256)?;
        settings.clients.push(web::settings::Client { name: client.name.clone(), key_sha256, admin: client.admin });
    }
    Ok(settings)
}

/// Ctrl-C, or the signal with which service managers end a process.
async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
