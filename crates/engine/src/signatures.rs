//! Who sent a mail: its DKIM signatures are judged when it comes, with keys from DNS, and again later where DNS did not tell.

use std::{collections::HashMap, time::Duration};

use ingest::signature::{self, Key};
use model::{Channel, DomainName, Timestamp, Treatments, Trust, WorkspaceId, dkim::Verdict};
use storage::{Content, Judged, WaitingDelivery};
use tokio::time::timeout;

use crate::{
    Engine, Error,
    intake::{SMALL, content},
};

/// How long all keys of a mail may take: its sender waits for the answer.
const ASKING: Duration = Duration::from_secs(12);
/// After which times, each counted from the one before, a key is asked for again. After two and a half days the answer is that
/// there is no telling, and the mail is treated as one without a valid signature.
const TRIES: [Duration; 10] = [
    Duration::from_mins(1),
    Duration::from_mins(4),
    Duration::from_mins(15),
    Duration::from_mins(40),
    Duration::from_hours(1),
    Duration::from_hours(4),
    Duration::from_hours(6),
    Duration::from_hours(12),
    Duration::from_hours(18),
    Duration::from_hours(18),
];
/// How long whoever asks for a key again has it to himself.
const LEASE: Duration = Duration::from_mins(10);
/// Deliveries taken at one time.
const AT_ONCE: u32 = 20;

/// Finds the keys of signatures, and judges them.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    /// None for commands that take no mail in, and where the system knows no name server: then no key is told.
    finder: Option<checks::TextFinder>,
    /// Bytes of a mail's header that are read.
    header: usize,
}

/// What is known of a delivery's sender.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) trust: Trust,
    pub(crate) signer: Option<DomainName>,
    /// What DKIM said; none where nothing was asked.
    pub(crate) verdict: Option<Verdict>,
    /// When a key that is missing is asked for again.
    pub(crate) next_try: Option<Timestamp>,
}

impl Judge {
    pub(crate) const fn new(finder: Option<checks::TextFinder>, header: usize) -> Self {
        Self { finder, header }
    }

    /// Who sent what came by this channel; and the body again. `came` is when a mail came, into its mailbox or here.
    pub(crate) async fn origin(
        &self,
        channel: Channel,
        body: Vec<u8>,
        content: &Content,
        came: Timestamp,
        now: Timestamp,
    ) -> Result<(Vec<u8>, Origin), Error> {
        let by_mail = matches!(channel, Channel::Smtp | Channel::Imap | Channel::Pipe);
        let (true, Content::Reports(_)) = (by_mail, content) else {
            let trust = Trust::without_signature(channel);
            return Ok((body, Origin { trust, signer: None, verdict: None, next_try: None }));
        };
        let (body, verdict) = self.verdict(body, content, came).await?;
        Ok((body, Origin::of(channel, verdict, next_try(0, now))))
    }

    async fn verdict(&self, body: Vec<u8>, content: &Content, came: Timestamp) -> Result<(Vec<u8>, Verdict), Error> {
        let Content::Reports(reports) = content else { return Ok((body, Verdict::default())) };
        let examined = signature::examine(&body, reports.iter().map(|new| &new.report), came, self.header);
        let mut keys = HashMap::new();
        let asking = async {
            for name in examined.keys() {
                if let Some(finder) = &self.finder
                    && let Some(texts) = finder.find(&name).await
                {
                    keys.insert(name, key(texts));
                }
            }
        };
        // Those that are there by then have to do.
        let _ = timeout(ASKING, asking).await;
        if body.len() <= SMALL {
            let verdict = examined.judge(&body, &keys);
            return Ok((body, verdict));
        }
        let judging = tokio::task::spawn_blocking(move || {
            let verdict = examined.judge(&body, &keys);
            (body, verdict)
        });
        judging.await.map_err(|error| Error::Defect(error.to_string()))
    }
}

impl Origin {
    fn of(channel: Channel, verdict: Verdict, next_try: Option<Timestamp>) -> Self {
        let signer = verdict.signer();
        let trust = if signer.is_some() { Trust::Signed } else { Trust::without_signature(channel) };
        Self { trust, signer, next_try: next_try.filter(|_| verdict.waits()), verdict: Some(verdict) }
    }
}

fn key(texts: checks::Texts) -> Key {
    match texts {
        checks::Texts::Found(texts) => Key::Found(texts),
        checks::Texts::Absent => Key::Absent,
    }
}

/// When the next try is after so many; none when there have been enough.
fn next_try(tries: u32, now: Timestamp) -> Option<Timestamp> {
    let wait = TRIES.get(usize::try_from(tries).ok()?)?;
    Some(now.plus_seconds(i64::try_from(wait.as_secs()).ok()?))
}

impl Engine {
    /// Asks again for the keys that are due, and settles what waited for them. Gives how many deliveries were due; when that is
    /// more than none, there may be more.
    ///
    /// # Errors
    /// The database cannot be used, or there is no memory for one of the mails just now: it is due again in a while.
    pub async fn judge_waiting(&self, now: Timestamp) -> Result<usize, Error> {
        let waiting = self.storage.claim_waiting(now, AT_ONCE, LEASE).await?;
        for waiting in &waiting {
            self.judge_again(waiting, now).await?;
        }
        Ok(waiting.len())
    }

    async fn judge_again(&self, waiting: &WaitingDelivery, now: Timestamp) -> Result<(), Error> {
        let (workspace, delivery) = (waiting.workspace, waiting.delivery);
        // Both are gone where a domain was removed meanwhile.
        let Some(row) = self.storage.delivery_row(workspace, delivery).await? else { return Ok(()) };
        let Some(raw) = self.raw_body(workspace, delivery).await? else { return Ok(()) };
        let (body, read, _held) = self.intake.read(raw.bytes, None).await?;
        let content = content(read);
        let (_, verdict) = self.judge.verdict(body, &content, waiting.came).await?;
        let origin = Origin::of(row.channel, verdict, next_try(waiting.tries, now));
        let judged = Judged {
            verdict: origin.verdict.unwrap_or_default(),
            trust: origin.trust,
            signer: origin.signer,
            next_try: origin.next_try,
        };
        self.storage.judge_waiting(waiting, &judged, &content).await?;
        Ok(())
    }

    /// What a workspace does with reports that no valid signature proves.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn treatments(&self, workspace: WorkspaceId) -> Result<Treatments, Error> {
        Ok(self.storage.treatments(workspace).await?)
    }

    /// Says what a workspace does from now on with reports that no valid signature proves.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn set_treatments(&self, workspace: WorkspaceId, treatments: Treatments) -> Result<(), Error> {
        Ok(self.storage.set_treatments(workspace, treatments).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_asked_for_at_growing_intervals_and_not_for_ever() {
        let mut at = Timestamp(0);
        let mut waits = Vec::new();
        for tries in 0.. {
            let Some(next) = next_try(tries, at) else { break };
            waits.push(next.0 - at.0);
            at = next;
        }
        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!(at.0 / 3_600_000, 60, "hours");
    }
}
