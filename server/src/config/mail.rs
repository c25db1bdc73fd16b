//! `[mail]`: the mail server that takes what is sent to people.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Port, units};

/// `[mail]`
#[derive(Clone, Deserialize)]
pub struct Mail {
    /// Its host name or address; empty: nothing is sent.
    pub server: String,
    /// Its port.
    pub port: Port,
    /// How the connection is secured.
    pub tls: MailTls,
    /// Who we are to it; empty: nobody.
    pub user: String,
    /// The password to that.
    pub password: String,
    /// The sender.
    #[serde(deserialize_with = "units::sender")]
    pub from: Option<String>,
    /// CAs to trust besides the public ones.
    #[serde(deserialize_with = "units::optional")]
    pub extra_ca: Option<PathBuf>,
}

/// How the connection to the mail server is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// Clear text at first, TLS before anything else.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Clear text.
    None,
}

/// Hides the password.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("server", &self.server).field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mail {
    pub(super) fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        let needs_sender = !self.server.is_empty() && self.from.is_none();
        needs_sender.then_some(("mail.from", "a sender, such as \"waxseal@example.com\", since mail.server is set"))
    }
}
