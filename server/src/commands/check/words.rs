//! What was found, in words for a terminal. Whatever a stranger published passes through [`visible`].

use std::io::{self, Write};

use checks::Outcome;
use model::check::Section;
use model::{
    Finding, Publish, Status,
    text::{visible, visible_short},
    view::DnsRecord,
};

/// Characters of one line of evidence.
const MAX_EVIDENCE: usize = 300;

pub(super) fn print(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}: {}", outcome.domain, outcome.status.word())?;
    for section in &outcome.sections {
        print_section(section, out)?;
    }
    for notice in &outcome.notices {
        writeln!(out, "\n  This installation")?;
        print_finding(notice, out)?;
    }
    let seconds = outcome.duration.as_secs_f64();
    writeln!(out, "\n  {} DNS queries, {seconds:.1} s\n", outcome.queries)
}

fn print_section(section: &Section, out: &mut impl Write) -> io::Result<()> {
    let host = section.host.as_ref().map(|host| format!("  {}", visible(host))).unwrap_or_default();
    writeln!(out, "\n  {}{host}", section.check.word())?;
    for finding in &section.findings {
        print_finding(finding, out)?;
    }
    Ok(())
}

/// A finding with which all is well takes one line; all others say what follows and what to do.
fn print_finding(finding: &Finding, out: &mut impl Write) -> io::Result<()> {
    let Finding { status, title, consequence, evidence, remedy, publish, source, .. } = finding;
    writeln!(out, "    {} {:<14} {}", shape(*status), status.word(), visible(title))?;
    if matches!(status, Status::Ok | Status::NotApplicable) {
        return Ok(());
    }
    let mut line = |label: &str, text: &str| writeln!(out, "      {label:<8} {}", visible_short(text, MAX_EVIDENCE));
    line("so", consequence)?;
    for seen in evidence.iter().flat_map(|evidence| evidence.lines()) {
        line("seen", seen)?;
    }
    if let Some(remedy) = remedy {
        line("do", remedy)?;
    }
    match publish {
        None => {}
        Some(Publish::Record(DnsRecord { name, kind, value })) if kind == "TXT" => {
            line("publish", &format!("{name}  TXT  \"{value}\""))?;
        }
        Some(Publish::Record(DnsRecord { name, kind, value })) => line("publish", &format!("{name}  {kind}  {value}"))?,
        Some(Publish::Value(value)) => line("publish", value)?,
        Some(Publish::Policy(policy)) => {
            for policy_line in policy.lines() {
                line("publish", policy_line)?;
            }
        }
    }
    line("rule", source)
}

/// The shape that stands for a status, beside its word.
const fn shape(status: Status) -> char {
    match status {
        Status::Ok => '✓',
        Status::Suggestion => '○',
        Status::Warning => '▲',
        Status::Error => '✗',
        Status::CannotTell => '?',
        Status::Waiting => '…',
        Status::NotApplicable => '–',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(finding: &Finding) -> String {
        let mut out = Vec::new();
        print_finding(finding, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_strangers_published_does_nothing_to_a_terminal() {
        let act = "\u{1b}[2J\u{202e}\r";
        let finding = Finding {
            code: String::new(),
            status: Status::Error,
            title: act.to_owned(),
            consequence: act.to_owned(),
            evidence: Some(format!("{act}\n{act}")),
            remedy: Some(act.to_owned()),
            publish: Some(Publish::Policy(format!("{act}\n{act}"))),
            source: act.to_owned(),
        };
        let text = printed(&finding);
        assert_eq!(text.lines().count(), 8, "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{text:?}");
    }
}
