//! Text to tokens: the vocabulary's pieces, and where each stands in the text as it was written.

use super::Error;
use crate::message::Span;
use tokenizers::Tokenizer;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text of more bytes is cut before it is tokenised for an embedding, which has room for some hundred tokens.
const MOST_BYTES: usize = 32 * 1024;

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub id: u32,
    /// In Unicode scalar values of the text as written, without white space around; never empty.
    pub span: Span,
}

/// How finely a text is cut for tagging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// The vocabulary's pieces.
    Pieces,
    /// The same, but pieces with Han characters one by one, so that a mention may end anywhere in Chinese.
    Characters,
}

/// The tokenizer and its marks.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    begin: u32,
    end: u32,
    unknown: u32,
    pieces: u32,
}

impl Tokens {
    pub(super) fn read(bytes: &[u8], pieces: usize) -> Result<Self, Error> {
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|e| Error::Tokenizer(e.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|e| Error::Tokenizer(e.to_string()))?;
        let found = tokenizer.get_vocab_size(true);
        if found != pieces {
            return Err(Error::Tokenizer(format!("it has {found} pieces, and the manifest says {pieces}")));
        }
        let mark = |name: &str| {
            tokenizer.token_to_id(name).ok_or_else(|| Error::Tokenizer(format!("its vocabulary lacks {name}")))
        };
        let (begin, end, unknown) = (mark("<s>")?, mark("</s>")?, mark("<unk>")?);
        Ok(Self { tokenizer, begin, end, unknown, pieces: u32::try_from(pieces).unwrap_or(u32::MAX) })
    }

    /// The pieces' numbers, without marks at the ends.
    pub(super) fn ids(&self, text: &str) -> Vec<u32> {
        let mut cut = text.len().min(MOST_BYTES);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        // A Unigram vocabulary with `<unk>` cuts any text; should it ever fail, the text counts as empty.
        self.tokenizer.encode_fast(&text[..cut], false).map(|e| e.get_ids().to_vec()).unwrap_or_default()
    }

    /// `<s>` ids `</s>`, cut to `most` in all; a number outside the vocabulary becomes `<unk>`.
    pub(super) fn marked(&self, ids: &[u32], most: usize) -> Vec<u32> {
        let mut out = Vec::with_capacity(ids.len() + 2);
        out.push(self.begin);
        out.extend(
            ids.iter().take(most.saturating_sub(2)).map(|id| if *id < self.pieces { *id } else { self.unknown }),
        );
        out.push(self.end);
        out
    }

    /// `<s>` a `</s>` `</s>` b `</s>`; what is too long is cut from the end of the longer one.
    pub(super) fn paired(&self, a: &[u32], b: &[u32], most: usize) -> Vec<u32> {
        let room = most.saturating_sub(4);
        let first = a.len().min(room.saturating_sub(b.len()).max(room / 2));
        let second = b.len().min(room - first);
        let mut out = Vec::with_capacity(first + second + 4);
        out.push(self.begin);
        out.extend(&a[..first]);
        out.extend([self.end, self.end]);
        out.extend(&b[..second]);
        out.push(self.end);
        out
    }

    /// The tokens of a text in order, each with its place; spans do not overlap.
    pub(super) fn tokens(&self, text: &str, grain: Grain) -> Vec<Token> {
        let Ok(encoding) = self.tokenizer.encode_char_offsets(text, false) else { return Vec::new() };
        let chars: Vec<char> = text.chars().collect();
        let mut out: Vec<Token> = Vec::with_capacity(encoding.len());
        for (id, (start, end)) in encoding.get_ids().iter().zip(encoding.get_offsets()) {
            // What the normaliser adds (the `▁` before each word, a second letter of a ligature) points at a
            // character that another token holds already.
            let mut start = out.last().map_or(*start, |last| last.span.end.max(*start));
            let mut end = (*end).min(chars.len());
            let blank = |i: usize| chars.get(i).is_some_and(|c| c.is_whitespace());
            while start < end && blank(start) {
                start += 1;
            }
            while start < end && blank(end - 1) {
                end -= 1;
            }
            // An accent that was joined to the letter before it belongs to that letter's place.
            while start < end && chars.get(end).is_some_and(|c| is_combining_mark(*c)) {
                end += 1;
            }
            if start >= end || self.is_space(*id) {
                continue;
            }
            if grain == Grain::Characters && end - start > 1 && chars[start..end].iter().any(|c| is_split(*c)) {
                out.extend(
                    (start..end)
                        .filter(|i| !blank(*i))
                        .map(|i| Token { id: self.character(chars[i]), span: Span::new(i, i + 1) }),
                );
            } else {
                out.push(Token { id: *id, span: Span::new(start, end) });
            }
        }
        out
    }

    /// Chinese text gets a lone `▁` before its first piece, whose place overlaps the first character.
    fn is_space(&self, id: u32) -> bool {
        self.tokenizer.id_to_token(id).is_some_and(|piece| piece == "▁")
    }

    fn character(&self, c: char) -> u32 {
        let normal: String = c.nfkc().collect();
        let found = self.tokenizer.token_to_id(&normal);
        found.or_else(|| self.tokenizer.token_to_id(&format!("▁{normal}"))).unwrap_or(self.unknown)
    }
}

/// The characters that the training splits at: Han of the basic plane.
fn is_split(c: char) -> bool {
    ('\u{3400}'..='\u{9FFF}').contains(&c)
}
