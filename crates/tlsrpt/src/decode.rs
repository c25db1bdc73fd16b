//! Bytes to text: JSON is UTF-8, but not all of it is.

use std::borrow::Cow;

use crate::note::{Code, Notes};

/// The document as text, whatever encoding it came in.
pub(crate) fn decode<'a>(bytes: &'a [u8], notes: &mut Notes) -> Cow<'a, str> {
    if let Some(text) = decode_utf16(bytes) {
        notes.add(Code::Utf16, || "the document is in UTF-16 instead of UTF-8; it was converted".to_owned());
        return Cow::Owned(text);
    }
    let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => {
            notes.add(Code::ByteOrderMark, || {
                "the document begins with a byte order mark, which was skipped".to_owned()
            });
            rest
        }
        None => bytes,
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            let from = error.valid_up_to();
            notes.add(Code::InvalidUtf8, || {
                format!("the document is no valid UTF-8 from byte {from} on; what cannot be read became U+FFFD")
            });
            String::from_utf8_lossy(bytes)
        }
    }
}

/// UTF-16 is known by its byte order mark, or by the zero beside the first character, which in JSON is always ASCII.
fn decode_utf16(bytes: &[u8]) -> Option<String> {
    let (little, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => (true, bytes),
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => (false, bytes),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    });
    Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(bytes: &[u8]) -> (String, Vec<String>) {
        let mut notes = Notes::default();
        let text = decode(bytes, &mut notes).into_owned();
        (text, notes.finish().into_iter().map(|note| note.code.into_owned()).collect())
    }

    #[test]
    fn every_encoding_becomes_text() {
        let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        assert_eq!(codes(b"{}"), ("{}".to_owned(), vec![]));
        assert_eq!(codes(b"\xef\xbb\xbf{}"), ("{}".to_owned(), vec!["byte-order-mark".to_owned()]));
        for bytes in [
            utf16("\u{feff}{\"ä\u{1f600}", u16::to_le_bytes),
            utf16("\u{feff}{\"ä\u{1f600}", u16::to_be_bytes),
            utf16("{\"ä\u{1f600}", u16::to_le_bytes),
            utf16("{\"ä\u{1f600}", u16::to_be_bytes),
        ] {
            assert_eq!(codes(&bytes), ("{\"ä\u{1f600}".to_owned(), vec!["utf-16".to_owned()]));
        }
        assert_eq!(codes(b"{\"M\xfcller"), ("{\"M\u{fffd}ller".to_owned(), vec!["invalid-utf-8".to_owned()]));
        assert_eq!(codes(b"\xff\xfe{"), (String::new(), vec!["utf-16".to_owned()]), "half a unit is dropped");
    }
}
