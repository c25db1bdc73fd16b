//! May a domain go to enforce? A verdict, the evidence it rests on, and what is missing. Pure.
//!
//! In enforce, a session that fails MTA-STS is mail that does not arrive (RFC 8461 §5). So what is asked: is there a policy in
//! testing, is all that enforce relies on in order as seen from outside, and did senders see two weeks without a failure?

use mtasts::Mode;
use serde::{Deserialize, Serialize};
use tlsrpt::ResultType;

use crate::{
    Status, Totals,
    check::{Check, Section},
    failing::Group,
    format,
    status::CLEAN_DAYS,
    text::visible_short,
};

/// Of the days that are looked at, at least so many must have sessions.
const FEWEST_DAYS: u16 = CLEAN_DAYS / 2;

/// What is known of a domain when the question is asked.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Whether the domain says that it takes no mail.
    pub no_mail: bool,
    /// The mode of the policy that was last fetched; none where there is no policy that senders can use.
    pub published: Option<Mode>,
    /// The mode that senders last reported.
    pub reported: Option<Mode>,
    /// What the last look from outside found; empty while there was none.
    pub sections: &'a [Section],
    /// Sessions of the [`CLEAN_DAYS`] days that end with the last complete one.
    pub fortnight: Totals,
    /// How many of those days had sessions.
    pub days: u16,
    /// How many reporters told of them.
    pub reporters: u32,
    /// Failed sessions of those days by what went wrong, most first.
    pub failures: &'a [(ResultType, u64)],
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is in enforce, and nothing speaks against it.
    Enforcing,
    /// It is in enforce, and something is wrong.
    EnforcingInTrouble,
    /// Yes.
    Ready,
    /// Something is missing.
    NotYet,
    /// There is no policy to begin with.
    NoPolicy,
    /// The domain takes no mail.
    NotApplicable,
}

impl Verdict {
    /// How it is shown.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Enforcing => Status::Ok,
            Self::EnforcingInTrouble => Status::Warning,
            Self::Ready => Status::Suggestion,
            Self::NotYet | Self::NoPolicy => Status::Waiting,
            Self::NotApplicable => Status::NotApplicable,
        }
    }

    /// In a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Enforcing => "Already in enforce, and nothing speaks against it.",
            Self::EnforcingInTrouble => "Already in enforce, so what is listed here keeps mail away.",
            Self::Ready => "Ready: go to enforce.",
            Self::NotYet => "Not yet.",
            Self::NoPolicy => "Not yet: begin with a policy in testing.",
            Self::NotApplicable => "The domain takes no mail.",
        }
    }
}

/// One thing that the verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// How it stands.
    pub status: Status,
    /// What is so. It may quote what strangers published, written out so that nothing in it acts.
    pub text: String,
}

/// The verdict with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// The answer.
    pub verdict: Verdict,
    /// What it rests on: the policy, the checks, the days, the reporters, the failures.
    pub evidence: Vec<Evidence>,
    /// What is missing, each as something to do or to wait for; empty where nothing is.
    pub missing: Vec<String>,
}

/// Answers the question.
#[must_use]
pub fn judge(facts: &Facts<'_>) -> Readiness {
    if facts.no_mail {
        return Readiness { verdict: Verdict::NotApplicable, evidence: vec![], missing: vec![] };
    }
    // What was fetched is newer than what reports tell; where nothing could be looked at, they have to do.
    let mode = facts.published.or(facts.reported.filter(|_| facts.sections.is_empty()));
    let parts = [policy(facts, mode), checks(facts.sections), days(facts), reporters(facts), failures(facts, mode)];
    let (evidence, missing): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    let missing: Vec<String> = missing.into_iter().flatten().collect();
    let wrong = evidence.iter().any(|part| matches!(part.status, Status::Error | Status::Warning));
    let verdict = match mode {
        Some(Mode::Enforce) if wrong => Verdict::EnforcingInTrouble,
        Some(Mode::Enforce) => Verdict::Enforcing,
        Some(Mode::Testing) if missing.is_empty() => Verdict::Ready,
        Some(Mode::Testing) => Verdict::NotYet,
        Some(Mode::None) | None => Verdict::NoPolicy,
    };
    // Who is in enforce already need not wait for anything; what is wrong is to be mended all the same.
    let missing = if verdict == Verdict::Enforcing { vec![] } else { missing };
    Readiness { verdict, evidence, missing }
}

/// One thing to look at: how it stands, and what is missing.
type Part = (Evidence, Vec<String>);

fn part(status: Status, text: impl Into<String>) -> Part {
    (Evidence { status, text: text.into() }, vec![])
}

fn lacking(status: Status, text: impl Into<String>, missing: impl Into<String>) -> Part {
    (Evidence { status, text: text.into() }, vec![missing.into()])
}

fn policy(facts: &Facts<'_>, mode: Option<Mode>) -> Part {
    let seen =
        if facts.published.is_some() { "The policy that is published" } else { "The policy that senders report" };
    match mode {
        Some(Mode::Enforce) => part(Status::Ok, format!("{seen} says enforce.")),
        Some(Mode::Testing) => {
            part(Status::Ok, format!("{seen} says testing: senders deliver, and report what failed."))
        }
        Some(Mode::None) => lacking(
            Status::Waiting,
            format!("{seen} says none: senders do as though there were no policy."),
            "Serve a policy in testing, and change the id of its record.",
        ),
        None => lacking(
            Status::Waiting,
            "There is no policy that senders can use.",
            "Serve a policy in testing, and announce it by its record.",
        ),
    }
}

/// What enforce relies on. The record for reports is part of it: without it nobody would tell that mail does not arrive.
const RELIED_ON: [Check; 5] = [Check::TlsRpt, Check::MtaSts, Check::Policy, Check::Mx, Check::Starttls];

fn checks(sections: &[Section]) -> Part {
    let relied_on: Vec<&Section> = sections.iter().filter(|section| RELIED_ON.contains(&section.check)).collect();
    if relied_on.is_empty() {
        return lacking(
            Status::CannotTell,
            "The domain has not been looked at from outside.",
            "A look from outside: the Records tab begins one.",
        );
    }
    let told = |section: &Section| {
        let finding = section.findings.iter().find(|finding| finding.status == section.status);
        let title = finding.map(|finding| format!(": {}", visible_short(&finding.title, 120))).unwrap_or_default();
        format!("{}{title}", visible_short(&section.heading(), 120))
    };
    let count = |statuses: &[Status]| relied_on.iter().filter(|section| statuses.contains(&section.status)).count();
    let (red, unclear) = (count(&[Status::Error, Status::Warning]), count(&[Status::CannotTell]));
    let green = format!("{} of {} checks from outside are in order", relied_on.len() - red - unclear, relied_on.len());
    if red > 0 {
        let status = Status::worst(relied_on.iter().map(|section| section.status));
        let wrong = relied_on.iter().filter(|section| matches!(section.status, Status::Error | Status::Warning));
        return (Evidence { status, text: format!("{green}.") }, wrong.map(|section| told(section)).collect());
    }
    if unclear > 0 {
        let unclear: Vec<String> = relied_on
            .iter()
            .filter(|section| section.status == Status::CannotTell)
            .map(|section| visible_short(&section.heading(), 120).into_owned())
            .collect();
        // That our own port 25 is blocked says nothing about the domain: the reports are evidence enough.
        return part(Status::CannotTell, format!("{green}; of {} there is no telling from here.", unclear.join(", ")));
    }
    part(Status::Ok, format!("{green}."))
}

fn days(facts: &Facts<'_>) -> Part {
    let seen = format!(
        "Sessions were reported on {} of the last {CLEAN_DAYS} complete days: {}.",
        facts.days,
        format::counted(facts.fortnight.sessions, "session")
    );
    match FEWEST_DAYS.saturating_sub(facts.days) {
        0 => part(Status::Ok, seen),
        more => lacking(Status::Waiting, seen, format!("{} more with reports.", format::counted(more.into(), "day"))),
    }
}

fn reporters(facts: &Facts<'_>) -> Part {
    match facts.reporters {
        0 => lacking(Status::Waiting, "Nobody reported in that time.", "A sender that reports."),
        1 => part(Status::Suggestion, "1 reporter tells of them: what other senders see is not known."),
        more => part(Status::Ok, format!("{} tell of them.", format::counted(more.into(), "reporter"))),
    }
}

fn failures(facts: &Facts<'_>, mode: Option<Mode>) -> Part {
    // DANE has no testing mode: what fails it is not delivered already, whatever the policy of MTA-STS says.
    let ours: Vec<_> =
        facts.failures.iter().filter(|(of, failed)| *failed > 0 && Group::of(of) != Group::Dane).collect();
    if ours.is_empty() {
        return match facts.fortnight.sessions {
            0 => part(Status::Waiting, "No failure of MTA-STS was reported, and no session either."),
            _ => part(Status::Ok, format!("No failure of MTA-STS in the last {CLEAN_DAYS} complete days.")),
        };
    }
    let told = |(of, failed): &&(ResultType, u64)| {
        let what = visible_short(of.as_str(), 60);
        format!("{what}, {}", format::counted(*failed, "session"))
    };
    let failed = ours.iter().map(told).collect::<Vec<_>>().join("; ");
    let all: u64 = ours.iter().map(|(_, failed)| *failed).fold(0, u64::saturating_add);
    lacking(
        Status::Warning,
        format!("Failures in the last {CLEAN_DAYS} complete days: {failed}."),
        match (mode, all) {
            (Some(Mode::Enforce), _) => {
                "The causes of these failures: they stand above, each with what mends it.".to_owned()
            }
            (_, 1) => format!(
                "{CLEAN_DAYS} days without failures. In enforce, the mail of this session would have had to wait."
            ),
            (_, all) => format!(
                "{CLEAN_DAYS} days without failures. In enforce, the mail of {} sessions would have had to wait.",
                format::thousands(all)
            ),
        },
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::Finding;

    fn section(check: Check, host: Option<&str>, status: Status) -> Section {
        let finding = Finding {
            code: "code".to_owned(),
            status,
            title: "what was found".to_owned(),
            consequence: String::new(),
            evidence: None,
            remedy: None,
            publish: None,
            source: String::new(),
        };
        Section::new(check, host.map(ToOwned::to_owned), vec![finding], vec![])
    }

    fn seen(starttls: Status) -> Vec<Section> {
        let of_domain = [Check::TlsRpt, Check::MtaSts, Check::Policy, Check::Mx];
        let mut sections: Vec<_> = of_domain.into_iter().map(|check| section(check, None, Status::Ok)).collect();
        sections.push(section(Check::Starttls, Some("mx1.example.com"), starttls));
        sections.push(section(Check::Dane, Some("mx1.example.com"), Status::Error));
        sections
    }

    fn facts<'a>(sections: &'a [Section], failures: &'a [(ResultType, u64)]) -> Facts<'a> {
        Facts {
            no_mail: false,
            published: Some(Mode::Testing),
            reported: Some(Mode::Testing),
            sections,
            fortnight: Totals { sessions: 5_000, failed: failures.iter().map(|(_, failed)| failed).sum() },
            days: 14,
            reporters: 3,
            failures,
        }
    }

    #[rstest]
    #[case::all_is_well(|_: &mut Facts<'_>| {}, Verdict::Ready, None)]
    #[case::half_of_the_days_are_enough(|facts: &mut Facts<'_>| facts.days = 7, Verdict::Ready, None)]
    #[case::fewer_are_not(|facts: &mut Facts<'_>| facts.days = 5, Verdict::NotYet, Some("2 days more with reports."))]
    #[case::one_reporter_is_said_and_enough(|facts: &mut Facts<'_>| facts.reporters = 1, Verdict::Ready, None)]
    #[case::nobody_is_not(|facts: &mut Facts<'_>| { facts.reporters = 0; facts.days = 0 }, Verdict::NotYet, Some("A sender that reports."))]
    #[case::no_policy(|facts: &mut Facts<'_>| { facts.published = None }, Verdict::NoPolicy, Some("announce it"))]
    #[case::mode_none(|facts: &mut Facts<'_>| facts.published = Some(Mode::None), Verdict::NoPolicy, Some("change the id"))]
    #[case::enforce(|facts: &mut Facts<'_>| facts.published = Some(Mode::Enforce), Verdict::Enforcing, None)]
    #[case::enforce_waits_for_nothing(|facts: &mut Facts<'_>| { facts.published = Some(Mode::Enforce); facts.days = 2 }, Verdict::Enforcing, None)]
    #[case::no_mail(|facts: &mut Facts<'_>| facts.no_mail = true, Verdict::NotApplicable, None)]
    fn readiness_is(
        #[case] change: impl FnOnce(&mut Facts<'_>),
        #[case] verdict: Verdict,
        #[case] missing: Option<&str>,
    ) {
        let sections = seen(Status::Ok);
        let mut facts = facts(&sections, &[]);
        change(&mut facts);
        let readiness = judge(&facts);
        assert_eq!(readiness.verdict, verdict, "{readiness:?}");
        match missing {
            None => assert_eq!(readiness.missing, [""; 0]),
            Some(words) => assert!(readiness.missing.iter().any(|told| told.contains(words)), "{readiness:?}"),
        }
    }

    #[test]
    fn what_is_red_from_outside_is_missing() {
        let sections = seen(Status::Error);
        let readiness = judge(&facts(&sections, &[]));
        assert_eq!(readiness.verdict, Verdict::NotYet);
        assert_eq!(readiness.missing, ["STARTTLS of mx1.example.com: what was found"]);
        assert!(readiness.evidence[1].text.starts_with("4 of 5 checks"), "DANE is another thing: {readiness:?}");
        let enforcing = judge(&Facts { published: Some(Mode::Enforce), ..facts(&sections, &[]) });
        assert_eq!((enforcing.verdict, enforcing.missing.len()), (Verdict::EnforcingInTrouble, 1));
    }

    #[test]
    fn a_blocked_port_here_keeps_nobody_from_enforce() {
        let sections = seen(Status::CannotTell);
        let readiness = judge(&facts(&sections, &[]));
        assert_eq!(readiness.verdict, Verdict::Ready);
        assert!(readiness.evidence[1].text.contains("of STARTTLS of mx1.example.com there is no telling"));
    }

    #[test]
    fn failures_count_but_those_of_dane() {
        let sections = seen(Status::Ok);
        let dane = [(ResultType::TlsaInvalid, 9)];
        assert_eq!(judge(&facts(&sections, &dane)).verdict, Verdict::Ready);
        let both =
            [(ResultType::CertificateExpired, 1_200), (ResultType::Other("odd\u{202e}".into()), 3), dane[0].clone()];
        let readiness = judge(&facts(&sections, &both));
        assert_eq!(readiness.verdict, Verdict::NotYet);
        let told = &readiness.evidence[4].text;
        assert!(told.contains("certificate-expired, 1,200 sessions; odd\\u{202e}, 3 sessions"), "{told}");
        assert!(readiness.missing[0].contains("the mail of 1,203 sessions"), "{readiness:?}");
    }

    #[test]
    fn without_a_look_from_outside_reports_tell_the_mode() {
        let readiness = judge(&Facts { published: None, ..facts(&[], &[]) });
        assert_eq!(readiness.verdict, Verdict::NotYet);
        assert!(readiness.evidence[0].text.contains("that senders report"));
        assert!(readiness.missing[0].contains("look from outside"));
        let sections = seen(Status::Ok);
        let gone = judge(&Facts { published: None, ..facts(&sections, &[]) });
        assert_eq!(gone.verdict, Verdict::NoPolicy, "what senders hold is not what is published");
    }
}
