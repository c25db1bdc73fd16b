//! The message after DATA: it ends at CR LF dot CR LF and nowhere else (RFC 5321 §4.1.1.4).
//!
//! A CR or an LF that stands alone makes the message one that two servers may cut differently: it is read to its true end,
//! and then refused as a whole (RFC 5321 §2.3.8 forbids it). Nothing in it is taken for a command.

/// Finds the end of a message and undoes the sender's dot-stuffing (RFC 5321 §4.5.2).
#[derive(Debug)]
pub struct DataReader {
    place: Place,
    limit: usize,
    /// Bytes read, also those that are not kept.
    read: usize,
    message: Vec<u8>,
    fault: Option<Fault>,
}

/// Where in a line the reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// At its beginning. DATA's own line end counts, so an empty message is a dot alone.
    Start,
    /// Behind a dot at its beginning.
    Dot,
    /// Behind a dot at its beginning and a CR.
    DotCr,
    /// In the middle.
    Middle,
    /// Behind a CR.
    Cr,
}

/// Why a message is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A CR or an LF stands alone in it.
    BareLineEnd,
    /// It has more bytes than allowed.
    TooLarge,
    /// It has so many more that its end was not waited for. The session cannot go on.
    Endless,
    /// Whoever receives has no room for it now.
    NoRoom,
}

impl DataReader {
    /// A reader of a message of at most `limit` bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self { place: Place::Start, limit, read: 0, message: Vec::new(), fault: None }
    }

    /// Bytes kept so far.
    #[must_use]
    pub const fn kept(&self) -> usize {
        self.message.len()
    }

    /// Bytes read so far.
    #[must_use]
    pub const fn read_so_far(&self) -> usize {
        self.read
    }

    /// Keeps nothing of the message; its end is waited for, so that the sender hears why.
    pub fn give_up(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
        self.message = Vec::new();
    }

    /// Takes bytes from the front of `input` up to the end of the message; none when all were taken and it goes on.
    pub fn read(&mut self, input: &mut &[u8]) -> Option<Result<Vec<u8>, Fault>> {
        loop {
            self.take_middle(input);
            let (&byte, rest) = input.split_first()?;
            *input = rest;
            self.read += 1;
            if self.take(byte) {
                return Some(match self.fault {
                    None => Ok(std::mem::take(&mut self.message)),
                    Some(fault) => Err(fault),
                });
            }
            if self.message.len() > self.limit {
                self.give_up(Fault::TooLarge);
            }
            if self.read > self.limit.saturating_mul(4) {
                return Some(Err(Fault::Endless));
            }
        }
    }

    /// Takes what stands between line ends at once, since that is nearly everything.
    fn take_middle(&mut self, input: &mut &[u8]) {
        if self.place == Place::Middle {
            // One byte is left for the caller, which counts.
            let most = input.len().min((1 << 12) + 1).saturating_sub(1);
            let run = input[..most].iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(most);
            let (middle, rest) = input.split_at(run);
            self.keep(middle);
            self.read += run;
            *input = rest;
        }
    }

    /// Takes one byte; true at the end of the message.
    fn take(&mut self, byte: u8) -> bool {
        self.place = match (self.place, byte) {
            (Place::DotCr, b'\n') => return true,
            (Place::Start, b'.') => Place::Dot,
            (Place::Dot, b'\r') => Place::DotCr,
            (Place::Cr, b'\n') => {
                self.keep(b"\r\n");
                Place::Start
            }
            (Place::Cr | Place::DotCr, b'\r') => {
                self.give_up(Fault::BareLineEnd);
                Place::Cr
            }
            // Neither ends a line: after a bare LF, a dot is a dot.
            (_, b'\n') | (Place::Cr | Place::DotCr, _) => {
                self.give_up(Fault::BareLineEnd);
                Place::Middle
            }
            (_, b'\r') => Place::Cr,
            _ => {
                self.keep(&[byte]);
                Place::Middle
            }
        };
        false
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.fault.is_none() {
            self.message.extend_from_slice(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], limit: usize) -> (Option<Result<Vec<u8>, Fault>>, usize) {
        let mut input = bytes;
        let end = DataReader::new(limit).read(&mut input);
        (end, input.len())
    }

    #[test]
    fn dots_are_unstuffed() {
        let (message, left) = read(b"a\r\n..b\r\n.c\r\n...\r\n.\r\nQUIT", 100);
        assert_eq!(message, Some(Ok(b"a\r\n.b\r\nc\r\n..\r\n".to_vec())));
        assert_eq!(left, 4);
        assert_eq!(read(b".\r\n", 100), (Some(Ok(vec![])), 0), "an empty message");
    }

    #[test]
    fn the_size_is_counted_without_the_end() {
        assert_eq!(read(b"12345678\r\n.\r\n", 10).0, Some(Ok(b"12345678\r\n".to_vec())));
        assert_eq!(read(b"123456789\r\n.\r\n", 10).0, Some(Err(Fault::TooLarge)));
        assert_eq!(read(b"12345678\r\n..\r\n.\r\n", 13).0, Some(Ok(b"12345678\r\n.\r\n".to_vec())), "as unstuffed");
    }

    #[test]
    fn what_does_not_end_is_given_up() {
        let (end, left) = read(&[b'x'; 100], 10);
        assert_eq!(end, Some(Err(Fault::Endless)));
        assert!(left < 60, "{left}");
    }

    #[test]
    fn the_first_fault_is_told() {
        let mut reader = DataReader::new(10);
        assert_eq!(reader.read(&mut &b"a\nb"[..]), None);
        reader.give_up(Fault::NoRoom);
        assert_eq!(reader.read(&mut &b"0123456789\r\n.\r\n"[..]), Some(Err(Fault::BareLineEnd)));
        assert_eq!(reader.kept(), 0);
    }
}
