//! What senders write into `failure-reason-code` (RFC 8460 §4.4: free text), in words.
//!
//! Nothing registers these texts. Here are those of the libraries that most senders are made of (OpenSSL, Go, rustls), those of
//! large senders, and HTTP statuses; what fits none is shown as it is, and nothing is made up about it.

/// A reason that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// How senders write it; the first is the one that help shows.
    pub spellings: &'static [Spelling],
    /// What it means and what follows from it, in one or two sentences.
    pub meaning: &'static str,
    /// The result type that explains more, by its anchor on the help page.
    pub anchor: &'static str,
}

/// A way to write a reason; upper and lower case are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// The whole text.
    Code(&'static str),
    /// Somewhere in the text.
    Words(&'static str),
    /// A text that tells of an HTTP answer with a status from the first to the last of these.
    Http(u16, u16),
}

use Spelling::{Code, Http, Words};

impl Spelling {
    /// As help shows it.
    #[must_use]
    pub fn shown(self) -> String {
        match self {
            Code(text) => text.to_owned(),
            Words(text) => format!("… {text} …"),
            Http(first, last) if first == last => format!("HTTP {first}"),
            Http(first, last) => format!("HTTP {first} to {last}"),
        }
    }

    /// Whether a text, in lower case, is spelled so.
    fn fits(self, text: &str) -> bool {
        match self {
            Code(code) => text == code.to_lowercase(),
            Words(words) => text.contains(&words.to_lowercase()),
            Http(first, last) => http_status(text).is_some_and(|status| (first..=last).contains(&status)),
        }
    }
}

/// What a text means; none where it is not known.
#[must_use]
pub fn decode(text: &str) -> Option<&'static Reason> {
    // A reason is a line; what is longer is not searched to its end.
    let text: String = text.trim().chars().take(400).collect::<String>().to_lowercase();
    REASONS.iter().find(|reason| reason.spellings.iter().any(|spelling| spelling.fits(&text)))
}

/// The status in a text that speaks of an HTTP answer: `bad https response code: 404`.
fn http_status(text: &str) -> Option<u16> {
    if !["http", "status", "response"].iter().any(|word| text.contains(word)) {
        return None;
    }
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() == 3)
        .filter_map(|word| word.parse().ok())
        .find(|status| (300..600).contains(status))
}

/// All that are known; the first that fits holds.
pub const REASONS: &[Reason] = &[
    // Microsoft: seen in reports of Exchange Online, and the codes of its DANE.
    Reason {
        spellings: &[Code("MX_HOSTS_MISMATCH"), Words("failed MTA-STS validation")],
        meaning: "Microsoft: none of the MTA-STS policy's mx lines fits the MX host. Compare the MX records with the policy, \
                  and give the policy a new id once it is right.",
        anchor: "validation-failure",
    },
    Reason {
        spellings: &[Code("VALIDATION_FAILURE")],
        meaning: "Microsoft: the TLS session or the certificate did not pass, and no more is said. Look at the certificate's \
                  dates, name and chain; if they are good and others succeed, watch whether it goes on.",
        anchor: "validation-failure",
    },
    Reason {
        spellings: &[Words("7.321")],
        meaning: "Microsoft, under DANE: the MX host did not offer STARTTLS although TLSA records exist for it.",
        anchor: "starttls-not-supported",
    },
    Reason {
        spellings: &[Words("7.322")],
        meaning: "Microsoft, under DANE: the certificate of the MX host has expired.",
        anchor: "certificate-expired",
    },
    Reason {
        spellings: &[Words("7.323")],
        meaning: "Microsoft, under DANE: no TLSA record matches the certificate of the MX host.",
        anchor: "tlsa-invalid",
    },
    Reason {
        spellings: &[Words("7.324")],
        meaning: "Microsoft, under DANE: DNS did not give valid DNSSEC records for the domain or its MX host.",
        anchor: "dnssec-invalid",
    },
    Reason {
        spellings: &[Words("7.325")],
        meaning: "Microsoft, under DANE: the certificate names neither the MX host nor the domain.",
        anchor: "certificate-host-mismatch",
    },
    // The policy host: Mail.ru writes "bad https response code: 404".
    Reason {
        spellings: &[Http(404, 404), Http(410, 410)],
        meaning: "The policy host answered that there is no such file. The policy belongs at \
                  /.well-known/mta-sts.txt on mta-sts.<domain>, under exactly that name.",
        anchor: "sts-policy-fetch-error",
    },
    Reason {
        spellings: &[Http(401, 401), Http(403, 403), Http(429, 429)],
        meaning: "The policy host turned the sender away. Bot protection, a country filter or a rate limit is the usual \
                  cause: let everybody have this one file.",
        anchor: "sts-policy-fetch-error",
    },
    Reason {
        spellings: &[Http(300, 399)],
        meaning: "The policy host answered with a redirect, and senders must not follow one (RFC 8461 §3.3). Serve the file \
                  itself under mta-sts.<domain>.",
        anchor: "sts-policy-fetch-error",
    },
    Reason {
        spellings: &[Http(500, 599)],
        meaning: "The policy host failed while it answered. Its log has the cause.",
        anchor: "sts-policy-fetch-error",
    },
    Reason {
        spellings: &[Http(400, 499)],
        meaning: "The policy host refused the request.",
        anchor: "sts-policy-fetch-error",
    },
    // The certificate.
    Reason {
        spellings: &[
            Code("X509_V_ERR_CERT_NOT_YET_VALID"),
            Words("not yet valid"),
            Words("NotValidYet"),
            Words("not valid yet"),
        ],
        meaning: "The certificate's first day is still to come, or one of the two clocks is wrong. Some libraries write the \
                  same words for one that has expired: look at both dates.",
        anchor: "unknown-result-type",
    },
    Reason {
        spellings: &[
            Code("X509_V_ERR_CERT_HAS_EXPIRED"),
            Words("certificate has expired"),
            Words("CertExpired"),
            Code("Expired"),
        ],
        meaning: "The certificate, or one of its chain, is past its last day. Renew it, and reload the server.",
        anchor: "certificate-expired",
    },
    Reason {
        spellings: &[
            Code("X509_V_ERR_HOSTNAME_MISMATCH"),
            Words("hostname mismatch"),
            Words("does not match host"),
            Words("certificate is valid for"),
            Words("not valid for any names"),
            Words("NotValidForName"),
            Words("doesn't match"),
        ],
        meaning: "The certificate names other hosts than the one in the MX record.",
        anchor: "certificate-host-mismatch",
    },
    Reason {
        spellings: &[
            Code("X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
            Code("X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT"),
            Code("X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
            Words("unable to get local issuer certificate"),
            Words("unable to verify the first certificate"),
            Words("unknown authority"),
            Words("UnknownIssuer"),
        ],
        meaning: "The chain does not lead to a root that the sender knows. Usually the server leaves an intermediate \
                  certificate out: let it send the whole chain.",
        anchor: "certificate-not-trusted",
    },
    Reason {
        spellings: &[
            Code("X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT"),
            Code("X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN"),
            Words("self-signed"),
            Words("self signed"),
        ],
        meaning: "The certificate is self-signed, or its root is. MTA-STS accepts only public authorities; DANE takes it where \
                  a TLSA record names it.",
        anchor: "certificate-not-trusted",
    },
    Reason {
        spellings: &[
            Code("X509_V_ERR_CERT_REVOKED"),
            Words("certificate revoked"),
            Code("X509_V_ERR_CERT_UNTRUSTED"),
            Code("X509_V_ERR_CERT_REJECTED"),
        ],
        meaning: "The authority has revoked the certificate, or the sender rejects that authority. Get a new one.",
        anchor: "certificate-not-trusted",
    },
    Reason {
        spellings: &[
            Code("X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED"),
            Code("X509_V_ERR_PATH_LENGTH_EXCEEDED"),
            Code("X509_V_ERR_CERT_CHAIN_TOO_LONG"),
            Code("X509_V_ERR_INVALID_CA"),
            Code("X509_V_ERR_INVALID_PURPOSE"),
            Code("X509_V_ERR_PERMITTED_VIOLATION"),
            Code("X509_V_ERR_EXCLUDED_VIOLATION"),
            Code("X509_V_ERR_CERT_SIGNATURE_FAILURE"),
        ],
        meaning: "A certificate of the chain may not stand where it stands: the chain is put together wrongly, or an authority \
                  made it so. Serve the chain as the authority gave it.",
        anchor: "certificate-not-trusted",
    },
    Reason {
        spellings: &[
            Code("X509_V_ERR_EE_KEY_TOO_SMALL"),
            Code("X509_V_ERR_CA_KEY_TOO_SMALL"),
            Code("X509_V_ERR_CA_MD_TOO_WEAK"),
            Words("ee key too small"),
            Words("ca md too weak"),
        ],
        meaning: "The key or the signature of a certificate is too weak for the sender. Get a certificate with an ECDSA key or \
                  at least 2,048 bits of RSA.",
        anchor: "certificate-not-trusted",
    },
    Reason {
        spellings: &[Code("X509_V_ERR_DANE_NO_MATCH"), Words("no matching DANE TLSA"), Words("TLSA")],
        meaning: "No TLSA record matches the certificate that the MX host presents.",
        anchor: "tlsa-invalid",
    },
    // DNS.
    Reason {
        spellings: &[Words("DNSSEC"), Words("SERVFAIL"), Words("bogus")],
        meaning: "The sender's resolver refused the answer: the zone's signatures do not hold, or a name server fails.",
        anchor: "dnssec-invalid",
    },
    Reason {
        spellings: &[
            Words("no such host"),
            Words("NXDOMAIN"),
            Words("name or service not known"),
            Words("could not resolve"),
        ],
        meaning: "The name does not exist in DNS as the sender asks for it: an address record is missing.",
        anchor: "sts-policy-fetch-error",
    },
    // TLS itself.
    Reason {
        spellings: &[
            Words("unsupported protocol"),
            Words("protocol version"),
            Words("wrong version number"),
            Words("version too low"),
            Words("PeerIncompatible"),
        ],
        meaning: "Both sides have no TLS version in common, or what answered was not TLS. Offer TLS 1.2 and 1.3, on every \
                  address.",
        anchor: "validation-failure",
    },
    Reason {
        spellings: &[
            Words("no shared cipher"),
            Words("handshake failure"),
            Words("handshake_failure"),
            Words("dh key too small"),
            Words("no ciphers"),
        ],
        meaning: "The handshake failed: no cipher in common, or keys that are too short. Allow the current ciphers that your \
                  mail server's own defaults have.",
        anchor: "validation-failure",
    },
    Reason {
        spellings: &[Words("STARTTLS")],
        meaning: "The MX host did not offer STARTTLS, or refused it when asked.",
        anchor: "starttls-not-supported",
    },
    // The connection.
    Reason {
        spellings: &[
            Words("deadline exceeded"),
            Words("Client.Timeout"),
            Words("i/o timeout"),
            Words("timed out"),
            Words("timeout"),
        ],
        meaning: "The other side did not answer in time. Try it over IPv4 and over IPv6: an address that is published and dead \
                  is a common cause.",
        anchor: "sts-policy-fetch-error",
    },
    Reason {
        spellings: &[
            Words("connection refused"),
            Words("connection reset"),
            Words("no route to host"),
            Words("network is unreachable"),
            Words("broken pipe"),
            Words("unexpected eof"),
            Code("EOF"),
        ],
        meaning: "The connection was refused or broke off. Look for a firewall in between, and at every address of the host.",
        anchor: "validation-failure",
    },
];

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::explain;

    #[rstest]
    // Seen in reports of Microsoft and Mail.ru.
    #[case("MX_HOSTS_MISMATCH", "validation-failure", "mx lines")]
    #[case("validation_failure", "validation-failure", "no more is said")]
    #[case("bad https response code: 404", "sts-policy-fetch-error", "no such file")]
    #[case("bad https response code: 503", "sts-policy-fetch-error", "failed while")]
    #[case("HTTP status 301 Moved Permanently", "sts-policy-fetch-error", "redirect")]
    #[case("http: server gave status 403", "sts-policy-fetch-error", "Bot protection")]
    // OpenSSL, by name and in its words.
    #[case("X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED", "certificate-not-trusted", "chain")]
    #[case("X509_V_ERR_CERT_HAS_EXPIRED", "certificate-expired", "last day")]
    #[case("Certificate has expired", "certificate-expired", "last day")]
    #[case("X509_V_ERR_CERT_NOT_YET_VALID", "unknown-result-type", "first day")]
    #[case("unable to get local issuer certificate", "certificate-not-trusted", "intermediate")]
    #[case("4.7.5 [internal] SSL certificate subject does not match host", "certificate-host-mismatch", "other hosts")]
    #[case("error:0A0000C1:SSL routines::no shared cipher", "validation-failure", "cipher")]
    #[case("error:0A000102:SSL routines::unsupported protocol", "validation-failure", "version in common")]
    // Go and rustls.
    #[case("x509: certificate signed by unknown authority", "certificate-not-trusted", "root")]
    #[case("x509: certificate has expired or is not yet valid: current time …", "unknown-result-type", "both dates")]
    #[case(
        "Get \"https://mta-sts.example.com/.well-known/mta-sts.txt\": context deadline exceeded (Client.Timeout exceeded)",
        "sts-policy-fetch-error",
        "in time"
    )]
    #[case("dial tcp: lookup mta-sts.example.com: no such host", "sts-policy-fetch-error", "does not exist")]
    #[case("invalid peer certificate: UnknownIssuer", "certificate-not-trusted", "root")]
    #[case("5.7.323 tlsa-invalid: The domain failed DANE validation", "tlsa-invalid", "TLSA")]
    fn reasons_are_decoded(#[case] text: &str, #[case] anchor: &str, #[case] says: &str) {
        let reason = decode(text).unwrap_or_else(|| panic!("{text} is not known"));
        assert_eq!(reason.anchor, anchor, "{text}: {}", reason.meaning);
        assert!(reason.meaning.contains(says), "{text}: {}", reason.meaning);
    }

    #[rstest]
    #[case("")]
    #[case("foo")]
    #[case("code 404")]
    #[case("Error 550 relaying denied")]
    #[case("http://example.com/4040")]
    fn what_is_not_known_is_not_made_up(#[case] text: &str) {
        assert_eq!(decode(text), None);
    }

    #[test]
    fn every_reason_leads_to_an_explanation_and_is_a_sentence() {
        let anchors: Vec<_> =
            explain::RESULT_TYPES.iter().chain([explain::unknown_result_type()]).map(|one| one.anchor).collect();
        for reason in REASONS {
            assert!(anchors.contains(&reason.anchor), "{}", reason.anchor);
            assert!(reason.meaning.ends_with('.') && !reason.meaning.contains("  "), "{}", reason.meaning);
            // Each spelling leads to its own reason, and none hides behind an earlier one.
            for spelling in reason.spellings {
                let text = match *spelling {
                    Code(text) | Words(text) => text.to_owned(),
                    Http(first, _) => format!("https status {}", if first == 400 { 418 } else { first }),
                };
                assert_eq!(decode(&text), Some(reason), "{text}");
            }
        }
    }
}
