//! The words that any company uses, read once from `synonyms.toml` and `words.toml`.

use super::units::{Kind as UnitKind, key, units};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// What a concept is to a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Thing,
    /// Software by maker or brand.
    Product,
    /// Tells things apart and is none.
    Trait,
    /// Makes access dangerous.
    Power,
    /// Adjectives and makers: they count only where an item's name has them.
    Weak,
    /// 'Access', 'licence', 'account': how one has a thing.
    Generic,
    /// 'The usual': what the person's role gets.
    Usual,
    /// A word of no list.
    Unknown,
}

/// What a form stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Concept(u32),
    /// Behind it something is said about the thing.
    Break,
    /// Behind it stands another thing.
    And,
}

#[derive(Debug, Clone, Copy)]
pub struct Concept {
    pub kind: Kind,
    /// The wider concept.
    pub under: Option<u32>,
}

#[derive(Default)]
pub struct Lexicon {
    forms: HashMap<String, Form>,
    pub concepts: Vec<Concept>,
    articles: Vec<String>,
    /// Suffixes of model names and units of size.
    model: Vec<String>,
    /// Words of a role: 'for the role'.
    roles: Vec<u32>,
    /// Latin words of at least `SPELLED` letters, for spelling.
    pub words: Vec<String>,
    /// Two concepts, and the one that they make together.
    made: HashMap<(u32, u32), u32>,
    /// The same, also where one is said beside the other.
    apart: HashMap<(u32, u32), u32>,
    /// Two forms that were given to two groups; for the test.
    pub doubled: Vec<String>,
}

#[derive(Deserialize)]
struct Row {
    words: Vec<String>,
    under: Option<String>,
    #[serde(default)]
    of: Vec<[String; 2]>,
    #[serde(default)]
    apart: Vec<[String; 2]>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Groups {
    thing: BTreeMap<String, Row>,
    product: BTreeMap<String, Row>,
    #[serde(rename = "trait")]
    traits: BTreeMap<String, Row>,
    power: BTreeMap<String, Row>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Words {
    skip: Vec<String>,
    articles: Vec<String>,
    and: Vec<String>,
    brands: Vec<String>,
    generic: Vec<String>,
    breaks: Vec<String>,
    usual: Vec<String>,
    role: Vec<String>,
    model: Vec<String>,
    numerals: Vec<String>,
    measures: Vec<String>,
}

/// Letters from which a word's spelling is forgiven.
pub const SPELLED: usize = 5;
/// Units of the longest form.
pub const LONGEST: usize = 14;

pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    // Both files are built in; a test reads them, and a broken one leaves linking with the catalog's own words.
    let groups = toml::from_str(include_str!("synonyms.toml")).unwrap_or_default();
    let words = toml::from_str(include_str!("words.toml")).unwrap_or_default();
    Lexicon::of(groups, words)
});

impl Lexicon {
    fn of(groups: Groups, words: Words) -> Self {
        let mut lexicon = Self {
            articles: words.articles.iter().map(|w| key(&units(w))).collect(),
            model: words.model.iter().map(|w| key(&units(w))).collect(),
            ..Self::default()
        };
        let named = [
            (Kind::Thing, groups.thing),
            (Kind::Product, groups.product),
            (Kind::Trait, groups.traits),
            (Kind::Power, groups.power),
        ];
        let mut ids: HashMap<String, u32> = HashMap::new();
        let mut wider = Vec::new();
        let mut made = Vec::new();
        for (kind, rows) in named {
            for (name, row) in rows {
                let id = lexicon.concept(kind);
                for word in &row.words {
                    lexicon.form(word, Form::Concept(id), true);
                }
                if let Some(under) = row.under {
                    wider.push((id, under));
                }
                made.extend(row.of.into_iter().map(|parts| (parts, id, false)));
                made.extend(row.apart.into_iter().map(|parts| (parts, id, true)));
                ids.insert(name, id);
            }
        }
        for ([a, b], whole, apart) in made {
            if let (Some(a), Some(b)) = (ids.get(&a), ids.get(&b)) {
                for pair in [(*a, *b), (*b, *a)] {
                    lexicon.made.insert(pair, whole);
                    if apart {
                        lexicon.apart.insert(pair, whole);
                    }
                }
            }
        }
        for (id, under) in wider {
            if let Some(concept) = lexicon.concepts.get_mut(id as usize) {
                concept.under = ids.get(&under).copied();
            }
        }
        for word in &words.breaks {
            lexicon.form(word, Form::Break, false);
        }
        for word in &words.and {
            lexicon.form(word, Form::And, false);
        }
        let counted = words.numerals.iter().flat_map(|n| words.measures.iter().map(move |m| format!("{n}{m}")));
        let lists: [(Kind, Vec<String>); 4] = [
            (Kind::Usual, words.usual),
            (Kind::Generic, words.generic),
            (Kind::Weak, words.skip.into_iter().chain(counted).collect()),
            (Kind::Weak, words.brands),
        ];
        for (kind, list) in lists {
            for word in list {
                let id = lexicon.concept(kind);
                lexicon.form(&word, Form::Concept(id), false);
            }
        }
        for word in &words.role {
            if let Some(Form::Concept(id)) = lexicon.get(&key(&units(word))) {
                lexicon.roles.push(id);
            } else {
                let id = lexicon.concept(Kind::Weak);
                lexicon.form(word, Form::Concept(id), false);
                lexicon.roles.push(id);
            }
        }
        lexicon.words.sort();
        lexicon.words.dedup();
        lexicon
    }

    fn concept(&mut self, kind: Kind) -> u32 {
        self.concepts.push(Concept { kind, under: None });
        (self.concepts.len() - 1) as u32
    }

    /// The first list that has a form keeps it.
    fn form(&mut self, word: &str, form: Form, group: bool) {
        let told = |u: &super::units::Unit| u.kind != UnitKind::Stop && !(group && self.is_article(&u.text));
        let parts: Vec<_> = units(word).into_iter().filter(told).collect();
        let key = if parts.is_empty() { word.to_owned() } else { key(&parts) };
        for unit in &parts {
            if unit.kind == UnitKind::Latin && unit.text.chars().count() >= SPELLED {
                self.words.push(unit.text.clone());
            }
        }
        if parts.len() > 1 && parts.iter().all(|u| u.kind == UnitKind::Latin) {
            self.words.push(key.clone());
        }
        match self.forms.get(&key) {
            Some(known) if group && *known != form => self.doubled.push(word.to_owned()),
            Some(_) => {}
            None => {
                self.forms.insert(key, form);
            }
        }
    }

    pub fn get(&self, key: &str) -> Option<Form> {
        self.forms.get(key).copied()
    }

    /// The Chinese forms.
    pub fn chinese(&self) -> impl Iterator<Item = &str> {
        let han = |w: &&String| w.chars().all(crate::message::fold::is_han);
        let concepts = self.forms.iter().filter(|(_, f)| matches!(f, Form::Concept(_))).map(|(w, _)| w);
        concepts.filter(han).map(String::as_str)
    }

    pub fn is_article(&self, word: &str) -> bool {
        self.articles.iter().any(|a| a == word)
    }

    pub fn is_model(&self, word: &str) -> bool {
        self.model.iter().any(|m| m == word)
    }

    pub fn is_role(&self, concept: u32) -> bool {
        self.roles.contains(&concept)
    }

    pub fn kind(&self, concept: u32) -> Kind {
        self.concepts.get(concept as usize).map_or(Kind::Unknown, |c| c.kind)
    }

    /// Puts two concepts that make one together in the place of the second: 'shared' and 'mailbox' are a shared
    /// mailbox. `at`: the concept of an element.
    pub fn join<T>(&self, list: &mut Vec<T>, at: impl Fn(&T) -> u32, put: impl Fn(&mut T, u32)) {
        let found = |list: &Vec<T>| {
            (1..list.len()).rev().find_map(|j| {
                let (earlier, rest) = list.split_at(j);
                let second = at(rest.first()?);
                let pair = |(i, e): (usize, &T)| self.made.get(&(at(e), second)).map(|whole| (i, j, *whole));
                earlier.iter().enumerate().find_map(pair)
            })
        };
        // A list is a name or a mention: a few words.
        for _ in 0..4 {
            let Some((i, j, whole)) = found(list) else { return };
            if let Some(second) = list.get_mut(j) {
                put(second, whole);
            }
            list.remove(i);
        }
    }

    /// What two concepts make together, one said beside the other.
    pub fn beside(&self, head: u32, other: u32) -> Option<u32> {
        self.apart.get(&(head, other)).copied()
    }

    /// How far a phrase's concept names an item's: 1 the same, less where one is wider, 0 else.
    pub fn closeness(&self, said: u32, item: u32) -> f32 {
        if said == item {
            return 1.0;
        }
        let wider = |c: u32| self.concepts.get(c as usize).and_then(|c| c.under);
        match (wider(said), wider(item)) {
            (Some(w), _) if w == item => 0.8,
            (_, Some(w)) if w == said => 0.7,
            (Some(w), _) if wider(w) == Some(item) => 0.6,
            (_, Some(w)) if wider(w) == Some(said) => 0.5,
            _ => 0.0,
        }
    }

    /// Concepts that a phrase's concept may also name: its wider ones.
    pub fn wider(&self, concept: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(self.concepts.get(concept as usize).and_then(|c| c.under), |c| {
            self.concepts.get(*c as usize).and_then(|c| c.under)
        })
        .take(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_read_and_no_word_has_two_groups() {
        let groups: Groups = toml::from_str(include_str!("synonyms.toml")).unwrap();
        let words: Words = toml::from_str(include_str!("words.toml")).unwrap();
        let rows = [&groups.thing, &groups.product, &groups.traits, &groups.power];
        assert!(rows.iter().map(|r| r.len()).sum::<usize>() >= 200);
        let wider: Vec<&str> = rows.iter().flat_map(|r| r.values()).filter_map(|r| r.under.as_deref()).collect();
        let parts = rows.iter().flat_map(|r| r.values()).flat_map(|r| r.of.iter().flatten()).map(String::as_str);
        let named: Vec<&str> = wider.into_iter().chain(parts).collect();
        let missing: Vec<&&str> = named.iter().filter(|w| !rows.iter().any(|r| r.contains_key(**w))).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let lexicon = Lexicon::of(groups, words);
        assert_eq!(lexicon.doubled, Vec::<String>::new());
    }

    #[test]
    fn wider_words_are_close_and_others_not() {
        let id = |w: &str| match LEXICON.get(&key(&units(w))) {
            Some(Form::Concept(id)) => id,
            _ => u32::MAX,
        };
        assert_eq!(LEXICON.closeness(id("笔电"), id("laptops")), 1.0);
        assert!(LEXICON.closeness(id("computer"), id("laptop")) > 0.5);
        assert_eq!(LEXICON.closeness(id("laptop bag"), id("laptop")), 0.0);
    }
}
