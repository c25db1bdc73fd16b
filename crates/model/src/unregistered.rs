//! Names that people search for and that no report may hold: guides and dashboards write them as though they were result
//! types. The registry has eleven (RFC 8460 §6.6); these arrive as one of those, with a reason code at best.

/// A name that is no result type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unregistered {
    /// Where it stands on the help page.
    pub anchor: &'static str,
    /// As it is written.
    pub name: &'static str,
    /// What people mean by it, and what is so.
    pub meaning: &'static str,
    /// The result types as which it arrives, by their anchors, the likeliest first.
    pub arrives_as: &'static [&'static str],
    /// Other ways to say it.
    pub synonyms: &'static [&'static str],
}

/// All of them.
pub const UNREGISTERED: &[Unregistered] = &[
    Unregistered {
        anchor: "certificate-not-valid-yet",
        name: "certificate-not-valid-yet",
        meaning: "A certificate whose first day is still to come: it was put to use too early, or a clock is wrong, the \
                  server's or the sender's. A sender that writes this as a type is taken at its word; the type is shown as it \
                  was written, among the unknown ones.",
        arrives_as: &["validation-failure", "certificate-not-trusted", "unknown-result-type"],
        synonyms: &["certificate not yet valid", "not before", "clock", "future certificate"],
    },
    Unregistered {
        anchor: "weak-cipher",
        name: "weak cipher",
        meaning: "Both sides found no cipher that each of them accepts. The report says only that the session could not be \
                  validated; the reason code may name the cipher.",
        arrives_as: &["validation-failure"],
        synonyms: &["cipher mismatch", "no shared cipher", "insecure cipher", "cipher suite"],
    },
    Unregistered {
        anchor: "tls-version-mismatch",
        name: "TLS version mismatch",
        meaning: "Both sides have no TLS version in common: one of them is old, or too strict. Offer TLS 1.2 and 1.3.",
        arrives_as: &["validation-failure"],
        synonyms: &["unsupported TLS version", "TLS 1.0", "protocol version", "old TLS"],
    },
    Unregistered {
        anchor: "protocol-downgrade",
        name: "protocol downgrade",
        meaning: "Somebody in between makes the sender believe that there is no encryption, mostly by taking STARTTLS out of the \
                  host's answer. A report cannot tell an attack from a firewall that does the same: it says that STARTTLS was \
                  not offered, or that validation failed. When one reporter alone sees it, look at the way between the two.",
        arrives_as: &["starttls-not-supported", "validation-failure"],
        synonyms: &["downgrade attack", "STARTTLS stripping", "man in the middle", "interception", "middlebox"],
    },
    Unregistered {
        anchor: "untrusted-root",
        name: "untrusted root",
        meaning: "The chain ends at a root that the sender does not know, or an intermediate certificate is missing.",
        arrives_as: &["certificate-not-trusted"],
        synonyms: &[
            "untrusted certificate",
            "unknown root",
            "untrusted CA",
            "untrusted issuer",
            "self-signed certificate",
        ],
    },
    Unregistered {
        anchor: "certificate-mismatch",
        name: "certificate mismatch",
        meaning: "The certificate names other hosts than the MX host. Under DANE the words may also mean that no TLSA record \
                  fits the certificate.",
        arrives_as: &["certificate-host-mismatch", "tlsa-invalid"],
        synonyms: &["hostname mismatch", "name mismatch", "wrong certificate"],
    },
    Unregistered {
        anchor: "expired-certificate",
        name: "expired certificate",
        meaning: "The certificate is past its last day. Of an MX host and of the policy host the types differ.",
        arrives_as: &["certificate-expired", "sts-webpki-invalid"],
        synonyms: &["expiry", "certificate renewal", "out of date certificate"],
    },
    Unregistered {
        anchor: "connection-failure",
        name: "connection failure",
        meaning: "Some guides call a policy that could not be fetched a connection failure; that is about the policy host's \
                  web server. A connection to an MX host that breaks off before TLS may be reported as STARTTLS not offered, \
                  or as a failed validation. A host that never answers has no session to count, so mostly no report tells of \
                  it.",
        arrives_as: &["sts-policy-fetch-error", "starttls-not-supported", "validation-failure"],
        synonyms: &["connection refused", "timeout", "unreachable"],
    },
];

/// The one that a sender writes as a result type; hyphens, blanks and case do not matter.
#[must_use]
pub fn named(written: &str) -> Option<&'static Unregistered> {
    let words = |text: &str| -> Vec<String> {
        let parted = text.split(|c: char| c == '-' || c == '_' || c.is_whitespace());
        parted.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
    };
    let written = words(written);
    UNREGISTERED.iter().find(|one| words(one.name) == written)
}

#[cfg(test)]
mod tests {
    use tlsrpt::ResultType;

    use super::*;
    use crate::explain;

    #[test]
    fn none_is_registered_and_each_leads_to_types_that_are_explained() {
        for one in UNREGISTERED {
            assert!(ResultType::REGISTERED.iter().all(|known| known.as_str() != one.name), "{}", one.name);
            assert!(one.meaning.ends_with('.') && !one.meaning.contains("  "), "{}", one.name);
            assert!(!one.arrives_as.is_empty());
            for anchor in one.arrives_as {
                let known = explain::RESULT_TYPES.iter().any(|known| known.anchor == *anchor);
                assert!(known || *anchor == explain::unknown_result_type().anchor, "{anchor}");
            }
        }
    }

    #[test]
    fn a_name_is_known_however_its_words_are_joined() {
        for (written, anchor) in [
            ("certificate-not-valid-yet", "certificate-not-valid-yet"),
            ("Certificate_Not_Valid_Yet", "certificate-not-valid-yet"),
            ("tls-version-mismatch", "tls-version-mismatch"),
            (" Weak cipher ", "weak-cipher"),
        ] {
            assert_eq!(named(written).map(|one| one.anchor), Some(anchor), "{written}");
        }
        assert_eq!([named("certificate"), named(""), named("certificate-not-valid-yet-again")], [None; 3]);
    }

    #[test]
    fn what_arrives_is_not_said_to_be_unreported() {
        for one in UNREGISTERED {
            assert!(!one.meaning.contains("not reported"), "{}", one.name);
        }
    }
}
