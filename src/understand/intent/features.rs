//! The n-gram features of a folded text, as `models/intent/train.py` makes them.

use crate::message::fold::is_han;

/// A token's hash.
pub type Token = u32;

/// FNV-1a, 32 bits.
pub fn fnv(bytes: &[u8], seed: u32) -> u32 {
    bytes.iter().fold(seed, |h, b| (h ^ u32::from(*b)).wrapping_mul(0x0100_0193))
}

/// Where FNV-1a starts.
pub const START: u32 = 0x811C_9DC5;

/// One hash of two.
pub fn mix(a: u32, b: u32) -> u32 {
    a.wrapping_mul(0x9E37_79B1) ^ b.wrapping_add(0x7F4A_7C15)
}

/// Words (runs of digits as one 0), single Han characters, question and exclamation marks, colons, line ends.
pub fn tokens(folded: &str, out: &mut Vec<Token>) {
    let mut chars = folded.chars().peekable();
    let mut buffer = [0u8; 4];
    while let Some(c) = chars.next() {
        if is_han(c) {
            out.push(fnv(c.encode_utf8(&mut buffer).as_bytes(), START));
        } else if c.is_alphanumeric() {
            let (mut hash, mut digit) = (START, false);
            let mut next = Some(c);
            while let Some(c) = next {
                let is_digit = c.is_ascii_digit();
                if !(is_digit && digit) {
                    let c = if is_digit { '0' } else { c };
                    hash = fnv(c.encode_utf8(&mut buffer).as_bytes(), hash);
                }
                digit = is_digit;
                next = chars.next_if(|c| (c.is_alphanumeric() || *c == '\'') && !is_han(*c));
            }
            out.push(hash);
        } else if matches!(c, '?' | '!' | ':' | '\n') {
            out.push(fnv(&[c as u8], START));
        }
    }
}

/// Hands every uni-, bi- and trigram of `tokens` to `take`, hashed with `seed`.
pub fn ngrams(tokens: &[Token], seed: u32, mut take: impl FnMut(u32)) {
    for (i, first) in tokens.iter().enumerate() {
        take(mix(*first, seed));
        let Some(second) = tokens.get(i + 1) else { continue };
        let two = mix(*first, *second);
        take(mix(two, seed));
        if let Some(third) = tokens.get(i + 2) {
            take(mix(mix(two, *third), seed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_trainer() {
        // python3 -c "import train; print(train.features('', 'Ab 2026 卡?'))" in models/intent, ascending.
        let mut found = Vec::new();
        let mut words = Vec::new();
        tokens("ab 2026 卡?", &mut words);
        ngrams(&words, 1, |h| found.push(h));
        found.sort_unstable();
        assert_eq!(found, EXPECTED);
    }

    const EXPECTED: &[u32] =
        &[98208461, 791568607, 1021908711, 1613710836, 2522754025, 2919497982, 3220244156, 3271242776, 3421588536];
}
