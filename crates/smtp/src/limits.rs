//! What a peer may do in one session.

/// What a peer may do in one session. The defaults are what RFC 5321 §4.5.3 asks a server to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a command with its CR LF (RFC 5321 §4.5.3.1.4). MAIL may be longer by what its parameters need.
    pub command: usize,
    /// Bytes of a command that are read before the connection is given up.
    pub endless_command: usize,
    /// Bytes of a message: what SIZE announces (RFC 1870). Four times as many are read so that the refusal is heard.
    pub message: usize,
    /// Recipients of one message (RFC 5321 §4.5.3.1.8).
    pub recipients: usize,
    /// Commands answered with an error; the next error ends the session.
    pub errors: usize,
    /// Commands that bring no message forward (NOOP, RSET, …) between two messages; each further one counts as an error.
    pub idle_commands: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { command: 512, endless_command: 4096, message: 15 << 20, recipients: 100, errors: 20, idle_commands: 100 }
    }
}
