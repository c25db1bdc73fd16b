//! Mailboxes read by IMAP, at a real Dovecot: from the mail in its folder to the figure on the page.

mod durability;
mod oauth;
mod owners;
mod reading;

use std::net::{IpAddr, Ipv4Addr};

use crate::support::Dovecot;

const DOMAIN: &str = "example.com";
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The settings by which this Dovecot is read, twice a second.
fn settings<'a>(dovecot: &'a Dovecot, url: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("imap.mailboxes", url),
        ("imap.every", "500ms"),
        ("imap.lease", "1s"),
        ("imap.extra_ca", dovecot.pem.certificate.to_str().unwrap()),
    ]
}
