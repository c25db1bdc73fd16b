//! What the zone's own name servers say of a TLS-RPT record, past every cache: what was just published, and how long it lives.

use model::{
    Finding, Status, Timestamp,
    lint::{Kind, advice},
};

use crate::{
    Context,
    authoritative::ask_there,
    dns::{Answer, Dns, Security},
    outbound::Connector,
    rules,
    words::finding,
};

/// Their answer, as far as it was worth asking for.
#[derive(Default)]
pub(super) struct Home {
    /// It is another than was answered, and may be what is waited for: a record with our address.
    pub(super) fresh: Option<Answer>,
    /// How long the record lives as the zone has it, in seconds. A resolver tells what is left of that in its memory.
    pub(super) ttl: Option<u32>,
}

impl Home {
    /// Asks them where our address is waited for, or what is left of the record's life is so short that the whole may be.
    pub(super) async fn ask(dns: &dyn Dns, connector: &Connector, answer: &Answer, context: &Context) -> Self {
        let is_waiting = is_waiting(answer, context);
        if answer.failure().is_some() || !answer.aliases.is_empty() || !(is_waiting || may_be_short(answer)) {
            return Self::default();
        }
        let Some(there) = ask_there(connector, dns, &answer.question).await else { return Self::default() };
        let ttl = there.ttl;
        let is_other = is_waiting && there.sorted_texts() != answer.sorted_texts();
        Self { fresh: is_other.then_some(Answer { security: answer.security, ..there }), ttl }
    }
}

fn is_waiting(answer: &Answer, context: &Context) -> bool {
    let ours = &context.destinations;
    let is_ours = |text: &str| rules::destinations(text).iter().any(|destination| ours.contains(&destination.uri));
    !ours.is_empty() && !answer.texts().any(is_ours)
}

fn may_be_short(answer: &Answer) -> bool {
    let is_short = answer.ttl.and_then(|ttl| advice::ttl(ttl, answer.security == Security::Secure)).is_some();
    is_short && rules::read(Kind::TlsRpt, answer.texts()).record.is_some()
}

/// Says that not everybody sees it yet.
pub(super) fn just_published(until: Option<Timestamp>, now: Timestamp) -> Finding {
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
