//! A mailbox that is read by IMAP: where it is, who reads it, what becomes of its messages.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{MailForm, MailboxId, Timestamp};

/// Where a mailbox is and how it is read; nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxSettings {
    /// The host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the session is encrypted.
    pub tls: MailboxTls,
    /// Who reads.
    pub user: String,
    /// The folder.
    pub folder: String,
    /// What is done to a report once it is stored.
    pub after: AfterReport,
    /// How the server is shown who reads.
    pub sign_in: MailboxSignIn,
    /// How report addresses look whose mail comes to it; none where records name it without any plan.
    #[serde(default)]
    pub form: Option<MailForm>,
}

/// `tls@example.com at imap.example.com, folder INBOX`
impl fmt::Display for MailboxSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}, folder {}", self.user, self.host, self.folder)
    }
}

/// How a session is encrypted. Without encryption no password is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailboxTls {
    /// From the first byte.
    Tls,
    /// Clear text at first, TLS before anything else.
    Starttls,
}

impl MailboxTls {
    /// Both, as they are offered.
    pub const ALL: [Self; 2] = [Self::Tls, Self::Starttls];

    /// The word in forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Starttls => "starttls",
        }
    }

    /// The port where servers expect it (RFC 8314 §3.2, RFC 3501 §2.1).
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Tls => 993,
            Self::Starttls => 143,
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// What is done to a report in the mailbox once it is stored here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterReport {
    /// Nothing.
    #[default]
    Keep,
    /// It is marked as read.
    Seen,
    /// It goes to this folder.
    Move(String),
    /// It is deleted.
    Delete,
}

impl AfterReport {
    /// The one of this word: `keep`, `seen`, `delete`, or `move` with a folder.
    #[must_use]
    pub fn from_word(word: &str, folder: &str) -> Option<Self> {
        match word {
            "keep" => Some(Self::Keep),
            "seen" => Some(Self::Seen),
            "delete" => Some(Self::Delete),
            "move" if !folder.is_empty() => Some(Self::Move(folder.to_owned())),
            _ => None,
        }
    }
}

/// In words: "reports are …".
impl fmt::Display for AfterReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keep => f.write_str("left as they are"),
            Self::Seen => f.write_str("marked as read"),
            Self::Move(folder) => write!(f, "moved to {folder}"),
            Self::Delete => f.write_str("deleted"),
        }
    }
}

/// How the server is shown who reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailboxSignIn {
    /// By a password.
    Password,
    /// By a token that the client gets in its own name (OAuth 2.0, RFC 6749 §4.4).
    ClientCredentials(OauthClient),
    /// By a token that somebody agreed to by entering a code elsewhere (RFC 8628).
    DeviceCode(OauthClient),
}

/// What an OAuth server knows us as, and where it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthClient {
    /// The client's name there.
    pub client_id: String,
    /// Where tokens are given.
    pub token_url: String,
    /// Where codes are given; empty where none are needed.
    pub device_url: String,
    /// What may be done with a token; empty for whatever the server gives.
    pub scope: String,
}

impl MailboxSignIn {
    /// The one of this word, with the client that the others need: `password`, `client_credentials`, `device_code`.
    #[must_use]
    pub fn from_word(word: &str, client: OauthClient) -> Option<Self> {
        match word {
            "password" => Some(Self::Password),
            "client_credentials" => Some(Self::ClientCredentials(client)),
            "device_code" => Some(Self::DeviceCode(client)),
            _ => None,
        }
    }

    /// What an OAuth server is told, where there is one.
    #[must_use]
    pub const fn client(&self) -> Option<&OauthClient> {
        match self {
            Self::Password => None,
            Self::ClientCredentials(client) | Self::DeviceCode(client) => Some(client),
        }
    }
}

/// Why the settings of a mailbox cannot be used. Each is told at the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxProblem {
    /// The host is no host name.
    Host,
    /// The port is not among those that may be dialled.
    Port,
    /// There is no user, or its name holds characters that act.
    User,
    /// There is no folder, or its name holds characters that act.
    Folder,
    /// There is no secret, or it is too long.
    Secret,
    /// The secret that is kept was entered for another server, user or way to sign in.
    SecretAnew,
    /// The OAuth server or what it knows us as cannot be used.
    Client,
    /// The form of report addresses is neither a mailbox nor a template.
    Form,
    /// What is to be done to reports is none of the choices, or lacks the folder.
    After,
    /// There is no key to keep secrets with.
    NoKey,
    /// The workspace has enough of them.
    TooMany,
}

/// A mailbox as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxRow {
    /// Its id.
    pub id: MailboxId,
    /// Whether the configuration brings it; then it is changed there.
    pub configured: bool,
    /// Where it is.
    pub settings: MailboxSettings,
    /// When it was added.
    pub created: Timestamp,
    /// When it is read next.
    pub due: Timestamp,
    /// Whether it is being read just now.
    pub running: bool,
    /// Messages that were taken in.
    pub taken: u64,
    /// Messages that are no reports, and were left untouched.
    pub others: u64,
    /// Messages that could not be fetched: too large, or refused by the server time and again.
    pub skipped: u64,
    /// Messages that wait for another try.
    pub waiting: u64,
    /// When it was last read without a fault.
    pub succeeded: Option<Timestamp>,
    /// When reading it last failed, and why; none once it went well again.
    pub error: Option<(Timestamp, String)>,
    /// When it was last tried out, and what was wrong; none where nothing was.
    pub tested: Option<(Timestamp, Option<String>)>,
    /// Since when it is not read; none while it is.
    pub paused: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_forms_lead_back() {
        for tls in MailboxTls::ALL {
            assert_eq!(MailboxTls::from_word(tls.word()), Some(tls));
        }
        assert_eq!(AfterReport::from_word("move", "Archive"), Some(AfterReport::Move("Archive".to_owned())));
        assert_eq!(AfterReport::from_word("move", ""), None);
        assert_eq!(AfterReport::from_word("burn", ""), None);
    }
}
