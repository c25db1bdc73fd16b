//! Access tokens for signing in without a password (OAuth 2.0, RFC 6749): asked for with the client's own secret, or once with
//! somebody who enters a code elsewhere (RFC 8628), and renewed from then on.
//!
//! What is asked is a form, what comes back is JSON; [`post`] carries one to the other over a connection that somebody else
//! has opened. The server is a stranger, as a mail server is: its answer is bounded in bytes and time.

mod endpoint;
mod request;

pub use endpoint::{Endpoint, post};
pub use request::{Ask, Device, Granted, OauthError, read_device, read_grant};
