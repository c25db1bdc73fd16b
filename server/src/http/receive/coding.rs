//! `Content-Encoding: gzip`, taken off once and only where it is there (RFC 9110 §8.4).
//!
//! Senders use the header in two ways: for the one gzip layer that the report file has anyway, or for a second one.
//! The bytes tell which: one layer is left to intake, which looks at bytes only.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use http::{HeaderMap, header};

use super::answer::Refusal;
use crate::config::Size;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The body without its transfer's gzip layer, if it has one around a file that is itself compressed.
pub(super) fn decode(headers: &HeaderMap, body: Vec<u8>, limit: Size) -> Result<Vec<u8>, Refusal> {
    if !is_gzip_coded(headers) || !body.starts_with(&GZIP) {
        return Ok(body);
    }
    let mut start = [0; 2];
    let is_compressed_file =
        MultiGzDecoder::new(&body[..]).read_exact(&mut start).is_ok() && [GZIP, *b"PK"].contains(&start);
    if !is_compressed_file {
        return Ok(body);
    }
    let mut inner = Vec::new();
    match MultiGzDecoder::new(&body[..]).take(limit.0 + 1).read_to_end(&mut inner) {
        Ok(_) if inner.len() as u64 > limit.0 => Err(Refusal::TooLarge(limit)),
        Ok(_) => Ok(inner),
        // Damaged: kept as it came, so that intake can say what is wrong.
        Err(_) => Ok(body),
    }
}

fn is_gzip_coded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let is_gzip = |coding: &str| ["gzip", "x-gzip"].iter().any(|gzip| coding.trim().eq_ignore_ascii_case(gzip));
    codings.flat_map(|value| value.split(',')).any(is_gzip)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    const LIMIT: Size = Size(1 << 20);

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn decoded(coding: Option<&'static str>, body: &[u8]) -> Vec<u8> {
        let headers = coding.map(|coding| (header::CONTENT_ENCODING, coding.parse().unwrap())).into_iter().collect();
        decode(&headers, body.to_vec(), LIMIT).unwrap()
    }

    #[test]
    fn one_layer_is_left_to_intake() {
        let once = gzip(b"{}");
        assert_eq!(decoded(Some("gzip"), &once), once);
        assert_eq!(decoded(None, &once), once);
    }

    #[test]
    fn a_second_layer_is_taken_off_where_it_is_declared() {
        let (once, twice) = (gzip(b"{}"), gzip(&gzip(b"{}")));
        assert_eq!(decoded(Some("GZIP"), &twice), once);
        assert_eq!(decoded(Some("identity, x-gzip"), &twice), once);
        assert_eq!(decoded(None, &twice), twice, "an undeclared layer is the sender's fault, and intake says so");
    }

    #[test]
    fn a_lie_changes_nothing() {
        for body in [&b"{}"[..], b"", b"\x1f\x8b", b"\x1f\x8brubbish"] {
            assert_eq!(decoded(Some("gzip"), body), body);
        }
        let twice = gzip(&gzip(b"{}"));
        let cut = &twice[..twice.len() - 3];
        assert_eq!(decoded(Some("gzip"), cut), cut);
    }

    #[test]
    fn a_bomb_stays_within_the_limit() {
        let bomb = gzip(&[&gzip(b"{}")[..], &vec![0; 2 << 20]].concat());
        let headers = [(header::CONTENT_ENCODING, "gzip".parse().unwrap())].into_iter().collect();
        assert!(matches!(decode(&headers, bomb, LIMIT), Err(Refusal::TooLarge(_))));
    }
}
