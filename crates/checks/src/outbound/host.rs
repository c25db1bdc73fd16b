//! Which host names are dialled: such as can be registered in public DNS.

use model::DomainName;

/// Whether a name can be one of public DNS. What a resolver of the system might take for an address is none, however it is
/// written: `127.0.0.1`, `2130706433`, `0x7f.1`, `017700000001`.
pub(super) fn is_dialable(name: &DomainName) -> bool {
    let Some((_, top)) = name.as_str().rsplit_once('.') else {
        return false;
    };
    // No top-level domain has a digit, but for those of A-labels (RFC 3696 §2; RFC 1123 §2.1: "will be alphabetic").
    top.len() > 1 && (top.starts_with("xn--") || top.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_public_dns_are_dialled() {
        for name in ["mx1.example.com", "mta-sts.example.com", "a_b.example.com", "mail.xn--p1ai", "1.2.3.4.example"] {
            assert!(is_dialable(&DomainName::parse_lenient(name).unwrap()), "{name}");
        }
    }

    #[test]
    fn what_may_be_taken_for_an_address_is_not() {
        for name in [
            "localhost",
            "mx",
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "017700000001",
            "0177.0.0.1",
            "127.0.0.0x1",
            "0x7f.0x0.0x0.0x1",
            "1.2.3.4.5",
            "example.com.1",
            "mx.example.0x1",
            "mx.e",
        ] {
            assert!(!DomainName::parse_lenient(name).is_some_and(|name| is_dialable(&name)), "{name}");
        }
        for literal in
            ["[127.0.0.1]", "[::1]", "::1", "mx.example.com:25", "user@mx.example.com", "mx.example.com/x", "mx..com"]
        {
            assert_eq!(DomainName::parse_lenient(literal), None, "{literal}");
        }
    }
}
