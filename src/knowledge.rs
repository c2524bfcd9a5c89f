//! The knowledge base: people, departments, places, service catalog, role bundles, requester policy, routes, pages.
//!
//! Read from a documented folder (`fixtures/org` is the sample) and from a directory service. A bad row is named with
//! file and line and the rest is used; a broken file leaves its part as it was and says so.

use std::path::Path;

pub mod bundles;
pub mod catalog;
mod check;
pub mod link;
pub mod pages;
pub mod people;
pub mod places;
pub mod requesters;
pub mod routing;
mod rows;
pub mod sources;

use link::beside::Beside;
use people::Whom;
pub use rows::Fault;

/// The files of the folder that hold rows, in the order in which they are read.
pub const FILES: [&str; 7] = [
    "people.csv",
    "departments.toml",
    "locations.toml",
    "catalog.toml",
    "bundles.toml",
    "requesters.toml",
    "routing.toml",
];

/// The texts of [`FILES`]; one that is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts([String; FILES.len()]);

impl Texts {
    pub fn get(&self, name: &str) -> &str {
        let at = FILES.iter().position(|f| *f == name);
        at.and_then(|i| self.0.get(i)).map_or("", String::as_str)
    }

    pub fn set(&mut self, name: &str, text: String) {
        if let Some(slot) = FILES.iter().position(|f| *f == name).and_then(|i| self.0.get_mut(i)) {
            *slot = text;
        }
    }
}

/// Everything that the organisation's folder says, pages aside.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    pub people: people::People,
    pub places: places::Places,
    pub catalog: catalog::Catalog,
    pub bundles: bundles::Bundles,
    pub requesters: requesters::Requesters,
    pub routing: routing::Routing,
}

impl Knowledge {
    /// Reads the folder. Files that are not there leave their part empty without a fault.
    pub fn load(folder: &Path) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        if !folder.is_dir() {
            faults.push(Fault::new(&folder.display().to_string(), 0, "there is no such folder"));
            return (Self::default(), faults);
        }
        let mut texts = Texts::default();
        for name in FILES {
            texts.set(name, rows::read(folder, name, &mut faults));
        }
        let (knowledge, more) = Self::build(&texts, |rows, _| rows);
        faults.extend(more);
        (knowledge, faults)
    }

    /// Reads the texts. `merge` joins the rows of `people.csv` with what another directory says.
    pub fn build(
        texts: &Texts,
        merge: impl FnOnce(Vec<rows::Row<people::Entry>>, &mut Vec<Fault>) -> Vec<rows::Row<people::Entry>>,
    ) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let rows = rows::csv_rows("people.csv", texts.get("people.csv"), &mut faults);
        let rows = merge(rows, &mut faults);
        let knowledge = Self {
            people: people::People::of(check::people(rows, &mut faults)),
            places: places::Places::parse(texts.get("departments.toml"), texts.get("locations.toml"), &mut faults),
            catalog: catalog::Catalog::parse(texts.get("catalog.toml"), &mut faults),
            bundles: bundles::Bundles::parse(texts.get("bundles.toml"), &mut faults),
            requesters: requesters::Requesters::parse(texts.get("requesters.toml"), &mut faults),
            routing: routing::Routing::parse(texts.get("routing.toml"), &mut faults),
        };
        check::references(&knowledge, texts, &mut faults);
        (knowledge, faults)
    }
}

/// What a message says beside a name, in its own words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Heard<'a> {
    pub department: Option<&'a str>,
    pub location: Option<&'a str>,
    pub title: Option<&'a str>,
    /// The manager's name.
    pub manager: Option<&'a str>,
}

impl Knowledge {
    /// Whom a mention means, by everything that is said beside it.
    pub fn person(&self, mention: &str, heard: Heard) -> Whom<'_> {
        let department = heard.department.map(|d| self.places.department(d).map_or(d, |k| k.name.as_str()));
        let location = heard.location.map(|l| self.places.location(l).map_or(l, |k| k.name.as_str()));
        let above = heard.manager.map(|m| self.people.find(m, &Beside { department, ..Beside::default() }));
        let manager = above.and_then(|w| w.one()).map(|e| e.employee_number.as_str());
        self.people.find(mention, &Beside { department, location, title: heard.title, manager })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_organisation_loads_without_a_fault() {
        let (knowledge, faults) = Knowledge::load(Path::new("fixtures/org"));
        assert_eq!(faults, []);
        assert!(knowledge.people.all().len() > 100);
        assert!(knowledge.catalog.items().len() > 60);
        assert!(!knowledge.bundles.all().is_empty());
    }

    #[test]
    fn a_bad_row_is_named_and_the_rest_is_used() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(
            dir.path().join("catalog.toml"),
            "[[item]]\nid = \"a\"\nname = \"A\"\ncategory = \"device\"\n\n[[item]]\nid = \"b\"\ncategory = \"rocket\"\nname = \"B\"\n",
        )
        .unwrap();
        std::fs::write(dir.path().join("people.csv"), "employee_number,name\nE-1,Ann Lee\nE-2\n").unwrap();
        std::fs::write(dir.path().join("routing.toml"), "fallback = \n").unwrap();
        let (knowledge, faults) = Knowledge::load(dir.path());
        assert_eq!(knowledge.catalog.items().len(), 1);
        assert_eq!(knowledge.people.all().len(), 1);
        let said: Vec<String> = faults.iter().map(|f| format!("{}:{}", f.file, f.line)).collect();
        assert_eq!(said, ["people.csv:3", "catalog.toml:6", "routing.toml:1"]);
    }
}
