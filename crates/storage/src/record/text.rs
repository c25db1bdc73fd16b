//! Text as the database holds it.

/// The longest text kept of a field that a sender wrote, in characters.
const MAX_TEXT: usize = 1_024;

/// A sender's text as it may be stored: NUL, which PostgreSQL has no place for, replaced, and cut to length. The parser does
/// so with a note; here it is made sure of.
pub(super) fn bounded(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => text[..end].replace('\0', "\u{fffd}"),
        None => text.replace('\0', "\u{fffd}"),
    }
}

/// As JSON.
pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    // JSON writes NUL as an escape, so nothing is left to replace.
    serde_json::to_string(value).unwrap_or_default()
}
