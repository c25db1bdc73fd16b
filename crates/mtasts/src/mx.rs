//! The `mx` lines of a policy: their grammar (RFC 8461 §3.2) and how MX hosts match them (§4.1).
//!
//! ```text
//! sts-policy-mx-value = ["*."] Domain            ; Domain is imported from RFC 5321 §4.1.2
//! Domain              = sub-domain *("." sub-domain)
//! sub-domain          = Let-dig [Ldh-str]
//! ```

use std::{fmt, net::Ipv4Addr};

/// The longest label and the longest name (RFC 1035 §2.3.4, without the root).
const MAX_LABEL: usize = 63;
const MAX_NAME: usize = 253;

/// The value of an `mx` line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// Whether any one label may stand before the domain.
    pub is_wildcard: bool,
    /// The domain in A-labels, as written.
    pub domain: String,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// Nothing is there.
    Empty,
    /// An asterisk stands elsewhere than as the whole first label.
    Wildcard,
    /// A label is empty: a dot at the start, at the end, or two in a row.
    EmptyLabel,
    /// A label begins or ends with a hyphen.
    Hyphen,
    /// A label or the name is too long for DNS.
    TooLong,
    /// An IP address. The digits and dots of one fit the grammar of a domain, but "a valid host name can never have the
    /// dotted-decimal form" (RFC 1123 §2.1), and no MX record can name one.
    IpAddress,
    /// A character that no domain has.
    Character(char),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, PatternFault> {
        let (is_wildcard, domain) = text.strip_prefix("*.").map_or((false, text), |domain| (true, domain));
        if text.is_empty() {
            return Err(PatternFault::Empty);
        }
        if domain.contains('*') {
            return Err(PatternFault::Wildcard);
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if let Some(odd) = domain.chars().find(|c| !allowed(*c)) {
            return Err(PatternFault::Character(odd));
        }
        for label in domain.split('.') {
            if label.is_empty() {
                return Err(PatternFault::EmptyLabel);
            }
            if label.starts_with('-') || label.ends_with('-') {
                return Err(PatternFault::Hyphen);
            }
            if label.len() > MAX_LABEL {
                return Err(PatternFault::TooLong);
            }
        }
        if domain.len() > MAX_NAME {
            return Err(PatternFault::TooLong);
        }
        if domain.parse::<Ipv4Addr>().is_ok() {
            return Err(PatternFault::IpAddress);
        }
        Ok(Self { is_wildcard, domain: domain.to_owned() })
    }

    /// Whether the name of an MX record matches: without regard to case or a root dot. A wildcard stands for exactly one
    /// label, so `*.example.com` matches neither `example.com` nor `a.b.example.com`.
    ///
    /// The name is that in the MX record, in A-labels, not what an alias leads to.
    #[must_use]
    pub fn matches(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        if !self.is_wildcard {
            return host.eq_ignore_ascii_case(&self.domain);
        }
        host.split_once('.').is_some_and(|(label, domain)| {
            !label.is_empty() && label != "*" && domain.eq_ignore_ascii_case(&self.domain)
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wildcard = if self.is_wildcard { "*." } else { "" };
        write!(f, "{wildcard}{}", self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_domain_or_a_wildcard_label_before_one() {
        for text in ["mx.example.org", "*.example.org", "*.org", "localhost", "xn--bcher-kva.example", "1.MX-2.example"]
        {
            assert_eq!(Pattern::parse(text).map(|pattern| pattern.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn whatever_else_people_write_is_named() {
        for (text, fault) in [
            ("", PatternFault::Empty),
            ("*", PatternFault::Wildcard),
            ("*.", PatternFault::EmptyLabel),
            ("*.*.example.org", PatternFault::Wildcard),
            ("mx*.example.org", PatternFault::Wildcard),
            (".example.org", PatternFault::EmptyLabel),
            ("mx.example.org.", PatternFault::EmptyLabel),
            ("mx..example.org", PatternFault::EmptyLabel),
            ("-mx.example.org", PatternFault::Hyphen),
            ("mx.example.org-", PatternFault::Hyphen),
            ("192.0.2.1", PatternFault::IpAddress),
            ("[192.0.2.1]", PatternFault::Character('[')),
            ("2001:db8::1", PatternFault::Character(':')),
            ("10 mx.example.org", PatternFault::Character(' ')),
            ("mx1.example.org,mx2.example.org", PatternFault::Character(',')),
            ("mx_1.example.org", PatternFault::Character('_')),
            ("mx.bücher.example", PatternFault::Character('ü')),
        ] {
            assert_eq!(Pattern::parse(text), Err(fault), "{text}");
        }
        assert_eq!(Pattern::parse(&format!("{}.example", "a".repeat(64))), Err(PatternFault::TooLong));
    }

    #[test]
    fn a_wildcard_is_exactly_one_label() {
        let matches = |pattern: &str, host: &str| Pattern::parse(pattern).unwrap().matches(host);
        assert!(matches("mx.example.org", "MX.Example.ORG."));
        assert!(matches("*.Example.org", "mx.example.org"));
        assert!(matches("*.mx.example.org", "a.mx.example.org"));
        assert!(matches("*.org", "example.org"));
        for host in ["example.org", "a.b.example.org", ".example.org", "mx.example.net", "*.example.org", "org", ""] {
            assert!(!matches("*.example.org", host), "{host}");
        }
        assert!(!matches("mx.example.org", "a.mx.example.org"));
    }
}
