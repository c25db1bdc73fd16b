//! Advice that rests on more than the text of a record: how a domain's records stand together, how long they live, when a
//! certificate ends. Each is a function of plain values; whoever looked them up passes them in.

use mtasts::Mode;
use tlsrpt::record::{Destination, Kind as DestinationKind};

use super::{Code, draft::Draft};
use crate::{DomainName, Finding, Publish, Status, Timestamp, format::counted, status::CLEAN_DAYS, view::DnsRecord};

/// How a domain's MTA-STS policy and its reports stand together.
#[derive(Clone, Debug)]
pub struct Policy<'a> {
    /// Its mode.
    pub mode: Mode,
    /// Whether the domain has a TLS-RPT record that works.
    pub has_tls_rpt: bool,
    /// The TLS-RPT record to publish when there is none.
    pub tls_rpt: Option<&'a DnsRecord>,
    /// Days in a row with reports and without a failure, up to the day on which enforce came, or up to now; none when that is
    /// not known, or when enforce has stood for so long that it has proved itself.
    pub clean_days: Option<u16>,
}

/// Whether it is known what the policy does.
#[must_use]
pub fn policy(facts: &Policy<'_>) -> Vec<Finding> {
    let without = |code, status, title: &str, consequence: &str| {
        let draft = Draft::new(code, status, title, consequence).remedy("Publish a TLS-RPT record.");
        let mut finding = draft.finish();
        finding.publish = facts.tls_rpt.cloned().map(Publish::Record);
        finding
    };
    let mut findings = Vec::new();
    match facts.mode {
        Mode::Testing if !facts.has_tls_rpt => findings.push(without(
            Code::AdviceTestingWithoutTlsRpt,
            Status::Warning,
            "MTA-STS is in testing, and no reports are asked for",
            "Testing protects nothing and is there to be reported on, so nothing is learnt from it.",
        )),
        Mode::Enforce if !facts.has_tls_rpt => findings.push(without(
            Code::AdviceEnforceWithoutTlsRpt,
            Status::Warning,
            "MTA-STS is in enforce, and no reports are asked for",
            "When a host fails, senders stop delivering, and nobody tells.",
        )),
        Mode::None | Mode::Testing | Mode::Enforce => {}
    }
    if let (Mode::Enforce, Some(days)) = (facts.mode, facts.clean_days)
        && days < CLEAN_DAYS
    {
        findings.push(
            Draft::new(
                Code::AdviceEnforceEarly,
                Status::Warning,
                format!("Enforce came after only {} of reports without a failure", counted(u64::from(days), "day")),
                "A host that senders cannot verify costs mail now; reports of testing would have shown it.",
            )
            .remedy(format!("Go back to mode: testing until {CLEAN_DAYS} days in a row were clean."))
            .finish(),
        );
    }
    findings
}

/// Whether reports about a domain can arrive when its mail cannot, and whether strangers need to agree to get them.
#[must_use]
pub fn destinations(domain: &DomainName, destinations: &[Destination]) -> Vec<Finding> {
    let place = |destination: &Destination| match &destination.kind {
        DestinationKind::Mail(addresses) => {
            addresses.first().and_then(|address| DomainName::parse_lenient(address.rsplit_once('@')?.1))
        }
        DestinationKind::Https(host) => DomainName::parse_lenient(host),
        DestinationKind::Unusable(_) => None,
    };
    let is_mail = |destination: &Destination| matches!(destination.kind, DestinationKind::Mail(_));
    let is_home = |name: &DomainName| name == domain || name.is_subdomain_of(domain);
    let (at_home, abroad): (Vec<_>, Vec<_>) = destinations
        .iter()
        .filter_map(|destination| Some((destination, place(destination)?)))
        .partition(|(_, name)| is_home(name));
    let mut findings = Vec::new();
    if at_home.iter().any(|(destination, _)| is_mail(destination)) && abroad.is_empty() {
        let uris: Vec<_> = at_home.iter().map(|(destination, _)| destination.uri.as_str()).collect();
        findings.push(
            Draft::new(
                Code::AdviceReportsAtHome,
                Status::Suggestion,
                format!("Reports about {domain} go to {domain} itself"),
                "Senders must deliver reports even where TLS fails, but not when the MX hosts cannot be reached at all.",
            )
            .seen(uris.join(", "))
            .remedy("Let them go to an address in another domain, or to an https URL.")
            .finish(),
        );
    }
    if let Some((_, name)) = abroad.first() {
        findings.push(
            Draft::new(
                Code::AdviceNoAuthorisation,
                Status::Ok,
                format!("{name} need not agree to get reports about {domain}"),
                "TLS-RPT has no record such as DMARC's _report._dmarc; _report._tls exists nowhere and does nothing.",
            )
            .finish(),
        );
    }
    findings
}

/// Whether the TLS-RPT record lives long enough in caches. In a signed zone nobody can forge it, so any time will do.
#[must_use]
pub fn ttl(seconds: u32, is_signed: bool) -> Option<Finding> {
    const HOUR: u32 = 3_600;
    (seconds < HOUR && !is_signed).then(|| {
        Draft::new(
            Code::AdviceShortTtl,
            Status::Suggestion,
            "The record's time to live is short",
            "An attacker who hides the record from a sender has to do so only that long to keep failures from being reported.",
        )
        .seen(format!("TTL {seconds}"))
        .remedy("Give it a day (86400) once it is right, or sign the zone.")
        .finish()
    })
}

/// How long the certificate of a host is still good, in steps that leave time to act. Nothing is said when its end is far off
/// for a certificate of its kind, or past: that is a fault of its own.
///
/// Certificates that live for days are renewed at about two thirds of their life; until then they are as they should be.
#[must_use]
pub fn certificate(host: &str, not_before: Timestamp, not_after: Timestamp, now: Timestamp) -> Option<Finding> {
    const DAY: i64 = 86_400_000;
    let left = not_after.0.saturating_sub(now.0);
    let life = not_after.0.saturating_sub(not_before.0);
    let status = match left {
        ..0 => return None,
        _ if left < 7 * DAY && (life > 10 * DAY || left < life / 4) => Status::Error,
        _ if left < 14 * DAY && life > 30 * DAY => Status::Warning,
        _ if left < 30 * DAY && life > 60 * DAY => Status::Suggestion,
        _ => return None,
    };
    let title = match u64::try_from(left / DAY).unwrap_or_default() {
        0 => format!("The certificate of {host} expires within a day"),
        days => format!("The certificate of {host} expires in {}", counted(days, "day")),
    };
    let consequence = "Once it has expired, senders that verify it deliver no more there, or do not get the policy.";
    let draft = Draft::new(Code::AdviceCertificateExpires, status, title, consequence);
    Some(
        draft
            .seen(format!("valid until {not_after}"))
            .remedy("Renew it, and see why it was not renewed by itself.")
            .finish(),
    )
}
