//! A phrase as concepts: what it is about, which of them is the thing itself, and what is only said beside it.

use super::lexicon::{Form, Kind, LEXICON, LONGEST};
use super::units::{Kind as UnitKind, Unit, key, units};

/// One concept of a phrase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said {
    pub concept: u32,
    pub kind: Kind,
    /// 1 where it is spelled as known, less where the spelling was forgiven.
    pub spelled: f32,
}

/// A phrase, read.
#[derive(Debug, Clone, Default)]
pub struct Phrase {
    /// What the phrase is about, in its order.
    pub main: Vec<Said>,
    /// What stands behind 'and': another thing, or the second half of a name.
    pub also: Vec<Said>,
    /// What stands behind 'for', 'with', a comma.
    pub beside: Vec<Said>,
    /// Where in `main` the thing itself stands: its last word that names something.
    pub head: Option<usize>,
    /// 'The usual': what the role gets.
    pub usual: bool,
}

/// Words that a catalog adds to the lexicon's.
pub trait Vocabulary {
    /// The concepts that a key of several units stands for, where the catalog has such a name.
    fn name(&self, key: &str) -> Option<&[u32]>;
    /// The concept of a word that the lexicon does not have.
    fn word(&self, key: &str) -> Option<u32>;
    /// The word that a misspelled one means, and how near it is (0 to 1).
    fn respell(&self, word: &str) -> Option<(String, f32)>;
}

/// A catalog without words.
pub struct Nothing;

impl Vocabulary for Nothing {
    fn name(&self, _: &str) -> Option<&[u32]> {
        None
    }
    fn word(&self, _: &str) -> Option<u32> {
        None
    }
    fn respell(&self, _: &str) -> Option<(String, f32)> {
        None
    }
}

/// What a stretch of units is.
#[derive(Debug, Clone)]
pub enum Piece {
    Said(Said),
    Name(Vec<u32>, f32),
    Break,
    And,
    /// Sizes, counts, model numbers.
    Number,
    /// Words of no list, written together.
    Unknown(String),
}

/// The pieces of a text; the longest form wins at each place.
pub fn pieces(text: &str, vocabulary: &impl Vocabulary) -> Vec<Piece> {
    let mut all: Vec<Unit> = units(text);
    all.retain(|u| u.kind != UnitKind::Latin || !LEXICON.is_article(&u.text));
    let mut quality = vec![1.0f32; all.len()];
    for (unit, q) in all.iter_mut().zip(quality.iter_mut()) {
        let known = unit.kind != UnitKind::Latin
            || LEXICON.get(&unit.text).is_some()
            || vocabulary.word(&unit.text).is_some()
            || LEXICON.words.binary_search(&unit.text).is_ok();
        if !known && let Some((word, near)) = vocabulary.respell(&unit.text) {
            unit.text = word;
            *q = near;
        }
    }
    let mut out = Vec::with_capacity(all.len());
    let mut unknown = String::new();
    let mut at = 0;
    while let Some(unit) = all.get(at) {
        if unit.kind == UnitKind::Stop {
            close(&mut out, &mut unknown, vocabulary);
            out.push(Piece::Break);
            at += 1;
            continue;
        }
        let Some((long, piece)) = longest(&all, &quality, at, vocabulary) else {
            // A run of Chinese that nobody knows stays together; a Latin word stands alone.
            if unit.kind != UnitKind::Han {
                close(&mut out, &mut unknown, vocabulary);
            }
            if spec(&all, at) {
                out.push(Piece::Number);
            } else {
                unknown.push_str(&unit.text);
                if unit.kind == UnitKind::Latin {
                    close(&mut out, &mut unknown, vocabulary);
                }
            }
            at += 1;
            continue;
        };
        close(&mut out, &mut unknown, vocabulary);
        out.push(piece);
        at += long;
    }
    close(&mut out, &mut unknown, vocabulary);
    out
}

fn close(out: &mut Vec<Piece>, unknown: &mut String, vocabulary: &impl Vocabulary) {
    if unknown.is_empty() {
        return;
    }
    let word = std::mem::take(unknown);
    // A run whose sound is that of a known word.
    if let Some((meant, near)) = vocabulary.respell(&word)
        && let Some(Form::Concept(concept)) = LEXICON.get(&meant)
    {
        out.push(Piece::Said(Said { concept, kind: LEXICON.kind(concept), spelled: near }));
        return;
    }
    out.push(Piece::Unknown(word));
}

/// The longest known form that begins at a unit, with its length in units.
fn longest(all: &[Unit], quality: &[f32], at: usize, vocabulary: &impl Vocabulary) -> Option<(usize, Piece)> {
    let mut key = String::with_capacity(48);
    let mut ends = [0usize; LONGEST];
    let mut count = 0;
    for unit in all.iter().skip(at).take(LONGEST) {
        if unit.kind == UnitKind::Stop {
            break;
        }
        key.push_str(&unit.text);
        if let Some(end) = ends.get_mut(count) {
            *end = key.len();
        }
        count += 1;
    }
    for long in (1..=count).rev() {
        let word = key.get(..*ends.get(long - 1)?)?;
        let spelled = quality.iter().skip(at).take(long).copied().fold(1.0, f32::min);
        let first = all.get(at)?;
        // '14 in' is a size, 'in' alone begins something said beside.
        if long == 1 && first.kind == UnitKind::Latin && at > 0 && spec(all, at) {
            return None;
        }
        match LEXICON.get(word) {
            Some(Form::Concept(concept)) => {
                return Some((long, Piece::Said(Said { concept, kind: LEXICON.kind(concept), spelled })));
            }
            Some(Form::Break) => return Some((long, Piece::Break)),
            Some(Form::And) => return Some((long, Piece::And)),
            None => {}
        }
        if let Some(name) = vocabulary.name(word) {
            return Some((long, Piece::Name(name.to_vec(), spelled)));
        }
        if let Some(concept) = vocabulary.word(word) {
            return Some((long, Piece::Said(Said { concept, kind: Kind::Unknown, spelled })));
        }
    }
    None
}

/// Numbers, and what stands at a number: 'X1', '27 in', 'M3'; and suffixes of model names.
fn spec(all: &[Unit], at: usize) -> bool {
    let Some(unit) = all.get(at) else { return false };
    let number = |i: Option<usize>| i.and_then(|i| all.get(i)).is_some_and(|u| u.kind == UnitKind::Number);
    let beside = number(at.checked_sub(1)) || number(Some(at + 1));
    match unit.kind {
        UnitKind::Number => true,
        UnitKind::Latin => {
            let short = unit.text.chars().count() == 1;
            short || LEXICON.is_model(&unit.text) && (number(at.checked_sub(1)) || !matches!(unit.text.as_str(), "in"))
        }
        UnitKind::Han => beside && LEXICON.is_model(&unit.text),
        UnitKind::Stop => false,
    }
}

/// Reads a phrase.
pub fn read(text: &str, vocabulary: &impl Vocabulary) -> Phrase {
    let mut phrase = Phrase::default();
    // Which part the words go to: 0 what it is about, 1 behind 'and', 2 beside.
    let mut part = 0;
    let mut generic_last = false;
    let mut role = false;
    let mut generic = Vec::new();
    for piece in pieces(text, vocabulary) {
        let told: Vec<Said> = match piece {
            Piece::Break | Piece::And => {
                // 'Access to X', 'admin rights for X': the thing is not named yet.
                let named = phrase.main.iter().any(|s| names(s.kind) && !matches!(s.kind, Kind::Trait | Kind::Power));
                part = match (named, matches!(piece, Piece::And) && part < 2) {
                    (false, _) => 0,
                    (true, true) => 1,
                    (true, false) => 2,
                };
                if !named {
                    generic.extend(phrase.main.iter().filter(|s| !names(s.kind)));
                    phrase.main.retain(|s| names(s.kind));
                }
                continue;
            }
            Piece::Number => continue,
            Piece::Said(said) => vec![said],
            Piece::Name(concepts, spelled) => {
                concepts.into_iter().map(|concept| Said { concept, kind: LEXICON.kind(concept), spelled }).collect()
            }
            Piece::Unknown(_) => vec![Said { concept: u32::MAX, kind: Kind::Unknown, spelled: 1.0 }],
        };
        for said in told {
            role |= part == 2 && LEXICON.is_role(said.concept);
            phrase.usual |= said.kind == Kind::Usual;
            match part {
                0 => {
                    generic_last = said.kind == Kind::Generic;
                    phrase.main.push(said);
                }
                1 => phrase.also.push(said),
                _ => phrase.beside.push(said),
            }
        }
    }
    phrase.usual |= role;
    if phrase.main.is_empty() {
        phrase.main = generic;
    }
    LEXICON.join(
        &mut phrase.main,
        |s| s.concept,
        |s, whole| {
            s.concept = whole;
            s.kind = LEXICON.kind(whole);
        },
    );
    // What is dangerous is what a phrase is about, whatever it is for: 'admin role in AWS'.
    let power = phrase.main.iter().position(|s| s.kind == Kind::Power);
    phrase.head = power.or_else(|| phrase.main.iter().rposition(|s| names(s.kind)));
    if let Some(said) = phrase.head.and_then(|h| phrase.main.get_mut(h))
        && let Some(whole) = phrase.beside.iter().find_map(|b| LEXICON.beside(said.concept, b.concept))
    {
        said.concept = whole;
    }
    // 'A HubSpot marketing seat' is a seat of HubSpot: behind a product, a word of no list may stand before the seat.
    if generic_last
        && let Some(head) = phrase.head
        && phrase.main.get(head).is_some_and(|s| matches!(s.kind, Kind::Unknown | Kind::Trait))
        && let Some(product) = phrase.main.iter().rposition(|s| s.kind == Kind::Product)
    {
        phrase.head = Some(product);
    }
    phrase
}

/// Whether a concept of that kind can be what a phrase is about.
pub fn names(kind: Kind) -> bool {
    matches!(kind, Kind::Thing | Kind::Product | Kind::Power | Kind::Unknown | Kind::Trait)
}

/// The key of a whole text, articles left out.
pub fn whole_key(text: &str) -> String {
    let mut all = units(text);
    all.retain(|u| u.kind != UnitKind::Latin || !LEXICON.is_article(&u.text));
    key(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(word: &str) -> Option<u32> {
        match LEXICON.get(&whole_key(word)) {
            Some(Form::Concept(id)) => Some(id),
            _ => None,
        }
    }

    fn head(text: &str) -> Option<u32> {
        let phrase = read(text, &Nothing);
        phrase.head.and_then(|h| phrase.main.get(h)).map(|s| s.concept)
    }

    #[test]
    fn the_head_is_what_a_phrase_is_about() {
        assert_eq!(head("a second 27-inch monitor"), concept("monitor"));
        assert_eq!(head("read-only access to the finance drive"), concept("shared drive"));
        assert_eq!(head("laptop with charger"), concept("laptop"));
        assert_eq!(head("台式机一台"), concept("desktop"));
        assert_eq!(head("两台27寸显示器"), concept("monitor"));
        assert_eq!(head("HubSpot marketing seat"), concept("hubspot"));
        assert_ne!(head("laptop bag"), concept("laptop"));
        assert_ne!(head("access to the laptop pool"), concept("laptop"));
    }

    #[test]
    fn what_says_nothing_has_no_head() {
        for text in ["access", "software licence", "相关权限", "two of the same", "", "、、", "的"] {
            let phrase = read(text, &Nothing);
            let known = phrase.main.iter().any(|s| matches!(s.kind, Kind::Thing | Kind::Product));
            assert!(!known, "{text}: {phrase:?}");
        }
    }

    #[test]
    fn the_usual_is_noticed() {
        assert!(read("the usual laptop", &Nothing).usual);
        assert!(read("laptop for the role", &Nothing).usual);
        assert!(read("标配电脑", &Nothing).usual);
        assert!(!read("laptop", &Nothing).usual);
    }
}
