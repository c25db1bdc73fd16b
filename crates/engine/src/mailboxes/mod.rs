//! Mailboxes that are read by IMAP: adding, listing, trying out, changing (`edit`), removing them.
//!
//! [`Engine::due_mailboxes`] takes work, [`Engine::read_mailbox`] does it (`round`); who calls them when is the server's
//! business. Any number of processes may do so: the database gives each mailbox to one of them.
//!
//! A host that an owner names is reached by the way out of all that is dialled for users; one that the configuration names is
//! the operator's own (`connect`).

mod connect;
mod edit;
mod round;
mod tokens;

use std::{fmt, time::Duration};

use model::{
    DomainName, MailForm, MailboxId, Timestamp, WorkspaceId,
    mailbox::{AfterReport, MailboxProblem, MailboxRow, MailboxSettings, MailboxSignIn, OauthClient},
    text::acts,
};
pub use storage::ClaimedMailbox;
use tokio::{
    sync::{Notify, Semaphore},
    time::timeout,
};

pub use self::{edit::SecretEdit, round::Tell};
use crate::{Engine, Error};

/// Mailboxes that the owners of one workspace may add.
const MOST: u64 = 50;
/// Characters of a user, a folder, a secret.
const MOST_CHARS: usize = 256;
const MOST_SECRET: usize = 4_096;
/// Characters of a URL, a client's name, a scope.
const MOST_URL: usize = 1_000;
/// How long trying a mailbox out may take: somebody waits for it.
const TEST_TIME: Duration = Duration::from_secs(25);
/// Mailboxes that are tried out at once.
const TESTS_AT_ONCE: usize = 4;
/// Mailboxes whose servers are asked to tell of new messages at once; the others are read from time to time.
const WAITING_AT_ONCE: usize = 16;

/// How mailboxes are read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How often.
    pub every: Duration,
    /// How long a process that has fallen silent keeps a mailbox from others.
    pub lease: Duration,
    /// The ports that owners may name.
    pub ports: Vec<u16>,
    /// The port of OAuth servers that owners may name.
    pub https_port: u16,
    /// Whose certificates are believed.
    pub trust: imap::Trust,
    /// What a server may cost.
    pub limits: imap::Limits,
    /// The way to hosts that owners name; none where no name server is known.
    pub way_out: Option<checks::WayOut>,
    /// The operator's own.
    pub configured: Vec<Configured>,
}

/// A mailbox that the configuration brings.
#[derive(Clone)]
pub struct Configured {
    /// Its name: where it is and who reads it.
    pub name: String,
    /// The workspace whose domains its reports speak of.
    pub workspace: String,
    /// Where it is.
    pub settings: MailboxSettings,
    /// The password, or the secret of the OAuth client.
    pub secret: String,
}

/// Hides the secret.
impl fmt::Debug for Configured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configured").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What reading mailboxes needs in this process.
#[derive(Debug)]
pub(crate) struct Mailboxes {
    wanted: Notify,
    tests: Semaphore,
    waiting: Semaphore,
    tokens: tokens::OwnTokens,
}

impl Default for Mailboxes {
    fn default() -> Self {
        Self {
            wanted: Notify::new(),
            tests: Semaphore::new(TESTS_AT_ONCE),
            waiting: Semaphore::new(WAITING_AT_ONCE),
            tokens: tokens::OwnTokens::default(),
        }
    }
}

/// Whether this is a URL where an OAuth server can be asked: over TLS, or on this machine.
#[must_use]
pub fn is_endpoint(url: &str) -> bool {
    imap::oauth::Endpoint::parse(url).is_some()
}

/// What the page of mailboxes tells besides the mailboxes themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxesOpen {
    /// Whether there is a key to keep passwords with; without it none can be added.
    pub has_key: bool,
    /// The ports that may be named.
    pub ports: Vec<u16>,
}

impl Engine {
    /// Notes the mailboxes that the configuration brings, each due at once.
    ///
    /// # Errors
    /// The database cannot be used, or one of them names a workspace that there is not.
    pub async fn configure_mailboxes(&self, now: Timestamp) -> Result<(), Error> {
        for one in &self.configured() {
            let Some(workspace) = self.storage.workspace(Some(&one.workspace)).await? else {
                let what =
                    format!("the mailbox {} in imap.mailboxes names the workspace {:?}", one.name, one.workspace);
                return Err(Error::Settings(format!("{what}, and there is none of that name")));
            };
            self.storage.configure_mailbox(workspace, &one.name, &one.settings, now).await?;
        }
        Ok(())
    }

    /// Adds a mailbox to a workspace, due at once.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_mailbox(
        &self,
        workspace: WorkspaceId,
        settings: MailboxSettings,
        secret: &str,
        now: Timestamp,
    ) -> Result<Result<MailboxId, MailboxProblem>, Error> {
        let settings = match self.tidied(settings) {
            Ok(settings) => settings,
            Err(problem) => return Ok(Err(problem)),
        };
        let sealed = match self.sealed(workspace, &settings, secret) {
            Ok(sealed) => sealed,
            Err(problem) => return Ok(Err(problem)),
        };
        let added = self.storage.add_mailbox(workspace, &settings, &sealed, now, MOST).await?;
        self.mailboxes.wanted.notify_one();
        Ok(added.ok_or(MailboxProblem::TooMany))
    }

    /// The mailboxes of a workspace, oldest first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn mailboxes(&self, workspace: WorkspaceId) -> Result<Vec<MailboxRow>, Error> {
        Ok(self.storage.mailboxes(workspace, &self.configured_names()).await?)
    }

    /// How report addresses look where a mailbox of the workspace takes their mail: by its oldest mailbox that has a form.
    pub(crate) async fn mail_form(&self, workspace: WorkspaceId) -> Result<Option<MailForm>, Error> {
        Ok(self.mailboxes(workspace).await?.into_iter().find_map(|mailbox| mailbox.settings.form))
    }

    /// What can be added.
    #[must_use]
    pub fn mailboxes_open(&self) -> MailboxesOpen {
        let ports = self.settings.mailboxes.as_ref().map(|settings| settings.ports.clone()).unwrap_or_default();
        MailboxesOpen { has_key: self.vault.has_key(), ports }
    }

    /// Removes a mailbox; what came from it stays. False when the workspace has no such mailbox, or the configuration brings it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn remove_mailbox(&self, workspace: WorkspaceId, id: MailboxId) -> Result<bool, Error> {
        Ok(self.storage.remove_mailbox(workspace, id).await?)
    }

    /// Tries a mailbox out: signs in, opens the folder, fetches nothing. What came of it is noted; where all is well, the
    /// mailbox is due at once. False when the workspace has no such mailbox.
    ///
    /// # Errors
    /// The database cannot be used, or too many are tried out just now.
    pub async fn test_mailbox(&self, workspace: WorkspaceId, id: MailboxId, now: Timestamp) -> Result<bool, Error> {
        let Some(mailbox) = self.storage.mailbox(workspace, id).await? else { return Ok(false) };
        let Ok(_permit) = self.mailboxes.tests.try_acquire() else { return Err(Error::Busy) };
        let trying = async {
            let place = connect::Place {
                workspace,
                id,
                configured: mailbox.configured.as_deref(),
                settings: &mailbox.settings,
                secret: mailbox.secret.as_deref(),
            };
            let mut session = self.open_mailbox(&place, now).await?;
            let folder = session.folder(&mailbox.settings.folder, &connect::after(&mailbox.settings.after)).await;
            session.close().await;
            folder.map_err(connect::Obstacle::from)
        };
        let tried = timeout(TEST_TIME, trying).await;
        let error = match tried {
            Ok(Ok(_)) => None,
            Ok(Err(obstacle)) => Some(obstacle.to_string()),
            Err(_) => Some(imap::Error::Slow.to_string()),
        };
        let noted = self.storage.note_mailbox_test(workspace, id, now, error.as_deref()).await?;
        self.mailboxes.wanted.notify_one();
        Ok(noted)
    }

    /// Takes mailboxes that are due, at most so many; they are this process's to read.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn due_mailboxes(&self, now: Timestamp, most: usize) -> Result<Vec<ClaimedMailbox>, Error> {
        let Some(settings) = &self.settings.mailboxes else { return Ok(vec![]) };
        // To look costs no write: most installations have no mailbox.
        if self.next_mailbox().await?.is_none_or(|due| due > now) {
            return Ok(vec![]);
        }
        Ok(self.storage.claim_mailboxes(now, most, settings.lease, &self.configured_names()).await?)
    }

    /// Gives a mailbox back that was taken and not read to the end, such as at shutdown.
    ///
    /// # Errors
    /// The database cannot be used; then it is due again once the lease is over.
    pub async fn give_back_mailbox(&self, claim: &ClaimedMailbox) -> Result<(), Error> {
        self.storage.give_back_mailbox(claim).await?;
        Ok(())
    }

    /// When the next mailbox is due that nobody reads already; none when there is none.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn next_mailbox(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.storage.next_mailbox(&self.configured_names()).await?)
    }

    /// Waits until a mailbox is to be read at once in this process.
    pub async fn mailbox_wanted(&self) {
        self.mailboxes.wanted.notified().await;
    }

    /// The settings as they are kept, or what is wrong with them.
    fn tidied(&self, settings: MailboxSettings) -> Result<MailboxSettings, MailboxProblem> {
        let how = self.settings.mailboxes.as_ref();
        let (ports, https) = how.map_or((&[][..], 443), |how| (&how.ports[..], how.https_port));
        tidy(settings, ports, https)
    }

    /// A secret as it is kept for these settings.
    fn sealed(
        &self,
        workspace: WorkspaceId,
        settings: &MailboxSettings,
        secret: &str,
    ) -> Result<Vec<u8>, MailboxProblem> {
        // A public client has no secret: somebody agrees for it.
        let may_lack = matches!(settings.sign_in, MailboxSignIn::DeviceCode(_));
        if (secret.is_empty() && !may_lack) || secret.len() > MOST_SECRET || secret.contains(['\r', '\n', '\0']) {
            return Err(MailboxProblem::Secret);
        }
        let kept = match settings.sign_in {
            MailboxSignIn::Password => secret.as_bytes().to_vec(),
            _ => serde_json::to_vec(&tokens::Kept::new(secret)).unwrap_or_default(),
        };
        let sealed = self.vault.seal(&connect::purpose(workspace, settings), &kept, &self.chance);
        sealed.map_err(|_| MailboxProblem::NoKey)
    }

    fn configured(&self) -> Vec<Configured> {
        self.settings.mailboxes.as_ref().map(|settings| settings.configured.clone()).unwrap_or_default()
    }

    fn configured_names(&self) -> Vec<String> {
        let all = self.settings.mailboxes.as_ref().map_or(&[][..], |settings| &settings.configured);
        all.iter().map(|one| one.name.clone()).collect()
    }
}

/// The settings as they are kept, or what is wrong with them.
fn tidy(settings: MailboxSettings, ports: &[u16], https: u16) -> Result<MailboxSettings, MailboxProblem> {
    let plain = |text: &str| {
        let text = text.trim().to_owned();
        let fits = !text.is_empty() && text.chars().count() <= MOST_CHARS && !text.chars().any(acts);
        fits.then_some(text)
    };
    let host = DomainName::parse(settings.host.trim()).map_err(|_| MailboxProblem::Host)?;
    if !ports.contains(&settings.port) {
        return Err(MailboxProblem::Port);
    }
    Ok(MailboxSettings {
        host: host.to_string(),
        port: settings.port,
        tls: settings.tls,
        user: plain(&settings.user).ok_or(MailboxProblem::User)?,
        folder: plain(&settings.folder).ok_or(MailboxProblem::Folder)?,
        after: match settings.after {
            AfterReport::Move(folder) => AfterReport::Move(plain(&folder).ok_or(MailboxProblem::After)?),
            other => other,
        },
        form: settings.form,
        sign_in: match settings.sign_in {
            MailboxSignIn::Password => MailboxSignIn::Password,
            MailboxSignIn::ClientCredentials(client) => {
                let device_url = String::new();
                let client = OauthClient { device_url, ..client };
                let client = tidy_client(&client, https).ok_or(MailboxProblem::Client)?;
                MailboxSignIn::ClientCredentials(client)
            }
            MailboxSignIn::DeviceCode(client) => {
                let client = tidy_client(&client, https).filter(|client| !client.device_url.is_empty());
                MailboxSignIn::DeviceCode(client.ok_or(MailboxProblem::Client)?)
            }
        },
    })
}

/// An OAuth client as it is kept; none where its server may not be asked, or what is said to it is no plain text.
fn tidy_client(client: &OauthClient, https: u16) -> Option<OauthClient> {
    let plain = |text: &str| {
        let text = text.trim().to_owned();
        (text.chars().count() <= MOST_URL && !text.chars().any(acts)).then_some(text)
    };
    let url = |text: &str| {
        let text = plain(text)?;
        let endpoint = imap::oauth::Endpoint::parse(&text);
        (text.is_empty() || endpoint.is_some_and(|to| to.tls && to.port == https)).then_some(text)
    };
    Some(OauthClient {
        client_id: plain(&client.client_id).filter(|id| !id.is_empty())?,
        token_url: url(&client.token_url).filter(|url| !url.is_empty())?,
        device_url: url(&client.device_url)?,
        scope: plain(&client.scope)?,
    })
}

#[cfg(test)]
mod tests {
    use model::mailbox::MailboxTls;

    use super::*;

    fn settings() -> MailboxSettings {
        MailboxSettings {
            host: " IMAP.example.com ".to_owned(),
            port: 993,
            tls: MailboxTls::Tls,
            user: "tls@example.com ".to_owned(),
            folder: "INBOX".to_owned(),
            after: AfterReport::Keep,
            sign_in: MailboxSignIn::Password,
            form: None,
        }
    }

    #[test]
    fn what_is_typed_is_tidied() {
        let tidied = tidy(settings(), &[143, 993], 443).unwrap();
        assert_eq!((tidied.host.as_str(), tidied.user.as_str()), ("imap.example.com", "tls@example.com"));
    }

    #[test]
    fn an_oauth_server_is_asked_over_tls_at_its_usual_port() {
        let client = |token_url: &str, device_url: &str| OauthClient {
            client_id: " waxseal ".to_owned(),
            token_url: token_url.to_owned(),
            device_url: device_url.to_owned(),
            scope: "mail offline_access".to_owned(),
        };
        let judged =
            |sign_in| tidy(MailboxSettings { sign_in, ..settings() }, &[993], 443).map(|tidied| tidied.sign_in);
        let url = "https://login.example.com/token";
        assert!(judged(MailboxSignIn::ClientCredentials(client(url, ""))).is_ok());
        assert!(judged(MailboxSignIn::DeviceCode(client(url, url))).is_ok());
        assert_eq!(judged(MailboxSignIn::DeviceCode(client(url, ""))), Err(MailboxProblem::Client));
        for wrong in ["", "http://127.0.0.1/token", "https://login.example.com:22/", "login.example.com"] {
            let sign_in = MailboxSignIn::ClientCredentials(client(wrong, ""));
            assert_eq!(judged(sign_in), Err(MailboxProblem::Client), "{wrong:?}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        for (settings, problem) in [
            (MailboxSettings { host: "127.0.0.1:993".into(), ..settings() }, MailboxProblem::Host),
            (MailboxSettings { host: String::new(), ..settings() }, MailboxProblem::Host),
            (MailboxSettings { port: 25, ..settings() }, MailboxProblem::Port),
            (MailboxSettings { user: "a\r\nb".into(), ..settings() }, MailboxProblem::User),
            (MailboxSettings { folder: "x".repeat(257), ..settings() }, MailboxProblem::Folder),
            (MailboxSettings { after: AfterReport::Move(" ".into()), ..settings() }, MailboxProblem::After),
        ] {
            assert_eq!(tidy(settings, &[143, 993], 443), Err(problem));
        }
    }
}
