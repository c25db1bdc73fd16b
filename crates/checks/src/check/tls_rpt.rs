//! The TLS-RPT record of a domain: is it where senders look, is it the only one, and do our reports come of it.

use data_encoding::HEXLOWER;
use model::{
    DomainName, Finding, Publish, Status, Timestamp,
    check::{Check, Section},
    lint::{Code, Kind, advice},
    view::DnsRecord,
};
use sha2::{Digest as _, Sha256};
use tlsrpt::record::Destination;

use super::wrong_names;
use crate::{
    Context,
    authoritative::ask_there,
    dns::{Answer, Dns, Reply, Security, Type, ask, below},
    outbound::Connector,
    rules::{self, Reading},
    words::{With as _, finding, unanswered},
};

const SOURCE: &str = "RFC 8460 §3";

/// What was learnt besides the findings.
#[derive(Debug, Default)]
pub(crate) struct TlsRpt {
    /// The record that counts.
    pub(crate) record: Option<String>,
    /// Those of its destinations that senders can use.
    pub(crate) destinations: Vec<String>,
    /// Whether it is known that there is none that senders can use.
    pub(crate) absent: bool,
    /// What to publish instead; none when there is nothing to change.
    pub(crate) publish: Option<DnsRecord>,
    /// The record was published just now: until then, resolvers may go on with what they knew before.
    pub(crate) stale_until: Option<Timestamp>,
}

/// Looks at the record of a domain.
pub(crate) async fn check(
    dns: &dyn Dns,
    connector: &Connector,
    domain: &DomainName,
    context: &Context,
) -> (Section, TlsRpt) {
    let (answer, wildcard) =
        tokio::join!(ask(dns, below("_smtp._tls", domain), Type::Txt), ask(dns, unlikely(domain, context), Type::Txt),);
    let Some(answer) = answer else {
        let too_long = finding(
            "tls-rpt-name-too-long",
            Status::NotApplicable,
            "The domain's name is so long that no TLS-RPT record fits below it",
            "There can be no reports.",
            SOURCE,
        );
        return (Section::new(Check::TlsRpt, None, vec![too_long], vec![]), TlsRpt::default());
    };
    let wildcard: Vec<String> = wildcard.iter().flat_map(Answer::texts).map(str::to_owned).collect();
    let fresh = fresher(dns, connector, &answer, context).await;
    let stale_until = fresh.as_ref().map(|_| answer.ttl.map(|ttl| context.now.plus_seconds(ttl.into())));
    let answer = fresh.unwrap_or(answer);
    let (mut findings, mut seen) = judge(&answer, &wildcard, domain, context);
    seen.stale_until = stale_until.flatten();
    findings.extend(stale_until.map(|until| just_published(until, context.now)));
    let own = |reading: &Reading<'_>| mended(reading, domain, context);
    findings.extend(wrong_names::look(dns, domain, seen.record.is_some(), &wildcard, own).await);
    (Section::new(Check::TlsRpt, None, findings, answer.evidence()), seen)
}

/// What the zone's own name servers say, where that is something else than what was answered, and may be what is waited for:
/// a record with our address.
async fn fresher(dns: &dyn Dns, connector: &Connector, answer: &Answer, context: &Context) -> Option<Answer> {
    let ours = &context.destinations;
    let is_ours = |text: &str| rules::destinations(text).iter().any(|destination| ours.contains(&destination.uri));
    if ours.is_empty() || answer.failure().is_some() || !answer.aliases.is_empty() || answer.texts().any(is_ours) {
        return None;
    }
    let there = ask_there(connector, dns, &answer.question).await?;
    let sorted = |answer: &Answer| {
        let mut texts: Vec<_> = answer.texts().map(str::to_owned).collect();
        texts.sort_unstable();
        texts
    };
    (sorted(&there) != sorted(answer)).then_some(Answer { security: answer.security, ..there })
}

/// Says that not everybody sees it yet.
fn just_published(until: Option<Timestamp>, now: Timestamp) -> Finding {
    let old = match until {
        Some(until) => format!("until {}", until.time_in_words(now)),
        None => "for a while, mostly less than an hour".to_owned(),
    };
    finding(
        "tls-rpt-just-published",
        Status::Ok,
        "This is what the zone's own name servers say now",
        format!("Other name servers may give the answer before it {old}; so may senders that ask them."),
        "RFC 1035 §3.2.1",
    )
}

/// A name that nobody has published: what it answers, a wildcard answers.
fn unlikely(domain: &DomainName, context: &Context) -> Option<DomainName> {
    let digest = Sha256::digest(format!("{domain} {}", context.now.0));
    below(&format!("{}._tls", HEXLOWER.encode(&digest[..10])), domain)
}

/// What follows from the answer.
fn judge(answer: &Answer, wildcard: &[String], domain: &DomainName, context: &Context) -> (Vec<Finding>, TlsRpt) {
    if let Some(unanswered) = unanswered("tls-rpt", answer, SOURCE) {
        return (vec![unanswered], TlsRpt::default());
    }
    let is_wildcard = !wildcard.is_empty() && answer.texts().eq(wildcard.iter().map(String::as_str));
    let mut reading = rules::read(Kind::TlsRpt, answer.texts());
    let destinations = reading.record.map(rules::destinations).unwrap_or_default();
    let mut findings = std::mem::take(&mut reading.findings);
    if reading.is_absent {
        findings.push(missing(answer, is_wildcard, domain));
    }
    findings.extend(destined(&destinations, answer, domain, context));
    let is_bad = |finding: &Finding| matches!(finding.status, Status::Error | Status::Warning);
    if let Some(text) = reading.record.filter(|_| !findings.iter().any(is_bad)) {
        findings.insert(0, good(answer, text));
    }
    // Each of several faults would offer a record that mends it alone: one record mends them all.
    reading.findings = findings;
    let publish = mended(&reading, domain, context);
    let mut findings = rules::named(reading.findings, &answer.question.name);
    for finding in findings.iter_mut().filter(|finding| finding.publish.is_some() || is_bad(finding)) {
        finding.publish = publish.clone().map(Publish::Record).or(finding.publish.take());
    }
    let is_changed = findings.iter().any(|finding| finding.publish.is_some());
    if reading.record.is_some() {
        findings.extend(advised(&destinations, answer, domain, context));
        findings.extend(is_wildcard.then(answered_by_wildcard));
    }
    let seen = TlsRpt {
        record: reading.record.map(str::to_owned),
        destinations: destinations.into_iter().map(|destination| destination.uri).collect(),
        absent: !reading.works,
        publish: publish.filter(|_| is_changed),
        stale_until: None,
    };
    (findings, seen)
}

/// The one record to publish: all that is wrong with the present one mended, our own address in it, no other domain's.
fn mended(reading: &Reading<'_>, domain: &DomainName, context: &Context) -> Option<DnsRecord> {
    let ours = &context.destinations;
    rules::mended(domain, reading.record, &reading.findings, ours, |uri| {
        ours.iter().any(|own| own == uri) || !is_here(uri, ours)
    })
}

/// What is not wrong with the record, and could be wiser.
fn advised(destinations: &[Destination], answer: &Answer, domain: &DomainName, context: &Context) -> Vec<Finding> {
    let strange: Vec<_> =
        destinations.iter().filter(|destination| !context.destinations.contains(&destination.uri)).cloned().collect();
    let nobody_else = strange.is_empty();
    let mut findings = advice::destinations(domain, destinations);
    findings.retain(|finding| !(nobody_else && finding.code == Code::AdviceNoAuthorisation.as_str()));
    // What is left of it in a name server's memory is shorter than what the zone says: only a guess below a minute.
    let short = answer
        .ttl
        .filter(|ttl| *ttl >= 60)
        .and_then(|ttl| Some((ttl, advice::ttl(ttl, answer.security == Security::Secure)?)));
    findings.extend(short.map(|(ttl, short)| short.evidence(format!("TTL {ttl}, or somewhat more"))));
    findings
}

fn answered_by_wildcard() -> Finding {
    finding(
        "tls-rpt-wildcard",
        Status::Suggestion,
        "A wildcard record answers here",
        "Every name below the domain answers with it, which may surprise other services that look for text records.",
        "RFC 4592 §2",
    )
}

fn good(answer: &Answer, text: &str) -> Finding {
    let by = answer.aliases.last().map(|to| format!(", by a CNAME to {to}")).unwrap_or_default();
    finding(
        "tls-rpt-found",
        Status::Ok,
        format!("There is one TLS-RPT record{by}"),
        "Senders find it and know where to send reports.",
        SOURCE,
    )
    .evidence(text)
}

fn missing(answer: &Answer, is_wildcard: bool, domain: &DomainName) -> Finding {
    let title = match (&answer.reply, is_wildcard) {
        (Reply::Found(_), true) => "There is no TLS-RPT record; a wildcard answers with something else",
        (Reply::Found(_), false) => "There is no TLS-RPT record, but other text at its name",
        _ => "There is no TLS-RPT record",
    };
    finding("tls-rpt-missing", Status::Warning, title, "No sender reports how mail arrives.", SOURCE)
        .remedy(format!("Publish a TXT record at _smtp._tls.{domain}."))
}

/// Whether our report address is among the destinations, where it is known which is ours.
///
/// A record that a CNAME leads to is the domain's own choice, and proves as much as one that stands there itself, if only it names
/// the domain's own address. What it names of other domains proves nothing about this one.
fn destined(destinations: &[Destination], answer: &Answer, domain: &DomainName, context: &Context) -> Option<Finding> {
    let ours = &context.destinations;
    if ours.is_empty() || destinations.is_empty() || destinations.iter().any(|there| ours.contains(&there.uri)) {
        return None;
    }
    let others = destinations.iter().find(|destination| is_here(&destination.uri, ours));
    Some(match (others, answer.aliases.last()) {
        (Some(destination), Some(alias)) => finding(
            "tls-rpt-cname-other",
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
fn is_here(uri: &str, ours: &[String]) -> bool {
    ours.iter().any(|own| place(own).is_some() && place(own) == place(uri))
}

/// What a destination has in common with all others of an installation: the mail host, or the URL but for its last part.
fn place(uri: &str) -> Option<&str> {
    match uri.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        Some(_) => uri.rsplit_once('@').map(|(_, host)| host),
        None => uri.rsplit_once('/').map(|(place, _)| place),
    }
}
