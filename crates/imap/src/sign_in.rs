//! Who reads the mailbox, and how the server is shown that.

use std::fmt;

use async_imap::{Authenticator, Client, Session as Signed};
use tokio::time::timeout;

use crate::{Error, Limits, Tls, Trust, bounded::Bounded, error::said};

/// How the server is shown who reads.
#[derive(Clone, PartialEq, Eq)]
pub enum SignIn {
    /// By a password (LOGIN).
    Password(String),
    /// By an access token of an OAuth 2.0 server (XOAUTH2).
    Token(String),
}

/// Never shows the secret.
impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

/// Where a mailbox is, and who reads it.
#[derive(Clone, Debug)]
pub struct Access<'a> {
    /// The host, which the certificate must name.
    pub host: &'a str,
    /// How the session is encrypted.
    pub tls: Tls,
    /// Whose certificates are believed.
    pub trust: &'a Trust,
    /// Who reads.
    pub user: &'a str,
    /// How that is shown.
    pub sign_in: &'a SignIn,
}

/// Signs in.
pub(crate) async fn sign_in(
    client: Client<Bounded>,
    access: &Access<'_>,
    limits: &Limits,
) -> Result<Signed<Bounded>, Error> {
    let signing = async {
        let done = match access.sign_in {
            SignIn::Password(password) => client.login(access.user, password).await,
            SignIn::Token(token) => client.authenticate("XOAUTH2", Bearer::new(access.user, token)).await,
        };
        done.map_err(|(error, _)| match said(&error) {
            Some(said) => Error::SignIn(said),
            None => error.into(),
        })
    };
    timeout(limits.command_time, signing).await.map_err(|_| Error::Slow)?
}

/// The one answer of XOAUTH2. A server that refuses the token sends the reason as another challenge, which is to be answered
/// with nothing.
struct Bearer(Option<String>);

impl Bearer {
    fn new(user: &str, token: &str) -> Self {
        Self(Some(format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}")))
    }
}

impl Authenticator for Bearer {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_once() {
        let mut bearer = Bearer::new("tls@example.com", "abc");
        assert_eq!(bearer.process(b""), "user=tls@example.com\u{1}auth=Bearer abc\u{1}\u{1}");
        assert_eq!(bearer.process(b"eyJzdGF0dXMiOiI0MDAifQ=="), "");
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(format!("{:?}", SignIn::Password("hunter2".to_owned())), "Password(…)");
    }
}
