//! The TLS-RPT record (RFC 8460 §3): its fields and its destinations as a whole.

use mtasts::txt;
use tlsrpt::record::{self, Destination, Problem, VERSION};

use super::{
    Code, Kind, Lint, destination,
    draft::{Draft, Drafts, quoted},
    field, form, mend, rua,
};
use crate::{Publish, Status};

const KIND: Kind = Kind::TlsRpt;

/// The tags of DMARC (RFC 7489 §6.3 and its successor) that TLS-RPT does not have.
const DMARC_TAGS: [&str; 12] = ["p", "sp", "np", "pct", "ruf", "fo", "ri", "rf", "adkim", "aspf", "psd", "t"];
/// The fields of MTA-STS, its record and its policy.
const STS_FIELDS: [&str; 5] = ["id", "mode", "mx", "max_age", "version"];

pub(super) fn lint(text: &str) -> Lint {
    let reading = record::read(text);
    let mut drafts = Drafts::default();
    for problem in &reading.problems {
        match problem {
            Problem::Form(fault) => form::form(KIND, *fault, text, &mut drafts),
            Problem::Field { text: stray, fault } => {
                if !rua::stray(stray, text, &mut drafts) {
                    field::field(KIND, stray, *fault, &mut drafts);
                }
            }
            Problem::Destination { text: element, fault, position } => {
                rua::element(element, *fault, *position, text, &mut drafts);
            }
            Problem::BlankAfterRua => drafts.add(
                KIND.draft(Code::TlsRptRuaBlank, Status::Warning, "There is white space after rua=")
                    .seen(text)
                    .remedy("Write the first URI right after the equals sign."),
            ),
            Problem::RuaAgain => drafts.add(several_rua().seen(text)),
            Problem::VersionAgain => field::version_again(KIND, text, &mut drafts),
            Problem::RuaMissing | Problem::NothingUsable => {}
        }
    }
    fields(text, &mut drafts);
    for known in &reading.destinations {
        destination::tell(known, &mut drafts);
    }
    together(&reading, &mut drafts);
    // Said last, since a better word for it may have been found above.
    if reading.problems.contains(&Problem::RuaMissing) && !drafts.has(Code::TlsRptRuaCase) && !is_rua_misspelt(text) {
        drafts.add(
            KIND.draft(Code::TlsRptRuaMissing, Status::Error, "There is no rua, so it names no place for reports")
                .seen(text)
                .remedy("Add rua= with the place that reports shall go to, such as rua=mailto:tls@example.com."),
        );
    }
    let publish = mend::tls_rpt(text).filter(|mended| mended != text).map(Publish::Value);
    let mut findings = drafts.finish(publish.as_ref());
    if let Some(consequence) = for_lenient_senders(&reading) {
        for finding in findings.iter_mut().filter(|finding| finding.consequence == KIND.without()) {
            finding.consequence.clone_from(&consequence);
        }
    }
    Lint { verdict: reading.verdict(), findings }
}

/// What becomes of reports when a faulty record still names destinations that can be read.
fn for_lenient_senders(reading: &record::Reading) -> Option<String> {
    let uris: Vec<_> = usable(reading).map(|destination| destination.uri.as_str()).collect();
    let remaining = match uris.as_slice() {
        [] => return None,
        [one] => quoted(one),
        [first, ..] => format!("{} and {} more", quoted(first), uris.len() - 1),
    };
    Some(format!("Strict senders ignore the whole record and send no reports; lenient ones still use {remaining}."))
}

/// Whether white space in `rua =` is why there is no rua: that has a finding of its own.
fn is_rua_misspelt(text: &str) -> bool {
    txt::read(text, VERSION)
        .fields
        .iter()
        .any(|field| field.name.trim_end_matches(txt::WSP) == "rua" && field.name != "rua")
}

/// Fields that the grammar allows and that do not do what their author thinks.
fn fields(text: &str, drafts: &mut Drafts) {
    let mut url = None;
    for field in txt::read(text, VERSION).fields {
        let name = field.name.to_ascii_lowercase();
        let before = std::mem::replace(&mut url, (field.name == "rua").then_some(field.value).flatten());
        if field.name == "rua" || field.extension().is_err() {
            continue;
        }
        if name == "rua" {
            drafts.add(
                KIND.draft(Code::TlsRptRuaCase, Status::Error, "rua is not in lower case: case matters")
                    .seen(field.text)
                    .remedy("Write rua= in lower case."),
            );
        } else if DMARC_TAGS.contains(&name.as_str()) {
            drafts.add(dmarc_tag(field.text));
        } else if STS_FIELDS.contains(&name.as_str()) {
            let title = format!("{} belongs to MTA-STS", quoted(field.name));
            drafts.add(
                Draft::new(Code::TlsRptStsField, Status::Warning, title, "Senders ignore it here.")
                    .seen(field.text)
                    .remedy("Remove it; TLS-RPT has no mode, no id and no lifetime."),
            );
        } else if field.is_tight && before.is_some_and(rua::ends_in_url) {
            drafts.add(rua::semicolon(field.text));
        }
    }
}

/// A tag of DMARC as a field of its own, or inside the list of rua.
pub(super) fn dmarc_tag(field: &str) -> Draft {
    let name = field.split('=').next().unwrap_or_default().trim();
    let title = format!("{} is a tag of DMARC; TLS-RPT does not have it", quoted(name));
    Draft::new(Code::TlsRptDmarcTag, Status::Warning, title, "Senders ignore it: there is only rua.")
        .seen(field)
        .remedy("Remove it.")
}

/// Whether a text begins like one of DMARC's tags.
pub(super) fn is_dmarc_tag(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| DMARC_TAGS.contains(&name.trim().to_ascii_lowercase().as_str()))
}

/// Whether a text begins like a tag of DMARC or a field of MTA-STS.
pub(super) fn is_tag(text: &str) -> bool {
    let is_sts_field = |(name, _): (&str, &str)| STS_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name.trim()));
    is_dmarc_tag(text) || text.split_once('=').is_some_and(is_sts_field)
}

fn several_rua() -> Draft {
    Draft::new(
        Code::TlsRptRuaSeveral,
        Status::Warning,
        "There are several rua fields",
        "The grammar allows that; some senders read only the first or the last, others refuse the record.",
    )
    .remedy("Write one rua with the destinations separated by commas.")
}

/// What only shows when all destinations are looked at.
fn together(reading: &record::Reading, drafts: &mut Drafts) {
    let usable: Vec<_> = reading
        .destinations
        .iter()
        .filter(|destination| destination.is_usable())
        .map(|known| known.uri.as_str())
        .collect();
    let unreadable = reading.problems.iter().any(|problem| matches!(problem, Problem::Destination { .. }));
    if reading.problems.contains(&Problem::NothingUsable) && !unreadable {
        drafts.add(
            KIND.draft(
                Code::TlsRptNothingUsable,
                Status::Error,
                "The record names no destination that senders can use",
            )
            .remedy("Name one that begins with mailto: or https://."),
        );
    }
    let twice = |uri: &&&str| usable.iter().filter(|other| other == uri).count() > 1;
    if let Some(uri) = usable.iter().find(twice) {
        drafts.add(
            Draft::new(
                Code::TlsRptDestinationTwice,
                Status::Warning,
                "A destination is named twice",
                "Some senders deliver each report twice.",
            )
            .seen(uri)
            .remedy("Name it once."),
        );
    } else if usable.len() > 1 {
        drafts.add(
            Draft::new(
                Code::TlsRptSeveralDestinations,
                Status::Suggestion,
                format!("There are {} destinations", usable.len()),
                "A sender may deliver to each of them or to one alone, so each may miss reports.",
            )
            .seen(usable.join(", "))
            .remedy("Name one destination, and let it pass reports on."),
        );
    }
}

/// Destinations that are named by a record with faults and that many senders use all the same.
pub(super) fn usable(reading: &record::Reading) -> impl Iterator<Item = &Destination> {
    reading.destinations.iter().filter(|destination| destination.is_usable())
}
