//! Fields of CSV files (RFC 4180) that a spreadsheet shows and never computes.

use std::borrow::Cow;

/// A field as it stands between commas. What a spreadsheet would take for a formula begins with an apostrophe, and what
/// would end the field is quoted.
#[must_use]
pub fn field(text: &str) -> Cow<'_, str> {
    // The wide forms count as the narrow ones where people write Japanese or Chinese.
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let quoted = text.contains(['"', ',', '\r', '\n']);
    match (formula, quoted) {
        (false, false) => Cow::Borrowed(text),
        (true, false) => Cow::Owned(format!("'{text}")),
        (formula, true) => {
            let apostrophe = if formula { "'" } else { "" };
            Cow::Owned(format!("\"{apostrophe}{}\"", text.replace('"', "\"\"")))
        }
    }
}

/// A line, with the line break that the RFC asks for.
#[must_use]
pub fn line<T: AsRef<str>>(fields: &[T]) -> String {
    let fields: Vec<_> = fields.iter().map(|text| field(text.as_ref())).collect();
    fields.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_computed_is_text() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"] {
            let field = field(&format!("{start}cmd|'/c calc'!A0")).into_owned();
            assert!(field.trim_start_matches('"').starts_with('\''), "{field:?}");
        }
        assert_eq!(field("=1,2"), "\"'=1,2\"");
        assert_eq!(field("ada@example.com"), "ada@example.com");
    }

    #[test]
    fn a_field_stays_one_field() {
        assert_eq!(line(&["a", "b,c", "d\"e", "f\ng", ""]), "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
    }
}
