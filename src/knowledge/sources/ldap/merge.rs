//! The directory's people joined with the rows of `people.csv`, by employee number or address.

use crate::knowledge::people::Entry;
use crate::knowledge::rows::Row;
use crate::message::fold::fold_str;
use std::collections::HashMap;

/// All people of both. `wins`: of two values the directory's counts; an empty value never does.
pub fn merged(mut rows: Vec<Row<Entry>>, directory: &[Entry], wins: bool) -> Vec<Row<Entry>> {
    let mut by_key: HashMap<String, usize> = HashMap::with_capacity(2 * rows.len());
    for (i, row) in rows.iter().enumerate() {
        for key in keys(&row.value) {
            by_key.entry(key).or_insert(i);
        }
    }
    let old = rows.len();
    for entry in directory {
        let found = keys(entry).into_iter().find_map(|k| by_key.get(&k).copied()).filter(|i| *i < old);
        match found.and_then(|i| rows.get_mut(i)) {
            Some(row) => row.value = joined(&row.value, entry, wins),
            None => rows.push(Row { line: 0, value: entry.clone() }),
        }
    }
    renumber(&mut rows, directory);
    rows
}

/// Number first: two people may share a mailbox.
fn keys(entry: &Entry) -> Vec<String> {
    let mut keys = Vec::with_capacity(2);
    if !entry.employee_number.is_empty() {
        keys.push(format!("#{}", fold_str(&entry.employee_number)));
    }
    if !entry.email.is_empty() {
        keys.push(format!("@{}", fold_str(&entry.email)));
    }
    keys
}

fn joined(file: &Entry, directory: &Entry, wins: bool) -> Entry {
    let pick = |field: fn(&Entry) -> &String| {
        let (first, second) = if wins { (directory, file) } else { (file, directory) };
        let value = if field(first).is_empty() { field(second) } else { field(first) };
        value.clone()
    };
    let mut aliases: Vec<&str> = Vec::new();
    for alias in file.aliases.split(';').chain(directory.aliases.split(';')).map(str::trim) {
        if !alias.is_empty() && !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    Entry {
        // The file's number stays: other rows name it as a manager.
        employee_number: file.employee_number.clone(),
        name: pick(|e| &e.name),
        name_zh: pick(|e| &e.name_zh),
        email: pick(|e| &e.email),
        manager: pick(|e| &e.manager),
        title: pick(|e| &e.title),
        department: pick(|e| &e.department),
        location: pick(|e| &e.location),
        employment_type: pick(|e| &e.employment_type),
        status: pick(|e| &e.status),
        start_date: pick(|e| &e.start_date),
        end_date: pick(|e| &e.end_date),
        aliases: aliases.join(";"),
    }
}

/// Managers of the directory whom the file calls by another number.
fn renumber(rows: &mut [Row<Entry>], directory: &[Entry]) {
    let by_mail: HashMap<String, String> = rows
        .iter()
        .filter(|r| !r.value.email.is_empty())
        .map(|r| (fold_str(&r.value.email), r.value.employee_number.clone()))
        .collect();
    let other: HashMap<&str, &String> = directory
        .iter()
        .filter_map(|e| by_mail.get(&fold_str(&e.email)).map(|number| (e.employee_number.as_str(), number)))
        .filter(|(own, number)| own != number)
        .collect();
    for row in rows.iter_mut() {
        if let Some(number) = other.get(row.value.manager.as_str()) {
            row.value.manager = (*number).clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: &str, email: &str, title: &str, manager: &str) -> Entry {
        Entry {
            employee_number: number.into(),
            email: email.into(),
            title: title.into(),
            manager: manager.into(),
            ..Entry::default()
        }
    }

    #[test]
    fn numbers_and_addresses_join_and_the_setting_says_who_wins() {
        let rows = || {
            vec![
                Row { line: 2, value: entry("E-1", "a@x.example", "Clerk", "") },
                Row { line: 3, value: entry("E-2", "b@x.example", "Cook", "E-1") },
            ]
        };
        let directory = [
            entry("a@x.example", "A@x.example", "Head clerk", ""),
            entry("E-2", "", "", ""),
            entry("E-3", "", "New", "a@x.example"),
        ];
        let show = |wins| {
            let all = merged(rows(), &directory, wins);
            all.iter()
                .map(|r| format!("{} {} {} {}", r.line, r.value.employee_number, r.value.title, r.value.manager))
                .collect::<Vec<_>>()
        };
        assert_eq!(show(true), ["2 E-1 Head clerk ", "3 E-2 Cook E-1", "0 E-3 New E-1"]);
        assert_eq!(show(false), ["2 E-1 Clerk ", "3 E-2 Cook E-1", "0 E-3 New E-1"]);
    }
}
