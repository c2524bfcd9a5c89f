//! Every word of the interface in both languages, and the choice of the language.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::LazyLock;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

/// Holds the language that somebody chose.
pub const COOKIE: &str = "muster_lang";

static WORDS: LazyLock<HashMap<String, Entry>> = LazyLock::new(|| {
    let pages: HashMap<String, HashMap<String, Entry>> = match toml::from_str(include_str!("words.toml")) {
        Ok(pages) => pages,
        Err(error) => {
            // The file is built in and a test reads it: this is for whoever breaks it between two tests.
            tracing::error!(%error, "words.toml does not read");
            HashMap::new()
        }
    };
    let flat = pages
        .into_iter()
        .flat_map(|(page, words)| words.into_iter().map(move |(word, entry)| (format!("{page}.{word}"), entry)));
    flat.collect()
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    en: String,
    /// For one of it; Chinese needs none.
    en_one: Option<String>,
    zh: String,
}

/// A number as templates hold it.
pub trait Count {
    fn count(self) -> i64;
}

macro_rules! counts {
    ($($number:ty),+) => { $(
        impl Count for $number {
            fn count(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        }
        impl Count for &$number {
            fn count(self) -> i64 {
                (*self).count()
            }
        }
    )+ };
}
counts!(i64, u32, u64, usize);

/// The language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    En,
    Zh,
}

impl Lang {
    /// As it stands in `lang=` and in the cookie.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }

    pub fn chinese(self) -> bool {
        self == Self::Zh
    }

    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let main = text.split(['-', '_', ';']).next().unwrap_or_default();
        match main.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" | "yue" | "cmn" => Some(Self::Zh),
            _ => None,
        }
    }

    /// From the cookie, else the first language of `Accept-Language` that there is, by weight.
    pub fn of(headers: &HeaderMap) -> Self {
        let jar = CookieJar::from_headers(headers);
        if let Some(chosen) = jar.get(COOKIE).and_then(|cookie| Self::parse(cookie.value())) {
            return chosen;
        }
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0.0, Self::En);
        // Browsers name a handful; the bound is for others.
        for part in accepted.split(',').take(20) {
            let weight = part.split_once(";q=").map_or(1.0, |(_, q)| q.trim().parse::<f32>().unwrap_or(0.0));
            if let Some(lang) = Self::parse(part)
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
        best.1
    }

    /// The words of that key; the key itself where there are none, which a test finds.
    pub fn w(self, key: &str) -> &str {
        match (WORDS.get(key), self) {
            (Some(entry), Self::En) => &entry.en,
            (Some(entry), Self::Zh) => &entry.zh,
            (None, _) => key,
        }
    }

    /// The words of `page.word`, where the word is a name from the contract.
    pub fn of_name(self, page: &str, name: &str) -> String {
        self.w(&format!("{page}.{name}")).to_owned()
    }

    /// With `{n}` filled in.
    pub fn n(self, key: &str, n: impl Count) -> String {
        let n = n.count();
        let words = match (WORDS.get(key), self) {
            (Some(Entry { en_one: Some(one), .. }), Self::En) if n == 1 => one,
            _ => self.w(key),
        };
        words.replace("{n}", &n.to_string())
    }

    /// With one named place filled in.
    pub fn with(self, key: &str, place: &str, filling: &str) -> String {
        self.w(key).replace(&format!("{{{place}}}"), filling)
    }

    /// Joins a list as the language does.
    pub fn list(self, parts: &[String]) -> String {
        parts.join(if self.chinese() { "、" } else { ", " })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    fn sources() -> Vec<(String, String)> {
        let mut files = Vec::new();
        let mut folders = vec![std::path::PathBuf::from("src/web")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
                    files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
        files
    }

    #[test]
    fn every_word_that_is_used_is_there() {
        assert!(WORDS.len() > 100);
        let used = Regex::new(r#"\.(?:w|n|with)\(\s*"([a-z_]+\.[a-z0-9_]+)""#).unwrap();
        let mut seen = 0;
        for (file, text) in sources() {
            for found in used.captures_iter(&text) {
                let key = found.get(1).unwrap().as_str();
                assert!(WORDS.contains_key(key), "{file} uses {key}");
                seen += 1;
            }
        }
        assert!(seen > 100, "{seen}");
    }

    #[test]
    fn every_name_of_the_contract_and_the_store_has_words() {
        use crate::store::{EventKind, OutgoingKind, Status};
        let mut wanted: Vec<String> = Vec::new();
        let mut all = |page: &str, names: &[&str]| wanted.extend(names.iter().map(|name| format!("{page}.{name}")));
        all("status", &Status::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>());
        all("event", &EventKind::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>());
        all("outgoing", &OutgoingKind::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>());
        all("priority", &["P1", "P2", "P3", "P4"]);
        for (page, names) in crate::web::fields::CHOICES {
            all(page, names);
        }
        for spec in crate::web::fields::SPECS {
            all("field", &[&spec.path.replace('.', "_")]);
        }
        for key in wanted {
            assert!(WORDS.contains_key(&key), "{key}");
        }
    }

    #[test]
    fn chinese_words_carry_full_width_marks_and_both_have_the_same_places() {
        let half = Regex::new(r"\p{Han}[,;:?!()]|[,;:?!()]\p{Han}").unwrap();
        let place = Regex::new(r"\{[a-z]+\}").unwrap();
        for (key, entry) in WORDS.iter() {
            assert!(!half.is_match(&entry.zh), "{key}: {}", entry.zh);
            assert!(!entry.en.is_empty() && !entry.zh.is_empty(), "{key}");
            let places = |text: &str| {
                let mut all: Vec<String> = place.find_iter(text).map(|m| m.as_str().to_owned()).collect();
                all.sort();
                all
            };
            assert_eq!(places(&entry.en), places(&entry.zh), "{key}");
        }
    }

    #[test]
    fn the_language_comes_from_the_cookie_then_from_the_browser() {
        let of = |cookie: &str, accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, cookie.parse().unwrap());
            headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
            Lang::of(&headers)
        };
        assert_eq!(of("", "zh-CN,zh;q=0.9,en;q=0.8"), Lang::Zh);
        assert_eq!(of("", "en;q=0.5, zh-TW;q=0.7"), Lang::Zh);
        assert_eq!(of("", "de-DE,de;q=0.9"), Lang::En);
        assert_eq!(of("muster_lang=en", "zh-CN"), Lang::En);
        assert_eq!(of("muster_lang=xx", "zh-CN"), Lang::Zh);
    }
}
