//! What the tests stand on: a running program, a plain HTTP client, report bytes.

mod app;
mod dovecot;
mod http;
mod mail;
mod postfix;
mod program;
mod report;
mod stored;
mod wait;

pub(crate) use self::{
    app::{TestApp, on_each_database, session_cookie},
    dovecot::{Dovecot, PASSWORD as IMAP_PASSWORD, may_run_dovecot},
    http::{Answer, exchange, get, post, read_answer, request},
    mail::{MailClient, Pem, delivery, mail, mail_of},
    postfix::{Postfix, free_port, may_run_postfix, send},
    program::{Program, need, watching, waxseal},
    report::{gzip, report, report_of},
    stored::{audit, count_unsigned_mail, counted, lost},
    wait::wait_until,
};
