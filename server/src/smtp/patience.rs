//! How long a peer may take for what.

use std::time::Duration;

use tokio::time::Instant;

use crate::{config, http::Pace};

/// How long a peer may take for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// For a command, a handshake, the reading of an answer.
    pub(super) command: Duration,
    /// For a whole message.
    pub(super) message: Duration,
    /// For each part of it.
    pub(super) pace: Pace,
    /// For everything together.
    pub(super) session: Duration,
}

/// What came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Late {
    /// The time for a command.
    Command,
    /// The time for a message.
    Message,
    /// The time for all.
    Session,
}

impl Late {
    /// As metrics name it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Command => "slow_command",
            Self::Message => "slow_message",
            Self::Session => "session_over",
        }
    }
}

impl Patience {
    pub(super) fn of(settings: &config::Smtp) -> Self {
        Self {
            command: settings.command_timeout.0,
            message: settings.message_timeout.0,
            pace: Pace { grace: settings.message_grace.0, rate: settings.min_rate.0 },
            session: settings.session_timeout.0,
        }
    }

    /// When it ends, and what does: in a session opened then, with a command or message that began `since`, of which so many
    /// bytes have come.
    pub(super) fn end(&self, opened: Instant, since: Instant, message: Option<usize>) -> (Instant, Late) {
        let session = (opened + self.session, Late::Session);
        let now = match message {
            None => (since + self.command, Late::Command),
            Some(bytes) => (since + self.message.min(self.pace.allows(bytes as u64)), Late::Message),
        };
        if now.0 < session.0 { now } else { session }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_first_ends() {
        let seconds = Duration::from_secs;
        let patience = Patience {
            command: seconds(60),
            message: seconds(600),
            pace: Pace { grace: seconds(30), rate: 500 },
            session: seconds(900),
        };
        let opened = Instant::now();
        let end = |since: u64, message| {
            let (end, late) = patience.end(opened, opened + seconds(since), message);
            ((end - opened).as_secs(), late)
        };
        assert_eq!(end(10, None), (70, Late::Command));
        assert_eq!(end(10, Some(0)), (40, Late::Message));
        assert_eq!(end(10, Some(5_000)), (50, Late::Message), "ten seconds for 5,000 bytes");
        assert_eq!(end(10, Some(50_000_000)), (610, Late::Message), "not more than for a whole message");
        assert_eq!(end(880, None), (900, Late::Session));
    }
}
