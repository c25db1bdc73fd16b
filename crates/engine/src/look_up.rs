//! Looking any domain up from outside, for whoever asks. Nothing of it is stored.
//!
//! It costs others something, so it has bounds: mail hosts are never dialled, a look ends in time, few run at once, and what
//! one visitor saw is shown to the next for a minute.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use ::checks::{Context, Event, Runner, Shared};
use model::{DomainName, Timestamp, WorkspaceId, check::Section, view::LookedUp};
use tokio::{sync::Semaphore, time::timeout};

use crate::{Engine, Error};

/// How long a look may take: people wait for the page, and proxies before it lose patience after half a minute or more.
const TIME: Duration = Duration::from_secs(25);
/// How long what was seen is shown to others who ask for the same domain,
const KEEP: Duration = Duration::from_mins(1);
/// and of how many domains.
const KEPT: usize = 64;
/// Looks that run at once.
const AT_ONCE: usize = 8;

/// What comes of asking for a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookUp {
    /// The visitor's own workspace watches it: what was seen, its mail hosts included, stands on its page.
    Watched,
    /// Checks are switched off.
    Off,
    /// This was seen.
    Seen(LookedUp),
}

/// Looks that were made just now, and room for more.
#[derive(Debug)]
pub(crate) struct LookUps {
    seen: Shared<DomainName, LookedUp>,
    room: Semaphore,
}

impl Default for LookUps {
    fn default() -> Self {
        Self { seen: Shared::new(KEEP).at_most(KEPT), room: Semaphore::new(AT_ONCE) }
    }
}

impl Engine {
    /// Looks at a domain on behalf of a visitor; `workspace` is that of one who is signed in.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many look at domains just now, or the database cannot be used.
    pub async fn look_up(
        &self,
        workspace: Option<WorkspaceId>,
        name: &DomainName,
        now: Timestamp,
    ) -> Result<LookUp, Error> {
        if let Some(workspace) = workspace
            && self.storage.domain(workspace, name).await?.is_some()
        {
            return Ok(LookUp::Watched);
        }
        let Some(runner) = self.checks.runner() else { return Ok(LookUp::Off) };
        self.look_ups.get(runner, name, now).await.map(LookUp::Seen).ok_or(Error::Busy)
    }
}

impl LookUps {
    /// What was seen of a domain within the last minute, or is seen now; none when there is no room to look.
    async fn get(&self, runner: &Runner, name: &DomainName, now: Timestamp) -> Option<LookedUp> {
        let make = async || {
            let _room = self.room.try_acquire().ok()?;
            Some(look(runner, name, now, TIME).await)
        };
        self.seen.get(name, make).await
    }
}

/// One look: all of it, or what was seen when the time is up.
async fn look(runner: &Runner, name: &DomainName, now: Timestamp, time: Duration) -> LookedUp {
    let found: Mutex<Vec<Section>> = Mutex::default();
    let tell = |event: Event<'_>| {
        if let Event::Found(section) = event {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(section.clone());
        }
    };
    // Whoever asks need not own the domain: its mail hosts are not dialled, or this were a port scanner for strangers.
    let context = Context { now, dial_mail: false, ..Context::default() };
    if let Ok(outcome) = timeout(time, runner.check(name, &context, &tell)).await {
        return LookedUp { at: now, sections: outcome.sections, notices: outcome.notices, in_time: true };
    }
    let sections = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    LookedUp { at: now, sections, notices: vec![], in_time: false }
}

#[cfg(test)]
mod tests {
    use ::checks::Settings;

    use super::*;

    /// Takes questions and never answers: what a look meets at a name server that is down.
    fn silent() -> (std::net::UdpSocket, Runner) {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let settings = Settings { name_servers: vec![socket.local_addr().unwrap()], ..Settings::default() };
        let runner = Runner::new(settings).unwrap();
        (socket, runner)
    }

    fn name() -> DomainName {
        DomainName::parse("example.com").unwrap()
    }

    #[tokio::test]
    async fn a_look_ends_in_time() {
        let (_socket, runner) = silent();
        let seen = look(&runner, &name(), Timestamp(0), Duration::from_millis(50)).await;
        assert_eq!((seen.in_time, seen.sections.len()), (false, 0));
    }

    #[tokio::test]
    async fn one_look_too_many_is_turned_away() {
        let (socket, runner) = silent();
        // Nobody listens there any more, so that questions fail at once.
        drop(socket);
        let look_ups = LookUps::default();
        let others = look_ups.room.acquire_many(8).await.unwrap();
        assert_eq!(look_ups.get(&runner, &name(), Timestamp(0)).await, None);
        drop(others);
        let seen = look_ups.get(&runner, &name(), Timestamp(0)).await.unwrap();
        let others = look_ups.room.acquire_many(8).await.unwrap();
        assert_eq!(look_ups.get(&runner, &name(), Timestamp(9)).await, Some(seen), "what is known costs no room");
        drop(others);
    }
}
