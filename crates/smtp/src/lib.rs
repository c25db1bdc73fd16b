//! The receiving side of SMTP (RFC 5321) and LMTP (RFC 2033). Pure: no sockets, no clock, no opinion on who may receive.
//!
//! [`Session`] eats bytes in pieces of any size and says what it needs next: more bytes, whether a recipient is known, a
//! message to be stored, a TLS handshake, the end. Whoever owns the socket keeps the time and gives the answers.
//!
//! - [`mod@line`] cuts commands, [`command`] reads them, [`data`] finds the end of a message
//! - [`reply`] is what is answered, [`limits`] what a peer may do
//!
//! Both readers are strict about line ends, since two servers that see the end of a message in different places are what SMTP
//! smuggling is made of. That is why no library does it: smtp-proto 0.2 ends a command at a bare LF, and a message at CR LF
//! dot CR CR LF.

pub mod command;
pub mod data;
pub mod limits;
pub mod line;
pub mod reply;
pub mod session;

pub use self::{
    command::Mailbox,
    limits::Limits,
    reply::Reply,
    session::{Message, Protocol, Session, Step},
};
