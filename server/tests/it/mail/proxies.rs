//! The PROXY protocol: a load balancer names the client, and nobody else may.

use super::{DOMAIN, SMTP};
use crate::support::{MailClient, TestApp, get, mail};

/// A header of version 2 for a connection from 192.0.2.7.
const HEADER: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\x0a\0\0\x01\x12\x34\0\x19";

#[test]
fn the_client_that_a_load_balancer_names_is_the_one_that_counts() {
    let trusting = [("smtp.proxy_protocol", "127.0.0.0/8"), ("smtp.max_connections_per_address", "1")];
    let app = TestApp::with(&[&SMTP[..], &trusting].concat());
    let address = app.report_email(DOMAIN);
    let mut client = MailClient::dial(app.smtp());
    client.send(HEADER);
    assert_eq!(client.code().unwrap(), 220);
    assert_eq!(client.say("EHLO sender.example").0, 250);
    assert_eq!(client.deliver(&[&address], &mail(DOMAIN, "r1")).0, 250);
    let log = get(app.address(), "/log", &[("Cookie", &app.sign_in()), ("Accept", "text/html")]).body;
    assert!(log.contains("192.0.2.7"), "{log}");

    let mut second = MailClient::dial(app.smtp());
    second.send(HEADER);
    assert_eq!(second.code().unwrap(), 421, "it counts against the client named");
    let mut bare = MailClient::dial(app.smtp());
    bare.send("EHLO sender.example\r\n");
    assert!(bare.is_closed(), "without a header there is no session");
}

#[test]
fn nobody_else_is_believed() {
    let app = TestApp::with(&[&SMTP[..], &[("smtp.proxy_protocol", "10.0.0.0/8")]].concat());
    let mut client = MailClient::dial(app.smtp());
    assert_eq!(client.code().unwrap(), 220);
    client.send([HEADER, b"\r\n"].concat());
    assert_eq!(client.code().unwrap(), 500, "it is a line like any other");
}
