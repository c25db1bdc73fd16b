//! The MTA-STS record of a domain: says that there is a policy, and by its id when that has changed.

use model::{
    DomainName, Finding, Status,
    check::{Check, Section},
    lint::Kind,
};

use crate::{
    dns::{Answer, Dns, Type, ask, below},
    rules,
    words::{With as _, finding, unanswered},
};

const SOURCE: &str = "RFC 8461 §3.1";

/// What was learnt besides the findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MtaSts {
    /// The record that counts.
    pub(crate) record: Option<String>,
    /// Its id, where that is valid: only then do senders fetch the policy.
    pub(crate) id: Option<String>,
    /// Whether it is known that there is no record at all, not even a wrong one.
    pub(crate) absent: bool,
}

/// Looks at the record of a domain.
pub(crate) async fn check(dns: &dyn Dns, domain: &DomainName) -> (Section, MtaSts) {
    let Some(answer) = ask(dns, below("_mta-sts", domain), Type::Txt).await else {
        let none = MtaSts { absent: true, ..MtaSts::default() };
        return (Section::new(Check::MtaSts, None, vec![missing()], vec![]), none);
    };
    let (findings, seen) = judge(&answer);
    (Section::new(Check::MtaSts, None, findings, answer.evidence()), seen)
}

fn judge(answer: &Answer) -> (Vec<Finding>, MtaSts) {
    if let Some(unanswered) = unanswered("mta-sts", answer, SOURCE) {
        return (vec![unanswered], MtaSts::default());
    }
    let reading = rules::read(Kind::MtaSts, answer.texts());
    if reading.is_absent {
        return (vec![missing()], MtaSts { absent: true, ..MtaSts::default() });
    }
    let mut findings = rules::named(reading.findings, &answer.question.name);
    if let Some(text) = reading.record.filter(|_| findings.iter().all(|finding| finding.status != Status::Error)) {
        findings.insert(0, good(answer, text));
    }
    let id = reading.record.filter(|_| reading.works).and_then(rules::id);
    (findings, MtaSts { record: reading.record.map(str::to_owned), id, absent: false })
}

fn good(answer: &Answer, text: &str) -> Finding {
    let by = answer.aliases.last().map(|to| format!(", by a CNAME to {to}")).unwrap_or_default();
    finding(
        "mta-sts-found",
        Status::Ok,
        format!("There is one MTA-STS record{by}"),
        "Senders know that there is a policy to fetch.",
        SOURCE,
    )
    .evidence(text)
}

fn missing() -> Finding {
    finding(
        "mta-sts-missing",
        Status::Suggestion,
        "There is no MTA-STS record",
        "Senders that know no policy from before do not insist on TLS, unless DANE makes them.",
        SOURCE,
    )
    .remedy("Publish a policy in testing first, and then the record.")
}
