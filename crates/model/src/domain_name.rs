//! A DNS name in its one canonical form.

use std::{borrow::Cow, fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

/// The longest label and the longest name (RFC 1035 §2.3.4, without the root).
const MAX_LABEL: usize = 63;
const MAX_NAME: usize = 253;

/// A domain name as A-labels in lower case without the final dot: `xn--bcher-kva.example`.
///
/// [`DomainName::parse`] reads what people type and allows mail domains only; [`DomainName::parse_lenient`] reads what
/// senders and DNS say, where a host may have one label or an underscore. Both give the same form, so names compare as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

/// Why a text is no mail domain. The caller shows it beside what was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainNameError {
    /// Nothing was given.
    #[error("the name is empty")]
    Empty,
    /// An e-mail address or a URL was given.
    #[error("this looks like {0}; give the bare domain, such as example.com")]
    NotBare(&'static str),
    /// An address literal was given.
    #[error("an IP address is not a domain; give the domain's name, such as example.com")]
    IpAddress,
    /// There is no dot: not a name in public DNS.
    #[error("the name has only one label; a mail domain has at least two, such as example.com")]
    SingleLabel,
    /// A label or the whole is not allowed in DNS; the text says which and why.
    #[error("{0}")]
    Invalid(String),
}

impl DomainName {
    /// Reads a mail domain in any spelling: any case, U-labels, a final dot, white space around.
    ///
    /// # Errors
    /// Says what stands there instead of a mail domain's name.
    pub fn parse(text: &str) -> Result<Self, DomainNameError> {
        let text = text.trim();
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.is_empty() {
            return Err(DomainNameError::Empty);
        }
        // Before "@" and "/" are judged, since an IPv6 literal has colons as a URL has.
        if name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return Err(DomainNameError::IpAddress);
        }
        if name.contains("://") || name.contains('/') {
            return Err(DomainNameError::NotBare("a URL"));
        }
        if name.contains('@') {
            return Err(DomainNameError::NotBare("an e-mail address"));
        }
        if name.contains(':') {
            return Err(DomainNameError::NotBare("a host with a port"));
        }
        if name.contains('*') {
            return Err(DomainNameError::NotBare("a wildcard"));
        }
        let name = to_ascii(name)
            .ok_or_else(|| DomainNameError::Invalid("the name cannot be written in DNS (RFC 5891)".to_owned()))?;
        check(&name, false).map_err(DomainNameError::Invalid)?;
        if !name.contains('.') {
            return Err(DomainNameError::SingleLabel);
        }
        // An all-numeric last label is how resolvers tell addresses from names (RFC 3696 §2).
        if name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(DomainNameError::Invalid("the last label has only digits; no such domain exists".to_owned()));
        }
        Ok(Self(name))
    }

    /// Reads a name out of a report or out of DNS: an MX host, a policy-domain. Underscores and single labels are names too.
    #[must_use]
    pub fn parse_lenient(text: &str) -> Option<Self> {
        let text = text.trim();
        let name = to_ascii(text.strip_suffix('.').unwrap_or(text))?;
        check(&name, true).is_ok().then_some(Self(name))
    }

    /// The A-label form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The U-label form for people: `bücher.example`. The A-label form where a label cannot be shown safely.
    #[must_use]
    pub fn to_unicode(&self) -> Cow<'_, str> {
        if !self.0.contains("xn--") {
            return Cow::Borrowed(&self.0);
        }
        match idna::domain_to_unicode(&self.0) {
            (unicode, Ok(())) => Cow::Owned(unicode),
            (_, Err(_)) => Cow::Borrowed(&self.0),
        }
    }

    /// The names above this one, nearest first, down to the last with two labels: of `a.b.example.com`, `b.example.com` and
    /// `example.com`.
    pub fn parents(&self) -> impl Iterator<Item = Self> {
        let mut rest = self.0.as_str();
        std::iter::from_fn(move || {
            (_, rest) = rest.split_once('.')?;
            rest.contains('.').then(|| Self(rest.to_owned()))
        })
    }

    /// Whether this name lies below the other; no name lies below itself.
    #[must_use]
    pub fn is_subdomain_of(&self, other: &Self) -> bool {
        self.0.strip_suffix(&other.0).is_some_and(|left| left.ends_with('.'))
    }

    /// The domain that was registered, by the public suffix list: whoever has it has all names below it. A public suffix, such
    /// as `co.uk`, is its own.
    #[must_use]
    pub fn organizational(&self) -> Self {
        psl::domain_str(&self.0).map_or_else(|| self.clone(), |domain| Self(domain.to_owned()))
    }
}

/// A-labels in lower case; plain names take the short way, which is nearly all of them.
fn to_ascii(name: &str) -> Option<String> {
    if name.is_ascii() && !name.to_ascii_lowercase().contains("xn--") {
        return Some(name.to_ascii_lowercase());
    }
    idna::domain_to_ascii(name).ok()
}

/// Whether DNS allows the name, and in which words it does not.
fn check(name: &str, underscore: bool) -> Result<(), String> {
    if name.len() > MAX_NAME {
        return Err(format!("the name has {} characters; DNS allows {MAX_NAME}", name.len()));
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Err("a label is empty: two dots in a row, or one at the start".to_owned());
        }
        if label.len() > MAX_LABEL {
            return Err(format!("a label has {} characters; DNS allows {MAX_LABEL}", label.len()));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err("a label starts or ends with a hyphen".to_owned());
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || (underscore && c == '_');
        if let Some(odd) = label.chars().find(|c| !allowed(*c)) {
            return Err(format!("{odd:?} cannot stand in a mail domain; letters, digits and hyphens can"));
        }
    }
    Ok(())
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As [`DomainName::parse`].
impl FromStr for DomainName {
    type Err = DomainNameError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Takes back what [`DomainName::as_str`] gave, and nothing that would need normalising: so the tables of IDNA stay out of
/// the browser.
impl TryFrom<String> for DomainName {
    type Error = DomainNameError;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        check(&name, true).map_err(DomainNameError::Invalid)?;
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(DomainNameError::Invalid("the name is not in lower case".to_owned()));
        }
        Ok(Self(name))
    }
}

impl From<DomainName> for String {
    fn from(name: DomainName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn good(text: &str) -> String {
        DomainName::parse(text).unwrap().to_string()
    }

    fn bad(text: &str) -> String {
        DomainName::parse(text).unwrap_err().to_string()
    }

    fn name(text: &str) -> DomainName {
        DomainName::parse_lenient(text).unwrap()
    }

    #[test]
    fn every_spelling_gives_the_same_name() {
        assert_eq!(good(" Example.COM. "), "example.com");
        assert_eq!(good("bücher.example"), "xn--bcher-kva.example");
        assert_eq!(good("BÜCHER.example"), good("XN--bcher-kva.example"));
        assert_eq!(good("r3---sn-4g5e.example.com"), "r3---sn-4g5e.example.com");
    }

    #[test]
    fn what_is_no_mail_domain_is_named() {
        assert!(bad("  ").contains("empty"));
        assert!(bad("postmaster@example.com").contains("e-mail address"));
        assert!(bad("https://example.com/x").contains("a URL"));
        assert!(bad("example.com/x").contains("a URL"));
        assert!(bad("example.com:25").contains("port"));
        assert!(bad("*.example.com").contains("wildcard"));
        assert!(bad("192.0.2.1").contains("IP address"));
        assert!(bad("[2001:db8::1]").contains("IP address"));
        assert!(bad("localhost").contains("one label"));
        assert!(bad("example..com").contains("empty"));
        assert!(bad(".example.com").contains("empty"));
        assert!(bad("-x.example.com").contains("hyphen"));
        assert!(bad("a_b.example.com").contains("'_'"));
        assert!(bad("two words.example").contains("' '"));
        assert!(bad("192.0.2.256").contains("digits"));
        assert!(bad(&format!("{}.com", "a".repeat(64))).contains("64"));
        assert!(bad(&vec!["a".repeat(60); 5].join(".")).contains("304"));
        assert!(bad("xn--\u{0}.example").contains("DNS"));
    }

    #[test]
    fn the_longest_label_is_a_label() {
        assert!(DomainName::parse(&format!("{}.com", "a".repeat(63))).is_ok());
    }

    #[test]
    fn reports_may_name_hosts_that_nobody_would_type() {
        assert_eq!(name("MX1.example.COM.").as_str(), "mx1.example.com");
        assert_eq!(name("_dmarc.example.com").as_str(), "_dmarc.example.com");
        assert_eq!(name("localhost").as_str(), "localhost");
        assert_eq!(DomainName::parse_lenient(""), None);
        assert_eq!(DomainName::parse_lenient("mx one.example.com"), None);
        assert_eq!(DomainName::parse_lenient("*.example.com"), None);
    }

    #[test]
    fn parents_end_above_the_top_level() {
        let parents: Vec<_> = name("a.b.example.com").parents().map(String::from).collect();
        assert_eq!(parents, ["b.example.com", "example.com"]);
        assert_eq!(name("example.com").parents().count(), 0);
    }

    #[test]
    fn a_subdomain_ends_at_a_dot() {
        assert!(name("a.example.com").is_subdomain_of(&name("example.com")));
        assert!(!name("example.com").is_subdomain_of(&name("example.com")));
        assert!(!name("badexample.com").is_subdomain_of(&name("example.com")));
    }

    #[test]
    fn the_organisation_owns_what_lies_below_a_public_suffix() {
        let of = |text| name(text).organizational().to_string();
        assert_eq!(of("corp.mail.ru"), "mail.ru");
        assert_eq!(of("google.com"), "google.com");
        assert_eq!(of("a.b.example.co.uk"), "example.co.uk");
        assert_eq!(of("co.uk"), "co.uk");
        assert_eq!(of("mail.one.github.io"), "one.github.io");
        assert_eq!(of("mail.one.asso.fr"), "one.asso.fr");
        assert_eq!(of("mx.bücher.example"), "xn--bcher-kva.example");
        assert_eq!(of("localhost"), "localhost");
    }

    #[test]
    fn people_see_their_own_script() {
        assert_eq!(name("bücher.example").to_unicode(), "bücher.example");
        assert_eq!(name("example.com").to_unicode(), "example.com");
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(text in any::<String>()) {
            for name in [DomainName::parse(&text).ok(), DomainName::parse_lenient(&text)].into_iter().flatten() {
                prop_assert_eq!(DomainName::parse_lenient(name.as_str()), Some(name.clone()));
                prop_assert_eq!(DomainName::try_from(name.to_string()), Ok(name));
            }
        }

        #[test]
        fn what_may_be_typed_may_also_be_read(text in "[a-zA-Z0-9_.-]{1,80}") {
            if let Ok(typed) = DomainName::parse(&text) {
                prop_assert_eq!(DomainName::parse_lenient(&text), Some(typed));
            }
        }

        #[test]
        fn each_parent_is_above(text in "[a-z]{1,3}(\\.[a-z]{1,3}){1,6}") {
            let name = name(&text);
            for parent in name.parents() {
                prop_assert!(name.is_subdomain_of(&parent));
            }
        }
    }
}
