//! Where a record wants reports delivered: one URI of `rua` and what can be done with it.

use super::{
    mailto,
    uri::{Uri, UriFault},
};

/// One destination that is grammatical.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// As published.
    pub uri: String,
    /// What it is.
    pub kind: Kind,
}

/// What can be done with a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Reports go by mail to these addresses.
    Mail(Vec<String>),
    /// Reports are posted to this host.
    Https(String),
    /// Senders cannot deliver there.
    Unusable(Unusable),
}

/// Why senders cannot deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// "Two URI schemes are supported: "mailto" and "https"" (RFC 8460 §3), and this is another, in lower case.
    Scheme(String),
    /// A `mailto` that names no address (RFC 6068 §2).
    NoAddress,
    /// An `https` that names no host, which "MUST be rejected as invalid" (RFC 9110 §4.2.2).
    NoHost,
    /// A port above 65535.
    Port,
}

/// Why a text is no destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DestinationFault {
    /// It is no URI.
    Uri(UriFault),
    /// It is a URI, but has a comma, semicolon or exclamation mark, which "MUST be encoded" (RFC 8460 §3).
    Raw(char),
}

impl Destination {
    /// Reads a `tlsrpt-uri`.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, DestinationFault> {
        let uri = Uri::parse(text).map_err(DestinationFault::Uri)?;
        if let Some(raw) = text.chars().find(|c| matches!(c, ',' | ';' | '!')) {
            return Err(DestinationFault::Raw(raw));
        }
        Ok(Self { uri: text.to_owned(), kind: kind(&uri) })
    }

    /// Whether senders can deliver there.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        !matches!(self.kind, Kind::Unusable(_))
    }
}

fn kind(uri: &Uri<'_>) -> Kind {
    if uri.has_scheme("mailto") {
        return mailto::addresses(uri).map_or(Kind::Unusable(Unusable::NoAddress), Kind::Mail);
    }
    if !uri.has_scheme("https") {
        return Kind::Unusable(Unusable::Scheme(uri.scheme.to_ascii_lowercase()));
    }
    match uri.authority {
        Some(authority) if authority.port.is_some_and(|port| !port.is_empty() && port.parse::<u16>().is_err()) => {
            Kind::Unusable(Unusable::Port)
        }
        Some(authority) if !authority.host.is_empty() => Kind::Https(authority.host.to_owned()),
        _ => Kind::Unusable(Unusable::NoHost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_and_https_can_be_used() {
        let kind = |text| Destination::parse(text).map(|destination| destination.kind);
        assert_eq!(kind("MAILTO:a@example.org"), Ok(Kind::Mail(vec!["a@example.org".to_owned()])));
        assert_eq!(kind("HTTPS://reports.example:443/x"), Ok(Kind::Https("reports.example".to_owned())));
        assert_eq!(kind("https://localhost"), Ok(Kind::Https("localhost".to_owned())));
        for (text, why) in [
            ("http://reports.example/", Unusable::Scheme("http".to_owned())),
            ("mailto:example.org", Unusable::NoAddress),
            ("https:///x", Unusable::NoHost),
            ("https:reports.example", Unusable::NoHost),
            ("https://reports.example:65536/", Unusable::Port),
        ] {
            assert_eq!(kind(text), Ok(Kind::Unusable(why)), "{text}");
        }
    }

    #[test]
    fn three_characters_must_be_encoded() {
        let parse = |text| Destination::parse(text).err();
        assert_eq!(parse("mailto:a@example.org!10m"), Some(DestinationFault::Raw('!')));
        assert_eq!(parse("https://reports.example/a;b"), Some(DestinationFault::Raw(';')));
        assert_eq!(parse("https://reports.example/a b"), Some(DestinationFault::Uri(UriFault::Character(' '))));
        assert_eq!(parse("https://reports.example/a%2Cb"), None);
    }
}
