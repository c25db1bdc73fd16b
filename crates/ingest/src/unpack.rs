//! Bytes to documents, by magic bytes alone: names and media types are never trusted.

use std::borrow::Cow;

use model::text::visible_short;
use tlsrpt::{Note, note::Code};

use crate::{Error, Limits, format::Format, gzip, hints, mail, mbox, transfer, zip};

/// What bytes held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The documents found, at least one.
    pub documents: Vec<Document>,
    /// What was tolerated on the way, when it belongs to no document.
    pub notes: Vec<Note>,
}

/// One JSON document, not parsed yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The unpacked bytes.
    pub json: Vec<u8>,
    /// The file name given with it: untrusted, never a path.
    pub name: Option<String>,
    /// What stood around it.
    pub hints: Hints,
    /// What was tolerated in unpacking it.
    pub notes: Vec<Note>,
}

/// What an e-mail or a file name says about a report. The report itself is authoritative (RFC 8460 §5.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// TLS-Report-Domain, or the Subject's or file name's domain, as written.
    pub domain: Option<String>,
    /// TLS-Report-Submitter, or the Subject's or file name's, as written.
    pub submitter: Option<String>,
}

/// Unpacks bytes into documents: JSON, gzip, zip, an e-mail, an mbox, and these inside each other.
///
/// # Errors
/// When no document can be found, or a limit is passed.
pub fn unpack(bytes: &[u8], limits: &Limits) -> Result<Unpacked, Error> {
    unpack_named(bytes, None, limits)
}

/// As [`unpack`], with the file's name, if it has one: a hint, nothing more.
pub(crate) fn unpack_named(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Unpacked, Error> {
    if bytes.len() > limits.received {
        return Err(Error::TooLarge { what: "what was sent", limit: limits.received });
    }
    let mut unpacker = Unpacker {
        limits,
        budget: Budget { left: limits.unpacked, limit: limits.unpacked },
        found: Unpacked::default(),
        failed: None,
    };
    let source = Source { name: name.map(ToOwned::to_owned), ..Source::default() };
    unpacker.add(Cow::Borrowed(bytes), &source, 0)?;
    match (unpacker.found.documents.is_empty(), unpacker.failed) {
        (false, _) => Ok(unpacker.found),
        (true, Some(error)) => Err(error),
        (true, None) => Err(Error::NoReport { container: "file", found: "there is nothing in it".to_owned() }),
    }
}

/// How many more bytes may be unpacked, over all parts together.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
    limit: usize,
}

impl Budget {
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        self.left =
            self.left.checked_sub(bytes).ok_or(Error::TooLarge { what: "what is packed inside", limit: self.limit })?;
        Ok(())
    }
}

/// What is known of bytes from where they stood.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    pub(crate) name: Option<String>,
    pub(crate) hints: Hints,
    pub(crate) notes: Vec<Note>,
}

impl Source {
    fn with_note(&self, note: Note) -> Self {
        let mut source = self.clone();
        source.notes.push(note);
        source
    }
}

/// One run of [`unpack`].
pub(crate) struct Unpacker<'l> {
    pub(crate) limits: &'l Limits,
    budget: Budget,
    found: Unpacked,
    /// The first part that could not be read.
    failed: Option<Error>,
}

impl Unpacker<'_> {
    /// Packing inside packing beyond which nothing honest lies: gzip in zip, or gzip applied twice.
    const LAYERS: usize = 2;

    /// Adds every document in `bytes`.
    pub(crate) fn add(&mut self, bytes: Cow<'_, [u8]>, source: &Source, layers: usize) -> Result<(), Error> {
        if layers > Self::LAYERS {
            return Err(Error::TooMany { what: "layers of packing", limit: Self::LAYERS });
        }
        let twice = || {
            if layers == 0 {
                return source.clone();
            }
            source.with_note(Code::PackedTwice.note("the report was packed twice"))
        };
        match Format::of(&bytes) {
            Format::Empty => Err(Error::Empty),
            Format::Json => {
                let name = source.name.clone();
                let hints = hints::complete(&source.hints, name.as_deref());
                self.found.documents.push(Document {
                    json: bytes.into_owned(),
                    name,
                    hints,
                    notes: source.notes.clone(),
                });
                Ok(())
            }
            Format::Gzip => {
                let (content, ignored) = gzip::inflate(&bytes, &mut self.budget)?;
                drop(bytes);
                let mut source = twice();
                if ignored > 0 {
                    source.notes.push(Code::GzipTrailingData.note(format!(
                        "{} after the end of the gzip data were ignored",
                        model::format::counted(ignored as u64, "byte")
                    )));
                }
                self.add(Cow::Owned(content), &source, layers + 1)
            }
            Format::Zip => {
                let entries = zip::entries(&bytes, self.limits.zip_entries)?;
                if entries.is_empty() {
                    return Err(Error::NoReport { container: "zip file", found: "it is empty".to_owned() });
                }
                let source = twice();
                for entry in entries {
                    let content = entry.content(&bytes, &mut self.budget);
                    let result = content.and_then(|content| {
                        let source = Source { name: Some(entry.name.clone()), ..source.clone() };
                        self.add(Cow::Owned(content), &source, layers + 1)
                    });
                    self.part(&entry.name, result)?;
                }
                Ok(())
            }
            Format::Base64 if !source.notes.iter().any(|note| note.code == Code::Base64Undeclared.as_str()) => {
                let note = Code::Base64Undeclared.note("the report is base64 text without a header that says so");
                self.add(Cow::Owned(transfer::base64(&bytes)), &source.with_note(note), layers)
            }
            Format::Mail => mail::add(self, &bytes),
            Format::Mbox => self.add_mbox(&bytes),
            Format::Base64 | Format::Unknown => Err(Error::UnknownFormat { found: beginning(&bytes) }),
        }
    }

    fn add_mbox(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let mut messages = 0;
        for message in mbox::messages(bytes, self.limits.received) {
            messages += 1;
            match message.and_then(|message| mail::add(self, &message)) {
                // A mailbox may hold other mail too.
                Ok(()) | Err(Error::NoReport { .. }) => {}
                failed => self.part(&format!("message {messages}"), failed)?,
            }
        }
        if self.found.documents.is_empty() && self.failed.is_none() {
            let found = format!("none of its {} carries one", model::format::counted(messages, "message"));
            return Err(Error::NoReport { container: "mailbox", found });
        }
        Ok(())
    }

    /// Takes the outcome of one part among several: passing a limit ends everything, any other failure becomes a note.
    pub(crate) fn part(&mut self, name: &str, result: Result<(), Error>) -> Result<(), Error> {
        match result {
            Ok(()) => Ok(()),
            Err(error @ (Error::TooLarge { .. } | Error::TooMany { .. })) => Err(error),
            Err(error) => {
                if self.found.notes.len() < MAX_NOTES {
                    self.found.notes.push(Code::PartUnreadable.note(format!("“{}”: {error}", visible_short(name, 60))));
                }
                self.failed.get_or_insert(error);
                Ok(())
            }
        }
    }

    /// How many documents there are so far.
    pub(crate) const fn count(&self) -> usize {
        self.found.documents.len()
    }
}

/// Notes about parts that could not be read.
const MAX_NOTES: usize = 10;

/// How unknown bytes begin, fit to be shown.
fn beginning(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(24)];
    format!("it begins with “{}”", head.escape_ascii())
}
