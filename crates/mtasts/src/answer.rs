//! Which of the TXT records in a DNS answer is the one (RFC 8460 §3, RFC 8461 §3.1).

use crate::txt::WSP;

/// What an answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'t> {
    /// Exactly one record begins with the version: this is it, whether its syntax is good or not.
    Found(&'t str),
    /// None does: the domain publishes nothing.
    None,
    /// Several do: senders must act as though there were none.
    Multiple(Vec<&'t str>),
}

/// The text of one TXT record from its strings: they are joined, with nothing between them.
#[must_use]
pub fn join<'t>(strings: impl IntoIterator<Item = &'t str>) -> String {
    strings.into_iter().collect()
}

/// Picks the record. Those that do not begin with the version and a semicolon are discarded first, then the rest is counted:
/// so a second record harms even when its syntax is bad.
///
/// A record that stands alone may have white space before that semicolon: the ABNF allows it, and the rule above speaks of
/// answers with several records.
#[must_use]
pub fn pick<'t>(records: &[&'t str], version: &str) -> Answer<'t> {
    let rest = |record: &'t str| record.strip_prefix(version);
    let begun: Vec<_> =
        records.iter().copied().filter(|record| rest(record).is_some_and(|rest| rest.starts_with(';'))).collect();
    match (begun.as_slice(), records) {
        ([one], _) => Answer::Found(one),
        ([], [alone]) if rest(alone).is_some_and(|rest| rest.trim_start_matches(WSP).starts_with(';')) => {
            Answer::Found(alone)
        }
        ([], _) => Answer::None,
        _ => Answer::Multiple(begun),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_records_are_discarded_before_counting() {
        assert_eq!(pick(&["v=spf1 -all", "v=X1;a=1", "token"], "v=X1"), Answer::Found("v=X1;a=1"));
        assert_eq!(pick(&["v=spf1 -all"], "v=X1"), Answer::None);
        assert_eq!(pick(&["v=X12;a=1", "V=X1;a=1", " v=X1;a=1"], "v=X1"), Answer::None);
        assert_eq!(pick(&[], "v=X1"), Answer::None);
    }

    #[test]
    fn records_are_counted_before_their_syntax_is_judged() {
        assert_eq!(pick(&["v=X1;a=1", "v=X1;!"], "v=X1"), Answer::Multiple(vec!["v=X1;a=1", "v=X1;!"]));
    }

    #[test]
    fn white_space_before_the_semicolon_passes_only_alone() {
        assert_eq!(pick(&["v=X1 ;a=1"], "v=X1"), Answer::Found("v=X1 ;a=1"));
        assert_eq!(pick(&["v=X1 ;a=1", "token"], "v=X1"), Answer::None);
        assert_eq!(pick(&["v=X1 ;a=1", "v=X1;a=2"], "v=X1"), Answer::Found("v=X1;a=2"));
    }

    #[test]
    fn strings_are_joined_before_anything_else() {
        let record = join(["v=", "X1", ";a=1"]);
        assert_eq!(pick(&[&record], "v=X1"), Answer::Found("v=X1;a=1"));
    }
}
