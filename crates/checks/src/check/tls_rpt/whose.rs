//! Whose a TLS-RPT record is: whether our report address is in it, and where it is to be changed when a CNAME leads to it.

use model::{DomainName, Finding, Status};
use tlsrpt::record::Destination;

use super::SOURCE;
use crate::{
    Context,
    dns::Answer,
    words::{With as _, finding, is_bad},
};

/// What is found where a CNAME leads to the record of another domain; its remedy says by itself what to do about the CNAME.
const CNAME_OTHER: &str = "tls-rpt-cname-other";

/// Whether our report address is among the destinations, where it is known which is ours.
///
/// A record that a CNAME leads to is the domain's own choice, and proves as much as one that stands there itself, if only it names
/// the domain's own address. What it names of other domains proves nothing about this one.
pub(super) fn destined(
    destinations: &[Destination],
    answer: &Answer,
    domain: &DomainName,
    context: &Context,
) -> Option<Finding> {
    let ours = &context.destinations;
    if ours.is_empty() || destinations.is_empty() || destinations.iter().any(|there| ours.contains(&there.uri)) {
        return None;
    }
    let others = destinations.iter().find(|destination| is_here(&destination.uri, ours));
    Some(match (others, answer.aliases.last()) {
        (Some(destination), Some(alias)) => finding(
            CNAME_OTHER,
            Status::Error,
            "A CNAME leads to the TLS-RPT record of another domain",
            "Reports about this domain arrive at the other one. And a record with the other one's report address does not prove that \
             this domain is yours.",
            SOURCE,
        )
        .evidence(format!("CNAME {alias}: {}", destination.uri))
        .remedy(format!(
            "Publish a record of this domain's own at _smtp._tls.{domain} in place of the CNAME. Or, where you write the record at \
             {alias}, add this domain's report address to it."
        )),
        (Some(destination), None) => finding(
            "tls-rpt-other-address",
            Status::Error,
            "The report address in the record belongs to another domain",
            "Reports about this domain arrive at the other one.",
            SOURCE,
        )
        .evidence(destination.uri.clone())
        .remedy("Put this domain's own report address in its place."),
        (None, _) => finding(
            "tls-rpt-elsewhere",
            Status::Warning,
            "Reports are sent elsewhere, not to this installation",
            "Nothing can be seen here of how mail arrives.",
            SOURCE,
        )
        .evidence(destinations.iter().map(|destination| destination.uri.as_str()).collect::<Vec<_>>().join(", "))
        .remedy("Add this domain's report address to the record, or put it in the place of the others."),
    })
}

/// Whether a destination is one of this installation, whosever it is.
pub(super) fn is_here(uri: &str, ours: &[String]) -> bool {
    ours.iter().any(|own| place(own).is_some() && place(own) == place(uri))
}

/// What a destination has in common with all others of an installation: the mail host, or the URL but for its last part.
fn place(uri: &str) -> Option<&str> {
    match uri.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        Some(_) => uri.rsplit_once('@').map(|(_, host)| host),
        None => uri.rsplit_once('/').map(|(place, _)| place),
    }
}

/// Adds to every remedy that a CNAME stands at the name of the record, since no other record can stand beside it
/// (RFC 1034 §3.6.2). `leads` says whether it leads to the record that is found fault with.
pub(super) fn tell_alias(findings: &mut [Finding], answer: &Answer, leads: bool) {
    let Some(alias) = answer.aliases.last() else { return };
    for finding in findings.iter_mut().filter(|finding| is_bad(finding) && finding.code != CNAME_OTHER) {
        let Some(remedy) = &mut finding.remedy else { continue };
        let addition = if leads {
            format!(
                "The record stands at {alias}, by a CNAME: have it changed there, or publish {} in place of the CNAME.",
                if finding.publish.is_some() { "this" } else { "one of this domain's own" }
            )
        } else {
            format!(
                "A CNAME leads from {} to {alias}: have the record published there, or publish it in place of the CNAME.",
                answer.question.name
            )
        };
        *remedy = format!("{remedy} {addition}");
    }
}
