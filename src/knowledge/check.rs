//! What no row can say of itself: doubled numbers, managers who are not there, circles of managers, unknown items.

use super::people::Entry;
use super::rows::{self, Fault, Kept, Row};
use super::{Knowledge, Texts};
use crate::message::fold::fold_str;
use std::collections::{HashMap, HashSet};

/// The rows of the directory without doubled ones, and with every circle of managers broken. Rows of line 0 come from
/// the directory service.
pub fn people(rows: Vec<Row<Entry>>, faults: &mut Vec<Fault>) -> Vec<Entry> {
    let mut kept = Kept::new("people.csv", faults);
    let mut by_number: HashMap<String, usize> = HashMap::with_capacity(rows.len());
    let (mut entries, mut lines): (Vec<Entry>, Vec<usize>) = (Vec::with_capacity(rows.len()), Vec::new());
    let mut addresses: HashMap<String, usize> = HashMap::with_capacity(rows.len());
    for Row { line, value } in rows {
        let number = fold_str(value.employee_number.trim());
        if number.is_empty() {
            kept.push(line, "the row has no employee number; it is not used");
            continue;
        }
        if let Some(first) = by_number.get(&number).and_then(|i| lines.get(*i)) {
            let number = &value.employee_number;
            let first = *first;
            kept.push(line, format!("{number} stands in {} already; this row is not used", place(first)));
            continue;
        }
        if !value.email.is_empty() {
            let first = *addresses.entry(fold_str(&value.email)).or_insert(entries.len());
            if let Some(first) = lines.get(first) {
                // Shared mailboxes are real; the row is used, but the address leads to the first person.
                let (number, place) = (&value.employee_number, place(*first));
                kept.push(line, format!("the address of {number} stands in {place} already; it leads to that person"));
            }
        }
        by_number.insert(number, entries.len());
        entries.push(value);
        lines.push(line);
    }
    let above: Vec<Option<usize>> = entries
        .iter()
        .map(|e| by_number.get(&fold_str(e.manager.trim())).copied().filter(|_| !e.manager.is_empty()))
        .collect();
    for ((entry, above), line) in entries.iter().zip(&above).zip(&lines) {
        if above.is_none() && !entry.manager.is_empty() {
            kept.push(*line, format!("the manager {} is not in the directory", entry.manager));
        }
    }
    for circle in circles(&above) {
        let numbers: Vec<&str> = circle
            .iter()
            .chain(circle.first())
            .take(8)
            .filter_map(|i| entries.get(*i))
            .map(|e| e.employee_number.as_str())
            .collect();
        let (Some(&at), path) = (circle.first(), numbers.join(" → ")) else { continue };
        let number = entries.get(at).map(|e| e.employee_number.clone()).unwrap_or_default();
        let line = lines.get(at).copied().unwrap_or(0);
        kept.push(line, format!("a circle of managers: {path}; the manager of {number} is not used"));
        if let Some(entry) = entries.get_mut(at) {
            entry.manager.clear();
        }
    }
    entries
}

fn place(line: usize) -> String {
    if line == 0 { "the directory service".to_owned() } else { format!("line {line}") }
}

/// Every circle of the graph once, beginning with its first entry.
fn circles(above: &[Option<usize>]) -> Vec<Vec<usize>> {
    let step = |at: usize| above.get(at).copied().flatten();
    // 0: not seen; else the walk that saw it.
    let mut seen = vec![0usize; above.len()];
    let mut out = Vec::new();
    for walk in 1..=above.len() {
        let mut at = walk - 1;
        let met = loop {
            match seen.get_mut(at) {
                Some(mark) if *mark == 0 => *mark = walk,
                Some(mark) => break *mark == walk,
                None => break false,
            }
            match step(at) {
                Some(next) => at = next,
                None => break false,
            }
        };
        if met {
            let mut circle = vec![at];
            circle.extend(std::iter::successors(step(at), |i| step(*i)).take_while(|i| *i != at));
            let least = circle.iter().enumerate().min_by_key(|(_, i)| **i).map_or(0, |(place, _)| place);
            circle.rotate_left(least);
            out.push(circle);
        }
    }
    out
}

/// Names that lead nowhere: heads of departments, items of bundles.
pub fn references(knowledge: &Knowledge, texts: &Texts, faults: &mut Vec<Fault>) {
    if !knowledge.people.all().is_empty() {
        let mut kept = Kept::new("departments.toml", faults);
        for department in knowledge.places.departments.iter().filter(|d| !d.head.is_empty()) {
            if knowledge.people.by_number(&department.head).is_none() {
                let line = rows::line_of(texts.get("departments.toml"), &department.head);
                let (head, name) = (&department.head, &department.name);
                kept.push(line, format!("the head {head} of {name} is not in the directory"));
            }
        }
    }
    if !knowledge.catalog.items().is_empty() {
        let known: HashSet<&str> = knowledge.catalog.items().iter().map(|i| i.id.as_str()).collect();
        let mut kept = Kept::new("bundles.toml", faults);
        let mut named = HashSet::new();
        for bundle in knowledge.bundles.all() {
            for item in bundle.items.iter().filter(|i| !known.contains(i.as_str())) {
                if named.insert(item) {
                    let line = rows::line_of(texts.get("bundles.toml"), item);
                    kept.push(line, format!("the item {item} of {} is not in the catalog", bundle.name));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> (Vec<Entry>, String) {
        let mut faults = Vec::new();
        let rows = rows::csv_rows("people.csv", text, &mut faults);
        let entries = people(rows, &mut faults);
        (entries, faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn doubled_rows_unknown_managers_and_circles_are_named() {
        let text = "employee_number,name,email,manager\nE-1,A,a@x.example,E-3\nE-2,B,,E-1\nE-3,C,,E-2\nE-4,D,A@x.example,E-4\nE-5,E,,E-9\ne-1,F,,\nE-6,G,,E-3\n,H,,\n";
        let (entries, faults) = checked(text);
        insta::assert_snapshot!(faults, @r"
        people.csv:5: the address of E-4 stands in line 2 already; it leads to that person
        people.csv:7: e-1 stands in line 2 already; this row is not used
        people.csv:9: the row has no employee number; it is not used
        people.csv:6: the manager E-9 is not in the directory
        people.csv:2: a circle of managers: E-1 → E-3 → E-2 → E-1; the manager of E-1 is not used
        people.csv:5: a circle of managers: E-4 → E-4; the manager of E-4 is not used
        ");
        let manager = |n: usize| entries[n].manager.as_str();
        assert_eq!([manager(0), manager(1), manager(2), manager(3), manager(5)], ["", "E-1", "E-2", "", "E-3"]);
    }

    #[test]
    fn every_circle_is_found_once_and_no_tree_is_one() {
        let above = [Some(1), Some(2), Some(0), Some(0), None, Some(4), Some(7), Some(6)];
        assert_eq!(circles(&above), [vec![0, 1, 2], vec![6, 7]]);
        assert_eq!(circles(&[Some(0)]), [vec![0]]);
        let chain: Vec<Option<usize>> = (0..100_000).map(|i: usize| i.checked_sub(1)).collect();
        assert_eq!(circles(&chain), Vec::<Vec<usize>>::new());
        let reversed: Vec<Option<usize>> = (0..100_000).map(|i| (i < 99_999).then_some(i + 1)).collect();
        assert_eq!(circles(&reversed), Vec::<Vec<usize>>::new());
    }
}
