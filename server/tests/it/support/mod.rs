//! What the tests stand on: a running program, a plain HTTP client, report bytes.

mod app;
mod http;
mod program;
mod report;

pub(crate) use self::{
    app::{TestApp, on_each_database},
    http::{Answer, exchange, get, post, read_answer, request},
    program::{Program, need, waxseal},
    report::{gzip, report, report_of},
};
