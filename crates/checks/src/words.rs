//! Short ways to write findings down.

use model::{Finding, Publish, Status, view::DnsRecord};

use crate::{
    codes,
    dns::{Answer, Failure},
};

/// A finding without evidence, remedy and text to publish; its code is one of [`codes::CODES`].
pub(crate) fn finding(
    code: impl Into<String>,
    status: Status,
    title: impl Into<String>,
    consequence: impl Into<String>,
    source: &str,
) -> Finding {
    let code = code.into();
    debug_assert!(codes::is_listed(&code), "{code} is not in the list of codes");
    Finding {
        code,
        status,
        title: title.into(),
        consequence: consequence.into(),
        evidence: None,
        remedy: None,
        publish: None,
        source: source.to_owned(),
    }
}

/// What a finding may have besides.
pub(crate) trait With: Sized {
    /// What was seen, word for word.
    fn evidence(self, evidence: impl Into<String>) -> Self;
    /// What to do.
    fn remedy(self, remedy: impl Into<String>) -> Self;
    /// The record to publish.
    fn record(self, name: impl Into<String>, kind: &str, value: impl Into<String>) -> Self;
}

impl With for Finding {
    fn evidence(self, evidence: impl Into<String>) -> Self {
        Self { evidence: Some(evidence.into()), ..self }
    }

    fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }

    fn record(self, name: impl Into<String>, kind: &str, value: impl Into<String>) -> Self {
        let record = DnsRecord { name: name.into(), kind: kind.to_owned(), value: value.into() };
        Self { publish: Some(Publish::Record(record)), ..self }
    }
}

/// Whether something is to be changed.
pub(crate) const fn is_bad(finding: &Finding) -> bool {
    matches!(finding.status, Status::Error | Status::Warning)
}

/// What follows when a question of DNS has no answer; none when it has one.
///
/// Bogus is no "cannot tell": every sender that validates gets no answer either; nor are aliases that lead in a circle. All
/// else may lie with the name servers in between, or pass.
pub(crate) fn unanswered(area: &str, answer: &Answer, source: &str) -> Option<Finding> {
    let failure = answer.failure()?;
    let question = &answer.question;
    Some(match failure {
        Failure::Bogus => finding(
            format!("{area}-bogus"),
            Status::Error,
            format!("{question}: the signatures of DNSSEC do not hold"),
            "Senders that validate get no answer at all, as if the name servers were down.",
            source,
        )
        .remedy("Sign the zone anew, or remove its DS record at the registrar until it is signed well."),
        Failure::Loop => finding(
            format!("{area}-alias-loop"),
            Status::Error,
            format!("{question}: {failure}"),
            "Senders get no answer at all.",
            source,
        )
        .remedy("Remove one of the CNAME records, or let it lead to a name with records of its own."),
        failure => finding(
            format!("{area}-no-answer"),
            Status::CannotTell,
            format!("{question}: {failure}"),
            "Whether there is such a record cannot be told; that is not the same as there being none.",
            source,
        ),
    })
}
