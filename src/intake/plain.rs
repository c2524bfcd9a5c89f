//! Plain text: a file, standard input, or the text of a JSON message.

use super::parse::{self, charset};
use super::{Envelope, Limits, Refusal};
use crate::contract::Channel;
use crate::message::{Address, Message};
use chrono::{DateTime, FixedOffset};

/// What is known of a message whose text is at hand.
#[derive(Debug)]
pub struct Draft {
    pub id: String,
    pub channel: Channel,
    pub received_at: DateTime<FixedOffset>,
    pub from: Option<Address>,
    pub subject: Option<String>,
    pub text: String,
}

/// Reads a plain text in UTF-8, or in what its bytes suggest.
pub fn message(bytes: &[u8], envelope: &Envelope, limits: &Limits) -> Result<Message, Refusal> {
    if bytes.len() > limits.message_bytes {
        return Err(Refusal::TooLarge { bytes: bytes.len(), limit: limits.message_bytes });
    }
    if bytes.trim_ascii().is_empty() {
        return Err(Refusal::Empty);
    }
    let draft = Draft {
        id: envelope.name.clone(),
        channel: Channel::File,
        received_at: envelope.received_at,
        from: None,
        subject: None,
        text: charset::decode(bytes, None).text,
    };
    Ok(parse::words(draft, limits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_gbk_is_read_and_an_empty_one_refused() {
        let envelope = Envelope { name: "a.txt".into(), received_at: "2026-03-10T09:00:00+00:00".parse().unwrap() };
        let (gbk, _, _) = encoding_rs::GBK.encode("乔燕需要一台显示器，谢谢。");
        let read = message(&gbk, &envelope, &Limits::default()).unwrap();
        assert_eq!(read.text.raw(), "乔燕需要一台显示器，谢谢。");
        assert_eq!(message(b" \n", &envelope, &Limits::default()).unwrap_err(), Refusal::Empty);
    }
}
