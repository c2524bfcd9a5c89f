//! From entries of a directory to entries of people: names in both scripts, managers by number, faults with a number.

use super::schema::employment_type;
use super::{Attributes, Raw, value};
use crate::knowledge::people::Entry;
use crate::knowledge::rows::{Fault, Kept};
use crate::message::fold::{fold_str, is_han};
use std::collections::HashMap;

/// Characters of one value; more is no name.
const VALUE: usize = 300;

/// The people of an answer. An entry that names nobody is a fault; the others are used.
pub fn people(raws: &[Raw], attributes: &Attributes) -> (Vec<Entry>, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut kept = Kept::new("ldap", &mut faults);
    let mut entries: Vec<(Entry, &Raw)> = Vec::with_capacity(raws.len());
    for (i, raw) in raws.iter().enumerate() {
        let read = Reader(raw);
        let mut entry = read.entry(attributes);
        // Names stand in no log: the entry is called by its number, or by its place in the answer.
        let called =
            if entry.employee_number.is_empty() { format!("entry {}", i + 1) } else { entry.employee_number.clone() };
        for attribute in &raw.broken {
            kept.push(0, format!("{called}: a value of {attribute} is no text and is not read"));
        }
        if entry.name.is_empty() && entry.name_zh.is_empty() {
            kept.push(0, format!("{called}: the entry has no name; it is not used"));
            continue;
        }
        if entry.employee_number.is_empty() {
            // Somebody without a number is told apart by the address.
            entry.employee_number = entry.email.to_lowercase();
        }
        if entry.employee_number.is_empty() {
            kept.push(0, format!("{called}: the entry has neither a number nor an address; it is not used"));
            continue;
        }
        entries.push((entry, raw));
    }
    let mut numbers: HashMap<String, String> = HashMap::with_capacity(3 * entries.len());
    for (entry, raw) in &entries {
        let uid = Reader(raw).values("uid").next().unwrap_or_default();
        for key in [value::dn(&raw.dn), fold_str(&entry.employee_number), fold_str(&entry.email), fold_str(uid)] {
            if !key.is_empty() {
                numbers.entry(key).or_insert_with(|| entry.employee_number.clone());
            }
        }
    }
    let mut out = Vec::with_capacity(entries.len());
    for (mut entry, _) in entries {
        if !entry.manager.is_empty() {
            let found = numbers.get(&value::dn(&entry.manager)).or_else(|| numbers.get(&fold_str(&entry.manager)));
            match found {
                Some(number) => entry.manager.clone_from(number),
                // A number may lead to somebody of people.csv; a distinguished name leads nowhere else.
                None if entry.manager.contains('=') => {
                    kept.push(0, format!("{}: the manager is not among the entries", entry.employee_number));
                    entry.manager.clear();
                }
                None => {}
            }
        }
        out.push(entry);
    }
    drop(kept);
    (out, faults)
}

struct Reader<'r>(&'r Raw);

impl<'r> Reader<'r> {
    /// Values of an attribute, those under a language tag last.
    fn values(&self, name: &str) -> impl Iterator<Item = &'r str> + use<'r> {
        let name = name.to_ascii_lowercase();
        let own = name.clone();
        let plain = self.0.attributes.iter().filter(move |(n, _)| *n == own);
        let tagged =
            self.0.attributes.iter().filter(move |(n, _)| n.strip_prefix(&name).is_some_and(|r| r.starts_with(';')));
        plain.chain(tagged).flat_map(|(_, values)| values).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    /// The first value of the first attribute that has one.
    fn first(&self, names: &[String]) -> String {
        names.iter().find_map(|n| self.values(n).next()).map(cut).unwrap_or_default()
    }

    fn entry(&self, attributes: &Attributes) -> Entry {
        let a = attributes;
        let named = || a.name.iter().flat_map(|n| self.values(n));
        let joined = |han: bool| {
            let of = |names: &[String]| {
                names.iter().flat_map(|n| self.values(n)).find(|v| v.chars().any(is_han) == han).unwrap_or("")
            };
            let (given, family) = (of(&a.given_name), of(&a.family_name));
            match (given.is_empty() && family.is_empty(), han) {
                (true, _) => String::new(),
                // A family name alone is no name in Latin letters, and given and family name stand the other way round.
                (false, true) if !given.is_empty() && !family.is_empty() => format!("{family}{given}"),
                (false, true) => String::new(),
                (false, false) => format!("{given} {family}").trim().to_owned(),
            }
        };
        let latin = named().find(|v| !v.chars().any(is_han)).map(cut);
        let chinese = named().find(|v| v.chars().any(is_han)).map(cut);
        let name = latin.unwrap_or_else(|| joined(false));
        let name_zh = chinese.unwrap_or_else(|| joined(true));
        let mut aliases: Vec<String> = Vec::new();
        for alias in a.aliases.iter().flat_map(|n| self.values(n)).map(cut) {
            let known = alias == name || alias == name_zh || aliases.contains(&alias) || alias.contains(';');
            if !known && aliases.len() < 20 {
                aliases.push(alias);
            }
        }
        let status =
            a.status.iter().find_map(|n| self.values(n).find_map(|v| value::status(&n.to_ascii_lowercase(), v)));
        let date =
            |names: &[String]| names.iter().find_map(|n| self.values(n).find_map(value::date)).unwrap_or_default();
        let employment = self.first(&a.employment_type);
        Entry {
            employee_number: self.first(&a.employee_number),
            // Everybody has a name to be called by.
            name: if name.is_empty() { name_zh.clone() } else { name },
            name_zh,
            email: self.first(&a.email),
            manager: self.first(&a.manager),
            title: self.first(&a.title),
            department: self.first(&a.department),
            location: self.first(&a.location),
            employment_type: if employment.is_empty() { employment } else { employment_type(&employment) },
            status: status.unwrap_or_else(|| "active".to_owned()),
            start_date: date(&a.start_date),
            end_date: date(&a.end_date),
            aliases: aliases.join(";"),
        }
    }
}

/// A value on one line, cut to a bound.
fn cut(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).take(VALUE).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Schema;
    use super::*;

    fn raw(dn: &str, attributes: &[(&str, &[&str])]) -> Raw {
        let attributes =
            attributes.iter().map(|(n, v)| (n.to_ascii_lowercase(), v.iter().map(|v| (*v).to_owned()).collect()));
        Raw { dn: dn.to_owned(), attributes: attributes.collect(), broken: Vec::new() }
    }

    #[test]
    fn names_in_both_scripts_and_managers_are_found() {
        let raws = [
            raw(
                "uid=lin,ou=People,dc=x",
                &[
                    ("cn", &["Lin Xiaowen"]),
                    ("cn;lang-zh", &["林晓雯"]),
                    ("sn", &["Lin"]),
                    ("mail", &["lin@x.example"]),
                    ("employeeNumber", &["E-7"]),
                    ("uid", &["lin"]),
                    ("employeeType", &["Full-Time"]),
                ],
            ),
            raw(
                "uid=guo, ou=people, dc=X",
                &[
                    ("sn", &["郭"]),
                    ("givenName", &["建国"]),
                    ("mail", &["guo@x.example"]),
                    ("manager", &["UID=lin, OU=People, DC=x"]),
                    ("nsAccountLock", &["TRUE"]),
                    ("employeeEndDate", &["20260331"]),
                ],
            ),
            raw("uid=none,dc=x", &[("mail", &["none@x.example"])]),
            raw("uid=lost,dc=x", &[("cn", &["Lost Soul"])]),
            raw("uid=bo,dc=x", &[("cn", &["Bo Ek"]), ("employeeNumber", &["E-9"]), ("manager", &["uid=gone,dc=x"])]),
        ];
        let (people, faults) = people(&raws, &Attributes::of(Schema::InetOrgPerson));
        let show = |e: &Entry| {
            format!(
                "{} {}/{} m={} {} {} {} a={}",
                e.employee_number, e.name, e.name_zh, e.manager, e.status, e.employment_type, e.end_date, e.aliases
            )
        };
        insta::assert_snapshot!(people.iter().map(show).collect::<Vec<_>>().join("\n"), @r"
        E-7 Lin Xiaowen/林晓雯 m= active full_time  a=lin
        guo@x.example 郭建国/郭建国 m=E-7 left  2026-03-31 a=
        E-9 Bo Ek/ m= active   a=
        ");
        insta::assert_snapshot!(faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"), @r"
        ldap:0: entry 3: the entry has no name; it is not used
        ldap:0: entry 4: the entry has neither a number nor an address; it is not used
        ldap:0: E-9: the manager is not among the entries
        ");
    }

    #[test]
    fn active_directory_says_who_is_disabled() {
        let raws = [raw(
            "CN=Ann,DC=x",
            &[
                ("displayName", &["Ann Lee"]),
                ("sAMAccountName", &["alee"]),
                ("employeeID", &["12"]),
                ("userAccountControl", &["514"]),
                ("accountExpires", &["134169600000000000"]),
                ("department", &["Finance"]),
            ],
        )];
        let (people, faults) = people(&raws, &Attributes::of(Schema::ActiveDirectory));
        assert_eq!(faults, []);
        let ann = &people[0];
        assert_eq!((ann.status.as_str(), ann.end_date.as_str(), ann.aliases.as_str()), ("left", "2026-03-02", "alee"));
    }
}
