//! E-mails that carry reports (RFC 8460 §5.3), in every shape that senders, gateways and people forward them in.
//!
//! Parts are split here rather than by a mail library, so that the caps on size, number and depth apply while reading and a
//! part's raw bytes survive whatever type it claims to have; the library reads the structured header fields.

pub(crate) mod claim;
pub(crate) mod headers;
mod multipart;
pub(crate) mod recipients;

use std::borrow::Cow;

use model::text::visible_short;
use tlsrpt::note::Code;

use self::headers::{ContentType, Headers};
use crate::{
    Error, Hints,
    format::Format,
    hints, transfer,
    unpack::{Source, Unpacker},
};

/// Adds every report in a message.
pub(crate) fn add(unpacker: &mut Unpacker<'_>, message: &[u8]) -> Result<(), Error> {
    let before = unpacker.count();
    let mut walk = Walk { unpacker, parts: 0, seen: Vec::new(), failed: None };
    walk.message(message, 0)?;
    let (seen, failed) = (walk.seen, walk.failed);
    match failed {
        _ if unpacker.count() > before => Ok(()),
        Some(error) => Err(error),
        None => Err(Error::NoReport { container: "e-mail", found: found(&seen) }),
    }
}

/// One walk through the parts of a message.
struct Walk<'u, 'l> {
    unpacker: &'u mut Unpacker<'l>,
    parts: usize,
    /// The media types of the parts seen.
    seen: Vec<String>,
    /// The first part that looked like a report but could not be read.
    failed: Option<Error>,
}

impl Walk<'_, '_> {
    fn message(&mut self, message: &[u8], depth: usize) -> Result<(), Error> {
        let (headers, body) = Headers::split(message, self.unpacker.limits.mail_headers)?;
        // A forwarded message speaks for itself: the outer sender is not the submitter.
        let hints = hints::of_mail(&headers);
        self.entity(&headers, body, &hints, "", depth)
    }

    fn entity(
        &mut self,
        headers: &Headers,
        body: &[u8],
        hints: &Hints,
        parent: &str,
        depth: usize,
    ) -> Result<(), Error> {
        self.parts += 1;
        let limits = self.unpacker.limits;
        if self.parts > limits.mail_parts {
            return Err(Error::TooMany { what: "parts in the e-mail", limit: limits.mail_parts });
        }
        if depth > limits.mail_depth {
            return Err(Error::TooMany { what: "levels in the e-mail", limit: limits.mail_depth });
        }
        let content_type = headers.content_type();
        let media_type = content_type.media_type();
        if media_type.starts_with("multipart/") {
            let parts = multipart::parts(body, content_type.parameter("boundary"), limits.mail_parts);
            if !parts.is_empty() {
                let shape = if is_tlsrpt(&content_type) { TLSRPT } else { &media_type };
                return parts.into_iter().try_for_each(|part| {
                    let (headers, body) = Headers::split_part(part, limits.mail_headers)?;
                    self.entity(&headers, body, hints, shape, depth + 1)
                });
            }
        }
        let body = transfer::decode(&headers.transfer_encoding(), body);
        if matches!(&*media_type, "message/rfc822" | "message/global") {
            return self.message(&body, depth + 1);
        }
        self.leaf(headers, &media_type, body, hints, parent, depth)
    }

    fn leaf(
        &mut self,
        headers: &Headers,
        media_type: &str,
        body: Cow<'_, [u8]>,
        hints: &Hints,
        parent: &str,
        depth: usize,
    ) -> Result<(), Error> {
        let name = headers.file_name();
        let claims_report = media_type.starts_with("application/tlsrpt")
            || name.as_ref().is_some_and(|name| {
                let name = name.to_ascii_lowercase();
                [".json", ".gz", ".zip"].iter().any(|extension| name.ends_with(extension))
            });
        let format = Format::of(&body);
        let is_attached_mail = format == Format::Mail
            && name.as_ref().is_some_and(|name| name.len() > 4 && name.to_ascii_lowercase().ends_with(".eml"));
        let is_packed = matches!(format, Format::Json | Format::Gzip | Format::Zip | Format::Base64);
        if is_attached_mail {
            return self.message(&body, depth + 1);
        }
        if !is_packed && !claims_report {
            let empty = if format == Format::Empty { "an empty " } else { "" };
            self.seen.push(format!("{empty}{media_type}"));
            return Ok(());
        }
        let label = name.clone().unwrap_or_else(|| media_type.to_owned());
        let mut source = Source { name, hints: hints.clone(), ..Source::default() };
        let registered = matches!(media_type, "application/tlsrpt+json" | "application/tlsrpt+gzip");
        if !registered || !matches!(parent, "" | TLSRPT) {
            let within = if parent.is_empty() { String::new() } else { format!(" within {parent}") };
            source.notes.push(Code::MailShape.note(format!(
                "the e-mail carries the report as {}{within}, not as RFC 8460 §5.3 says",
                visible_short(media_type, 60)
            )));
        }
        let result = if is_packed {
            self.unpacker.add(body, &source, 0)
        } else if format == Format::Empty {
            Err(Error::Empty)
        } else {
            Err(Error::Damaged { format: "attached", reason: "it is neither JSON nor gzip nor zip".to_owned() })
        };
        if let Err(error) = result {
            self.fail(&label, error)?;
        }
        Ok(())
    }

    fn fail(&mut self, label: &str, error: Error) -> Result<(), Error> {
        // Kept apart from the unpacker's own: a mailbox has other messages.
        let text = error.to_string();
        self.unpacker.part(label, Err(error))?;
        self.failed.get_or_insert(Error::NoReport { container: "e-mail", found: format!("“{label}”: {text}") });
        Ok(())
    }
}

/// The multipart that RFC 8460 §5.3 demands.
const TLSRPT: &str = "multipart/report; report-type=tlsrpt";

/// Whether a multipart has the type that RFC 8460 §5.3 demands.
fn is_tlsrpt(content_type: &ContentType) -> bool {
    content_type.media_type() == "multipart/report"
        && content_type.parameter("report-type").is_some_and(|report| report.eq_ignore_ascii_case("tlsrpt"))
}

/// What an e-mail without a report holds, in words.
fn found(seen: &[String]) -> String {
    let mut types: Vec<&str> = Vec::new();
    for media_type in seen {
        if !types.contains(&media_type.as_str()) && types.len() < 5 {
            types.push(media_type);
        }
    }
    if types.is_empty() {
        return "it has no parts that can be read".to_owned();
    }
    format!("it holds {}", visible_short(&types.join(", "), 200))
}
