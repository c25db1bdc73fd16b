//! Lists of `tag=value`, as signatures and keys are written (RFC 6376 §3.2).

/// A list, its values without white space. Names are matched without regard to case: whoever writes `L=` means `l=`.
#[derive(Debug)]
pub(super) struct Tags(Vec<(String, String)>);

impl Tags {
    /// Reads a list; none where it is not one, or has a tag twice.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let mut tags = Vec::<(String, String)>::new();
        let mut specs = text.split(';').peekable();
        while let Some(spec) = specs.next() {
            // One `;` may end the list.
            if spec.trim().is_empty() && specs.peek().is_none() {
                break;
            }
            let (name, value) = spec.split_once('=')?;
            let name = name.trim().to_ascii_lowercase();
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !is_name || tags.iter().any(|(known, _)| *known == name) {
                return None;
            }
            tags.push((name, value.split_ascii_whitespace().collect()));
        }
        (!tags.is_empty()).then_some(Self(tags))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The items of a value that is a list apart by colons, in lower case.
    pub(super) fn items(&self, name: &str) -> Option<Vec<String>> {
        Some(self.get(name)?.split(':').map(str::to_ascii_lowercase).collect())
    }

    /// A number; an error where it is none, or has more digits than any instant (RFC 6376 §3.5 allows twelve).
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, ()> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let is_number = !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { text.parse().map(Some).map_err(|_| ()) } else { Err(()) }
    }
}

/// The field of a signature as it is signed: with `b=` left empty, without the final line end (RFC 6376 §3.7).
pub(super) fn without_signature(value: &[u8]) -> Vec<u8> {
    let value = value.strip_suffix(b"\n").unwrap_or(value);
    let value = value.strip_suffix(b"\r").unwrap_or(value);
    let specs = value.split(|byte| *byte == b';').map(|spec| match spec.iter().position(|byte| *byte == b'=') {
        Some(equals) if spec[..equals].trim_ascii().eq_ignore_ascii_case(b"b") => &spec[..=equals],
        _ => spec,
    });
    specs.collect::<Vec<_>>().join(&b';')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_are_read_with_any_folding() {
        let tags = Tags::parse(b" v=1; a=rsa-sha256;\r\n\th=From : To:\r\n subject; b=ab\r\n cd==;").unwrap();
        assert_eq!(tags.get("b"), Some("abcd=="));
        assert_eq!(tags.items("h").unwrap(), ["from", "to", "subject"]);
        assert_eq!(tags.get("l"), None);
    }

    #[test]
    fn what_is_no_list_is_none() {
        for text in ["", ";", "v", "v=1;;a=2", "v=1;v=1", "l=1;L=2", "=1", "1=2", "v=1;\u{fc}=2"] {
            assert!(Tags::parse(text.as_bytes()).is_none(), "{text}");
        }
        assert!(Tags::parse(b"v=\xff").is_none());
    }

    #[test]
    fn numbers_have_digits_alone() {
        let tags = Tags::parse(b"x=1795262400;t=-1;l=;y=1234567890123").unwrap();
        assert_eq!(tags.number("x"), Ok(Some(1_795_262_400)));
        assert_eq!(tags.number("z"), Ok(None));
        for odd in ["t", "l", "y"] {
            assert_eq!(tags.number(odd), Err(()), "{odd}");
        }
    }

    #[test]
    fn the_signature_itself_is_left_out() {
        for (field, signed) in [
            ("b=abc;h=From\r\n", "b=;h=From"),
            (" bh=B64=; h=From;\r\n B =abc=\r\n", " bh=B64=; h=From;\r\n B ="),
            ("a=1;b=\r\n a\r\n b;d=x", "a=1;b=;d=x"),
        ] {
            assert_eq!(String::from_utf8(without_signature(field.as_bytes())).unwrap(), signed);
        }
    }

    proptest! {
        #[test]
        fn no_list_makes_it_panic(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Tags::parse(&text);
            let _ = without_signature(&text);
        }
    }
}
