//! The names where people put a TLS-RPT record by mistake: early drafts and guides had them, or a provider's form added the
//! zone once more.

use futures::future::join_all;
use model::{DomainName, Finding, Publish, Status, lint::Kind, view::DnsRecord};

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

/// Looks at all of them. `right` says whether there is a record where it belongs, `wildcard` what any name in the zone
/// answers, which is no record; `mended` makes a record for the right place.
pub(super) async fn look(
    dns: &dyn Dns,
    domain: &DomainName,
    right: bool,
    wildcard: &[String],
    mended: impl Fn(&Reading<'_>) -> Option<DnsRecord>,
) -> Vec<Finding> {
    let doubled = format!("_smtp._tls.{domain}");
    let places = MISTAKES.iter().map(|(labels, why)| (below(labels, domain), (*why).to_owned())).chain([
        (Some(domain.clone()), "it stands at the domain itself".to_owned()),
        (below(&doubled, domain), "the form added the domain once more".to_owned()),
    ]);
    let answers = join_all(places.map(async |(name, why)| (ask(dns, name, Type::Txt).await, why))).await;
    answers
        .iter()
        .filter_map(|(answer, why)| misplaced(answer.as_ref()?, why, domain, right, wildcard, &mended))
        .collect()
}

fn misplaced(
    answer: &Answer,
    why: &str,
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
    let place = format!("_smtp._tls.{domain}");
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
        let wrong = finding(
            "tls-rpt-wrong-name",
            Status::Error,
            format!("A TLS-RPT record stands at the wrong name {name}"),
            "No sender looks there, so no report is sent.",
            "RFC 8460 §3",
        )
        .evidence(evidence)
        .remedy(format!("Move it to {place}: {why}."));
        Finding { publish: mended(&reading).map(Publish::Record), ..wrong }
    })
}
