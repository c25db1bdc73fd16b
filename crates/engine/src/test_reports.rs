//! Sending test reports the way that real ones come: DNS, SMTP or HTTPS, and back into the database.

use std::time::Duration;

use ::checks::Runner;
use model::{
    Channel, DomainName, Timestamp, WorkspaceId,
    test_report::{self, Stage, Step, TestReport},
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use crate::{Engine, Error};

/// How long after one test report of a domain another may be sent.
const PAUSE_SECONDS: i64 = 10;
/// A test that has not come to its end for so long has lost its process.
const LOST_SECONDS: i64 = 180;
/// How long it is looked for what was handed over: behind another mail server it may take a moment.
const LOOKED_FOR: Duration = Duration::from_secs(20);
/// How often.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Why no test report is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestRefusal {
    /// Nothing is dialled from here: `checks.enabled` is off, or there is no name server.
    Off,
    /// No such way is configured: no mail is received, or the base URL is none that senders post to.
    NoWay,
    /// One was sent for the domain just now.
    TooSoon,
}

/// A test report that is about to be sent.
#[derive(Clone, Debug)]
pub struct Prepared {
    id: i64,
    name: DomainName,
    token: String,
    to: To,
}

/// Where it goes.
#[derive(Clone, Debug)]
enum To {
    /// A report address, and the report host in it.
    Mail(String, DomainName),
    /// A host, another port than usual, and a path.
    Https(DomainName, Option<u16>, String),
}

impl Engine {
    /// The ways by which a test report can be sent.
    #[must_use]
    pub fn test_ways(&self) -> Vec<Channel> {
        let mail = self.settings.report_host.as_deref().is_some_and(|host| DomainName::parse(host).is_ok());
        let https = https_host(self.base_url()).is_some();
        [(Channel::Smtp, mail), (Channel::Https, https)].into_iter().filter(|(_, is)| *is).map(|(way, _)| way).collect()
    }

    /// The latest test report of a domain; none when none was sent, or the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn latest_test_report(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        now: Timestamp,
    ) -> Result<Option<TestReport>, Error> {
        let mut test = self.storage.latest_test_report(workspace, name).await?;
        if let Some(test) = test.as_mut().filter(|test| !test.finished && test.sent.plus_seconds(LOST_SECONDS) < now) {
            test.finished = true;
            test.steps.push(Step::failed(
                Stage::Commit,
                0,
                "the server was stopped in the middle of it",
                "Send another.",
            ));
        }
        Ok(test)
    }

    /// Sends a test report for a domain beside the answers. None when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn send_test_report(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        way: Channel,
        now: Timestamp,
    ) -> Result<Option<Result<(), TestRefusal>>, Error> {
        let Some(runner) = self.checks.runner().cloned() else { return Ok(Some(Err(TestRefusal::Off))) };
        let prepared = match self.prepare_test_report(workspace, name, way, now).await? {
            Some(Ok(prepared)) => prepared,
            Some(Err(refusal)) => return Ok(Some(Err(refusal))),
            None => return Ok(None),
        };
        let engine = self.clone();
        self.later(async move {
            if let Err(error) = engine.perform_test_report(&runner, &prepared, now, |_| {}).await {
                tracing::error!(%error, "how a test report fared cannot be stored");
            }
        });
        Ok(Some(Ok(())))
    }

    /// Writes down that a test report will be sent. None when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn prepare_test_report(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        way: Channel,
        now: Timestamp,
    ) -> Result<Option<Result<Prepared, TestRefusal>>, Error> {
        let Some(domain) = self.storage.domain(workspace, name).await? else { return Ok(None) };
        let Some(to) = self.test_destination(name, &domain.address, way) else {
            return Ok(Some(Err(TestRefusal::NoWay)));
        };
        let token = data_encoding::HEXLOWER.encode(&self.chance.bytes::<16>());
        let pause = (now, now.plus_seconds(-PAUSE_SECONDS));
        let begun = self.storage.begin_test_report(workspace, (domain.id, name), (&token, way), pause).await?;
        Ok(Some(begun.map(|id| Prepared { id, name: name.clone(), token, to }).ok_or(TestRefusal::TooSoon)))
    }

    fn test_destination(&self, name: &DomainName, address: &str, way: Channel) -> Option<To> {
        let setup = self.setup(name, address, None);
        match way {
            Channel::Smtp => {
                let host = DomainName::parse(self.settings.report_host.as_deref()?).ok()?;
                Some(To::Mail(setup.report_email?, host))
            }
            Channel::Https => {
                let (host, port) = https_host(self.base_url())?;
                Some(To::Https(host, port, format!("/r/{address}")))
            }
            _ => None,
        }
    }

    /// Sends it and follows it to its end; tells of each step as it is done.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn perform_test_report(
        &self,
        runner: &Runner,
        prepared: &Prepared,
        now: Timestamp,
        tell: impl Fn(&Step),
    ) -> Result<Vec<Step>, Error> {
        let Prepared { id, name, token, to } = prepared;
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let sending = async move {
            // Nobody hears of a step when the keeping of it has failed, and then that is told.
            let mut tell = move |step: Step| drop(sender.send(step));
            match to {
                To::Mail(to, host) => {
                    let letter = test_report::letter(name, token, to, host.as_str(), now);
                    runner.mail_test_report(host, to, &letter, now, &mut tell).await
                }
                To::Https(host, port, path) => {
                    let document = test_report::document(name, token, now.day().plus(-1));
                    runner.post_test_report((host, *port), path, &document, now, &mut tell).await
                }
            }
        };
        let keeping = async {
            let mut steps = Vec::new();
            while let Some(step) = receiver.recv().await {
                tell(&step);
                steps.push(step);
                self.storage.note_test_steps(*id, &steps, false).await?;
            }
            Ok::<_, Error>(steps)
        };
        let (taken, steps) = tokio::join!(sending, keeping);
        let mut steps = steps?;
        if taken {
            let step = self.found_again(*id).await?;
            tell(&step);
            steps.push(step);
        }
        self.storage.note_test_steps(*id, &steps, true).await?;
        Ok(steps)
    }

    /// Looks for what was handed over.
    async fn found_again(&self, id: i64) -> Result<Step, Error> {
        let begun = Instant::now();
        loop {
            let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            if self.storage.test_report(id).await?.is_some_and(|test| test.arrived.is_some()) {
                return Ok(Step::passed(Stage::Commit, millis, "it is stored, marked as a test, and counted nowhere"));
            }
            if begun.elapsed() > LOOKED_FOR {
                return Ok(Step::failed(
                    Stage::Commit,
                    millis,
                    format!("it was taken, and {} s later it is not here", LOOKED_FOR.as_secs()),
                    "Whatever took it is not this installation, or passes it on later: look at its log and its queue.",
                ));
            }
            sleep(LOOK_EVERY).await;
        }
    }
}

/// The host and port of a URL that senders can post to: HTTPS, and a name of public DNS.
fn https_host(url: &str) -> Option<(DomainName, Option<u16>)> {
    let authority = url.strip_prefix("https://")?.split('/').next()?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (authority, None),
    };
    Some((DomainName::parse(host).ok()?, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_a_name_can_be_posted_to() {
        let host = |url: &str| https_host(url).map(|(host, port)| (host.to_string(), port));
        assert_eq!(host("https://tlsrpt.example.net"), Some(("tlsrpt.example.net".to_owned(), None)));
        assert_eq!(host("https://tlsrpt.example.net:8443"), Some(("tlsrpt.example.net".to_owned(), Some(8443))));
        assert_eq!(host("http://tlsrpt.example.net"), None);
        assert_eq!(host("https://127.0.0.1:3000"), None);
        assert_eq!(host("https://[::1]"), None);
    }
}
