//! Named days: Easter, Thanksgiving, 春节 and the like, with their names in English and Chinese, and their day in a year.

use super::rule::Rule;
use crate::message::fold::fold_str;
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

/// A named day as `named.toml` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Where no country of `by` is meant; absent: the day is known only in those countries.
    rule: Option<String>,
    /// Rules of single countries, by ISO code.
    #[serde(default)]
    by: BTreeMap<String, String>,
    #[serde(default)]
    en: Vec<String>,
    #[serde(default)]
    zh: Vec<String>,
    /// Chinese short names that are also numbers or plain words: a day only beside words like 假期, 节, 前, 后.
    #[serde(default)]
    weak: Vec<String>,
    /// English short names that are also plain words.
    #[serde(default)]
    weak_en: Vec<String>,
    /// Begins at sunset of the evening before.
    #[serde(default)]
    eve: bool,
    /// A break of several days off follows it in the country's calendar (春节, 国庆).
    #[serde(default)]
    holiday: bool,
}

/// A day's rules, compiled.
#[derive(Debug)]
struct Day {
    rule: Option<Rule>,
    by: Vec<(String, Rule)>,
    name_en: String,
    name_zh: String,
    eve: bool,
    holiday: bool,
}

/// One name of a day, folded as `message::fold` folds texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub key: &'static str,
    pub chinese: bool,
    /// Also a number or a plain word; only a day beside words that say so.
    pub weak: bool,
}

struct Table {
    days: HashMap<&'static str, Day>,
    words: Vec<Word>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // The data is part of the program: a test holds that it parses, and an empty table is the harmless rest.
    let entries: BTreeMap<String, Entry> =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/calendar.named.json"))).unwrap_or_default();
    let (mut days, mut words) = (HashMap::new(), Vec::new());
    for (key, entry) in entries {
        let key: &'static str = Box::leak(key.into_boxed_str());
        let lists = [
            (&entry.en, false, false),
            (&entry.weak_en, false, true),
            (&entry.zh, true, false),
            (&entry.weak, true, true),
        ];
        for (list, chinese, weak) in lists {
            words.extend(list.iter().map(|w| Word { text: fold_str(w), key, chinese, weak }));
        }
        let first = |list: &[String]| list.first().cloned().unwrap_or_default();
        days.insert(
            key,
            Day {
                rule: entry.rule.as_deref().and_then(Rule::parse),
                by: entry.by.iter().filter_map(|(c, r)| Some((c.clone(), Rule::parse(r)?))).collect(),
                name_en: first(if entry.en.is_empty() { &entry.weak_en } else { &entry.en }),
                name_zh: first(if entry.zh.is_empty() { &entry.weak } else { &entry.zh }),
                eve: entry.eve,
                holiday: entry.holiday,
            },
        );
    }
    add_variants(&mut words);
    add_english_variants(&mut words);
    // The readers number the keys as they come.
    words.sort_by_key(|w| w.key);
    Table { days, words }
});

/// Characters from which a Chinese name is long enough to be told by 日 for 节 as well.
const LONG_NAME: usize = 4;

/// Chinese names in their other customary forms: 周五 for 星期五, 日 for 节, 世界 for 国际; never over a listed name.
fn add_variants(words: &mut Vec<Word>) {
    let known: HashSet<&str> = words.iter().filter(|w| w.chinese).map(|w| w.text.as_str()).collect();
    let mut added: HashSet<String> = HashSet::new();
    let mut more = Vec::new();
    for word in words.iter().filter(|w| w.chinese && !w.weak) {
        let swaps =
            [("星期", "周"), ("周", "星期"), ("星期", "礼拜"), ("周", "礼拜"), ("国际", "世界"), ("世界", "国际")];
        let mut forms: Vec<String> = swaps
            .iter()
            .filter(|(from, _)| word.text.matches(from).count() == 1)
            // 圣周 is a week; only a weekday has another noun.
            .filter(|(from, _)| {
                !matches!(*from, "星期" | "周") || word.text.ends_with(['一', '二', '三', '四', '五', '六', '日'])
            })
            .map(|(from, to)| word.text.replace(from, to))
            .collect();
        if word.text.chars().count() >= LONG_NAME {
            let other = [('节', '日'), ('日', '节')]
                .iter()
                .find_map(|(a, b)| Some(format!("{}{b}", word.text.strip_suffix(*a)?)));
            forms.extend(other.filter(|_| !word.text.contains(['周', '期'])));
        }
        // 马丁·路德·金: the dot of foreign names is left out, or typed as another dot.
        if word.text.contains('·') {
            forms.extend(["", "・", "‧", "•", "."].iter().map(|dot| word.text.replace('·', dot)));
        }
        for text in forms {
            if !known.contains(text.as_str()) && added.insert(text.clone()) {
                more.push(Word { text, ..word.clone() });
            }
        }
    }
    words.extend(more);
}

/// English names in their other customary spellings: st for saint, intl for international; never over a listed name.
fn add_english_variants(words: &mut Vec<Word>) {
    // Only names with one of these words in them can be another's variant.
    let near = |w: &&Word| !w.chinese && ["st", "int"].iter().any(|p| w.text.contains(p));
    let mut known: HashSet<String> = words.iter().filter(near).map(|w| spoken(&w.text)).collect();
    let mut more = Vec::new();
    for word in words.iter().filter(near) {
        let swaps = [("saint ", "st "), ("st. ", "saint "), ("st ", "saint "), ("international ", "intl ")];
        for (from, to) in swaps.iter().filter(|(from, _)| word.text.contains(from)) {
            let text = match word.text.strip_prefix(*from) {
                Some(rest) => format!("{to}{rest}"),
                None => word.text.replace(&format!(" {from}"), &format!(" {to}")),
            };
            if known.insert(spoken(&text)) {
                more.push(Word { text, ..word.clone() });
            }
        }
    }
    words.extend(more);
}

/// A name as the readers compare it: without apostrophes, and with one space for any other mark.
fn spoken(name: &str) -> String {
    let plain: String = name.chars().filter(|c| *c != '\'').collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Every name in both languages, with its key; in the order of the keys.
pub fn words() -> &'static [Word] {
    &TABLE.words
}

/// First and last day (inclusive) of the named day that begins in that year, as `country` keeps it
/// (ISO 3166 alpha-2; empty or unknown: as most do). The first of two where a year has two (Islamic days).
pub fn day(key: &str, year: i32, country: &str) -> Option<(NaiveDate, NaiveDate)> {
    days(key, year, country).first().copied()
}

/// Every time that the named day begins in that year: none, one, or two (Islamic days).
pub fn days(key: &str, year: i32, country: &str) -> Vec<(NaiveDate, NaiveDate)> {
    let Some(day) = TABLE.days.get(key) else { return Vec::new() };
    let own = day.by.iter().find(|(c, _)| c.eq_ignore_ascii_case(country)).map(|(_, rule)| rule);
    // A day known only in some countries is still meant by its name elsewhere.
    let rule = own.or(day.rule.as_ref()).or(day.by.first().map(|(_, rule)| rule));
    rule.map(|r| r.in_year(year)).unwrap_or_default()
}

/// Whether it begins at sunset of the evening before (Jewish and Islamic days).
pub fn begins_the_evening_before(key: &str) -> bool {
    TABLE.days.get(key).is_some_and(|d| d.eve)
}

/// Whether people mean the run of days off around it rather than the day (国庆, 春节).
pub fn is_break(key: &str) -> bool {
    TABLE.days.get(key).is_some_and(|d| d.holiday)
}

/// The plain names in English and Chinese; empty where it has none in that language.
pub fn name(key: &str) -> Option<(&'static str, &'static str)> {
    TABLE.days.get(key).map(|d| (d.name_en.as_str(), d.name_zh.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(key: &str, year: i32, country: &str) -> String {
        day(key, year, country)
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
                assert!((2025..=2028).any(|y| !days(key, y, country).is_empty()), "{key} {country}");
                assert!(country.is_empty() || country.len() == 2, "{key} {country}");
            }
            assert!([&e.en, &e.weak_en, &e.zh, &e.weak].iter().any(|names| !names.is_empty()), "{key}");
        }
        let mut seen = HashMap::new();
        for w in words() {
            if let Some(other) = seen.insert(w.text.clone(), w.key) {
                panic!("{} names {other} and {}", w.text, w.key);
            }
        }
        // "Patriot's Day" and "Patriots' Day" are one name to a reader.
        let mut seen = HashMap::new();
        for w in words().iter().filter(|w| !w.chinese) {
            let other = seen.insert(spoken(&w.text), w.key);
            assert!(other.is_none_or(|o| o == w.key), "{} names {other:?} and {}", w.text, w.key);
        }
    }

    #[test]
    fn no_key_stands_twice_in_the_tables_of_days() {
        // TOML refuses a table that stands twice, and the empty table would go unseen.
        assert!(TABLE.days.len() > 1000, "{}", TABLE.days.len());
        let mut seen = HashSet::new();
        for key in
            include_str!("moving.tsv").lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split('\t').next())
        {
            assert!(seen.insert(key), "{key} stands twice in moving.tsv");
        }
    }

    #[test]
    fn names_are_long_enough_and_in_their_language() {
        let han = |w: &Word| w.text.chars().any(crate::message::fold::is_han);
        for w in words() {
            assert!(w.text.chars().count() >= 2 && w.text.trim() == w.text, "{} {}", w.text, w.key);
            // 618 and 3.15 are Chinese names without a Chinese character, all weak.
            assert!(han(w) == w.chinese || w.chinese && w.weak, "{} {}", w.text, w.key);
        }
    }

    /// The key and weakness of a name.
    fn of_name(name: &str) -> Option<(&'static str, bool)> {
        let name = fold_str(name);
        words()
            .iter()
            .find(|w| w.text == name || !w.chinese && spoken(&w.text) == spoken(&name))
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
        assert!(day("no such day", 2026, "").is_none());
    }
}
