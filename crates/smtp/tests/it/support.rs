//! A client and the owner of one mailbox.

use smtp::{Limits, Message, Protocol, Reply, Session, Step};

/// What became of a conversation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Talk {
    /// All that was answered.
    pub(crate) said: String,
    /// The messages that came whole.
    pub(crate) messages: Vec<Message<String>>,
    /// How often a handshake was begun.
    pub(crate) handshakes: usize,
    /// Whether the session ended.
    pub(crate) closed: bool,
}

impl Talk {
    /// The code of each reply; of one with several lines, once.
    pub(crate) fn codes(&self) -> Vec<u16> {
        let last = |line: &&str| line.as_bytes().get(3) == Some(&b' ');
        self.said.split_terminator("\r\n").filter(last).map(|line| line[..3].parse().unwrap()).collect()
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        self.messages.iter().map(|message| String::from_utf8_lossy(&message.bytes).into_owned()).collect()
    }
}

/// A session with limits that tests can reach.
pub(crate) fn session(protocol: Protocol) -> Session<String> {
    let limits = Limits { message: 10_000, ..Limits::default() };
    Session::new(protocol, "in.example", protocol == Protocol::Smtp, limits)
}

/// Says these pieces one after the other. Known is who is called `known…` at `in.example`.
pub(crate) fn talk(session: &mut Session<String>, pieces: &[&[u8]]) -> Talk {
    let mut talk = Talk::default();
    'pieces: for piece in pieces {
        let mut input = *piece;
        loop {
            match session.step(&mut input) {
                Step::Read => break,
                Step::Mail => session.answer_mail(Ok(())),
                Step::Recipient(mailbox) => {
                    let known = mailbox.local.starts_with("known") && mailbox.domain == "in.example";
                    let unknown = Reply::new(550, "5.1.1", "There is no such address");
                    session.answer_recipient(if known { Ok(mailbox.local) } else { Err(unknown) });
                }
                Step::Message(message) => {
                    let stored = Reply::new(250, "2.0.0", "Stored");
                    session.answer_message(&vec![stored; message.recipients.len()]);
                    talk.messages.push(message);
                }
                Step::Handshake => {
                    talk.handshakes += 1;
                    session.secured();
                }
                Step::Close => {
                    talk.closed = true;
                    break 'pieces;
                }
            }
        }
    }
    talk.said = String::from_utf8(session.take_output()).unwrap();
    talk
}

/// A whole SMTP session in one piece.
pub(crate) fn smtp(bytes: &str) -> Talk {
    talk(&mut session(Protocol::Smtp), &[bytes.as_bytes()])
}
