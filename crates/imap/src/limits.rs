//! What a server may cost.

use std::time::Duration;

/// What a server may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of an answer that is no message.
    pub answer: usize,
    /// Bytes of a message; a larger one is not fetched.
    pub message: usize,
    /// For the handshake, and for one command.
    pub command_time: Duration,
    /// For one message.
    pub message_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer: 512 << 10,
            message: 15 << 20,
            command_time: Duration::from_secs(30),
            message_time: Duration::from_mins(2),
        }
    }
}
