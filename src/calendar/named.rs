//! Named days: Easter, Thanksgiving, 春节 and the like, with their names in English and Chinese, and their day in a year.

use super::rule::Rule;
use chrono::NaiveDate;
use std::sync::OnceLock;

/// A named day of `named.toml`, as the build script writes it.
#[derive(Debug)]
pub struct Row {
    key: &'static str,
    /// Where no country of `by` is meant; empty: the day is known only in those countries.
    rule: &'static str,
    /// Rules of single countries, by ISO code.
    by: &'static [(&'static str, &'static str)],
    /// Begins at sunset of the evening before.
    eve: bool,
    /// A break of several days off follows it in the country's calendar (春节, 国庆).
    holiday: bool,
}

// `static ROWS: [Row; N]`, in the order of the keys.
include!(concat!(env!("OUT_DIR"), "/named.rs"));

/// A day's rules, read when first asked for.
#[derive(Debug)]
struct Rules {
    general: Option<Rule>,
    by: Vec<(&'static str, Rule)>,
}

static RULES: [OnceLock<Rules>; ROWS.len()] = [const { OnceLock::new() }; ROWS.len()];

/// The place of a key of `named.toml` among the days; the readers' words have these places.
pub fn place(key: &str) -> Option<usize> {
    ROWS.binary_search_by_key(&key, |r| r.key).ok()
}

/// First and last day (inclusive) of the named day that begins in that year, as `country` keeps it
/// (ISO 3166 alpha-2; empty or unknown: as most do). The first of two where a year has two (Islamic days).
pub fn day(place: usize, year: i32, country: &str) -> Option<(NaiveDate, NaiveDate)> {
    days(place, year, country).first().copied()
}

/// Every time that the named day begins in that year: none, one, or two (Islamic days).
pub fn days(place: usize, year: i32, country: &str) -> Vec<(NaiveDate, NaiveDate)> {
    let (Some(row), Some(rules)) = (ROWS.get(place), RULES.get(place)) else { return Vec::new() };
    let rules = rules.get_or_init(|| Rules {
        general: Rule::parse(row.rule),
        by: row.by.iter().filter_map(|(country, rule)| Some((*country, Rule::parse(rule)?))).collect(),
    });
    let own = rules.by.iter().find(|(c, _)| c.eq_ignore_ascii_case(country)).map(|(_, rule)| rule);
    // A day known only in some countries is still meant by its name elsewhere.
    let rule = own.or(rules.general.as_ref()).or(rules.by.first().map(|(_, rule)| rule));
    rule.map(|r| r.in_year(year)).unwrap_or_default()
}

/// Whether it begins at sunset of the evening before (Jewish and Islamic days).
pub fn begins_the_evening_before(place: usize) -> bool {
    ROWS.get(place).is_some_and(|d| d.eve)
}

/// Whether people mean the run of days off around it rather than the day (国庆, 春节).
pub fn is_break(place: usize) -> bool {
    ROWS.get(place).is_some_and(|d| d.holiday)
}

/// One name of a day, folded as `message::fold` folds texts.
#[cfg(test)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub text: &'static str,
    pub key: &'static str,
    pub place: usize,
    pub chinese: bool,
    /// Also a number or a plain word; only a day beside words that say so.
    pub weak: bool,
}

/// Every name in both languages with its variants, as the readers' tables have them.
#[cfg(test)]
pub fn names() -> &'static [Name] {
    static NAMES: std::sync::LazyLock<Vec<Name>> = std::sync::LazyLock::new(|| {
        let name = |line: &'static str| {
            let mut fields = line.split('\t');
            let (text, key) = (fields.next()?, fields.next()?);
            let mut flag = || fields.next().map(|f| f == "true");
            Some(Name { text, key, place: place(key)?, chinese: flag()?, weak: flag()? })
        };
        include_str!(concat!(env!("OUT_DIR"), "/names.tsv")).lines().map(|l| name(l).unwrap()).collect()
    });
    &NAMES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::fold::fold_str;
    use serde::Deserialize;
    use std::collections::{BTreeMap, HashMap, HashSet};

    /// A named day as `named.toml` has it.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Entry {
        rule: Option<String>,
        #[serde(default)]
        by: BTreeMap<String, String>,
        #[serde(default)]
        en: Vec<String>,
        #[serde(default)]
        zh: Vec<String>,
        #[serde(default)]
        zh_too: Vec<String>,
        #[serde(default)]
        weak: Vec<String>,
        #[serde(default)]
        weak_en: Vec<String>,
        #[serde(default)]
        eve: bool,
        #[serde(default)]
        holiday: bool,
    }

    /// An English name as the reader compares it: without apostrophes, and with one space for any other mark.
    fn spoken(name: &str) -> String {
        let plain: String = name.chars().filter(|c| *c != '\'').collect();
        plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn first(key: &str, year: i32, country: &str) -> String {
        place(key)
            .and_then(|p| day(p, year, country))
            .map_or_else(|| "none".into(), |(a, b)| if a == b { a.to_string() } else { format!("{a}/{b}") })
    }

    #[test]
    fn the_data_parses_and_no_name_is_used_twice() {
        let entries: BTreeMap<String, Entry> = toml::from_str(include_str!("named.toml")).unwrap();
        for (key, e) in &entries {
            assert!(e.rule.is_some() || !e.by.is_empty(), "{key}");
            for rule in e.rule.iter().chain(e.by.values()) {
                assert!(Rule::parse(rule).is_some(), "{key}: {rule}");
            }
            // Four years: a leap day, and elections. Each country's own rule gives a day too.
            for country in e.by.keys().map(String::as_str).chain([""]) {
                assert!((2025..=2028).any(|y| !days(place(key).unwrap(), y, country).is_empty()), "{key} {country}");
                assert!(country.is_empty() || country.len() == 2, "{key} {country}");
            }
            assert!([&e.en, &e.weak_en, &e.zh, &e.weak].iter().any(|names| !names.is_empty()), "{key}");
        }
        let mut seen = HashMap::new();
        for w in names() {
            if let Some(other) = seen.insert(w.text, w.key) {
                panic!("{} names {other} and {}", w.text, w.key);
            }
        }
        // "Patriot's Day" and "Patriots' Day" are one name to a reader.
        let mut seen = HashMap::new();
        for w in names().iter().filter(|w| !w.chinese) {
            let other = seen.insert(spoken(w.text), w.key);
            assert!(other.is_none_or(|o| o == w.key), "{} names {other:?} and {}", w.text, w.key);
        }
    }

    #[test]
    fn no_key_stands_twice_in_the_tables_of_days() {
        // TOML refuses a table that stands twice, and a place must fit the words' sixteen bits.
        assert!((1000..1 << 15).contains(&ROWS.len()), "{}", ROWS.len());
        let mut seen = HashSet::new();
        for key in
            include_str!("moving.tsv").lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split('\t').next())
        {
            assert!(seen.insert(key), "{key} stands twice in moving.tsv");
        }
    }

    #[test]
    fn names_are_long_enough_and_in_their_language() {
        let han = |w: &Name| w.text.chars().any(crate::message::fold::is_han);
        for w in names() {
            assert!(w.text.chars().count() >= 2 && w.text.trim() == w.text, "{} {}", w.text, w.key);
            // 618 and 3.15 are Chinese names without a Chinese character, all weak.
            assert!(han(w) == w.chinese || w.chinese && w.weak, "{} {}", w.text, w.key);
        }
    }

    /// The key and weakness of a name.
    fn of_name(name: &str) -> Option<(&'static str, bool)> {
        let name = fold_str(name);
        names()
            .iter()
            .find(|w| w.text == name || !w.chinese && spoken(w.text) == spoken(&name))
            .map(|w| (w.key, w.weak))
    }

    #[test]
    fn names_and_years_give_the_published_days() {
        let (mut wrong, mut all) = (Vec::new(), 0);
        for line in
            include_str!("../../fixtures/dates/named.tsv").lines().filter(|l| !l.starts_with('#') && !l.is_empty())
        {
            let fields: Vec<&str> = line.split('\t').collect();
            let [name, country, want] = fields[..] else { panic!("{line}") };
            let year = want[..4].parse().unwrap();
            all += 1;
            let got = of_name(name).map_or_else(|| "no such name".into(), |(key, _)| first(key, year, country));
            if got != want {
                wrong.push(format!("{line}: {got}"));
            }
        }
        assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(all >= 200, "{all}");
    }

    #[test]
    fn plain_words_are_weak_names_or_none() {
        for name in ["carnival", "advent", "epiphany", "eid", "lent", "tet", "五一", "十一", "三八", "618", "小雪"]
        {
            assert!(of_name(name).is_none_or(|(_, weak)| weak), "{name}");
        }
        for name in ["spring", "fall back", "backup day", "mental health", "人日", "节分"] {
            assert!(of_name(name).is_none(), "{name}");
        }
    }

    #[test]
    fn published_days() {
        for (key, year, country, want) in [
            ("easter", 2026, "", "2026-04-05"),
            ("good_friday", 2026, "GB", "2026-04-03"),
            ("thanksgiving", 2026, "US", "2026-11-26"),
            ("thanksgiving", 2026, "CA", "2026-10-12"),
            ("thanksgiving", 2026, "", "2026-11-26"),
            ("black_friday", 2026, "US", "2026-11-27"),
            ("labour_day", 2026, "US", "2026-09-07"),
            ("labour_day", 2026, "CN", "2026-05-01"),
            ("mothers_day", 2026, "US", "2026-05-10"),
            ("mothers_day", 2026, "GB", "2026-03-15"),
            ("fathers_day", 2026, "TW", "2026-08-08"),
            ("spring_bank_holiday", 2026, "GB", "2026-05-25"),
            ("summer_bank_holiday", 2026, "GB", "2026-08-31"),
            ("memorial_day", 2026, "US", "2026-05-25"),
            ("mlk_day", 2026, "US", "2026-01-19"),
            ("presidents_day", 2026, "US", "2026-02-16"),
            ("corpus_christi", 2026, "DE", "2026-06-04"),
            ("ascension", 2026, "DE", "2026-05-14"),
            ("whit_monday", 2026, "DE", "2026-05-25"),
            ("ash_wednesday", 2026, "", "2026-02-18"),
            ("orthodox_easter", 2026, "GR", "2026-04-12"),
            ("eid_al_fitr", 2026, "AE", "2026-03-20"),
            ("eid_al_adha", 2026, "AE", "2026-05-27"),
            ("ramadan", 2026, "", "2026-02-18/2026-03-19"),
            ("yom_kippur", 2026, "IL", "2026-09-21"),
            ("hanukkah", 2026, "", "2026-12-05/2026-12-12"),
            ("passover", 2026, "IL", "2026-04-02/2026-04-08"),
            ("diwali", 2026, "IN", "2026-11-08"),
            ("holi", 2026, "IN", "2026-03-04"),
            ("spring_festival", 2026, "CN", "2026-02-17"),
            ("spring_festival_eve", 2026, "CN", "2026-02-16"),
            ("lantern_festival", 2026, "", "2026-03-03"),
            ("qingming", 2026, "", "2026-04-05"),
            ("dragon_boat", 2026, "", "2026-06-19"),
            ("qixi", 2026, "", "2026-08-19"),
            ("mid_autumn", 2026, "", "2026-09-25"),
            ("double_ninth", 2026, "", "2026-10-18"),
            ("winter_solstice", 2026, "", "2026-12-22"),
            ("laba", 2026, "", "2026-01-26"),
            ("national_day", 2026, "CN", "2026-10-01"),
            ("national_day", 2026, "TW", "2026-10-10"),
            ("national_day", 2026, "SG", "2026-08-09"),
            ("independence_day", 2026, "US", "2026-07-04"),
            ("independence_day", 2026, "IN", "2026-08-15"),
            ("guy_fawkes", 2026, "GB", "2026-11-05"),
        ] {
            assert_eq!(first(key, year, country), want, "{key} {country}");
        }
        assert!(place("no such day").is_none() && day(usize::MAX, 2026, "").is_none());
    }
}
