//! What result types, policy types and impacts mean, in words for whoever runs the mail: what happened, what it does to
//! mail, whose fault it is and which steps mend it. The words of the glossary are in [`crate::glossary`].

use tlsrpt::{PolicyType, ResultType};

use crate::{Impact, unregistered};

/// One thing explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Where it stands on the help page: `/help#certificate-expired`.
    pub anchor: &'static str,
    /// A few words: `Certificate expired`.
    pub title: &'static str,
    /// What happened, in one to three sentences.
    pub meaning: &'static str,
    /// What it does to mail: the situation, and what happens in it.
    pub effects: &'static [(&'static str, &'static str)],
    /// Whose fault it is.
    pub whose: Whose,
    /// The steps that mend it, in order. `<mx>` and `<domain>` stand for the reader's own names.
    pub remedy: &'static [&'static str],
    /// Where it is defined: `RFC 8460 §4.3.1`.
    pub source: &'static str,
    /// Other words people search for.
    pub synonyms: &'static [&'static str],
}

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Whoever runs the MX host or the domain's DNS.
    Ours,
    /// Whoever runs `mta-sts.<domain>`: often a web team or a provider, not the mail team.
    PolicyHost,
    /// The sending side.
    Sender,
    /// The report alone does not tell.
    Open,
}

impl Whose {
    /// In a few words, after "Whose fault".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ours => "ours, or whoever runs the MX host",
            Self::PolicyHost => "the policy host's: ours, or whoever runs mta-sts.<domain>",
            Self::Sender => "the sender's",
            Self::Open => "not clear from the report alone",
        }
    }
}

/// What negotiation failures do, by policy.
const HOST_EFFECTS: &[(&str, &str)] = &[
    (
        "MTA-STS in enforce, or DANE",
        "Not delivered through that host. Senders try the other MX hosts, then try again for days; mail bounces if no host \
         is good until then.",
    ),
    ("MTA-STS in testing", "Delivered all the same, and reported."),
    (
        "MTA-STS mode none, or no policy",
        "Delivered. Whether it was encrypted is up to the sender; nobody checked who was at the other end.",
    ),
];
const DANE_EFFECTS: &[(&str, &str)] = &[(
    "DANE",
    "Not delivered through that host: DANE has no testing mode. Senders try the other MX hosts, then try again later. \
     MTA-STS cannot overrule a DANE failure.",
)];
const POLICY_EFFECTS: &[(&str, &str)] = &[
    (
        "Senders that hold an earlier policy",
        "They go on applying it until its max_age has passed; under enforce they still protect the mail.",
    ),
    (
        "Senders that hold none",
        "They deliver as though there were no MTA-STS, perhaps in clear text: the policy protects nobody new.",
    ),
];

/// A result type (RFC 8460 §4.3); types that are not registered share one explanation.
#[must_use]
pub fn result_type(result_type: &ResultType) -> &'static Explanation {
    ResultType::REGISTERED.iter().position(|known| known == result_type).map_or(&UNKNOWN, |i| &RESULT_TYPES[i])
}

/// All registered result types, in the registry's order.
pub const RESULT_TYPES: [Explanation; 11] = [
    Explanation {
        anchor: "starttls-not-supported",
        title: "STARTTLS not offered",
        meaning: "The sender reached the MX host, and the host did not offer STARTTLS. Without it there is no encryption.",
        effects: &[
            HOST_EFFECTS[0],
            ("MTA-STS in testing", "Delivered in clear text, and reported."),
            ("MTA-STS mode none, or no policy", "Delivered in clear text."),
        ],
        whose: Whose::Ours,
        remedy: &[
            "Ask the host from outside: openssl s_client -starttls smtp -connect <mx>:25. Its answer to EHLO must list \
             STARTTLS.",
            "If it does not, install a certificate and switch TLS on for incoming mail (Postfix: \
             smtpd_tls_security_level = may, with smtpd_tls_chain_files).",
            "If it does, look in between: firewalls that inspect SMTP remove STARTTLS from the answer. Switch that \
             inspection off.",
            "Test every MX host and every address behind it, backup hosts too. Where TLSA records are published, STARTTLS \
             must be offered to everyone, always.",
        ],
        source: "RFC 8460 §4.3.1",
        synonyms: &["TLS disabled", "no encryption", "STARTTLS stripped", "downgrade", "plain text"],
    },
    Explanation {
        anchor: "certificate-host-mismatch",
        title: "Certificate names another host",
        meaning: "The certificate that the MX host presented does not name that host. Only its subject alternative names \
                  count, not the common name, and a wildcard stands for one label: *.example.com is mx.example.com but not \
                  a.mx.example.com. Some senders also report an MX host so that the policy does not list.",
        effects: HOST_EFFECTS,
        whose: Whose::Ours,
        remedy: &[
            "See what the host presents: openssl s_client -starttls smtp -connect <mx>:25 -servername <mx> </dev/null | \
             openssl x509 -noout -ext subjectAltName.",
            "Get a certificate for the name in the MX record (not the mail domain, not the target of a CNAME) and reload the \
             mail server.",
            "If the server holds several certificates, let it choose by SNI: senders ask for the MX host's name.",
            "Compare the MX records with the mx lines of the MTA-STS policy; each MX host must match one.",
        ],
        source: "RFC 8460 §4.3.1, RFC 8461 §4.2",
        synonyms: &["certificate mismatch", "wrong hostname", "SAN", "subject alternative name", "common name"],
    },
    Explanation {
        anchor: "certificate-expired",
        title: "Certificate expired",
        meaning: "The certificate of the MX host is past its last day of validity. That fails MTA-STS; DANE with usage 3 \
                  does not look at the date.",
        effects: HOST_EFFECTS,
        whose: Whose::Ours,
        remedy: &[
            "Renew the certificate of that MX host.",
            "Reload the mail server. A renewed file that the server has not read again is the most common cause.",
            "See what is served now: openssl s_client -starttls smtp -connect <mx>:25 -servername <mx> </dev/null | \
             openssl x509 -noout -dates. Ask every address behind the name.",
            "Renew automatically, with a hook that reloads the mail server. If the key changes too and TLSA records are \
             published, publish the new record first.",
        ],
        source: "RFC 8460 §4.3.1, RFC 8461 §4.2",
        synonyms: &["expired certificate", "certificate validity", "not after", "renewal"],
    },
    Explanation {
        anchor: "certificate-not-trusted",
        title: "Certificate not trusted",
        meaning: "The certificate's chain does not end at a root that the sender trusts: it is self-signed, comes from a \
                  private authority, or an intermediate certificate is missing. The reason code may say which.",
        effects: HOST_EFFECTS,
        whose: Whose::Ours,
        remedy: &[
            "Let the server send the whole chain: the file is usually called fullchain.pem, not cert.pem.",
            "Check it: openssl s_client -starttls smtp -connect <mx>:25 -servername <mx> must end with \"Verify return code: \
             0 (ok)\".",
            "Replace a self-signed certificate, or one of a private authority, by one of a public authority. MTA-STS accepts \
             no other; DANE does.",
            "If one sender alone complains, its list of roots may be old: tell its contact.",
        ],
        source: "RFC 8460 §4.3.1, RFC 8461 §4.2",
        synonyms: &["untrusted root", "self-signed", "incomplete chain", "missing intermediate", "unknown authority"],
    },
    Explanation {
        anchor: "validation-failure",
        title: "Validation failed",
        meaning: "TLS could not be negotiated or validated, for a reason that has no type of its own: no TLS version or \
                  cipher in common, a handshake that broke off, or an MX host that the policy does not list (Microsoft \
                  writes MX_HOSTS_MISMATCH). Senders should add a reason code; many do not.",
        effects: HOST_EFFECTS,
        whose: Whose::Open,
        remedy: &[
            "Read the reason code, where there is one.",
            "Compare the MX records with the mx lines of the MTA-STS policy; each MX host must match one.",
            "Check that the host speaks TLS 1.2 or 1.3 with current ciphers, on every address.",
            "A few sessions from one sender, while others succeed at the same host, point to that sender or to the network: \
             watch whether it goes on.",
        ],
        source: "RFC 8460 §4.3.1",
        synonyms: &[
            "weak cipher",
            "protocol downgrade",
            "TLS version mismatch",
            "handshake failure",
            "certificate-not-valid-yet",
            "MX_HOSTS_MISMATCH",
            "TLS alert",
        ],
    },
    Explanation {
        anchor: "tlsa-invalid",
        title: "TLSA records do not match",
        meaning: "TLSA records exist for the MX host, and none of them matches the certificate it presents, or none is \
                  usable. Usually the key changed and the records did not.",
        effects: DANE_EFFECTS,
        whose: Whose::Ours,
        remedy: &[
            "Compute what should be there: openssl s_client -starttls smtp -connect <mx>:25 -servername <mx> </dev/null | \
             openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | openssl sha256.",
            "Publish it at _25._tcp.<mx> as TLSA 3 1 1 and wait for the old record's TTL. Mail flows again as caches expire.",
            "For the next change publish the record of the new key beside the old one, wait for the TTL, and only then \
             change the certificate.",
            "With usage 2 the named authority's certificate must be in the chain that the server sends, even a root. Usages \
             0 and 1 are not for mail.",
            "If nobody can keep the records in step, remove them: no TLSA record is better than a wrong one.",
        ],
        source: "RFC 8460 §4.3.2.1, RFC 7672 §3",
        synonyms: &["DANE failure", "TLSA mismatch", "3 1 1", "key rollover"],
    },
    Explanation {
        anchor: "dnssec-invalid",
        title: "DNSSEC does not validate",
        meaning: "The sender's resolver returned no valid records: the signatures of the zone do not hold, or the name server \
                  fails when asked for TLSA. That is not the same as having no DANE: the sender must not deliver.",
        effects: DANE_EFFECTS,
        whose: Whose::Ours,
        remedy: &[
            "Look for the broken link: delv _25._tcp.<mx> TLSA, and the same for the MX and address records. \"resolution \
             failed\" names it.",
            "Check that the DS record at the registrar belongs to a key in use, and that signatures have not expired (clock, \
             stopped signer).",
            "Ask each name server for _25._tcp.<mx> TLSA, also where there is none: it must answer NOERROR or NXDOMAIN, never \
             SERVFAIL or nothing.",
        ],
        source: "RFC 8460 §4.3.2.1, RFC 7672 §2.1",
        synonyms: &["bogus", "SERVFAIL", "DS mismatch", "RRSIG expired"],
    },
    Explanation {
        anchor: "dane-required",
        title: "Sender demands DANE",
        meaning: "The sender is configured to require DANE for this destination and found no TLSA records validated by \
                  DNSSEC for the MX host.",
        effects: &[(
            "Only this sender",
            "It does not deliver through that host until it finds TLSA records. Other senders are not affected.",
        )],
        whose: Whose::Sender,
        remedy: &[
            "If TLSA records were published here and are gone, publish them again.",
            "If there never were any, nothing is wrong here: tell the sender's contact, or publish DANE.",
        ],
        source: "RFC 8460 §4.3.2.1, RFC 7672 §6",
        synonyms: &["mandatory DANE", "DANE only"],
    },
    Explanation {
        anchor: "sts-policy-fetch-error",
        title: "MTA-STS policy not fetched",
        meaning: "The _mta-sts record says that there is a policy, and the sender could not fetch it from \
                  https://mta-sts.<domain>/.well-known/mta-sts.txt. This is about the policy host, a web server; the MX \
                  hosts have nothing to do with it.",
        effects: POLICY_EFFECTS,
        whose: Whose::PolicyHost,
        remedy: &[
            "Fetch it as senders do: curl -sSi https://mta-sts.<domain>/.well-known/mta-sts.txt. The answer must be 200 with \
             text/plain; senders follow no redirect.",
            "Try IPv4 and IPv6 (curl -4, curl -6): an AAAA record whose server does not answer is a common cause.",
            "Let everybody in: bot protection, country filters and rate limits keep senders out, which are not browsers.",
            "The answer must come within a minute and have at most 64 KB.",
        ],
        source: "RFC 8460 §4.3.2.2, RFC 8461 §3.3",
        synonyms: &["policy not found", "404", "policy host unreachable", "well-known"],
    },
    Explanation {
        anchor: "sts-policy-invalid",
        title: "MTA-STS policy not valid",
        meaning: "The policy file was fetched, and it is not a policy: a key is missing or misspelt, a value is not allowed, or \
                  a web page came instead.",
        effects: POLICY_EFFECTS,
        whose: Whose::PolicyHost,
        remedy: &[
            "Compare the file with this one, line by line: version: STSv1 / mode: testing / mx: mx1.example.com / mx: \
             mx2.example.com / max_age: 604800.",
            "Keys and values are case-sensitive; the mode is enforce, testing or none; each MX host has an mx line of its own, \
             without a final dot; max_age is at most 31557600.",
            "Plain text in UTF-8 without a byte order mark, no blank lines, no comments, no HTML.",
            "After the change put a new id into the _mta-sts record, or senders keep what they have.",
        ],
        source: "RFC 8460 §4.3.2.2, RFC 8461 §3.2",
        synonyms: &["policy syntax", "policy format", "max_age", "mta-sts.txt"],
    },
    Explanation {
        anchor: "sts-webpki-invalid",
        title: "Certificate of the policy host not valid",
        meaning: "The policy could not be authenticated: the certificate of mta-sts.<domain> has expired, names another host or \
                  is not trusted. This is the web server's certificate, not that of an MX host.",
        effects: POLICY_EFFECTS,
        whose: Whose::PolicyHost,
        remedy: &[
            "See it: curl -v https://mta-sts.<domain>/.well-known/mta-sts.txt names what is wrong.",
            "Get a certificate of a public authority for mta-sts.<domain> itself. Where a provider hosts the policy, the \
             certificate must still be for your name, not for the provider's.",
            "Renew it automatically, and send the whole chain.",
        ],
        source: "RFC 8460 §4.3.2.2, RFC 8461 §3.3",
        synonyms: &["PKIX", "WebPKI", "policy host certificate", "HTTPS certificate"],
    },
];

const UNKNOWN: Explanation = Explanation {
    anchor: "unknown-result-type",
    title: "Unknown result type",
    meaning: "The sender wrote a result type that is not registered. It is kept as it was written; its name and the reason \
              code are all there is to go by. \"certificate-not-valid-yet\", for one, means a certificate whose first day is \
              still to come, or a wrong clock.",
    effects: HOST_EFFECTS,
    whose: Whose::Open,
    remedy: &[
        "Read the type's name and the reason code.",
        "Check certificate, STARTTLS and policy of the host that is named.",
        "If it means nothing to you, ask the sender's contact.",
    ],
    source: "RFC 8460 §4.3, §6.6",
    synonyms: &["unregistered", "other"],
};

/// What a type means, and where that stands on the help page: of a name that guides made known, its own words.
#[must_use]
pub fn meaning(of: &ResultType) -> (&'static str, &'static str) {
    let named = match of {
        ResultType::Other(written) => unregistered::named(written),
        _ => None,
    };
    named.map_or_else(
        || {
            let explanation = result_type(of);
            (explanation.meaning, explanation.anchor)
        },
        |one| (one.meaning, one.anchor),
    )
}

/// The explanation that unregistered types share.
#[must_use]
pub const fn unknown_result_type() -> &'static Explanation {
    &UNKNOWN
}

/// A policy type in a few words and in a sentence (RFC 8460 §4.4).
#[must_use]
pub const fn policy_type(policy_type: &PolicyType) -> (&'static str, &'static str) {
    match policy_type {
        PolicyType::Sts => ("MTA-STS", "The sender applied the domain's MTA-STS policy (RFC 8461)."),
        PolicyType::Tlsa => ("DANE", "The sender applied TLSA records found by DNSSEC (RFC 7672)."),
        PolicyType::NoPolicyFound => (
            "no policy",
            "The sender found neither MTA-STS nor DANE. A successful session was encrypted, and nobody checked with whom.",
        ),
        PolicyType::Other(_) => ("unknown policy", "The sender named a kind of policy that is not registered."),
    }
}

/// What an impact means, in a sentence.
#[must_use]
pub const fn impact(impact: Impact) -> &'static str {
    match impact {
        Impact::NotDelivered => {
            "The policy forbids delivery through that host. The sender tries another MX host or tries again later; mail \
             bounces only if no host is good for days."
        }
        Impact::DeliveredUnprotected => {
            "The mail was delivered without the protection that the policy asks for: in testing, failures are only reported."
        }
        Impact::DeliveredPerhapsClear => {
            "The mail was delivered as though there were no policy: perhaps encrypted, perhaps in clear text."
        }
        Impact::NotKnown => {
            "The report does not quote the policy, so its mode, and with it the fate of the mail, is not known."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_registered_type_has_its_own_explanation() {
        for known in &ResultType::REGISTERED {
            assert_eq!(result_type(known).anchor, known.as_str());
        }
        let other = ResultType::Other("certificate-not-valid-yet".to_owned());
        assert_eq!(result_type(&other), unknown_result_type());
    }

    #[test]
    fn a_name_that_guides_made_known_has_its_own_meaning() {
        let (meaning, anchor) = super::meaning(&ResultType::Other("certificate-not-valid-yet".to_owned()));
        assert_eq!(anchor, "certificate-not-valid-yet");
        assert!(meaning.starts_with("A certificate whose first day is still to come"), "{meaning}");
        assert_eq!(super::meaning(&ResultType::Other("quantum".to_owned())).1, unknown_result_type().anchor);
        assert_eq!(super::meaning(&ResultType::CertificateExpired).1, "certificate-expired");
    }

    #[test]
    fn every_explanation_says_what_who_and_how() {
        for one in RESULT_TYPES.iter().chain([&UNKNOWN]) {
            assert!(one.meaning.ends_with('.') && one.title.len() < 45, "{}", one.anchor);
            assert!(
                !one.effects.is_empty() && one.remedy.len() >= 2 && one.source.starts_with("RFC"),
                "{}",
                one.anchor
            );
            for sentence in one.remedy.iter().chain(one.effects.iter().map(|(_, effect)| effect)) {
                assert!(sentence.ends_with('.') && !sentence.contains("  "), "{}: {sentence}", one.anchor);
            }
        }
    }

    #[test]
    fn the_policy_host_is_not_blamed_on_the_mx_nor_the_senders_wish_on_us() {
        for known in [ResultType::StsPolicyFetchError, ResultType::StsPolicyInvalid, ResultType::StsWebpkiInvalid] {
            assert_eq!(result_type(&known).whose, Whose::PolicyHost);
        }
        assert_eq!(result_type(&ResultType::DaneRequired).whose, Whose::Sender);
    }
}
