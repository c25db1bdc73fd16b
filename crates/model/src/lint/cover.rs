//! Whether a policy covers the MX hosts of its domain (RFC 8461 §4.1).

use mtasts::{Mode, Pattern, policy::Reading};

use super::{
    Code,
    draft::{Draft, Drafts},
};
use crate::{DomainName, Status};

/// Whether a policy lets senders deliver to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The host as given.
    pub host: String,
    /// Whether an `mx` line matches it, or the mode is none, which constrains nothing.
    pub covered: bool,
}

/// In A-labels, as the names in MX records are.
fn a_labels(host: &str) -> Option<DomainName> {
    DomainName::parse_lenient(host)
}

pub(super) fn cover(reading: &Reading, hosts: &[&str]) -> Vec<Cover> {
    let covered = |host: &str| {
        reading.mode == Some(Mode::None) || a_labels(host).is_some_and(|name| reading.covers(name.as_str()))
    };
    hosts.iter().map(|host| Cover { host: (*host).to_owned(), covered: covered(host) }).collect()
}

/// Says which hosts match no line, and which lines match no host.
pub(super) fn tell(reading: &Reading, hosts: &[&str], uncovered: &[&str], drafts: &mut Drafts) {
    if !uncovered.is_empty() {
        let (status, consequence) = match reading.mode {
            _ if !reading.verdict().works() => {
                (Status::Warning, "Once the policy is valid and in enforce, senders do not deliver there.")
            }
            Some(Mode::Enforce) => (Status::Error, "Senders that honour MTA-STS do not deliver there."),
            _ => (Status::Warning, "Senders report it; under enforce they would not deliver there."),
        };
        let title = format!(
            "{} no mx line",
            match uncovered {
                [_] => "An MX host matches".to_owned(),
                several => format!("{} MX hosts match", several.len()),
            }
        );
        drafts.add(
            Draft::new(Code::PolicyMxNotCovered, status, title, consequence).seen(uncovered.join(", ")).remedy(
                "Add a line mx: for each such host; a new host is put to use only once senders have had time to fetch the policy.",
            ),
        );
    }
    let names: Vec<DomainName> = hosts.iter().filter_map(|host| a_labels(host)).collect();
    let is_unused = |pattern: &&Pattern| !names.iter().any(|name| pattern.matches(name.as_str()));
    let unused: Vec<String> = reading.mx.iter().filter(is_unused).map(ToString::to_string).collect();
    if reading.mode != Some(Mode::None) && !hosts.is_empty() && !unused.is_empty() {
        drafts.add(
            Draft::new(
                Code::PolicyMxUnused,
                Status::Suggestion,
                format!(
                    "{} no MX host",
                    match unused.as_slice() {
                        [_] => "An mx line matches".to_owned(),
                        several => format!("{} mx lines match", several.len()),
                    }
                ),
                "This harms nothing, and is right for hosts to come.",
            )
            .seen(unused.join(", ")),
        );
    }
}
