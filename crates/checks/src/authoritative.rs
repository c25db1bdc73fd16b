//! Asking the name servers of a zone themselves, past every cache: there stands at once what somebody has just published,
//! while resolvers may go on for a while with what they knew.
//!
//! Only over TCP, so that nobody beside the path can slip in an answer: what is found here may be taken as proof of control.

use std::{io, time::Duration};

use hickory_resolver::proto::{
    op::{Message, MessageType, OpCode, Query, ResponseCode},
    rr::{Name, RData, RecordType},
};
use model::DomainName;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    dns::{Answer, Data, Dns, Question, Reply, Type, ask},
    outbound::{Connector, Purpose},
    zone::Zone,
};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many name servers are tried.
const MAX_SERVERS: usize = 3;

/// The answer to a question about TXT records, as one of the zone's name servers gives it with authority; none where none does.
pub(crate) async fn ask_there(connector: &Connector, dns: &dyn Dns, question: &Question) -> Option<Answer> {
    timeout(PATIENCE, look(connector, dns, question)).await.ok().flatten()
}

async fn look(connector: &Connector, dns: &dyn Dns, question: &Question) -> Option<Answer> {
    let zone = Zone::of(dns, &question.name).await?;
    for server in zone.servers.iter().filter_map(|host| DomainName::parse_lenient(host)).take(MAX_SERVERS) {
        let (v4, v6) =
            tokio::join!(ask(dns, Some(server.clone()), Type::A), ask(dns, Some(server.clone()), Type::Aaaa),);
        let addresses: Vec<_> = v4.iter().chain(&v6).flat_map(Answer::addresses).collect();
        let Ok(judged) = connector.judge(&server, &addresses, Purpose::Names) else { continue };
        for address in judged {
            let Ok(mut stream) = connector.dial(address).await else { continue };
            if let Some(reply) = talk(&mut stream, &question.name).await.ok().and_then(|said| read(&said, question)) {
                return Some(reply);
            }
        }
    }
    None
}

/// Sends the question and reads what comes back, each after its length (RFC 1035 §4.2.2).
async fn talk(stream: &mut TcpStream, name: &DomainName) -> io::Result<Vec<u8>> {
    let invalid = |error: String| io::Error::new(io::ErrorKind::InvalidData, error);
    let name = Name::from_ascii(format!("{name}.")).map_err(|error| invalid(error.to_string()))?;
    // A connection of its own carries one question: its number tells nothing apart.
    let mut message = Message::new(1, MessageType::Query, OpCode::Query);
    message.add_query(Query::query(name, RecordType::TXT));
    let bytes = message.to_vec().map_err(|error| invalid(error.to_string()))?;
    let length = u16::try_from(bytes.len()).map_err(|error| invalid(error.to_string()))?;
    stream.write_all(&[&length.to_be_bytes()[..], &bytes].concat()).await?;
    let mut said = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut said).await?;
    Ok(said)
}

/// What a name server said, where it said it with authority about just this name. An alias leads elsewhere, of which it may
/// know nothing: that is left to resolvers.
fn read(said: &[u8], question: &Question) -> Option<Answer> {
    let message = Message::from_vec(said).ok()?;
    let name = Name::from_ascii(format!("{}.", question.name)).ok()?;
    let is_asked = message.queries.iter().any(|query| query.name() == &name);
    if !message.metadata.authoritative || message.metadata.message_type != MessageType::Response || !is_asked {
        return None;
    }
    if message.answers.iter().any(|record| record.record_type() == RecordType::CNAME) {
        return None;
    }
    let texts: Vec<(Data, u32)> = message
        .answers
        .iter()
        .filter(|record| record.name == name)
        .filter_map(|record| match &record.data {
            RData::TXT(text) => {
                Some((Data::Txt(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()), record.ttl))
            }
            _ => None,
        })
        .collect();
    let ttl = texts.iter().map(|(_, ttl)| *ttl).min();
    let reply = match message.metadata.response_code {
        ResponseCode::NoError if texts.is_empty() => Reply::NoData,
        ResponseCode::NoError => Reply::Found(texts.into_iter().map(|(text, _)| text).collect()),
        ResponseCode::NXDomain => Reply::NoName,
        _ => return None,
    };
    Some(Answer::unproven(question.clone(), reply, ttl))
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::rr::{
        Record,
        rdata::{CNAME, TXT},
    };

    use super::*;

    fn question() -> Question {
        Question { name: DomainName::parse_lenient("_smtp._tls.example.org").unwrap(), kind: Type::Txt }
    }

    fn name() -> Name {
        Name::from_ascii("_smtp._tls.example.org.").unwrap()
    }

    fn said(change: impl FnOnce(&mut Message)) -> Option<Answer> {
        let mut message = Message::new(1, MessageType::Response, OpCode::Query);
        message.metadata.authoritative = true;
        message.add_query(Query::query(name(), RecordType::TXT));
        let text = RData::TXT(TXT::new(vec!["v=TLSR".to_owned(), "PTv1".to_owned()]));
        message.add_answer(Record::from_rdata(name(), 300, text));
        change(&mut message);
        read(&message.to_vec().unwrap(), &question())
    }

    #[test]
    fn texts_are_joined_and_live_as_long_as_the_zone_says() {
        let answer = said(|_| {}).unwrap();
        assert_eq!(answer.reply, Reply::Found(vec![Data::Txt("v=TLSRPTv1".to_owned())]));
        assert_eq!(answer.ttl, Some(300));
    }

    #[test]
    fn nothing_is_said_with_authority_too() {
        assert_eq!(said(|message| message.answers.clear()).unwrap().reply, Reply::NoData);
        let none = said(|message| {
            message.answers.clear();
            message.metadata.response_code = ResponseCode::NXDomain;
        });
        assert_eq!(none.unwrap().reply, Reply::NoName);
    }

    #[test]
    fn what_has_no_authority_or_is_about_something_else_is_no_answer() {
        assert_eq!(said(|message| message.metadata.authoritative = false), None);
        assert_eq!(said(|message| message.metadata.message_type = MessageType::Query), None);
        assert_eq!(said(|message| message.metadata.response_code = ResponseCode::ServFail), None);
        assert_eq!(said(|message| message.queries.clear()), None);
        let alias = RData::CNAME(CNAME(Name::from_ascii("a.example.net.").unwrap()));
        assert_eq!(said(|message| message.answers = vec![Record::from_rdata(name(), 300, alias)]), None);
        assert_eq!(read(b"no DNS", &question()), None);
    }
}
