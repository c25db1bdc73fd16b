//! Why a mailbox cannot be read, by what its owner should do.

/// Why a mailbox cannot be read. What the server said is its own text, shortened: it is shown as such and never believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no encryption: look at the port, at TLS or STARTTLS, and at the certificate.
    #[error("no TLS: {0}")]
    Tls(String),
    /// The server takes neither user nor password, or no such token: correct them.
    #[error("the server refuses user and secret: {0}")]
    SignIn(String),
    /// The server does not do what it was asked: look at the folder's name, and at what the user may do there.
    #[error("the server refuses {what}: {said}")]
    Refused {
        /// What it was asked.
        what: &'static str,
        /// What it said.
        said: String,
    },
    /// What the server says is no IMAP that can be read: look at the port.
    #[error("what the server says is no IMAP: {0}")]
    Protocol(String),
    /// It says more than it was asked for: try again, and look at what server that is.
    #[error("the server sends more than it was asked for")]
    TooMuch,
    /// It was silent for too long, or is too slow: try again later.
    #[error("the server does not answer in time")]
    Slow,
    /// The connection broke: try again later.
    #[error("the connection broke: {0}")]
    Lost(String),
    /// The additional certificates are no PEM certificates of CAs: mend the file that the configuration names.
    #[error("the additional CA certificates cannot be used: {0}; imap.extra_ca names a file of PEM certificates")]
    ExtraCa(String),
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if crate::bounded::is_too_much_of(&error) {
            return Self::TooMuch;
        }
        match error.kind() {
            // The parser's way to say that it does not understand.
            std::io::ErrorKind::Other => Self::Protocol(short(&error.to_string())),
            _ => Self::Lost(short(&error.to_string())),
        }
    }
}

impl From<async_imap::error::Error> for Error {
    fn from(error: async_imap::error::Error) -> Self {
        use async_imap::error::Error as E;
        match error {
            E::Io(error) => error.into(),
            E::ConnectionLost => Self::Lost("the server hung up".to_owned()),
            other => Self::Protocol(short(&other.to_string())),
        }
    }
}

/// What the server said, in at most 200 characters.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

/// What the server said, of the client library's words around it: `code: …, info: Some("Authentication failed.")`.
pub(crate) fn said(error: &async_imap::error::Error) -> Option<String> {
    let (async_imap::error::Error::No(text) | async_imap::error::Error::Bad(text)) = error else { return None };
    let said = text.split_once("info: Some(\"").and_then(|(_, rest)| rest.strip_suffix("\")"));
    Some(short(said.unwrap_or("without a reason")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_what_the_server_said() {
        let refused = async_imap::error::Error::No("code: None, info: Some(\"Authentication failed.\")".to_owned());
        assert_eq!(said(&refused).as_deref(), Some("Authentication failed."));
        assert_eq!(
            said(&async_imap::error::Error::Bad("code: None, info: None".to_owned())).as_deref(),
            Some("without a reason")
        );
        assert_eq!(said(&async_imap::error::Error::ConnectionLost), None);
        assert_eq!(short(&"x".repeat(1_000)).len(), 200);
    }
}
