//! One word: a name, a URL, an e-mail address, each with what people put around it.

use crate::DomainName;

/// The word without what only surrounds it in a text.
pub(super) fn bare(word: &str) -> &str {
    let front = ['(', '[', '{', '<', '"', '\'', '“', '‘', '„', '«', '•', '·', '–', '—'];
    let back = [')', ']', '}', '>', '"', '\'', '”', '’', '“', '»', '!', '?', ':'];
    let word = word.trim().trim_start_matches(front);
    // The full stop of a sentence is as good as that of a name.
    let word = word.trim_end_matches(back).trim_end_matches('.').trim_end_matches(back);
    word.strip_prefix('-').map_or(word, |rest| if rest.is_empty() { rest } else { word })
}

/// Whether a word in running text looks like a domain, a URL or an address: `e.g.` and `3.5` do not.
pub(super) fn looks_like_one(word: &str) -> bool {
    let word = bare(word);
    if word.contains("://") || word.contains('@') {
        return true;
    }
    let host = word.split(['/', ':']).next().unwrap_or_default();
    match host.rsplit_once(['.', '。']) {
        Some((front, last)) => !front.is_empty() && last.chars().count() > 1 && last.chars().any(char::is_alphabetic),
        None => false,
    }
}

/// The domain that a word names.
pub(super) fn read(word: &str) -> Result<DomainName, String> {
    let word = bare(word);
    let name = match host_of(word) {
        Host::Bare(name) => DomainName::parse(name),
        // A web server's name is rarely that of the mail domain it stands for.
        Host::OfUrl(host) => DomainName::parse(without_www(host)),
    };
    name.map_err(|error| error.to_string())
}

enum Host<'a> {
    Bare(&'a str),
    OfUrl(&'a str),
}

fn host_of(word: &str) -> Host<'_> {
    let lower = word.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    if lower {
        return Host::Bare(after_at(word[7..].split('?').next().unwrap_or_default()));
    }
    if let Some((_, rest)) = word.split_once("://") {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        return Host::OfUrl(without_port(authority.rsplit('@').next().unwrap_or_default()));
    }
    if word.contains('@') {
        return Host::Bare(after_at(word));
    }
    match word.split_once('/') {
        Some((host, _)) if host.contains('.') => Host::OfUrl(without_port(host)),
        _ => Host::Bare(without_port(word)),
    }
}

fn after_at(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn without_www(host: &str) -> &str {
    let rest = host.get(..4).filter(|start| start.eq_ignore_ascii_case("www.")).map(|_| &host[4..]);
    rest.filter(|rest| rest.trim_end_matches('.').contains('.')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(word: &str) -> String {
        read(word).unwrap().to_string()
    }

    #[test]
    fn one_name_in_many_dresses() {
        for word in [
            "example.com",
            "EXAMPLE.com.",
            "<postmaster@example.com>",
            "mailto:a@example.com?subject=x",
            "https://www.example.com/contact?x=@evil.example",
            "https://user:secret@example.com:8443/",
            "example.com/path",
            "example.com:25",
            "(example.com),",
            "“example.com”",
        ] {
            assert_eq!(good(word.trim_end_matches(',')), "example.com", "{word}");
        }
        assert_eq!(good("www.example.com"), "www.example.com", "typed by itself it is meant");
        assert_eq!(good("https://www.com"), "www.com");
        assert_eq!(good("https://bücher.example/"), "xn--bcher-kva.example");
    }

    #[test]
    fn what_is_no_domain_says_why() {
        assert!(read("192.0.2.0/24").unwrap_err().contains("IP address"));
        assert!(read("https://[2001:db8::1]/").unwrap_err().contains("IP address"));
        assert!(read("https://localhost/").unwrap_err().contains("one label"));
        assert!(read("*.example.com").unwrap_err().contains("wildcard"));
        assert!(read("a@b@").is_err());
        assert!(read("").is_err());
    }

    #[test]
    fn words_of_a_sentence_are_no_domains() {
        for word in ["e.g.", "i.e.", "3.5", "1.", "Regards,", "v1.2.3", "…", ".com", "U.S.A."] {
            assert!(!looks_like_one(word), "{word}");
        }
        for word in ["example.com.", "(bücher.example)", "a@b", "http://x", "example.com/path"] {
            assert!(looks_like_one(word), "{word}");
        }
    }
}
