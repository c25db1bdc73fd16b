//! Lint a record or a policy: what is wrong with it by the letter of its RFC, and what to publish instead.
//!
//! One GET form does it, so that a judgement can be kept and shared as a link. Where a script runs, `LintAsTyped` asks for
//! this same page as one types and puts its result in place.

use leptos::prelude::*;
use model::{
    Finding, Status,
    lint::{self, Cover, Kind, Outcome, Verdict},
};
use serde::Deserialize;

use super::{Tool, ToolHead};
use crate::{
    components::{OneFinding, StatusWord, TextBox, said},
    http,
    islands::LintAsTyped,
};

/// What is to be judged, as the URL has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What it is.
    pub kind: TextKind,
    /// The record, the records of one answer a line each, or the policy.
    pub text: String,
    /// MX hosts that the policy should cover.
    pub mx: String,
}

/// What a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// A TLS-RPT record.
    #[default]
    Tlsrpt,
    /// An MTA-STS record.
    MtaSts,
    /// An MTA-STS policy.
    Policy,
}

impl TextKind {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Tlsrpt, "tlsrpt", "TLS-RPT record"),
        (Self::MtaSts, "mta-sts", "MTA-STS record"),
        (Self::Policy, "policy", "MTA-STS policy file"),
    ];
}

/// A judgement.
#[derive(Debug)]
struct Judgement {
    status: Status,
    sentence: String,
    findings: Vec<Finding>,
    covers: Vec<Cover>,
}

/// Judges what was given; none when that is nothing.
fn judge(asked: &Asked) -> Option<Judgement> {
    if asked.text.trim().is_empty() {
        return None;
    }
    let judgement = |(thing, rule): (&str, &str), outcome, verdict, findings, covers| {
        let (status, sentence) = words(thing, rule, outcome, verdict);
        Judgement { status, sentence, findings, covers }
    };
    let of_record = |kind: Kind| {
        let records: Vec<&str> = asked.text.lines().filter(|line| !line.trim().is_empty()).collect();
        let (outcome, verdict, findings) = match records.as_slice() {
            // A single one is judged as what it is meant to be, even where no sender would take it for that.
            [record] => {
                let lint = lint::record(kind, record);
                (Outcome::Found, lint.verdict, lint.findings)
            }
            several => {
                let lint = lint::answer(kind, several);
                (lint.outcome, lint.verdict, lint.findings)
            }
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

/// The page.
#[component]
pub fn LintPage() -> impl IntoView {
    view! { <LintView asked=http::asked()/> }
}

/// The page, drawn.
#[component]
pub fn LintView(
    /// What is to be judged.
    asked: Asked,
) -> impl IntoView {
    let judgement = judge(&asked);
    let kinds = TextKind::ALL
        .into_iter()
        .map(|(kind, value, label)| view! { <option value=value selected=asked.kind == kind>{label}</option> })
        .collect_view();
    view! {
        <ToolHead tool=Tool::Lint/>
        <LintAsTyped>
            <form class="panel fields" method="get" action=Tool::Lint.path()>
                <label>
                    <span>"What it is"</span>
                    <select name="kind">{kinds}</select>
                </label>
                <label class="wide">
                    <span>"Text"</span>
                    <TextBox name="text" rows=6 value=asked.text placeholder="v=TLSRPTv1; rua=mailto:tls-reports@example.com"/>
                    <small>
                        "A record as DNS has it: without the quotation marks of a zone file, its strings joined. Several lines are \
                         several TXT records of one answer. A policy is judged as text; “waxseal lint policy” judges the file itself, \
                         byte by byte."
                    </small>
                </label>
                <label>
                    <span>"MX hosts, for a policy"</span>
                    <input name="mx" value=asked.mx maxlength="1000" spellcheck="false" autocapitalize="off"/>
                    <small>"Apart by commas: are all of them covered?"</small>
                </label>
                <button class="button">"Lint"</button>
            </form>
            <div id="result">{judgement.map(|judgement| view! { <Result judgement/> })}</div>
        </LintAsTyped>
    }
    .into_any()
}

/// What was found.
#[component]
fn Result(
    /// The judgement.
    judgement: Judgement,
) -> impl IntoView {
    let Judgement { status, sentence, findings, covers } = judgement;
    let covers = covers
        .into_iter()
        .map(|cover| {
            let word = if cover.covered { "covered" } else { "not covered" };
            view! { <div><dt>{said(&cover.host)}</dt><dd>{word}</dd></div> }
        })
        .collect::<Vec<_>>();
    let findings = findings.into_iter().map(|finding| view! { <OneFinding finding/> }).collect::<Vec<_>>();
    view! {
        <section class="panel" aria-labelledby="judgement">
            <h2 id="judgement"><StatusWord status/>" "{sentence}</h2>
            {(!covers.is_empty()).then(|| view! { <dl class="facts">{covers}</dl> })}
            {(!findings.is_empty()).then(|| view! { <ul class="findings">{findings}</ul> })}
        </section>
    }
    .into_any()
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
