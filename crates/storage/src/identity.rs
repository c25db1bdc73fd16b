//! What makes two reports the same: their content, or their identity.

use model::{Day, DomainName, Timestamp, WorkspaceId};
use sha2::{Digest as _, Sha256};
use tlsrpt::Report;

/// SHA-256 of a text that is a key somewhere.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Same reporter, report-id and period. Nothing makes a report-id unique among senders (RFC 8460 §4.4).
pub(crate) fn identity(reporter_key: &str, report: &Report) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in [reporter_key, report.report_id.as_deref().unwrap_or_default()] {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    for instant in [report.start, report.end] {
        hash.update(instant.map_or(i64::MIN, |instant| instant.timestamp_millis()).to_le_bytes());
    }
    hash.finalize().into()
}

/// Same document, as far as one domain is concerned. Quarantined parts belong to no domain, so their workspace and the name
/// they speak of stand in for it.
pub(crate) fn content_key(document: &[u8; 32], quarantined: Option<(WorkspaceId, Option<&str>)>) -> [u8; 32] {
    let Some((workspace, name)) = quarantined else { return *document };
    let mut hash = Sha256::new();
    hash.update(document);
    hash.update(workspace.0.to_le_bytes());
    hash.update(name.unwrap_or_default());
    hash.finalize().into()
}

/// When a report counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// The day on which it counts; the day of arrival where it does not.
    pub(crate) day: Day,
    /// The last day it covers.
    pub(crate) last_day: Day,
    /// Whether it can be believed: it ends after it starts and lies within 2018 … tomorrow.
    pub(crate) believable: bool,
}

impl Period {
    /// The period of a report that arrived at some time.
    pub(crate) fn of(report: &Report, received: Timestamp) -> Self {
        // TLS reporting came into use in 2018; RFC 8460 was published in September of that year.
        let first = Day::from_ymd(2018, 1, 1).unwrap_or(Day(0));
        let tomorrow = received.day().plus(1);
        let start = report.start.map(Timestamp::from);
        let end = report.end.map(Timestamp::from);
        match start {
            Some(start)
                if first <= start.day()
                    && start.day() <= tomorrow
                    && end.is_none_or(|end| start <= end && end.plus_seconds(-1).day() <= tomorrow) =>
            {
                // Many senders end a day at the next midnight.
                let last_day = end.map_or(start.day(), |end| end.plus_seconds(-1).day().max(start.day()));
                Self { day: start.day(), last_day, believable: true }
            }
            _ => Self { day: received.day(), last_day: received.day(), believable: false },
        }
    }
}

/// Whether a newcomer takes the place of the counted report with the same identity: it is better trusted, and a signature
/// speaks only against those who claim to be its signer.
pub(crate) fn displaces(
    newcomer: (i16, Option<&DomainName>),
    counted_trust: i16,
    claimed_domain: Option<&DomainName>,
) -> bool {
    let (trust, signer) = newcomer;
    trust > counted_trust
        && signer.is_none_or(|signer| claimed_domain.is_some_and(|claimed| *claimed == signer.organizational()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(start: &str, end: &str) -> Report {
        Report { start: start.parse().ok(), end: end.parse().ok(), ..Report::default() }
    }

    fn period(start: &str, end: &str) -> Period {
        let received: chrono::DateTime<chrono::Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        Period::of(&report(start, end), received.into())
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_report_counts_on_the_day_it_starts() {
        let one = period("2026-11-20T00:00:00Z", "2026-11-20T23:59:59Z");
        assert_eq!((one.day, one.last_day, one.believable), (day("2026-11-20"), day("2026-11-20"), true));
        let until_midnight = period("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");
        assert_eq!(until_midnight.last_day, day("2026-11-20"));
        let week = period("2026-11-13T00:00:00Z", "2026-11-19T23:59:59Z");
        assert_eq!((week.day, week.last_day), (day("2026-11-13"), day("2026-11-19")));
    }

    #[test]
    fn a_period_that_cannot_be_believed_is_filed_under_its_arrival() {
        for (start, end) in [
            ("2026-11-20T00:00:00Z", "2026-11-19T00:00:00Z"),
            ("2017-12-31T00:00:00Z", "2017-12-31T23:59:59Z"),
            ("2026-11-23T00:00:00Z", "2026-11-23T23:59:59Z"),
            ("2026-11-20T00:00:00Z", "2031-01-01T00:00:00Z"),
            ("none", "2026-11-20T00:00:00Z"),
        ] {
            let period = period(start, end);
            assert!(!period.believable, "{start} … {end}");
            assert_eq!(period.day, day("2026-11-21"));
        }
        assert!(period("2026-11-22T00:00:00Z", "2026-11-22T23:59:59Z").believable, "tomorrow is the limit");
    }

    #[test]
    fn identity_is_reporter_report_id_and_period() {
        let mut one = report("2026-11-20T00:00:00Z", "2026-11-20T23:59:59Z");
        one.report_id = Some("2026-11-20_example.com".into());
        let mut other = one.clone();
        assert_eq!(identity("example.net", &one), identity("example.net", &other));
        assert_ne!(identity("example.net", &one), identity("example.org", &other), "ids are guessable and repeat");
        other.end = None;
        assert_ne!(identity("example.net", &one), identity("example.net", &other));
    }

    #[test]
    fn a_signature_displaces_only_those_who_claim_to_be_its_signer() {
        let google = DomainName::parse("google.com").unwrap();
        let mail = DomainName::parse("mail.google.com").unwrap();
        let evil = DomainName::parse("evil.example").unwrap();
        assert!(displaces((2, Some(&google)), 1, Some(&google)));
        assert!(displaces((2, Some(&mail)), 1, Some(&google)));
        assert!(!displaces((2, Some(&evil)), 1, Some(&google)));
        assert!(!displaces((2, Some(&google)), 1, None));
        assert!(!displaces((2, Some(&google)), 2, Some(&google)), "of equals the first is counted");
        assert!(displaces((1, None), 0, Some(&google)), "by HTTPS to the address is better than a loose file");
    }
}
