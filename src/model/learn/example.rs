//! What is learned from: tokens with their targets, head by head. The network knows heads by their names only.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Without the marks at the ends.
    pub ids: Vec<u32>,
    /// Bits for each token: row i of `head.feature.weight` is added where bit i is set.
    pub features: Vec<u32>,
    pub passes: Vec<Pass>,
}

/// One pass over the message and what it should give.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// For each token the row of `head.mark.weight`; empty, or all 0: unmarked.
    pub marks: Vec<u8>,
    pub tokens: Vec<TokenTarget>,
    pub whole: Vec<WholeTarget>,
}

/// What a head should give for each token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenTarget {
    /// As in `head.NAME.weight`.
    pub head: String,
    /// For each token; −1: does not count.
    pub classes: Vec<i32>,
    pub weight: f32,
}

/// The right answer to a question about the whole pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WholeTarget {
    /// As in `head.class.NAME.weight`.
    pub question: String,
    pub class: u32,
    pub weight: f32,
}

impl Example {
    /// Whether everything fits together; `classes` gives the number of classes of a token head or, as `class.NAME`, of a
    /// question.
    pub(super) fn check(&self, classes: impl Fn(&str) -> Option<usize>) -> Result<(), String> {
        let tokens = self.ids.len();
        let fits = |what: &str, found: usize| {
            if found == tokens { Ok(()) } else { Err(format!("it has {tokens} tokens, but {found} {what}")) }
        };
        fits("features", self.features.len())?;
        for pass in &self.passes {
            if !pass.marks.is_empty() {
                fits("marks", pass.marks.len())?;
            }
            if let Some(mark) = pass.marks.iter().find(|m| **m > 2) {
                return Err(format!("a mark {mark}; there are 1 and 2"));
            }
            for target in &pass.tokens {
                fits(&format!("targets of {}", target.head), target.classes.len())?;
                let known = classes(&target.head).ok_or_else(|| format!("the reader has no head {}", target.head))?;
                if let Some(class) = target.classes.iter().find(|c| **c >= 0 && **c as usize >= known) {
                    return Err(format!("class {class} of {}, which has {known}", target.head));
                }
            }
            for target in &pass.whole {
                let name = &target.question;
                let known =
                    classes(&format!("class.{name}")).ok_or_else(|| format!("the reader is not asked for {name}"))?;
                if target.class as usize >= known {
                    return Err(format!("answer {} to {name}, which has {known}", target.class));
                }
            }
        }
        Ok(())
    }

    /// Leaves out what has no room.
    pub(super) fn cut(&mut self, room: usize) {
        self.ids.truncate(room);
        self.features.truncate(room);
        for pass in &mut self.passes {
            pass.marks.truncate(room);
            pass.tokens.iter_mut().for_each(|t| t.classes.truncate(room));
        }
    }

    pub(super) fn has_targets(&self) -> bool {
        let counted = |t: &TokenTarget| t.weight > 0.0 && t.classes.iter().any(|c| *c >= 0);
        self.passes.iter().any(|p| p.tokens.iter().any(counted) || p.whole.iter().any(|w| w.weight > 0.0))
    }
}

/// SHA-256 of examples in their order, in hexadecimal.
pub(super) fn hash<'a>(examples: impl IntoIterator<Item = &'a Example>) -> Result<String, serde_json::Error> {
    let mut hash = Sha256::new();
    for example in examples {
        hash.update(serde_json::to_vec(example)?);
        hash.update(b"\n");
    }
    Ok(hex(&hash.finalize()))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
