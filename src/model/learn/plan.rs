//! Which passes are learned from at which step: made before the first step from the seed alone, so that a run that was
//! killed goes on with what was next.

/// One pass of one example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    pub example: usize,
    pub pass: usize,
}

/// What the plan needs to know of an example.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    /// With the marks at the ends.
    pub tokens: usize,
    pub passes: usize,
}

/// Tokens of a batch, filled up to equal lengths.
const TOGETHER: usize = 1000;
/// How often each new example is learned from where the number of steps is not given, and the bounds of the steps then.
const ROUNDS: usize = 8;
const STEPS: std::ops::RangeInclusive<usize> = 40..=2000;

/// Batches, step by step. The first `new` examples are learned from in every round, and as many of the others, drawn
/// anew for each round.
pub(super) fn plan(examples: &[Measure], new: usize, steps: Option<usize>, seed: u64) -> Vec<Vec<Item>> {
    let mut dice = Dice::new(seed);
    let mut out = Vec::new();
    let mut wanted = steps;
    loop {
        let batches = batches(examples, drawn(examples, new, &mut dice), &mut dice);
        if batches.is_empty() {
            return out;
        }
        let wanted = *wanted.get_or_insert_with(|| (ROUNDS * batches.len()).clamp(*STEPS.start(), *STEPS.end()));
        out.extend(batches);
        if out.len() >= wanted {
            out.truncate(wanted);
            return out;
        }
    }
}

/// All passes in batches of like lengths, for a look at every one of them once.
pub(super) fn once(examples: &[Measure], range: std::ops::Range<usize>) -> Vec<Vec<Item>> {
    let mut items: Vec<Item> = passes(examples, range).collect();
    items.sort_by_key(|i| (examples[i.example].tokens, *i));
    cut(examples, items)
}

fn passes(examples: &[Measure], range: impl IntoIterator<Item = usize>) -> impl Iterator<Item = Item> {
    range.into_iter().flat_map(|example| (0..examples[example].passes).map(move |pass| Item { example, pass }))
}

fn drawn(examples: &[Measure], new: usize, dice: &mut Dice) -> Vec<Item> {
    let mut old: Vec<usize> = (new..examples.len()).collect();
    dice.shuffle(&mut old);
    old.truncate(new);
    passes(examples, (0..new).chain(old)).collect()
}

fn batches(examples: &[Measure], items: Vec<Item>, dice: &mut Dice) -> Vec<Vec<Item>> {
    let mut keyed: Vec<(u64, u64, Item)> = items
        .into_iter()
        .map(|item| {
            let length = examples[item.example].tokens as f64 * (0.9 + 0.2 * dice.share());
            ((length * 16.0) as u64, dice.next(), item)
        })
        .collect();
    keyed.sort_unstable();
    let mut out = cut(examples, keyed.into_iter().map(|(_, _, item)| item).collect());
    dice.shuffle(&mut out);
    out
}

fn cut(examples: &[Measure], items: Vec<Item>) -> Vec<Vec<Item>> {
    let mut out: Vec<Vec<Item>> = Vec::new();
    let mut longest = 0;
    for item in items {
        let tokens = examples[item.example].tokens;
        longest = longest.max(tokens);
        match out.last_mut() {
            Some(batch) if longest * (batch.len() + 1) <= TOGETHER => batch.push(item),
            _ => {
                longest = tokens;
                out.push(vec![item]);
            }
        }
    }
    out
}

/// Numbers that repeat: splitmix64.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// From 0 up to, but not, 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(count: usize) -> Vec<Measure> {
        (0..count).map(|i| Measure { tokens: 20 + i * 37 % 300, passes: 1 + i % 3 }).collect()
    }

    #[test]
    fn every_new_pass_comes_once_a_round_and_old_ones_as_often() {
        let examples = examples(60);
        let first: Vec<Item> = plan(&examples, 20, None, 5).into_iter().flatten().collect();
        let count = |item: Item| first.iter().filter(|i| **i == item).count();
        let new = passes(&examples, 0..20).map(count).collect::<Vec<_>>();
        let (least, most) = (new.iter().min().unwrap(), new.iter().max().unwrap());
        assert!(*least >= 6 && most - least <= 1, "{new:?}");
        let old = first.iter().filter(|i| i.example >= 20).count() as f64 / first.len() as f64;
        assert!((0.35..0.65).contains(&old), "{old}");
    }

    #[test]
    fn batches_hold_about_a_thousand_tokens_and_the_seed_decides() {
        let examples = examples(60);
        let plan = |seed| plan(&examples, 60, Some(100), seed);
        let batches = plan(1);
        assert_eq!(batches.len(), 100);
        for batch in &batches {
            let longest = batch.iter().map(|i| examples[i.example].tokens).max().unwrap();
            assert!(longest * batch.len() <= TOGETHER || batch.len() == 1, "{batch:?}");
        }
        assert_eq!(plan(1), batches);
        assert_ne!(plan(2), batches);
        // A longer run begins as the shorter one.
        assert_eq!(super::plan(&examples, 60, Some(150), 1)[..100], batches);
        assert_eq!(super::plan(&examples, 60, Some(0), 1).len(), 0);
    }

    #[test]
    fn a_look_at_all_leaves_none_out_and_no_examples_make_no_steps() {
        let examples = examples(31);
        let mut seen: Vec<Item> = once(&examples, 3..31).into_iter().flatten().collect();
        seen.sort();
        assert_eq!(seen, passes(&examples, 3..31).collect::<Vec<_>>());
        assert!(plan(&[], 0, Some(10), 1).is_empty());
    }
}
