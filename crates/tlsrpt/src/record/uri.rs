//! URIs by the grammar of RFC 3986 §3 and appendix A, rule by rule:
//!
//! ```text
//! URI       = scheme ":" hier-part [ "?" query ] [ "#" fragment ]
//! hier-part = "//" authority path-abempty / path-absolute / path-rootless / path-empty
//! authority = [ userinfo "@" ] host [ ":" port ]
//! ```

use std::net::Ipv6Addr;

/// A URI taken apart; nothing is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uri<'t> {
    /// Before the first colon, in any case.
    pub scheme: &'t str,
    /// After `//`, when there is one.
    pub authority: Option<Authority<'t>>,
    /// Maybe empty.
    pub path: &'t str,
    /// After `?`.
    pub query: Option<&'t str>,
    /// After `#`.
    pub fragment: Option<&'t str>,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authority<'t> {
    /// Before `@`.
    pub userinfo: Option<&'t str>,
    /// A name or an address, in brackets one of IPv6; maybe empty.
    pub host: &'t str,
    /// The digits after the colon, maybe none.
    pub port: Option<&'t str>,
}

/// Why a text is no URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriFault {
    /// Nothing is there.
    Empty,
    /// There is no scheme with its colon at the beginning.
    NoScheme,
    /// A percent sign without two hexadecimal digits after it.
    Percent,
    /// What stands in brackets is no address.
    IpLiteral,
    /// The port has something else than digits.
    Port,
    /// A character that cannot stand where it does.
    Character(char),
}

impl<'t> Uri<'t> {
    /// Reads a URI.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &'t str) -> Result<Self, UriFault> {
        if text.is_empty() {
            return Err(UriFault::Empty);
        }
        let (scheme, rest) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)).ok_or(UriFault::NoScheme)?;
        let (rest, fragment) = split_optional(rest, '#');
        let (hier_part, query) = split_optional(rest, '?');
        let (authority, path) = match hier_part.strip_prefix("//") {
            None => (None, hier_part),
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(Authority::parse(authority)?), path)
            }
        };
        characters(path, |c| is_pchar(c) || c == '/')?;
        for part in [query, fragment].into_iter().flatten() {
            characters(part, |c| is_pchar(c) || matches!(c, '/' | '?'))?;
        }
        Ok(Self { scheme, authority, path, query, fragment })
    }

    /// Whether this is the scheme; case does not matter (RFC 3986 §3.1).
    #[must_use]
    pub const fn has_scheme(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }
}

impl<'t> Authority<'t> {
    fn parse(text: &'t str) -> Result<Self, UriFault> {
        let (userinfo, rest) = match text.split_once('@') {
            Some((userinfo, rest)) => (Some(userinfo), rest),
            None => (None, text),
        };
        characters(userinfo.unwrap_or_default(), |c| is_unreserved(c) || is_sub_delim(c) || c == ':')?;
        let end = match rest.strip_prefix('[') {
            None => rest.find(':').unwrap_or(rest.len()),
            Some(literal) => {
                let (address, _) = literal.split_once(']').ok_or(UriFault::IpLiteral)?;
                if !is_ip_literal(address) {
                    return Err(UriFault::IpLiteral);
                }
                address.len() + 2
            }
        };
        let (host, port) = rest.split_at_checked(end).ok_or(UriFault::IpLiteral)?;
        if !host.starts_with('[') {
            characters(host, |c| is_unreserved(c) || is_sub_delim(c))?;
        }
        let port = match port.strip_prefix(':') {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits),
            None if port.is_empty() => None,
            _ => return Err(UriFault::Port),
        };
        Ok(Self { userinfo, host, port })
    }
}

/// `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// `IPv6address / IPvFuture`. An IPv6 address has no zone here.
fn is_ip_literal(text: &str) -> bool {
    if let Some(future) = text.strip_prefix(['v', 'V']) {
        return future.split_once('.').is_some_and(|(version, address)| {
            !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_hexdigit())
                && !address.is_empty()
                && address.chars().all(|c| is_unreserved(c) || is_sub_delim(c) || c == ':')
        });
    }
    text.parse::<Ipv6Addr>().is_ok()
}

fn split_optional(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Whether all characters are allowed or `pct-encoded = "%" HEXDIG HEXDIG`.
fn characters(text: &str, allowed: impl Fn(char) -> bool) -> Result<(), UriFault> {
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == '%' {
            let mut is_digit = || rest.next().is_some_and(|c| c.is_ascii_hexdigit());
            if !(is_digit() && is_digit()) {
                return Err(UriFault::Percent);
            }
        } else if !allowed(c) {
            return Err(UriFault::Character(c));
        }
    }
    Ok(())
}

const fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

const fn is_sub_delim(c: char) -> bool {
    matches!(c, '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=')
}

const fn is_pchar(c: char) -> bool {
    is_unreserved(c) || is_sub_delim(c) || matches!(c, ':' | '@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_taken_apart() {
        let uri = Uri::parse("https://u:p@reports.example:8443/v1/tls;a?b=/?#c").unwrap();
        let authority = Authority { userinfo: Some("u:p"), host: "reports.example", port: Some("8443") };
        assert_eq!(uri.authority, Some(authority));
        assert_eq!((uri.path, uri.query, uri.fragment), ("/v1/tls;a", Some("b=/?"), Some("c")));
        let uri = Uri::parse("MailTo:a%2Bb@example.org?subject=x").unwrap();
        assert!(uri.has_scheme("mailto") && uri.authority.is_none());
        assert_eq!((uri.path, uri.query), ("a%2Bb@example.org", Some("subject=x")));
    }

    #[test]
    fn the_grammar_is_wider_than_what_can_be_used() {
        for text in
            ["a:", "mailto:", "https://", "https:///x", "https:x", "x+y-z.1:/", "https://[::1]:/", "https://[v1.a:b]/"]
        {
            assert!(Uri::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_uri_is_named() {
        for (text, fault) in [
            ("", UriFault::Empty),
            ("noscheme", UriFault::NoScheme),
            (":x", UriFault::NoScheme),
            ("1a:x", UriFault::NoScheme),
            ("a@example.org", UriFault::NoScheme),
            ("ruf=mailto:a@example.org", UriFault::NoScheme),
            ("mailto: a@example.org", UriFault::Character(' ')),
            ("mailto:<a@example.org>", UriFault::Character('<')),
            ("mailto:a@[192.0.2.1]", UriFault::Character('[')),
            ("https://bücher.example/", UriFault::Character('ü')),
            ("https://a@b@c/", UriFault::Character('@')),
            ("https://reports.example/{id}", UriFault::Character('{')),
            ("https://reports.example/%zz", UriFault::Percent),
            ("https://reports.example/%4", UriFault::Percent),
            ("https://[::g]/", UriFault::IpLiteral),
            ("https://[::1", UriFault::IpLiteral),
            ("https://reports.example:x/", UriFault::Port),
            ("https://[::1]x/", UriFault::Port),
            ("https://reports.example/?[", UriFault::Character('[')),
            ("https://reports.example/#a#b", UriFault::Character('#')),
        ] {
            assert_eq!(Uri::parse(text), Err(fault), "{text}");
        }
    }
}
