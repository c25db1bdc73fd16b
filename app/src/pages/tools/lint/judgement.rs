//! What is judged, and the judgement in one sentence. Pure.

use model::{
    Finding, Status,
    lint::{self, Cover, Kind, Outcome, Verdict},
};

use super::{Asked, TextKind};

/// A judgement.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) status: Status,
    pub(super) sentence: String,
    pub(super) findings: Vec<Finding>,
    /// Which MX hosts a policy covers.
    pub(super) covers: Vec<Cover>,
}

/// Judges what was given; none when that is nothing.
pub(super) fn judge(asked: &Asked) -> Option<Judgement> {
    if asked.text.trim().is_empty() {
        return None;
    }
    let judgement = |(thing, rule): (&str, &str), outcome, verdict, findings, covers| {
        let (status, sentence) = words(thing, rule, outcome, verdict);
        Judgement { status, sentence, findings, covers }
    };
    let of_record = |kind: Kind| {
        let lines: Vec<&str> = asked.text.lines().filter(|line| !line.trim().is_empty()).collect();
        let (outcome, verdict, findings) = if is_one_record(kind, &lines) {
            // It is judged as what it is meant to be, even where no sender would take it for that.
            let lint = lint::record(kind, &lines.join("\n"));
            (Outcome::Found, lint.verdict, lint.findings)
        } else {
            let lint = lint::answer(kind, &lines);
            (lint.outcome, lint.verdict, lint.findings)
        };
        judgement((kind.name(), kind.source()), outcome, verdict, findings, vec![])
    };
    Some(match asked.kind {
        TextKind::Tlsrpt => of_record(Kind::TlsRpt),
        TextKind::MtaSts => of_record(Kind::MtaSts),
        TextKind::Policy => {
            let hosts: Vec<&str> = asked.mx.split([',', ' ']).filter(|host| !host.is_empty()).collect();
            let lint = lint::policy(asked.text.as_bytes(), &hosts);
            judgement(("policy", "RFC 8461 §3.2"), Outcome::Found, lint.verdict, lint.findings, lint.mx)
        }
    })
}

/// Whether the lines are one record, which copying or a zone file may have broken across them, and not several of one answer:
/// each of those has a version of its own.
fn is_one_record(kind: Kind, lines: &[&str]) -> bool {
    if lines.len() < 2 {
        return true;
    }
    let version = kind.version().trim_start_matches("v=").to_ascii_lowercase();
    let (own, rest): (Vec<String>, Vec<String>) =
        lines.iter().map(|line| line.to_ascii_lowercase()).partition(|line| line.contains(&version));
    let begins = |line: &String| line.trim_start_matches(|c: char| c == '"' || c.is_whitespace()).starts_with("v=");
    own.len() < 2 && !rest.iter().any(begins)
}

/// The judgement as a status and in one sentence.
fn words(thing: &str, rule: &str, outcome: Outcome, verdict: Verdict) -> (Status, String) {
    match (outcome, verdict) {
        (Outcome::None, _) => (Status::Error, format!("None: the answer has no {thing} ({rule}).")),
        (Outcome::Multiple, _) => {
            (Status::Error, format!("Several: the answer has more than one {thing}, which counts as none ({rule})."))
        }
        (_, Verdict::Valid) => (Status::Ok, format!("Valid: the {thing} conforms to {rule}.")),
        (_, Verdict::Warning) => (
            Status::Warning,
            format!(
                "Accepted by many: not everyone reads the {thing} as {rule} has it, or the RFC contradicts itself."
            ),
        ),
        (_, Verdict::Unusable) => {
            (Status::Error, format!("Unusable: the {thing} conforms to {rule}, but nobody can do what it asks."))
        }
        (_, Verdict::Invalid) => (Status::Error, format!("Invalid: the {thing} does not conform to {rule}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(kind: TextKind, text: &str, mx: &str) -> Judgement {
        judge(&Asked { kind, text: text.to_owned(), mx: mx.to_owned() }).unwrap()
    }

    #[test]
    fn one_line_is_a_record_and_several_are_an_answer() {
        let one = judged(TextKind::Tlsrpt, "v=TLSRPTv1; rua=mailto:a@example.com\r\n\r\n", "");
        assert_eq!((one.status, one.findings.len()), (Status::Ok, 0));
        let two =
            judged(TextKind::Tlsrpt, "v=TLSRPTv1; rua=mailto:a@x.example\r\nv=TLSRPTv1; rua=mailto:b@x.example", "");
        assert_eq!(two.findings[0].code, "answer-multiple");
        let misspelt = judged(TextKind::MtaSts, "V=STSv1; id=1", "");
        assert_eq!((misspelt.status, misspelt.findings[0].code.as_str()), (Status::Error, "record-version-case"));
    }

    #[test]
    fn a_record_broken_across_lines_is_one() {
        for (kind, text) in [
            (TextKind::Tlsrpt, "v=TLSRPTv1;\n rua=mailto:a@example.com"),
            (TextKind::Tlsrpt, "v=TLSRPTv1; rua=mailto:a@\r\nexample.com\r\n"),
            (TextKind::Tlsrpt, "v=TLSRPTv1; rua=mailto:a@example.com,\nmailto:b@example.com"),
            (TextKind::Tlsrpt, "v=TLSRPTv1;\n\nrua=mailto:a@example.com"),
            (TextKind::Tlsrpt, "rua=mailto:a@example.com;\nv=TLSRPTv1"),
            (TextKind::Tlsrpt, "TLSRPTv1;\n rua=mailto:a@example.com"),
            (TextKind::MtaSts, "v=STSv1;\n id=20260101"),
        ] {
            let broken = judged(kind, text, "");
            let codes: Vec<_> = broken.findings.iter().map(|finding| finding.code.as_str()).collect();
            assert!(codes.contains(&"record-line-break"), "{text}: {codes:?}");
            assert!(!codes.iter().any(|code| code.starts_with("answer-")), "{text}: {codes:?}");
            assert_eq!(broken.status, Status::Error, "{text}");
        }
    }

    #[test]
    fn records_with_versions_of_their_own_are_several() {
        for (text, code) in [
            ("v=TLSRPTv1; rua=mailto:a@x.example\nv=TLSRPTv1; rua=mailto:b@x.example", "answer-multiple"),
            ("v=TLSRPTv1; rua=mailto:a@x.example\nV=tlsrptv1; rua=mailto:b@x.example", "answer-others"),
            ("V=spf1 -all\nv=TLSRPTv1; rua=mailto:a@x.example", "answer-others"),
            ("v=TLSRPTv1; rua=mailto:a@x.example\n\"v=spf1 -all\"", "answer-others"),
        ] {
            let findings = judged(TextKind::Tlsrpt, text, "").findings;
            assert!(findings.iter().any(|finding| finding.code == code), "{text}: {findings:?}");
        }
    }

    #[test]
    fn white_space_of_a_record_is_part_of_it() {
        let blank = judged(TextKind::Tlsrpt, " v=TLSRPTv1; rua=mailto:a@example.com", "");
        assert_eq!(blank.findings[0].code, "record-leading-blank");
    }

    #[test]
    fn a_policy_is_asked_about_hosts() {
        let text = "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.com\r\nmax_age: 604800\r\n";
        let judgement = judged(TextKind::Policy, text, "mx1.example.com, mx2.example.com");
        assert_eq!(judgement.covers.iter().map(|cover| cover.covered).collect::<Vec<_>>(), [true, false]);
        assert!(judgement.sentence.starts_with("Valid"), "{judgement:?}");
    }

    #[test]
    fn nothing_is_not_judged() {
        assert!(judge(&Asked { text: " \r\n".to_owned(), ..Asked::default() }).is_none());
    }
}
