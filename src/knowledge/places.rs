//! Departments and locations with their aliases.

use super::rows::{self, Fault};
use serde::Deserialize;

/// One `[[department]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Department {
    pub name: String,
    #[serde(default)]
    pub name_zh: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Employee number.
    #[serde(default)]
    pub head: String,
}

/// One `[[location]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Location {
    pub name: String,
    #[serde(default)]
    pub name_zh: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// ISO 3166 alpha-2.
    #[serde(default)]
    pub country: String,
    /// IANA name.
    #[serde(default)]
    pub time_zone: String,
    /// The working-day calendar to count by; ISO 3166 alpha-2.
    #[serde(default)]
    pub calendar: String,
}

#[derive(Debug, Clone, Default)]
pub struct Places {
    pub departments: Vec<Department>,
    pub locations: Vec<Location>,
}

impl Places {
    pub fn parse(departments: &str, locations: &str, faults: &mut Vec<Fault>) -> Self {
        Self {
            departments: rows::toml_rows("departments.toml", departments, "department", faults),
            locations: rows::toml_rows("locations.toml", locations, "location", faults),
        }
    }

    /// The department of that name or alias, whatever its case, script and the words around it ('Finance team').
    pub fn department(&self, words: &str) -> Option<&Department> {
        let known = |d: &Department| names(&d.name, &d.name_zh, &d.aliases).map(key).collect::<Vec<_>>();
        find(&self.departments, words, AROUND_DEPARTMENTS, known)
    }

    /// The location of that name or alias; the words may hold it ('Bristol office', '上海张江').
    pub fn location(&self, words: &str) -> Option<&Location> {
        let known = |l: &Location| names(&l.name, &l.name_zh, &l.aliases).map(key).collect::<Vec<_>>();
        find(&self.locations, words, AROUND_LOCATIONS, known)
    }
}

/// Words around the name of a department, folded; the longest first.
const AROUND_DEPARTMENTS: &[&str] = &[
    "department",
    "division",
    "function",
    "group",
    "team",
    "dept",
    "unit",
    "the ",
    " desk",
    "部门",
    "团队",
    "小组",
    "中心",
    "处",
    "部",
    "组",
    "科",
];
const AROUND_LOCATIONS: &[&str] = &[
    "headquarters",
    "factory",
    "office",
    "branch",
    "campus",
    "plant",
    "site",
    "the ",
    " hq",
    "办公室",
    "办事处",
    "分公司",
    "园区",
    "工厂",
    "总部",
    "厂",
    "市",
];
/// Letters of a name from which one mistake is forgiven.
const SPELLED: usize = 6;

fn key(words: &str) -> String {
    crate::message::fold::fold_str(words).replace(['.', ','], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The row with that name; else the one whose name stands in the words, the longest; else the one that is misspelled.
/// None where two rows are equally near.
fn find<'r, T>(rows: &'r [T], words: &str, around: &[&str], known: impl Fn(&T) -> Vec<String>) -> Option<&'r T> {
    // Rows are few: a company has some hundreds of departments.
    let said = key(words);
    if said.is_empty() {
        return None;
    }
    let names: Vec<(&T, Vec<String>)> = rows.iter().map(|r| (r, known(r))).collect();
    let exact = |said: &str| names.iter().find(|(_, n)| n.iter().any(|n| n == said)).map(|(r, _)| *r);
    if let Some(row) = exact(&said) {
        return Some(row);
    }
    let mut bare = format!(" {said} ");
    for word in around {
        bare = bare.replace(word, " ");
    }
    let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(row) = (!bare.is_empty()).then(|| exact(&bare)).flatten() {
        return Some(row);
    }
    let unique = |judge: &dyn Fn(&str) -> Option<usize>| {
        let best = names.iter().filter_map(|(r, n)| Some((n.iter().filter_map(|n| judge(n)).max()?, *r)));
        let mut best: Vec<(usize, &T)> = best.collect();
        best.sort_by_key(|(worth, _)| std::cmp::Reverse(*worth));
        match best.as_slice() {
            [(_, row)] => Some(*row),
            [(first, row), (second, _), ..] if first > second => Some(*row),
            _ => None,
        }
    };
    let held = |name: &str| {
        let long = name.chars().count();
        (long > 1 && crate::message::fold::stands_in(&said, name)).then_some(long)
    };
    let misspelled = |name: &str| {
        let near = name.chars().count() >= SPELLED && strsim::osa_distance(&bare, name) == 1;
        near.then_some(1)
    };
    unique(&held).or_else(|| unique(&misspelled))
}

fn names<'a>(name: &'a str, zh: &'a str, aliases: &'a [String]) -> impl Iterator<Item = &'a str> {
    [name, zh].into_iter().chain(aliases.iter().map(String::as_str)).filter(|n| !n.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn departments_and_places_are_known_by_many_words() {
        let departments = include_str!("../../fixtures/org/departments.toml");
        let locations = include_str!("../../fixtures/org/locations.toml");
        let places = Places::parse(departments, locations, &mut Vec::new());
        let department = |w: &str| places.department(w).map(|d| d.name.as_str());
        assert_eq!(department("the Finance team"), Some("Finance"));
        assert_eq!(department("R&D dept."), Some("Research & Development"));
        assert_eq!(department("研發部門"), Some("Research & Development"));
        assert_eq!(department("销售团队"), Some("Sales"));
        assert_eq!(department("Marketting"), Some("Marketing"));
        assert_eq!(department("Calibration Lab Bristol"), Some("Calibration Laboratory"));
        assert_eq!(department("Space Travel"), None);
        let location = |w: &str| places.location(w).map(|l| l.name.as_str());
        assert_eq!(location("Bristol office"), Some("Bristol"));
        assert_eq!(location("上海张江园区3号楼"), Some("Shanghai"));
        assert_eq!(location("臺北辦公室"), Some("Taipei"));
        assert_eq!(location("Hambrug"), Some("Hamburg"));
        assert_eq!(location("Mars"), None);
    }
}
