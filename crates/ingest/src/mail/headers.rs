//! The header of a message or part (RFC 5322 §2.2, RFC 2045).

use std::borrow::Cow;

use mail_parser::{HeaderValue, parsers::MessageStream};

use crate::Error;

/// A header block, split into fields.
#[derive(Debug, Default)]
pub(crate) struct Headers {
    /// Names in lower case, and raw values, folds included.
    fields: Vec<(String, Vec<u8>)>,
}

impl Headers {
    /// Splits a message into header and body. A line that is no field and no fold ends the header.
    pub(crate) fn split(message: &[u8], limit: usize) -> Result<(Self, &[u8]), Error> {
        let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
        Self::split_part(message.trim_ascii_start(), limit)
    }

    /// As [`split`](Self::split); a blank first line means that there is no header.
    pub(crate) fn split_part(part: &[u8], limit: usize) -> Result<(Self, &[u8]), Error> {
        let mut headers = Self::default();
        let mut rest = part;
        while let Some(end) =
            rest.iter().position(|b| *b == b'\n').map(|end| end + 1).or(Some(rest.len())).filter(|e| *e > 0)
        {
            let (line, after) = rest.split_at(end);
            if part.len() - after.len() > limit {
                return Err(Error::TooLarge { what: "the header of the e-mail", limit });
            }
            if line.trim_ascii().is_empty() {
                return Ok((headers, after));
            }
            if line[0] == b' ' || line[0] == b'\t' {
                if let Some((_, value)) = headers.fields.last_mut() {
                    value.extend_from_slice(line);
                }
            } else if let Some((name, value)) = field(line) {
                headers.fields.push((name, value.to_vec()));
            } else if !line.starts_with(b"From ") && !line.starts_with(b">From ") {
                return Ok((headers, rest));
            }
            rest = after;
        }
        Ok((headers, rest))
    }

    fn raw(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// The text of every field of this name, unfolded.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = String> {
        let raw = self.fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value);
        raw.map(|value| String::from_utf8_lossy(value).split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// A field's text, unfolded, its encoded words decoded (RFC 2047).
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let raw = terminated(self.raw(name)?);
        let text = match MessageStream::new(&raw).parse_unstructured() {
            HeaderValue::Text(text) => text.into_owned(),
            _ => String::from_utf8_lossy(&raw).into_owned(),
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }

    /// Content-Type; `text/plain` where there is none (RFC 2045 §5.2).
    pub(crate) fn content_type(&self) -> ContentType {
        // `ContentType:` is seen from a mail gateway.
        self.raw("content-type").or_else(|| self.raw("contenttype")).map(ContentType::parse).unwrap_or_default()
    }

    /// Content-Transfer-Encoding, or nothing.
    pub(crate) fn transfer_encoding(&self) -> String {
        self.text("content-transfer-encoding").or_else(|| self.text("contenttransferencoding")).unwrap_or_default()
    }

    /// The file name, from Content-Disposition or Content-Type, either in its RFC 2231 form too.
    pub(crate) fn file_name(&self) -> Option<String> {
        let disposition = self.raw("content-disposition").map(ContentType::parse).unwrap_or_default();
        let content_type = self.content_type();
        let name = disposition.parameter("filename").or_else(|| content_type.parameter("name"))?;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }
}

/// A header line as name and value; white space before the colon is forgiven (RFC 5322 §4.5).
fn field(line: &[u8]) -> Option<(String, &[u8])> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    is_name.then(|| (String::from_utf8_lossy(name).to_ascii_lowercase(), &line[colon + 1..]))
}

/// The parser of values wants to see the end of the line.
fn terminated(value: &[u8]) -> Cow<'_, [u8]> {
    if value.ends_with(b"\n") { Cow::Borrowed(value) } else { Cow::Owned([value, b"\n"].concat()) }
}

/// A Content-Type or Content-Disposition.
#[derive(Debug)]
pub(crate) struct ContentType {
    kind: String,
    subtype: Option<String>,
    parameters: Vec<(String, String)>,
}

impl Default for ContentType {
    fn default() -> Self {
        Self { kind: "text".to_owned(), subtype: Some("plain".to_owned()), parameters: Vec::new() }
    }
}

impl ContentType {
    fn parse(raw: &[u8]) -> Self {
        // No honest value is longer, and the parser compares each parameter with the others.
        let raw = terminated(&raw[..raw.len().min(8 << 10)]);
        let HeaderValue::ContentType(parsed) = MessageStream::new(&raw).parse_content_type() else {
            return Self::default();
        };
        let parameters = parsed.attributes.unwrap_or_default().into_iter();
        Self {
            kind: parsed.c_type.into_owned().to_ascii_lowercase(),
            subtype: parsed.c_subtype.map(|subtype| subtype.into_owned().to_ascii_lowercase()),
            parameters: parameters.map(|p| (p.name.to_ascii_lowercase(), p.value.into_owned())).collect(),
        }
    }

    /// `type/subtype` in lower case.
    pub(crate) fn media_type(&self) -> String {
        self.subtype.as_ref().map_or_else(|| self.kind.clone(), |subtype| format!("{}/{subtype}", self.kind))
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
