//! The house keeps its own rules: ranks, first lines, sizes, no machine paths, no half-width Chinese.

use std::path::{Path, PathBuf};

/// From low to high; a stage imports only lower ones. Equal numbers are siblings and never import each other.
const RANKS: &[(&str, u32)] = &[
    ("contract", 0),
    ("message", 1),
    ("calendar", 2),
    ("intake", 2),
    ("model", 2),
    ("knowledge", 3),
    ("understand", 4),
    ("triage", 5),
    ("store", 6),
    ("emit", 7),
    ("web", 8),
    ("config", 9),
    ("cli", 9),
    ("app", 10),
];

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

fn short(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display().to_string()
}

fn rust_files() -> Vec<PathBuf> {
    ["src", "tests", "benches"].iter().flat_map(|f| files(f, "rs")).collect()
}

#[test]
fn stages_import_only_lower_ones() {
    let rank = |name: &str| RANKS.iter().find(|(n, _)| *n == name).map(|(_, r)| *r);
    let mut wrong = Vec::new();
    for path in files("src", "rs") {
        let inner = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
        let stage = inner.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned();
        if matches!(stage.as_str(), "lib" | "main") {
            continue;
        }
        let Some(own) = rank(&stage) else {
            wrong.push(format!("{}: the stage {stage} has no rank", short(&path)));
            continue;
        };
        let text = std::fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("crate::") {
            // `$crate::` and paths like `some_crate::` are others' names.
            if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
                continue;
            }
            let rest = &text[at + "crate::".len()..];
            let names: Vec<String> = match rest.strip_prefix('{') {
                Some(group) => {
                    let group = group.split('}').next().unwrap_or("");
                    group.split(',').map(|g| word(g.trim())).collect()
                }
                None => vec![word(rest)],
            };
            for name in names.into_iter().filter(|n| *n != stage) {
                if rank(&name).is_some_and(|r| r >= own) {
                    wrong.push(format!("{}: {stage} imports {name}", short(&path)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn every_file_says_in_its_first_line_what_it_holds() {
    let silent: Vec<String> = rust_files()
        .iter()
        .filter(|p| !std::fs::read_to_string(p).unwrap().starts_with("//! "))
        .map(|p| short(p))
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn no_file_grows_past_500_lines_without_a_second_thought() {
    // Thought about again, and left whole: one grammar, one walk, one form each.
    let thought = [
        "src/understand/dates/en/time.rs",
        "src/understand/attributes/beside.rs",
        "src/intake/attachment/pdf/content.rs",
    ];
    let long: Vec<String> = rust_files()
        .iter()
        .map(|p| (short(p), std::fs::read_to_string(p).unwrap().lines().count()))
        .filter(|(p, lines)| *lines > 500 && !(thought.contains(&p.as_str()) && *lines < 600))
        .map(|(p, lines)| format!("{p}: {lines}"))
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn nothing_is_left_unfinished_or_ignored() {
    let marks = [["#[ig", "nore"].concat(), ["to", "do!("].concat(), ["unimple", "mented!("].concat()];
    let mut found = Vec::new();
    for path in rust_files() {
        // A process that another test starts and kills is no test by itself, and says so.
        let text = std::fs::read_to_string(&path).unwrap().replace(&[marks[0].as_str(), " = \"run by "].concat(), "");
        found.extend(marks.iter().filter(|m| text.contains(m.as_str())).map(|m| format!("{}: {m}", short(&path))));
    }
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn chinese_of_the_interface_and_the_fixtures_is_full_width() {
    let is_han = muster::message::fold::is_han;
    let mut half = Vec::new();
    for path in files("src", "toml") {
        if !path.ends_with("web/words.toml") {
            continue;
        }
        for (i, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let chars: Vec<char> = line.chars().collect();
            for pair in chars.windows(2) {
                if is_han(pair[0]) && matches!(pair[1], ',' | ':' | ';' | '!' | '?' | '(' | ')') {
                    half.push(format!("{}:{}: {}{}", short(&path), i + 1, pair[0], pair[1]));
                }
            }
        }
    }
    assert!(half.is_empty(), "{half:?}");
    let full = |c: char| matches!(c, '，' | '：' | '；' | '！' | '？' | '（' | '）');
    let mut wide = 0;
    for file in crate::house::labelled().iter().filter(|f| f.to_string_lossy().contains("zh-")) {
        let text = std::fs::read_to_string(file.with_extension("expect.json")).unwrap();
        let json = file.extension().is_some_and(|e| e == "json").then(|| std::fs::read_to_string(file).unwrap());
        wide += text.chars().chain(json.unwrap_or_default().chars()).filter(|c| full(*c)).count();
    }
    assert!(wide > 20, "only {wide} full-width marks in the Chinese fixtures: they were typed by a tool");
}
