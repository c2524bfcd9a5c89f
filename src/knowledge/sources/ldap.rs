//! A directory service: asked over LDAP, page by page, and kept on the disk for when it is down.

use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{LdapConnAsync, LdapConnSettings, LdapError, Scope, SearchEntry};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

mod directory;
mod entry;
mod merge;
mod schema;
mod value;

pub use directory::Directory;
pub use schema::{Attributes, Schema};

/// Entries of one answer; more is no directory of people.
const ENTRIES: usize = 500_000;

/// How the directory service is asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `ldap://` or `ldaps://`, with the port if it is not the default one.
    pub url: String,
    /// Whether a plain connection is raised to TLS before anything is said.
    pub starttls: bool,
    /// PEM file with the certificates to trust; None: those of the system.
    pub ca_file: Option<PathBuf>,
    /// Empty: nobody in particular.
    pub bind_dn: String,
    /// Environment variable that holds the password.
    pub password_env: String,
    pub base: String,
    /// Empty: the schema's.
    pub filter: String,
    pub attributes: Attributes,
    /// Entries asked for at once, 1 to 10,000.
    pub page_size: u32,
    /// For the connection, and for each answer.
    pub timeout: Duration,
    /// Whether the directory's word counts before that of `people.csv`.
    pub wins: bool,
    /// Where the last answer is kept; None: it is not.
    pub copy: Option<PathBuf>,
}

/// An entry as the directory gave it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw {
    pub dn: String,
    /// Lower-case name with its options (`cn;lang-zh`), and values.
    pub attributes: Vec<(String, Vec<String>)>,
    /// Names of attributes with values that are no text.
    pub broken: Vec<String>,
}

/// Why there is no answer, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum LdapFault {
    #[error("the environment variable {0}, which should hold the password of the directory service, is not set")]
    NoPassword(String),
    #[error("the certificates in {0} cannot be read: {1}")]
    Certificates(PathBuf, String),
    #[error("the directory service {0} cannot be reached: {1}")]
    Reach(String, String),
    #[error("the directory service {0} does not let `{1}` in: {2}")]
    Bind(String, String, String),
    #[error("the directory service {0} did not answer the search: {1}")]
    Search(String, String),
}

/// Asks for all entries.
pub async fn fetch(settings: &Settings) -> Result<Vec<Raw>, LdapFault> {
    // The service as a whole has ten times the time of one answer.
    let all = tokio::time::timeout(settings.timeout * 10, fetch_all(settings));
    all.await.unwrap_or_else(|_| Err(LdapFault::Search(settings.url.clone(), "it took too long".into())))
}

async fn fetch_all(settings: &Settings) -> Result<Vec<Raw>, LdapFault> {
    let url = || settings.url.clone();
    let mut connection = LdapConnSettings::new().set_conn_timeout(settings.timeout).set_starttls(settings.starttls);
    if let Some(file) = &settings.ca_file {
        connection = connection.set_config(Arc::new(trusting(file)?));
    }
    let password = match settings.bind_dn.is_empty() {
        true => String::new(),
        false => {
            std::env::var(&settings.password_env).map_err(|_| LdapFault::NoPassword(settings.password_env.clone()))?
        }
    };
    let reach = LdapConnAsync::with_settings(connection, &settings.url);
    // The library bounds the connection, not the greeting of TLS after it.
    let reached = tokio::time::timeout(settings.timeout, reach).await;
    let (connection, mut ldap) = reached
        .map_err(|_| LdapFault::Reach(url(), "it does not answer".into()))?
        .map_err(|e| LdapFault::Reach(url(), said(&e)))?;
    let driver = tokio::spawn(async move {
        if let Err(error) = connection.drive().await {
            tracing::debug!(%error, "the connection to the directory service ended");
        }
    });
    let found = search(settings, &mut ldap, &password).await;
    let _ = tokio::time::timeout(settings.timeout, ldap.unbind()).await;
    driver.abort();
    found
}

async fn search(settings: &Settings, ldap: &mut ldap3::Ldap, password: &str) -> Result<Vec<Raw>, LdapFault> {
    let url = || settings.url.clone();
    if !settings.bind_dn.is_empty() {
        let bound = ldap.with_timeout(settings.timeout).simple_bind(&settings.bind_dn, password).await;
        bound
            .and_then(|answer| answer.success())
            .map_err(|e| LdapFault::Bind(url(), settings.bind_dn.clone(), said(&e)))?;
    }
    let asked = settings.attributes.asked();
    let adapters: Vec<Box<dyn Adapter<_, _>>> = vec![
        Box::new(EntriesOnly::new()),
        Box::new(PagedResults::new(i32::try_from(settings.page_size).unwrap_or(500))),
    ];
    let failed = |e: LdapError| LdapFault::Search(url(), said(&e));
    let filter = if settings.filter.is_empty() { &settings.attributes.filter } else { &settings.filter };
    let mut stream = ldap
        .with_timeout(settings.timeout)
        .streaming_search_with(adapters, &settings.base, Scope::Subtree, filter, asked)
        .await
        .map_err(failed)?;
    let mut entries = Vec::new();
    while let Some(entry) = stream.next().await.map_err(failed)? {
        // The library panics on an answer that is not built as it should be.
        match catch_unwind(AssertUnwindSafe(|| SearchEntry::construct(entry))) {
            Ok(entry) => entries.push(raw(entry)),
            Err(_) => return Err(LdapFault::Search(url(), "one of its entries is not built as LDAP asks".into())),
        }
        if entries.len() > ENTRIES {
            return Err(LdapFault::Search(url(), format!("it has more than {ENTRIES} entries; narrow the filter")));
        }
    }
    stream.finish().await.success().map_err(failed)?;
    Ok(entries)
}

fn raw(entry: SearchEntry) -> Raw {
    let mut attributes: Vec<(String, Vec<String>)> =
        entry.attrs.into_iter().map(|(name, values)| (name.to_ascii_lowercase(), values)).collect();
    attributes.sort();
    let mut broken: Vec<String> = entry.bin_attrs.into_keys().collect();
    broken.sort();
    Raw { dn: entry.dn, attributes, broken }
}

/// TLS that trusts the certificates of a file and no others.
fn trusting(file: &Path) -> Result<rustls::ClientConfig, LdapFault> {
    let wrong = |why: String| LdapFault::Certificates(file.to_owned(), why);
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|e| wrong(e.to_string()))? {
        roots.add(certificate.map_err(|e| wrong(e.to_string()))?).map_err(|e| wrong(e.to_string()))?;
    }
    if roots.is_empty() {
        return Err(wrong("the file holds none".into()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config.map_err(|e| wrong(e.to_string()))?.with_root_certificates(roots).with_no_client_auth())
}

/// The library's error in words; the server's own are the best.
fn said(error: &LdapError) -> String {
    match error {
        LdapError::LdapResult { result } if !result.text.is_empty() => {
            format!("{} (code {})", result.text.trim(), result.rc)
        }
        LdapError::LdapResult { result } => match result.rc {
            49 => "the name or the password is wrong (code 49)".into(),
            32 => "the base is not there (code 32)".into(),
            4 => "it sends no more entries than its limit (code 4)".into(),
            rc => format!("code {rc}"),
        },
        LdapError::Timeout { .. } => "it does not answer in time".into(),
        LdapError::EndOfStream | LdapError::ResultRecv { .. } | LdapError::OpSend { .. } => {
            "the connection broke off".into()
        }
        LdapError::Io { source } => source.to_string(),
        other => other.to_string(),
    }
}
