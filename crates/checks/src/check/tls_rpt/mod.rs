//! The TLS-RPT record of a domain: is it where senders look, is it the only one, and do our reports come of it.

mod home;
mod whose;
mod wildcard;
mod wrong_names;

use model::{
    DomainName, Finding, Publish, Status, Timestamp,
    check::{Check, Section},
    lint::{Code, Kind, advice},
    text::visible_short,
    view::DnsRecord,
};
use tlsrpt::record::Destination;

use self::{
    home::{Home, just_published},
    whose::{destined, is_here, tell_alias},
    wildcard::{Wildcard, answered_by_wildcard},
};
use crate::{
    Context,
    dns::{Answer, Dns, Reply, Security, Type, ask, below},
    outbound::Connector,
    rules::{self, Reading},
    words::{With as _, finding, is_bad, unanswered},
    zone::Zone,
};

const SOURCE: &str = "RFC 8460 §3";
/// As many characters of a text as people read of it.
const READ: usize = 300;

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

/// Looks at the record of a domain. Its zone is looked up by another, once for all checks.
pub(crate) async fn check(
    dns: &dyn Dns,
    connector: &Connector,
    domain: &DomainName,
    context: &Context,
    zone: impl Future<Output = Option<Zone>>,
) -> (Section, TlsRpt) {
    let (answer, wildcard, zone) =
        tokio::join!(ask(dns, below("_smtp._tls", domain), Type::Txt), Wildcard::ask(dns, domain, context), zone,);
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
    let Home { fresh, ttl } = Home::ask(dns, connector, &answer, context).await;
    let stale_until = fresh.as_ref().map(|_| answer.ttl.map(|ttl| context.now.plus_seconds(ttl.into())));
    let answer = fresh.unwrap_or(answer);
    let (mut findings, mut seen) = judge(&answer, &wildcard, ttl, domain, context);
    seen.stale_until = stale_until.flatten();
    findings.extend(stale_until.map(|until| just_published(until, context.now)));
    let own = |reading: &Reading<'_>| mended(reading, domain, context);
    let apex = zone.as_ref().map(|zone| &zone.apex);
    let mut misplaced = wrong_names::look(dns, domain, apex, seen.record.is_some(), &wildcard.anywhere, own).await;
    if answer.failure().is_none() {
        tell_alias(&mut misplaced, &answer, false);
    }
    findings.extend(misplaced);
    (Section::new(Check::TlsRpt, None, findings, answer.evidence()), seen)
}

/// What follows from the answer. `ttl` is how long the record lives as its zone has it, where that is known.
fn judge(
    answer: &Answer,
    wildcard: &Wildcard,
    ttl: Option<u32>,
    domain: &DomainName,
    context: &Context,
) -> (Vec<Finding>, TlsRpt) {
    if let Some(unanswered) = unanswered("tls-rpt", answer, SOURCE) {
        return (vec![unanswered], TlsRpt::default());
    }
    let is_wildcard = wildcard.gave(answer);
    let mut reading = rules::read(Kind::TlsRpt, answer.texts());
    let destinations = reading.record.map(rules::destinations).unwrap_or_default();
    let all_ours = destinations.iter().all(|destination| context.destinations.contains(&destination.uri));
    let mut findings = std::mem::take(&mut reading.findings);
    // Ours are ways to one place: whichever a sender takes, the report arrives.
    findings.retain(|finding| !(all_ours && finding.code == Code::TlsRptSeveralDestinations.as_str()));
    if reading.is_absent {
        findings.push(missing(answer, is_wildcard, domain));
        findings.extend(meant_for_one(answer, is_wildcard));
    }
    findings.extend(destined(&destinations, answer, domain, context));
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
    tell_alias(&mut findings, answer, !reading.is_absent);
    let is_changed = findings.iter().any(|finding| finding.publish.is_some());
    if reading.record.is_some() {
        findings.extend(advised(&destinations, ttl, answer.security, domain, all_ours));
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
fn advised(
    destinations: &[Destination],
    ttl: Option<u32>,
    security: Security,
    domain: &DomainName,
    all_ours: bool,
) -> Vec<Finding> {
    let mut findings = advice::destinations(domain, destinations);
    findings.retain(|finding| !(all_ours && finding.code == Code::AdviceNoAuthorisation.as_str()));
    findings.extend(ttl.and_then(|ttl| advice::ttl(ttl, security == Security::Secure)));
    findings
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
    let missing = finding("tls-rpt-missing", Status::Warning, title, "No sender reports how mail arrives.", SOURCE)
        .remedy(format!("Publish a TXT record at _smtp._tls.{domain}."));
    let texts: Vec<&str> = answer.texts().collect();
    if texts.is_empty() { missing } else { missing.evidence(visible_short(&texts.join(" · "), READ)) }
}

/// What is wrong with the one text at the name: it was meant for a TLS-RPT record, as everything there is, although no word of it
/// says so. Of several nobody can tell which; what a wildcard answers was meant for other names.
fn meant_for_one(answer: &Answer, is_wildcard: bool) -> Vec<Finding> {
    let mut texts = answer.texts();
    match (texts.next(), texts.next()) {
        (Some(text), None) if !is_wildcard => rules::faults(Kind::TlsRpt, text),
        _ => vec![],
    }
}
