//! The reports of a file in words, for an administrator at a terminal. Whatever a sender wrote passes through [`visible`].

use std::{
    borrow::Cow,
    io::{self, Write},
};

use chrono::{DateTime, Utc};
use ingest::ReadReport;
use model::{
    Day, DayRange, DomainName, Impact, Reporter, counting, explain,
    format::{counted, thousands},
    text::{visible, visible_short},
    verdict,
};
use tlsrpt::{Failure, Policy, PolicyType, Report};

use super::source::Outcome;
use crate::commands::wrapped;

/// Prints each report under the name of its file.
pub(super) struct Printer<W> {
    out: W,
    today: Day,
}

/// Failures of one policy that are listed.
const FAILURES: usize = 30;

impl<W: Write> Printer<W> {
    pub(super) const fn new(out: W, today: Day) -> Self {
        Self { out, today }
    }
}

impl<W: Write> super::Printer for Printer<W> {
    fn begin(&mut self, file: &str) -> io::Result<()> {
        let file = if file == "-" { "standard input" } else { file };
        writeln!(self.out, "{}", visible(file))
    }

    fn report(&mut self, read: &ReadReport) -> io::Result<()> {
        let report = &read.report;
        writeln!(self.out)?;
        for sentence in verdicts(report, read.hints.domain.as_deref(), self.today) {
            wrapped(&mut self.out, "  ", &sentence)?;
        }
        writeln!(self.out)?;
        self.head(read)?;
        for policy in &report.policies {
            writeln!(self.out)?;
            self.policy(policy)?;
        }
        self.explanations(report)?;
        if !report.notes.is_empty() {
            writeln!(
                self.out,
                "\n  Notes: what the report does differently than RFC 8460 says, and what was made of it"
            )?;
            for note in &report.notes {
                wrapped(&mut self.out, "    ", &format!("{}: {}", note.code, visible(&note.text)))?;
            }
        }
        writeln!(self.out)
    }

    fn end(&mut self, outcome: &Outcome) -> io::Result<()> {
        if let Some(error) = &outcome.error {
            wrapped(&mut self.out, "  ", &format!("No report: {}.", visible(error)))?;
            writeln!(self.out)?;
        }
        let (count, messages) = &outcome.skipped;
        if *count > 0 {
            writeln!(self.out, "  {} without a report:", counted(*count, "message"))?;
            for (message, error) in messages {
                wrapped(&mut self.out, "    ", &format!("message {message}: {}", visible(error)))?;
            }
            if messages.len() as u64 != *count {
                writeln!(self.out, "    and {} more", thousands(*count - messages.len() as u64))?;
            }
            writeln!(self.out)?;
        }
        self.out.flush()
    }
}

impl<W: Write> Printer<W> {
    fn head(&mut self, read: &ReadReport) -> io::Result<()> {
        let report = &read.report;
        self.field("From", report.organization_name.as_deref())?;
        self.field("Contact", report.contact_info.as_deref())?;
        self.field("Report id", report.report_id.as_deref())?;
        let date = |date: Option<DateTime<Utc>>| {
            date.map_or_else(|| "unknown".to_owned(), |date| date.format("%Y-%m-%d %H:%M:%S").to_string())
        };
        self.field("Period", Some(&format!("{} to {} UTC", date(report.start), date(report.end))))?;
        if report.policies.iter().any(|policy| policy.policy_domain.is_none()) {
            self.field("Sent for", read.hints.domain.as_deref())?;
        }
        Ok(())
    }

    fn policy(&mut self, policy: &Policy) -> io::Result<()> {
        let domain = policy.policy_domain.as_deref().map_or(Cow::Borrowed("a domain that it does not name"), visible);
        let totals = counting::policy_totals(policy);
        let went = match (totals.sessions, totals.failed) {
            (0, _) => "no sessions".to_owned(),
            (sessions, 0) => format!("{}, none failed", counted(sessions, "session")),
            (sessions, failed) => {
                format!("{}, {} failed ({} well)", counted(sessions, "session"), thousands(failed), totals.rate_words())
            }
        };
        wrapped(&mut self.out, "  ", &format!("{} for {domain}: {went}", kind(policy)))?;
        self.list("MX hosts", &policy.mx_host)?;
        self.list("Policy", &policy.policy_string)?;
        for failure in policy.failures.iter().take(FAILURES) {
            self.failure(policy, failure)?;
        }
        if let Some(more) = policy.failures.len().checked_sub(FAILURES).filter(|more| *more > 0) {
            writeln!(self.out, "    and {}; --json prints them all", counted(more as u64, "other failure"))?;
        }
        Ok(())
    }

    fn failure(&mut self, policy: &Policy, failure: &Failure) -> io::Result<()> {
        let impact = Impact::of(&policy.policy_type, policy.mode, &failure.result_type);
        let title = explain::result_type(&failure.result_type).title;
        let keyword = match failure.result_type.as_str() {
            "" => Cow::Borrowed("no result-type"),
            keyword => visible_short(keyword, 80),
        };
        wrapped(
            &mut self.out,
            "    ",
            &format!("- {title} ({keyword}): {}; mail: {}", counted(failure.failed, "session"), impact.words()),
        )?;
        let mx = failure.receiving_mx_hostname.as_deref();
        let at = match (mx, failure.receiving_ip.as_deref()) {
            (Some(mx), Some(ip)) => Some(format!("{mx} ({ip})")),
            (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
            (None, None) => None,
        };
        for (label, value) in [
            ("at", at.as_deref()),
            ("which called itself", failure.receiving_mx_helo.as_deref().filter(|helo| mx != Some(helo))),
            ("sent from", failure.sending_mta_ip.as_deref()),
            ("reason", failure.failure_reason_code.as_deref()),
            ("more", failure.additional_information.as_deref()),
        ] {
            if let Some(value) = value {
                wrapped(&mut self.out, "      ", &format!("{label} {}", visible(value)))?;
            }
        }
        Ok(())
    }

    /// Each kind of failure once, with what to do.
    fn explanations(&mut self, report: &Report) -> io::Result<()> {
        let mut told: Vec<&'static str> = Vec::new();
        for failure in report.policies.iter().flat_map(|policy| &policy.failures) {
            let explanation = explain::result_type(&failure.result_type);
            let (meaning, anchor) = explain::meaning(&failure.result_type);
            if told.contains(&anchor) {
                continue;
            }
            told.push(anchor);
            writeln!(self.out, "\n  {}", explanation.title)?;
            wrapped(&mut self.out, "    ", meaning)?;
            wrapped(&mut self.out, "    ", &format!("Whose fault: {}.", explanation.whose.words()))?;
            for (step, remedy) in explanation.remedy.iter().enumerate() {
                wrapped(&mut self.out, "    ", &format!("{}. {remedy}", step + 1))?;
            }
        }
        Ok(())
    }

    fn field(&mut self, label: &str, value: Option<&str>) -> io::Result<()> {
        match value {
            Some(value) => writeln!(self.out, "  {label:<10} {}", visible(value)),
            None => Ok(()),
        }
    }

    fn list(&mut self, label: &str, lines: &[String]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let lines: Vec<Cow<'_, str>> = lines.iter().map(|line| visible(line)).collect();
        wrapped(&mut self.out, "    ", &format!("{label}: {}", lines.join(" · ")))
    }
}

/// Which policy was applied, in words.
fn kind(policy: &Policy) -> String {
    match (&policy.policy_type, policy.mode) {
        (PolicyType::Sts, Some(mode)) => format!("MTA-STS, mode {},", mode.keyword()),
        (PolicyType::Sts, None) => "MTA-STS, mode unknown,".to_owned(),
        (PolicyType::Tlsa, _) => "DANE".to_owned(),
        (PolicyType::NoPolicyFound, _) => "No policy found".to_owned(),
        (PolicyType::Other(text), _) if text.is_empty() => "A policy of no stated type".to_owned(),
        (PolicyType::Other(text), _) => format!("The unknown policy type “{}”", visible_short(text, 80)),
    }
}

/// One sentence for each recipient domain that the report speaks of.
fn verdicts(report: &Report, hint: Option<&str>, today: Day) -> Vec<String> {
    let reporter = Reporter::of(report.organization_name.as_deref(), report.contact_info.as_deref());
    let period = report.start.zip(report.end).map(|(start, end)| DayRange::covering(start.into(), end.into()));
    let sentence = |domain: Option<&DomainName>, policies: &[&Policy]| {
        let totals = domain.map_or_else(
            || policies.iter().map(|policy| counting::policy_totals(policy)).sum(),
            |domain| counting::contribution_totals(domain, policies, &|name| is_host(name, domain, report)),
        );
        let domain = domain.map(DomainName::as_str).or(hint);
        verdict::sentence(&verdict::Subject { reporter: &reporter.name, domain, period, today, totals, policies })
    };
    if report.policies.is_empty() {
        return vec!["The report names no policies, so it says nothing about any session.".to_owned()];
    }
    let domains = recipient_domains(report);
    if domains.len() < 2 {
        return vec![sentence(domains.first(), &report.policies.iter().collect::<Vec<_>>())];
    }
    let mut rest: Vec<&Policy> = report.policies.iter().collect();
    let mut sentences = Vec::new();
    for domain in &domains {
        let (own, others) = rest.into_iter().partition::<Vec<_>, _>(|policy| {
            named(policy).is_some_and(|name| name == *domain || is_below(&name, domain))
        });
        sentences.push(sentence(Some(domain), &own));
        rest = others;
    }
    if !rest.is_empty() {
        sentences.push(sentence(None, &rest));
    }
    sentences
}

/// The recipient domains: what policies other than DANE name (those name hosts, RFC 8460 §1.1), without what lies below
/// another of them.
fn recipient_domains(report: &Report) -> Vec<DomainName> {
    let of = |dane: bool| {
        let mut names: Vec<DomainName> = report
            .policies
            .iter()
            .filter(|policy| (policy.policy_type == PolicyType::Tlsa) == dane)
            .filter_map(named)
            .collect();
        names.sort();
        names.dedup();
        names
    };
    let names = match of(false) {
        names if names.is_empty() => of(true),
        names => names,
    };
    names.iter().filter(|name| !names.iter().any(|other| is_below(name, other))).cloned().collect()
}

fn named(policy: &Policy) -> Option<DomainName> {
    DomainName::parse(policy.policy_domain.as_deref()?).ok()
}

fn is_below(name: &DomainName, parent: &DomainName) -> bool {
    name.as_str().strip_suffix(parent.as_str()).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether a name that a policy gives is an MX host, as far as the report itself tells.
fn is_host(name: &DomainName, domain: &DomainName, report: &Report) -> bool {
    name != domain
        && report.policies.iter().any(|policy| {
            let hosts = policy.failures.iter().filter_map(|failure| failure.receiving_mx_hostname.as_ref());
            hosts.chain(&policy.mx_host).any(|host| host.trim_end_matches('.').eq_ignore_ascii_case(name.as_str()))
        })
}
