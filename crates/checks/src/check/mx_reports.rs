//! The TLS-RPT record of one MX host: senders that use DANE report about the host itself, at its own name (RFC 8460 §1.1).
//! Pure.

use model::{
    DomainName, Status,
    check::{Check, Section},
};

use crate::{
    dns::Answer,
    rules::{self, Choice},
    words::{With as _, finding, unanswered},
};

const SOURCE: &str = "RFC 8460 §1.1";

/// What follows from the answer at `_smtp._tls.<host>`. `dane` says whether senders apply DANE to the host.
pub(crate) fn judge(host: &DomainName, answer: &Answer, dane: bool) -> Section {
    let found = match rules::choose_tls_rpt(answer.texts()) {
        _ if answer.failure().is_some() && dane => unanswered("mx-tls-rpt", answer, SOURCE),
        Choice::One(text) => Some(
            finding(
                "mx-tls-rpt-found",
                Status::Ok,
                format!("{host} has a TLS-RPT record of its own"),
                "Senders that use DANE report about the host there.",
                SOURCE,
            )
            .evidence(text),
        ),
        Choice::Several(texts) => Some(
            finding(
                "mx-tls-rpt-several",
                Status::Warning,
                format!("{host} has {} TLS-RPT records", texts.len()),
                "Senders must then assume that there is none at all.",
                "RFC 8460 §3",
            )
            .evidence(texts.join("\n"))
            .remedy("Publish one record."),
        ),
        _ if dane => Some(
            finding(
                "mx-tls-rpt-missing",
                Status::Suggestion,
                format!("{host} uses DANE, and has no TLS-RPT record of its own"),
                "Failures of DANE are reported about the host; some senders then have nowhere to send that.",
                SOURCE,
            )
            .remedy(format!("Publish a TXT record at _smtp._tls.{host}, too.")),
        ),
        _ => None,
    };
    let none = || {
        finding(
            "mx-tls-rpt-not-needed",
            Status::NotApplicable,
            format!("{host} does not use DANE"),
            "Reports are about the domain, not about the host.",
            SOURCE,
        )
    };
    Section::new(Check::MxReports, Some(host.to_string()), vec![found.unwrap_or_else(none)], answer.evidence())
}
