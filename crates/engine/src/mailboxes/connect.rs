//! The way to a mailbox: a connection, its encryption, and who signs in.

use std::time::Duration;

use imap::{Access, After, Session, SignIn, Tls};
use model::{
    DomainName, MailboxId, Timestamp, WorkspaceId,
    mailbox::{AfterReport, MailboxSettings, MailboxSignIn, MailboxTls, OauthClient},
};
use tokio::{net::TcpStream, time::timeout};

use crate::{Engine, VaultError};

/// How long the operator's own servers may take to accept.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// Why a mailbox cannot be read, in words for its owner. What its server said is text from outside.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Obstacle {
    /// There is no way to the host.
    #[error("{0}")]
    NoWay(String),
    /// The password cannot be had.
    #[error("{0}")]
    Secret(#[from] VaultError),
    /// The server.
    #[error("{0}")]
    Server(#[from] imap::Error),
    /// The OAuth server.
    #[error("{0}")]
    Oauth(#[from] imap::oauth::OauthError),
    /// Somebody has to agree first, elsewhere.
    #[error("sign in at {uri} and enter the code {code} there; then it is read")]
    EnterCode {
        /// What is to be entered.
        code: String,
        /// Where.
        uri: String,
        /// After so many seconds it is looked whether it was.
        again: u32,
    },
    /// What comes cannot be stored just now.
    #[error("what comes cannot be stored just now; it is tried again")]
    NotStored,
    /// Another process reads it by now, or it was removed.
    #[error("another server has taken over")]
    Overtaken,
}

/// What a mailbox's secret is sealed for: who changes the host, the user or the OAuth server of a mailbox, be it in the database,
/// gets no secret sent there.
pub(super) fn purpose(workspace: WorkspaceId, settings: &MailboxSettings) -> String {
    let MailboxSettings { host, port, user, sign_in, .. } = settings;
    let mailbox = format!("mailbox of workspace {workspace}: {user} at {host}:{port}");
    match sign_in {
        MailboxSignIn::Password => mailbox,
        MailboxSignIn::ClientCredentials(client) | MailboxSignIn::DeviceCode(client) => {
            let OauthClient { client_id, token_url, device_url, scope } = client;
            format!("{mailbox}, as {client_id} by {token_url} {device_url} for {scope}")
        }
    }
}

/// What is done to a stored report, in the words of the protocol.
pub(super) fn after(after: &AfterReport) -> After {
    match after {
        AfterReport::Keep => After::Keep,
        AfterReport::Seen => After::Seen,
        AfterReport::Move(folder) => After::Move(folder.clone()),
        AfterReport::Delete => After::Delete,
    }
}

/// A mailbox that is to be opened.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) workspace: WorkspaceId,
    pub(super) id: MailboxId,
    /// Its name in the configuration; none where an owner added it.
    pub(super) configured: Option<&'a str>,
    pub(super) settings: &'a MailboxSettings,
    /// Its sealed secret.
    pub(super) secret: Option<&'a [u8]>,
}

impl Engine {
    /// Opens a session in a mailbox. A token that is refused is renewed once.
    pub(super) async fn open_mailbox(&self, place: &Place<'_>, now: Timestamp) -> Result<Session, Obstacle> {
        match self.try_open(place, now, false).await {
            Err(Obstacle::Server(imap::Error::SignIn(_))) if place.settings.sign_in.client().is_some() => {
                self.try_open(place, now, true).await
            }
            opened => opened,
        }
    }

    async fn try_open(&self, place: &Place<'_>, now: Timestamp, anew: bool) -> Result<Session, Obstacle> {
        let Some(how) = &self.settings.mailboxes else {
            return Err(Obstacle::NoWay("mailboxes are not read here".to_owned()));
        };
        let settings = place.settings;
        let sign_in = match (place.configured, settings.sign_in.client()) {
            (Some(name), client) => {
                let Some(one) = how.configured.iter().find(|one| one.name == name) else {
                    return Err(Obstacle::NoWay("the configuration does not bring this mailbox".to_owned()));
                };
                match client {
                    None => SignIn::Password(one.secret.clone()),
                    Some(client) => SignIn::Token(self.own_token((name, client, &one.secret), now, anew).await?),
                }
            }
            (None, None) => {
                let sealed = place.secret.ok_or(VaultError::Damaged)?;
                let password = self.vault.unseal(&purpose(place.workspace, settings), sealed)?;
                SignIn::Password(String::from_utf8(password).map_err(|_| VaultError::Damaged)?)
            }
            (None, Some(_)) => SignIn::Token(self.token(place, now, anew).await?),
        };
        let stream = self.dial(place.configured.is_some(), &settings.host, settings.port).await?;
        let access = Access {
            host: &settings.host,
            tls: match settings.tls {
                MailboxTls::Tls => Tls::Implicit,
                MailboxTls::Starttls => Tls::StartTls,
            },
            trust: &how.trust,
            user: &settings.user,
            sign_in: &sign_in,
        };
        Ok(Session::open(stream, &access, &how.limits).await?)
    }

    /// A connection: to the operator's `own` hosts wherever they are, to those that owners name by the way out for users.
    pub(super) async fn dial(&self, own: bool, host: &str, port: u16) -> Result<TcpStream, Obstacle> {
        if own {
            return own_connection(host, port).await;
        }
        let way_out = self.settings.mailboxes.as_ref().and_then(|how| how.way_out.as_ref());
        let Some(way_out) = way_out else {
            return Err(Obstacle::NoWay("no name server is known; set checks.name_servers".to_owned()));
        };
        let host = DomainName::parse(host).map_err(|error| Obstacle::NoWay(error.to_string()))?;
        way_out.connect(&host, port).await.map_err(|error| Obstacle::NoWay(error.to_string()))
    }
}

/// A connection to a host that the operator names, wherever it is.
async fn own_connection(host: &str, port: u16) -> Result<TcpStream, Obstacle> {
    let no_way = |why: &str| Obstacle::NoWay(format!("no connection to {host}: {why}"));
    match timeout(CONNECT_TIME, TcpStream::connect((host, port))).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(no_way(&error.to_string())),
        Err(_) => Err(no_way("nothing answered in time")),
    }
}
