//! E-mail addresses of people, in one spelling.

/// The address in the form that is stored and compared, or nothing when it cannot be one.
///
/// A sanity check, not the grammar of RFC 5322: one `@` with something before it and a domain after it, no white space
/// and no control characters. Case is ignored, since no host in use tells people apart by it.
pub(super) fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !"<>(),;:\\\"[]@".contains(c);
    // RFC 5321 §4.5.3.1: 64 octets before the @.
    if local.is_empty() || local.len() > 64 || !local.chars().all(clean) {
        return None;
    }
    let domain = model::DomainName::parse(domain).ok()?;
    Some(format!("{}@{domain}", local.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn one_spelling_for_one_mailbox() {
        for text in ["Ada@Example.com", " ada@example.com ", "ada@example.com."] {
            assert_eq!(normalise(text).as_deref(), Some("ada@example.com"), "{text}");
        }
        assert_eq!(normalise("ada+tls@bücher.example").as_deref(), Some("ada+tls@xn--bcher-kva.example"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "ada", "@example.com", "ada@", "a da@example.com", "a@b@example.com", "ada@example.com\r\nBcc: x"]
        {
            assert_eq!(normalise(text), None, "{text:?}");
        }
        assert_eq!(normalise(&format!("{}@example.com", "a".repeat(65))), None);
    }
}
