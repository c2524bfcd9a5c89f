//! The report as tables of plain text.

use super::figures::{Figures, Part, Report, Share};
use super::row::Row;
use std::fmt::Write;

/// Width of the column of names, in characters.
const NAME: usize = 16;

/// All tables, one below the other.
pub fn print(report: &Report) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} messages, read by {}\n", report.messages, report.reader);
    summary(&mut out, &report.parts);
    fields(&mut out, &report.parts);
    categories(&mut out, &report.parts);
    confusion(&mut out, report);
    calibration(&mut out, &report.parts);
    out
}

/// A share or a figure with three digits; a dash where there was nothing to measure.
pub fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"))
}

fn share(share: Share) -> String {
    format!("{} ({}/{})", figure(share.value()), share.part, share.of)
}

fn of_two(figures: Figures) -> String {
    format!("{} / {}", figure(figures.recall), figure(figures.precision))
}

fn summary(out: &mut String, parts: &[Part]) {
    let mut line = |name: &str, cell: &dyn Fn(&Part) -> String| {
        let _ = write!(out, "{name:<26}");
        for p in parts {
            let _ = write!(out, " {:>20}", cell(p));
        }
        let _ = writeln!(out);
    };
    line("", &|p| p.name.clone());
    line("messages", &|p| p.messages.to_string());
    line("wholly right", &|p| share(p.whole));
    line("category right", &|p| share(p.category));
    line("operation right", &|p| share(p.operation));
    line("all fields, F1", &|p| figure(p.all.f1));
    line("flags, recall / precision", &|p| of_two(p.flags));
    let flags: Vec<&String> = parts.last().map(|p| p.by_flag.keys().collect()).unwrap_or_default();
    for flag in flags {
        line(&format!("  {flag}"), &|p| p.by_flag.get(flag).map_or_else(String::new, |f| of_two(*f)));
    }
    line("unwanted things listed", &|p| share(p.unwanted));
}

fn fields(out: &mut String, parts: &[Part]) {
    let _ =
        writeln!(out, "\nBy field: F1, precision, recall, right ones at exactly the labelled words, number of labels");
    head(out, parts, &["F1", "prec", "rec", "exact", "n"]);
    for row in Row::ALL {
        if parts.iter().any(|p| p.rows.contains_key(row.name())) {
            line(out, row.name(), parts, |p| cells(p.rows.get(row.name()).copied()));
        }
    }
    line(out, "needs, all", parts, |p| cells(Some(p.needs)));
    line(out, "all fields", parts, |p| cells(Some(p.all)));
}

fn cells(figures: Option<Figures>) -> Vec<String> {
    let Some(f) = figures else { return vec![String::new(); 5] };
    vec![figure(f.f1), figure(f.precision), figure(f.recall), figure(f.exact_span), f.labelled.to_string()]
}

fn categories(out: &mut String, parts: &[Part]) {
    let _ = writeln!(
        out,
        "\nBy labelled category: F1, precision, recall of all fields, category right, number of messages"
    );
    head(out, parts, &["F1", "prec", "rec", "cat", "n"]);
    let names: Vec<&String> = parts.last().map(|p| p.by_category.keys().collect()).unwrap_or_default();
    for name in names {
        line(out, name, parts, |p| match p.by_category.get(name) {
            None => vec![String::new(); 5],
            Some(c) => vec![
                figure(c.all.f1),
                figure(c.all.precision),
                figure(c.all.recall),
                figure(c.category.value()),
                c.messages.to_string(),
            ],
        });
    }
}

fn confusion(out: &mut String, report: &Report) {
    let mut said: Vec<&String> = report.confusion.iter().flat_map(|(k, row)| row.keys().chain([k])).collect();
    said.sort();
    said.dedup();
    let _ = writeln!(out, "\nLabelled category (down) and the one that was read (across)");
    let _ = write!(out, "{:<NAME$}", "");
    for s in &said {
        let _ = write!(out, " {s:>12}");
    }
    let _ = writeln!(out);
    for (labelled, row) in &report.confusion {
        let _ = write!(out, "{labelled:<NAME$}");
        for s in &said {
            let count = row.get(*s).map_or_else(|| ".".to_owned(), u64::to_string);
            let _ = write!(out, " {count:>12}");
        }
        let _ = writeln!(out);
    }
}

fn calibration(out: &mut String, parts: &[Part]) {
    let _ = writeln!(
        out,
        "\nConfidence: expected calibration error (10 bins), share said with 0.9 or more, share right of those, number said"
    );
    head(out, parts, &["error", ">=0.9", "right", "n"]);
    let cells = |c: Option<&super::calibration::Calibration>| match c {
        None => vec![String::new(); 4],
        Some(c) => vec![figure(c.error), figure(c.sure), figure(c.sure_right), c.said.to_string()],
    };
    let names = ["category"].into_iter().chain(Row::ALL.map(Row::name));
    for name in names.filter(|n| parts.iter().any(|p| p.by_field.contains_key(n))) {
        line(out, name, parts, |p| cells(p.by_field.get(name)));
    }
    line(out, "all", parts, |p| cells(Some(&p.calibration)));
}

fn head(out: &mut String, parts: &[Part], columns: &[&str]) {
    let _ = write!(out, "{:<NAME$}", "");
    let width = columns.len() * 6;
    for p in parts {
        let _ = write!(out, " | {:<width$}", p.name);
    }
    let _ = write!(out, "\n{:<NAME$}", "");
    for _ in parts {
        let _ = write!(out, " |");
        for c in columns {
            let _ = write!(out, " {c:>5}");
        }
    }
    let _ = writeln!(out);
}

fn line(out: &mut String, name: &str, parts: &[Part], cells: impl Fn(&Part) -> Vec<String>) {
    let _ = write!(out, "{name:<NAME$}");
    for part in parts {
        let _ = write!(out, " |");
        for c in cells(part) {
            let _ = write!(out, " {c:>5}");
        }
    }
    let _ = writeln!(out);
}
