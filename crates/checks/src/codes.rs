//! The stable names of everything that a live check finds, in one list: for the help page, and for the test that sees to it
//! that none is missing. What the linters of records and policies find is listed in [`model::lint::Code`].

/// Something that a live check finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable text, as in [`model::Finding::code`].
    pub text: &'static str,
    /// The rule: `RFC 8460 §3`.
    pub source: &'static str,
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

const fn code(text: &'static str, source: &'static str, meaning: &'static str) -> Code {
    Code { text, source, meaning }
}

/// All codes, in the order of the checks.
#[rustfmt::skip]
pub const CODES: &[Code] = &[
    // The TLS-RPT record.
    code("tls-rpt-found", "RFC 8460 §3", "There is one TLS-RPT record where senders look."),
    code("tls-rpt-missing", "RFC 8460 §3", "There is no TLS-RPT record, so no sender reports."),
    code("tls-rpt-other-address", "RFC 8460 §3", "The report address in the record belongs to another domain."),
    code("tls-rpt-cname-other", "RFC 8460 §3", "A CNAME leads to the TLS-RPT record of another domain, which proves nothing about this one."),
    code("tls-rpt-elsewhere", "RFC 8460 §3", "The record names other places for reports than this installation."),
    code("tls-rpt-wrong-name", "RFC 8460 §3", "A TLS-RPT record stands at a name where no sender looks."),
    code("tls-rpt-left-over", "RFC 8460 §3", "Besides the good record, another stands at a name where no sender looks."),
    code("tls-rpt-wildcard", "RFC 4592 §2", "A wildcard record answers for the name of the TLS-RPT record, and for every other."),
    code("tls-rpt-just-published", "RFC 1035 §3.2.1", "The zone's own name servers have another record than others still remember."),
    code("tls-rpt-name-too-long", "RFC 8460 §3", "The domain's name is so long that no TLS-RPT record fits below it."),
    code("tls-rpt-no-answer", "RFC 8460 §3", "DNS gave no answer about the TLS-RPT record; that is not the same as there being none."),
    code("tls-rpt-bogus", "RFC 8460 §3", "The DNSSEC signatures over the answer about the TLS-RPT record do not hold."),
    code("tls-rpt-alias-loop", "RFC 8460 §3", "The aliases (CNAME) at the name of the TLS-RPT record lead in a circle, so nobody gets an answer."),
    // The MTA-STS record.
    code("mta-sts-found", "RFC 8461 §3.1", "There is one MTA-STS record."),
    code("mta-sts-missing", "RFC 8461 §3.1", "There is no MTA-STS record, so senders fetch no policy."),
    code("mta-sts-id-unchanged", "RFC 8461 §3.1", "The policy has changed and its id has not, so senders keep the old policy until it expires."),
    code("mta-sts-id-alone", "RFC 8461 §3.1", "The id has changed and the policy has not, which harms nothing."),
    code("mta-sts-no-answer", "RFC 8461 §3.1", "DNS gave no answer about the MTA-STS record; that is not the same as there being none."),
    code("mta-sts-bogus", "RFC 8461 §3.1", "The DNSSEC signatures over the answer about the MTA-STS record do not hold."),
    code("mta-sts-alias-loop", "RFC 8461 §3.1", "The aliases (CNAME) at the name of the MTA-STS record lead in a circle, so nobody gets an answer."),
    // The policy and its host.
    code("policy-found", "RFC 8461 §3.3", "The policy was fetched, and senders can use it."),
    code("policy-none", "RFC 8461 §3.3", "There is neither a record that announces a policy nor a host for one."),
    code("policy-unannounced", "RFC 8461 §3.1", "There is a policy, and no MTA-STS record that announces it."),
    code("policy-differs", "RFC 8461 §3.2", "Over IPv4 and IPv6 there are different policies."),
    code("policy-media-type", "RFC 8461 §3.2", "The policy is not served as text/plain."),
    code("policy-host-missing", "RFC 8461 §3.3", "The policy host has no address, so senders cannot fetch the policy."),
    code("policy-host-no-answer", "RFC 8461 §3.3", "DNS gave no answer about the policy host."),
    code("policy-host-bogus", "RFC 8461 §3.3", "The DNSSEC signatures over the answer about the policy host do not hold."),
    code("policy-host-alias-loop", "RFC 8461 §3.3", "The aliases (CNAME) at the name of the policy host lead in a circle, so nobody gets an answer."),
    code("policy-not-dialled", "RFC 8461 §3.3", "The policy host has an address that Waxseal does not dial, such as a private one."),
    code("policy-no-route", "RFC 8461 §3.3", "This machine has no way to the policy host."),
    code("policy-silent", "RFC 8461 §3.3", "The policy host did not answer in time."),
    code("policy-unreachable", "RFC 8461 §3.3", "The policy host refuses connections, or cannot be reached."),
    code("policy-tls", "RFC 8461 §3.3", "The policy host does not offer TLS 1.2 or 1.3."),
    code("policy-certificate-expired", "RFC 8461 §3.3", "The certificate of the policy host has expired."),
    code("policy-certificate-not-yet-valid", "RFC 8461 §3.3", "The certificate of the policy host is not valid yet."),
    code("policy-certificate-wrong-name", "RFC 8461 §3.3", "The certificate of the policy host is for other names."),
    code("policy-certificate-self-signed", "RFC 8461 §3.3", "The certificate of the policy host is self-signed."),
    code("policy-certificate-untrusted", "RFC 8461 §3.3", "The certificate of the policy host leads to no trusted CA."),
    code("policy-certificate-unusable", "RFC 8461 §3.3", "The certificate of the policy host cannot be used."),
    code("policy-redirect", "RFC 8461 §3.3", "The policy host redirects, and senders must not follow."),
    code("policy-status", "RFC 8461 §3.3", "The policy host answers with an error instead of the policy."),
    code("policy-too-large", "RFC 8461 §3.3", "The policy file is larger than senders read."),
    code("policy-too-slow", "RFC 8461 §3.3", "The policy host takes longer than senders wait."),
    code("policy-encoded", "RFC 8461 §3.3", "The policy is sent compressed, which senders do not ask for."),
    code("policy-http", "RFC 8461 §3.3", "What the policy host answers is not proper HTTP."),
    code("policy-mx-unknown", "RFC 8461 §4.1", "The MX hosts could not be looked up, so whether the policy covers them cannot be told."),
    // The MX hosts.
    code("mx-found", "RFC 5321 §5.1", "There are MX hosts, and each has an address."),
    code("mx-none", "RFC 5321 §5.1", "There is no MX record and no address: the domain takes no mail."),
    code("mx-no-domain", "RFC 5321 §5.1", "There is no such domain in DNS."),
    code("mx-implicit", "RFC 5321 §5.1", "There is no MX record, so mail goes to the domain itself."),
    code("mx-null", "RFC 7505 §3", "The domain says that it takes no mail."),
    code("mx-null-among-others", "RFC 7505 §3", "The record that says \"no mail\" stands among other MX records."),
    code("mx-not-a-host", "RFC 5321 §5.1", "An MX record names something that is no host name."),
    code("mx-is-address", "RFC 5321 §5.1", "An MX record names an IP address instead of a host."),
    code("mx-is-alias", "RFC 2181 §10.3", "An MX host is an alias (CNAME)."),
    code("mx-no-address", "RFC 5321 §5.1", "An MX host has no address."),
    code("mx-many", "RFC 5321 §5.1", "There are more MX hosts than are looked at."),
    code("mx-no-answer", "RFC 5321 §5.1", "DNS gave no answer about the MX records."),
    code("mx-bogus", "RFC 5321 §5.1", "The DNSSEC signatures over the MX records do not hold."),
    code("mx-alias-loop", "RFC 5321 §5.1", "The aliases (CNAME) at the name of the MX records lead in a circle, so nobody gets an answer."),
    code("mx-address-no-answer", "RFC 5321 §5.1", "DNS gave no answer about the addresses of an MX host."),
    code("mx-address-bogus", "RFC 5321 §5.1", "The DNSSEC signatures over the addresses of an MX host do not hold."),
    code("mx-address-alias-loop", "RFC 5321 §5.1", "The aliases (CNAME) at the name of an MX host lead in a circle, so nobody gets an answer."),
    // STARTTLS.
    code("starttls-ok", "RFC 3207 §4", "The MX host offers STARTTLS with a valid certificate."),
    code("starttls-missing", "RFC 3207 §4", "The MX host does not offer STARTTLS."),
    code("starttls-declined", "RFC 3207 §4", "The MX host offers STARTTLS and then declines it."),
    code("starttls-handshake", "RFC 8460 §4.3.1", "The MX host offers STARTTLS, and the handshake fails."),
    code("starttls-injection", "RFC 3207 §4", "The MX host sends clear text after it agreed to TLS."),
    code("starttls-certificate-expired", "RFC 8461 §4.2", "The certificate of the MX host has expired."),
    code("starttls-certificate-not-yet-valid", "RFC 8461 §4.2", "The certificate of the MX host is not valid yet."),
    code("starttls-certificate-wrong-name", "RFC 8461 §4.2", "The certificate of the MX host is for other names."),
    code("starttls-certificate-self-signed", "RFC 8461 §4.2", "The certificate of the MX host is self-signed."),
    code("starttls-certificate-untrusted", "RFC 8461 §4.2", "The certificate of the MX host leads to no trusted CA."),
    code("starttls-certificate-unusable", "RFC 8461 §4.2", "The certificate of the MX host cannot be used."),
    code("starttls-no-address", "RFC 3207 §4", "The MX host has no address to look at."),
    code("starttls-not-dialled", "RFC 3207 §4", "The MX host was not dialled: it is not known to be yours, or its address is not public."),
    code("starttls-silent", "RFC 3207 §4", "The MX host does not answer from here."),
    code("starttls-no-route", "RFC 3207 §4", "This machine has no way to an address of the MX host."),
    code("starttls-refused", "RFC 5321 §5.1", "The MX host refuses connections."),
    code("starttls-rejected", "RFC 5321 §3.1", "The MX host will not speak with this machine."),
    code("starttls-slow", "RFC 3207 §4", "The MX host took too long to speak with."),
    code("starttls-broke-off", "RFC 3207 §4", "The MX host broke the conversation off."),
    code("port-25-blocked", "RFC 5321 §4.5.4", "No mail host has answered on port 25 from this machine."),
    // DANE.
    code("dane-ok", "RFC 7672 §2.2", "The TLSA records of the MX host match its certificate."),
    code("dane-none", "RFC 7672 §2.2", "The MX host has no TLSA records."),
    code("dane-could-be", "RFC 7672 §2.2", "The MX host's zone is signed, and it has no TLSA records."),
    code("dane-partial", "RFC 7672 §2.2.1", "The MX host has no TLSA records, and other MX hosts of the domain do."),
    code("dane-insecure", "RFC 7672 §2.2.1", "There are TLSA records that senders ignore, since DNSSEC does not reach them."),
    code("dane-no-dnssec-here", "RFC 7672 §2.2", "There are TLSA records; whether DNSSEC proves them cannot be told from here."),
    code("dane-mismatch", "RFC 7672 §2.2", "No TLSA record matches the certificate, so senders that use DANE do not deliver."),
    code("dane-nothing-usable", "RFC 7672 §2.2", "None of the TLSA records can be used."),
    code("dane-record-unusable", "RFC 7672 §3.1", "A TLSA record cannot be used, and senders pass it over."),
    code("dane-no-starttls", "RFC 7672 §2.2", "There are TLSA records, and the MX host does not take TLS."),
    code("dane-not-compared", "RFC 7672 §2.2", "There are TLSA records; the certificate could not be looked at."),
    code("dane-full", "RFC 7672 §3.1", "A TLSA record holds a whole certificate or key instead of its hash."),
    code("dane-selector", "RFC 7672 §3.1", "A TLSA record is about the certificate instead of its key."),
    code("dane-next-key", "RFC 7672 §8.1", "There is a TLSA record for another key, so that the key can be changed without a gap."),
    code("dane-tlsa-moot", "RFC 7672 §2.2", "The zone is not signed, so DANE does not apply."),
    code("dane-tlsa-no-answer", "RFC 7672 §2.1", "DNS gave no answer about TLSA records; senders that use DANE then do not deliver."),
    code("dane-tlsa-bogus", "RFC 7672 §2.1", "The DNSSEC signatures over the TLSA records do not hold; senders that use DANE then do not deliver."),
    code("dane-tlsa-alias-loop", "RFC 7672 §2.1", "The aliases (CNAME) at the name of the TLSA records lead in a circle, so nobody gets an answer."),
    code("dnssec-not-seen", "RFC 4033 §7", "The name servers that were asked pass no DNSSEC on, so nothing can be told of DANE."),
    // The TLS-RPT record of an MX host.
    code("mx-tls-rpt-found", "RFC 8460 §1.1", "The MX host has a TLS-RPT record of its own, for reports about DANE."),
    code("mx-tls-rpt-missing", "RFC 8460 §1.1", "The MX host uses DANE, and has no TLS-RPT record of its own."),
    code("mx-tls-rpt-not-needed", "RFC 8460 §1.1", "The MX host does not use DANE, so it needs no TLS-RPT record."),
    code("mx-tls-rpt-no-answer", "RFC 8460 §1.1", "DNS gave no answer about the TLS-RPT record of the MX host."),
    code("mx-tls-rpt-bogus", "RFC 8460 §1.1", "The DNSSEC signatures over the answer about the TLS-RPT record of the MX host do not hold."),
    code("mx-tls-rpt-alias-loop", "RFC 8460 §1.1", "The aliases (CNAME) at the name of the TLS-RPT record of the MX host lead in a circle, so nobody gets an answer."),
    // The installation.
    code("name-servers-silent", "RFC 1034 §5.3.1", "None of the name servers that this installation asks answers, so nothing can be told."),
];

/// Whether a code is listed.
pub(crate) fn is_listed(text: &str) -> bool {
    CODES.iter().any(|code| code.text == text)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// All of this crate's sources but this list.
    fn read(folder: &Path, sources: &mut String) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                read(&entry.path(), sources);
            } else if entry.file_name() != "codes.rs" {
                sources.push_str(&fs::read_to_string(entry.path()).unwrap());
            }
        }
    }

    fn is_code(text: &str) -> bool {
        text.contains('-')
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    }

    #[test]
    fn every_code_that_is_written_is_listed() {
        let mut sources = String::new();
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
        // What stands in quotes right after these calls. Codes that are put together of parts are looked up while tests
        // run, by `words::finding`.
        let found: BTreeSet<&str> = ["finding(", "advise("]
            .into_iter()
            .flat_map(|call| sources.split(call).skip(1))
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .filter(|code| is_code(code))
            .collect();
        assert!(found.len() > 40, "{found:?}");
        let missing: Vec<_> = found.iter().filter(|code| !is_listed(code)).collect();
        assert!(missing.is_empty(), "not in the list of codes: {missing:?}");
    }

    /// Codes are written whole, or put together of an area and the rest.
    #[test]
    fn every_code_that_is_listed_is_written() {
        let mut sources = String::new();
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
        let ends =
            |code: &'static str| std::iter::once(code).chain(code.match_indices('-').map(|(at, _)| &code[at + 1..]));
        let is_written = |code: &'static str| {
            ends(code).any(|end| sources.contains(&format!("\"{end}\"")) || sources.contains(&format!("}}-{end}\"")))
        };
        let stale: Vec<_> = CODES.iter().map(|code| code.text).filter(|code| !is_written(code)).collect();
        assert!(stale.is_empty(), "listed, and found by no check: {stale:?}");
    }

    #[test]
    fn no_code_means_two_things() {
        let mut seen: BTreeSet<&str> = model::lint::Code::ALL.iter().map(|code| code.as_str()).collect();
        for code in CODES {
            assert!(is_code(code.text) && seen.insert(code.text), "{}", code.text);
            assert!(code.meaning.ends_with('.') && code.source.starts_with("RFC "), "{}", code.text);
        }
    }
}
