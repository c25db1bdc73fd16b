//! Reads a mailbox by IMAP (RFC 3501) over a connection that somebody else has opened: TLS, signing in, one folder, its messages.
//!
//! [`Session::open`] signs in, and never over a connection that is not encrypted. [`Session::folder`] says what is there,
//! [`Session::uids`] and [`Session::message`] read it without leaving a trace (`BODY.PEEK`), and [`Session::settle`] does to a
//! message what its owner wants once it is stored elsewhere. [`Session::wait`] waits for more (IDLE, RFC 2177).
//!
//! Who has no password signs in with a token of an OAuth server ([`oauth`]).
//!
//! A server is a stranger. What it sends is measured before it is kept or parsed ([`Limits`]): a message that announces
//! gigabytes ends the session, and so does silence. This crate knows neither the database nor what is in the messages.

mod bounded;
mod error;
mod folder_name;
mod limits;
pub mod oauth;
mod session;
mod sign_in;
mod tls;

pub use error::Error;
pub use limits::Limits;
pub use session::{After, Folder, Particulars, Session};
pub use sign_in::{Access, SignIn};
pub use tls::{Tls, Trust};
