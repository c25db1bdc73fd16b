//! A message before it is sent.

use std::time::{Duration, SystemTime};

use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
};
use model::Timestamp;

use crate::Error;

/// A message to one person: plain text, for every mail program there is.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The recipient's bare address.
    pub to: &'a str,
    /// One line.
    pub subject: &'a str,
    /// Lines that end in `\n`.
    pub text: &'a str,
}

impl Letter<'_> {
    /// The message as it goes over the wire, headers encoded.
    pub(crate) fn written(&self, from: &Mailbox, id: &str, now: Timestamp) -> Result<Message, Error> {
        let to: Address = self.to.parse().map_err(|_| Error::Address(self.to.to_owned()))?;
        // A header is one line: what would begin another is a blank.
        let subject: String = self.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let written = Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now.0).unwrap_or_default()))
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(self.text.to_owned());
        written.map_err(|error| Error::Settings(error.to_string()))
    }
}

/// `Auto-Submitted: auto-generated`: no vacation notice answers (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(to: &str, subject: &str, text: &str) -> Result<String, Error> {
        let from = "Waxseal <waxseal@example.com>".parse().unwrap();
        let message = Letter { to, subject, text }.written(&from, "k7", Timestamp(1_795_262_400_000))?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn a_letter_says_who_when_and_that_no_person_wrote_it() {
        let text = written("ada@example.org", "Hello", "One line.\nAnother.\n").unwrap();
        for line in [
            "From: Waxseal <waxseal@example.com>",
            "To: ada@example.org",
            "Subject: Hello",
            "Date: Sat, 21 Nov 2026 12:00:00 +0000",
            "Message-ID: <k7@example.com>",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
            "One line.",
        ] {
            assert!(text.split("\r\n").any(|found| found == line), "{line} is not in {text}");
        }
    }

    #[test]
    fn no_text_becomes_a_header_or_another_message() {
        let text =
            written("ada@example.org", "Hi\r\nBcc: eve@example.net\r\n\r\nx", "a\r\n.\r\nMAIL FROM:<x>\r\n").unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(!head.split("\r\n").any(|line| line.starts_with("Bcc")), "{head}");
        for to in ["ada@example.org\r\nBcc: eve@example.net", "a@b.example, c@d.example", "<a@b.example>", ""] {
            assert!(matches!(written(to, "Hi", "x"), Err(Error::Address(_))), "{to}");
        }
    }

    #[test]
    fn words_of_all_languages_arrive() {
        let text = written("ada@example.org", "Příliš žluťoučký", "kůň\n").unwrap();
        assert!(text.contains("Subject: =?utf-8?b?"), "{text}");
        assert!(text.is_ascii(), "{text}");
    }
}
