//! The TLS-RPT record with every destination that can be recognised in a text.

use tlsrpt::record::{self, Destination};

use super::clean;
use crate::{
    DomainName,
    lint::{
        rua::ends_in_url,
        tls_rpt::{is_dmarc_tag, usable},
    },
};

/// The record that names these destinations.
pub(in crate::lint) fn tls_rpt(text: &str) -> Option<String> {
    let text = clean(text);
    let mut found: Vec<String> = Vec::new();
    let mut by_http: Vec<String> = Vec::new();
    let mut separators = text.chars().filter(|c| SEPARATORS.contains(c)).map(Some);
    let mut separator = None;
    let mut was_url = false;
    for part in text.split(SEPARATORS) {
        let (before, token) = (std::mem::replace(&mut separator, separators.next().flatten()), bare(part));
        let lower = token.to_ascii_lowercase();
        if let Some(address) = lower.strip_prefix("mailto:").and_then(|_| token.get(7..)) {
            found.extend(mail(address.trim_start_matches('/')));
        } else if lower.starts_with("https://") {
            found.push(token.replace('!', "%21"));
        } else if let Some(rest) = lower.strip_prefix("http://").and_then(|_| token.get(7..)) {
            by_http.push(format!("https://{}", rest.replace('!', "%21")));
        } else if token.contains('@') && !token.contains(['/', '=']) {
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
        let is_usable = Destination::parse(uri).is_ok_and(|destination| destination.is_usable());
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
        if !known.contains(&destination.uri.as_str()) {
            known.push(&destination.uri);
        }
    }
    record::compose(known)
}

const SEPARATORS: [char; 6] = [',', ';', ' ', '|', '<', '>'];

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
