//! A certificate's remaining days, in steps that leave time to act. Pure.

use model::{Finding, Status, Timestamp, check::Session};

use crate::words::{With as _, finding};

/// What is to be said about the expiry of the peer's certificate; nothing while it is far off or past (then it is a fault).
pub(super) fn expiry(area: &str, whose: &str, session: &Session, now: Timestamp) -> Option<Finding> {
    let leaf = session.leaf()?;
    let days = leaf.days_left(now);
    // Certificates of a few days (RFC 9773 calls for ever shorter ones) are renewed at two thirds of their life.
    let life = leaf.not_after.0.saturating_sub(leaf.not_before.0) / 86_400_000;
    let status = match days {
        0..7 if life > 10 || days < life / 4 => Status::Error,
        7..14 if life > 30 => Status::Warning,
        14..30 if life > 60 => Status::Suggestion,
        _ => return None,
    };
    let left = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    Some(
        finding(
            format!("{area}-expires-soon"),
            status,
            format!("The certificate of {whose} expires in {left}"),
            "Once it has expired, senders that insist on a valid certificate deliver no more.",
            "RFC 8461 §4.2",
        )
        .evidence(format!("valid until {}", leaf.not_after))
        .remedy("Renew it, and see why it was not renewed by itself."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::check::{Certificate, Digest, Version};

    fn at(life: i64, left: i64) -> Option<Status> {
        let day = |days: i64| Timestamp::default().plus_seconds(days * 86_400);
        let leaf = Certificate {
            subject: String::new(),
            issuer: String::new(),
            names: vec![],
            not_before: day(1000),
            not_after: day(1000 + life),
            sha256: Digest::default(),
            sha512: Digest::default(),
            key_sha256: Digest::default(),
            key_sha512: Digest::default(),
            self_issued: false,
            anchors_leaf: false,
        };
        let session = Session { version: Version::Tls13, chain: vec![leaf], faults: vec![] };
        expiry("starttls", "mx", &session, day(1000 + life - left)).map(|finding| finding.status)
    }

    #[test]
    fn the_nearer_the_worse() {
        assert_eq!(at(90, 30), None);
        assert_eq!(at(90, 29), Some(Status::Suggestion));
        assert_eq!(at(90, 13), Some(Status::Warning));
        assert_eq!(at(90, 6), Some(Status::Error));
        assert_eq!(at(90, 0), Some(Status::Error));
        assert_eq!(at(90, -1), None);
    }

    #[test]
    fn short_lived_certificates_are_not_nagged_about() {
        assert_eq!(at(6, 4), None);
        assert_eq!(at(6, 0), Some(Status::Error));
        assert_eq!(at(30, 20), None);
    }
}
