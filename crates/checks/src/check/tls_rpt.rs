//! The TLS-RPT record of a domain: is it where senders look, is it the only one, and do our reports come of it.

use data_encoding::HEXLOWER;
use model::{
    DomainName, Finding, Status,
    check::{Check, Section},
};
use sha2::{Digest as _, Sha256};

use super::wrong_names;
use crate::{
    Context,
    dns::{Answer, Dns, Reply, Type, ask, below},
    rules::{self, Choice},
    words::{With as _, finding, unanswered},
};

/// A time to live below this many seconds is called short: a large one makes it harder to slip in another destination
/// (RFC 8460 §7).
const SHORT_TTL: u32 = 3_600;

/// What was learnt besides the findings.
#[derive(Debug, Default)]
pub(crate) struct TlsRpt {
    /// The record that counts.
    pub(crate) record: Option<String>,
    /// Its destinations.
    pub(crate) destinations: Vec<String>,
    /// Whether it is known that there is none.
    pub(crate) absent: bool,
}

/// Looks at the record of a domain.
pub(crate) async fn check(dns: &dyn Dns, domain: &DomainName, context: &Context) -> (Section, TlsRpt) {
    let (answer, wildcard) =
        tokio::join!(ask(dns, below("_smtp._tls", domain), Type::Txt), ask(dns, unlikely(domain, context), Type::Txt),);
    let Some(answer) = answer else {
        let too_long = finding(
            "tls-rpt-name-too-long",
            Status::NotApplicable,
            "The domain's name is so long that no TLS-RPT record fits below it",
            "There can be no reports.",
            "RFC 8460 §3",
        );
        return (Section::new(Check::TlsRpt, None, vec![too_long], vec![]), TlsRpt::default());
    };
    let wildcard: Vec<String> = wildcard.iter().flat_map(Answer::texts).map(str::to_owned).collect();
    let (mut findings, seen) = judge(&answer, &wildcard, domain, context);
    findings.extend(wrong_names::look(dns, domain, seen.record.is_some(), &wildcard).await);
    (Section::new(Check::TlsRpt, None, findings, answer.evidence()), seen)
}

/// A name that nobody has published: what it answers, a wildcard answers.
fn unlikely(domain: &DomainName, context: &Context) -> Option<DomainName> {
    let digest = Sha256::digest(format!("{domain} {}", context.now.0));
    below(&format!("{}._tls", HEXLOWER.encode(&digest[..10])), domain)
}

/// What follows from the answer.
fn judge(answer: &Answer, wildcard: &[String], domain: &DomainName, context: &Context) -> (Vec<Finding>, TlsRpt) {
    const SOURCE: &str = "RFC 8460 §3";
    if let Some(unanswered) = unanswered("tls-rpt", answer, SOURCE) {
        return (vec![unanswered], TlsRpt::default());
    }
    let is_wildcard = !wildcard.is_empty() && answer.texts().eq(wildcard.iter().map(String::as_str));
    let mut findings = Vec::new();
    let mut seen = TlsRpt::default();
    match rules::choose_tls_rpt(answer.texts()) {
        Choice::One(text) => {
            let (destinations, linted) = rules::tls_rpt(text);
            findings.extend(linted);
            findings.extend(destined(&destinations, domain, context));
            if !findings.iter().any(|finding| matches!(finding.status, Status::Error | Status::Warning)) {
                findings.insert(0, good(answer, text));
            }
            findings.extend(short_ttl(answer));
            seen = TlsRpt { record: Some(text.to_owned()), destinations, absent: false };
        }
        Choice::NotQuite(text) => {
            seen.absent = true;
            findings.push(
                finding(
                    "tls-rpt-not-a-record",
                    Status::Error,
                    "The record does not start with exactly \"v=TLSRPTv1;\"",
                    "Senders do not take it for a TLS-RPT record, so no report is sent.",
                    SOURCE,
                )
                .evidence(text)
                .remedy("Start it with \"v=TLSRPTv1;\" in just this spelling."),
            );
        }
        Choice::Several(texts) => {
            seen.absent = true;
            findings.push(
                finding(
                    "tls-rpt-several",
                    Status::Error,
                    format!("There are {} TLS-RPT records", texts.len()),
                    "Senders must then assume that there is none at all, so no report is sent.",
                    SOURCE,
                )
                .evidence(texts.join("\n"))
                .remedy("Publish one record; it may name several destinations, with commas in between."),
            );
        }
        Choice::None => {
            seen.absent = true;
            findings.push(missing(answer, is_wildcard, domain, context));
        }
    }
    if is_wildcard && seen.record.is_some() {
        findings.push(finding(
            "tls-rpt-wildcard",
            Status::Suggestion,
            "A wildcard record answers here",
            "Every name below the domain answers with it, which may surprise other services that look for text records.",
            "RFC 4592 §2",
        ));
    }
    (findings, seen)
}

fn good(answer: &Answer, text: &str) -> Finding {
    let by = answer.aliases.last().map(|to| format!(", by a CNAME to {to}")).unwrap_or_default();
    finding(
        "tls-rpt-found",
        Status::Ok,
        format!("There is one TLS-RPT record{by}"),
        "Senders find it and know where to send reports.",
        "RFC 8460 §3",
    )
    .evidence(text)
}

fn missing(answer: &Answer, is_wildcard: bool, domain: &DomainName, context: &Context) -> Finding {
    let title = match (&answer.reply, is_wildcard) {
        (Reply::Found(_), true) => "There is no TLS-RPT record; a wildcard answers with something else",
        (Reply::Found(_), false) => "There is no TLS-RPT record, but other text at its name",
        _ => "There is no TLS-RPT record",
    };
    let missing =
        finding("tls-rpt-missing", Status::Warning, title, "No sender reports how mail arrives.", "RFC 8460 §3")
            .remedy(format!("Publish a TXT record at _smtp._tls.{domain}."));
    if context.destinations.is_empty() {
        return missing;
    }
    let value = format!("v=TLSRPTv1; rua={}", context.destinations.join(","));
    missing.record(format!("_smtp._tls.{domain}"), "TXT", value)
}

/// Whether our report address is among the destinations, where it is known which is ours.
fn destined(destinations: &[String], domain: &DomainName, context: &Context) -> Option<Finding> {
    let ours = &context.destinations;
    if ours.is_empty() || destinations.is_empty() || destinations.iter().any(|uri| ours.contains(uri)) {
        return None;
    }
    let value =
        || format!("v=TLSRPTv1; rua={}", destinations.iter().chain(ours).cloned().collect::<Vec<_>>().join(","));
    let is_here = |uri: &String| ours.iter().any(|ours| place(ours).is_some() && place(ours) == place(uri));
    Some(match destinations.iter().find(|uri| is_here(uri)) {
        Some(uri) => finding(
            "tls-rpt-other-address",
            Status::Error,
            "The report address in the record belongs to another domain",
            "Reports about this domain arrive at the other one.",
            "RFC 8460 §3",
        )
        .evidence(uri.clone())
        .record(format!("_smtp._tls.{domain}"), "TXT", format!("v=TLSRPTv1; rua={}", ours.join(","))),
        None => finding(
            "tls-rpt-elsewhere",
            Status::Warning,
            "Reports are sent elsewhere, not to this installation",
            "Nothing can be seen here of how mail arrives.",
            "RFC 8460 §3",
        )
        .evidence(destinations.join(", "))
        .remedy("Add this domain's report address to the record, or put it in the place of the others.")
        .record(format!("_smtp._tls.{domain}"), "TXT", value()),
    })
}

/// What a destination has in common with all others of an installation: the mail host, or the URL but for its last part.
fn place(uri: &str) -> Option<&str> {
    match uri.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        Some(_) => uri.rsplit_once('@').map(|(_, host)| host),
        None => uri.rsplit_once('/').map(|(place, _)| place),
    }
}

/// A short time to live, unless DNSSEC protects the record anyway (RFC 8460 §7).
fn short_ttl(answer: &Answer) -> Option<Finding> {
    let ttl = answer.ttl.filter(|ttl| *ttl < SHORT_TTL)?;
    // What is left of it in a name server's memory is shorter than what the zone says: only a guess below a minute.
    (ttl >= 60 && answer.security != crate::dns::Security::Secure).then(|| {
        finding(
            "tls-rpt-ttl",
            Status::Suggestion,
            format!("The record's time to live is short: {ttl} seconds or somewhat more"),
            "A large one, or DNSSEC, makes it harder to send your reports astray with a forged answer.",
            "RFC 8460 §7",
        )
        .remedy("Once the record is settled, raise its TTL to a day (86400), or sign the zone.")
    })
}
