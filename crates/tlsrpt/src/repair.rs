//! Faults in JSON that have one obvious meaning, mended before a second try.
//!
//! Inside strings: escaped surrogates without their other half, raw control characters, escapes that JSON does not know.
//! Outside: numbers beyond the range of a double. Nothing here closes brackets or guesses at quotes: a document cut short
//! must never pass for a whole one.

use crate::note::{Code, Notes};

/// The mended text, or none when there was nothing to mend.
pub(crate) fn repair(text: &str, notes: &mut Notes) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    let mut changed = false;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let (read, mended) =
            if rest.starts_with('"') { string(rest, &mut out, notes) } else { number(rest, &mut out, notes) };
        changed |= mended;
        rest = &rest[read..];
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// Copies one string literal; gives its length and whether anything was mended.
fn string(text: &str, out: &mut String, notes: &mut Notes) -> (usize, bool) {
    let mut mended = false;
    let mut at = 1;
    let mut copied = 0;
    while let Some(next) = text[at..].find(|c: char| matches!(c, '"' | '\\' | '\0'..='\x1f')) {
        at += next;
        let (length, replacement) = match text.as_bytes()[at] {
            b'"' => {
                out.push_str(&text[copied..=at]);
                return (at + 1, mended);
            }
            b'\\' => escape(&text[at..], notes),
            control => {
                notes.add(Code::JsonRepaired, || "a raw control character stands inside a string".to_owned());
                (1, Some(format!("\\u{control:04x}")))
            }
        };
        if let Some(replacement) = replacement {
            out.push_str(&text[copied..at]);
            out.push_str(&replacement);
            copied = at + length;
            mended = true;
        }
        at += length;
    }
    out.push_str(&text[copied..]);
    (text.len(), mended)
}

/// The length of the escape that `text` begins with, and what to write instead where it is wrong.
fn escape(text: &str, notes: &mut Notes) -> (usize, Option<String>) {
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    };
    match (text.as_bytes().get(1), unit(text)) {
        (_, Some(0xd800..=0xdbff)) if matches!(text.get(6..).and_then(unit), Some(0xdc00..=0xdfff)) => (12, None),
        (_, Some(0xd800..=0xdfff)) => {
            notes.add(Code::LoneSurrogate, || {
                "half of a surrogate pair stands alone in a string; it became U+FFFD".to_owned()
            });
            (6, Some("\\ufffd".to_owned()))
        }
        (_, Some(_)) => (6, None),
        (Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'), _) => (2, None),
        _ => {
            notes.add(Code::JsonRepaired, || {
                "a backslash in a string begins no escape; it was kept as it is".to_owned()
            });
            (1, Some("\\\\".to_owned()))
        }
    }
}

/// Copies one number literal, kept within the range of a double.
fn number(text: &str, out: &mut String, notes: &mut Notes) -> (usize, bool) {
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'))).unwrap_or(text.len());
    let literal = &text[..end];
    if !literal.parse::<f64>().is_ok_and(f64::is_infinite) {
        out.push_str(literal);
        return (end, false);
    }
    notes.add(Code::JsonRepaired, || "a number is beyond all range; the largest possible one was taken".to_owned());
    out.push_str(if literal.starts_with('-') { "-1e300" } else { "1e300" });
    (end, true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mended(text: &str) -> Option<String> {
        repair(text, &mut Notes::default())
    }

    #[test]
    fn only_plain_faults_are_mended() {
        for (wrong, right) in [
            (r#"{"a":"x\ud800y"}"#, r#"{"a":"x\ufffdy"}"#),
            (r#"["\udc00\ud83d\ude00\ud83d"]"#, r#"["\ufffd\ud83d\ude00\ufffd"]"#),
            (r#"["C:\x\u12"]"#, r#"["C:\\x\\u12"]"#),
            ("[\"a\nb\0\"]", r#"["a\u000ab\u0000"]"#),
            ("[1e999,-1e999,1e9]", "[1e300,-1e300,1e9]"),
        ] {
            let out = mended(wrong).expect(wrong);
            assert_eq!(out, right);
            assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{out}");
        }
        for fine in [r#"{"a":"x\u00e4\\ \"","b":-1.5e3}"#, "", "{\"cut", "{'a':1}", "[1,]"] {
            assert_eq!(mended(fine), None, "{fine}");
        }
    }

    proptest! {
        #[test]
        fn sound_json_is_left_alone(text in any::<String>(), number in any::<f64>()) {
            let json = serde_json::json!({ "a": text, "b": [number, text] }).to_string();
            prop_assert_eq!(mended(&json), None);
        }

        #[test]
        fn any_text_is_survived(text in "[\"\\\\u0-9a-fdD8{}\\[\\]:, \n-]{0,60}") {
            let once = mended(&text);
            if let Some(once) = once {
                prop_assert_eq!(mended(&once), None);
            }
        }
    }
}
