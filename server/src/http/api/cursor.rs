//! Where a list goes on: opaque to programs, so that it may become something else.
//!
//! A cursor only says after which row to go on; whose rows these are, the token says. So one that was made up reads nothing
//! that its bearer could not read.

use data_encoding::BASE64URL_NOPAD;
use engine::{FailurePlace, IncidentPlace, ReportPlace};
use model::{Day, DeliveryId, DomainName, ReportId};

use super::problem::{Problem, Trouble};

/// The last row of a page.
pub(super) trait Cursor: Sized {
    /// Told apart from those of other lists.
    const LIST: char;

    /// Its parts.
    fn write(&self) -> String;

    /// The row with these parts.
    fn read(text: &str) -> Option<Self>;
}

/// As it stands in a URL.
pub(super) fn encode<C: Cursor>(cursor: &C) -> String {
    BASE64URL_NOPAD.encode(format!("{}{}", C::LIST, cursor.write()).as_bytes())
}

/// The row that a request goes on after; none for one that begins.
pub(super) fn decode<C: Cursor>(text: Option<&str>) -> Result<Option<C>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let decoded = BASE64URL_NOPAD.decode(text.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let cursor = decoded.and_then(|text| C::read(text.strip_prefix(C::LIST)?));
    cursor.map(Some).ok_or_else(|| Problem::plain(Trouble::Cursor))
}

impl Cursor for DomainName {
    const LIST: char = 'd';

    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }
}

impl Cursor for DeliveryId {
    const LIST: char = 'y';

    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Cursor for ReportPlace {
    const LIST: char = 'r';

    fn write(&self) -> String {
        format!("{}.{}", self.day.0, self.id)
    }

    fn read(text: &str) -> Option<Self> {
        let (day, id) = text.split_once('.')?;
        Some(Self { day: Day(day.parse().ok()?), id: id.parse().ok()? })
    }
}

impl Cursor for FailurePlace {
    const LIST: char = 'f';

    fn write(&self) -> String {
        format!("{}.{}.{}.{}", self.day.0, self.report, self.policy, self.position)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let place = Self {
            day: Day(parts.next()?.parse().ok()?),
            report: ReportId(parts.next()?.parse().ok()?),
            policy: parts.next()?.parse().ok()?,
            position: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(place)
    }
}

impl Cursor for IncidentPlace {
    const LIST: char = 'i';

    // What a sender wrote may hold anything but this.
    fn write(&self) -> String {
        let mx = self.mx.as_deref().map(|mx| format!("\0{mx}")).unwrap_or_default();
        format!("{}\0{}{mx}", self.domain, self.result_type)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '\0');
        Some(Self {
            domain: DomainName::parse(parts.next()?).ok()?,
            result_type: parts.next()?.to_owned(),
            mx: parts.next().map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_by_its_list_alone() {
        let report = ReportPlace { day: Day(-3), id: ReportId(7) };
        let text = encode(&report);
        assert_eq!(decode(Some(&text)).unwrap(), Some(report));
        assert!(decode::<FailurePlace>(Some(&text)).is_err());
        let failure = FailurePlace { day: Day(20_000), report: ReportId(7), policy: 2, position: 0 };
        assert_eq!(decode(Some(&encode(&failure))).unwrap(), Some(failure));
        let name = DomainName::parse("bücher.example").unwrap();
        assert_eq!(decode(Some(&encode(&name))).unwrap(), Some(name));
        assert_eq!(decode(Some(&encode(&DeliveryId(5)))).unwrap(), Some(DeliveryId(5)));
        for mx in [None, Some(String::new()), Some("mx1.example.com".to_owned())] {
            let (domain, result_type) = (DomainName::parse("example.com").unwrap(), "certificate-expired".to_owned());
            let incident = IncidentPlace { domain, result_type, mx };
            assert_eq!(decode(Some(&encode(&incident))).unwrap(), Some(incident));
        }
        assert_eq!(decode::<DeliveryId>(None).unwrap(), None);
    }

    #[test]
    fn what_was_made_up_is_no_cursor() {
        for text in ["", "x", "ééé", "null", &BASE64URL_NOPAD.encode(b"r1"), &BASE64URL_NOPAD.encode(b"r1.\xff")] {
            assert!(decode::<ReportPlace>(Some(text)).is_err(), "{text}");
        }
    }
}
