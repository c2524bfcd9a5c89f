//! From the bytes of one mail (RFC 5322, MIME) to a message.

use super::{Envelope, Limits, Refusal};
use crate::message::Message;

/// Reads one mail. Broken parts become doubts; only an input past the bounds is refused.
pub fn mail(_bytes: &[u8], _envelope: &Envelope, _limits: &Limits) -> Result<Message, Refusal> {
    Err(Refusal::Empty)
}
