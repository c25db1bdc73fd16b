//! A report in one or two sentences: the line that opens its page and that `waxseal inspect` prints.

use tlsrpt::{Failure, Policy, PolicyType, ResultType};

use crate::{Day, DayRange, Impact, Totals, format, text};

/// What the sentence is about. Names may be a sender's own words; they are made safe here.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Who reports.
    pub reporter: &'a str,
    /// The domain reported on, where that is known.
    pub domain: Option<&'a str>,
    /// The days of the period, where they can be read.
    pub period: Option<DayRange>,
    /// Today, so that the year is said only where it is another.
    pub today: Day,
    /// Its sessions, counted.
    pub totals: Totals,
    /// The policies it speaks of.
    pub policies: &'a [&'a Policy],
}

/// The verdict: how many sessions met the policy, else what failed, why, and what that did to mail.
#[must_use]
pub fn sentence(subject: &Subject<'_>) -> String {
    let Totals { sessions, failed } = subject.totals;
    let reporter = text::visible_short(subject.reporter, 60);
    let to = subject.domain.map(|domain| format!(" to {}", text::visible_short(domain, 80))).unwrap_or_default();
    let when = subject.period.map(|period| format!(" {}", period.in_words(subject.today))).unwrap_or_default();
    if sessions == 0 {
        return format!("{reporter} had no sessions{to}{when}.");
    }
    if failed == 0 {
        let all = if sessions == 1 {
            "The one session".to_owned()
        } else {
            format!("All {} sessions", format::thousands(sessions))
        };
        let met = if subject.policies.iter().any(|policy| policy.policy_type != PolicyType::NoPolicyFound) {
            "met the policy".to_owned()
        } else {
            let were = if sessions == 1 { "was" } else { "were" };
            format!("{were} encrypted; there was no policy to meet")
        };
        return format!("{all} of {reporter}{to}{when} {met}.");
    }
    let count = match (failed, sessions) {
        (_, 1) => "The one session".to_owned(),
        (failed, sessions) if failed == sessions => format!("All {} sessions", format::thousands(sessions)),
        (failed, sessions) => format!("{} of {}", format::thousands(failed), format::counted(sessions, "session")),
    };
    let opening = format!("{count} of {reporter}{to}{when} failed");
    match causes(subject.policies).as_slice() {
        [] => format!("{opening}; the report does not say why."),
        [(policy, failure, impact), others @ ..] => {
            let more = match others.len() {
                0 => String::new(),
                n => format!(", and {}", format::counted(n as u64, "other cause")),
            };
            format!("{opening}: {}{more}. {}", because(failure), fate(policy, *impact, failure))
        }
    }
}

/// Each cause once, the worst first: by impact, then by failed sessions.
fn causes<'a>(policies: &[&'a Policy]) -> Vec<(&'a Policy, &'a Failure, Impact)> {
    let mut all: Vec<(&Policy, &Failure, Impact, u64)> = vec![];
    for policy in policies {
        for failure in &policy.failures {
            let same = all.iter_mut().find(|(_, seen, ..)| {
                seen.result_type == failure.result_type && seen.receiving_mx_hostname == failure.receiving_mx_hostname
            });
            if let Some((.., failed)) = same {
                *failed = failed.saturating_add(failure.failed);
            } else {
                let impact = Impact::of(&policy.policy_type, policy.mode, &failure.result_type);
                all.push((policy, failure, impact, failure.failed));
            }
        }
    }
    all.sort_by_key(|&(_, _, impact, failed)| (impact, std::cmp::Reverse(failed)));
    all.into_iter().map(|(policy, failure, impact, _)| (policy, failure, impact)).collect()
}

/// What went wrong, as a clause.
fn because(failure: &Failure) -> String {
    let mx = match failure.receiving_mx_hostname.as_deref() {
        Some(mx) => text::visible_short(mx, 80).into_owned(),
        None => "an MX host".to_owned(),
    };
    match &failure.result_type {
        ResultType::StarttlsNotSupported => format!("{mx} did not offer STARTTLS"),
        ResultType::CertificateHostMismatch => format!("the certificate of {mx} names another host"),
        ResultType::CertificateExpired => format!("the certificate of {mx} has expired"),
        ResultType::CertificateNotTrusted => format!("the certificate of {mx} is not trusted"),
        ResultType::ValidationFailure => format!("TLS with {mx} could not be validated"),
        ResultType::TlsaInvalid => format!("the TLSA records of {mx} do not match its certificate"),
        ResultType::DnssecInvalid => format!("the DNSSEC records of {mx} do not validate"),
        ResultType::DaneRequired => format!("the sender demands DANE, and {mx} has no TLSA records"),
        ResultType::StsPolicyFetchError => "the MTA-STS policy could not be fetched".to_owned(),
        ResultType::StsPolicyInvalid => "the MTA-STS policy is not valid".to_owned(),
        ResultType::StsWebpkiInvalid => "the certificate of the MTA-STS policy host is not valid".to_owned(),
        ResultType::Other(unknown) => format!("{mx} failed with \"{}\"", text::visible_short(unknown, 60)),
    }
}

/// What became of the mail, as a sentence.
fn fate(policy: &Policy, impact: Impact, failure: &Failure) -> String {
    match impact {
        Impact::NotDelivered => {
            let under = if policy.policy_type == PolicyType::Tlsa { "DANE" } else { "enforce" };
            let host = if failure.receiving_mx_hostname.is_some() { " through that host" } else { "" };
            format!("Under {under} this mail was not delivered{host}; the sender tries again elsewhere or later.")
        }
        Impact::DeliveredUnprotected => "In testing this mail was delivered all the same.".to_owned(),
        Impact::DeliveredPerhapsClear => "This mail was delivered, perhaps in clear text.".to_owned(),
        Impact::NotKnown => "The report does not say whether this mail was delivered.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use mtasts::Mode;

    use super::*;

    fn policy(policy_type: PolicyType, mode: Option<Mode>, failures: &[(&str, Option<&str>, u64)]) -> Policy {
        Policy {
            policy_type,
            policy_string: vec![],
            policy_domain: None,
            mx_host: vec![],
            mode,
            successful: 0,
            failed: 0,
            failures: failures
                .iter()
                .map(|&(result_type, mx, failed)| Failure {
                    result_type: ResultType::from(Cow::Borrowed(result_type)),
                    sending_mta_ip: None,
                    receiving_mx_hostname: mx.map(str::to_owned),
                    receiving_mx_helo: None,
                    receiving_ip: None,
                    failed,
                    additional_information: None,
                    failure_reason_code: None,
                })
                .collect(),
        }
    }

    fn say(sessions: u64, failed: u64, policies: &[Policy]) -> String {
        let day = Day::from_ymd(2026, 11, 12).unwrap();
        sentence(&Subject {
            reporter: "Google",
            domain: Some("example.com"),
            period: Some(DayRange { first: day, last: day }),
            today: day,
            totals: Totals { sessions, failed },
            policies: &policies.iter().collect::<Vec<_>>(),
        })
    }

    #[test]
    fn success_says_what_was_met() {
        let sts = policy(PolicyType::Sts, Some(Mode::Enforce), &[]);
        let none = policy(PolicyType::NoPolicyFound, None, &[]);
        assert_eq!(say(1234, 0, &[sts]), "All 1,234 sessions of Google to example.com on 12 Nov met the policy.");
        assert_eq!(
            say(1, 0, std::slice::from_ref(&none)),
            "The one session of Google to example.com on 12 Nov was encrypted; there was no policy to meet."
        );
        assert_eq!(say(0, 0, &[none]), "Google had no sessions to example.com on 12 Nov.");
    }

    #[test]
    fn failure_says_why_and_what_became_of_the_mail() {
        let sts = policy(PolicyType::Sts, Some(Mode::Enforce), &[("certificate-expired", Some("mx2.example.com"), 3)]);
        assert_eq!(
            say(1250, 3, &[sts]),
            "3 of 1,250 sessions of Google to example.com on 12 Nov failed: the certificate of mx2.example.com has expired. \
             Under enforce this mail was not delivered through that host; the sender tries again elsewhere or later."
        );
    }

    #[test]
    fn the_worst_cause_comes_first_and_the_others_are_counted_once_each() {
        let tlsa = policy(PolicyType::Tlsa, None, &[("tlsa-invalid", Some("mx1.example.com"), 1)]);
        let sts = policy(
            PolicyType::Sts,
            Some(Mode::Testing),
            &[("certificate-expired", Some("mx2.example.com"), 8), ("certificate-expired", Some("mx2.example.com"), 9)],
        );
        let words = say(40, 18, &[sts, tlsa]);
        assert!(
            words.contains("the TLSA records of mx1.example.com do not match its certificate, and 1 other cause."),
            "{words}"
        );
        assert!(words.contains("Under DANE"), "{words}");
    }

    #[test]
    fn failures_of_the_policy_are_not_blamed_on_an_mx_host() {
        let sts = policy(PolicyType::Sts, None, &[("sts-policy-fetch-error", None, 2)]);
        assert_eq!(
            say(2, 2, &[sts]),
            "All 2 sessions of Google to example.com on 12 Nov failed: the MTA-STS policy could not be fetched. This mail was \
             delivered, perhaps in clear text."
        );
    }

    #[test]
    fn a_report_without_details_says_so() {
        assert!(say(9, 1, &[policy(PolicyType::Sts, None, &[])]).ends_with("failed; the report does not say why."));
    }

    #[test]
    fn words_of_senders_do_not_act() {
        let hostile = policy(PolicyType::Sts, None, &[("\u{1b}]0;x\u{7}", Some("\u{202e}moc"), 1)]);
        let words = say(9, 1, &[hostile]);
        assert!(!words.chars().any(|c| c.is_control() || c == '\u{202e}'), "{words}");
    }
}
