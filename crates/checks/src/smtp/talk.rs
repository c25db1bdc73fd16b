//! Lines of SMTP from a peer that may say anything, read within a budget of bytes.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// A reply of one or more lines (RFC 5321 §4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    /// The texts after the code, one a line.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// As it came, cut to what people can read.
    pub(super) fn shown(&self) -> String {
        let text: String = self.lines.join(" ").chars().take(200).collect();
        format!("{} {text}", self.code)
    }

    pub(super) const fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }
}

/// Why no reply could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TalkError {
    /// The peer hung up.
    Closed,
    /// The peer said more than the budget allows.
    TooMuch,
    /// What came is no SMTP; how it begins.
    NotSmtp(String),
}

/// One side of a conversation.
pub(super) struct Talk<S> {
    stream: S,
    unread: Vec<u8>,
    budget: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    pub(super) const fn new(stream: S, budget: usize) -> Self {
        Self { stream, unread: Vec::new(), budget }
    }

    /// The stream, and whether something was already said that nobody read: after "220" to STARTTLS, what comes in clear
    /// text may have been slipped in by someone on the way (CVE-2011-0411).
    pub(super) fn into_parts(self) -> (S, bool) {
        (self.stream, !self.unread.is_empty())
    }

    /// Says a command and reads the reply.
    pub(super) async fn command(&mut self, command: &str) -> Result<Reply, TalkError> {
        self.say(command).await?;
        self.reply().await
    }

    pub(super) async fn say(&mut self, command: &str) -> Result<(), TalkError> {
        let line = format!("{command}\r\n");
        self.stream.write_all(line.as_bytes()).await.map_err(|_| TalkError::Closed)?;
        self.stream.flush().await.map_err(|_| TalkError::Closed)
    }

    pub(super) async fn reply(&mut self) -> Result<Reply, TalkError> {
        let mut lines = Vec::new();
        let mut first = None;
        loop {
            let line = self.line().await?;
            let not_smtp = || TalkError::NotSmtp(line.chars().take(100).collect());
            let code = line.get(..3).and_then(|code| code.parse().ok()).filter(|code| (200..600).contains(code));
            let code: u16 = code.ok_or_else(not_smtp)?;
            // "all lines of the reply have the same code" (RFC 5321 §4.2.1).
            if *first.get_or_insert(code) != code {
                return Err(not_smtp());
            }
            let rest = &line[3..];
            let (is_last, text) = match rest.chars().next() {
                None => (true, ""),
                Some(' ') => (true, &rest[1..]),
                Some('-') => (false, &rest[1..]),
                Some(_) => return Err(not_smtp()),
            };
            lines.push(text.to_owned());
            if is_last {
                return Ok(Reply { code, lines });
            }
        }
    }

    async fn line(&mut self) -> Result<String, TalkError> {
        let mut searched = 0;
        loop {
            if let Some(end) = self.unread[searched..].iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=searched + end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            }
            searched = self.unread.len();
            let mut chunk = [0; 4096];
            let read = self.stream.read(&mut chunk).await.map_err(|_| TalkError::Closed)?;
            if read == 0 {
                return Err(TalkError::Closed);
            }
            self.budget = self.budget.checked_sub(read).ok_or(TalkError::TooMuch)?;
            self.unread.extend_from_slice(&chunk[..read]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn reply(said: &str) -> Result<Reply, TalkError> {
        let (mut peer, ours) = tokio::io::duplex(1 << 20);
        peer.write_all(said.as_bytes()).await.unwrap();
        drop(peer);
        Talk::new(ours, 1000).reply().await
    }

    #[tokio::test]
    async fn replies_of_several_lines_are_one() {
        let ehlo = reply("250-mx.example\r\n250-SIZE 1\n250 STARTTLS\r\n").await.unwrap();
        assert_eq!((ehlo.code, ehlo.lines.len()), (250, 3));
        assert_eq!(ehlo.lines[2], "STARTTLS");
        assert_eq!(reply("220\r\n").await.unwrap().lines, [""]);
    }

    #[tokio::test]
    async fn what_is_no_smtp_is_said() {
        assert_eq!(reply("HTTP/1.1 400\r\n").await, Err(TalkError::NotSmtp("HTTP/1.1 400".to_owned())));
        assert_eq!(reply("SSH-2.0-x\r\n").await, Err(TalkError::NotSmtp("SSH-2.0-x".to_owned())));
        assert_eq!(reply("250-x\r\n220 y\r\n").await, Err(TalkError::NotSmtp("220 y".to_owned())));
        assert_eq!(reply("250_x\r\n").await, Err(TalkError::NotSmtp("250_x".to_owned())));
        assert_eq!(reply("ü25 \r\n").await, Err(TalkError::NotSmtp("ü25 ".to_owned())));
        assert_eq!(reply("220 no end").await, Err(TalkError::Closed));
    }

    #[tokio::test]
    async fn a_peer_that_never_stops_is_cut_off() {
        assert_eq!(reply(&"220-x\r\n".repeat(1000)).await, Err(TalkError::TooMuch));
        assert_eq!(reply(&"x".repeat(5000)).await, Err(TalkError::TooMuch));
    }
}
