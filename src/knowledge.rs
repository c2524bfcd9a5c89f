//! The knowledge base: people, departments, places, service catalog, role bundles, requester policy, routes.
//!
//! Read from a documented folder (`fixtures/org` is the sample). A bad row is named with file and line
//! and the rest is used; a broken file leaves its part empty and says so.

use std::path::Path;

pub mod bundles;
pub mod catalog;
pub mod link;
pub mod people;
pub mod places;
pub mod requesters;
pub mod routing;
mod rows;

use link::beside::Beside;
use people::Whom;
pub use rows::Fault;

/// Everything that the organisation's folder says.
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
            faults.push(Fault {
                file: folder.display().to_string(),
                line: 0,
                reason: "there is no such folder".into(),
            });
            return (Self::default(), faults);
        }
        let mut read = |name: &str| rows::read(folder, name, &mut faults);
        let texts = [
            read("people.csv"),
            read("departments.toml"),
            read("locations.toml"),
            read("catalog.toml"),
            read("bundles.toml"),
            read("requesters.toml"),
            read("routing.toml"),
        ];
        let [people, departments, locations, catalog, bundles, requesters, routing] = &texts;
        let knowledge = Self {
            people: people::People::parse(people, &mut faults),
            places: places::Places::parse(departments, locations, &mut faults),
            catalog: catalog::Catalog::parse(catalog, &mut faults),
            bundles: bundles::Bundles::parse(bundles, &mut faults),
            requesters: requesters::Requesters::parse(requesters, &mut faults),
            routing: routing::Routing::parse(routing, &mut faults),
        };
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
