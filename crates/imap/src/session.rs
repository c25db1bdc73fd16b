//! A session in one folder: what is there, its messages, and what is done to them.
//!
//! Commands are written and answers read here and not by the client library's own methods, since those take a refused FETCH or
//! STORE for a success, and end badly where a refusal has no text.

use std::time::Duration;

use async_imap::{
    Session as Signed,
    imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode, Status},
};
use chrono::DateTime;
use tokio::{net::TcpStream, time::timeout};

use crate::{Access, Error, Limits, bounded::Bounded, error::short, folder_name::quoted, sign_in::sign_in, tls};

/// A date and time in IMAP (RFC 3501 §9, `date-time`).
const DATE_TIME: &str = "%d-%b-%Y %H:%M:%S %z";

/// What is done to a message once it is stored elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// Nothing: the folder is only read.
    Keep,
    /// It is marked as read.
    Seen,
    /// It goes to another folder.
    Move(String),
    /// It is deleted; where the server cannot delete one message alone (UIDPLUS, RFC 4315), it is only marked as deleted.
    Delete,
}

/// A folder as it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// As long as this stays the same, a UID names the same message (RFC 3501 §2.3.1.1).
    pub uid_validity: u32,
    /// The UID that the next message will have, or more; none where the server does not say.
    pub uid_next: Option<u32>,
    /// Messages in it.
    pub exists: u32,
}

/// What is known of a message before it is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Particulars {
    /// Its UID.
    pub uid: u32,
    /// Its size in bytes.
    pub size: usize,
    /// When it came into the mailbox (INTERNALDATE), in Unix milliseconds; none where the server does not say.
    pub arrived: Option<i64>,
}

/// What the server can do beyond RFC 3501.
#[derive(Clone, Copy, Debug, Default)]
struct Can {
    idle: bool,
    r#move: bool,
    uid_plus: bool,
}

/// A session of somebody who has signed in.
#[derive(Debug)]
pub struct Session {
    signed: Signed<Bounded>,
    limits: Limits,
    can: Can,
}

impl Session {
    /// Encrypts the connection and signs in.
    ///
    /// # Errors
    /// The certificate does not hold, user and secret are refused, or the server does not speak IMAP, or not in time.
    pub async fn open(stream: TcpStream, access: &Access<'_>, limits: &Limits) -> Result<Self, Error> {
        let client = tls::client(stream, access.host, (access.tls, access.trust), limits).await?;
        let signed = sign_in(client, access, limits).await?;
        let mut session = Self { signed, limits: limits.clone(), can: Can::default() };
        let mut can = Can::default();
        session
            .ask("CAPABILITY", "what it can do", limits.answer, |response| {
                if let Response::Capabilities(all) = response {
                    let has = |name: &str| {
                        all.iter().any(|one| {
                            matches!(one, async_imap::imap_proto::Capability::Atom(atom) if atom.eq_ignore_ascii_case(name))
                        })
                    };
                    can = Can { idle: has("IDLE"), r#move: has("MOVE"), uid_plus: has("UIDPLUS") };
                }
            })
            .await?;
        session.can = can;
        Ok(session)
    }

    /// Opens a folder: to read it only, where nothing is to be done to messages.
    ///
    /// # Errors
    /// There is no such folder, or it cannot be opened by this user.
    pub async fn folder(&mut self, name: &str, after: &After) -> Result<Folder, Error> {
        let command = if *after == After::Keep { "EXAMINE" } else { "SELECT" };
        let mut folder = Folder::default();
        let on = |response: &Response<'_>| match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => folder.exists = *count,
            Response::Data { status: Status::Ok, outcome } => match outcome.code {
                Some(ResponseCode::UidValidity(value)) => folder.uid_validity = value,
                Some(ResponseCode::UidNext(uid)) => folder.uid_next = Some(uid),
                _ => {}
            },
            _ => {}
        };
        let allowed = self.limits.answer;
        self.ask(&format!("{command} {}", quoted(name)), "to open the folder", allowed, on).await?;
        Ok(folder)
    }

    /// The UIDs in a range, ascending.
    ///
    /// # Errors
    /// The server refuses, or answers more than [`Limits::answer`].
    pub async fn uids(&mut self, first: u32, last: Option<u32>) -> Result<Vec<u32>, Error> {
        let last_text = last.map_or("*".to_owned(), |last| last.to_string());
        let mut found = Vec::new();
        let on = |response: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend_from_slice(uids);
            }
        };
        let allowed = self.limits.answer;
        self.ask(&format!("UID SEARCH UID {first}:{last_text}"), "to list messages", allowed, on).await?;
        // `5:*` names the last message even where its UID is less.
        found.retain(|uid| *uid >= first && last.is_none_or(|last| *uid <= last));
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// What is known of these messages before they are fetched. Those that are gone are not among them.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn particulars(&mut self, uids: &[u32]) -> Result<Vec<Particulars>, Error> {
        if uids.is_empty() {
            return Ok(vec![]);
        }
        let set: Vec<String> = uids.iter().map(u32::to_string).collect();
        let mut found: Vec<Particulars> = Vec::new();
        let on = |response: &Response<'_>| {
            let Response::Fetch(_, attributes) = response else { return };
            let (mut uid, mut size, mut arrived) = (None, None, None);
            for attribute in attributes {
                match attribute {
                    AttributeValue::Uid(value) => uid = Some(*value),
                    AttributeValue::Rfc822Size(value) => size = usize::try_from(*value).ok(),
                    AttributeValue::InternalDate(text) => arrived = millis(text),
                    _ => {}
                }
            }
            // Without a size it is news about flags that nobody asked for.
            if let (Some(uid), Some(size)) = (uid, size)
                && uids.contains(&uid)
            {
                found.push(Particulars { uid, size, arrived });
            }
        };
        let allowed = self.limits.answer;
        let command = format!("UID FETCH {} (UID RFC822.SIZE INTERNALDATE)", set.join(","));
        self.ask(&command, "to describe messages", allowed, on).await?;
        found.sort_unstable_by_key(|one| one.uid);
        found.dedup_by_key(|one| one.uid);
        Ok(found)
    }

    /// A message as it is, its flags untouched; none where it is gone.
    ///
    /// # Errors
    /// The server refuses, or sends more than it said the message has.
    pub async fn message(&mut self, of: &Particulars) -> Result<Option<Vec<u8>>, Error> {
        let mut body = None;
        let on = |response: &Response<'_>| {
            let Response::Fetch(_, attributes) = response else { return };
            let is_it = attributes.iter().any(|one| matches!(one, AttributeValue::Uid(uid) if *uid == of.uid));
            for attribute in attributes {
                if let AttributeValue::BodySection { section: None, data: Some(data), .. } = attribute
                    && is_it
                {
                    body = Some(data.to_vec());
                }
            }
        };
        // Some servers say a size that is a little off.
        let allowed = of.size + of.size / 8 + self.limits.answer;
        let command = format!("UID FETCH {} (UID BODY.PEEK[])", of.uid);
        let time = self.limits.message_time;
        self.ask_within(&command, "to fetch a message", (allowed, time), on).await?;
        Ok(body)
    }

    /// Does to a message what is to be done once it is stored elsewhere.
    ///
    /// # Errors
    /// The server refuses, as where the user may only read.
    pub async fn settle(&mut self, uid: u32, after: &After) -> Result<(), Error> {
        match after {
            After::Keep => Ok(()),
            After::Seen => self.flag(uid, "\\Seen", "to mark a message as read").await,
            After::Move(folder) if self.can.r#move => {
                self.do_it(&format!("UID MOVE {uid} {}", quoted(folder)), "to move a message").await
            }
            After::Move(folder) => {
                self.do_it(&format!("UID COPY {uid} {}", quoted(folder)), "to move a message").await?;
                self.delete(uid).await
            }
            After::Delete => self.delete(uid).await,
        }
    }

    async fn delete(&mut self, uid: u32) -> Result<(), Error> {
        self.flag(uid, "\\Deleted", "to delete a message").await?;
        if self.can.uid_plus {
            // A plain EXPUNGE would take what others have marked with it.
            self.do_it(&format!("UID EXPUNGE {uid}"), "to delete a message").await?;
        }
        Ok(())
    }

    async fn flag(&mut self, uid: u32, flag: &str, what: &'static str) -> Result<(), Error> {
        self.do_it(&format!("UID STORE {uid} +FLAGS.SILENT ({flag})"), what).await
    }

    async fn do_it(&mut self, command: &str, what: &'static str) -> Result<(), Error> {
        let allowed = self.limits.answer;
        self.ask(command, what, allowed, |_| {}).await
    }

    /// Whether the server tells by itself when something comes.
    #[must_use]
    pub const fn can_wait(&self) -> bool {
        self.can.idle
    }

    /// Waits until something happens in the folder, at most so long (RFC 2177). True when something did.
    ///
    /// # Errors
    /// The connection broke, or the server refuses.
    pub async fn wait(&mut self, at_most: Duration) -> Result<bool, Error> {
        let refused = |said: Option<&str>| Error::Refused {
            what: "to tell of new messages",
            said: short(said.unwrap_or("without a reason")),
        };
        self.signed.get_mut().allow(self.limits.answer);
        let id = self.signed.run_command("IDLE").await?;
        // What came just before may be told before the server says that it waits.
        let (mut waits, mut came) = (false, false);
        let news = timeout(at_most, async {
            while !(waits && came) {
                let Some(response) = self.signed.read_response().await? else {
                    return Err(Error::Lost("the server hung up".to_owned()));
                };
                match response.parsed() {
                    Response::Continue(_) => waits = true,
                    Response::MailboxData(MailboxDatum::Exists(_)) => came = true,
                    Response::Done { outcome, .. } => return Err(refused(outcome.information.as_deref())),
                    Response::Data { status: Status::Bye, outcome } => {
                        return Err(Error::Lost(short(outcome.information.as_deref().unwrap_or("goodbye"))));
                    }
                    _ => {}
                }
            }
            Ok(())
        })
        .await;
        let happened = match news {
            Ok(Ok(())) => true,
            Ok(Err(error)) => return Err(error),
            Err(_) if waits => false,
            Err(_) => return Err(Error::Slow),
        };
        self.signed.run_command_untagged("DONE").await?;
        let done = async {
            loop {
                let Some(response) = self.signed.read_response().await? else {
                    return Err(Error::Lost("the server hung up".to_owned()));
                };
                if let Response::Done { tag, .. } = response.parsed()
                    && *tag == id
                {
                    return Ok(happened);
                }
            }
        };
        timeout(self.limits.command_time, done).await.map_err(|_| Error::Slow)?
    }

    /// Says goodbye. Whether the server heard it does not matter.
    pub async fn close(mut self) {
        let allowed = self.limits.answer;
        let _ = self.ask_within("LOGOUT", "to part", (allowed, Duration::from_secs(2)), |_| {}).await;
    }

    async fn ask(
        &mut self,
        command: &str,
        what: &'static str,
        allowed: usize,
        on: impl FnMut(&Response<'_>),
    ) -> Result<(), Error> {
        let time = self.limits.command_time;
        self.ask_within(command, what, (allowed, time), on).await
    }

    /// Sends a command and reads until it is answered; `on` sees all that comes before.
    async fn ask_within(
        &mut self,
        command: &str,
        what: &'static str,
        (allowed, time): (usize, Duration),
        mut on: impl FnMut(&Response<'_>),
    ) -> Result<(), Error> {
        self.signed.get_mut().allow(allowed);
        let talking = async {
            let id = self.signed.run_command(command).await?;
            loop {
                let Some(response) = self.signed.read_response().await? else {
                    return Err(Error::Lost("the server hung up".to_owned()));
                };
                match response.parsed() {
                    Response::Done { tag, status, outcome } if *tag == id => {
                        if *status == Status::Ok {
                            return Ok(());
                        }
                        let said = outcome.information.as_deref().unwrap_or("without a reason");
                        return Err(Error::Refused { what, said: short(said) });
                    }
                    other => on(other),
                }
            }
        };
        timeout(time, talking).await.map_err(|_| Error::Slow)?
    }
}

/// An INTERNALDATE in Unix milliseconds.
fn millis(text: &str) -> Option<i64> {
    DateTime::parse_from_str(text.trim(), DATE_TIME).ok().map(|date| date.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_servers_write_them() {
        assert_eq!(millis("17-Jul-1996 02:44:25 -0700"), Some(837_596_665_000));
        assert_eq!(millis(" 1-Jan-2026 00:00:00 +0000"), Some(1_767_225_600_000));
        assert_eq!(millis("yesterday"), None);
    }
}
