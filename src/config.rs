//! The configuration file: every setting with its unit, range and default; an unknown key is an error with its line.

use crate::intake::Limits;
use crate::triage::{self, Required};
use crate::understand::dates::{self, DayOrder};
use chrono::NaiveTime;
pub use knowledge::{Knowledge, Ldap};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

mod knowledge;

/// `muster.toml`; every part may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The learned reader's model folder, in place of the shipped one; empty or `symbols`: the reader without a model.
    pub reader: Option<PathBuf>,
    pub intake: Intake,
    pub dates: Dates,
    pub triage: Triage,
    pub knowledge: Knowledge,
    pub store: Store,
    pub web: Web,
    pub queue: Queue,
}

/// Bounds on what is read, and the folders that are watched.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Intake {
    /// MiB of one message, 1 to 1,024.
    pub message_mib: u64,
    /// MIME parts of one message, 1 to 100,000.
    pub parts: usize,
    /// Levels of nesting, 1 to 100.
    pub depth: usize,
    /// Characters of text that are understood, 1,000 to 10,000,000.
    pub text_chars: usize,
    /// MiB of one attachment that is read for words, 0 to 1,024.
    pub attachment_mib: u64,
    /// Characters read from one attachment, 0 to 10,000,000.
    pub attachment_chars: usize,
    /// Milliseconds for the attachments of one message, 0 to 600,000.
    pub attachment_ms: u64,
    /// Folders whose files are taken in and moved to `.done` or `.refused` below them.
    pub watch: Vec<PathBuf>,
    /// Maildirs whose `new` mails are taken in and moved to `cur` with the flag S.
    pub maildir: Vec<PathBuf>,
    /// Milliseconds between looks into the folders, 100 to 3,600,000.
    pub poll_ms: u64,
}

impl Default for Intake {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            message_mib: limits.message_bytes as u64 >> 20,
            parts: limits.parts,
            depth: limits.depth,
            text_chars: limits.text_chars,
            attachment_mib: limits.attachment_bytes as u64 >> 20,
            attachment_chars: limits.attachment_chars,
            attachment_ms: limits.attachment_time.as_millis() as u64,
            watch: Vec::new(),
            maildir: Vec::new(),
            poll_ms: 1_000,
        }
    }
}

/// How dates are read where the words leave a choice.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dates {
    /// `auto`, `day-first` or `month-first`, for 03/04.
    pub day_order: String,
    /// 'COB', local time, `HH:MM`.
    pub close_of_business: String,
    /// 下班, local time, `HH:MM`.
    pub xiaban: String,
    /// First month of the fiscal year, 1 to 12.
    pub fiscal_year_start: u32,
}

impl Default for Dates {
    fn default() -> Self {
        Self {
            day_order: "auto".into(),
            close_of_business: "17:00".into(),
            xiaban: "18:00".into(),
            fiscal_year_start: 1,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Triage {
    /// ISO 3166 alpha-2 of the working-day calendar, or `auto`: the site concerned, the sender's site, else a guess.
    pub country: String,
    /// Needed fields by kind of request.
    pub required: Required,
}

impl Default for Triage {
    fn default() -> Self {
        Self { country: "auto".into(), required: Required::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// The database file; folders on the way are made.
    pub path: PathBuf,
}

impl Default for Store {
    fn default() -> Self {
        Self { path: "data/muster.sqlite".into() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Web {
    /// Address and port. Anything but loopback needs at least one `[[web.user]]`.
    pub listen: String,
    /// Host names that browsers may use for this desk, beside the address itself.
    pub hosts: Vec<String>,
    pub user: Vec<User>,
    pub client: Vec<Client>,
}

impl Default for Web {
    fn default() -> Self {
        Self { listen: "127.0.0.1:8025".into(), hosts: Vec::new(), user: Vec::new(), client: Vec::new() }
    }
}

/// A technician.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub name: String,
    pub email: String,
    /// SHA-256 of the access key that `muster key` printed, as hexadecimal.
    pub key_sha256: String,
    /// Whether this person may change the knowledge base over the API.
    #[serde(default)]
    pub admin: bool,
}

/// A program that uses the API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub name: String,
    /// SHA-256 of its access key, as hexadecimal.
    pub key_sha256: String,
    /// Whether this program may change the knowledge base.
    #[serde(default)]
    pub admin: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Queue {
    /// CloudEvents `source`, a URI reference.
    pub source: String,
    /// Deliveries of one event before it is parked, 1 to 1,000.
    pub attempts: u32,
}

impl Default for Queue {
    fn default() -> Self {
        Self { source: crate::emit::cloudevent::SOURCE.into(), attempts: 10 }
    }
}

/// Why a configuration cannot be used, naming file and setting.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration {0}: {1}")]
    Read(String, std::io::Error),
    #[error("the configuration {0} does not hold: {1}")]
    Parse(String, String),
    #[error("{setting} is {value}; it must be {wanted}")]
    Range { setting: &'static str, value: String, wanted: &'static str },
    #[error("cannot open the reader {}: {}", .0.display(), .1)]
    Reader(PathBuf, String),
}

impl Config {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| ConfigError::Read(name.clone(), e))?;
        Self::parse(&text).map_err(|e| match e {
            ConfigError::Parse(_, why) => ConfigError::Parse(name, why),
            other => other,
        })
    }

    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|e| {
            let line = e.span().and_then(|s| text.get(..s.start)).map_or(0, |b| b.matches('\n').count() + 1);
            ConfigError::Parse("text".into(), format!("line {line}: {}", e.message().trim()))
        })?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let i = &self.intake;
        within("intake.message_mib", i.message_mib, 1..=1_024, "1 to 1,024")?;
        within("intake.parts", i.parts as u64, 1..=100_000, "1 to 100,000")?;
        within("intake.depth", i.depth as u64, 1..=100, "1 to 100")?;
        within("intake.text_chars", i.text_chars as u64, 1_000..=10_000_000, "1,000 to 10,000,000")?;
        within("intake.attachment_mib", i.attachment_mib, 0..=1_024, "0 to 1,024")?;
        within("intake.attachment_chars", i.attachment_chars as u64, 0..=10_000_000, "0 to 10,000,000")?;
        within("intake.attachment_ms", i.attachment_ms, 0..=600_000, "0 to 600,000")?;
        within("intake.poll_ms", i.poll_ms, 100..=3_600_000, "100 to 3,600,000")?;
        within("dates.fiscal_year_start", u64::from(self.dates.fiscal_year_start), 1..=12, "1 to 12")?;
        within("queue.attempts", u64::from(self.queue.attempts), 1..=1_000, "1 to 1,000")?;
        self.dates()?;
        self.knowledge.check()?;
        let country = &self.triage.country;
        if country != "auto" && !(country.len() == 2 && country.chars().all(|c| c.is_ascii_alphabetic())) {
            return Err(ConfigError::Range {
                setting: "triage.country",
                value: country.clone(),
                wanted: "`auto` or two letters",
            });
        }
        for key in self.web.user.iter().map(|u| &u.key_sha256).chain(self.web.client.iter().map(|c| &c.key_sha256)) {
            if key.len() != 64 || !key.chars().all(|c| c.is_ascii_hexdigit()) {
                return Err(ConfigError::Range {
                    setting: "key_sha256",
                    value: format!("of {} characters", key.chars().count()),
                    wanted: "64 hexadecimal digits, as `muster key` prints them",
                });
            }
        }
        Ok(())
    }

    pub fn limits(&self) -> Limits {
        let i = &self.intake;
        Limits {
            message_bytes: (i.message_mib << 20) as usize,
            parts: i.parts,
            depth: i.depth,
            text_chars: i.text_chars,
            attachment_bytes: (i.attachment_mib << 20) as usize,
            attachment_chars: i.attachment_chars,
            attachment_time: Duration::from_millis(i.attachment_ms),
        }
    }

    pub fn dates(&self) -> Result<dates::Settings, ConfigError> {
        let day_order = match self.dates.day_order.as_str() {
            "auto" => DayOrder::Auto,
            "day-first" => DayOrder::DayFirst,
            "month-first" => DayOrder::MonthFirst,
            other => {
                return Err(ConfigError::Range {
                    setting: "dates.day_order",
                    value: other.into(),
                    wanted: "`auto`, `day-first` or `month-first`",
                });
            }
        };
        Ok(dates::Settings {
            day_order,
            country: self.country().unwrap_or_default(),
            close_of_business: time("dates.close_of_business", &self.dates.close_of_business)?,
            xiaban: time("dates.xiaban", &self.dates.xiaban)?,
            fiscal_year_start: self.dates.fiscal_year_start,
        })
    }

    pub fn triage(&self) -> triage::Settings {
        triage::Settings { country: self.country(), required: self.triage.required.clone() }
    }

    fn country(&self) -> Option<String> {
        (self.triage.country != "auto").then(|| self.triage.country.to_ascii_uppercase())
    }
}

fn within(
    setting: &'static str,
    value: u64,
    range: std::ops::RangeInclusive<u64>,
    wanted: &'static str,
) -> Result<(), ConfigError> {
    if range.contains(&value) { Ok(()) } else { Err(ConfigError::Range { setting, value: value.to_string(), wanted }) }
}

fn time(setting: &'static str, value: &str) -> Result<NaiveTime, ConfigError> {
    NaiveTime::parse_from_str(value, "%H:%M").map_err(|_| ConfigError::Range {
        setting,
        value: value.into(),
        wanted: "a time like 17:00",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Config::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn the_example_file_holds_the_defaults() {
        let example = Config::parse(include_str!("../muster.example.toml")).unwrap();
        assert_eq!(format!("{example:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn an_empty_file_means_the_defaults_and_mistakes_are_sentences() {
        assert_eq!(Config::parse("").unwrap().limits().message_bytes, 50 << 20);
        insta::assert_snapshot!(refused("[intake]\ndepth = 0\n"), @"intake.depth is 0; it must be 1 to 100");
        insta::assert_snapshot!(refused("[dates]\nclose_of_business = \"5pm\"\n"), @"dates.close_of_business is 5pm; it must be a time like 17:00");
        insta::assert_snapshot!(refused("[intake]\n\nwach = []\n"), @"the configuration text does not hold: line 3: unknown field `wach`, expected one of `message_mib`, `parts`, `depth`, `text_chars`, `attachment_mib`, `attachment_chars`, `attachment_ms`, `watch`, `maildir`, `poll_ms`");
        insta::assert_snapshot!(refused("[[web.user]]\nname=\"A\"\nemail=\"a@x.example\"\nkey_sha256=\"12\"\n"), @"key_sha256 is of 2 characters; it must be 64 hexadecimal digits, as `muster key` prints them");
    }
}
