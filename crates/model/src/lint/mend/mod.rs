//! Corrected texts: what the author of a faulty record or policy most likely meant. Each is valid by the strict readers, or
//! there is none.

mod policy;
mod tls_rpt;

use mtasts::record::{self, MAX_ID};

pub(super) use self::{
    policy::{policy, spelt},
    tls_rpt::{merged, tls_rpt},
};

use crate::text::acts;

/// What zone files put around each string of a TXT record, and what word processors make of it.
const QUOTES: [char; 4] = ['"', '“', '”', '„'];

/// A record whose strings stand in quotation marks each, as zone files have it, read as DNS does: joined without blanks
/// (RFC 8460 §3, RFC 8461 §3.1), whatever blanks and line breaks stand between the marks.
fn joined(text: &str) -> String {
    text.replace('\\', "").split(QUOTES).filter(|piece| !piece.trim().is_empty()).collect()
}

/// The text without what copying leaves in it: line breaks and odd blanks become blanks, quotation marks, backslashes and
/// characters without width go.
fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\\' => None,
            _ if QUOTES.contains(&c) => None,
            _ if c.is_whitespace() => Some(' '),
            _ if acts(c) => None,
            _ => Some(c),
        })
        .collect()
}

/// The MTA-STS record with the first id, cut down to what an id may have. Without any id there is nothing to go by.
pub(super) fn mta_sts(text: &str) -> Option<String> {
    if let Some(id) = record::read(text).id {
        return record::compose(&id);
    }
    let text = clean(&joined(text));
    let value = text.split([';', ' ']).find_map(|field| {
        let (name, value) = field.split_once('=')?;
        name.eq_ignore_ascii_case("id").then_some(value)
    });
    // `id = 1` and `id= 1` lose their value at the blank.
    let value = value.filter(|value| !value.is_empty()).or_else(|| {
        let (_, rest) = text.split_once("id")?;
        rest.trim_start().strip_prefix('=')?.trim_start().split([';', ' ']).next()
    })?;
    let id: String = value.chars().filter(char::is_ascii_alphanumeric).take(MAX_ID).collect();
    record::compose(&id)
}
