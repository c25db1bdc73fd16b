//! What the live check says of a cause right now, in a sentence.

use serde::{Deserialize, Serialize};
use tlsrpt::ResultType;

use super::{Light, Look};
use crate::{Day, Timestamp};

/// A look that is older says nothing of now, in seconds.
const FRESH_SECONDS: i64 = 86_400;

/// What the last look says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// Green, red, or not to be told.
    pub light: Light,
    /// In a sentence: `Renewed on 3 May, no failures since.`
    pub words: String,
}

/// What was mended, after "since" or "on".
const fn mended(result_type: &ResultType) -> (&'static str, &'static str) {
    match result_type {
        ResultType::CertificateExpired => ("Renewed", "on"),
        ResultType::CertificateHostMismatch => ("The certificate names the host", "since"),
        ResultType::CertificateNotTrusted => ("The certificate is trusted", "since"),
        ResultType::StarttlsNotSupported => ("STARTTLS is offered", "since"),
        ResultType::TlsaInvalid => ("The TLSA records match", "since"),
        ResultType::DnssecInvalid => ("DNSSEC holds", "since"),
        ResultType::DaneRequired => ("There are TLSA records", "since"),
        ResultType::StsPolicyFetchError => ("The policy can be fetched", "since"),
        ResultType::StsPolicyInvalid => ("The policy is valid", "since"),
        ResultType::StsWebpkiInvalid => ("The certificate of the policy host is valid", "since"),
        ResultType::ValidationFailure | ResultType::Other(_) => ("Nothing is wrong", "since"),
    }
}

/// What live checks say now of a cause whose last failures were on this day.
#[must_use]
pub fn now(result_type: &ResultType, looks: &[Look], last: Day, now: Timestamp) -> Live {
    let Some(latest) = looks.last() else {
        return Live { light: Light::Unknown, words: "Not known: no live check has looked here yet.".to_owned() };
    };
    // With the day, since what is said here may be shown later.
    let at = format!("{}, {}", latest.until.day().in_words(now.day()), latest.until.time_in_words(latest.until));
    if latest.until < now.plus_seconds(-FRESH_SECONDS) {
        return Live { light: Light::Unknown, words: format!("Not known now: the last live check was on {at}.") };
    }
    let words = match (latest.light, latest.words) {
        (Light::Red, words) => format!("Still so: {words} (seen {at})."),
        (Light::Unknown, words) => format!("Cannot tell: {words}."),
        (Light::Green, _) => green(result_type, looks, last, now),
    };
    Live { light: latest.light, words }
}

fn green(result_type: &ResultType, looks: &[Look], last: Day, now: Timestamp) -> String {
    let latest_red = looks.iter().rposition(|look| look.light == Light::Red);
    let run = &looks[latest_red.map_or(0, |place| place + 1)..];
    let Some(since) = run.iter().find(|look| look.light == Light::Green) else { return String::new() };
    let words = looks.last().map_or("", |look| look.words);
    let day = since.from.day();
    let said = day.in_words(now.day());
    let reports = if last < day {
        ", no failures since".to_owned()
    } else {
        format!("; failures are reported up to {}", last.in_words(now.day()))
    };
    match (latest_red, words) {
        (_, words) if !words.is_empty() => format!("Green: {words}{reports}."),
        (Some(_), _) => {
            let (what, on) = mended(result_type);
            format!("{what} {on} {said}{reports}.")
        }
        (None, _) => format!("Sees nothing of it, since it first looked on {said}{reports}."),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Light::{Green, Red, Unknown},
        *,
    };

    /// 10 May 2026, 12:00.
    fn noon(day: u32) -> Timestamp {
        Day::from_ymd(2026, 5, day).unwrap().start().plus_seconds(43_200)
    }

    fn words(looks: &[(u32, u32, Light, &'static str)], last: u32) -> String {
        let looks: Vec<_> = looks
            .iter()
            .map(|&(from, until, light, words)| Look { from: noon(from), until: noon(until), light, words })
            .collect();
        super::now(&ResultType::CertificateExpired, &looks, noon(last).day(), noon(10)).words
    }

    #[test]
    fn it_says_what_is_so_now() {
        let red = (1, 2, Red, "the certificate has expired");
        assert_eq!(words(&[], 9), "Not known: no live check has looked here yet.");
        assert_eq!(
            words(&[(1, 10, Red, "the certificate has expired")], 9),
            "Still so: the certificate has expired (seen 10 May, 12:00 UTC)."
        );
        assert_eq!(words(&[red, (3, 10, Green, "")], 2), "Renewed on 3 May, no failures since.");
        assert_eq!(words(&[red, (3, 10, Green, "")], 4), "Renewed on 3 May; failures are reported up to 4 May.");
        assert_eq!(
            words(&[red, (3, 10, Unknown, "port 25 is blocked here")], 2),
            "Cannot tell: port 25 is blocked here."
        );
        assert_eq!(
            words(&[(1, 10, Green, "")], 8),
            "Sees nothing of it, since it first looked on 1 May; failures are reported up to 8 May."
        );
        assert_eq!(words(&[red, (3, 5, Green, "")], 2), "Not known now: the last live check was on 5 May, 12:00 UTC.");
    }

    #[test]
    fn a_host_that_is_gone_is_said_to_be() {
        let gone = (3, 10, Green, "it is no MX host of the domain now");
        assert_eq!(
            words(&[(1, 2, Red, "x"), gone], 2),
            "Green: it is no MX host of the domain now, no failures since."
        );
    }
}
