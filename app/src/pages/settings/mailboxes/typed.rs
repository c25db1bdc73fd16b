//! What the form that adds a mailbox sends.

use model::{
    MailForm,
    mailbox::{AfterReport, MailboxProblem, MailboxSettings, MailboxSignIn, MailboxTls, OauthClient},
};
use serde::{Deserialize, Serialize};

use super::problem_code;

/// The fields as they were typed.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct TypedMailbox {
    /// The host.
    host: String,
    /// Its port; empty for the usual one.
    port: String,
    /// `tls` or `starttls`.
    tls: String,
    /// Who reads.
    user: String,
    /// `password`, `client_credentials` or `device_code`; empty for the first.
    sign_in: String,
    /// The password, or the secret of the OAuth client.
    password: String,
    /// What the OAuth server knows us as.
    client_id: String,
    /// Where it gives tokens.
    token_url: String,
    /// Where it gives codes.
    device_url: String,
    /// What may be done with a token.
    scope: String,
    /// How report addresses look whose mail comes here; empty where records name it without any plan.
    form: String,
    /// The folder; empty for the inbox.
    folder: String,
    /// `keep`, `seen`, `move` or `delete`.
    after: String,
    /// The folder to move reports to.
    archive: String,
}

/// Hides the password.
impl std::fmt::Debug for TypedMailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TypedMailbox").field("host", &self.host).field("user", &self.user).finish_non_exhaustive()
    }
}

impl TypedMailbox {
    /// The settings and the secret, or the code of what is wrong.
    pub(super) fn read(self) -> Result<(MailboxSettings, String), &'static str> {
        let tls = MailboxTls::from_word(&self.tls).ok_or("tls")?;
        let after = AfterReport::from_word(&self.after, self.archive.trim());
        let client = OauthClient {
            client_id: self.client_id,
            token_url: self.token_url,
            device_url: self.device_url,
            scope: self.scope,
        };
        let word = if self.sign_in.is_empty() { "password" } else { &self.sign_in };
        let port = self.port.trim();
        let settings = MailboxSettings {
            host: self.host,
            // A port that is none is not among those that may be named.
            port: if port.is_empty() { tls.port() } else { port.parse().unwrap_or(0) },
            tls,
            user: self.user,
            folder: if self.folder.trim().is_empty() { "INBOX".to_owned() } else { self.folder },
            after: after.ok_or(problem_code(MailboxProblem::After))?,
            sign_in: MailboxSignIn::from_word(word, client).ok_or("sign-in")?,
            form: match self.form.trim() {
                "" => None,
                form => Some(MailForm::parse(form).ok_or(problem_code(MailboxProblem::Form))?),
            },
        };
        Ok((settings, self.password))
    }
}
