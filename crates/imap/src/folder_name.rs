//! Names of folders as IMAP writes them: modified UTF-7 (RFC 3501 §5.1.3), in quotes.

use data_encoding::{Encoding, Specification};

/// Base64 with a comma for the slash, without padding.
fn base64() -> Encoding {
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,");
    specification.encoding().expect("these are 64 different symbols")
}

/// The name as an argument of a command. Line ends, which would end the command, are left out with all control characters.
pub(crate) fn quoted(name: &str) -> String {
    let mut out = String::from("\"");
    let mut other: Vec<u8> = Vec::new();
    let flush = |out: &mut String, other: &mut Vec<u8>| {
        if !other.is_empty() {
            out.push('&');
            out.push_str(&base64().encode(other));
            out.push('-');
            other.clear();
        }
    };
    for c in name.chars().filter(|c| !c.is_control()) {
        if matches!(c, ' '..='~') {
            flush(&mut out, &mut other);
            match c {
                '&' => out.push_str("&-"),
                '"' | '\\' => out.extend(['\\', c]),
                _ => out.push(c),
            }
        } else {
            let mut units = [0; 2];
            other.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut out, &mut other);
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_the_rfc_does() {
        assert_eq!(quoted("INBOX/TLS reports"), "\"INBOX/TLS reports\"");
        // The examples of RFC 3501 §5.1.3.
        assert_eq!(quoted("~peter/mail/台北/日本語"), "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"");
        assert_eq!(quoted("Entwürfe & Co"), "\"Entw&APw-rfe &- Co\"");
        assert_eq!(quoted("😀"), "\"&2D3eAA-\"");
    }

    #[test]
    fn a_name_cannot_end_the_command() {
        assert_eq!(quoted("a\"\r\nx LOGOUT\\"), "\"a\\\"x LOGOUT\\\\\"");
    }
}
