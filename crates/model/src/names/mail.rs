//! A pasted mail: its head, the marks of quoting and its signature name no domains that anyone wants watched.

use super::{Found, list, number};

const FIELDS: [&str; 10] =
    ["from", "to", "cc", "subject", "date", "received", "return-path", "message-id", "reply-to", "sent"];

/// How many lines the head of a mail takes; none when the text is no mail. Two known fields in a row make one.
pub(super) fn body(text: &str, found: &mut Found<'_>) -> Option<usize> {
    let blank = text.lines().take_while(|line| line.trim().is_empty()).count();
    let head: Vec<&str> = text.lines().skip(blank).take_while(|line| !line.trim().is_empty()).collect();
    let is_field = |line: &&str| {
        let name = line.split_once(':').map(|(name, _)| name.trim().to_ascii_lowercase());
        name.is_some_and(|name| FIELDS.contains(&name.as_str()))
    };
    let starts = head.first().is_some_and(is_field);
    if !starts || head.iter().filter(|line| is_field(line)).count() < 2 {
        return None;
    }
    let why = format!("the head of a mail, {}", crate::format::counted(head.len() as u64, "line"));
    found.passed_over(number(blank, 1), head[0], &why);
    Some(blank + head.len())
}

/// Reads what comes after the head.
pub(super) fn read(text: &str, head: usize, found: &mut Found<'_>) {
    for (index, line) in text.lines().enumerate().skip(head) {
        let number = number(index, 1);
        // "-- " starts the signature (RFC 3676 §4.3).
        if line.trim_end() == "--" {
            let left = text.lines().count() - index;
            let why = format!("the signature of a mail, {}", crate::format::counted(left as u64, "line"));
            return found.passed_over(number, line, &why);
        }
        list::line(line.trim_start_matches(['>', ' ']), number, found);
    }
}
