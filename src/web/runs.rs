//! A text cut into runs, so that overlapping evidence can be marked: each run knows the fields that it proves.

use std::collections::BTreeSet;

/// Fields named on one run; more would only bloat the page.
const KEYS: usize = 24;

/// A stretch of text in Unicode scalar values that proves one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub start: usize,
    pub end: usize,
    /// The field's place in the list that the page keeps.
    pub field: usize,
}

/// Consecutive characters that prove the same fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Offset of the first character, in Unicode scalar values.
    pub start: usize,
    pub pieces: Vec<Piece>,
    /// Fields, in order; empty for words that prove nothing.
    pub fields: Vec<usize>,
}

/// Characters to be shown as they are, or one that would turn the direction of those after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Plain(String),
    /// The character and its short name.
    Direction(char, &'static str),
}

/// Cuts `text` at the ends of all proofs and at `cuts` (offsets where something else begins, like forwarded words).
/// Proofs that lie outside the text are cut to it.
pub fn runs(text: &str, proofs: &[Proof], cuts: &[usize]) -> Vec<Run> {
    let mut opens: Vec<(usize, usize)> = Vec::new();
    let mut closes: Vec<(usize, usize)> = Vec::new();
    for (i, proof) in proofs.iter().enumerate() {
        if proof.start < proof.end {
            opens.push((proof.start, i));
            closes.push((proof.end, i));
        }
    }
    opens.sort_unstable();
    closes.sort_unstable();
    let mut edges: Vec<usize> = cuts.to_vec();
    edges.extend(opens.iter().chain(&closes).map(|(at, _)| *at));
    edges.sort_unstable();
    edges.dedup();
    let (mut opens, mut closes, mut edges) =
        (opens.into_iter().peekable(), closes.into_iter().peekable(), edges.into_iter().peekable());

    // Open proofs by field, counted by proof: two proofs of one field may overlap.
    let mut open: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut out = Vec::new();
    let mut current: Option<Run> = None;
    for (at, c) in text.chars().enumerate() {
        if edges.peek().is_some_and(|edge| *edge <= at) || current.is_none() {
            while edges.next_if(|edge| *edge <= at).is_some() {}
            while let Some((_, i)) = closes.next_if(|(end, _)| *end <= at) {
                if let Some(proof) = proofs.get(i) {
                    open.remove(&(proof.field, i));
                }
            }
            while let Some((_, i)) = opens.next_if(|(start, _)| *start <= at) {
                if let Some(proof) = proofs.get(i).filter(|proof| proof.end > at) {
                    open.insert((proof.field, i));
                }
            }
            out.extend(current.take());
            let mut fields: Vec<usize> = open.iter().map(|(field, _)| *field).take(KEYS * 4).collect();
            fields.dedup();
            fields.truncate(KEYS);
            current = Some(Run { start: at, pieces: Vec::new(), fields });
        }
        if let Some(run) = &mut current {
            match (direction_name(c), run.pieces.last_mut()) {
                (Some(name), _) => run.pieces.push(Piece::Direction(c, name)),
                (None, Some(Piece::Plain(words))) => words.push(c),
                (None, _) => run.pieces.push(Piece::Plain(c.to_string())),
            }
        }
    }
    out.extend(current);
    out
}

/// Whether a character turns the direction of those that follow it.
pub fn is_direction_control(c: char) -> bool {
    direction_name(c).is_some()
}

/// A text for a line of the page: what would turn its direction, and so could show another name or another kind of
/// file than it is, becomes a visible sign; so do control characters.
pub fn calm(text: &str) -> String {
    let sign = |c: char| if is_direction_control(c) || c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().map(sign).collect()
}

/// The short name of a direction control (Unicode Standard Annex 9, section 2).
fn direction_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{200e}' => "LRM",
        '\u{200f}' => "RLM",
        '\u{061c}' => "ALM",
        '\u{202a}' => "LRE",
        '\u{202b}' => "RLE",
        '\u{202c}' => "PDF",
        '\u{202d}' => "LRO",
        '\u{202e}' => "RLO",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, proofs: &[(usize, usize, usize)]) -> Vec<(String, Vec<usize>)> {
        let proofs: Vec<Proof> = proofs.iter().map(|&(start, end, field)| Proof { start, end, field }).collect();
        runs(text, &proofs, &[]).into_iter().map(|run| (words(&run), run.fields)).collect()
    }

    fn words(run: &Run) -> String {
        let mut out = String::new();
        for piece in &run.pieces {
            match piece {
                Piece::Plain(words) => out.push_str(words),
                Piece::Direction(c, _) => out.push(*c),
            }
        }
        out
    }

    #[test]
    fn overlapping_proofs_are_split() {
        let of = shown("王小明3月2日入职", &[(0, 3, 0), (3, 7, 1), (3, 9, 2)]);
        let want = [("王小明", vec![0]), ("3月2日", vec![1, 2]), ("入职", vec![2])];
        assert_eq!(of, want.map(|(w, f)| (w.to_owned(), f)));
    }

    #[test]
    fn proofs_outside_the_text_do_no_harm() {
        assert_eq!(shown("ab", &[(1, 99, 0), (50, 60, 1), (2, 1, 2)]), [("a".into(), vec![]), ("b".into(), vec![0])]);
        assert_eq!(shown("", &[(0, 5, 0)]), []);
    }

    #[test]
    fn direction_controls_stand_apart() {
        let run = runs("a\u{202e}b", &[], &[]);
        assert_eq!(
            run.first().map(|r| r.pieces.clone()),
            Some(vec![Piece::Plain("a".into()), Piece::Direction('\u{202e}', "RLO"), Piece::Plain("b".into())])
        );
    }

    #[test]
    fn a_calm_line_reads_in_one_direction() {
        assert_eq!(calm("invoice\u{202e}gpj.exe\u{7}"), "invoice\u{fffd}gpj.exe\u{fffd}");
        assert_eq!(calm("محمد 王"), "محمد 王");
    }

    #[test]
    fn many_proofs_over_a_long_text_take_little_time() {
        let text = "x".repeat(200_000);
        let proofs: Vec<Proof> = (0..5_000).map(|i| Proof { start: i, end: 200_000 - i, field: i }).collect();
        let begun = std::time::Instant::now();
        let runs = runs(&text, &proofs, &[]);
        assert!(runs.iter().all(|run| run.fields.len() <= KEYS));
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    }

    proptest! {
        #[test]
        fn runs_hold_the_whole_text_and_every_field_where_it_is_proved(
            text in "[a-c王é\u{202e}\n]{0,40}",
            proofs in proptest::collection::vec((0usize..45, 0usize..45, 0usize..4), 0..8),
            cuts in proptest::collection::vec(0usize..45, 0..4),
        ) {
            let proofs: Vec<Proof> = proofs.into_iter().map(|(start, end, field)| Proof { start, end, field }).collect();
            let runs = runs(&text, &proofs, &cuts);
            let whole: String = runs.iter().map(words).collect();
            prop_assert_eq!(&whole, &text);
            let mut at = 0;
            for run in &runs {
                prop_assert_eq!(run.start, at);
                let length = words(run).chars().count();
                for offset in at..at + length {
                    let mut want: Vec<usize> = proofs.iter().filter(|p| p.start <= offset && offset < p.end).map(|p| p.field).collect();
                    want.sort_unstable();
                    want.dedup();
                    prop_assert_eq!(&run.fields, &want);
                }
                at += length;
            }
        }
    }
}
