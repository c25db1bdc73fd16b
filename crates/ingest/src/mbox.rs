//! Mailboxes in mbox format (RFC 4155): messages one by one, never the whole file in memory.

use std::io::{BufRead, Read};

use crate::Error;

/// The messages of an mbox, each at most `limit` bytes; a longer one is an error and the next follows.
///
/// A message begins with a line `From …` at the start or after an empty line, if that line gives a time or nothing at all;
/// so a sentence that begins with "From" is no message. `>From ` in a message is unquoted.
#[must_use]
pub fn messages<R: BufRead>(source: R, limit: usize) -> Messages<R> {
    Messages { source, limit, state: State::Start }
}

/// The iterator of [`messages`].
#[derive(Debug)]
pub struct Messages<R> {
    source: R,
    limit: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing read yet.
    Start,
    /// The `From ` line of the next message has been read.
    Inside,
    End,
}

/// The longest piece of a line read at once, so that a file without line ends costs no memory.
const LINE: u64 = 64 << 10;

impl<R: BufRead> Messages<R> {
    fn message(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let mut message = Vec::new();
        let mut line = Vec::new();
        let mut too_large = false;
        let mut at_line_start = true;
        let mut after_blank = true;
        loop {
            line.clear();
            if (&mut self.source).take(LINE).read_until(b'\n', &mut line)? == 0 {
                let was_inside = self.state == State::Inside;
                self.state = State::End;
                return if too_large { Err(self.too_large()) } else { Ok(was_inside.then_some(message)) };
            }
            let is_from = line.starts_with(b"From ") && (self.state == State::Start || is_separator(&line));
            let is_new = at_line_start && after_blank && is_from;
            after_blank = at_line_start && line.trim_ascii().is_empty();
            let starts_line = at_line_start;
            at_line_start = line.ends_with(b"\n");
            if is_new && self.state == State::Start {
                self.state = State::Inside;
                continue;
            }
            if is_new && (too_large || !message.is_empty()) {
                return if too_large { Err(self.too_large()) } else { Ok(Some(message)) };
            }
            if self.state == State::Inside && !is_new && !too_large {
                let quoted = starts_line && is_quoted(&line);
                message.extend_from_slice(&line[usize::from(quoted)..]);
                if message.len() > self.limit {
                    too_large = true;
                    message = Vec::new();
                }
            }
        }
    }

    const fn too_large(&self) -> Error {
        Error::TooLarge { what: "a message in the mailbox", limit: self.limit }
    }
}

/// Whether this line begins a message: `From `, with an envelope's sender and time, or with nothing (seen from Thunderbird).
fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let is_time = |piece: &[u8]| matches!(piece, [a, b':', b] if a.is_ascii_digit() && b.is_ascii_digit());
    matches!(rest.trim_ascii(), b"" | b"-") || rest.windows(3).any(is_time)
}

/// Whether this is a quoted `From ` line: any number of `>` before it.
fn is_quoted(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|b| **b == b'>').count();
    quotes > 0 && line[quotes..].starts_with(b"From ")
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::End {
            return None;
        }
        let message = self.message();
        if matches!(message, Err(Error::Io(_))) {
            self.state = State::End;
        }
        message.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(mbox: &str, limit: usize) -> Vec<Result<String, String>> {
        messages(mbox.as_bytes(), limit)
            .map(|message| match message {
                Ok(message) => Ok(String::from_utf8(message).expect("text")),
                Err(error) => Err(error.to_string()),
            })
            .collect()
    }

    #[test]
    fn messages_begin_after_an_empty_line() {
        let mbox = "From a@example.com Mon Jan  1 00:00:00 2024\nSubject: 1\n\nFrom here on\n>From me\n>>From you\n\nFrom - \r\nSubject: 2\r\n\r\nx";
        assert_eq!(
            split(mbox, 1_000),
            [Ok("Subject: 1\n\nFrom here on\nFrom me\n>From you\n\n".to_owned()), Ok("Subject: 2\r\n\r\nx".to_owned())]
        );
    }

    #[test]
    fn a_message_over_the_limit_does_not_stop_the_others() {
        let mbox = format!("From \nx: {}\n\nFrom \ny: 1\n", "z".repeat(200_000));
        let split = split(&mbox, 1_000);
        assert!(split[0].as_ref().is_err_and(|error| error.contains("larger than the limit")), "{split:?}");
        assert_eq!(split[1..], [Ok("y: 1\n".to_owned())]);
    }

    #[test]
    fn what_comes_before_the_first_message_is_no_message() {
        assert_eq!(split("", 10), []);
        assert_eq!(split("junk\n\nFrom a 1:2\nb: c\n", 10), [Ok("b: c\n".to_owned())]);
    }
}
