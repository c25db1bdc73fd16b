//! Mails to people: sent in the background, since nobody shall wait for a mail server, or tell by the wait who exists.

use std::sync::{Arc, Mutex};

use model::Timestamp;
use post::{Letter, Post};
use tokio::sync::Semaphore;

use crate::{
    Engine, Error,
    people::{Written, letters},
};

/// Mails under way at the same time. What comes beyond is not sent, and the log says so: it is a flood.
const AT_ONCE: usize = 32;

/// What sends, and what became of the last test.
#[derive(Clone, Debug)]
pub(crate) struct Posting {
    post: Post,
    couriers: Arc<Semaphore>,
    test: Arc<Mutex<Option<MailTest>>>,
}

/// What became of a test message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTest {
    /// To whom.
    pub to: String,
    /// When.
    pub at: Timestamp,
    /// Whether the mail server took it, or why not, in words for people. Those of the mail server are text from outside.
    pub outcome: Result<(), String>,
}

/// The mail server, for the page of settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Host and port.
    pub server: String,
    /// The sender of all mails.
    pub from: String,
}

impl Posting {
    /// By this mail server, if there is one.
    pub(crate) fn by(settings: Option<&post::Settings>) -> Result<Self, Error> {
        let post = settings.map(Post::by).transpose().map_err(|error| Error::Settings(error.to_string()))?;
        Ok(Self { post: post.unwrap_or_default(), couriers: Arc::new(Semaphore::new(AT_ONCE)), test: Arc::default() })
    }

    pub(crate) fn is_configured(&self) -> bool {
        self.post.is_configured()
    }
}

impl Engine {
    /// The mail server; none where nothing is configured, and pages offer links to copy.
    #[must_use]
    pub fn mail_server(&self) -> Option<MailServer> {
        self.post.post.described().map(|(server, from)| MailServer { server, from })
    }

    /// Sends a message and waits until the mail server has taken it.
    ///
    /// # Errors
    /// There is no mail server, or it did not take the message: says why in words for people.
    pub async fn send(&self, to: &str, subject: &str, text: &str, now: Timestamp) -> Result<(), post::Error> {
        let id = data_encoding::HEXLOWER.encode(&self.chance.bytes::<16>());
        self.post.post.send(&Letter { to, subject, text }, &id, now).await
    }

    /// Sends a test message and keeps what became of it for [`Self::mail_test`].
    pub async fn test_mail(&self, to: &str, now: Timestamp) -> MailTest {
        let Written { to, subject, text } = letters::test(to, self.base_url());
        let outcome = self.send(&to, subject, &text, now).await.map_err(|error| error.to_string());
        if let Err(why) = &outcome {
            tracing::warn!(why, "a test message was not sent");
        }
        let test = MailTest { to, at: now, outcome };
        *self.post.test.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(test.clone());
        test
    }

    /// What became of the last test message that this process sent.
    #[must_use]
    pub fn mail_test(&self) -> Option<MailTest> {
        self.post.test.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Sends a message in the background; without a mail server, nothing.
    pub(crate) fn post_later(&self, letter: Written, now: Timestamp) {
        if self.post.is_configured() {
            let engine = self.clone();
            self.later(async move { engine.post_now(&letter, now).await });
        }
    }

    /// Sends a message; the log says if that fails.
    pub(crate) async fn post_now(&self, letter: &Written, now: Timestamp) {
        if let Err(error) = self.send(&letter.to, letter.subject, &letter.text, now).await {
            tracing::error!(%error, subject = letter.subject, "a mail was not sent");
        }
    }

    /// Does something in the background, unless too much is under way there.
    pub(crate) fn later(&self, work: impl Future<Output = ()> + Send + 'static) {
        let Ok(courier) = Arc::clone(&self.post.couriers).try_acquire_owned() else {
            tracing::error!("too many mails are under way: one was not sent");
            return;
        };
        tokio::spawn(async move {
            work.await;
            drop(courier);
        });
    }
}
