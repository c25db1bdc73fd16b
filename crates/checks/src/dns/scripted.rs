//! Answers written by a test, so that rules are tested without a network.

use std::{collections::HashMap, net::IpAddr};

use futures::{FutureExt as _, future::BoxFuture};
use model::DomainName;

use super::{Answer, Data, Dns, Failure, Question, Reply, Security, Tlsa, Type};

/// A zone file of sorts. What is not written does not exist.
#[derive(Default)]
pub(crate) struct Script {
    answers: HashMap<Question, Answer>,
    security: Option<Security>,
}

pub(crate) fn name(text: &str) -> DomainName {
    DomainName::parse_lenient(text).unwrap()
}

impl Script {
    /// Answers that DNSSEC proves.
    pub(crate) fn secure() -> Self {
        Self { security: Some(Security::Secure), ..Self::default() }
    }

    fn add(mut self, at: &str, kind: Type, data: Data) -> Self {
        let question = Question { name: name(at), kind };
        let security = self.security.unwrap_or(Security::Insecure);
        let empty = || Answer {
            question: question.clone(),
            reply: Reply::Found(vec![]),
            aliases: vec![],
            security,
            ttl: Some(86_400),
        };
        let answer = self.answers.entry(question.clone()).or_insert_with(empty);
        if let Reply::Found(records) = &mut answer.reply {
            records.push(data);
        }
        self
    }

    pub(crate) fn mx(self, at: &str, preference: u16, host: &str) -> Self {
        self.add(at, Type::Mx, Data::Mx { preference, host: host.to_owned() })
    }

    pub(crate) fn ns(self, at: &str, host: &str) -> Self {
        self.add(at, Type::Ns, Data::Ns(host.to_owned()))
    }

    pub(crate) fn address(self, at: &str, address: &str) -> Self {
        let address: IpAddr = address.parse().unwrap();
        self.add(at, if address.is_ipv4() { Type::A } else { Type::Aaaa }, Data::Address(address))
    }

    pub(crate) fn tlsa(self, at: &str, tlsa: Tlsa) -> Self {
        self.add(&format!("_25._tcp.{at}"), Type::Tlsa, Data::Tlsa(tlsa))
    }

    pub(crate) fn fails(mut self, at: &str, kind: Type, failure: Failure) -> Self {
        let question = Question { name: name(at), kind };
        self.answers.insert(question.clone(), Answer::failed(question, failure));
        self
    }

    /// Changes an answer that is already written.
    pub(crate) fn with(mut self, at: &str, kind: Type, change: impl FnOnce(&mut Answer)) -> Self {
        change(self.answers.get_mut(&Question { name: name(at), kind }).unwrap());
        self
    }
}

impl Dns for Script {
    fn ask(&self, question: Question) -> BoxFuture<'_, Answer> {
        let absent = || Answer {
            question: question.clone(),
            reply: Reply::NoName,
            aliases: vec![],
            security: self.security.unwrap_or(Security::Insecure),
            ttl: None,
        };
        let answer = self.answers.get(&question).cloned().unwrap_or_else(absent);
        futures::future::ready(answer).boxed()
    }
}
