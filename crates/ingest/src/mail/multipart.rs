//! The parts of a multipart body (RFC 2046 §5.1).

/// Splits a body at its boundary, at most `limit` + 1 parts. Without a boundary parameter the first line that looks like
/// one counts; without a closing line the last part ends with the body.
pub(crate) fn parts<'b>(body: &'b [u8], boundary: Option<&str>, limit: usize) -> Vec<&'b [u8]> {
    let mut parts = Vec::new();
    let mut boundary = boundary.map(|boundary| boundary.trim_end().as_bytes()).filter(|boundary| !boundary.is_empty());
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let (from, to) = (at, at + line.len());
        at = to;
        let Some(mark) = line.trim_ascii_end().strip_prefix(b"--") else { continue };
        let boundary = *boundary.get_or_insert(mark);
        let is_end = match mark.strip_prefix(boundary) {
            Some(b"") => false,
            Some(b"--") => true,
            _ => continue,
        };
        if let Some(start) = start {
            // The line end before the boundary belongs to it.
            let part: &[u8] = &body[start..from];
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            parts.push(part.strip_suffix(b"\r").unwrap_or(part));
        }
        start = (!is_end).then_some(to);
        if is_end || parts.len() > limit {
            return parts;
        }
    }
    parts.extend(start.map(|start| &body[start..]));
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split<'b>(body: &'b str, boundary: Option<&str>) -> Vec<&'b str> {
        parts(body.as_bytes(), boundary, 10).into_iter().map(|part| std::str::from_utf8(part).expect("text")).collect()
    }

    #[test]
    fn parts_lie_between_boundary_lines() {
        for (body, boundary, want) in [
            ("pre\r\n--b\r\none\r\n--b  \r\ntwo\r\n--b--\r\nafter", Some("b"), vec!["one", "two"]),
            ("--b\none\n--b\ntwo\n", Some("b"), vec!["one", "two\n"]),
            ("--b\none\n--bb\nstill\n--b--", Some("b"), vec!["one\n--bb\nstill"]),
            ("--b\n\n--b--", Some("b"), vec![""]),
            ("--guess\none\n--guess--", None, vec!["one"]),
            ("no boundary", Some("b"), vec![]),
            ("", None, vec![]),
        ] {
            assert_eq!(split(body, boundary), want, "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_survived(body in "[-b\n\r x]{0,60}", boundary in prop::option::of("[-b ]{0,3}")) {
            prop_assert!(parts(body.as_bytes(), boundary.as_deref(), 3).len() <= 5);
        }
    }
}
