//! `[imap]`: how mailboxes are read, and those that the operator brings, each as a URL.

use std::{fmt, fs, path::PathBuf};

use model::{
    MailForm,
    mailbox::{AfterReport, MailboxSettings, MailboxSignIn, MailboxTls, OauthClient},
};
use serde::{Deserialize, Deserializer, de::Error as _};
use url::Url;

use super::{Port, Span, units};

/// `[imap]`
#[derive(Clone, Debug, Deserialize)]
pub struct Imap {
    /// The operator's own mailboxes.
    pub mailboxes: Vec<MailboxUrl>,
    /// How often each mailbox is read.
    pub every: Span,
    /// How long a server that has fallen silent keeps a mailbox from others.
    pub lease: Span,
    /// The ports that owners may name.
    pub ports: Vec<Port>,
    /// CAs to trust besides the public ones.
    #[serde(deserialize_with = "units::optional")]
    pub extra_ca: Option<PathBuf>,
}

/// A mailbox as `imap.mailboxes` names it.
#[derive(Clone, PartialEq, Eq)]
pub struct MailboxUrl {
    /// Where it is.
    pub settings: MailboxSettings,
    /// The workspace that its reports come to.
    pub workspace: String,
    /// The password, or the file that holds it.
    pub secret: Secret,
}

/// Where a password is.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// In the URL.
    Given(String),
    /// In a file, whose final line end is none of it.
    File(PathBuf),
}

/// Hides the password.
impl fmt::Debug for MailboxUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailboxUrl").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What is allowed, for whoever wrote something else.
const ALLOWED: &str = "a list of URLs, such as [\"imaps://USER:PASSWORD@imap.example.com/INBOX\"], with % escapes for what stands \
                       for something in a URL (%40 for @); docs/receiving-by-mail.md has their parameters";

impl<'de> Deserialize<'de> for MailboxUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer).map_err(|_| D::Error::custom(ALLOWED))?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(ALLOWED))
    }
}

impl MailboxUrl {
    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let tls = match url.scheme() {
            "imaps" => MailboxTls::Tls,
            "imap" => MailboxTls::Starttls,
            _ => return None,
        };
        let folder = decoded(url.path().trim_start_matches('/'))?;
        let (mut after, mut archive, mut workspace, mut file) = (None, None, None, None);
        let (mut token_url, mut client_id, mut scope, mut form) = (None, None, None, None);
        for (name, value) in url.query_pairs() {
            let place = match &*name {
                "after" => &mut after,
                "archive" => &mut archive,
                "workspace" => &mut workspace,
                "password_file" => &mut file,
                "token_url" => &mut token_url,
                "client_id" => &mut client_id,
                "scope" => &mut scope,
                "form" => &mut form,
                _ => return None,
            };
            *place = Some(value.into_owned());
        }
        let after = AfterReport::from_word(after.as_deref().unwrap_or("keep"), archive.as_deref().unwrap_or_default())?;
        let sign_in = match (token_url, client_id) {
            (None, None) if scope.is_none() => MailboxSignIn::Password,
            (Some(token_url), Some(client_id)) if !client_id.is_empty() => {
                engine::mailboxes::is_endpoint(&token_url).then_some(())?;
                let (device_url, scope) = (String::new(), scope.unwrap_or_default());
                MailboxSignIn::ClientCredentials(OauthClient { client_id, token_url, device_url, scope })
            }
            _ => return None,
        };
        let secret = match (url.password(), file) {
            (Some(password), None) => Secret::Given(decoded(password).filter(|password| !password.is_empty())?),
            (None, Some(file)) => Secret::File(PathBuf::from(file)),
            _ => return None,
        };
        let plain = |text: &str| !text.is_empty() && !text.chars().any(model::text::acts);
        let user = decoded(url.username()).filter(|user| plain(user))?;
        Some(Self {
            settings: MailboxSettings {
                // Brackets around an address belong to the URL.
                host: url.host_str()?.trim_matches(['[', ']']).to_owned(),
                port: url.port().unwrap_or(tls.port()),
                tls,
                user,
                folder: if folder.is_empty() { "INBOX".to_owned() } else { Some(folder).filter(|one| plain(one))? },
                after,
                sign_in,
                form: match form {
                    Some(form) => Some(MailForm::parse(&form)?),
                    None => None,
                },
            },
            workspace: workspace.unwrap_or_else(|| "default".to_owned()),
            secret,
        })
    }

    /// The same in the engine's words.
    ///
    /// # Errors
    /// The file that should hold the password cannot be read.
    pub(crate) fn configured(&self) -> anyhow::Result<engine::mailboxes::Configured> {
        let MailboxSettings { host, port, user, folder, .. } = &self.settings;
        let secret = match &self.secret {
            Secret::Given(secret) => secret.clone(),
            Secret::File(path) => {
                let text = fs::read_to_string(path).map_err(|error| {
                    anyhow::anyhow!("the password of {user} at {host} cannot be read from {}: {error}", path.display())
                })?;
                text.trim_end_matches(['\r', '\n']).to_owned()
            }
        };
        Ok(engine::mailboxes::Configured {
            name: format!("{user}@{host}:{port}/{folder}"),
            workspace: self.workspace.clone(),
            settings: self.settings.clone(),
            secret,
        })
    }
}

/// A part of a URL without its % escapes (RFC 3986 §2.1); none where one is broken, or the bytes are no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (pair, after) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_a_url() {
        let read = MailboxUrl::parse(
            "imaps://tls%40example.com:p%3A%40ss@imap.example.com:1993/TLS%20reports?after=move&archive=Done&workspace=two",
        )
        .unwrap();
        assert_eq!(read.settings.to_string(), "tls@example.com at imap.example.com, folder TLS reports");
        assert_eq!((read.settings.port, read.settings.tls), (1993, MailboxTls::Tls));
        assert_eq!(read.settings.after, AfterReport::Move("Done".to_owned()));
        assert!(read.workspace == "two" && read.secret == Secret::Given("p:@ss".to_owned()));
        let short = MailboxUrl::parse("imap://tls@[::1]?password_file=/run/secrets/imap").unwrap();
        assert_eq!((short.settings.host.as_str(), short.settings.port), ("::1", 143));
        assert_eq!((short.settings.folder.as_str(), short.workspace.as_str()), ("INBOX", "default"));
        assert!(short.secret == Secret::File("/run/secrets/imap".into()));
    }

    #[test]
    fn a_client_gets_its_tokens_itself() {
        let read = MailboxUrl::parse(
            "imaps://tls%40example.com:the%20secret@imap.example.com/?token_url=https%3A%2F%2Flogin.example.com%2Ftoken&client_id=waxseal&scope=a%20b",
        )
        .unwrap();
        let client = read.settings.sign_in.client().unwrap();
        assert_eq!((client.token_url.as_str(), client.scope.as_str()), ("https://login.example.com/token", "a b"));
        assert!(read.secret == Secret::Given("the secret".to_owned()));
    }

    #[test]
    fn what_is_no_mailbox_is_refused() {
        for wrong in [
            "",
            "imap.example.com",
            "https://a:b@imap.example.com/",
            "imaps://imap.example.com/",
            "imaps://user@imap.example.com/",
            "imaps://:secret@imap.example.com/",
            "imaps://user:@imap.example.com/",
            "imaps://user:b@imap.example.com/?password_file=x",
            "imaps://user:b@imap.example.com/?after=move",
            "imaps://user:b@imap.example.com/?folder=x",
            "imaps://user:b@imap.example.com/?form=x",
            "imaps://user:b@imap.example.com/?client_id=x",
            "imaps://user:b@imap.example.com/?client_id=x&token_url=http://login.example.com/",
            "imaps://user:b%zz@imap.example.com/",
            "imaps://us%0Aer:b@imap.example.com/",
        ] {
            assert!(MailboxUrl::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let url = MailboxUrl::parse("imaps://user:hunter2@imap.example.com/").unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
    }
}
