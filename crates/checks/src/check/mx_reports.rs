//! The TLS-RPT record of one MX host: senders that use DANE report about the host itself, at its own name (RFC 8460 §1.1).
//! Pure.

use model::{
    DomainName, Status,
    check::{Check, Section},
    lint::Kind,
};

use crate::{
    dns::Answer,
    rules,
    words::{With as _, finding, unanswered},
};

const SOURCE: &str = "RFC 8460 §1.1";

/// What follows from the answer at `_smtp._tls.<host>`. `dane` says whether senders apply DANE to the host.
pub(crate) fn judge(host: &DomainName, answer: &Answer, dane: bool) -> Section {
    let reading = rules::read(Kind::TlsRpt, answer.texts());
    let found = |text| {
        finding(
            "mx-tls-rpt-found",
            Status::Ok,
            format!("{host} has a TLS-RPT record of its own"),
            "Senders that use DANE report about the host there.",
            SOURCE,
        )
        .evidence(text)
    };
    let missing = || {
        finding(
            "mx-tls-rpt-missing",
            Status::Suggestion,
            format!("{host} uses DANE, and has no TLS-RPT record of its own"),
            "Failures of DANE are reported about the host; some senders then have nowhere to send that.",
            SOURCE,
        )
        .remedy(format!("Publish a TXT record at _smtp._tls.{host}, too."))
    };
    let not_needed = || {
        finding(
            "mx-tls-rpt-not-needed",
            Status::NotApplicable,
            format!("{host} does not use DANE"),
            "Reports are about the domain, not about the host.",
            SOURCE,
        )
    };
    let mut findings = if dane { rules::named(reading.findings, &answer.question.name) } else { vec![] };
    if let Some(text) = reading.record.filter(|_| reading.works) {
        findings.insert(0, found(text));
    } else if !dane {
        findings.push(not_needed());
    } else if let Some(unanswered) = unanswered("mx-tls-rpt", answer, SOURCE) {
        findings.push(unanswered);
    } else if reading.is_absent {
        findings.push(missing());
    }
    Section::new(Check::MxReports, Some(host.to_string()), findings, answer.evidence())
}
