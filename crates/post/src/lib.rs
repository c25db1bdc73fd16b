//! What Waxseal sends: plain e-mails, handed to the operator's mail server (SMTP submission, RFC 6409).
//!
//! [`Post::send`] returns once the mail server has taken the message, or says in words for people why it did not. Where no mail
//! server is configured it says so at once, and pages offer a link to copy instead.

mod error;
mod letter;

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls as TlsPolicy, TlsParameters},
        extension::ClientId,
    },
};
use model::Timestamp;

pub use self::{error::Error, letter::Letter};

/// How long the mail server may take for one answer.
const ANSWER: Duration = Duration::from_secs(15);

/// How long one message may take in all.
const MESSAGE: Duration = Duration::from_mins(1);

/// The mail server, and who we are to it.
#[derive(Clone)]
pub struct Settings {
    /// Its host name or address.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub tls: Tls,
    /// User and password; none where the server asks for neither.
    pub login: Option<(String, String)>,
    /// The sender: `Waxseal <waxseal@example.com>` or the bare address.
    pub from: String,
    /// CAs to trust besides the public ones, as PEM.
    pub extra_ca: Option<String>,
}

/// Never shows the password.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("server", &self.server)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// How the connection to the mail server is secured. There is no "if possible": who listens in could make it impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// It begins in clear text and must change to TLS before anything else (RFC 3207), as on port 587.
    StartTls,
    /// TLS from its first byte (RFC 8314 §3.3), as on port 465.
    Implicit,
    /// Clear text: for a mail server on this machine.
    None,
}

/// Sends messages, if a mail server is configured. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Post(Option<Office>);

/// A configured mail server.
#[derive(Clone)]
struct Office {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// `mail.example.com:587`, for messages to people.
    server: String,
    from: Mailbox,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Post {
    /// Sends by this mail server.
    ///
    /// # Errors
    /// The sender is no address, or the extra CAs cannot be read.
    pub fn by(settings: &Settings) -> Result<Self, Error> {
        let from: Mailbox = settings.from.parse().map_err(|_| Error::Address(settings.from.clone()))?;
        let tls = match settings.tls {
            Tls::StartTls => TlsPolicy::Required(trusting(settings)?),
            Tls::Implicit => TlsPolicy::Wrapper(trusting(settings)?),
            Tls::None => TlsPolicy::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.server)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(ANSWER));
        if let Some((user, password)) = settings.login.clone() {
            transport = transport.credentials(Credentials::new(user, password));
        }
        let server = format!("{}:{}", settings.server, settings.port);
        Ok(Self(Some(Office { transport: transport.build(), server, from })))
    }

    /// Whether there is a mail server.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// The mail server and the sender, for people; none where nothing is configured.
    #[must_use]
    pub fn described(&self) -> Option<(String, String)> {
        self.0.as_ref().map(|office| (office.server.clone(), office.from.to_string()))
    }

    /// Hands a message over to the mail server. `id` is what no other message has: random letters and digits.
    ///
    /// # Errors
    /// Says in words for people why the mail server did not take it, or that there is none.
    pub async fn send(&self, letter: &Letter<'_>, id: &str, now: Timestamp) -> Result<(), Error> {
        let office = self.0.as_ref().ok_or(Error::NotConfigured)?;
        let message = letter.written(&office.from, id, now)?;
        let sent = tokio::time::timeout(MESSAGE, office.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Error::of(&office.server, &error)),
            Err(_) => Err(Error::Silent { server: office.server.clone() }),
        }
    }
}

/// Whether a text can be [`Settings::from`].
#[must_use]
pub fn is_sender(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

/// Whose certificates are believed: public CAs and the operator's own.
fn trusting(settings: &Settings) -> Result<TlsParameters, Error> {
    let unusable = |error: lettre::transport::smtp::Error| Error::Settings(error.to_string());
    let mut tls = TlsParameters::builder(settings.server.clone()).certificate_store(CertificateStore::WebpkiRoots);
    if let Some(pem) = &settings.extra_ca {
        // What holds no certificate would be read as none, and that as a mistake elsewhere.
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(Error::Settings("`extra_ca` holds no certificate in PEM form".to_owned()));
        }
        tls = tls.add_root_certificate(Certificate::from_pem(pem.as_bytes()).map_err(unusable)?);
    }
    tls.build_rustls().map_err(unusable)
}
