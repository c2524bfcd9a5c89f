//! The `[knowledge]` part: the organisation's folder, page folders, a directory service.

use super::{ConfigError, within};
use crate::knowledge::sources::{self, ldap};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the knowledge base is read from.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knowledge {
    /// The organisation's folder; without one nothing is linked and nobody is unauthorised.
    pub folder: Option<PathBuf>,
    /// Further folders of policy pages, beside `pages` and `policies` in the organisation's.
    pub folders: Vec<PathBuf>,
    /// The retriever's model folder, in place of the shipped one; empty: pages are searched by words alone.
    pub retriever: Option<PathBuf>,
    /// Milliseconds between looks for changed files, 500 to 3,600,000.
    pub poll_ms: u64,
    pub ldap: Option<Ldap>,
}

impl Default for Knowledge {
    fn default() -> Self {
        Self { folder: None, folders: Vec::new(), retriever: None, poll_ms: 3_000, ldap: None }
    }
}

/// A directory service of people.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ldap {
    /// `ldap://` or `ldaps://`, with the port if it is not the default one.
    pub url: String,
    /// Whether a connection by `ldap://` is raised to TLS before anything is said.
    pub starttls: bool,
    /// PEM file with the certificates to trust; without one those of the system.
    pub ca_file: Option<PathBuf>,
    /// Empty: nobody in particular.
    pub bind_dn: String,
    /// The environment variable that holds the password.
    pub password_env: String,
    pub base: String,
    /// Empty: all people of the schema.
    pub filter: String,
    /// Whose attributes are the defaults.
    pub schema: ldap::Schema,
    /// Attributes by field, before the schema's.
    pub attributes: ldap::Attributes,
    /// Entries asked for at once, 1 to 10,000.
    pub page_size: u64,
    /// Seconds for the connection and for each answer, 1 to 600.
    pub timeout_s: u64,
    /// Seconds between questions, 10 to 86,400.
    pub refresh_s: u64,
    /// Whether the directory's word counts before that of `people.csv`.
    pub wins: bool,
}

impl Default for Ldap {
    fn default() -> Self {
        Self {
            url: String::new(),
            starttls: false,
            ca_file: None,
            bind_dn: String::new(),
            password_env: "MUSTER_LDAP_PASSWORD".into(),
            base: String::new(),
            filter: String::new(),
            schema: ldap::Schema::default(),
            attributes: ldap::Attributes::default(),
            page_size: 500,
            timeout_s: 30,
            refresh_s: 900,
            wins: true,
        }
    }
}

impl Knowledge {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("knowledge.poll_ms", self.poll_ms, 500..=3_600_000, "500 to 3,600,000")?;
        let Some(ldap) = &self.ldap else { return Ok(()) };
        within("knowledge.ldap.page_size", ldap.page_size, 1..=10_000, "1 to 10,000")?;
        within("knowledge.ldap.timeout_s", ldap.timeout_s, 1..=600, "1 to 600")?;
        within("knowledge.ldap.refresh_s", ldap.refresh_s, 10..=86_400, "10 to 86,400")?;
        let plain = ldap.url.starts_with("ldap://");
        if !plain && !ldap.url.starts_with("ldaps://") {
            let wanted = "an address like ldaps://directory.example:636";
            return Err(ConfigError::Range { setting: "knowledge.ldap.url", value: ldap.url.clone(), wanted });
        }
        if ldap.starttls && !plain {
            let wanted = "false with ldaps://, which speaks TLS from the first byte";
            return Err(ConfigError::Range { setting: "knowledge.ldap.starttls", value: "true".into(), wanted });
        }
        if ldap.base.is_empty() {
            let wanted = "a distinguished name like ou=people,dc=example";
            return Err(ConfigError::Range { setting: "knowledge.ldap.base", value: "empty".into(), wanted });
        }
        Ok(())
    }

    /// `folder`: before the configuration's. `data`: the folder where the directory's last answer is kept.
    pub fn sources(&self, folder: Option<&Path>, data: &Path) -> sources::Settings {
        sources::Settings {
            folder: folder.map(Path::to_owned).or_else(|| self.folder.clone()),
            page_folders: self.folders.clone(),
            without_pages: false,
            ldap: self.ldap.as_ref().map(|l| ldap::Settings {
                url: l.url.clone(),
                starttls: l.starttls,
                ca_file: l.ca_file.clone(),
                bind_dn: l.bind_dn.clone(),
                password_env: l.password_env.clone(),
                base: l.base.clone(),
                filter: l.filter.clone(),
                attributes: l.attributes.clone().or_default(l.schema),
                page_size: l.page_size as u32,
                timeout: Duration::from_secs(l.timeout_s),
                wins: l.wins,
                copy: Some(data.join("ldap.json")),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn a_directory_service_is_described_and_mistakes_are_sentences() {
        let text = "[knowledge.ldap]\nurl = \"ldap://127.0.0.1:389\"\nbase = \"dc=x\"\nschema = \"active-directory\"\n[knowledge.ldap.attributes]\ntitle = [\"role\"]\n";
        let config = Config::parse(text).unwrap();
        let settings = config.knowledge.sources(None, std::path::Path::new("data")).ldap.unwrap();
        assert_eq!(
            (settings.attributes.title[0].as_str(), settings.attributes.status[0].as_str()),
            ("role", "userAccountControl")
        );
        let refused = |text: &str| Config::parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(refused("[knowledge.ldap]\nurl = \"directory\"\nbase = \"dc=x\"\n"), @"knowledge.ldap.url is directory; it must be an address like ldaps://directory.example:636");
        insta::assert_snapshot!(refused("[knowledge.ldap]\nurl = \"ldaps://x\"\nbase = \"dc=x\"\nstarttls = true\n"), @"knowledge.ldap.starttls is true; it must be false with ldaps://, which speaks TLS from the first byte");
        insta::assert_snapshot!(refused("[knowledge.ldap]\nurl = \"ldaps://x\"\n"), @"knowledge.ldap.base is empty; it must be a distinguished name like ou=people,dc=example");
        insta::assert_snapshot!(refused("[knowledge]\npoll_ms = 1\n"), @"knowledge.poll_ms is 1; it must be 500 to 3,600,000");
    }
}
