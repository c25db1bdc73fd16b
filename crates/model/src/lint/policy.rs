//! The policy file (RFC 8461 §3.2) as a whole, and whether it covers the MX hosts (§4.1).

use mtasts::{
    Mode, Pattern, Verdict,
    policy::{self, Key, MAX_AGE, MaxAgeFault, Problem, Reading},
};

use super::{
    Code,
    draft::{Draft, Drafts, quoted},
    file, line, mend, mx,
};
use crate::{DomainName, Finding, Publish, Status, format::counted};

/// What was found about a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLint {
    /// How it stands with its grammar.
    pub verdict: Verdict,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// Whether each given MX host is covered, in the given order.
    pub mx: Vec<Cover>,
}

/// Whether a policy lets senders deliver to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The host as given.
    pub host: String,
    /// Whether an `mx` line matches it, or the mode is none, which constrains nothing.
    pub covered: bool,
}

/// What senders do with a file that is no policy.
pub(super) const WITHOUT: &str =
    "Senders act as though there were no policy: only those that hold an earlier one still protect mail.";

/// An Error about the file.
pub(super) fn error(code: Code, title: impl Into<String>, remedy: impl Into<String>) -> Draft {
    Draft::new(code, Status::Error, title, WITHOUT).remedy(remedy)
}

pub(super) fn lint(bytes: &[u8], hosts: &[&str]) -> PolicyLint {
    let mut drafts = Drafts::default();
    let reading = policy::read(bytes);
    let content = file::content(bytes, &mut drafts);
    let mut uncovered = Vec::new();
    let mx = cover(&reading, hosts);
    if let Some(text) = &content {
        // Behind a mark at the beginning the file is read once more, so that the rest of it has its findings, too.
        let rest = if bytes.starts_with(text.as_bytes()) { None } else { Some(policy::read(text.as_bytes())) };
        let told = rest.as_ref().unwrap_or(&reading);
        for problem in &told.problems {
            tell(problem, told, &mut drafts);
        }
        values(told, &mut drafts);
        uncovered = mx.iter().filter(|cover| !cover.covered).map(|cover| cover.host.as_str()).collect();
        hosts_told(told, hosts, &uncovered, &mut drafts);
    }
    let needs_mending = reading.verdict() != Verdict::Valid || reading.max_age == Some(0) || !uncovered.is_empty();
    let publish = content
        .filter(|_| needs_mending)
        .and_then(|text| mend::policy(&text, &uncovered).filter(|mended| mended.as_bytes() != bytes))
        .map(Publish::Policy);
    PolicyLint { verdict: reading.verdict(), findings: drafts.finish(publish.as_ref()), mx }
}

fn tell(problem: &Problem, reading: &Reading, drafts: &mut Drafts) {
    let at = |line: &usize, text: &str| format!("line {line}: {text}");
    match problem {
        // Said by `file::content`.
        Problem::TooLong(_) | Problem::Empty | Problem::NotUtf8 { .. } => {}
        Problem::Line { line, text, fault } => line::tell(*line, text, *fault, drafts),
        Problem::Version { line, value } => drafts.add(
            error(Code::PolicyVersion, "The version is not STSv1", "Write version: STSv1, letter for letter.")
                .seen(at(line, value)),
        ),
        Problem::Mode { line, value } => drafts.add(bad_mode(value).seen(at(line, value))),
        Problem::MaxAge { line, value, fault } => drafts.add(bad_max_age(value, *fault).seen(at(line, value))),
        Problem::Mx { line, value, fault } => drafts.add(mx::tell(value, fault).seen(at(line, value))),
        Problem::Missing(key) => missing(*key, reading, drafts),
        Problem::Again { line, key, is_good } => drafts.add(
            Draft::new(
                Code::PolicyKeyTwice,
                Status::Warning,
                format!("{} comes more than once", key.name()),
                "Senders must ignore all but the first; strict ones refuse the policy.",
            )
            .seen(at(line, if *is_good { key.name() } else { "again, with a value that it cannot have" }))
            .remedy("Keep the one that is meant."),
        ),
    }
}

fn bad_mode(value: &str) -> Draft {
    if value.contains('#') {
        return line::comment();
    }
    if Mode::from_keyword(&value.to_ascii_lowercase()).is_some() {
        return error(
            Code::PolicyModeCase,
            "The mode is not in lower case: case matters",
            format!("Write mode: {}.", value.to_ascii_lowercase()),
        );
    }
    let meant = match value.to_ascii_lowercase().as_str() {
        "enforced" | "enforcing" => " Write mode: enforce.",
        "test" | "report" | "report-only" | "reporting" => " Write mode: testing.",
        _ => "",
    };
    let title =
        if value.is_empty() { "The mode is empty".to_owned() } else { format!("There is no mode {}", quoted(value)) };
    error(Code::PolicyMode, title, format!("The modes are enforce, testing and none.{meant}"))
}

fn bad_max_age(value: &str, fault: MaxAgeFault) -> Draft {
    if value.contains('#') {
        return line::comment();
    }
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if fault == MaxAgeFault::TooBig || (is_number && value.trim_start_matches('0').len() > 8) {
        return error(
            Code::PolicyMaxAgeTooBig,
            format!("max_age is above {MAX_AGE} seconds, about a year"),
            format!("Write max_age: {MAX_AGE} or less."),
        );
    }
    let remedy = "Write the seconds in up to 10 digits and nothing else, such as max_age: 604800 for a week.";
    error(Code::PolicyMaxAge, "max_age is no number of seconds", remedy)
}

fn missing(key: Key, reading: &Reading, drafts: &mut Drafts) {
    if line::is_misspelt(key, reading, drafts) {
        return;
    }
    let (code, remedy) = match key {
        Key::Version => (Code::PolicyVersionMissing, "Add the line version: STSv1."),
        Key::Mode => {
            (Code::PolicyModeMissing, "Add the line mode: testing; go to enforce after two weeks without failures.")
        }
        Key::MaxAge => (Code::PolicyMaxAgeMissing, "Add the line max_age: 604800 (a week, in seconds)."),
        Key::Mx => (Code::PolicyMxMissing, "Add a line mx: for each MX host of the domain."),
    };
    drafts.add(error(code, format!("There is no {}", key.name()), remedy));
}

/// What the grammar allows and is unwise.
fn values(reading: &Reading, drafts: &mut Drafts) {
    const DAY: u64 = 86_400;
    let is_none = reading.mode == Some(Mode::None);
    match reading.max_age {
        Some(0) if !is_none => drafts.add(
            Draft::new(
                Code::PolicyMaxAgeZero,
                Status::Warning,
                "max_age is 0",
                "Senders forget the policy at once, so it protects no mail from an attacker who hides it.",
            )
            .seen("max_age: 0")
            .remedy("Write max_age: 604800 (a week) or more."),
        ),
        Some(seconds) if seconds < 7 * DAY && !is_none => drafts.add(
            Draft::new(
                Code::PolicyMaxAgeShort,
                Status::Suggestion,
                format!("max_age is {}, less than a week", duration(seconds)),
                "A sender that delivers rarely forgets the policy in between, and an attacker need not hide it for long.",
            )
            .seen(format!("max_age: {seconds}"))
            .remedy("Write weeks, such as max_age: 1209600, once the policy is known to work."),
        ),
        _ => {}
    }
    if is_none {
        drafts.add(
            Draft::new(
                Code::PolicyModeNone,
                Status::Suggestion,
                "The mode is none",
                "Senders deliver as though there were no policy; this is right while MTA-STS is being removed.",
            )
            .remedy("Write mode: testing to use MTA-STS."),
        );
    }
    for (number, name) in &reading.extensions {
        if !line::is_spelling(name) {
            drafts.add(
                Draft::new(
                    Code::PolicyKeyUnknown,
                    Status::Suggestion,
                    "There is a key that MTA-STS does not know",
                    "Senders ignore it.",
                )
                .seen(format!("line {number}: {name}")),
            );
        }
    }
    mx::values(&reading.mx, drafts);
}

fn duration(seconds: u64) -> String {
    match (seconds / 86_400, seconds / 3_600, seconds / 60) {
        (0, 0, 0) => counted(seconds, "second"),
        (0, 0, minutes) => counted(minutes, "minute"),
        (0, hours, _) => counted(hours, "hour"),
        (days, ..) => counted(days, "day"),
    }
}

/// In A-labels, as the names in MX records are.
fn a_labels(host: &str) -> Option<DomainName> {
    DomainName::parse_lenient(host)
}

fn cover(reading: &Reading, hosts: &[&str]) -> Vec<Cover> {
    let covered = |host: &str| {
        reading.mode == Some(Mode::None) || a_labels(host).is_some_and(|name| reading.covers(name.as_str()))
    };
    hosts.iter().map(|host| Cover { host: (*host).to_owned(), covered: covered(host) }).collect()
}

fn hosts_told(reading: &Reading, hosts: &[&str], uncovered: &[&str], drafts: &mut Drafts) {
    if !uncovered.is_empty() {
        let (status, consequence) = match reading.mode {
            _ if !reading.verdict().works() => {
                (Status::Warning, "Once the policy is valid and in enforce, senders do not deliver there.")
            }
            Some(Mode::Enforce) => (Status::Error, "Senders that honour MTA-STS do not deliver there."),
            _ => (Status::Warning, "Senders report it; under enforce they would not deliver there."),
        };
        let title = format!(
            "{} no mx line",
            match uncovered {
                [_] => "An MX host matches".to_owned(),
                several => format!("{} MX hosts match", several.len()),
            }
        );
        drafts.add(
            Draft::new(Code::PolicyMxNotCovered, status, title, consequence).seen(uncovered.join(", ")).remedy(
                "Add a line mx: for each such host; a new host is put to use only once senders have had time to fetch the policy.",
            ),
        );
    }
    let names: Vec<DomainName> = hosts.iter().filter_map(|host| a_labels(host)).collect();
    let is_unused = |pattern: &&Pattern| !names.iter().any(|name| pattern.matches(name.as_str()));
    let unused: Vec<String> = reading.mx.iter().filter(is_unused).map(ToString::to_string).collect();
    if !hosts.is_empty() && !unused.is_empty() {
        drafts.add(
            Draft::new(
                Code::PolicyMxUnused,
                Status::Suggestion,
                format!(
                    "{} no MX host",
                    match unused.as_slice() {
                        [_] => "An mx line matches".to_owned(),
                        several => format!("{} mx lines match", several.len()),
                    }
                ),
                "This harms nothing, and is right for hosts to come.",
            )
            .seen(unused.join(", ")),
        );
    }
}
