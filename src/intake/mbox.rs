//! An mbox file as a stream of mails: bounded memory whatever the file's size.

use super::Refusal;
use super::files::Taken;
use sha2::{Digest, Sha256};
use std::io::{BufRead, Read};

/// Bytes taken from the file at a time; a longer line comes in pieces.
const PIECE: u64 = 64 << 10;

/// Iterates over the mails of an mbox (mboxo, mboxrd, mboxcl: `From ` lines after an empty line divide).
pub struct Mbox<R> {
    input: R,
    limit: usize,
    piece: Vec<u8>,
    /// The dividing line of the next mail was seen already.
    pending: bool,
    started: bool,
    done: bool,
}

impl<R: BufRead> Mbox<R> {
    /// `limit`: bytes of one mail; a longer one is yielded as a refusal, and the next mail follows.
    pub fn new(input: R, limit: usize) -> Self {
        Self { input, limit, piece: Vec::new(), pending: false, started: false, done: false }
    }

    /// The next piece of the file, up to a line's end; empty at the file's end.
    fn piece(&mut self) -> std::io::Result<()> {
        self.piece.clear();
        self.input.by_ref().take(PIECE).read_until(b'\n', &mut self.piece).map(drop)
    }
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = Taken;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let mut mail = Vec::new();
        let mut bytes = 0usize;
        // Of a mail past the limit.
        let mut past: Option<Sha256> = None;
        let mut at_line_start = true;
        let mut after_empty = true;
        let mut open = std::mem::take(&mut self.pending);
        loop {
            if let Err(error) = self.piece() {
                self.done = true;
                return Some(Refusal::Io(error.to_string()).into());
            }
            if self.piece.is_empty() {
                self.done = true;
                break;
            }
            if at_line_start && after_empty && divides(&self.piece, !self.started) {
                self.started = true;
                // The rest of an overlong dividing line is no mail text.
                while !self.piece.ends_with(b"\n") && self.piece().is_ok() && !self.piece.is_empty() {}
                if open {
                    self.pending = true;
                    break;
                }
                open = true;
                after_empty = false;
                continue;
            }
            if !open && self.piece.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            open = true;
            self.started = true;
            after_empty = at_line_start && matches!(self.piece.as_slice(), b"\n" | b"\r\n");
            let line = if at_line_start { unquoted(&self.piece) } else { &self.piece };
            bytes += line.len();
            match &mut past {
                None if bytes <= self.limit => mail.extend_from_slice(line),
                None => {
                    let mut sha = Sha256::new();
                    sha.update(&mail);
                    sha.update(line);
                    past = Some(sha);
                    mail = Vec::new();
                }
                Some(sha) => sha.update(line),
            }
            at_line_start = self.piece.ends_with(b"\n");
        }
        if !open {
            return None;
        }
        Some(match past {
            Some(sha) => Taken {
                bytes: Err(Refusal::TooLarge { bytes, limit: self.limit }),
                named: Some((sha.finalize().into(), bytes as u64)),
            },
            None => Taken { bytes: Ok(mail), named: None },
        })
    }
}

/// Whether a line divides two mails: `From `, an address or `-`, and a time of day (the first line of
/// a file needs no time, since some writers leave it out).
fn divides(line: &[u8], first: bool) -> bool {
    line.starts_with(b"From ")
        && (first
            || line
                .windows(4)
                .any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit() && w[3].is_ascii_digit()))
}

/// A `>From ` line as it was before the mbox writer escaped it.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    match line.get(marks..) {
        Some(rest) if marks > 0 && rest.starts_with(b"From ") => line.get(1..).unwrap_or(line),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(file: &str, limit: usize) -> Vec<Result<String, String>> {
        Mbox::new(file.as_bytes(), limit)
            .map(|m| m.bytes.map(|b| String::from_utf8(b).unwrap()).map_err(|e| e.to_string()))
            .collect()
    }

    #[test]
    fn from_lines_divide_and_escapes_are_undone() {
        let file = "From a@x.example Tue Mar 10 09:00:00 2026\nSubject: one\n\nHi\n>From the start\n\nFrom here on it is text\n\nFrom - Tue Mar 10 09:01:00 2026\nSubject: two\n\nBye\n";
        assert_eq!(
            mails(file, 1000),
            [
                Ok("Subject: one\n\nHi\nFrom the start\n\nFrom here on it is text\n\n".to_owned()),
                Ok("Subject: two\n\nBye\n".to_owned())
            ]
        );
    }

    #[test]
    fn an_overlong_mail_is_refused_and_the_next_is_read() {
        let file =
            format!("From a 09:00\nSubject: big\n\n{}\n\nFrom b 09:00\nSubject: small\n\nok\n", "x".repeat(200_000));
        let all = mails(&file, 1000);
        insta::assert_snapshot!(all[0].as_ref().unwrap_err(), @"the message has 200016 bytes; the limit is 1000 (intake.message_bytes)");
        assert_eq!(all[1].as_ref().unwrap(), "Subject: small\n\nok\n");
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn an_empty_or_blank_file_holds_no_mail() {
        assert!(mails("", 10).is_empty());
        assert!(mails("\n\n\n", 10).is_empty());
    }
}
