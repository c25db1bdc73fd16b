//! Cutting commands out of what arrives: a line ends at CR LF and nowhere else.

/// Gathers one command line after the other.
#[derive(Debug, Default)]
pub struct LineReader {
    line: Vec<u8>,
    /// Bytes of the line so far, also those that are no longer kept.
    length: usize,
    /// Whether the last byte was a CR.
    cr: bool,
    /// Whether a CR or an LF stood alone in the line.
    bare: bool,
}

/// A line that is complete, or never will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Without its CR LF.
    Whole(Vec<u8>),
    /// A CR or an LF stood alone in it. What such a line means, two servers may read differently.
    BareLineEnd,
    /// Longer than allowed; it has ended.
    TooLong,
    /// Longer than anyone would want to read; it has not ended.
    Endless,
}

impl LineReader {
    /// Takes bytes from the front of `input` up to the end of a line; none when all were taken and the line goes on.
    ///
    /// At most `kept` bytes of a line are kept, and at most `endless` are read.
    pub fn read(&mut self, input: &mut &[u8], kept: usize, endless: usize) -> Option<Line> {
        while let Some((&byte, rest)) = input.split_first() {
            *input = rest;
            self.length += 1;
            match byte {
                b'\n' if self.cr => return Some(self.end(kept)),
                b'\n' => self.bare = true,
                _ => {
                    self.bare |= self.cr;
                    self.cr = byte == b'\r';
                }
            }
            if self.length <= kept {
                self.line.push(byte);
            }
            if self.length >= endless {
                *self = Self::default();
                return Some(Line::Endless);
            }
        }
        None
    }

    /// The CR is still in the line, the LF is not.
    fn end(&mut self, kept: usize) -> Line {
        let Self { mut line, length, bare, .. } = std::mem::take(self);
        if bare {
            Line::BareLineEnd
        } else if length > kept {
            Line::TooLong
        } else {
            line.pop();
            Line::Whole(line)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Line> {
        let (mut reader, mut input, mut found) = (LineReader::default(), bytes, vec![]);
        while let Some(line) = reader.read(&mut input, 12, 24) {
            found.push(line);
        }
        found
    }

    fn whole(line: &str) -> Line {
        Line::Whole(line.as_bytes().to_vec())
    }

    #[test]
    fn lines_end_at_cr_lf() {
        assert_eq!(lines(b"NOOP\r\nQUIT\r\nRS"), [whole("NOOP"), whole("QUIT")]);
        assert_eq!(lines(b"\r\n"), [whole("")]);
    }

    #[test]
    fn a_line_with_a_bare_end_is_no_command() {
        for bytes in [&b"NOOP\nQUIT\r\n"[..], b"NOOP\rQUIT\r\n", b"NOOP\r\r\n", b"\nQUIT\r\n", b"NO\r\r\n"] {
            assert_eq!(lines(&[bytes, b"NOOP\r\n"].concat()), [Line::BareLineEnd, whole("NOOP")], "{bytes:?}");
        }
    }

    #[test]
    fn a_line_has_a_longest_length() {
        assert_eq!(
            lines(b"0123456789\r\n01234567890\r\nNOOP\r\n"),
            [whole("0123456789"), Line::TooLong, whole("NOOP")]
        );
        assert_eq!(lines(&[b'x'; 40]), [Line::Endless]);
    }
}
