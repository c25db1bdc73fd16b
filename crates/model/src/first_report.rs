//! Why no report has come yet: what is known point by point, and when to expect one. Pure.

use crate::{
    Day, DomainName, Status, Timestamp,
    check::{Change, Check},
    format,
    test_report::TestReport,
    text::visible_short,
    time,
    view::{CheckPage, DomainSetup},
};

/// A sender that wrote to the domain on the day on which the record was first there reports within so many hours: the rest of
/// that day, up to 4 hours of delay, up to 24 of retries (RFC 8460 §4.1, §5.5), rounded as people count.
pub const HOURS: i64 = 48;

/// Large providers that are known to report, with where one can get a mailbox to write from.
pub const SENDERS: &str = "Google (Gmail), Microsoft (Outlook.com and Microsoft 365), Yahoo, Comcast and Mail.ru report, and so do \
    many who run Postfix or another server with a TLS-RPT reporter";

/// What is known when the question is asked.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Now.
    pub now: Timestamp,
    /// The domain.
    pub name: &'a DomainName,
    /// When it was added.
    pub added: Timestamp,
    /// Where its reports arrive.
    pub setup: &'a DomainSetup,
    /// What the last look from outside found.
    pub checks: &'a CheckPage,
    /// The latest test report.
    pub test: Option<&'a TestReport>,
}

/// Where something can be done about a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The domain's records.
    Records,
    /// The domain's test reports.
    Test,
    /// How the installation is reached.
    Start,
}

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// How it stands.
    pub status: Status,
    /// What was asked.
    pub question: &'static str,
    /// What is so, and what to do. It may quote what strangers published, written out so that nothing in it acts.
    pub answer: String,
    /// Where to do it.
    pub place: Option<Place>,
}

/// All that can be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The questions, in the order in which they matter.
    pub points: Vec<Point>,
    /// The day on which a report is due about what is written today: after it, something is wrong.
    pub expected: Day,
}

/// Goes through all that keeps reports away.
#[must_use]
pub fn diagnose(facts: &Facts<'_>) -> Diagnosis {
    let since = named_since(facts);
    let points = [
        Some(record(facts)),
        syntax(facts),
        address(facts, since),
        reach(facts),
        Some(test(facts)),
        waiting(facts, since),
    ];
    Diagnosis { points: points.into_iter().flatten().collect(), expected: time::first_report_due(facts.now) }
}

fn point(status: Status, question: &'static str, answer: impl Into<String>, place: Option<Place>) -> Point {
    Point { status, question, answer: answer.into(), place }
}

/// Whether a published text names this domain's report address, or the mailbox that takes its place.
fn names_us(text: &str, setup: &DomainSetup) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains(&setup.address) || setup.destinations.iter().any(|ours| text.contains(&ours.to_ascii_lowercase()))
}

/// Since when the record has named us, as far as looks have told; none where it does not.
fn named_since(facts: &Facts<'_>) -> Option<Timestamp> {
    let named = |record: &Option<String>| record.as_deref().is_some_and(|text| names_us(text, facts.setup));
    if !named(&facts.checks.facts.tls_rpt) {
        return None;
    }
    let came = |change: &Change| matches!(change, Change::TlsRpt { before, after } if named(after) && !named(before));
    // Latest first; the oldest entry is the first look.
    let history = &facts.checks.history;
    let entry = history.iter().find(|entry| entry.changes.iter().any(came)).or_else(|| history.last());
    entry.map(|entry| entry.at).or(facts.checks.checked)
}

/// Since when there has been any record.
fn found_since(facts: &Facts<'_>) -> Option<Timestamp> {
    let came = |change: &Change| matches!(change, Change::TlsRpt { before: None, .. });
    let history = &facts.checks.history;
    let entry = history.iter().find(|entry| entry.changes.iter().any(came)).or_else(|| history.last());
    entry.map(|entry| entry.at).or(facts.checks.checked)
}

fn record(facts: &Facts<'_>) -> Point {
    const QUESTION: &str = "Is the record there?";
    let at = format!("_smtp._tls.{}", facts.name);
    let checks = facts.checks;
    let cannot_tell = checks.facts.unseen.contains(&Check::TlsRpt);
    match (&checks.facts.tls_rpt, found_since(facts)) {
        (Some(_), Some(since)) => {
            point(Status::Ok, QUESTION, format!("Yes, seen at {at} since {}.", since.time_in_words(facts.now)), None)
        }
        _ if checks.off => point(
            Status::CannotTell,
            QUESTION,
            format!("Checks are switched off (checks.enabled), so nobody has looked. Ask yourself: dig TXT {at}."),
            Some(Place::Records),
        ),
        _ if checks.checked.is_none() => {
            point(Status::Waiting, QUESTION, "Not looked yet; that happens within minutes.", Some(Place::Records))
        }
        _ if cannot_tell => point(
            Status::CannotTell,
            QUESTION,
            format!("DNS gave no answer about {at}, so there is no telling. The next look asks again."),
            Some(Place::Records),
        ),
        _ => point(
            Status::Error,
            QUESTION,
            format!("No: there is no record that counts at {at}, so no sender knows where to report. Publish it."),
            Some(Place::Records),
        ),
    }
}

fn syntax(facts: &Facts<'_>) -> Option<Point> {
    const QUESTION: &str = "Can senders read it?";
    facts.checks.facts.tls_rpt.as_ref()?;
    let sections =
        facts.checks.sections.iter().filter(|section| section.check == Check::TlsRpt && section.host.is_none());
    let mut findings = sections.flat_map(|section| &section.findings);
    // Which address it names is asked next.
    let wrong = findings.find(|finding| {
        matches!(finding.status, Status::Error | Status::Warning)
            && !["tls-rpt-elsewhere", "tls-rpt-other-address"].contains(&finding.code.as_str())
    });
    Some(match wrong {
        None => point(Status::Ok, QUESTION, "Yes, by the grammar of RFC 8460 §3.", None),
        Some(finding) => {
            let remedy = finding.remedy.as_deref().unwrap_or_default();
            let answer = format!("{}. {}", visible_short(&finding.title, 200), visible_short(remedy, 400));
            point(finding.status, QUESTION, answer.trim_end(), Some(Place::Records))
        }
    })
}

fn address(facts: &Facts<'_>, since: Option<Timestamp>) -> Option<Point> {
    const QUESTION: &str = "Does it name this domain’s report address?";
    facts.checks.facts.tls_rpt.as_ref()?;
    Some(match since {
        Some(since) => point(Status::Ok, QUESTION, format!("Yes, since {}.", since.time_in_words(facts.now)), None),
        None => point(
            Status::Error,
            QUESTION,
            "No: reports go elsewhere. Put the address into the record, beside the others that stand there.",
            Some(Place::Records),
        ),
    })
}

fn reach(facts: &Facts<'_>) -> Option<Point> {
    facts.setup.destinations.is_empty().then(|| {
        let why = facts.setup.why.as_deref().unwrap_or("No way in for reports is configured that senders could use.");
        point(Status::Error, "Can a report reach this installation?", why, Some(Place::Start))
    })
}

fn test(facts: &Facts<'_>) -> Point {
    const QUESTION: &str = "Does a report get through?";
    match facts.test {
        None => point(
            Status::Suggestion,
            QUESTION,
            "No test report was sent yet. One shows within seconds whether reports get in.",
            Some(Place::Test),
        ),
        Some(TestReport { arrived: Some(at), .. }) => point(
            Status::Ok,
            QUESTION,
            format!("A test report arrived at {}.", at.time_in_words(facts.now)),
            Some(Place::Test),
        ),
        Some(test) if !test.finished => {
            point(Status::Waiting, QUESTION, "A test report is on its way.", Some(Place::Test))
        }
        Some(test) => {
            let stage = test.steps.iter().find(|step| !step.passed).map(|step| step.stage.title());
            let stage = stage.map(|title| format!(": it stopped at “{title}”")).unwrap_or_default();
            let sent = test.sent.time_in_words(facts.now);
            let answer = format!("The test report of {sent} did not arrive{stage}.");
            point(Status::Error, QUESTION, answer, Some(Place::Test))
        }
    }
}

fn waiting(facts: &Facts<'_>, since: Option<Timestamp>) -> Option<Point> {
    const QUESTION: &str = "Has it been there long enough?";
    // Nobody can have reported before the domain had its address.
    let since = since?.max(facts.added);
    let hours = facts.now.0.saturating_sub(since.0).max(0) / 3_600_000;
    let told = format::counted(u64::try_from(hours).unwrap_or(0), "hour");
    Some(if hours < HOURS {
        let due = since.plus_seconds(HOURS * 3_600).time_in_words(facts.now);
        let answer =
            format!("{told} of {HOURS}. A first report may take until {due}, if a sender that reports wrote to you.");
        point(Status::Waiting, QUESTION, answer, None)
    } else {
        let answer = format!(
            "Yes, {told}; {HOURS} are enough. So no sender that reports has written to this domain since, or its report does not get \
             through: send a test report, then write to yourself as told below."
        );
        point(Status::Warning, QUESTION, answer, Some(Place::Test))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Channel,
        check::Section,
        test_report::{Stage, Step},
        view::HistoryEntry,
    };

    const ADDRESS: &str = "abcdefghijklmnopqrstuvwxyz";

    fn now() -> Timestamp {
        Day::from_ymd(2026, 11, 21).unwrap().start().plus_seconds(12 * 3_600)
    }

    fn hours_ago(hours: i64) -> Timestamp {
        now().plus_seconds(-hours * 3_600)
    }

    fn setup() -> DomainSetup {
        let url = format!("https://tlsrpt.example.net/r/{ADDRESS}");
        DomainSetup {
            address: ADDRESS.to_owned(),
            report_url: url.clone(),
            report_email: None,
            destinations: vec![url],
            records: vec![],
            why: None,
        }
    }

    /// A domain whose record named somebody else at first, and has named us for so many hours.
    fn published(hours: i64) -> CheckPage {
        let (other, ours) = (
            "v=TLSRPTv1; rua=mailto:x@example.net".to_owned(),
            format!("v=TLSRPTv1; rua=https://tlsrpt.example.net/r/{ADDRESS}"),
        );
        let change = |before: Option<&String>, after: &String| Change::TlsRpt {
            before: before.cloned(),
            after: Some(after.clone()),
        };
        let entry = |at, changes| HistoryEntry { at, changes };
        CheckPage {
            checked: Some(hours_ago(0)),
            sections: vec![Section::new(Check::TlsRpt, None, vec![], vec![])],
            facts: crate::check::Facts { tls_rpt: Some(ours.clone()), ..Default::default() },
            history: vec![
                entry(hours_ago(1), vec![Change::NameServers]),
                entry(hours_ago(hours), vec![change(Some(&other), &ours)]),
                entry(hours_ago(200), vec![change(None, &other)]),
                entry(hours_ago(300), vec![]),
            ],
            ..CheckPage::default()
        }
    }

    fn told(checks: &CheckPage, test: Option<&TestReport>) -> Vec<(Status, String)> {
        let name = DomainName::parse("example.com").unwrap();
        let setup = setup();
        let facts = Facts { now: now(), name: &name, added: hours_ago(400), setup: &setup, checks, test };
        diagnose(&facts).points.into_iter().map(|point| (point.status, point.answer)).collect()
    }

    #[test]
    fn who_waits_is_told_how_long() {
        let points = told(&published(20), None);
        let statuses: Vec<_> = points.iter().map(|(status, _)| *status).collect();
        assert_eq!(statuses, [Status::Ok, Status::Ok, Status::Ok, Status::Suggestion, Status::Waiting]);
        assert!(points[0].1.contains("since 13 Nov"), "any record: {}", points[0].1);
        assert!(points[2].1.contains("since 20 Nov, 16:00 UTC"), "ours: {}", points[2].1);
        assert!(
            points[4].1.starts_with("20 hours of 48.") && points[4].1.contains("22 Nov, 16:00 UTC"),
            "{}",
            points[4].1
        );
        let (status, answer) = told(&published(49), None).pop().unwrap();
        assert_eq!(status, Status::Warning);
        assert!(answer.starts_with("Yes, 49 hours"), "{answer}");
    }

    #[test]
    fn without_a_record_that_is_the_answer() {
        let checks = CheckPage { checked: Some(now()), ..CheckPage::default() };
        let points = told(&checks, None);
        assert_eq!(points[0].0, Status::Error);
        assert!(points[0].1.contains("_smtp._tls.example.com"));
        assert_eq!(points.len(), 2, "nothing more can be said but to send a test");
        assert_eq!(told(&CheckPage::default(), None)[0].0, Status::Waiting);
        assert_eq!(told(&CheckPage { off: true, ..CheckPage::default() }, None)[0].0, Status::CannotTell);
        let facts = crate::check::Facts { unseen: vec![Check::TlsRpt], ..Default::default() };
        assert_eq!(
            told(&CheckPage { facts, ..checks }, None)[0].0,
            Status::CannotTell,
            "a silent name server is not absence"
        );
    }

    #[test]
    fn a_record_of_others_is_not_ours() {
        let mut checks = published(20);
        checks.facts.tls_rpt = Some("v=TLSRPTv1; rua=mailto:x@example.net".to_owned());
        let points = told(&checks, None);
        assert_eq!(points[2].0, Status::Error);
        assert_eq!(points.len(), 4, "how long it has been there does not matter");
    }

    #[test]
    fn a_test_report_tells_where_it_stopped() {
        let test = TestReport {
            id: 1,
            way: Channel::Https,
            sent: hours_ago(2),
            steps: vec![Step::failed(Stage::Connect, 3, "refused", "")],
            finished: true,
            arrived: None,
        };
        let points = told(&published(20), Some(&test));
        assert_eq!(points[3].0, Status::Error);
        assert!(points[3].1.contains("Connect to it"), "{}", points[3].1);
        let arrived = TestReport { arrived: Some(hours_ago(1)), ..test };
        assert_eq!(told(&published(20), Some(&arrived))[3].0, Status::Ok);
    }

    #[test]
    fn what_is_written_today_is_told_of_in_two_days() {
        let (name, setup, checks) = (DomainName::parse("example.com").unwrap(), setup(), published(20));
        let facts = Facts { now: now(), name: &name, added: now(), setup: &setup, checks: &checks, test: None };
        assert_eq!(diagnose(&facts).expected, Day::from_ymd(2026, 11, 23).unwrap());
        let nowhere = DomainSetup { destinations: vec![], why: Some("Set http.base_url".into()), ..setup.clone() };
        let points = diagnose(&Facts { setup: &nowhere, ..facts }).points;
        assert!(points.iter().any(|point| point.place == Some(Place::Start) && point.answer == "Set http.base_url"));
    }
}
