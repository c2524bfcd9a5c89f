//! Speed of what the knowledge base is asked on every mail: linking all mentions of an ordinary one.
//!
//! `cargo bench --bench knowledge` prints a table, over a generated organisation of 10,000 items and 100,000 people.

use muster::contract::NeedCategory;
use muster::knowledge::Heard;
use muster::knowledge::Knowledge;
use muster::knowledge::catalog::{Catalog, Item};
use muster::knowledge::people::{Entry, People};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

const ITEMS: usize = 10_000;
const PEOPLE: usize = 100_000;
/// Mails that are timed.
const MAILS: usize = 2_000;

fn main() {
    // `cargo test --benches` builds this and runs it with --test: nothing to do there.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/org");
    let (mut org, _) = Knowledge::load(&folder);
    let began = Instant::now();
    org.catalog = Catalog::of(items(org.catalog.items()));
    println!("index of {ITEMS} items: {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    let began = Instant::now();
    org.people = People::of(people(org.people.all()));
    println!("index of {PEOPLE} people: {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    link(&org);
}

/// Seven things and five people, as a long joiner's mail names them: plain, shortened, misspelled, in Chinese, unknown.
fn link(org: &Knowledge) {
    const NEEDS: &[&str] = &[
        "second 27-inch monitor",
        "the usual laptop",
        "docking staion",
        "access to the finance drive",
        "门禁卡",
        "SAP MM module for plant 0417",
        "a coffee mug with her name",
    ];
    const NAMES: &[&str] = &["Helen Marsh", "Bob Marsh", "王磊", "J. Krueger", "Tom"];
    let usual = ["laptop-engineering", "laptop-standard", "monitor", "dock"];
    let mut times = Vec::with_capacity(MAILS);
    for _ in 0..MAILS {
        let began = Instant::now();
        for need in NEEDS {
            black_box(org.catalog.find(black_box(need), &usual));
        }
        for name in NAMES {
            let heard =
                Heard { department: Some("Finance team"), location: Some("Bristol office"), ..Heard::default() };
            black_box(org.person(black_box(name), heard));
        }
        times.push(began.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "link {} needs and {} people: median {:.0} µs, 99th of 100 {:.0} µs",
        NEEDS.len(),
        NAMES.len(),
        times[MAILS / 2],
        times[MAILS * 99 / 100]
    );
    let each = |words: &str, work: &dyn Fn()| {
        let began = Instant::now();
        for _ in 0..500 {
            work();
        }
        println!("  {words}: {:.1} µs", began.elapsed().as_secs_f64() * 1e6 / 500.0);
    };
    for need in NEEDS {
        each(need, &|| {
            black_box(org.catalog.find(black_box(need), &usual));
        });
    }
    for name in NAMES {
        each(name, &|| {
            black_box(org.person(black_box(name), Heard::default()));
        });
    }
}

/// The sample catalog, then things of every kind for many systems and sites.
fn items(sample: &[Item]) -> Vec<Item> {
    const KINDS: &[(&str, &str)] = &[
        ("laptop", "笔记本"),
        ("monitor", "显示器"),
        ("shared drive", "共享盘"),
        ("mailing list", "邮件组"),
        ("badge", "门禁卡"),
        ("licence", "许可"),
        ("reporting access", "报表权限"),
        ("training", "培训"),
        ("server", "服务器"),
        ("phone", "手机"),
    ];
    let mut all = sample.to_vec();
    let template = sample[0].clone();
    for i in all.len()..ITEMS {
        let (en, zh) = KINDS[i % KINDS.len()];
        let name = syllables(i / KINDS.len(), 3);
        all.push(Item {
            id: format!("generated-{i}"),
            name: format!("{name} {en}"),
            name_zh: format!("{name}{zh}"),
            aliases: vec![format!("{en} of {name}"), format!("{} {i}", name.to_uppercase())],
            category: NeedCategory::Other,
            ..template.clone()
        });
    }
    all
}

/// The sample directory, then people with the names that many share.
fn people(sample: &[Entry]) -> Vec<Entry> {
    const GIVEN: &[&str] = &["Robert", "Helen", "Thomas", "Anna", "James", "Maria", "Wei", "Xiaowen", "Priya", "Jonas"];
    const HAN: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"];
    const GIVEN_HAN: &[&str] = &["磊", "敏", "静", "伟", "芳", "建国", "晓雯", "志远", "雅婷", "浩然"];
    let mut all = sample.to_vec();
    let template = sample[0].clone();
    for i in all.len()..PEOPLE {
        let chinese = i % 3 == 0;
        let family = syllables(i % 7_000, 2);
        let given = format!("{}{}", GIVEN[i % 10], if i % 4 == 0 { syllables(i / 40, 1) } else { String::new() });
        let han = format!("{}{}{}", HAN[i % 10], GIVEN_HAN[(i / 10) % 10], if i % 2 == 0 { "明" } else { "" });
        all.push(Entry {
            employee_number: format!("G-{i}"),
            name: format!("{given} {family}"),
            name_zh: if chinese { han } else { String::new() },
            email: format!("{given}.{family}{i}@halden.example").to_lowercase(),
            aliases: String::new(),
            ..template.clone()
        });
    }
    all
}

/// A word that only this number gives.
fn syllables(mut number: usize, least: usize) -> String {
    const PARTS: &[&str] =
        &["ba", "ne", "ri", "to", "lu", "ka", "mi", "so", "ve", "da", "po", "gi", "fa", "ze", "hu", "wo"];
    let mut word = String::new();
    while number > 0 || word.len() < least * 2 {
        word.push_str(PARTS[number % PARTS.len()]);
        number /= PARTS.len();
    }
    word[..1].to_uppercase() + &word[1..]
}
