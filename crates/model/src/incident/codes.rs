//! Which codes of findings speak of which faults, with the words for them: those of the live checks, and one of
//! [`crate::lint::Code`].

pub(super) const BLOCKED: &str = "port-25-blocked";
pub(super) const CERTIFICATE: &str = "starttls-certificate-";
pub(super) const POLICY_CERTIFICATE: &str = "policy-certificate-";
pub(super) const NOT_COVERED: &str = "policy-mx-not-covered";

/// Codes with what people are told of them.
pub(super) type Words = &'static [(&'static str, &'static str)];

pub(super) const EXPIRED: Words = &[("starttls-certificate-expired", "the certificate has expired")];
pub(super) const WRONG_NAME: Words = &[("starttls-certificate-wrong-name", "the certificate names another host")];
pub(super) const NOT_YET_VALID: Words = &[("starttls-certificate-not-yet-valid", "the certificate is not valid yet")];
pub(super) const UNTRUSTED: Words = &[
    ("starttls-certificate-self-signed", "the certificate is self-signed"),
    ("starttls-certificate-untrusted", "the certificate leads to no trusted CA"),
    ("starttls-certificate-not-yet-valid", "the certificate is not valid yet"),
    ("starttls-certificate-unusable", "the certificate cannot be used"),
];
pub(super) const NO_STARTTLS: Words = &[
    ("starttls-missing", "STARTTLS is not offered"),
    ("starttls-declined", "STARTTLS is offered and then declined"),
    ("starttls-injection", "clear text comes after STARTTLS"),
];
pub(super) const HANDSHAKE: Words = &[
    ("starttls-handshake", "the TLS handshake fails"),
    ("starttls-declined", "STARTTLS is offered and then declined"),
    ("starttls-injection", "clear text comes after STARTTLS"),
];
pub(super) const UNCOVERED: Words = &[(NOT_COVERED, "the policy does not list all MX hosts")];
/// What shows that a host was spoken with.
pub(super) const SPOKE: &[&str] =
    &["starttls-ok", "starttls-handshake", "starttls-missing", "starttls-declined", "starttls-injection"];
/// Why a host could not be looked at.
pub(super) const NOT_SPOKEN: Words = &[
    (BLOCKED, "port 25 is blocked here"),
    ("starttls-not-dialled", "the host is not dialled from here"),
    ("starttls-no-route", "this machine has no way to the host"),
    ("starttls-silent", "the host does not answer from here"),
    ("starttls-refused", "the host refuses connections"),
    ("starttls-rejected", "the host will not speak with this machine"),
    ("starttls-slow", "the host took too long"),
    ("starttls-broke-off", "the host broke the conversation off"),
    ("starttls-no-address", "the host has no address"),
];
pub(super) const TLSA: Words = &[
    ("dane-mismatch", "no TLSA record matches the certificate"),
    ("dane-nothing-usable", "none of the TLSA records can be used"),
    ("dane-no-starttls", "there are TLSA records and no TLS"),
];
pub(super) const BOGUS: Words = &[
    ("dane-tlsa-bogus", "the DNSSEC signatures over the TLSA records do not hold"),
    ("dane-tlsa-alias-loop", "the aliases of the TLSA records lead in a circle"),
];
pub(super) const NO_DANE: Words = &[
    ("dane-none", "there are no TLSA records"),
    ("dane-could-be", "there are no TLSA records"),
    ("dane-partial", "there are no TLSA records"),
    ("dane-insecure", "DNSSEC does not reach the TLSA records"),
    ("dane-tlsa-moot", "the zone is not signed"),
];
pub(super) const DANE_UNKNOWN: Words = &[
    ("dane-not-compared", "the certificate could not be looked at"),
    ("dane-no-dnssec-here", "the name servers asked pass no DNSSEC on"),
    ("dane-tlsa-no-answer", "DNS does not answer about TLSA records"),
];
pub(super) const POLICY_TLS: Words = &[
    ("policy-certificate-expired", "the certificate of the policy host has expired"),
    ("policy-certificate-wrong-name", "the certificate of the policy host names another host"),
    ("policy-certificate-self-signed", "the certificate of the policy host is self-signed"),
    ("policy-certificate-untrusted", "the certificate of the policy host leads to no trusted CA"),
    ("policy-certificate-not-yet-valid", "the certificate of the policy host is not valid yet"),
    ("policy-certificate-unusable", "the certificate of the policy host cannot be used"),
];
pub(super) const NO_POLICY_HOST: Words = &[
    ("policy-host-missing", "the policy host has no address"),
    ("policy-host-alias-loop", "the aliases of the policy host lead in a circle"),
    ("policy-host-bogus", "the DNSSEC signatures over the policy host do not hold"),
    ("policy-unreachable", "the policy host refuses connections"),
    ("policy-tls", "the policy host does not offer TLS 1.2 or 1.3"),
];
pub(super) const NO_POLICY: Words = &[
    ("policy-redirect", "the policy host redirects"),
    ("policy-status", "the policy host answers with an error"),
    ("policy-too-large", "the policy file is too large"),
    ("policy-too-slow", "the policy host is too slow"),
    ("policy-encoded", "the policy is sent compressed"),
    ("policy-http", "the policy host answers no proper HTTP"),
];
pub(super) const POLICY_UNKNOWN: Words = &[
    ("policy-silent", "the policy host does not answer from here"),
    ("policy-no-route", "this machine has no way to the policy host"),
    ("policy-not-dialled", "the policy host is not dialled from here"),
    ("policy-host-no-answer", "DNS does not answer about the policy host"),
];

/// All codes that are spoken of here: those of live checks, and one of the linters'.
pub fn codes() -> impl Iterator<Item = &'static str> {
    let words = [
        EXPIRED,
        WRONG_NAME,
        NOT_YET_VALID,
        UNTRUSTED,
        NO_STARTTLS,
        HANDSHAKE,
        UNCOVERED,
        NOT_SPOKEN,
        TLSA,
        BOGUS,
        NO_DANE,
        DANE_UNKNOWN,
        POLICY_TLS,
        NO_POLICY_HOST,
        NO_POLICY,
        POLICY_UNKNOWN,
    ];
    let faults = words.into_iter().flatten().map(|(code, _)| *code);
    faults.chain(SPOKE.iter().copied()).chain(["policy-found", "policy-none", "dane-ok"])
}
