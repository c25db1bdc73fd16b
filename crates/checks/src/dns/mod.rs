//! Asking DNS, and what an answer means.
//!
//! [`Dns`] is the seam: rules are tested with scripted answers, the program uses [`live`]. An answer keeps apart what other
//! tools mix up: no such name, no such record, and no answer at all, which is never "absent".

mod answer;
mod budget;
mod infrastructure;
pub(crate) mod live;
mod pulse;
mod read;
#[cfg(test)]
pub(crate) mod scripted;

use futures::future::BoxFuture;
use model::DomainName;

pub(crate) use answer::{Answer, Data, Failure, Question, Reply, Security, Tlsa, Type};

/// How the name servers that are asked behave. They are this installation's, not the domain's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameServers {
    /// They answer, and pass signatures of DNSSEC on.
    Sound,
    /// They answer, and no signatures come through.
    Stripping,
    /// None of them answers.
    Silent,
}

/// Something that answers questions about DNS.
pub(crate) trait Dns: Send + Sync {
    /// Answers one question. A failure is an answer, too.
    fn ask(&self, question: Question) -> BoxFuture<'_, Answer>;

    /// How the name servers that are asked behave, as far as this check has seen.
    fn name_servers(&self) -> NameServers {
        NameServers::Sound
    }

    /// How many queries have been sent on behalf of this check.
    fn queries(&self) -> u32 {
        0
    }
}

/// The name with labels put before it; none where that is too long for DNS.
pub(crate) fn below(labels: &str, name: &DomainName) -> Option<DomainName> {
    DomainName::parse_lenient(&format!("{labels}.{name}"))
}

/// Asks for a name that may not exist, because it would be too long: then it holds nothing.
pub(crate) async fn ask(dns: &dyn Dns, name: Option<DomainName>, kind: Type) -> Option<Answer> {
    match name {
        Some(name) => Some(dns.ask(Question { name, kind }).await),
        None => None,
    }
}
