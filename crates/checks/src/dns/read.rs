//! A response of DNS read into an answer: aliases followed by name, the weakest proof of DNSSEC kept. Pure.

use hickory_resolver::{
    net::{DnsError, NetError},
    proto::{
        dnssec::{Proof, rdata::DNSSECRData},
        op::{DnsResponse, ResponseCode},
        rr::{Name, RData, Record, RecordType},
    },
};

use super::{
    Security, Tlsa,
    answer::{Data, Failure, Reply, Type},
};

/// How many CNAME records are followed: more than any sound zone has.
pub(super) const MAX_ALIASES: usize = 10;
/// How many records of one answer are kept: more than any check looks at.
const MAX_RECORDS: usize = 2_000;

/// What one response says of a name, as far as it goes.
pub(super) struct Step {
    pub(super) reply: StepReply,
    /// The aliases that were followed within this response.
    pub(super) aliases: Vec<Name>,
    pub(super) security: Security,
    pub(super) ttl: Option<u32>,
}

/// Where one response leads.
pub(super) enum StepReply {
    /// To an answer.
    Done(Reply),
    /// To another name, of which it says nothing: ask again.
    GoOn(Name),
}

/// Reads a response. `clouded` says that part of the chain of trust could not be fetched, so that what looks bogus may be
/// sound.
pub(super) fn read(name: &Name, kind: Type, response: Result<DnsResponse, NetError>, clouded: bool) -> Step {
    match response {
        Ok(response) => answered(name, kind, &response, clouded),
        Err(NetError::Dns(DnsError::NoRecordsFound(none)))
            if none.response_code == ResponseCode::NoError && none.soa.is_none() && none.ns.is_some() =>
        {
            failed(Failure::Referral, Security::Indeterminate)
        }
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) => negative(none.response_code, Security::Indeterminate),
        // The validator takes every NSEC record for a proof about the name asked for. At the end of an alias into another
        // zone it is about another name; beside records that prove themselves it is only more than was asked for.
        Err(NetError::Dns(DnsError::Nsec { response, .. }))
            if leads_on(name, &response) || proves_itself(name, kind, &response) =>
        {
            answered(name, kind, &response, clouded)
        }
        Err(NetError::Dns(DnsError::Nsec { response, .. })) if is_referral(&response) => {
            failed(Failure::Referral, Security::Indeterminate)
        }
        // The proof that there is nothing does not hold, or is too costly to look at (RFC 9276).
        Err(NetError::Dns(DnsError::Nsec { response, proof, .. })) => match security(proof) {
            Security::Bogus => unbelieved(clouded),
            security => negative(response.response_code, security),
        },
        Err(error) => {
            let failure = failure(&error);
            let security = if failure == Failure::Bogus { Security::Bogus } else { Security::Indeterminate };
            failed(failure, security)
        }
    }
}

fn leads_on(name: &Name, response: &DnsResponse) -> bool {
    response.answers.iter().any(|record| record.name == *name && record.record_type() == RecordType::CNAME)
}

/// Whether there are records of the type asked for, signed for this very name and not for a wildcard, of which it would have
/// to be proven that nothing stands nearer (RFC 4035 §5.3.4).
fn proves_itself(name: &Name, kind: Type, response: &DnsResponse) -> bool {
    let here = || response.answers.iter().filter(|record| record.name == *name);
    let is_wildcard = |record: &Record| match &record.data {
        RData::DNSSEC(DNSSECRData::RRSIG(signature)) => signature.input().num_labels < name.num_labels(),
        _ => false,
    };
    let mut asked = here().filter(|record| record.record_type() == wire(kind)).peekable();
    asked.peek().is_some() && asked.all(|record| record.proof.is_secure()) && !here().any(is_wildcard)
}

fn answered(name: &Name, kind: Type, response: &DnsResponse, clouded: bool) -> Step {
    let mut at = name.clone();
    let mut aliases = Vec::new();
    let mut weakest = Security::Secure;
    let mut ttl: Option<u32> = None;
    loop {
        let here = |record: &&Record| record.name == at;
        let mut found = Vec::new();
        for record in response.answers.iter().filter(here).filter(|record| record.record_type() == wire(kind)) {
            weakest = weakest.max(security(record.proof));
            ttl = Some(ttl.map_or(record.ttl, |ttl| ttl.min(record.ttl)));
            found.extend(data(&record.data));
            if found.len() >= MAX_RECORDS {
                break;
            }
        }
        if weakest == Security::Bogus {
            return Step { aliases, ttl, ..unbelieved(clouded) };
        }
        if !found.is_empty() {
            return Step { reply: StepReply::Done(Reply::Found(found)), aliases, security: weakest, ttl };
        }
        let alias = response.answers.iter().filter(here).find_map(|record| match &record.data {
            RData::CNAME(target) => Some((target.0.clone(), record)),
            _ => None,
        });
        let Some((target, record)) = alias else {
            break;
        };
        weakest = weakest.max(security(record.proof));
        if target == *name || aliases.contains(&target) || aliases.len() >= MAX_ALIASES {
            return Step { aliases, ..failed(Failure::Loop, Security::Indeterminate) };
        }
        aliases.push(target.clone());
        at = target;
    }
    // That there is nothing at the end of an alias is believed only of an answer about that name itself.
    if !aliases.is_empty() {
        return Step { reply: StepReply::GoOn(at), aliases, security: weakest, ttl };
    }
    // Nothing there: proven by NSEC records, or the zone is not signed.
    let denial = response.authorities.iter().map(|record| security(record.proof)).max();
    if is_referral(response) {
        return failed(Failure::Referral, Security::Indeterminate);
    }
    match denial.unwrap_or(Security::Insecure) {
        Security::Bogus => unbelieved(clouded),
        security => negative(response.response_code, security),
    }
}

/// Whether a response without records points to other name servers: "nothing there" comes with the SOA record of the zone
/// (RFC 2308 §2.2).
fn is_referral(response: &DnsResponse) -> bool {
    let has = |kind| response.authorities.iter().any(|record| record.record_type() == kind);
    response.response_code == ResponseCode::NoError
        && response.answers.is_empty()
        && has(RecordType::NS)
        && !has(RecordType::SOA)
}

const fn failed(failure: Failure, security: Security) -> Step {
    Step { reply: StepReply::Done(Reply::Failed(failure)), aliases: vec![], security, ttl: None }
}

fn negative(code: ResponseCode, security: Security) -> Step {
    let reply = match code {
        ResponseCode::NXDomain => Reply::NoName,
        ResponseCode::NoError => Reply::NoData,
        ResponseCode::ServFail => Reply::Failed(Failure::ServFail),
        ResponseCode::Refused => Reply::Failed(Failure::Refused),
        other => Reply::Failed(Failure::Other(format!("the name server answered {other}"))),
    };
    Step { reply: StepReply::Done(reply), aliases: vec![], security, ttl: None }
}

/// An answer that does not stand up to DNSSEC is none, as it is none for a sender that validates. Where part of the chain of
/// trust could not be fetched it may be sound, and it may be what an attacker says: there is no telling.
const fn unbelieved(clouded: bool) -> Step {
    if clouded { failed(Failure::Unproven, Security::Indeterminate) } else { failed(Failure::Bogus, Security::Bogus) }
}

pub(super) const fn security(proof: Proof) -> Security {
    match proof {
        Proof::Secure => Security::Secure,
        Proof::Insecure => Security::Insecure,
        Proof::Bogus => Security::Bogus,
        Proof::Indeterminate => Security::Indeterminate,
    }
}

fn failure(error: &NetError) -> Failure {
    match error {
        NetError::Timeout => Failure::Timeout,
        NetError::Message(super::budget::SPENT) => Failure::Budget,
        NetError::Message(super::budget::LOST) => Failure::NoNameServer,
        NetError::Message(super::budget::TOO_MANY_ALIASES) => Failure::Loop,
        NetError::Dns(DnsError::DnssecBogus) => Failure::Bogus,
        NetError::Dns(DnsError::ResponseCode(ResponseCode::ServFail)) => Failure::ServFail,
        NetError::Dns(DnsError::ResponseCode(ResponseCode::Refused)) => Failure::Refused,
        NetError::Dns(DnsError::ResponseCode(code)) => Failure::Other(format!("the name server answered {code}")),
        NetError::NoConnections | NetError::Io(_) => Failure::Other("no name server can be reached".to_owned()),
        NetError::Truncated => Failure::Other("the answer is cut off, over TCP as well".to_owned()),
        NetError::Proto(_) | NetError::ForeignClassRecord { .. } => {
            Failure::Other("the answer is not well-formed".to_owned())
        }
        other => Failure::Other(other.to_string()),
    }
}

pub(super) const fn wire(kind: Type) -> RecordType {
    match kind {
        Type::A => RecordType::A,
        Type::Aaaa => RecordType::AAAA,
        Type::Mx => RecordType::MX,
        Type::Ns => RecordType::NS,
        Type::Ptr => RecordType::PTR,
        Type::Txt => RecordType::TXT,
        Type::Tlsa => RecordType::TLSA,
    }
}

fn data(data: &RData) -> Option<Data> {
    Some(match data {
        RData::A(address) => address.0.into(),
        RData::AAAA(address) => address.0.into(),
        RData::MX(mx) => Data::Mx { preference: mx.preference, host: host(&mx.exchange) },
        RData::NS(ns) => Data::Ns(host(&ns.0)),
        RData::PTR(name) => Data::Ptr(host(&name.0)),
        RData::TXT(txt) => Data::Txt(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
        RData::TLSA(tlsa) => Data::Tlsa(Tlsa {
            usage: tlsa.cert_usage.into(),
            selector: tlsa.selector.into(),
            matching: tlsa.matching.into(),
            data: tlsa.cert_data.clone(),
        }),
        _ => return None,
    })
}

/// A name in lower case without the final dot; the root is empty.
pub(super) fn host(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}
