//! The `mx` lines of a policy.

use std::net::IpAddr;

use mtasts::{Pattern, mx::PatternFault};

use super::{
    Code,
    draft::{Draft, Drafts, character},
    line,
    policy::error,
};
use crate::{DomainName, Status};

/// Says what is wrong with an `mx` line.
pub(super) fn tell(value: &str, fault: &PatternFault) -> Draft {
    let words: Vec<&str> = value.split([' ', '\t', ',', ';']).filter(|word| !word.is_empty()).collect();
    let hosts = words.iter().filter(|word| word.contains('.')).count();
    let address = value.trim_matches(['[', ']']);
    if value.contains('#') {
        return line::comment();
    }
    if *fault == PatternFault::IpAddress || address.parse::<IpAddr>().is_ok() {
        return error(
            Code::PolicyMxAddress,
            "An mx is an IP address",
            "Write the name of the MX host, as the MX record has it.",
        );
    }
    if hosts > 1 {
        return error(Code::PolicyMxList, "An mx lists several hosts", "Write a line mx: of its own for each host.");
    }
    if words.len() > 1 && hosts == 1 && value.contains(|c: char| c.is_ascii_digit()) {
        return error(
            Code::PolicyMxPriority,
            "An mx has the priority of the MX record",
            "Write the host alone, without the number.",
        );
    }
    match fault {
        PatternFault::Empty => {
            error(Code::PolicyMxEmpty, "An mx is empty", "Write the MX host after the colon, or remove the line.")
        }
        PatternFault::Wildcard => error(
            Code::PolicyMxWildcard,
            "An mx has an asterisk where none can be",
            "Write the asterisk as the whole first label, once, before a domain: *.example.com.",
        ),
        PatternFault::EmptyLabel if value.starts_with('.') => error(
            Code::PolicyMxLeadingDot,
            "An mx begins with a dot",
            "Write *. in place of the dot; a draft of the RFC had it otherwise.",
        ),
        PatternFault::EmptyLabel if value.ends_with('.') && value != "*." => error(
            Code::PolicyMxTrailingDot,
            "An mx ends with a dot",
            "Leave the dot out; only zone files end a name with one.",
        ),
        PatternFault::Character(c) if !c.is_ascii() => {
            let a_label = DomainName::parse(value.trim_start_matches("*.")).ok();
            let remedy = a_label.map_or_else(
                || "Write the name in A-labels (xn--…).".to_owned(),
                |name| format!("Write the name in A-labels: {name}."),
            );
            error(Code::PolicyMxNotAscii, format!("An mx has {}", character(*c)), remedy)
        }
        PatternFault::Character(c) => {
            error(Code::PolicyMx, format!("An mx has {}, which no host name has", character(*c)), NAME)
        }
        PatternFault::Hyphen => error(Code::PolicyMx, "A label of an mx begins or ends with a hyphen", NAME),
        PatternFault::TooLong => error(Code::PolicyMx, "An mx is longer than DNS allows", NAME),
        PatternFault::EmptyLabel | PatternFault::IpAddress => error(Code::PolicyMx, "An mx is no host name", NAME),
    }
}

const NAME: &str = "Write the name of the MX host, as the MX record has it, in letters, digits, hyphens and dots.";

/// What the grammar allows and is unwise.
pub(super) fn values(patterns: &[Pattern], drafts: &mut Drafts) {
    for (index, pattern) in patterns.iter().enumerate() {
        let text = pattern.to_string();
        if pattern.is_wildcard && !pattern.domain.contains('.') {
            drafts.add(
                Draft::new(
                    Code::PolicyMxWide,
                    Status::Warning,
                    "An mx covers hosts of strangers",
                    "Anyone with a name below that domain can pose as an MX host.",
                )
                .seen(&text)
                .remedy("Write the MX hosts themselves."),
            );
        } else if !pattern.domain.contains('.') {
            drafts.add(
                Draft::new(
                    Code::PolicyMxSingleLabel,
                    Status::Warning,
                    "An mx has only one label",
                    "It matches no MX host of public DNS.",
                )
                .seen(&text)
                .remedy("Write the whole name of the MX host."),
            );
        }
        if patterns.iter().take(index).any(|other| other.to_string().eq_ignore_ascii_case(&text)) {
            drafts.add(
                Draft::new(Code::PolicyMxTwice, Status::Suggestion, "An mx comes twice", "The second changes nothing.")
                    .seen(&text),
            );
        }
    }
}
