//! The TLS-RPT record with every destination that can be recognised in a text.

use tlsrpt::record::{self, Destination};

use super::{clean, joined};
use crate::{
    DomainName,
    lint::{
        destination::is_policy_url,
        rua::ends_in_url,
        tls_rpt::{is_dmarc_tag, is_tag, usable},
    },
};

/// The record that names these destinations; none where a blank or a comma may stand inside an address, since half of one is
/// valid, too, and leads reports to somebody else.
pub(in crate::lint) fn tls_rpt(text: &str) -> Option<String> {
    let text = clean(&joined(text));
    if text.split(DELIMITERS).any(is_cut) || text.split(AROUND_LISTS).any(is_cut_by_comma) {
        return None;
    }
    let mut found: Vec<String> = Vec::new();
    let mut by_http: Vec<String> = Vec::new();
    let mut separators = text.chars().filter(|c| SEPARATORS.contains(c)).map(Some);
    let mut separator = None;
    let mut was_url = false;
    for part in text.split(SEPARATORS) {
        let (before, token) = (std::mem::replace(&mut separator, separators.next().flatten()), bare(part));
        let lower = token.to_ascii_lowercase();
        if let Some(address) = after_mailto(token) {
            found.extend(mail(address));
        } else if lower.starts_with("https://") {
            found.push(token.replace('!', "%21"));
        } else if let Some(rest) = lower.strip_prefix("http://").and_then(|_| token.get(7..)) {
            by_http.push(format!("https://{}", rest.replace('!', "%21")));
        } else if is_address(token) {
            found.extend(mail(token));
        } else if let (true, Some(raw @ (',' | ';')), Some(url)) = (was_url && is_rest(token), before, found.last_mut())
        {
            url.push_str(if raw == ',' { "%2C" } else { "%3B" });
            url.push_str(&token.replace('!', "%21"));
        }
        was_url = found.last().is_some_and(|last| ends_in_url(last)) && !token.is_empty();
    }
    if found.is_empty() {
        found = by_http;
    }
    let mut known: Vec<&str> = Vec::new();
    for uri in &found {
        let is_usable = !is_policy_url(uri) && Destination::parse(uri).is_ok_and(|destination| destination.is_usable());
        if is_usable && !known.contains(&uri.as_str()) {
            known.push(uri);
        }
    }
    record::compose(known)
}

/// One record with the destinations of several.
pub(in crate::lint) fn merged(records: &[&str]) -> Option<String> {
    let readings: Vec<_> = records.iter().map(|text| record::read(text)).collect();
    let mut known: Vec<&str> = Vec::new();
    for destination in readings.iter().flat_map(usable) {
        if !is_policy_url(&destination.uri) && !known.contains(&destination.uri.as_str()) {
            known.push(&destination.uri);
        }
    }
    record::compose(known)
}

const SEPARATORS: [char; 6] = [',', ';', ' ', '|', '<', '>'];
/// Those that nobody puts inside a destination by mistake, as line breaks and blanks are.
const DELIMITERS: [char; 5] = [',', ';', '|', '<', '>'];

/// Those that end a list of destinations, or stand around one.
const AROUND_LISTS: [char; 4] = [';', '|', '<', '>'];

/// Whether something in a piece between two delimiters is neither a destination nor a tag nor the version, but divided by a
/// blank from what may be the rest of it.
fn is_cut(piece: &str) -> bool {
    let words = words(piece);
    words.len() > 1 && !words.iter().all(|word| is_whole(word))
}

/// Whether a comma in a list stands between an address and what is no destination by itself, so that it may have cut one in two.
fn is_cut_by_comma(list: &str) -> bool {
    let pieces: Vec<&str> = list.split(',').filter(|piece| !piece.trim().is_empty()).collect();
    pieces.iter().zip(pieces.iter().skip(1)).any(|(before, after)| {
        let before = bare(before.split_whitespace().next_back().unwrap_or_default());
        let after = bare(after.split_whitespace().next().unwrap_or_default());
        let begun = after_mailto(before).unwrap_or(before);
        !after.contains(':') && ((is_address(begun) && is_loose(after)) || (is_loose(begun) && is_address(after)))
    })
}

/// Whether a piece is neither a destination nor a tag, but can be half of an address.
fn is_loose(piece: &str) -> bool {
    !piece.is_empty() && !piece.contains(['@', ':', '/', '=']) && !is_whole(piece)
}

/// Whether a piece can be an address rather than a URL or a tag.
fn is_address(piece: &str) -> bool {
    piece.contains('@') && !piece.contains(['/', '='])
}

/// What stands behind `mailto:`, and slashes after it.
fn after_mailto(piece: &str) -> Option<&str> {
    let (scheme, address) = piece.split_once(':')?;
    scheme.eq_ignore_ascii_case("mailto").then(|| address.trim_start_matches('/'))
}

/// The words of a piece, blanks around equals signs removed. What a zone file has before the version, such as `IN TXT`, and
/// its parentheses are left out.
fn words(piece: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in piece.split(' ').filter(|word| !word.trim_matches(['(', ')', '\'']).is_empty()) {
        match words.last_mut() {
            Some(last) if !last.contains([':', '@']) && (last.ends_with('=') || word.starts_with('=')) => {
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    let begun = words.iter().position(|word| is_version(word)).unwrap_or_default();
    let is_before = words.iter().take(begun).all(|word| !word.contains([':', '@']));
    if is_before { words.split_off(begun) } else { words }
}

fn is_whole(word: &str) -> bool {
    let token = bare(word).to_ascii_lowercase();
    match token.split_once(':') {
        // The address may come after a blank.
        Some(("mailto", address)) => address.is_empty() || address.contains('@'),
        Some((scheme, rest)) => !scheme.is_empty() && rest.starts_with("//"),
        None if token.contains('@') => is_address(&token),
        None => matches!(token.as_str(), "" | "rua" | "mailto") || is_version(&token) || is_tag(&token),
    }
}

fn is_version(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let name = lower.trim_start_matches('v').trim_start_matches(['-', ':']);
    lower.starts_with("v=") || (name.starts_with("tlsrptv") && !name.contains(['@', '.', '/']))
}

/// A piece without `rua=`, `rua:` or `mailto=` before it.
fn bare(token: &str) -> &str {
    let mut rest = token.trim_start_matches('=');
    for prefix in ["rua=", "rua:", "mailto="] {
        if rest.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
            rest = rest.get(prefix.len()..).unwrap_or_default();
        }
    }
    rest
}

/// A `mailto` for an address, without DMARC's limit of size and with its domain in A-labels.
fn mail(address: &str) -> Option<String> {
    let address = match address.rsplit_once('!') {
        Some((address, size)) if size.starts_with(|c: char| c.is_ascii_digit()) => address,
        _ => address,
    };
    let (local, domain) = address.rsplit_once('@')?;
    let domain = if domain.is_ascii() { domain.to_owned() } else { DomainName::parse(domain).ok()?.to_string() };
    Some(format!("mailto:{}@{domain}", local.replace('!', "%21")))
}

/// Whether a piece can be the rest of a URL that a raw comma or semicolon cut.
fn is_rest(token: &str) -> bool {
    !token.is_empty() && !token.starts_with("v=") && !is_dmarc_tag(token) && !token.contains(':')
}
