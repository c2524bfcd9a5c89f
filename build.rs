//! Turns the hot word tables from TOML, which people edit, into JSON, which the program reads several times faster.

use std::path::Path;
use std::{env, fs};

/// Tables below `src/` that are read at every start.
const TABLES: &[&str] = &["calendar/named", "understand/dates/en/words", "understand/dates/zh/words"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR").expect("cargo names the folder");
    for table in TABLES {
        let source = format!("src/{table}.toml");
        println!("cargo::rerun-if-changed={source}");
        let text = fs::read_to_string(&source).unwrap_or_else(|e| panic!("{source}: {e}"));
        let value: toml::Value = toml::from_str(&text).unwrap_or_else(|e| panic!("{source}: {e}"));
        let target = Path::new(&out).join(format!("{}.json", table.replace('/', ".")));
        fs::write(&target, serde_json::to_vec(&value).expect("TOML fits JSON")).expect("the folder takes files");
    }
}
