//! What the codes mean by which forms about people say that nothing was done, where all of them mean the same.

use super::password::problem_words;

/// What such a code means. Codes only: a link can carry one, but not a text of its own.
pub(crate) fn refusal_words(code: &str) -> Option<&'static str> {
    match code {
        "email" => Some("This is not an e-mail address."),
        "too-many" => Some("Too many tries just now. Wait a minute, then try again."),
        "busy" => Some("Too much is going on just now. Try again in a few seconds."),
        "unavailable" => Some("The database did not answer. Try again in a moment; the cause is in the server's log."),
        other => problem_words(other),
    }
}
