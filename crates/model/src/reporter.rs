//! Who sent a report: one key for every name that one sender uses.
//!
//! A report says who sent it in its own words (organization-name, contact-info); a signed mail says it with the domain of its
//! DKIM signature. Both must meet, so that the same report by mail and by HTTPS is one, and so that a forged report cannot
//! keep a signed one from its place. The table of aliases is shipped and never learned from reports, or anyone who writes
//! "Google Inc." would take Google's place.

use crate::{DomainName, text};

/// The longest name shown, in characters.
const MAX_NAME: usize = 100;
/// The longest key, in bytes; longer ones end in a hash of the rest.
const MAX_KEY: usize = 200;

/// A sender that goes by several names.
struct Known {
    /// The name people know.
    name: &'static str,
    /// The organisational domains it reports from; the first is its key.
    domains: &'static [&'static str],
    /// The organisation names it writes, normalised.
    organizations: &'static [&'static str],
}

const fn known(name: &'static str, domains: &'static [&'static str], organizations: &'static [&'static str]) -> Known {
    Known { name, domains, organizations }
}

const KNOWN: [Known; 11] = [
    known("Google", &["google.com"], &["google"]),
    known("Microsoft", &["microsoft.com", "outlook.com"], &["microsoft"]),
    known("Mail.ru", &["mail.ru", "vk.company", "vk.com"], &["mailru", "vk"]),
    known("Yahoo", &["yahooinc.com", "yahoo.com", "yahoo-inc.com"], &["yahoo", "oath", "aol"]),
    known("Comcast", &["comcast.net", "comcast.com"], &["comcast", "comcast cable", "xfinity"]),
    known("Apple", &["apple.com", "icloud.com"], &["apple", "icloud"]),
    known("Fastmail", &["fastmail.com", "messagingengine.com"], &["fastmail"]),
    known("GMX and WEB.DE", &["gmx.net", "gmx.de", "web.de", "1und1.de"], &["1&1 mail & media", "gmx", "webde"]),
    known("SocketLabs", &["socketlabs.com"], &["socketlabs", "socketlabscom"]),
    known("Proofpoint", &["proofpoint.com", "pphosted.com"], &["proofpoint"]),
    known("Cisco", &["cisco.com", "iphmx.com"], &["cisco", "cisco systems"]),
];

impl Known {
    fn by_domain(domain: &DomainName) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.domains.contains(&domain.as_str()))
    }

    fn by_organization(normal: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.organizations.contains(&normal))
    }
}

/// Who sent a report.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reporter {
    /// The same for every name of one sender; at most 200 bytes.
    pub key: String,
    /// What people call it; at most 100 characters, safe to print.
    pub name: String,
    /// The organisational domain it reports from: what a DKIM signature has to match before this report may displace another
    /// (RFC 8460 §3). None when only an organisation was named.
    pub domain: Option<DomainName>,
}

impl Reporter {
    /// The reporter that a report names.
    ///
    /// Its contact domain is the key where the organisation's name agrees with it; an organisation that writes somebody
    /// else's contact (a shared mailbox, a customer of a provider) stays apart from that somebody.
    #[must_use]
    pub fn of(organization_name: Option<&str>, contact_info: Option<&str>) -> Self {
        let organization = organization_name.map(str::trim).filter(|name| !name.is_empty());
        let normal = organization.map(normalized).unwrap_or_default();
        let named = organization.and_then(|name| DomainName::parse(name).ok()).map(|name| name.organizational());

        match contact_info.and_then(contact_domain).or_else(|| named.clone()) {
            Some(domain) if agrees(&normal, named.as_ref(), &domain) => {
                let signed = Self::signed_by(&domain);
                match organization {
                    Some(organization) if Known::by_domain(&domain).is_none() => {
                        Self { name: shown(organization), ..signed }
                    }
                    _ => signed,
                }
            }
            Some(domain) => Self {
                key: bounded_key(format!("{normal} @ {domain}")),
                name: shown(organization.unwrap_or(domain.as_str())),
                domain: Some(domain),
            },
            None => {
                let known = Known::by_organization(&normal);
                Self {
                    name: match (known, organization) {
                        (Some(known), _) => known.name.to_owned(),
                        (None, Some(organization)) => shown(organization),
                        (None, None) => "unnamed sender".to_owned(),
                    },
                    key: known.map_or_else(|| bounded_key(normal), |known| known.domains[0].to_owned()),
                    domain: None,
                }
            }
        }
    }

    /// The reporter whose valid DKIM signature has this `d=`.
    #[must_use]
    pub fn signed_by(domain: &DomainName) -> Self {
        let domain = domain.organizational();
        let (key, name) = match Known::by_domain(&domain) {
            Some(known) => (known.domains[0], known.name),
            None => (domain.as_str(), domain.as_str()),
        };
        Self { key: bounded_key(key.to_owned()), name: shown(name), domain: Some(domain) }
    }
}

/// Whether an organisation of this name may report from this domain: it gives no name, or one with the same root.
fn agrees(normal: &str, named: Option<&DomainName>, domain: &DomainName) -> bool {
    let known = Known::by_domain(domain);
    match (named, known) {
        _ if normal.is_empty() => true,
        (Some(named), Some(known)) if known.domains.contains(&named.as_str()) => true,
        (_, Some(known)) => known.organizations.contains(&normal),
        (Some(named), None) => named == domain,
        (None, None) => {
            let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let label = plain(domain.as_str().split('.').next().unwrap_or_default());
            label.len() >= 3 && plain(normal).contains(&label)
        }
    }
}

/// The organisational domain of an e-mail address, however much stands around it (`Name <a@b>`, `mailto:a@b`).
fn contact_domain(contact: &str) -> Option<DomainName> {
    let (_, domain) = contact.rsplit_once('@')?;
    let end = domain.find([' ', '>', ',', ';', '?', '"']).unwrap_or(domain.len());
    DomainName::parse(&domain[..end]).ok().map(|domain| domain.organizational())
}

/// Lower case, without punctuation at the ends and without the legal form: `Google Inc.` is `google`.
fn normalized(organization: &str) -> String {
    const LEGAL_FORMS: [&str; 16] = [
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "llc",
        "ltd",
        "limited",
        "gmbh",
        "ag",
        "se",
        "sa",
        "bv",
        "llp",
        "plc",
    ];
    let lower = organization.to_lowercase();
    let mut words: Vec<String> = lower
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !matches!(c, '.' | ',' | '!' | '"' | '\'' | '(' | ')')).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    while words.len() > 1 && words.last().is_some_and(|word| LEGAL_FORMS.contains(&&**word)) {
        words.pop();
    }
    words.join(" ")
}

fn shown(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    text::visible_short(&name, MAX_NAME).into_owned()
}

/// Hostile names may have any length; keys stay short and, as far as 64 bits go, distinct.
fn bounded_key(key: String) -> String {
    if key.len() <= MAX_KEY {
        return key;
    }
    // FNV-1a: stable for ever, since keys are stored.
    let hash = key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let start: String =
        key.char_indices().take_while(|(i, c)| i + c.len_utf8() <= MAX_KEY - 17).map(|(_, c)| c).collect();
    format!("{start}~{hash:016x}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn of(organization: &str, contact: &str) -> Reporter {
        Reporter::of(Some(organization), Some(contact))
    }

    fn signed(domain: &str) -> Reporter {
        Reporter::signed_by(&DomainName::parse(domain).unwrap())
    }

    #[rstest]
    #[case::google("Google Inc.", "smtp-tls-reporting@google.com", "google.com")]
    #[case::microsoft("Microsoft Corporation", "tlsrpt-noreply@microsoft.com", "microsoft.com")]
    #[case::mail_ru("Mail.ru", "tls-rpt@corp.mail.ru", "corp.mail.ru")]
    #[case::yahoo("Yahoo! Inc.", "tlsrpt@yahooinc.com", "yahooinc.com")]
    #[case::comcast("Comcast Cable", "tls@comcast.net", "comcast.net")]
    #[case::a_small_sender("Example Org", "tlsrpt@mail.example.org", "mx1.example.org")]
    #[case::named_by_its_domain("mx.example.org", "postmaster@example.org", "example.org")]
    #[case::nameless("", "postmaster@example.co.uk", "mx.example.co.uk")]
    fn a_signed_mail_and_the_same_report_by_https_meet(#[case] name: &str, #[case] contact: &str, #[case] d: &str) {
        assert_eq!(of(name, contact).key, signed(d).key);
        assert_eq!(of(name, contact).domain, signed(d).domain);
    }

    #[rstest]
    #[case("Google Inc.", None, "google.com", "Google")]
    #[case("google.com", None, "google.com", "Google")]
    #[case("MICROSOFT CORPORATION", None, "microsoft.com", "Microsoft")]
    #[case("Example, Ltd.", None, "example", "Example, Ltd.")]
    #[case("mx.example.net", Some("not an address"), "example.net", "mx.example.net")]
    #[case("Example", Some("Postmaster <tls@example.net>"), "example.net", "Example")]
    #[case(" ", None, "", "unnamed sender")]
    fn names_are_normalised(#[case] name: &str, #[case] contact: Option<&str>, #[case] key: &str, #[case] shown: &str) {
        let reporter = Reporter::of(Some(name), contact);
        assert_eq!((&*reporter.key, &*reporter.name), (key, shown));
    }

    #[test]
    fn whoever_writes_googles_name_is_not_google() {
        let forged = of("Google Inc.", "evil@example.net");
        assert_ne!(forged.key, signed("google.com").key);
        assert_eq!(forged.domain.unwrap().as_str(), "example.net");
        assert_ne!(of("google.com", "evil@example.net").key, signed("google.com").key);
    }

    #[test]
    fn organisations_with_one_contact_stay_apart() {
        let (one, two) = (of("Acme", "tls@example.net"), of("Bolt", "tls@example.net"));
        assert_ne!(one.key, two.key);
        assert_ne!(one.key, signed("example.net").key);
    }

    #[test]
    fn nothing_said_is_a_reporter_too() {
        assert_eq!(Reporter::of(None, None).name, "unnamed sender");
    }

    #[test]
    fn the_table_is_normalised_and_has_no_name_twice() {
        let names: Vec<_> = KNOWN.iter().flat_map(|known| known.organizations).collect();
        assert!(names.iter().all(|name| normalized(name) == **name), "{names:?}");
        let domains: Vec<_> = KNOWN.iter().flat_map(|known| known.domains).collect();
        for list in [names, domains] {
            let distinct: std::collections::BTreeSet<_> = list.iter().collect();
            assert_eq!(distinct.len(), list.len());
        }
    }

    proptest! {
        #[test]
        fn hostile_names_are_bounded_and_safe(name in ".{0,600}", contact in ".{0,600}") {
            let reporter = of(&name, &contact);
            prop_assert!(reporter.key.len() <= MAX_KEY);
            prop_assert!(!reporter.name.is_empty());
            prop_assert_eq!(text::visible(&reporter.name), &*reporter.name);
        }

        #[test]
        fn long_names_that_differ_at_their_end_differ(a in "[a-z]{1,9}", b in "[a-z]{1,9}") {
            let long = |end: &str| Reporter::of(Some(&format!("{}{end}", "x".repeat(5_000))), None).key;
            prop_assert_eq!(a == b, long(&a) == long(&b));
        }
    }
}
