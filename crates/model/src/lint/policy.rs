//! The policy file (RFC 8461 §3.2) as a whole.

use mtasts::{
    Mode, Verdict,
    policy::{self, Key, MAX_AGE, MaxAgeFault, Problem, Reading},
};

use super::{
    Code, Cover, cover,
    draft::{Draft, Drafts, quoted},
    file, line, mend, mx, values,
};
use crate::{Finding, Publish, Status};

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
    let mx = cover::cover(&reading, hosts);
    if let Some(text) = &content {
        // Behind a mark at the beginning the file is read once more, so that the rest of it has its findings, too.
        let rest = if bytes.starts_with(text.as_bytes()) { None } else { Some(policy::read(text.as_bytes())) };
        let told = rest.as_ref().unwrap_or(&reading);
        for problem in &told.problems {
            tell(problem, told, &mut drafts);
        }
        values::tell(told, &mut drafts);
        uncovered = mx.iter().filter(|cover| !cover.covered).map(|cover| cover.host.as_str()).collect();
        cover::tell(told, hosts, &uncovered, &mut drafts);
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
