//! One session as a state machine: bytes in, replies out, and questions to whoever owns the mailboxes.
//!
//! SMTP and LMTP differ in three things only: the greeting command, no STARTTLS on a local socket, and an answer per recipient
//! after a message (RFC 2033 §4.2).

use crate::{
    Limits, Reply,
    command::{Command, Hello, Mailbox},
    data::{DataReader, Fault},
    line::{Line, LineReader},
};

/// Which of the two protocols is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// RFC 5321
    Smtp,
    /// RFC 2033
    Lmtp,
}

/// What a session needs next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<R> {
    /// More bytes. Whatever [`Session::take_output`] gives is sent before they are waited for.
    Read,
    /// Whether a message may come now: [`Session::answer_mail`].
    Mail,
    /// Whether this recipient is known: [`Session::answer_recipient`].
    Recipient(Mailbox),
    /// What became of this message: [`Session::answer_message`].
    Message(Message<R>),
    /// To send the output, shake hands, and say so: [`Session::secured`]. Bytes received so far are gone.
    Handshake,
    /// To send the output and close.
    Close,
}

/// A message that arrived whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Message<R> {
    /// What was answered for each recipient, in their order; at least one.
    pub recipients: Vec<R>,
    /// Without the dots of the protocol; every line ends with CR LF.
    pub bytes: Vec<u8>,
}

/// One session. `R` is what a known recipient is to the caller.
#[derive(Debug)]
pub struct Session<R> {
    protocol: Protocol,
    host: String,
    limits: Limits,
    tls: Tls,
    greeted: bool,
    phase: Phase,
    lines: LineReader,
    /// The recipients of the message that was begun with MAIL.
    transaction: Option<Vec<R>>,
    errors: usize,
    idle_commands: usize,
    progress: u64,
    output: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tls {
    /// It is not to be had.
    Absent,
    /// It may be asked for.
    Offered,
    /// It is spoken.
    Spoken,
}

#[derive(Debug)]
enum Phase {
    Commands,
    Asked,
    Data(DataReader),
    Handshake,
    Over,
}

const OK: Reply = Reply::new(250, "2.0.0", "OK");
const OUT_OF_ORDER: Reply = Reply::new(503, "5.5.1", "That command does not come now");
const TOO_LARGE: Reply = Reply::new(552, "5.3.4", "The message is larger than this server takes");
const NO_ROOM: Reply = Reply::new(452, "4.3.1", "Too much is being received just now; send it again later");

impl<R> Session<R> {
    /// A session that greets as `host`. `tls` says whether STARTTLS can be offered.
    #[must_use]
    pub fn new(protocol: Protocol, host: &str, tls: bool, limits: Limits) -> Self {
        let mut session = Self {
            protocol,
            host: host.to_owned(),
            limits,
            tls: if tls { Tls::Offered } else { Tls::Absent },
            greeted: false,
            phase: Phase::Commands,
            lines: LineReader::default(),
            transaction: None,
            errors: 0,
            idle_commands: 0,
            progress: 0,
            output: Vec::new(),
        };
        let word = if protocol == Protocol::Smtp { "ESMTP" } else { "LMTP" };
        session.say(&Reply::with_text(220, "", format!("{host} {word} Waxseal")));
        session
    }

    /// Goes on as far as these bytes lead, and takes them from the front of `input`.
    pub fn step(&mut self, input: &mut &[u8]) -> Step<R> {
        loop {
            match &mut self.phase {
                Phase::Commands => {
                    let (kept, endless) = (self.limits.command + MAIL_PARAMETERS, self.limits.endless_command);
                    let Some(line) = self.lines.read(input, kept, endless) else { return Step::Read };
                    self.progress += 1;
                    if let Some(step) = self.line(line, input) {
                        return step;
                    }
                }
                Phase::Data(reader) => {
                    let Some(end) = reader.read(input) else { return Step::Read };
                    self.progress += 1;
                    self.phase = Phase::Commands;
                    if let Some(step) = self.message(end) {
                        return step;
                    }
                }
                // A question that was not answered: the caller has nothing to go on with.
                Phase::Asked | Phase::Handshake | Phase::Over => return Step::Close,
            }
        }
    }

    /// What is to be sent; empty when nothing is.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Grows with each line and each message that is complete.
    #[must_use]
    pub const fn progress(&self) -> u64 {
        self.progress
    }

    /// The message that is just coming: how many bytes were read of it, and how many of these are kept.
    #[must_use]
    pub const fn coming(&self) -> Option<Coming> {
        match &self.phase {
            Phase::Data(reader) => Some(Coming { read: reader.read_so_far(), kept: reader.kept() }),
            _ => None,
        }
    }

    /// There is no room for the message that is just coming: it is read to its end and refused for now.
    pub fn no_room(&mut self) {
        if let Phase::Data(reader) = &mut self.phase {
            reader.give_up(Fault::NoRoom);
        }
    }

    /// Says whether a message may come.
    pub fn answer_mail(&mut self, verdict: Result<(), Reply>) {
        self.phase = Phase::Commands;
        match verdict {
            Ok(()) => {
                self.transaction = Some(Vec::new());
                self.say(&Reply::new(250, "2.1.0", "OK"));
            }
            Err(reply) => self.refuse(&reply),
        }
    }

    /// Says whether a recipient is known.
    pub fn answer_recipient(&mut self, verdict: Result<R, Reply>) {
        self.phase = Phase::Commands;
        match verdict {
            Ok(recipient) => {
                self.transaction.get_or_insert_default().push(recipient);
                self.say(&Reply::new(250, "2.1.5", "OK"));
            }
            Err(reply) => self.refuse(&reply),
        }
    }

    /// Says what became of a message, one reply for each recipient in their order. SMTP has room for one answer only: success
    /// when it is the same for all, else that which makes the sender try again, else success when any recipient has it.
    pub fn answer_message(&mut self, replies: &[Reply]) {
        self.phase = Phase::Commands;
        self.idle_commands = 0;
        match self.protocol {
            Protocol::Lmtp => replies.iter().for_each(|reply| self.say(reply)),
            Protocol::Smtp => {
                let order = |reply: &&Reply| match reply.code() {
                    400..500 => 0,
                    200..300 => 1,
                    _ => 2,
                };
                let reply = replies.iter().min_by_key(order).cloned();
                self.say(&reply.unwrap_or(Reply::new(451, "4.3.0", "Nothing became of it; send it again later")));
            }
        }
    }

    /// TLS is spoken from here on, and all that was said before is forgotten (RFC 3207 §4.2).
    pub fn secured(&mut self) {
        self.tls = Tls::Spoken;
        self.greeted = false;
        self.transaction = None;
        self.lines = LineReader::default();
        self.progress += 1;
        self.phase = Phase::Commands;
    }

    /// Ends the session with a last word, such as 421.
    pub fn end(&mut self, reply: &Reply) {
        self.say(reply);
        self.phase = Phase::Over;
    }

    fn line(&mut self, line: Line, input: &mut &[u8]) -> Option<Step<R>> {
        let line = match line {
            Line::Whole(line) => line,
            Line::BareLineEnd => {
                self.refuse(&Reply::new(500, "5.5.2", "A line ends with CR LF, and holds neither of them alone"));
                return None;
            }
            Line::TooLong => {
                self.refuse(&TOO_LONG);
                return None;
            }
            Line::Endless => {
                self.end(&TOO_LONG);
                return None;
            }
        };
        let is_mail = line.get(..5).is_some_and(|verb| verb.eq_ignore_ascii_case(b"MAIL "));
        // The limit counts the CR LF.
        if line.len() + 2 > self.limits.command + if is_mail { MAIL_PARAMETERS } else { 0 } {
            self.refuse(&TOO_LONG);
            return None;
        }
        match Command::parse(&line) {
            Ok(command) => self.command(command, input),
            Err(reply) => {
                self.refuse(&reply);
                None
            }
        }
    }

    fn command(&mut self, command: Command, input: &mut &[u8]) -> Option<Step<R>> {
        if self.is_one_too_many(&command) {
            self.refuse(&Reply::new(450, "4.7.1", "Too many commands that lead nowhere"));
            return None;
        }
        match command {
            Command::Hello(hello) => self.hello(hello),
            Command::StartTls => return self.start_tls(input),
            Command::Mail(parameters) => {
                let too_large = parameters.size.is_some_and(|size| size > self.limits.message as u64);
                if !self.greeted || self.transaction.is_some() {
                    self.refuse(&OUT_OF_ORDER);
                } else if too_large {
                    self.refuse(&TOO_LARGE);
                } else {
                    self.phase = Phase::Asked;
                    return Some(Step::Mail);
                }
            }
            Command::Rcpt(mailbox) => match &self.transaction {
                None => self.refuse(&OUT_OF_ORDER),
                Some(recipients) if recipients.len() >= self.limits.recipients => {
                    // RFC 5321 §4.5.3.1.10
                    self.refuse(&Reply::new(452, "4.5.3", "Too many recipients; send the message to the rest again"));
                }
                Some(_) => {
                    self.phase = Phase::Asked;
                    return Some(Step::Recipient(mailbox));
                }
            },
            Command::Data => match &self.transaction {
                Some(recipients) if !recipients.is_empty() => {
                    self.phase = Phase::Data(DataReader::new(self.limits.message));
                    self.say(&Reply::new(354, "", "Send the message; a dot on a line of its own ends it"));
                }
                _ => self.refuse(&Reply::new(503, "5.5.1", "There is no recipient")),
            },
            Command::Reset => {
                self.transaction = None;
                self.say(&OK);
            }
            Command::Nothing => self.say(&OK),
            Command::Help => self.say(&Reply::new(214, "2.0.0", "This server takes reports of RFC 8460 only")),
            // RFC 5321 §7.3: addresses are not given away.
            Command::Verify => self.say(&Reply::new(252, "2.1.5", "Send a message and see")),
            Command::Quit => self.end(&Reply::new(221, "2.0.0", "Goodbye")),
            Command::NotOffered => self.refuse(&Reply::new(502, "5.5.1", "This command is not offered")),
            Command::Chunk => self.end(&Reply::new(502, "5.5.1", "CHUNKING is not offered")),
            Command::Http => self.end(&Reply::new(421, "4.7.0", "This is a mail server")),
        }
        None
    }

    /// Whether a command that brings no message forward is one more than there should be.
    fn is_one_too_many(&mut self, command: &Command) -> bool {
        let idle =
            matches!(command, Command::Hello(_) | Command::Reset | Command::Nothing | Command::Help | Command::Verify);
        self.idle_commands += usize::from(idle);
        idle && self.idle_commands > self.limits.idle_commands
    }

    fn hello(&mut self, hello: Hello) {
        // RFC 2033 §4.1: LHLO is for LMTP, and LMTP knows no other.
        if (hello == Hello::Lhlo) != (self.protocol == Protocol::Lmtp) {
            self.refuse(&Reply::new(500, "5.5.1", "Greet with EHLO where SMTP is spoken, with LHLO where LMTP is"));
            return;
        }
        self.greeted = true;
        // RFC 5321 §4.1.4: a greeting resets like RSET.
        self.transaction = None;
        if hello == Hello::Helo {
            let host = self.host.clone();
            self.say(&Reply::with_text(250, "", host));
            return;
        }
        let mut lines = vec![self.host.clone(), format!("SIZE {}", self.limits.message)];
        lines.extend(["8BITMIME", "SMTPUTF8", "PIPELINING"].map(str::to_owned));
        if self.tls == Tls::Offered {
            lines.push("STARTTLS".to_owned());
        }
        for line in lines {
            self.output.extend_from_slice(format!("250-{line}\r\n").as_bytes());
        }
        self.output.extend_from_slice(b"250 ENHANCEDSTATUSCODES\r\n");
    }

    fn start_tls(&mut self, input: &mut &[u8]) -> Option<Step<R>> {
        match self.tls {
            Tls::Absent => self.refuse(&Reply::new(502, "5.5.1", "STARTTLS is not offered")),
            Tls::Spoken => self.refuse(&Reply::new(503, "5.5.1", "TLS is spoken already")),
            Tls::Offered => {
                // What came behind it in clear text could have come from anyone (CVE-2011-0411).
                *input = &[];
                self.say(&Reply::new(220, "2.0.0", "Go ahead"));
                self.phase = Phase::Handshake;
                return Some(Step::Handshake);
            }
        }
        None
    }

    fn message(&mut self, end: Result<Vec<u8>, Fault>) -> Option<Step<R>> {
        let recipients = self.transaction.take().unwrap_or_default();
        let fault = match end {
            Ok(bytes) => {
                self.phase = Phase::Asked;
                return Some(Step::Message(Message { recipients, bytes }));
            }
            Err(fault) => fault,
        };
        let refusal = match fault {
            Fault::BareLineEnd => {
                Reply::new(550, "5.6.0", "The message holds a CR or an LF that stands alone; nothing is stored")
            }
            Fault::TooLarge | Fault::Endless => TOO_LARGE,
            Fault::NoRoom => NO_ROOM,
        };
        let times = if self.protocol == Protocol::Lmtp { recipients.len() } else { 1 };
        for _ in 1..times {
            self.say(&refusal);
        }
        if fault == Fault::Endless {
            self.end(&refusal);
        } else {
            self.refuse(&refusal);
        }
        None
    }

    /// An error: after too many of them, the session ends.
    fn refuse(&mut self, reply: &Reply) {
        self.errors += 1;
        self.say(reply);
        if self.errors >= self.limits.errors {
            self.end(&Reply::new(421, "4.7.0", "Too many errors"));
        }
    }

    fn say(&mut self, reply: &Reply) {
        self.output.extend_from_slice(reply.to_string().as_bytes());
    }
}

/// How far the message is that is just coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coming {
    /// Bytes read.
    pub read: usize,
    /// Bytes kept in memory.
    pub kept: usize,
}

/// By how much MAIL may be longer: SIZE (RFC 1870 §3), BODY (RFC 6152 §2), SMTPUTF8 (RFC 6531 §3.1).
const MAIL_PARAMETERS: usize = 26 + 17 + 10;

const TOO_LONG: Reply = Reply::new(500, "5.5.2", "The line is too long");
