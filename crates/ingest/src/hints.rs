//! What stands around a report: header fields, Subject and file name, and where they disagree with it.

use model::DomainName;
use tlsrpt::{Note, Report, note::Code};

use crate::{Hints, mail::headers::Headers};

/// What a mail's header says (RFC 8460 §5.3): its own two fields, else the Subject.
pub(crate) fn of_mail(headers: &Headers) -> Hints {
    let subject = headers.text("subject").unwrap_or_default();
    let subject = of_subject(&subject);
    Hints {
        domain: headers.text("tls-report-domain").or(subject.domain),
        submitter: headers.text("tls-report-submitter").or(subject.submitter),
    }
}

/// Fills the gaps from a file name.
pub(crate) fn complete(hints: &Hints, name: Option<&str>) -> Hints {
    let file = name.and_then(FileName::parse);
    let (sender, domain) = file.map(|file| (file.sender, file.domain)).unzip();
    Hints { domain: hints.domain.clone().or(domain), submitter: hints.submitter.clone().or(sender) }
}

/// `Report Domain: <domain> Submitter: <domain> Report-ID: …`, unfolded already.
fn of_subject(subject: &str) -> Hints {
    let words: Vec<&str> = subject.split(' ').collect();
    let after = |label: &str| {
        let at = words.iter().position(|word| word.eq_ignore_ascii_case(label))?;
        words.get(at + 1).map(|word| (*word).to_owned())
    };
    Hints { domain: after("domain:"), submitter: after("submitter:") }
}

/// A file name of RFC 8460 §5.1.
struct FileName {
    sender: String,
    domain: String,
    begin: i64,
    end: i64,
}

impl FileName {
    fn parse(name: &str) -> Option<Self> {
        let name = name.rsplit(['/', '\\']).next()?;
        let mut fields = name.split('!');
        let (sender, domain) = (fields.next()?.to_owned(), fields.next()?.to_owned());
        let (begin, end) = (fields.next()?.parse().ok()?, fields.next()?.split('.').next()?.parse().ok()?);
        (fields.count() <= 1 && !sender.is_empty() && !domain.is_empty()).then_some(Self { sender, domain, begin, end })
    }
}

/// Notes where the hints contradict the report, which is authoritative (RFC 8460 §5.6).
pub(crate) fn disagreements(report: &Report, hints: &Hints, name: Option<&str>) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(domain) = &hints.domain {
        let mut domains = report.policies.iter().filter_map(|policy| policy.policy_domain.as_deref()).peekable();
        if let Some(first) = domains.peek().copied()
            && !domains.any(|named| is_related(named, domain))
        {
            notes.push(Code::DomainDiffers.note(format!(
                "the e-mail or file name says the report is about {}, the report says {}",
                shown(domain),
                shown(first)
            )));
        }
    }
    if let (Some(submitter), Some(contact)) = (&hints.submitter, &report.contact_info)
        && let Some((_, contact_domain)) = contact.trim_end_matches('>').rsplit_once('@')
        && !is_related(contact_domain, submitter)
    {
        notes.push(Code::SubmitterDiffers.note(format!(
            "the e-mail or file name says the report is from {}, its contact-info says {}",
            shown(submitter),
            shown(contact)
        )));
    }
    if let (Some(file), Some(start), Some(end)) = (name.and_then(FileName::parse), report.start, report.end) {
        // 23:59:59 and the next midnight both end a day.
        let differs = |named: i64, said: i64| named.abs_diff(said) > 1;
        if differs(file.begin, start.timestamp()) || differs(file.end, end.timestamp()) {
            notes.push(Code::PeriodDiffers.note("the file name gives another period than the report"));
        }
    }
    notes
}

/// Whether two names are the same, or one lies below the other.
fn is_related(a: &str, b: &str) -> bool {
    let name = |text: &str| {
        DomainName::parse(text).map_or_else(|_| text.trim().to_lowercase(), |name| name.as_str().to_owned())
    };
    let (a, b) = (name(a), name(b));
    let below = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('.'));
    a == b || below(&a, &b) || below(&b, &a)
}

fn shown(text: &str) -> String {
    format!("“{}”", model::text::visible_short(text, 80))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_however_they_are_folded() {
        for subject in [
            "Report Domain: example.org Submitter: sender.example Report-ID: <2024.01.01T00.00.00Z+example.org@sender.example>",
            "Report Domain: example.org Submitter: sender.example Report-ID: 1337",
            "Fwd: report domain: example.org submitter: sender.example",
        ] {
            let hints = of_subject(subject);
            assert_eq!(
                (hints.domain.as_deref(), hints.submitter.as_deref()),
                (Some("example.org"), Some("sender.example"))
            );
        }
        assert_eq!(of_subject("Ihr Bericht"), Hints::default());
    }

    #[test]
    fn file_names_are_hints_and_never_paths() {
        let file =
            FileName::parse("/tmp/../sender.example!example.org!1704067200!1704153599!001.json.gz").expect("a name");
        assert_eq!(
            (&*file.sender, &*file.domain, file.begin, file.end),
            ("sender.example", "example.org", 1_704_067_200, 1_704_153_599)
        );
        assert!(FileName::parse("sender.example!example.org!1704067200!1704153599.json").is_some());
        for name in ["report.json", "a!b!c!d", "a!b!1!2!x!y.json", "!b!1!2.json", ""] {
            assert!(FileName::parse(name).is_none(), "{name}");
        }
    }

    #[test]
    fn names_are_related_along_the_tree() {
        assert!(is_related("Example.ORG.", "example.org"));
        assert!(is_related("mx.example.org", "example.org") && is_related("example.org", "mx.example.org"));
        assert!(is_related("bücher.example", "xn--bcher-kva.example"));
        assert!(!is_related("notexample.org", "example.org") && !is_related("example.org", "example.com"));
    }
}
