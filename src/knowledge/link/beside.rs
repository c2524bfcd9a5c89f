//! What is said beside a name, and which of several people it speaks for.

use super::names::DATA;
use crate::knowledge::people::Entry;
use crate::message::fold::fold_str;

/// What the message says beside a mention; names of departments and places as the organisation has them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    pub department: Option<&'a str>,
    pub location: Option<&'a str>,
    pub title: Option<&'a str>,
    /// The manager's employee number.
    pub manager: Option<&'a str>,
}

impl Beside<'_> {
    /// How much of it fits an entry; below 0 where it speaks against.
    pub fn fits(&self, entry: &Entry) -> f32 {
        let one = |said: Option<&str>, has: &str, weight: f32| match said {
            Some(said) if !has.is_empty() => {
                if fold_str(said) == fold_str(has) {
                    weight
                } else {
                    -weight / 2.0
                }
            }
            _ => 0.0,
        };
        let title = self.title.map_or(0.0, |said| 2.0 * same_role(said, &entry.title) - 0.5);
        one(self.department, &entry.department, 2.0)
            + one(self.location, &entry.location, 1.0)
            + one(self.manager, &entry.manager, 2.0)
            + title
    }
}

/// How much of a title another has, in either language: 0 to 1.
fn same_role(said: &str, has: &str) -> f32 {
    let (said, has) = (fold_str(said), fold_str(has));
    if said.trim().is_empty() || has.is_empty() {
        return 0.25;
    }
    if said == has {
        return 1.0;
    }
    // A space behind, so that 'rf ' is no part of 'surf'.
    let (said, has) = (format!("{said} "), format!("{has} "));
    let tells = |title: &str, words: &[String]| words.iter().any(|w| title.contains(w.as_str()));
    let roles: Vec<&Vec<String>> = DATA.roles.values().filter(|words| tells(&said, words)).collect();
    if roles.is_empty() {
        return 0.25;
    }
    roles.iter().filter(|words| tells(&has, words)).count() as f32 / roles.len() as f32
}

/// Whether a title goes with the form of address ('王工' is an engineer); None where the address tells nothing.
pub fn goes_with(position: Option<&[String]>, entry: &Entry) -> Option<bool> {
    let words = position.filter(|w| !w.is_empty())?;
    let title = fold_str(&entry.title);
    Some(words.iter().any(|w| title.contains(w.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_meet_across_languages() {
        assert!(same_role("sales engineer", "销售工程师") > same_role("sales engineer", "嵌入式工程师"));
        assert!(same_role("韌體工程師", "Firmware Engineer") > 0.9);
        assert!(same_role("Chef", "嵌入式工程师") < 0.5);
    }
}
