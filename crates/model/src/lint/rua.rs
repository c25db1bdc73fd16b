//! What is wrong with a destination of a TLS-RPT record: what people copied from DMARC, forgot, or left unencoded.

use tlsrpt::record::{DestinationFault, uri::UriFault};

use super::{
    Code, Kind,
    draft::{Draft, Drafts, character, quoted},
    residue::residue,
    tls_rpt::{dmarc_tag, is_dmarc_tag},
};
use crate::Status;

const KIND: Kind = Kind::TlsRpt;

fn error(code: Code, title: impl Into<String>, seen: &str, remedy: impl Into<String>) -> Draft {
    KIND.draft(code, Status::Error, title).seen(seen).remedy(remedy)
}

/// An element of the list that is no destination.
pub(super) fn element(text: &str, fault: DestinationFault, position: usize, record: &str, drafts: &mut Drafts) {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("rua=") {
        drafts.add(error(
            Code::TlsRptRuaRepeated,
            "rua= is repeated inside its list",
            text,
            "Write rua= once, then the destinations separated by commas.",
        ));
        return;
    }
    if is_dmarc_tag(text) {
        drafts.add(dmarc_tag(text).worse());
        return;
    }
    match fault {
        DestinationFault::Uri(UriFault::Empty) => empty(position, record, drafts),
        DestinationFault::Raw('!') => exclamation(text, drafts),
        DestinationFault::Raw(_) => drafts.add(semicolon(text).worse()),
        DestinationFault::Uri(_) if has_separator(&lower) => drafts.add(error(
            Code::TlsRptSeparator,
            "Destinations are not separated by a comma",
            text,
            "Put a comma between two destinations.",
        )),
        DestinationFault::Uri(UriFault::NoScheme) => no_scheme(text, position, record, drafts),
        DestinationFault::Uri(_) if text.contains(['<', '>', '"']) => drafts.add(error(
            Code::TlsRptUriBrackets,
            "A destination has brackets or quotation marks",
            text,
            "Write the bare address after mailto:, without brackets, quotation marks or a name.",
        )),
        DestinationFault::Uri(_) if residue(KIND, text, drafts) => {}
        DestinationFault::Uri(UriFault::Character(' ' | '\t')) => drafts.add(error(
            Code::TlsRptUriBlank,
            "There is white space inside a destination",
            text,
            "Remove the white space; a URI has none.",
        )),
        DestinationFault::Uri(UriFault::Character(c)) if !c.is_ascii() => drafts.add(error(
            Code::TlsRptUriNotAscii,
            format!("A destination has {}, which no URI can have", character(c)),
            text,
            "Write a domain in A-labels (xn--…) and percent-encode any other such character.",
        )),
        DestinationFault::Uri(UriFault::Percent) => drafts.add(error(
            Code::TlsRptUriPercent,
            "A percent sign in a destination begins no encoded character",
            text,
            "Write %25 for a percent sign itself.",
        )),
        DestinationFault::Uri(fault) => {
            let title = match fault {
                UriFault::Character(c) => format!("A destination has {} where it cannot stand", character(c)),
                UriFault::IpLiteral => "What stands in brackets is no IP address".to_owned(),
                UriFault::Port => "The port of a destination is no number".to_owned(),
                UriFault::Empty | UriFault::NoScheme | UriFault::Percent => "A destination is no URI".to_owned(),
            };
            drafts.add(error(Code::TlsRptUriMalformed, title, text, "Write the destination as a URI (RFC 3986)."));
        }
    }
}

fn empty(position: usize, record: &str, drafts: &mut Drafts) {
    let alone = position == 0 && !record.contains(',');
    drafts.add(if alone {
        error(
            Code::TlsRptRuaEmpty,
            "rua is empty",
            record,
            "Write the place that reports shall go to after rua=, such as mailto:tls@example.com.",
        )
    } else {
        error(
            Code::TlsRptComma,
            "A comma has no destination before or after it",
            record,
            "Remove the comma; one stands between two destinations and nowhere else.",
        )
    });
}

fn exclamation(text: &str, drafts: &mut Drafts) {
    let is_size = text.rsplit_once('!').is_some_and(|(_, size)| {
        let digits = size.trim_end_matches(['k', 'm', 'g', 't', 'K', 'M', 'G', 'T']);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    drafts.add(if is_size {
        error(
            Code::TlsRptSizeSuffix,
            "A destination has a limit of size, as in DMARC",
            text,
            "Remove the exclamation mark and what follows; TLS-RPT has no such limit.",
        )
    } else {
        error(Code::TlsRptUriExclamation, "A destination has a raw exclamation mark", text, "Write it as %21.")
    });
}

/// Whether a second destination begins inside the text, behind a blank or a semicolon.
fn has_separator(lower: &str) -> bool {
    lower
        .split([' ', '\t', ';', '|'])
        .skip(1)
        .any(|part| part.starts_with("mailto:") || part.starts_with("https:") || part.starts_with("rua="))
}

fn no_scheme(text: &str, position: usize, record: &str, drafts: &mut Drafts) {
    let lower = text.to_ascii_lowercase();
    if lower == "mailto" || lower.starts_with("mailto;") || lower.starts_with("mailto=") || lower.starts_with("mailto ")
    {
        drafts.add(mailto_colon(text));
    } else if residue(KIND, text, drafts) {
    } else if text.contains('@') && !text.contains('/') {
        drafts.add(error(
            Code::TlsRptMailtoMissing,
            "An address has no mailto: before it",
            text,
            format!("Write mailto:{}.", text.trim_matches(['<', '>'])),
        ));
    } else if position > 0 && is_after_url(text, record) {
        drafts.add(error(
            Code::TlsRptUriComma,
            "A raw comma cuts a URL in two",
            text,
            "Write a comma that belongs to the URL as %2C.",
        ));
    } else if text.contains('.') {
        drafts.add(error(
            Code::TlsRptHttpsMissing,
            "A destination does not say how to reach it",
            text,
            "Begin it with mailto: for an address, with https:// for a URL.",
        ));
    } else {
        drafts.add(error(
            Code::TlsRptUriMalformed,
            format!("{} is no URI", quoted(text)),
            text,
            "Write mailto: and an address, or an https:// URL.",
        ));
    }
}

/// Whether the element before this one in the list is a URL with a path.
fn is_after_url(text: &str, record: &str) -> bool {
    let before = record
        .split(',')
        .map(str::trim)
        .zip(record.split(',').skip(1).map(str::trim))
        .find(|(_, next)| next.split(';').next().is_some_and(|next| next.trim() == text));
    before.is_some_and(|(before, _)| before.rsplit("rua=").next().is_some_and(ends_in_url))
}

/// Whether a list of destinations ends in a URL that has more than a host.
pub(super) fn ends_in_url(list: &str) -> bool {
    let uri = list.rsplit(',').next().unwrap_or_default().trim().to_ascii_lowercase();
    uri.strip_prefix("https://").is_some_and(|rest| rest.contains(['/', '?']))
}

/// A semicolon that was meant to belong to a URL.
pub(super) fn semicolon(rest: &str) -> Draft {
    Draft::new(
        Code::TlsRptUriSemicolon,
        Status::Warning,
        "A raw semicolon seems to cut a URL in two",
        "Senders post to the URL without what follows the semicolon, which they take for an unknown field.",
    )
    .seen(rest)
    .remedy("Write a semicolon that belongs to the URL as %3B; put a blank before a field that does not.")
}

fn mailto_colon(text: &str) -> Draft {
    error(Code::TlsRptMailtoColon, "mailto is not followed by a colon", text, "Write mailto: with a colon.")
}

/// A field that is none because it belongs to the list of rua before it. Says whether that was so.
pub(super) fn stray(field: &str, record: &str, drafts: &mut Drafts) -> bool {
    let lower = field.to_ascii_lowercase();
    let before = record.split(field).next().unwrap_or_default().trim_end_matches([';', ' ', '\t']);
    if before.to_ascii_lowercase().ends_with("mailto") {
        drafts.add(mailto_colon(field));
    } else if lower.starts_with("mailto:")
        || lower.starts_with("https:")
        || (field.contains('@') && !field.contains('='))
    {
        drafts.add(error(
            Code::TlsRptSeparator,
            "Destinations are separated by a semicolon",
            field,
            "Put a comma between two destinations; a semicolon ends the list.",
        ));
    } else if is_dmarc_tag(field) {
        drafts.add(dmarc_tag(field).worse());
    } else if before.rsplit("rua=").next().is_some_and(ends_in_url) && !field.contains(['=', '\\']) {
        drafts.add(semicolon(field).worse());
    } else {
        return false;
    }
    true
}
