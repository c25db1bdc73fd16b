//! How report addresses look where a mailbox of somebody else takes their mail: a template, or one bare mailbox for all.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::DomainName;

/// What stands for the address in a template.
const PLACE: &str = "{address}";
/// Characters of a local part (RFC 5321 §4.5.3.1.1).
const MOST_LOCAL: usize = 64;
/// Characters of a report address.
const ADDRESS: usize = 26;

/// How report addresses look: `tls+{address}@provider.example`, `{address}@catch-all.example`, or a bare `tls@example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailForm {
    /// What comes before the address, and what after it, up to the `@`; only the first for a bare mailbox.
    before: String,
    after: Option<String>,
    host: DomainName,
}

impl MailForm {
    /// Reads a form; none where it is neither a mailbox nor a template that makes one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (local, host) = text.trim().rsplit_once('@')?;
        let host = DomainName::parse(host).ok()?;
        let (before, after) = match local.split_once(PLACE) {
            Some((before, after)) => (before, Some(after)),
            None => (local, None),
        };
        // What needs no quotes (RFC 5321 §4.1.2), and no escape in a `mailto:` of a record but those for `%`.
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._+=~".contains(&byte));
        let length = before.len() + after.map_or(0, |after| ADDRESS + after.len());
        let fits = (1..=MOST_LOCAL).contains(&length) && is_plain(before) && after.is_none_or(is_plain);
        // Otherwise one could not tell where the address begins and ends.
        let is_apart =
            |text: &str, byte: Option<u8>| text.is_empty() || !byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        let apart = after
            .is_none_or(|after| is_apart(before, before.bytes().next_back()) && is_apart(after, after.bytes().next()));
        let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        (fits && apart && dots).then(|| Self { before: before.to_owned(), after: after.map(str::to_owned), host })
    }

    /// The mailbox to which reports for this address are sent.
    #[must_use]
    pub fn mailbox(&self, address: &str) -> String {
        match &self.after {
            Some(after) => format!("{}{address}{after}@{}", self.before, self.host),
            None => format!("{}@{}", self.before, self.host),
        }
    }

    /// Whether all domains share one mailbox, whose name in a record proves nothing.
    #[must_use]
    pub const fn is_bare(&self) -> bool {
        self.after.is_none()
    }

    /// The host of the mailbox.
    #[must_use]
    pub const fn host(&self) -> &DomainName {
        &self.host
    }

    /// The address that a recipient of a mail names by this form; none for a bare mailbox, and for somebody else.
    #[must_use]
    pub fn address_in(&self, recipient: &str) -> Option<String> {
        let after = self.after.as_deref()?;
        let (local, host) = recipient.trim().rsplit_once('@')?;
        if !host.eq_ignore_ascii_case(self.host.as_str()) {
            return None;
        }
        let (local, before) = (local.to_ascii_lowercase(), self.before.to_ascii_lowercase());
        let address = local.strip_prefix(&before)?.strip_suffix(&after.to_ascii_lowercase())?;
        let is_address = address.len() == ADDRESS && address.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_address.then(|| address.to_owned())
    }
}

/// As it is read.
impl fmt::Display for MailForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mailbox(PLACE))
    }
}

impl Serialize for MailForm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MailForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("neither a mailbox nor a template of one"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "abcdefghijklmnopqrstuvwxyz";

    #[test]
    fn a_template_makes_a_mailbox_and_finds_the_address_again() {
        for text in ["tls+{address}@provider.example", "{address}@catch-all.example", "x-{address}-y@a.example"] {
            let form = MailForm::parse(text).unwrap();
            assert_eq!(form.to_string(), text);
            assert!(!form.is_bare());
            let mailbox = form.mailbox(ADDRESS);
            assert_eq!(form.address_in(&mailbox).as_deref(), Some(ADDRESS), "{mailbox}");
            assert_eq!(form.address_in(&mailbox.to_uppercase()).as_deref(), Some(ADDRESS), "{mailbox}");
            assert_eq!(form.address_in(&mailbox.replace("example", "evil")), None);
            assert_eq!(form.address_in(&mailbox.replace("abc", "ab")), None);
        }
    }

    #[test]
    fn a_bare_mailbox_names_no_address() {
        let form = MailForm::parse("tls@Example.COM").unwrap();
        assert!(form.is_bare());
        assert_eq!((form.mailbox(ADDRESS).as_str(), form.address_in("tls@example.com")), ("tls@example.com", None));
    }

    #[test]
    fn what_is_no_mailbox_is_refused() {
        let long = format!("{}{{address}}@a.example", "x".repeat(39));
        for wrong in [
            "",
            "tls",
            "@a.example",
            "tls@",
            "tls{address}@a.example",
            "{address}x@a.example",
            "a b@a.example",
            "\"a\"@a.example",
            ".tls@a.example",
            "tls@no host",
            "{address}@{address}",
            "a!b@a.example",
            &long,
        ] {
            assert_eq!(MailForm::parse(wrong), None, "{wrong:?}");
        }
    }
}
