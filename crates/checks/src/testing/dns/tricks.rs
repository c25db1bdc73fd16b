//! What name servers do instead of answering: each is a trick for [`Zones::trick`](super::Zones::trick).

use std::{net::IpAddr, time::Duration};

use hickory_resolver::proto::{
    dnssec::{
        Algorithm,
        rdata::{DNSSECRData, RRSIG, SigInput},
    },
    op::{Message, ResponseCode},
    rr::{Name, RData, Record, RecordType, SerialNumber, rdata::TXT},
};

use super::{Questioned, Said};

/// Does not answer at all.
#[must_use]
pub fn silence(_: &Questioned) -> Said {
    Said::Nothing
}

/// Answers SERVFAIL.
#[must_use]
pub fn servfail(asked: &Questioned) -> Said {
    code(ResponseCode::ServFail)(asked)
}

/// Refuses to answer, as one that knows nothing of the zone.
#[must_use]
pub fn refusal(asked: &Questioned) -> Said {
    code(ResponseCode::Refused)(asked)
}

/// Answers with an error.
pub fn code(code: ResponseCode) -> impl Fn(&Questioned) -> Said {
    move |asked| {
        let mut reply = asked.reply();
        reply.metadata.response_code = code;
        Said::Message(reply)
    }
}

/// Points to the name servers of the root instead of answering: what a lame delegation leads to.
#[must_use]
pub fn referral(asked: &Questioned) -> Said {
    let mut reply = asked.reply();
    reply.add_authority(record(&Name::root(), RecordType::NS, "a.root-servers.test."));
    Said::Message(reply)
}

/// Says that its answer is cut, over TCP as well.
#[must_use]
pub fn cut(asked: &Questioned) -> Said {
    let mut reply = asked.reply();
    reply.metadata.truncation = true;
    Said::Message(reply)
}

/// Says over UDP that its answer is cut, and nothing over TCP.
#[must_use]
pub fn cut_and_silent(asked: &Questioned) -> Said {
    if asked.over_tcp { Said::Nothing } else { cut(asked) }
}

/// Says over UDP that its answer is cut, and sends it byte by byte over TCP.
#[must_use]
pub fn cut_and_dripping(asked: &Questioned) -> Said {
    if asked.over_tcp {
        Said::Dripping(asked.reply().to_vec().unwrap(), Duration::from_millis(400))
    } else {
        cut(asked)
    }
}

/// A header that fits the question, and then what is no DNS.
#[must_use]
pub fn garbage(asked: &Questioned) -> Said {
    let mut bytes = asked.reply().to_vec().unwrap();
    bytes.truncate(12);
    bytes.extend([0xff; 500]);
    Said::Bytes(bytes)
}

/// Counts that promise more records than there are.
#[must_use]
pub fn lying_counts(asked: &Questioned) -> Said {
    let mut bytes = asked.reply().to_vec().unwrap();
    bytes[6..12].fill(0xff);
    Said::Bytes(bytes)
}

/// A name that points to itself, where a record should stand.
#[must_use]
pub fn pointer_loop(asked: &Questioned) -> Said {
    let mut bytes = asked.reply().to_vec().unwrap();
    bytes[7] = 1;
    let here = u16::try_from(bytes.len()).unwrap() | 0xc000;
    bytes.extend(here.to_be_bytes());
    bytes.extend([0; 10]);
    Said::Bytes(bytes)
}

/// The answer to another question.
#[must_use]
pub fn other_question(asked: &Questioned) -> Said {
    let mut reply = Message::response(asked.request.metadata.id, asked.request.metadata.op_code);
    let mut query = asked.query().clone();
    query.set_name(Name::from_ascii("other.test.").unwrap());
    reply.add_query(query);
    Said::Message(reply)
}

/// An answer that belongs to no question.
#[must_use]
pub fn other_id(asked: &Questioned) -> Said {
    let mut reply = asked.reply();
    reply.metadata.id ^= 1;
    Said::Message(reply)
}

/// Does something else after a while.
pub fn late(pause: Duration, then: impl Fn(&Questioned) -> Said) -> impl Fn(&Questioned) -> Said {
    move |asked| Said::Late(pause, Box::new(then(asked)))
}

/// Nothing, at the end of no zone: an answer that is neither signed nor proven.
#[must_use]
pub fn nothing(asked: &Questioned) -> Said {
    Said::Message(asked.reply())
}

/// To questions of one type these records, and nothing to others.
pub fn records(kind: RecordType, data: Vec<String>) -> impl Fn(&Questioned) -> Said {
    move |asked| {
        let mut reply = asked.reply();
        if asked.query().query_type() == kind {
            let name = asked.query().name();
            reply.add_answers(data.iter().map(|data| record(name, kind, data)));
        }
        Said::Message(reply)
    }
}

/// Another address each time it is asked, with no time to live: rebinding.
pub fn turns(addresses: [IpAddr; 2]) -> impl Fn(&Questioned) -> Said {
    move |asked| {
        let mut reply = asked.reply();
        let address = addresses[asked.before as usize % 2];
        let kind = if address.is_ipv6() { RecordType::AAAA } else { RecordType::A };
        if asked.query().query_type() == kind {
            let mut record = record(asked.query().name(), kind, &address.to_string());
            record.ttl = 0;
            reply.add_answer(record);
        }
        Said::Message(reply)
    }
}

/// One text of so many bytes, in strings of 250.
pub fn text(bytes: usize) -> impl Fn(&Questioned) -> Said {
    move |asked| {
        let mut reply = asked.reply();
        let strings = vec!["x".repeat(250); bytes / 250];
        let text = RData::TXT(TXT::new(strings));
        reply.add_answer(Record::from_rdata(asked.query().name().clone(), 60, text));
        Said::Message(reply)
    }
}

/// An alias of a name that is an alias again, and so on: each with an answer of its own.
#[must_use]
pub fn endless_aliases(asked: &Questioned) -> Said {
    let mut reply = asked.reply();
    let name = asked.query().name();
    let rest =
        if name.iter().next().is_some_and(|label| label.starts_with(b"n")) { name.base_name() } else { name.clone() };
    let next = format!("n{}.{rest}", rand(name));
    reply.add_answer(record(name, RecordType::CNAME, &next));
    Said::Message(reply)
}

/// A chain of so many aliases within one answer.
pub fn chain_of_aliases(length: usize) -> impl Fn(&Questioned) -> Said {
    move |asked| {
        let mut reply = asked.reply();
        let first = asked.query().name().clone();
        let at = |n: usize| if n == 0 { first.clone() } else { Name::from_ascii(format!("c{n}.{first}")).unwrap() };
        for n in 0..length {
            reply.add_answer(record(&at(n), RecordType::CNAME, &at(n + 1).to_string()));
        }
        Said::Message(reply)
    }
}

/// Two aliases of each other within one answer.
#[must_use]
pub fn circle(asked: &Questioned) -> Said {
    let mut reply = asked.reply();
    let name = asked.query().name();
    let other = Name::from_ascii(format!("other.{name}")).unwrap();
    reply.add_answer(record(name, RecordType::CNAME, &other.to_string()));
    reply.add_answer(record(&other, RecordType::CNAME, &name.to_string()));
    Said::Message(reply)
}

/// Records of other names than the one asked for, which prove nothing and answer nothing.
pub fn about_others(kind: RecordType, data: &'static str) -> impl Fn(&Questioned) -> Said {
    move |asked| {
        let mut reply = asked.reply();
        for other in ["other.test.", "."] {
            reply.add_answer(record(&Name::from_ascii(other).unwrap(), kind, data));
        }
        Said::Message(reply)
    }
}

/// Records of so many names.
pub fn sprawling(count: u16) -> impl Fn(&Questioned) -> Said {
    move |asked| {
        let mut reply = asked.reply();
        for n in 0..count {
            let name = Name::from_ascii(format!("n{n}.{}", asked.query().name())).unwrap();
            reply.add_answer(record(&name, RecordType::A, "192.0.2.1"));
        }
        Said::Message(reply)
    }
}

/// A record with so many signatures, none of which holds, by a zone: checking them is what costs.
pub fn signatures(count: u16, zone: &'static str, data: &'static str) -> impl Fn(&Questioned) -> Said {
    move |asked| {
        let mut reply = asked.reply();
        let (name, kind) = (asked.query().name(), asked.query().query_type());
        if kind != RecordType::TXT {
            return Said::Message(reply);
        }
        reply.add_answer(record(name, kind, data));
        for n in 0..count {
            let input = SigInput {
                type_covered: kind,
                algorithm: Algorithm::ED25519,
                num_labels: name.num_labels(),
                original_ttl: 60,
                sig_expiration: SerialNumber::new(u32::MAX / 2),
                sig_inception: SerialNumber::new(0),
                key_tag: n,
                signer_name: Name::from_ascii(zone).unwrap(),
            };
            let signature = RData::DNSSEC(DNSSECRData::RRSIG(RRSIG::from_sig(input, vec![7; 64])));
            reply.add_answer(Record::from_rdata(name.clone(), 60, signature));
        }
        Said::Message(reply)
    }
}

fn record(name: &Name, kind: RecordType, data: &str) -> Record {
    Record::from_rdata(name.clone(), 60, RData::try_from_str(kind, data).unwrap())
}

/// A number that differs from name to name.
fn rand(name: &Name) -> u32 {
    name.to_string().bytes().fold(7, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
}
