//! Why a message was not sent, in words for people.

use std::error::Error as _;

/// Why a message was not sent. Show it: each says what to do about it. What a mail server answered is text from outside.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no mail server: offer the link to copy instead.
    #[error("no mail server is configured; set `server` and `from` in the section [mail]")]
    NotConfigured,
    /// An address cannot be one.
    #[error("{0:?} is not an e-mail address")]
    Address(String),
    /// The configuration cannot be used.
    #[error("the section [mail] cannot be used: {0}")]
    Settings(String),
    /// No connection came about.
    #[error("the mail server {server} cannot be reached ({cause}); look at `server` and `port` in the section [mail]")]
    Unreachable {
        /// Host and port.
        server: String,
        /// What the system said.
        cause: String,
    },
    /// The connection could not be secured.
    #[error(
        "there is no secure connection to the mail server {server} ({cause}); look at `tls`, `port` and `extra_ca` in the section [mail]"
    )]
    Tls {
        /// Host and port.
        server: String,
        /// What was wrong.
        cause: String,
    },
    /// The mail server does not believe user and password.
    #[error("the mail server {server} does not accept user and password: {answer}")]
    SignIn {
        /// Host and port.
        server: String,
        /// What it answered.
        answer: String,
    },
    /// The mail server does not take the message.
    #[error("the mail server {server} refuses the message: {answer}")]
    Refused {
        /// Host and port.
        server: String,
        /// What it answered.
        answer: String,
    },
    /// It does not speak as a mail server does, or not as configured.
    #[error(
        "the mail server {server} does not do what is asked of it ({cause}); look at `tls` and `user` in the section [mail]"
    )]
    Unable {
        /// Host and port.
        server: String,
        /// What is missing.
        cause: String,
    },
    /// No answer came in time.
    #[error("the mail server {server} did not answer in time; look at `port` and `tls` in the section [mail]")]
    Silent {
        /// Host and port.
        server: String,
    },
}

/// "Authentication credentials invalid" (RFC 4954 §6).
const CREDENTIALS_INVALID: &str = "535";

impl Error {
    pub(crate) fn of(server: &str, error: &lettre::transport::smtp::Error) -> Self {
        let server = server.to_owned();
        let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        if let Some(code) = error.status() {
            let answer = format!("{code} {cause}");
            return if code.to_string() == CREDENTIALS_INVALID {
                Self::SignIn { server, answer }
            } else {
                Self::Refused { server, answer }
            };
        }
        if error.is_timeout() {
            Self::Silent { server }
        } else if error.is_tls() || is_certificate(error) {
            Self::Tls { server, cause }
        } else if error.is_client() || error.is_response() {
            Self::Unable { server, cause }
        } else {
            Self::Unreachable { server, cause }
        }
    }
}

/// Whether TLS is what an error of the connection comes from.
fn is_certificate(error: &lettre::transport::smtp::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        let inner = cause.downcast_ref::<std::io::Error>();
        if inner.is_some_and(|error| error.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        source = cause.source();
    }
    false
}
