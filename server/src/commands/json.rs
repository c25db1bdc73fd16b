//! JSON that stays on its line and does nothing to a terminal.

use std::io::{self, Write};

use model::text::acts;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Writes a value. Characters that act are escaped: JSON allows U+2028 in a text, yet many a reader of lines ends one there.
pub(crate) fn write(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Escaped)).map_err(io::Error::from)
}

struct Escaped;

impl Formatter for Escaped {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| acts(*c)) {
            let (before, after) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.get(c.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_stays_on_its_line_and_the_same() {
        let text = "a\u{2028}b\n\u{85}\u{202e}é\u{e0041}\\";
        let mut out = Vec::new();
        super::write(&mut out, &text).expect("memory");
        let json = String::from_utf8(out).expect("UTF-8");
        assert_eq!(json, r#""a\u2028b\n\u0085\u202eé\udb40\udc41\\""#);
        assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
    }
}
