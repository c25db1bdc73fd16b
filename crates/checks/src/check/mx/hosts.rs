//! Each MX host by itself: where it is, and whether mail can reach it.

use model::{DomainName, Finding, Status};

use super::{MxHost, SOURCE};
use crate::{
    dns::{Dns, Question, Type},
    words::{With as _, finding, unanswered},
};

/// Asks for its addresses.
pub(super) async fn located(dns: &dyn Dns, preference: u16, name: DomainName) -> MxHost {
    let ask = |kind| dns.ask(Question { name: name.clone(), kind });
    let (v4, v6) = tokio::join!(ask(Type::A), ask(Type::Aaaa));
    MxHost { preference, name, v4, v6 }
}

/// What is wrong with it, as far as DNS tells.
pub(super) fn judge(host: &MxHost) -> Vec<Finding> {
    let name = &host.name;
    let mut findings: Vec<_> =
        [&host.v4, &host.v6].into_iter().filter_map(|answer| unanswered("mx-address", answer, SOURCE)).collect();
    if name.as_str().rsplit('.').next().is_some_and(|top| top.bytes().all(|byte| byte.is_ascii_digit())) {
        findings.push(
            finding(
                "mx-is-address",
                Status::Error,
                format!("An MX record names the address {name} instead of a host"),
                "DNS has no such host, so no sender can deliver there.",
                SOURCE,
            )
            .remedy("Give the host a name with an A record, and name that in the MX record."),
        );
    } else if findings.is_empty() && host.addresses().is_empty() {
        findings.push(
            finding(
                "mx-no-address",
                Status::Error,
                format!("The MX host {name} has no address"),
                "No sender can deliver there.",
                SOURCE,
            )
            .remedy("Give it an A or AAAA record, or remove its MX record."),
        );
    }
    if let Some(target) = host.v4.aliases.last().or(host.v6.aliases.last()) {
        findings.push(
            finding(
                "mx-is-alias",
                Status::Warning,
                format!("The MX host {name} is an alias of {target}"),
                "Some senders refuse to deliver to an alias.",
                "RFC 2181 §10.3",
            )
            .remedy("Name a host with addresses of its own in the MX record."),
        );
    }
    findings
}
