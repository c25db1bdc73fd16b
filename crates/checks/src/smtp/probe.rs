//! One conversation with one address of an MX host.

use std::{fmt, net::IpAddr};

use model::{DomainName, Timestamp, check::Session};
use tokio::{io::AsyncWriteExt as _, time::timeout};

use super::talk::{Reply, Talk, TalkError};
use crate::{
    Limits,
    outbound::{Connector, DialError, Judged, Refusal},
    tls::{Roots, shake_hands},
};

/// What was seen at one address of an MX host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Not dialled, and why.
    NotDialled(Obstacle),
    /// Nothing answered: the host is down, or this network lets nobody out to port 25.
    Silent,
    /// This machine has no way there, as one without IPv6.
    NoRoute,
    /// Nothing listens on the port.
    Refused,
    /// It took the connection, and then said too little in the time it has, or too much.
    TooSlow,
    /// The conversation broke off; what was going on.
    BrokeOff(String),
    /// It will not speak with us (greeting or EHLO); what it said.
    Rejected(String),
    /// It speaks SMTP without STARTTLS.
    NoStartTls,
    /// It offers STARTTLS and then declines; what it said.
    Declined(String),
    /// Something in clear text followed "220" to STARTTLS: a vulnerable server, or someone on the way.
    Injected,
    /// STARTTLS was agreed on, and the handshake failed; why.
    NoTls(String),
    /// TLS.
    Tls(Session),
}

/// Why a mail host was not dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// Its name or an address of it is not fit to be dialled.
    Judged(Refusal),
    /// The address was dialled several times just now, under other names.
    TooOften,
    /// Whoever asks may not have mail hosts dialled.
    NotAllowed,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Judged(refusal) => refusal.fmt(f),
            Self::TooOften => f.write_str("this address was dialled several times just now, under other names"),
            Self::NotAllowed => f.write_str("mail hosts are only dialled for domains whose owner is known"),
        }
    }
}

impl Seen {
    /// The handshake, if there was one.
    #[must_use]
    pub(crate) const fn session(&self) -> Option<&Session> {
        if let Self::Tls(session) = self { Some(session) } else { None }
    }

    /// Whether an SMTP server answered at all.
    #[must_use]
    pub(crate) const fn answered(&self) -> bool {
        !matches!(self, Self::NotDialled(_) | Self::Silent | Self::NoRoute | Self::Refused)
    }
}

/// As evidence.
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDialled(why) => write!(f, "not dialled: {why}"),
            Self::Silent => f.write_str("nothing answered in time"),
            Self::NoRoute => f.write_str("this machine has no way there"),
            Self::Refused => f.write_str("the connection was refused"),
            Self::TooSlow => f.write_str("the conversation took too long"),
            Self::BrokeOff(what) => write!(f, "the conversation broke off: {what}"),
            Self::Rejected(reply) => write!(f, "rejected: {reply}"),
            Self::NoStartTls => f.write_str("no STARTTLS offered"),
            Self::Declined(reply) => write!(f, "STARTTLS declined: {reply}"),
            Self::Injected => f.write_str("clear text after \"220\" to STARTTLS"),
            Self::NoTls(why) => write!(f, "handshake failed: {why}"),
            Self::Tls(session) => {
                write!(f, "{}", session.version)?;
                if let Some(leaf) = session.leaf() {
                    write!(f, ", {} for {}, until {}", leaf.issuer, leaf.names.join(", "), leaf.not_after)?;
                }
                for fault in &session.faults {
                    write!(f, ", certificate {fault}")?;
                }
                Ok(())
            }
        }
    }
}

/// How a host is spoken to.
pub(crate) struct Manner<'a> {
    pub(crate) connector: &'a Connector,
    pub(crate) roots: &'a Roots,
    pub(crate) limits: &'a Limits,
    pub(crate) helo: Option<&'a str>,
    pub(crate) now: Timestamp,
}

/// Looks how the host takes mail at this address.
pub(crate) async fn probe(manner: &Manner<'_>, host: &DomainName, address: Judged) -> Seen {
    timeout(manner.limits.smtp_time, converse(manner, host, address)).await.unwrap_or(Seen::TooSlow)
}

async fn converse(manner: &Manner<'_>, host: &DomainName, address: Judged) -> Seen {
    let stream = match manner.connector.dial(address).await {
        Ok(stream) => stream,
        Err(DialError::Refused) => return Seen::Refused,
        Err(DialError::Silent) => return Seen::Silent,
        Err(DialError::NoRoute) => return Seen::NoRoute,
        Err(DialError::Other(what)) => return Seen::BrokeOff(what),
    };
    let helo = match (manner.helo, stream.local_addr()) {
        (Some(name), _) => name.to_owned(),
        (None, Ok(from)) => literal(from.ip()),
        (None, Err(error)) => return Seen::BrokeOff(error.to_string()),
    };
    let mut talk = Talk::new(stream, manner.limits.smtp_bytes);
    if let Err(seen) = up_to_starttls(&mut talk, &helo).await {
        return seen;
    }
    let (stream, injected) = talk.into_parts();
    if injected {
        return Seen::Injected;
    }
    match shake_hands(stream, host, manner.roots, manner.now, &[]).await {
        Ok((mut stream, session)) => {
            // Saying goodbye is polite, no more: nobody waits for the answer.
            let _ = stream.write_all(b"QUIT\r\n").await;
            let _ = stream.shutdown().await;
            Seen::Tls(session)
        }
        Err(error) => Seen::NoTls(error.to_string()),
    }
}

/// An address literal (RFC 5321 §4.1.3).
pub(super) fn literal(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => format!("[{v4}]"),
        IpAddr::V6(v6) => format!("[IPv6:{v6}]"),
    }
}

async fn up_to_starttls(talk: &mut Talk<tokio::net::TcpStream>, helo: &str) -> Result<(), Seen> {
    let greeting = talk.reply().await.map_err(|error| broke_off("greeting", &error))?;
    positive(&greeting)?;
    let ehlo = talk.command(&format!("EHLO {helo}")).await.map_err(|error| broke_off("EHLO", &error))?;
    // A server that knows no EHLO knows no STARTTLS (RFC 5321 §3.2).
    if matches!(ehlo.code, 500 | 502) {
        let _ = talk.say("QUIT").await;
        return Err(Seen::NoStartTls);
    }
    positive(&ehlo)?;
    // Keywords of EHLO are case-insensitive (RFC 5321 §2.4); the first line is the greeting.
    if !ehlo.lines.iter().skip(1).any(|line| line.trim().eq_ignore_ascii_case("STARTTLS")) {
        let _ = talk.say("QUIT").await;
        return Err(Seen::NoStartTls);
    }
    let starttls = talk.command("STARTTLS").await.map_err(|error| broke_off("STARTTLS", &error))?;
    if starttls.code == 220 { Ok(()) } else { Err(Seen::Declined(starttls.shown())) }
}

fn positive(reply: &Reply) -> Result<(), Seen> {
    if reply.is_positive() { Ok(()) } else { Err(Seen::Rejected(reply.shown())) }
}

fn broke_off(during: &str, error: &TalkError) -> Seen {
    match error {
        TalkError::Closed => Seen::BrokeOff(format!("the server hung up at {during}")),
        TalkError::TooMuch => Seen::BrokeOff(format!("the server said too much at {during}")),
        TalkError::NotSmtp(text) => Seen::BrokeOff(format!("what it said at {during} is no SMTP: {text}")),
    }
}
