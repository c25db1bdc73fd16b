//! The addresses of a `mailto` URI (RFC 6068 §2):
//!
//! ```text
//! to         = addr-spec *("," addr-spec)        ; the comma may be encoded, and in TLSRPT must be
//! addr-spec  = local-part "@" domain
//! local-part = dot-atom-text / quoted-string
//! domain     = dot-atom-text / "[" *dtext-no-obs "]"
//! ```

use super::uri::Uri;

/// Reads the addresses that stand before any `?`, decoded; none when there is no address or something else.
///
/// An encoded `@` is taken for one, as senders do that decode first.
#[must_use]
pub fn addresses(uri: &Uri<'_>) -> Option<Vec<String>> {
    if uri.authority.is_some() {
        return None;
    }
    let to = decode(uri.path)?;
    split(&to).into_iter().map(|address| is_addr_spec(address).then(|| address.to_owned())).collect()
}

/// Percent-decoding to UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Splits at commas outside quotes.
fn split(to: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    to.split(|c| {
        let is_separator = c == ',' && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && quoted && !escaped;
        is_separator
    })
    .collect()
}

fn is_addr_spec(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let literal = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']'));
    let is_domain = literal.map_or_else(|| is_dot_atom(domain), |literal| literal.chars().all(is_dtext));
    let quoted = local.strip_prefix('"').and_then(|local| local.strip_suffix('"'));
    is_domain && quoted.map_or_else(|| is_dot_atom(local), is_quoted_content)
}

/// `1*atext *("." 1*atext)` (RFC 5322 §3.2.3), characters beyond ASCII included (RFC 6532 §3.2).
fn is_dot_atom(text: &str) -> bool {
    let is_atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii();
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// What stands between the quotes of a quoted-string (RFC 5322 §3.2.4).
fn is_quoted_content(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        let c = if c == '\\' { characters.next() } else { Some(c).filter(|c| *c != '"') };
        if c.is_none_or(|c| c.is_control() && c != '\t') {
            return false;
        }
    }
    true
}

/// `%d33-90 / %d94-126` (RFC 5322 §3.4.1)
const fn is_dtext(c: char) -> bool {
    matches!(c, '!'..='Z' | '^'..='~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<String>> {
        addresses(&Uri::parse(text).unwrap())
    }

    #[test]
    fn addresses_are_decoded() {
        for (text, address) in [
            ("mailto:tls@example.org", "tls@example.org"),
            ("mailto:tls%2Breports@example.org?subject=a%20b", "tls+reports@example.org"),
            ("mailto:bang%21path@example.org", "bang!path@example.org"),
            ("mailto:%22a%20b,%22@example.org", "\"a b,\"@example.org"),
            ("mailto:a@%5B192.0.2.1%5D", "a@[192.0.2.1]"),
            ("mailto:a%40example.org", "a@example.org"),
            ("mailto:a@localhost", "a@localhost"),
        ] {
            assert_eq!(read(text), Some(vec![address.to_owned()]), "{text}");
        }
        assert_eq!(read("mailto:a@x.example%2Cb@y.example").map(|addresses| addresses.len()), Some(2));
    }

    #[test]
    fn what_nobody_can_send_to_is_none() {
        for text in [
            "mailto:",
            "mailto:example.org",
            "mailto:@example.org",
            "mailto:a@",
            "mailto:a@b@example.org",
            "mailto:a..b@example.org",
            "mailto:a@example..org",
            "mailto:a%20b@example.org",
            "mailto:%FF@example.org",
            "mailto:a@x.example%2C",
            "mailto:?to=a@example.org",
            "mailto://a@example.org",
            "mailto:%3Ca@example.org%3E",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
