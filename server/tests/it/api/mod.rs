//! The API as programs meet it.

mod access;
mod incidents;
mod isolation;
mod lists;
mod problems;
mod properties;
mod things;

use std::net::SocketAddr;

use serde_json::Value;

use crate::support::{Answer, TestApp, exchange, request};

/// A program with a token.
pub(crate) struct Caller {
    address: SocketAddr,
    bearer: String,
}

impl Caller {
    pub(crate) fn new(app: &TestApp, token: &str) -> Self {
        Self { address: app.address(), bearer: format!("Bearer {token}") }
    }

    /// Any request below `/api/v1`.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = [&[("Authorization", self.bearer.as_str())], headers].concat();
        exchange(self.address, &request(method, &format!("/api/v1{path}"), &headers, body.as_bytes())).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    /// What a path gives.
    pub(crate) fn read(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
        json(&answer)
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, &[("Content-Type", "application/json")], body)
    }
}

pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

/// It is a problem of this status, told as RFC 9457 has it; gives what it says.
#[track_caller]
pub(crate) fn problem(answer: &Answer, status: u16, slug: &str) -> String {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
    let told = json(answer);
    assert_eq!((&told["status"], &told["type"]), (&status.into(), &format!("/help/api#{slug}").into()), "{answer:?}");
    assert!(told["title"].as_str().is_some_and(|title| !title.is_empty()));
    told["detail"].as_str().expect("a detail").to_owned()
}
