//! The named days of `named.toml`: a row each, and every form in which their names are written.

use crate::fold::fold_str;
use crate::strings;
use crate::variants::Variants;
use std::collections::HashSet;
use std::fmt::Write;

/// A named day as `named.toml` has it, under its key.
pub struct Day {
    pub key: String,
    table: toml::Table,
}

/// One name of a day, folded as `message::fold` folds texts.
#[derive(Clone)]
pub struct Name {
    pub text: String,
    /// The place of its day among the rows, which are in the order of their keys.
    pub place: usize,
    pub chinese: bool,
    /// Also a number or a plain word; only a day beside words that say so.
    pub weak: bool,
    /// The name of another day, which may mean this one too.
    pub too: bool,
}

/// Lists of names in a table, whether Chinese, whether weak.
const LISTS: [(&str, bool, bool); 4] =
    [("en", false, false), ("weak_en", false, true), ("zh", true, false), ("weak", true, true)];
/// The list of Chinese names that another day has.
const TOO: &str = "zh_too";
const OTHERS: [&str; 5] = ["rule", "by", "eve", "holiday", TOO];

pub fn read(table: &toml::Table) -> Vec<Day> {
    let known = |name: &str| OTHERS.contains(&name) || LISTS.iter().any(|(list, ..)| *list == name);
    let mut days: Vec<Day> = Vec::new();
    for (key, day) in table {
        let table = day.as_table().unwrap_or_else(|| panic!("named.toml: {key} is no table"));
        if let Some(word) = table.keys().find(|k| !known(k)) {
            panic!("named.toml: {key} has {word}, which means nothing");
        }
        days.push(Day { key: key.clone(), table: table.clone() });
    }
    days
}

/// A day for each national and independence day of `nations.tsv`, under the names that named.toml does not have.
pub fn nations(days: &mut Vec<Day>, lines: &str) {
    let of = |day: &Day, list: &str| strings(day.table.get(list)).map(fold_str).collect::<Vec<_>>();
    let mut known: HashSet<String> =
        days.iter().flat_map(|d| LISTS.iter().flat_map(|(list, ..)| of(d, list)).collect::<Vec<_>>()).collect();
    for line in lines.lines().filter(|l| !l.starts_with('#')) {
        let [english, chinese, national, independence] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("nations.tsv: {line:?} has not four fields")
        };
        let independence = if independence == "=" { national } else { independence };
        let kinds = [
            (national, "national_day", "national day", ["国庆", "国庆日", "国庆节"]),
            (independence, "independence_day", "independence day", ["独立日", "独立节", "独立纪念日"]),
        ];
        for (rule, key, english_kind, endings) in kinds.into_iter().filter(|(rule, ..)| *rule != "-") {
            let names = [english.to_owned(), format!("{english}'s")].map(|e| format!("{e} {english_kind}"));
            let chinese = chinese.split(' ').flat_map(|c| endings.map(|e| format!("{c}{e}")));
            let mut free = |names: Vec<String>| {
                toml::Value::from(names.into_iter().filter(|n| known.insert(fold_str(n))).collect::<Vec<_>>())
            };
            let mut table = toml::Table::new();
            table.insert("rule".to_owned(), rule.into());
            table.insert("en".to_owned(), free(names.to_vec()));
            table.insert("zh".to_owned(), free(chinese.collect()));
            days.push(Day { key: format!("{}_{key}", english.replace(' ', "_")), table });
        }
    }
    days.sort_by(|a, b| a.key.cmp(&b.key));
    assert!(days.windows(2).all(|d| d[0].key != d[1].key), "nations.tsv has a day that named.toml has");
}

/// The rows as Rust.
pub fn rows(days: &[Day]) -> String {
    let mut out = format!("static ROWS: [Row; {}] = [\n", days.len());
    for Day { key, table } in days {
        let flag = |name: &str| table.get(name).and_then(|v| v.as_bool()).unwrap_or(false);
        let rule = table.get("rule").and_then(|v| v.as_str()).unwrap_or("");
        let by = table.get("by").and_then(|v| v.as_table()).into_iter().flatten();
        let by: Vec<(&str, &str)> = by.map(|(country, rule)| (country.as_str(), rule.as_str().unwrap_or(""))).collect();
        let (eve, holiday) = (flag("eve"), flag("holiday"));
        let _ = writeln!(out, "Row {{ key: {key:?}, rule: {rule:?}, by: &{by:?}, eve: {eve}, holiday: {holiday} }},");
    }
    out + "];\n"
}

/// Every name in both languages with its variants, in the order of the keys.
pub fn names(days: &[Day], variants: &Variants) -> Vec<Name> {
    let mut names = Vec::new();
    for (place, day) in days.iter().enumerate() {
        for (list, chinese, weak) in LISTS {
            names.extend(strings(day.table.get(list)).map(|w| Name {
                text: fold_str(w),
                place,
                chinese,
                weak,
                too: false,
            }));
        }
    }
    variants.add_chinese(&mut names);
    variants.add_english(&mut names);
    for (place, day) in days.iter().enumerate() {
        for name in strings(day.table.get(TOO)) {
            let text = fold_str(name);
            let other = names.iter().find(|n| n.chinese && !n.weak && n.text == text);
            assert!(other.is_some_and(|o| o.place != place), "named.toml: {name} is no name of another day");
            names.push(Name { text, place, chinese: true, weak: false, too: true });
        }
    }
    names.sort_by_key(|n| n.place);
    names
}

/// The names as lines for the tests: text, key, language, weakness.
pub fn listed(days: &[Day], names: &[Name]) -> String {
    names.iter().filter(|n| !n.too).fold(String::new(), |mut out, n| {
        let _ = writeln!(out, "{}\t{}\t{}\t{}", n.text, days[n.place].key, n.chinese, n.weak);
        out
    })
}

/// The words of an English name as the reader compares them: apostrophes left out, any other mark between words.
pub fn spoken(name: &str) -> Vec<String> {
    let plain: String = name.chars().filter(|c| *c != '\'').collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}
