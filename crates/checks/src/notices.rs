//! What concerns this installation and its network rather than a domain.

use model::{Finding, Status};

use crate::{
    dns::NameServers,
    words::{With as _, finding},
};

/// What is to be said of the name servers that are asked, and of port 25.
pub(crate) fn notices(name_servers: NameServers, port_works: bool) -> Vec<Finding> {
    let of_dns = match name_servers {
        NameServers::Sound => None,
        NameServers::Stripping => Some(no_dnssec()),
        NameServers::Silent => Some(no_name_server()),
    };
    of_dns.into_iter().chain((!port_works).then(port_blocked)).collect()
}

fn no_dnssec() -> Finding {
    finding(
        "dnssec-not-seen",
        Status::CannotTell,
        "The name servers that are asked pass no DNSSEC on",
        "Whether answers are signed cannot be told, and so nothing about DANE.",
        "RFC 4033 §7",
    )
    .remedy("Name a resolver that passes DNSSEC on in checks.name_servers; most do, small routers often do not.")
}

fn no_name_server() -> Finding {
    finding(
        "name-servers-silent",
        Status::CannotTell,
        "None of the name servers that are asked answers",
        "Nothing can be told of any domain until one does. Reports arrive and count all the same.",
        "RFC 1034 §5.3.1",
    )
    .remedy(
        "See whether this machine may send to port 53, by UDP and TCP; or name other name servers in \
         checks.name_servers. Domains are looked at again by themselves.",
    )
}

fn port_blocked() -> Finding {
    finding(
        "port-25-blocked",
        Status::CannotTell,
        "No mail host has answered on port 25 from this machine yet",
        "Many networks let nobody out to port 25; STARTTLS and certificates then cannot be looked at from here, and only \
         reports tell how senders fare.",
        "RFC 5321 §4.5.4",
    )
    .remedy("Ask the provider of this machine to open outgoing port 25, or leave it: all else works without.")
}
