//! The names where people put a TLS-RPT record by mistake: early drafts and guides had them, or a provider's form added the
//! zone once more.

use futures::future::join_all;
use model::{DomainName, Finding, Publish, Status, lint::Kind, record_list::relative_name, view::DnsRecord};

use crate::{
    dns::{Answer, Dns, Type, ask, below},
    rules::{self, Reading},
    words::{With as _, finding},
};

/// Where a record was put, and what makes people put it there.
const MISTAKES: [(&str, &str); 6] = [
    ("_tlsrpt", "no such name is in the RFC"),
    ("_host._tlsrpt", "no such name is in the RFC; some guides have it"),
    ("_smtp_tls", "the dot between _smtp and _tls is missing"),
    ("_tls._smtp", "the two labels are swapped"),
    ("_smtp-tlsrpt", "early drafts of the RFC had it"),
    ("_smtp._tcp", "that is where services are found, not reports"),
];

/// A name where a record may stand by mistake.
struct Place {
    name: Option<DomainName>,
    /// What makes people put it there.
    why: &'static str,
    /// What to type in a form that adds the zone by itself, where such a form put it there.
    typed: Option<String>,
}

impl Place {
    const fn new(name: Option<DomainName>, why: &'static str) -> Self {
        Self { name, why, typed: None }
    }
}

/// All of them. What a form adds is the zone, which for a subdomain is not the domain.
fn places(domain: &DomainName, apex: Option<&DomainName>) -> Vec<Place> {
    let right = format!("_smtp._tls.{domain}");
    let doubled = |added: &DomainName| Place {
        typed: Some(relative_name(&right, added).to_owned()),
        ..Place::new(below(&right, added), "the form added the zone once more")
    };
    let above = apex.filter(|apex| *apex != domain).map(doubled);
    let labels = MISTAKES.iter().map(|(labels, why)| Place::new(below(labels, domain), why));
    labels
        .chain([Place::new(Some(domain.clone()), "it stands at the domain itself"), doubled(domain)])
        .chain(above)
        .collect()
}

/// Looks at all of them. `right` says whether there is a record where it belongs, `wildcard` what any name below the domain
/// answers, which is no record; `mended` makes a record for the right place.
pub(super) async fn look(
    dns: &dyn Dns,
    domain: &DomainName,
    apex: Option<&DomainName>,
    right: bool,
    wildcard: &[String],
    mended: impl Fn(&Reading<'_>) -> Option<DnsRecord>,
) -> Vec<Finding> {
    let places = places(domain, apex);
    let answers = join_all(places.iter().map(|place| ask(dns, place.name.clone(), Type::Txt))).await;
    answers
        .iter()
        .zip(&places)
        .filter_map(|(answer, place)| misplaced(answer.as_ref()?, place, domain, right, wildcard, &mended))
        .collect()
}

fn misplaced(
    answer: &Answer,
    place: &Place,
    domain: &DomainName,
    right: bool,
    wildcard: &[String],
    mended: impl Fn(&Reading<'_>) -> Option<DnsRecord>,
) -> Option<Finding> {
    let texts = answer.texts().filter(|text| !wildcard.iter().any(|any| any == text));
    let reading = rules::read(Kind::TlsRpt, texts);
    if reading.is_absent {
        return None;
    }
    let text = reading.meant?;
    let name = &answer.question.name;
    let why = place.why;
    let evidence = format!("{name} TXT \"{text}\"");
    Some(if right {
        finding(
            "tls-rpt-left-over",
            Status::Suggestion,
            format!("There is another TLS-RPT record at {name}, where nobody looks"),
            "It does nothing, and may mislead whoever edits the zone.",
            "RFC 8460 §3",
        )
        .evidence(evidence)
        .remedy(format!("Remove it: {why}."))
    } else {
        let typed = place
            .typed
            .as_ref()
            .map(|typed| format!(", so type only the name relative to the zone: {typed}"))
            .unwrap_or_default();
        let wrong = finding(
            "tls-rpt-wrong-name",
            Status::Error,
            format!("A TLS-RPT record stands at the wrong name {name}"),
            "No sender looks there, so no report is sent.",
            "RFC 8460 §3",
        )
        .evidence(evidence)
        .remedy(format!("Move it to _smtp._tls.{domain}: {why}{typed}."));
        Finding { publish: mended(&reading).map(Publish::Record), ..wrong }
    })
}
