//! Linking holds its floors on the labelled phrases, on the half that nothing was tuned on.

use muster::knowledge::bundles::Profile;
use muster::knowledge::people::Whom;
use muster::knowledge::{Heard, Knowledge};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Phrase {
    lang: String,
    words: String,
    #[serde(default)]
    context: BTreeMap<String, String>,
    id: Option<String>,
}

fn read(name: &str) -> Vec<Phrase> {
    let text = std::fs::read_to_string(crate::house::fixtures().join("link").join(name)).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{l}: {e}"))).collect()
}

/// By a hash of the words, so that neither half was chosen.
fn tuned_on(words: &str) -> bool {
    Sha256::digest(words.as_bytes())[0] % 2 == 0
}

fn org() -> Knowledge {
    Knowledge::load(&crate::house::fixtures().join("org")).0
}

#[derive(Default)]
struct Tally {
    all: f64,
    right: f64,
    null_said: f64,
    null_right: f64,
    null_meant: f64,
}

impl Tally {
    fn add(&mut self, said: Option<&str>, meant: Option<&str>) {
        let right = said == meant;
        self.all += 1.0;
        self.right += f64::from(right);
        if said.is_none() {
            self.null_said += 1.0;
            self.null_right += f64::from(right);
        }
        self.null_meant += f64::from(meant.is_none());
    }

    fn accuracy(&self) -> f64 {
        self.right / self.all
    }

    fn null_precision(&self) -> f64 {
        self.null_right / self.null_said.max(1.0)
    }

    fn null_recall(&self) -> f64 {
        self.null_right / self.null_meant.max(1.0)
    }
}

/// What a catalog that lacks the right item would link to: as many honest misses, for fitting.
fn without_the_right_item(org: &Knowledge) -> String {
    let mut dump = String::new();
    for phrase in read("phrases.jsonl").iter().filter(|p| tuned_on(&p.words) && p.context.is_empty()) {
        let Some(right) = phrase.id.as_deref() else { continue };
        let rest = org.catalog.items().iter().filter(|i| i.id != right).cloned().collect();
        let rest = muster::knowledge::catalog::Catalog::of(rest);
        if let Some(best) = rest.best(&phrase.words, &[]) {
            let name = rest.items().get(best.item).map_or("-", |i| i.id.as_str());
            let features = best.features.list();
            dump.push_str(&format!(
                "lacking\t{}\t-\t{name}\t{:?}\t{:.3}\t{features:?}\n",
                phrase.words, best.how, best.score
            ));
        }
    }
    dump
}

/// Run with `--nocapture` for the table; with MUSTER_LINK_DUMP=FILE also the features, for `fit_link.py`.
#[test]
fn phrases_lead_to_the_right_items() {
    let org = org();
    let mut tallies: BTreeMap<(&str, String), Tally> = BTreeMap::new();
    let mut dump = String::new();
    let mut brier = (0.0, 0.0);
    let files = ["phrases.jsonl", "fresh.jsonl", "fresh2.jsonl"];
    for (file, phrase) in files.iter().flat_map(|f| read(f).into_iter().map(move |p| (*f, p))) {
        let part = |name: &str| phrase.context.get(name).map(String::as_str);
        let profile = Profile {
            department: part("department"),
            title: part("title"),
            employment_type: part("employment_type"),
            location: None,
        };
        let usual = org.bundles.items_of(profile);
        let link = org.catalog.find(&phrase.words, &usual);
        let said = link.map(|l| l.item.id.as_str());
        let half = match (file, tuned_on(&phrase.words)) {
            ("phrases.jsonl", true) => "tuned on",
            ("phrases.jsonl", false) => "held out",
            ("fresh.jsonl", _) => "fresh",
            _ => "fresh, second",
        };
        for lang in [phrase.lang.as_str(), "both"] {
            tallies.entry((half, lang.to_owned())).or_default().add(said, phrase.id.as_deref());
        }
        let best = org.catalog.best(&phrase.words, &usual);
        if half == "held out"
            && let Some(best) = &best
        {
            let right = org.catalog.items().get(best.item).map(|i| i.id.as_str()) == phrase.id.as_deref();
            brier.0 += f64::from(best.score - f32::from(u8::from(right))).powi(2);
            brier.1 += 1.0;
        }
        let name = best.and_then(|b| org.catalog.items().get(b.item)).map_or("-", |i| i.id.as_str());
        let features = best.map_or_else(Vec::new, |b| b.features.list().to_vec());
        let how = best.map_or_else(|| "None".to_owned(), |b| format!("{:?}", b.how));
        dump.push_str(&format!(
            "{half}\t{}\t{}\t{name}\t{how}\t{:.3}\t{features:?}\n",
            phrase.words,
            phrase.id.as_deref().unwrap_or("-"),
            best.map_or(0.0, |b| b.score)
        ));
    }
    if let Ok(file) = std::env::var("MUSTER_LINK_DUMP") {
        dump.push_str(&without_the_right_item(&org));
        std::fs::write(file, dump).unwrap();
    }
    for ((half, lang), t) in &tallies {
        println!(
            "{half} {lang}: {} phrases, accuracy {:.3}, null precision {:.3}, null recall {:.3}",
            t.all,
            t.accuracy(),
            t.null_precision(),
            t.null_recall()
        );
    }
    println!("held out: Brier score of the best item {:.3}", brier.0 / brier.1);
    let held = &tallies[&("held out", "both".to_owned())];
    assert!(held.accuracy() >= 0.98, "accuracy {:.3}", held.accuracy());
    assert!(held.null_precision() >= 0.95, "null precision {:.3}", held.null_precision());
    for fresh in ["fresh", "fresh, second"] {
        let tally = &tallies[&(fresh, "both".to_owned())];
        assert!(tally.accuracy() >= 0.95, "{fresh}: accuracy {:.3}", tally.accuracy());
        assert!(tally.null_precision() >= 0.90, "{fresh}: null precision {:.3}", tally.null_precision());
    }
}

#[test]
fn mentions_lead_to_the_right_people_and_namesakes_are_never_guessed() {
    let org = org();
    let mut tallies: BTreeMap<(&str, String), Tally> = BTreeMap::new();
    let mut guessed = Vec::new();
    for mention in read("people.jsonl") {
        let part = |name: &str| mention.context.get(name).map(String::as_str);
        let heard = Heard {
            department: part("department"),
            location: part("location"),
            title: part("title"),
            manager: part("manager"),
        };
        let whom = org.person(&mention.words, heard);
        let said = match &whom {
            Whom::Nobody => None,
            Whom::One { entry, .. } => Some(entry.employee_number.as_str()),
            Whom::Several(_) => Some("conflict"),
        };
        let half = if tuned_on(&mention.words) { "tuned on" } else { "held out" };
        for lang in [mention.lang.as_str(), "both"] {
            tallies.entry((half, lang.to_owned())).or_default().add(said, mention.id.as_deref());
        }
        if said != mention.id.as_deref() && half == "tuned on" {
            println!("{} {:?}: {:?}, should be {:?}", mention.words, mention.context, said, mention.id);
        }
        if mention.id.as_deref() == Some("conflict") && matches!(whom, Whom::One { .. }) {
            guessed.push(mention.words);
        }
    }
    for ((half, lang), t) in &tallies {
        println!(
            "{half} {lang}: {} mentions, accuracy {:.3}, null precision {:.3}",
            t.all,
            t.accuracy(),
            t.null_precision()
        );
    }
    assert_eq!(guessed, Vec::<String>::new());
    let held = &tallies[&("held out", "both".to_owned())];
    assert!(held.accuracy() >= 0.92, "accuracy {:.3}", held.accuracy());
    assert!(held.null_precision() >= 0.90, "null precision {:.3}", held.null_precision());
}
