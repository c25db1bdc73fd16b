//! What could be better about TLSA records that work.

use model::{Finding, Status};

use super::{Host, sessions};
use crate::{
    check::tlsa::matches,
    dns::Tlsa,
    words::{With as _, finding},
};

/// Whole certificates, records that every renewal breaks, and whether the next key is announced.
pub(super) fn advice(host: &Host<'_>, usable: &[&Tlsa]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let advise = |code: &str, tlsa: &Tlsa, title: String, consequence: &str| {
        finding(code, Status::Suggestion, title, consequence, "RFC 7672 §3.1").evidence(tlsa.to_string())
    };
    if let Some(tlsa) = usable.iter().find(|tlsa| tlsa.matching == 0) {
        let title = format!("A TLSA record of {} holds a whole certificate or key", host.mx.name);
        findings.push(advise("dane-full", tlsa, title, "Large answers get lost on the way; a hash does the same."));
    }
    if let Some(tlsa) = usable.iter().find(|tlsa| tlsa.usage == 3 && tlsa.selector == 0) {
        let title = format!("A TLSA record of {} is about the certificate, not its key", host.mx.name);
        findings.push(advise(
            "dane-selector",
            tlsa,
            title,
            "Every renewal needs a new record, even with the same key.",
        ));
    }
    let is_in_use = |tlsa: &&&Tlsa| sessions(host).any(|session| matches(tlsa, session, host.domain));
    let in_use = usable.iter().filter(is_in_use).count();
    if (1..usable.len()).contains(&in_use) {
        findings.push(finding(
            "dane-next-key",
            Status::Ok,
            "There is a record for another key, too",
            "So the key can be changed without a gap.",
            "RFC 7672 §8.1",
        ));
    }
    findings
}
