//! Fields of CSV files (RFC 4180) that a spreadsheet shows and never computes.

use std::borrow::Cow;

/// A field as it stands between commas. What a spreadsheet would take for a formula begins with an apostrophe, and what
/// would end the field is quoted.
#[must_use]
pub fn field(text: &str) -> Cow<'_, str> {
    let text = inert(text);
    if text.contains(['"', ',', ';', '\t', '\r', '\n']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        text
    }
}

/// A text that no spreadsheet takes for a formula: what would be one begins with an apostrophe.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A line, with the line break that the RFC asks for.
#[must_use]
pub fn line<T: AsRef<str>>(fields: &[T]) -> String {
    let fields: Vec<_> = fields.iter().map(|text| field(text.as_ref())).collect();
    fields.join(",") + "\r\n"
}

/// Whether a spreadsheet may compute a text. Some leave out what cannot be seen before it, and where people write Japanese or
/// Chinese the wide forms count as the narrow ones.
fn is_formula(text: &str) -> bool {
    let unseen = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    text.starts_with(['\t', '\r', '\n'])
        || text.trim_start_matches(unseen).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_computed_is_text() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u{feff}=", "\0@", "\u{a0}+"]
        {
            let field = field(&format!("{start}cmd|'/c calc'!A0")).into_owned();
            assert!(field.trim_start_matches('"').starts_with('\''), "{field:?}");
        }
        assert_eq!(field("=1,2"), "\"'=1,2\"");
        for text in ["ada@example.com", "a=b", "10", "", "'=1", "—", "例え.example"] {
            assert_eq!(field(text), text);
        }
    }

    #[test]
    fn a_field_stays_one_field() {
        assert_eq!(line(&["a", "b,c", "d\"e", "f\ng", ""]), "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
        assert_eq!(line(&["a;=1", "b\t=1"]), "\"a;=1\",\"b\t=1\"\r\n", "also where ; or a tab parts fields");
    }
}
