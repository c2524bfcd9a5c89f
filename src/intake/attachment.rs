//! The words inside attachments.

use std::time::Instant;

use super::Limits;
use crate::message::Text;

/// Reads an attachment's words, if its kind is read; else says why not.
pub fn read(
    _name: &str,
    media_type: &str,
    bytes: &[u8],
    limits: &Limits,
    _deadline: Instant,
) -> (Option<Text>, Option<String>) {
    if media_type != "text/plain" || bytes.len() > limits.attachment_bytes {
        return (None, Some("This kind of file is not read.".to_owned()));
    }
    let text: String = String::from_utf8_lossy(bytes).chars().take(limits.attachment_chars).collect();
    (Some(Text::new(text)), None)
}
