//! The seam to the rules of records and policies: what a text of DNS or of a policy host says.
//!
//! Nothing else in this crate reads a record or a policy. The functions here do what probing needs and no more; the exact
//! grammar, and every finding about it, belongs to the crates of the RFCs.

use model::{Finding, Status};
use mtasts::Mode;

use crate::words::{With as _, finding};

/// Which of the TXT records of a name is the one meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice<'a> {
    /// None is.
    None,
    /// None is, but one looks as if it was meant to be.
    NotQuite(&'a str),
    /// This one is.
    One(&'a str),
    /// Several are, so senders must assume none (RFC 8460 §3, RFC 8461 §3.1).
    Several(Vec<&'a str>),
}

/// Chooses the TLS-RPT record: by its prefix, before any look at its syntax (RFC 8460 §3).
pub(crate) fn choose_tls_rpt<'a>(texts: impl IntoIterator<Item = &'a str>) -> Choice<'a> {
    choose(texts, "v=TLSRPTv1;", "tlsrpt")
}

/// Chooses the MTA-STS record: by its prefix, before any look at its syntax (RFC 8461 §3.1).
pub(crate) fn choose_mta_sts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Choice<'a> {
    choose(texts, "v=STSv1;", "stsv1")
}

fn choose<'a>(texts: impl IntoIterator<Item = &'a str>, prefix: &str, hint: &str) -> Choice<'a> {
    let (good, rest): (Vec<&str>, Vec<&str>) = texts.into_iter().partition(|text| text.starts_with(prefix));
    match good.as_slice() {
        [] => rest
            .into_iter()
            .find(|text| text.to_ascii_lowercase().contains(hint))
            .map_or(Choice::None, Choice::NotQuite),
        [one] => Choice::One(one),
        _ => Choice::Several(good),
    }
}

/// The destinations of a TLS-RPT record that senders can use, and what is to be said about it.
pub(crate) fn tls_rpt(text: &str) -> (Vec<String>, Vec<Finding>) {
    let uris = text.split(';').filter_map(|field| field.trim_matches([' ', '\t']).strip_prefix("rua="));
    let destinations: Vec<String> = uris
        .flat_map(|list| list.split(','))
        .map(|uri| uri.trim_matches([' ', '\t']))
        .filter(|uri| has_scheme(uri, "mailto:") || has_scheme(uri, "https:"))
        .map(str::to_owned)
        .collect();
    let findings = if destinations.is_empty() {
        vec![
            finding(
                "tls-rpt-no-destination",
                Status::Error,
                "The TLS-RPT record names no destination that senders can use",
                "No sender can deliver a report.",
                "RFC 8460 §3",
            )
            .evidence(text),
        ]
    } else {
        vec![]
    };
    (destinations, findings)
}

fn has_scheme(uri: &str, scheme: &str) -> bool {
    uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && uri.len() > scheme.len()
}

/// The id of an MTA-STS record, and what is to be said about it.
pub(crate) fn mta_sts(text: &str) -> (Option<String>, Vec<Finding>) {
    let id = text.split(';').find_map(|field| field.trim_matches([' ', '\t']).strip_prefix("id="));
    let good = id.filter(|id| (1..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let findings = if good.is_none() {
        vec![
            finding(
                "mta-sts-id",
                Status::Error,
                "The MTA-STS record has no valid id",
                "Senders must assume that there is no policy.",
                "RFC 8461 §3.1",
            )
            .evidence(text)
            .remedy("Give it an id of 1 to 32 letters and digits, such as the date and time of the last change."),
        ]
    } else {
        vec![]
    };
    (good.map(str::to_owned), findings)
}

/// A policy (RFC 8461 §3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) mode: Mode,
    /// The patterns, as written.
    pub(crate) mx: Vec<String>,
    /// Seconds.
    pub(crate) max_age: u64,
}

/// Reads a policy, and what is to be said about it; none when senders cannot use it.
pub(crate) fn policy(body: &[u8]) -> (Option<Policy>, Vec<Finding>) {
    let text = String::from_utf8_lossy(body);
    let value = |key: &str| {
        let values = text.lines().filter_map(move |line| line.strip_prefix(key)?.strip_prefix(':'));
        values.map(|value| value.trim_matches([' ', '\t']).to_owned()).collect::<Vec<_>>()
    };
    let first = |key| value(key).into_iter().next();
    let mode = Mode::from_policy_lines(text.lines());
    let max_age = first("max_age").and_then(|age| age.parse().ok()).filter(|age| *age <= 31_557_600);
    let mx = value("mx");
    let versioned = first("version").as_deref() == Some("STSv1");
    if let (true, Some(mode), Some(max_age)) = (versioned, mode, max_age)
        && (mode == Mode::None || !mx.is_empty())
    {
        return (Some(Policy { mode, mx, max_age }), vec![]);
    }
    let invalid = finding(
        "mta-sts-policy-invalid",
        Status::Error,
        "The policy file is not valid",
        "Senders treat it as if there were none.",
        "RFC 8461 §3.2",
    )
    .evidence(text.chars().take(400).collect::<String>());
    (None, vec![invalid])
}

/// Whether a pattern of a policy covers an MX host (RFC 8461 §4.1): `*.` stands for exactly one label. The names of
/// certificates match in the same way (RFC 6125 §6.4.3).
pub(crate) fn covers(pattern: &str, host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    match pattern.strip_prefix("*.") {
        Some(parent) => {
            host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent))
        }
        None => pattern.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_by_prefix() {
        assert_eq!(choose_tls_rpt(["v=spf1 -all"]), Choice::None);
        assert_eq!(choose_tls_rpt(["v=spf1", "v=TLSRPTv1;bogus"]), Choice::One("v=TLSRPTv1;bogus"));
        assert_eq!(choose_tls_rpt(["V=TLSRPTv1; rua=x"]), Choice::NotQuite("V=TLSRPTv1; rua=x"));
        assert!(matches!(choose_tls_rpt(["v=TLSRPTv1; a", "v=TLSRPTv1; b"]), Choice::Several(two) if two.len() == 2));
    }

    #[test]
    fn a_wildcard_stands_for_one_label() {
        assert!(covers("*.example.com", "MX.example.com."));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(covers("Mx.example.com", "mx.example.com"));
    }
}
