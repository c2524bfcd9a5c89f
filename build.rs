//! Compiles the date engine's word tables: from TOML, which people edit, to bytes that are searched where they lie.
//!
//! The program reads nothing at its start and keeps nothing of them on its heap. What the tables mean stands beside their
//! readers: `src/calendar/named.rs`, `src/understand/dates/en/vocab.rs`, `src/understand/dates/zh/words.rs`.

use std::path::Path;
use std::{env, fs};

#[path = "build/chinese.rs"]
mod chinese;
#[path = "src/understand/dates/zh/class.rs"]
mod class;
#[path = "build/english.rs"]
mod english;
#[path = "src/message/fold.rs"]
#[allow(dead_code)]
mod fold;
#[path = "src/understand/dates/en/kind.rs"]
#[allow(dead_code)]
mod kind;
#[path = "build/named.rs"]
mod named;
#[path = "build/variants.rs"]
mod variants;

fn main() {
    for code in ["build.rs", "build", "src/message/fold.rs", "src/message/hant.tsv"] {
        println!("cargo::rerun-if-changed={code}");
    }
    for code in ["src/understand/dates/en/kind.rs", "src/understand/dates/zh/class.rs"] {
        println!("cargo::rerun-if-changed={code}");
    }
    let mut days = named::read(&toml("calendar/named"));
    named::nations(&mut days, &text("src/calendar/nations.tsv"));
    write("named.rs", named::rows(&days).as_bytes());
    let variants = variants::Variants::of(&toml("calendar/variants"));
    let names = named::names(&days, &variants);
    write("names.tsv", named::listed(&days, &names).as_bytes());
    for (file, bytes) in english::tables(&toml("understand/dates/en/words"), &names) {
        write(file, &bytes);
    }
    for (file, bytes) in chinese::tables(&toml("understand/dates/zh/words"), &names, &variants) {
        write(file, &bytes);
    }
}

/// A table below `src/`.
fn toml(table: &str) -> toml::Table {
    let source = format!("src/{table}.toml");
    toml::from_str(&text(&source)).unwrap_or_else(|e| panic!("{source}: {e}"))
}

fn text(source: &str) -> String {
    println!("cargo::rerun-if-changed={source}");
    fs::read_to_string(source).unwrap_or_else(|e| panic!("{source}: {e}"))
}

fn write(file: &str, bytes: &[u8]) {
    let out = env::var("OUT_DIR").expect("cargo names the folder");
    fs::write(Path::new(&out).join(file), bytes).expect("the folder takes files");
}

/// The strings of a list; empty where there is none.
fn strings(list: Option<&toml::Value>) -> impl Iterator<Item = &str> {
    list.and_then(|l| l.as_array()).into_iter().flatten().filter_map(|v| v.as_str())
}
