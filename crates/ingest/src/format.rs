//! What bytes are, by how they begin.

use crate::gzip;

/// The formats that reports come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Nothing but white space.
    Empty,
    /// JSON in any encoding.
    Json,
    /// RFC 1952.
    Gzip,
    /// A zip archive.
    Zip,
    /// An e-mail (RFC 5322).
    Mail,
    /// A mailbox (RFC 4155).
    Mbox,
    /// One of the binary formats as base64 text, without a header that says so.
    Base64,
    /// None of these.
    Unknown,
}

/// Whether these bytes are an e-mail, by how they begin.
#[must_use]
pub fn is_mail(bytes: &[u8]) -> bool {
    Format::of(bytes) == Format::Mail
}

impl Format {
    /// Judges by the first bytes; names and media types do not count (RFC 8460 §6.5: gzip is known by its magic).
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        match (bytes, text) {
            (_, []) => Self::Empty,
            _ if bytes.starts_with(gzip::MAGIC) => Self::Gzip,
            _ if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") => Self::Zip,
            // JSON, in UTF-8 or in UTF-16 with or without its mark.
            (_, [b'{' | b'[' | b'"', ..]) | ([0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'{' | b'[', ..], _) => {
                Self::Json
            }
            (_, b"null" | b"true" | b"false") => Self::Json,
            _ if text.trim_ascii_end().iter().all(u8::is_ascii_digit) => Self::Json,
            _ if bytes.starts_with(b"From ") => Self::Mbox,
            _ if is_base64(text) => Self::Base64,
            _ if is_header(text) => Self::Mail,
            _ => Self::Unknown,
        }
    }
}

/// Whether this is base64 of gzip, zip, or of JSON that begins with a key, a line break or a blank.
fn is_base64(text: &[u8]) -> bool {
    let begins: [&[u8]; 8] = [b"H4sI", b"UEsD", b"eyJ", b"ewog", b"ewoJ", b"ewoi", b"ew0K", b"eyAi"];
    begins.iter().any(|begin| text.starts_with(begin))
        && text.iter().all(|b| b.is_ascii_alphanumeric() || b.is_ascii_whitespace() || matches!(b, b'+' | b'/' | b'='))
}

/// Whether the first line is a header field (RFC 5322 §2.2).
fn is_header(text: &[u8]) -> bool {
    let name = text.iter().take(80).position(|b| !b.is_ascii_graphic() || *b == b':');
    name.is_some_and(|end| end > 0 && text[end] == b':' && text[0].is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        for (bytes, format) in [
            (&b""[..], Format::Empty),
            (b" \r\n\t", Format::Empty),
            (b"{}", Format::Json),
            (b"\xef\xbb\xbf\n [", Format::Json),
            (b"\xff\xfe{\0", Format::Json),
            (b"{\0\"\0", Format::Json),
            (b"\0{\0\"", Format::Json),
            (b"null", Format::Json),
            (b"42\n", Format::Json),
            (b"\x1f\x8b\x08", Format::Gzip),
            (b"PK\x03\x04", Format::Zip),
            (b"PK\x05\x06", Format::Zip),
            (b"Received: from a", Format::Mail),
            (b"\r\nX-Odd-Header:x", Format::Mail),
            (b"From sender@example.com Mon Jan  1 00:00:00 2024", Format::Mbox),
            (b"From: a@example.com", Format::Mail),
            (b"H4sIAAAAAAAAA6tW\nKg==", Format::Base64),
            (b"hello", Format::Unknown),
            (b"hello world: x", Format::Unknown),
            (b"\x89PNG", Format::Unknown),
            (b": x", Format::Unknown),
        ] {
            assert_eq!(Format::of(bytes), format, "{:?}", bytes.escape_ascii().to_string());
        }
    }
}
