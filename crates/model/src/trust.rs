//! How far a report's claimed sender can be believed.

use serde::{Deserialize, Serialize};

use crate::{Channel, DomainName};

/// Trust in a report's origin, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// From an upload, a file, or a mail whose DKIM signature does not hold.
    Unverified,
    /// By HTTPS: unauthenticated by design, since the report address stands in public DNS (RFC 8460 §5.4).
    Unsigned,
    /// A mail whose DKIM signature is valid and aligned (RFC 8460 §3).
    Signed,
}

impl Trust {
    /// All of them, best first.
    pub const ALL: [Self; 3] = [Self::Signed, Self::Unsigned, Self::Unverified];

    /// The glossary's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Unsigned => "unsigned",
            Self::Signed => "signed",
        }
    }

    /// The value of this word, as filters have it.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trust| trust.word() == word)
    }

    /// As reports show it: `signed by google.com`, `unsigned`, `unverified`. The signer's name as DNS has it, so that none looks
    /// like another.
    #[must_use]
    pub fn told(self, signer: Option<&DomainName>) -> String {
        match (self, signer) {
            (Self::Signed, Some(signer)) => format!("signed by {signer}"),
            _ => self.word().to_owned(),
        }
    }

    /// The trust in what came by a channel without a signature that holds.
    #[must_use]
    pub const fn without_signature(channel: Channel) -> Self {
        match channel {
            Channel::Https => Self::Unsigned,
            _ => Self::Unverified,
        }
    }
}

/// What is done with reports that no valid signature proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// They are kept and shown, and count only once someone lets them in.
    Quarantine,
    /// They count, marked for what they are.
    Count,
}

impl Treatment {
    /// As forms and commands write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quarantine => "quarantine",
            Self::Count => "count",
        }
    }

    /// The treatment of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Quarantine, Self::Count].into_iter().find(|treatment| treatment.word() == word)
    }
}

/// What a workspace does, by channel, with reports that no valid signature proves. What a member uploads or imports counts:
/// that member answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Treatments {
    /// By SMTP or LMTP.
    pub smtp: Treatment,
    /// Out of a mailbox.
    pub imap: Treatment,
    /// From a mail server, on a pipe.
    pub pipe: Treatment,
    /// By HTTPS, which knows no signatures.
    pub https: Treatment,
}

impl Default for Treatments {
    /// RFC 8460 §3: by mail, reports without a valid signature must be ignored; by HTTPS there is none to ask for.
    fn default() -> Self {
        let quarantine = Treatment::Quarantine;
        Self { smtp: quarantine, imap: quarantine, pipe: quarantine, https: Treatment::Count }
    }
}

impl Treatments {
    /// What is done with what comes by a channel.
    #[must_use]
    pub const fn of(self, channel: Channel) -> Treatment {
        match channel {
            Channel::Smtp => self.smtp,
            Channel::Imap => self.imap,
            Channel::Pipe => self.pipe,
            Channel::Https => self.https,
            Channel::Upload | Channel::Import => Treatment::Count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_must_be_signed_unless_a_workspace_says_otherwise() {
        let usual = Treatments::default();
        for channel in [Channel::Smtp, Channel::Imap, Channel::Pipe] {
            assert_eq!(usual.of(channel), Treatment::Quarantine, "{channel:?}");
        }
        for channel in [Channel::Https, Channel::Upload, Channel::Import] {
            assert_eq!(usual.of(channel), Treatment::Count, "{channel:?}");
        }
        let lenient = Treatments { imap: Treatment::Count, ..usual };
        assert_eq!((lenient.of(Channel::Imap), lenient.of(Channel::Smtp)), (Treatment::Count, Treatment::Quarantine));
    }

    #[test]
    fn reports_say_who_signed_them() {
        let google = DomainName::parse("google.com").unwrap();
        assert_eq!(Trust::Signed.told(Some(&google)), "signed by google.com");
        assert_eq!(Trust::Unsigned.told(None), "unsigned");
        assert_eq!(Trust::Unverified.told(Some(&google)), "unverified");
    }

    #[test]
    fn words_read_back() {
        for trust in Trust::ALL {
            assert_eq!(Trust::from_word(trust.word()), Some(trust));
        }
        for treatment in [Treatment::Quarantine, Treatment::Count] {
            assert_eq!(Treatment::from_word(treatment.word()), Some(treatment));
        }
        assert_eq!((Trust::from_word("any"), Treatment::from_word("")), (None, None));
    }
}
