//! Which attribute holds which field: defaults by kind of directory, and what values mean.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The kind of directory whose defaults hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schema {
    #[default]
    InetOrgPerson,
    ActiveDirectory,
}

/// Attributes by field, the first with a value wins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attributes {
    /// The filter that finds people.
    pub filter: String,
    pub employee_number: Vec<String>,
    pub name: Vec<String>,
    pub given_name: Vec<String>,
    pub family_name: Vec<String>,
    pub email: Vec<String>,
    /// A distinguished name, an employee number or an address.
    pub manager: Vec<String>,
    pub title: Vec<String>,
    pub department: Vec<String>,
    pub location: Vec<String>,
    pub employment_type: Vec<String>,
    pub status: Vec<String>,
    pub start_date: Vec<String>,
    pub end_date: Vec<String>,
    pub aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    inetorgperson: Attributes,
    active_directory: Attributes,
    #[serde(rename = "employment_type")]
    employment: HashMap<String, Vec<String>>,
    status: HashMap<String, Vec<String>>,
}

static DOCUMENT: LazyLock<Option<Document>> = LazyLock::new(|| toml::from_str(include_str!("schema.toml")).ok());

impl Attributes {
    pub fn of(schema: Schema) -> Self {
        DOCUMENT.as_ref().map_or_else(Self::default, |d| match schema {
            Schema::InetOrgPerson => d.inetorgperson.clone(),
            Schema::ActiveDirectory => d.active_directory.clone(),
        })
    }

    /// These, with the defaults of the schema where a field is left out.
    pub fn or_default(mut self, schema: Schema) -> Self {
        let default = Self::of(schema);
        for (own, default) in self.fields_mut().into_iter().zip(default.fields()) {
            if own.is_empty() {
                *own = default.clone();
            }
        }
        if self.filter.is_empty() {
            self.filter = default.filter;
        }
        self
    }

    fn fields(&self) -> [&Vec<String>; 14] {
        [
            &self.employee_number,
            &self.name,
            &self.given_name,
            &self.family_name,
            &self.email,
            &self.manager,
            &self.title,
            &self.department,
            &self.location,
            &self.employment_type,
            &self.status,
            &self.start_date,
            &self.end_date,
            &self.aliases,
        ]
    }

    fn fields_mut(&mut self) -> [&mut Vec<String>; 14] {
        [
            &mut self.employee_number,
            &mut self.name,
            &mut self.given_name,
            &mut self.family_name,
            &mut self.email,
            &mut self.manager,
            &mut self.title,
            &mut self.department,
            &mut self.location,
            &mut self.employment_type,
            &mut self.status,
            &mut self.start_date,
            &mut self.end_date,
            &mut self.aliases,
        ]
    }

    /// Every attribute once, to ask for.
    pub fn asked(&self) -> Vec<String> {
        let mut all: Vec<String> = self.fields().into_iter().flatten().cloned().collect();
        all.push("uid".into());
        all.sort();
        all.dedup();
        all
    }
}

/// The contract's word for an employment type; a word that is not known stays.
pub fn employment_type(value: &str) -> String {
    meaning(|d| &d.employment, value).unwrap_or_else(|| value.trim().to_lowercase().replace([' ', '-'], "_"))
}

/// `active` or `left`; None for a word that says neither.
pub fn status(value: &str) -> Option<String> {
    meaning(|d| &d.status, value)
}

fn meaning(table: fn(&Document) -> &HashMap<String, Vec<String>>, value: &str) -> Option<String> {
    let plain: String = value.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let table = table(DOCUMENT.as_ref()?);
    table.iter().find(|(_, words)| words.contains(&plain)).map(|(meaning, _)| meaning.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_there() {
        for schema in [Schema::InetOrgPerson, Schema::ActiveDirectory] {
            let attributes = Attributes::of(schema);
            assert!(attributes.fields().iter().all(|f| !f.is_empty()), "{schema:?}");
            assert!(attributes.filter.starts_with('('));
        }
        let own = Attributes { title: vec!["personalTitle".into()], ..Attributes::default() };
        let own = own.or_default(Schema::InetOrgPerson);
        assert_eq!((own.title[0].as_str(), own.email[0].as_str()), ("personalTitle", "mail"));
        assert_eq!(employment_type("Full-Time"), "full_time");
        assert_eq!(employment_type("Board member"), "board_member");
        assert_eq!(status("TRUE").as_deref(), Some("left"));
    }
}
