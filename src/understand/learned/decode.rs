//! From what each token may be to spans: the likeliest sequence of tags in which a span begins before it goes on, whole
//! words at a time in Latin script.

use crate::message::Span;
use crate::model::Token;

/// A tagged stretch of a window's tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tagged {
    /// The number of the label, from 0.
    pub label: usize,
    /// First token and the one behind the last.
    pub tokens: (usize, usize),
    /// In characters of the text.
    pub span: Span,
    /// The geometric mean of the words' probabilities.
    pub confidence: f32,
}

/// Taken from the logarithm of 'no label': what is named is rather found than missed.
const EAGER: f32 = 1.0;

/// `scores`: for each token the logarithms of `1 + 2n` probabilities (none, then begin and inside for each label).
pub fn decode(chars: &[char], tokens: &[Token], scores: &[Vec<f32>], eager: bool) -> Vec<Tagged> {
    let words = words(chars, tokens);
    let Some(width) = scores.first().map(Vec::len) else { return Vec::new() };
    let emissions: Vec<Vec<f32>> = words
        .iter()
        .map(|(from, to)| {
            let mut own = word(scores.get(*from..*to).unwrap_or_default(), width);
            if eager && let Some(none) = own.first_mut() {
                *none -= EAGER;
            }
            own
        })
        .collect();
    let path = best_path(&emissions, width);
    let mut found: Vec<Tagged> = Vec::new();
    let mut sums: Vec<(f32, usize)> = Vec::new();
    let mut before = None;
    for (i, state) in path.iter().enumerate() {
        let Some((from, to)) = words.get(i).copied() else { continue };
        if *state == 0 {
            before = None;
            continue;
        }
        let label = (state - 1) / 2;
        let score = emissions.get(i).and_then(|e| e.get(*state)).copied().unwrap_or(f32::MIN);
        let goes_on = state.is_multiple_of(2) && before == Some(label);
        match (found.last_mut(), sums.last_mut()) {
            (Some(last), Some(sum)) if goes_on => {
                last.tokens.1 = to;
                sum.0 += score;
                sum.1 += 1;
            }
            _ => {
                found.push(Tagged { label, tokens: (from, to), span: Span::new(0, 0), confidence: 0.0 });
                sums.push((score, 1));
            }
        }
        before = Some(label);
    }
    for (tagged, (sum, count)) in found.iter_mut().zip(sums) {
        tagged.confidence = (sum / count as f32).exp().clamp(0.0, 1.0);
        let (first, last) = (tokens.get(tagged.tokens.0), tokens.get(tagged.tokens.1 - 1));
        if let (Some(first), Some(last)) = (first, last) {
            tagged.span = Span::new(first.span.start, last.span.end);
        }
    }
    found
}

/// Tokens that make up one word, as first and behind the last.
fn words(chars: &[char], tokens: &[Token]) -> Vec<(usize, usize)> {
    let joins =
        |c: char| c.is_alphanumeric() && !crate::message::fold::is_han(c) || matches!(c, '\'' | '’' | '_' | '&' | '-');
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|j| tokens.get(j));
        let joined = before.is_some_and(|b| {
            b.span.end == token.span.start
                && chars.get(token.span.start).is_some_and(|c| joins(*c))
                && chars.get(b.span.end - 1).is_some_and(|c| joins(*c))
        });
        match out.last_mut() {
            Some(last) if joined => last.1 = i + 1,
            _ => out.push((i, i + 1)),
        }
    }
    out
}

/// The scores of a word of several tokens: it begins as its first one, and its others only have to be of the label.
fn word(tokens: &[Vec<f32>], width: usize) -> Vec<f32> {
    let Some((first, rest)) = tokens.split_first() else { return vec![0.0; width] };
    let mut out = first.clone();
    if rest.is_empty() {
        return out;
    }
    let count = rest.len() as f32;
    let at = |row: &Vec<f32>, i: usize| row.get(i).copied().unwrap_or(f32::MIN);
    for (state, score) in out.iter_mut().enumerate() {
        let more: f32 = rest
            .iter()
            .map(|row| {
                if state == 0 {
                    return at(row, 0);
                }
                let begin = state - usize::from(state.is_multiple_of(2));
                let (a, b) = (at(row, begin), at(row, begin + 1));
                a.max(b) + (-(a - b).abs()).exp().ln_1p()
            })
            .sum();
        *score += more / count;
    }
    let most = out.iter().copied().fold(f32::MIN, f32::max);
    let whole = most + out.iter().map(|x| (x - most).exp()).sum::<f32>().ln();
    out.iter_mut().for_each(|x| *x -= whole);
    out
}

/// Viterbi: an inside state only follows the begin or inside of its own label.
fn best_path(emissions: &[Vec<f32>], width: usize) -> Vec<usize> {
    let Some((first, rest)) = emissions.split_first() else { return Vec::new() };
    let inside = |state: usize| state > 0 && state.is_multiple_of(2);
    let mut scores: Vec<f32> =
        first.iter().enumerate().map(|(s, e)| if inside(s) { f32::NEG_INFINITY } else { *e }).collect();
    let mut back: Vec<Vec<usize>> = Vec::with_capacity(rest.len());
    for emission in rest {
        let (best, top) = scores
            .iter()
            .enumerate()
            .fold((0, f32::NEG_INFINITY), |(i, top), (j, s)| if *s > top { (j, *s) } else { (i, top) });
        let mut next = Vec::with_capacity(width);
        let mut from = Vec::with_capacity(width);
        for (state, e) in emission.iter().enumerate() {
            let (source, score) = if inside(state) {
                let at = |i: usize| scores.get(i).copied().unwrap_or(f32::NEG_INFINITY);
                if at(state - 1) >= at(state) { (state - 1, at(state - 1)) } else { (state, at(state)) }
            } else {
                (best, top)
            };
            next.push(score + e);
            from.push(source);
        }
        scores = next;
        back.push(from);
    }
    let mut state = scores
        .iter()
        .enumerate()
        .fold((0, f32::NEG_INFINITY), |(i, top), (j, s)| if *s > top { (j, *s) } else { (i, top) })
        .0;
    let mut path = vec![state];
    for from in back.iter().rev() {
        state = from.get(state).copied().unwrap_or(0);
        path.push(state);
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> (Vec<char>, Vec<Token>) {
        let chars: Vec<char> = text.chars().collect();
        let mut out = Vec::new();
        let mut from = None;
        for (i, c) in chars.iter().chain([&' ']).enumerate() {
            match (c.is_whitespace(), from) {
                (true, Some(start)) => {
                    out.push(Token { id: 5, span: Span::new(start, i) });
                    from = None;
                }
                (false, None) => from = Some(i),
                _ => {}
            }
        }
        (chars, out)
    }

    fn row(likely: usize) -> Vec<f32> {
        (0..5).map(|i| if i == likely { 0.8f32.ln() } else { 0.05f32.ln() }).collect()
    }

    #[test]
    fn spans_begin_and_go_on() {
        let (chars, tokens) = tokens("a second monitor for her desk");
        let scores: Vec<Vec<f32>> = [0, 1, 2, 0, 0, 3].map(row).into();
        let found = decode(&chars, &tokens, &scores, false);
        let said: Vec<(usize, usize, usize)> = found.iter().map(|t| (t.label, t.span.start, t.span.end)).collect();
        assert_eq!(said, [(0, 2, 16), (1, 25, 29)]);
        assert!((found[0].confidence - 0.8).abs() < 1e-4);
    }

    #[test]
    fn nothing_goes_on_that_did_not_begin() {
        let (chars, tokens) = tokens("x y");
        // Inside of label 0 is likeliest everywhere; a begin of it has to come first.
        let found = decode(&chars, &tokens, &[row(2), row(2)], false);
        assert!(found.is_empty() || found[0].tokens.0 == 0);
        assert!(found.len() <= 1);
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert!(decode(&[], &[], &[], true).is_empty());
    }
}
