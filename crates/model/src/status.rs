//! The one scale on which everything is judged, and the judgement of a domain from what its reports say.
//!
//! A status is always shown as word, shape and colour together.

use mtasts::Mode;
use serde::{Deserialize, Serialize};
use tlsrpt::ResultType;

use crate::{Day, DayRange, Impact, Timestamp, Totals, text, time};

/// Days without any failure before a policy in testing is called ready for enforce.
pub const CLEAN_DAYS: u16 = 14;
/// Days without any report before a domain counts as silent; small senders do not report every day.
const SILENT_DAYS: i32 = 14;
/// Failures that stopped mail are an Error from this share of all sessions: one in so many.
pub(crate) const ERROR_SHARE: u64 = 1_000;

/// Why nothing is said of a domain that its workspace has not proven to be its own.
pub const WAITS_FOR_PROOF: &str = "waits for its record, the proof that it is yours";
/// Why nothing is expected of a domain.
pub const NO_MAIL: &str = "receives no mail";
/// Why a domain is suggested something.
pub const READY: &str = "ready for enforce";
/// Why a domain is left alone.
pub const ARCHIVED: &str = "archived: kept and counted, not looked at";

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing to do.
    Ok,
    /// It works; it could be better.
    Suggestion,
    /// Something is wrong; mail still arrives.
    Warning,
    /// Mail is not delivered, or a record does not work.
    Error,
    /// The question could not be answered (a timeout, a blocked port). Never shown in red.
    CannotTell,
    /// Nothing has come yet.
    Waiting,
    /// The question does not arise.
    NotApplicable,
}

impl Status {
    /// The word people see.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "Ok",
            Self::Suggestion => "Suggestion",
            Self::Warning => "Warning",
            Self::Error => "Error",
            Self::CannotTell => "Cannot tell",
            Self::Waiting => "Waiting",
            Self::NotApplicable => "Not applicable",
        }
    }

    /// The worst of several findings: what is wrong before what cannot be told, and that before what could be better.
    #[must_use]
    pub fn worst(all: impl IntoIterator<Item = Self>) -> Self {
        let weight = |status: &Self| match status {
            Self::Error => 6,
            Self::Warning => 5,
            Self::CannotTell => 4,
            Self::Waiting => 3,
            Self::Suggestion => 2,
            Self::Ok => 1,
            Self::NotApplicable => 0,
        };
        all.into_iter().max_by_key(weight).unwrap_or(Self::NotApplicable)
    }
}

/// What is known of a domain when it is judged. All days are UTC.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Now.
    pub now: Timestamp,
    /// When the domain was added.
    pub added: Timestamp,
    /// The day of the latest counted report; none while there is none.
    pub last_report: Option<Day>,
    /// MTA-STS mode last reported.
    pub mode: Option<Mode>,
    /// Sessions of the [`recent`] days.
    pub recent: Totals,
    /// Causes of failures reported in the [`recent`] days.
    pub causes: &'a [RecentCause],
    /// Sessions of the [`CLEAN_DAYS`] days that end with the last complete one.
    pub fortnight: Totals,
    /// How many of those days had sessions.
    pub fortnight_days: u16,
}

/// A cause of failures in the recent days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentCause {
    /// What went wrong.
    pub result_type: ResultType,
    /// The MX host it went wrong at, where the reports say.
    pub mx: Option<String>,
    /// What it did to mail: the worst that was reported.
    pub impact: Impact,
    /// Failed sessions in the recent days.
    pub failed: u64,
}

/// The days whose failures still count as now: the last three complete ones, and what is already known of the days since.
#[must_use]
pub fn recent(now: Timestamp) -> DayRange {
    DayRange { first: time::complete_to(now).plus(-2), last: now.day() }
}

/// The days that must be clean before enforce is suggested.
#[must_use]
pub fn fortnight(now: Timestamp) -> DayRange {
    DayRange::ending(time::complete_to(now), CLEAN_DAYS)
}

/// How many of these days in a row had no failure, from the first to the last with sessions; oldest first.
#[must_use]
pub fn clean_days(days: &[Totals]) -> u16 {
    let clean = days.iter().rev().skip_while(|day| day.sessions == 0).take_while(|day| day.failed == 0);
    let first = clean.enumerate().filter(|(_, day)| day.sessions > 0).last();
    first.map_or(0, |(before, _)| u16::try_from(before + 1).unwrap_or(u16::MAX))
}

/// How a domain stands, and why in a few words (empty when all is well).
///
/// The first that is true:
/// 1. *Waiting*: no report has come yet.
/// 2. *Error*: recent failures stopped mail, at least one session in a thousand. Fewer are a passing fault of one connection
///    far more often than of the domain.
/// 3. *Warning*: other recent failures.
/// 4. *Cannot tell*: no report has come for 14 days, so that silence says nothing about the domain.
/// 5. *Suggestion*: MTA-STS is in testing, and in 14 complete days there were sessions and no failure: ready for enforce.
/// 6. *Ok*.
#[must_use]
pub fn judge(facts: &Facts<'_>) -> (Status, String) {
    let today = facts.now.day();
    let Some(last_report) = facts.last_report else {
        let due = time::first_report_due(facts.added);
        let since = if time::complete_to(facts.now).plus(2) > due { "was due on" } else { "due by" };
        return (Status::Waiting, format!("first report {since} {}", due.in_words(today)));
    };
    let stops = |cause: &RecentCause| {
        cause.impact == Impact::NotDelivered && cause.failed.saturating_mul(ERROR_SHARE) >= facts.recent.sessions
    };
    // The worst first: what stops mail, then what fails most.
    if let Some(worst) = facts.causes.iter().max_by_key(|cause| (stops(cause), cause.failed)) {
        let status = if stops(worst) { Status::Error } else { Status::Warning };
        return (status, reason(worst, facts.causes.len() - 1));
    }
    if facts.recent.failed > 0 {
        return (Status::Warning, "failures without a cause given".to_owned());
    }
    if last_report < time::complete_to(facts.now).plus(-SILENT_DAYS) {
        return (Status::CannotTell, format!("no report since {}", last_report.in_words(today)));
    }
    let clean = facts.fortnight.failed == 0 && facts.fortnight.sessions > 0 && facts.fortnight_days >= CLEAN_DAYS / 2;
    if facts.mode == Some(Mode::Testing) && clean {
        return (Status::Suggestion, READY.to_owned());
    }
    (Status::Ok, String::new())
}

fn reason(worst: &RecentCause, others: usize) -> String {
    let what = text::visible_short(worst.result_type.as_str(), 60);
    let mx = worst.mx.as_deref().map(|mx| format!(" on {}", text::visible_short(mx, 80))).unwrap_or_default();
    let more = if others == 0 { String::new() } else { format!(" and {others} more") };
    format!("{what}{mx}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 21 Nov 2026, 09:40: complete to 19 Nov.
    fn now() -> Timestamp {
        Day::from_ymd(2026, 11, 21).unwrap().start().plus_seconds(34_800)
    }

    fn day(month: u32, day: u32) -> Day {
        Day::from_ymd(2026, month, day).unwrap()
    }

    fn cause(result_type: ResultType, impact: Impact, failed: u64) -> RecentCause {
        RecentCause { result_type, mx: Some("mx2.example.com".to_owned()), impact, failed }
    }

    fn clean(causes: &[RecentCause]) -> Facts<'_> {
        Facts {
            now: now(),
            added: day(6, 1).start(),
            last_report: Some(day(11, 20)),
            mode: Some(Mode::Enforce),
            recent: Totals { sessions: 5_000, failed: causes.iter().map(|cause| cause.failed).sum() },
            causes,
            fortnight: Totals { sessions: 20_000, failed: 0 },
            fortnight_days: CLEAN_DAYS,
        }
    }

    #[test]
    fn the_recent_days_are_three_complete_ones_and_those_since() {
        assert_eq!(recent(now()), DayRange { first: day(11, 17), last: day(11, 21) });
        assert_eq!(fortnight(now()), DayRange { first: day(11, 6), last: day(11, 19) });
    }

    #[test]
    fn clean_days_end_at_a_failure_and_begin_with_sessions() {
        let day = |sessions, failed| Totals { sessions, failed };
        assert_eq!(clean_days(&[]), 0);
        assert_eq!(clean_days(&[day(0, 0), day(0, 0)]), 0);
        assert_eq!(clean_days(&[day(0, 0), day(5, 0), day(0, 0), day(5, 0)]), 3);
        assert_eq!(clean_days(&[day(9, 0), day(9, 1), day(0, 0), day(9, 0), day(0, 0)]), 1);
        assert_eq!(clean_days(&[day(9, 0), day(9, 1)]), 0);
    }

    #[test]
    fn without_reports_it_waits_and_says_until_when() {
        let new = Facts { last_report: None, added: now(), ..clean(&[]) };
        assert_eq!(judge(&new), (Status::Waiting, "first report due by 23 Nov".to_owned()));
        let old = Facts { last_report: None, ..clean(&[]) };
        assert_eq!(judge(&old), (Status::Waiting, "first report was due on 3 Jun".to_owned()));
    }

    #[test]
    fn failures_that_stop_mail_are_an_error() {
        let causes = [
            cause(ResultType::ValidationFailure, Impact::DeliveredUnprotected, 400),
            cause(ResultType::CertificateExpired, Impact::NotDelivered, 5),
        ];
        let (status, why) = judge(&clean(&causes));
        assert_eq!((status, &*why), (Status::Error, "certificate-expired on mx2.example.com and 1 more"));
    }

    #[test]
    fn a_trickle_below_one_in_a_thousand_is_a_warning() {
        let causes = [cause(ResultType::ValidationFailure, Impact::NotDelivered, 4)];
        assert_eq!(judge(&clean(&causes)).0, Status::Warning);
    }

    #[test]
    fn failures_of_delivered_mail_are_a_warning() {
        let causes = [cause(ResultType::CertificateHostMismatch, Impact::DeliveredUnprotected, 900)];
        let (status, why) = judge(&clean(&causes));
        assert_eq!((status, &*why), (Status::Warning, "certificate-host-mismatch on mx2.example.com"));
    }

    #[test]
    fn failures_without_details_are_seen_too() {
        let facts = Facts { recent: Totals { sessions: 10, failed: 1 }, ..clean(&[]) };
        assert_eq!(judge(&facts).0, Status::Warning);
    }

    #[test]
    fn silence_is_no_proof() {
        let facts = Facts { last_report: Some(day(11, 4)), recent: Totals::default(), ..clean(&[]) };
        assert_eq!(judge(&facts), (Status::CannotTell, "no report since 4 Nov".to_owned()));
        let facts = Facts { last_report: Some(day(11, 5)), ..facts };
        assert_eq!(judge(&facts).0, Status::Ok);
    }

    #[test]
    fn a_clean_fortnight_in_testing_is_ready_for_enforce() {
        let testing = Facts { mode: Some(Mode::Testing), ..clean(&[]) };
        assert_eq!(judge(&testing), (Status::Suggestion, "ready for enforce".to_owned()));
        let failed = Facts { fortnight: Totals { sessions: 20_000, failed: 1 }, ..testing.clone() };
        assert_eq!(judge(&failed).0, Status::Ok);
        let few = Facts { fortnight_days: 6, ..testing };
        assert_eq!(judge(&few).0, Status::Ok);
    }

    #[test]
    fn clean_enforce_is_ok_and_needs_no_words() {
        assert_eq!(judge(&clean(&[])), (Status::Ok, String::new()));
    }

    #[test]
    fn words_of_senders_do_not_act() {
        let causes = [RecentCause {
            mx: Some("\u{1b}[2J".repeat(99)),
            ..cause(ResultType::Other("x\n".into()), Impact::NotKnown, 1)
        }];
        let (_, why) = judge(&clean(&causes));
        assert!(why.starts_with("x\\n on ") && !why.contains('\u{1b}') && why.chars().count() < 900, "{why}");
    }
}
