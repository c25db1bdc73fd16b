//! A zone file (RFC 1035 §5): of all its names, those that take mail.
//!
//! These are the owners of MX records. In a text that has none, such as a list of delegations, they are the owners of its SOA
//! or NS records, else all owners.

use std::collections::HashSet;

use super::{Found, item, number, shown};

/// Types that a line must have to be taken for a record.
const TYPES: [&str; 22] = [
    "SOA",
    "NS",
    "MX",
    "A",
    "AAAA",
    "TXT",
    "CNAME",
    "DNAME",
    "SRV",
    "CAA",
    "TLSA",
    "DS",
    "DNSKEY",
    "RRSIG",
    "NSEC",
    "NSEC3",
    "NSEC3PARAM",
    "PTR",
    "HTTPS",
    "SVCB",
    "SSHFP",
    "NAPTR",
];

/// Whether a text is a zone file: it has a directive of one, or a line that is a record.
pub(super) fn is_zone(text: &str) -> bool {
    text.lines().take(200).any(|line| {
        let directive = line.split_whitespace().next().unwrap_or_default();
        ["$ORIGIN", "$TTL"].iter().any(|known| directive.eq_ignore_ascii_case(known)) || is_record(line)
    })
}

/// `name [ttl] [class] TYPE data`, sure enough to not be a sentence.
fn is_record(line: &str) -> bool {
    let words: Vec<&str> = without_comment(line).split_whitespace().collect();
    let Some((at, kind)) = kind_of(&words) else { return false };
    let Some(data) = words.get(at + 1) else { return false };
    let has_class = words[..at].iter().any(|word| is_class(word));
    let plausible = match kind.as_str() {
        "A" => data.parse::<std::net::Ipv4Addr>().is_ok(),
        "AAAA" => data.parse::<std::net::Ipv6Addr>().is_ok(),
        "MX" => data.parse::<u16>().is_ok() && words.len() > at + 2,
        "SOA" => words.len() > at + 2,
        _ => words[at].bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
    };
    plausible && (has_class || words[at].bytes().all(|byte| !byte.is_ascii_lowercase()))
}

/// Where the type stands among the words of a line, at most after owner, TTL and class.
fn kind_of(words: &[&str]) -> Option<(usize, String)> {
    // The first word is the owner, even if it is spelled like a type.
    let (at, word) = words.iter().enumerate().skip(1).take(3).find(|(_, word)| !is_class(word) && !is_ttl(word))?;
    let kind = word.to_ascii_uppercase();
    TYPES.contains(&kind.as_str()).then_some((at, kind))
}

fn is_class(word: &str) -> bool {
    ["IN", "CH", "HS"].iter().any(|class| word.eq_ignore_ascii_case(class))
}

fn is_ttl(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_digit() || b"smhdwSMHDW".contains(&byte))
}

/// The line up to a semicolon that stands in no string.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let end = line.find(|c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    &line[..end.unwrap_or(line.len())]
}

/// A record, as far as it matters here.
struct Record {
    line: u32,
    /// Absolute without the final dot, or why it cannot be told.
    owner: Result<String, String>,
    written: String,
    kind: String,
    null_mx: bool,
}

/// Reads a zone file.
pub(super) fn read(text: &str, found: &mut Found<'_>) {
    let records = records(text, found);
    let has = |kind: &str| records.iter().any(|record| record.kind == kind && !record.null_mx);
    let wanted = ["MX", "SOA", "NS"].into_iter().find(|kind| has(kind));
    let chosen = |record: &Record| wanted.is_none_or(|kind| record.kind == kind) && !record.null_mx;
    let takes_mail: HashSet<&str> =
        records.iter().filter(|record| chosen(record)).filter_map(|record| record.owner.as_deref().ok()).collect();
    let mut told: HashSet<&str> = HashSet::new();
    for record in &records {
        match &record.owner {
            Err(why) if chosen(record) => found.item(record.line, &record.written, Err(why.clone())),
            Err(why) => found.passed_over(record.line, &record.written, why),
            // Several records of one owner are no repetition.
            Ok(owner) if !told.insert(owner) => {}
            Ok(owner) if takes_mail.contains(owner.as_str()) => found.item(record.line, owner, item::read(owner)),
            Ok(owner) => {
                let why = if record.null_mx {
                    "its MX record says that it takes no mail (RFC 7505)"
                } else {
                    "no MX record of it is in this text, so it seems to take no mail"
                };
                found.passed_over(record.line, owner, why);
            }
        }
    }
}

fn records(text: &str, found: &mut Found<'_>) -> Vec<Record> {
    let mut origin: Option<String> = None;
    let mut owner = String::new();
    let mut records = vec![];
    let mut depth = 0_usize;
    for (index, line) in text.lines().enumerate() {
        let number = number(index, 1);
        let content = without_comment(line);
        let inside = depth > 0;
        depth = (depth + content.matches('(').count()).saturating_sub(content.matches(')').count());
        // What goes on from the line before, a comment, or nothing.
        if inside || content.trim().is_empty() {
            continue;
        }
        let mut words: Vec<&str> = content.split_whitespace().collect();
        if words[0].starts_with('$') {
            match words[..] {
                [directive, name, ..] if directive.eq_ignore_ascii_case("$ORIGIN") => {
                    origin = absolute(name, origin.as_deref()).ok();
                }
                [directive, ..] if directive.eq_ignore_ascii_case("$TTL") => {}
                _ => found.passed_over(number, line, "a directive that is not followed"),
            }
            continue;
        }
        // A line that starts with a blank has the owner of the one before.
        if content.starts_with([' ', '\t']) {
            words.insert(0, &owner);
        }
        let Some((at, kind)) = kind_of(&words) else {
            found.passed_over(number, line, "no record of a zone file that is known here");
            continue;
        };
        let written = words[0].to_owned();
        // A transfer names the zone by its first record alone.
        if kind == "SOA" && origin.is_none() && written.contains('.') {
            origin = Some(written.trim_end_matches('.').to_owned());
        }
        let null_mx = kind == "MX" && words.get(at + 2) == Some(&".");
        let owner_name = absolute(&written, origin.as_deref());
        records.push(Record { line: number, owner: owner_name, written: written.clone(), kind, null_mx });
        owner = written;
    }
    records
}

/// A name of a zone file made absolute (RFC 1035 §5.1); one with a dot inside is believed to be so where no origin is known.
fn absolute(name: &str, origin: Option<&str>) -> Result<String, String> {
    if let Some(name) = name.strip_suffix('.').filter(|name| !name.is_empty()) {
        return Ok(name.to_ascii_lowercase());
    }
    match origin {
        Some(origin) if name == "@" => Ok(origin.to_ascii_lowercase()),
        Some(origin) => Ok(format!("{name}.{origin}").to_ascii_lowercase()),
        None if name.contains('.') && name != "." => Ok(name.to_ascii_lowercase()),
        None => Err(format!(
            "“{}” stands for a name below the zone’s own, which the text does not say; put a line such as \
             $ORIGIN example.com. before it",
            shown(name, 60)
        )),
    }
}
