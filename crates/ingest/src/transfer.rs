//! Content transfer encodings (RFC 2045 §6), decoded as far as they can be.
//!
//! Gateways damage these encodings: lines are rewrapped, blanks added, ends cut off. What is left is decoded; whether it is
//! whole is for gzip's checksum and the JSON reader to say.

use std::borrow::Cow;

/// Decodes a body by the value of its Content-Transfer-Encoding.
pub(crate) fn decode<'a>(encoding: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        // Some label plain JSON so; a brace or bracket is not of the alphabet.
        "base64" if !matches!(body.trim_ascii_start(), [b'{' | b'[', ..]) => Cow::Owned(base64(body)),
        "quoted-printable" => Cow::Owned(quoted_printable(body)),
        _ => Cow::Borrowed(body),
    }
}

/// Decodes base64; whatever is not of its alphabet is skipped (RFC 2045 §6.8).
pub(crate) fn base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u16, 0);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                // The end of one text; another may follow.
                count = 0;
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u16::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count).to_be_bytes()[1]);
        }
    }
    out
}

/// Decodes quoted-printable; an `=` that begins no code stands for itself.
fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|b| *b == b'\n') {
        let content = line.trim_ascii_end();
        let (content, soft) = match content.strip_suffix(b"=") {
            Some(content) => (content, true),
            None => (content, false),
        };
        let mut rest = content;
        while let Some((first, tail)) = rest.split_first() {
            let code = tail.get(..2).filter(|_| *first == b'=').and_then(|code| {
                u8::from_str_radix(std::str::from_utf8(code).ok().filter(|code| !code.starts_with('+'))?, 16).ok()
            });
            out.push(code.unwrap_or(*first));
            rest = if code.is_some() { &tail[2..] } else { tail };
        }
        if !soft && line.ends_with(b"\n") {
            out.push(b'\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base64_survives_rewrapping_and_junk() {
        for (text, bytes) in [
            ("aGVsbG8=", "hello"),
            ("aGVs\r\n bG8=\r\n", "hello"),
            ("aG!Vs>bG8", "hello"),
            ("aGVsbG8=aGVsbG8=", "hellohello"),
            ("aGVsbG", "hell"),
            ("", ""),
        ] {
            assert_eq!(base64(text.as_bytes()), bytes.as_bytes(), "{text}");
        }
    }

    #[test]
    fn quoted_printable_joins_soft_line_ends() {
        for (text, bytes) in [
            ("{=22a=22: 1=\r\n2}", "{\"a\": 12}"),
            ("a= \nb", "ab"),
            ("a=zz=4", "a=zz=4"),
            ("caf=C3=A9\r\nx", "café\nx"),
            ("a=+1", "a=+1"),
        ] {
            assert_eq!(quoted_printable(text.as_bytes()), bytes.as_bytes(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn base64_reads_what_others_write(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(base64(data_encoding::BASE64_MIME.encode(&bytes).as_bytes()), bytes);
        }

        #[test]
        fn anything_is_survived(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (base64(&text), quoted_printable(&text));
        }
    }
}
