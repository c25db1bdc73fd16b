//! Sender text made safe to print.
//!
//! Pages escape HTML by themselves; a terminal or a log has no such defence. Whoever writes a sender's words there sends
//! them through [`visible`] first, so that no escape sequence, line break or invisible character does anything.

use std::borrow::Cow;

/// The text with everything that acts instead of being seen written out: `\u{1b}[31m`, `\n`, `\u{202e}`.
///
/// That is control characters (ANSI sequences begin with one), line and paragraph separators, bidirectional overrides,
/// zero-width characters and tags.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.extend(c.escape_default()),
            _ if acts(c) => out.extend(c.escape_unicode()),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// As [`visible`], and cut after `max` characters with an ellipsis.
#[must_use]
pub fn visible_short(text: &str, max: usize) -> Cow<'_, str> {
    match text.char_indices().nth(max) {
        None => visible(text),
        Some((end, _)) => Cow::Owned(format!("{}…", visible(&text[..end]))),
    }
}

/// Whether a character acts instead of being seen, or breaks a line.
#[must_use]
pub const fn acts(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
            // Soft hyphen, Arabic letter mark, Mongolian vowel separator.
            | '\u{ad}' | '\u{61c}' | '\u{180e}'
            // Zero width, bidirectional marks; line and paragraph separators, embeddings and overrides; joiners, isolates.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            // Byte order mark, interlinear annotation, tags.
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_text_in_any_script_is_left_alone() {
        for text in ["", "Google Inc.", "Почта Mail.ru", "日本語 ✓"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn what_would_act_is_written_out() {
        assert_eq!(visible("\x1b[31mred\x07"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(visible("a\r\nlevel=error"), "a\\r\\nlevel=error");
        assert_eq!(visible("gpj\u{202e}exe"), "gpj\\u{202e}exe");
        assert_eq!(visible("pay\u{200b}pal\u{9b}2J"), "pay\\u{200b}pal\\u{9b}2J");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(visible_short("äöü", 2), "äö…");
        assert_eq!(visible_short("äö", 2), "äö");
    }

    proptest! {
        #[test]
        fn nothing_that_acts_is_left(text in any::<String>(), max in 0_usize..20) {
            prop_assert!(!visible(&text).contains(acts));
            prop_assert!(!visible_short(&text, max).contains(acts));
        }
    }
}
