//! Lint a record or a policy: what is wrong with it by the letter of its RFC, and what to publish instead.
//!
//! One GET form does it, so that a judgement can be kept and shared as a link. Where a script runs, `LintAsTyped` asks for
//! this same page as one types and puts its result in place.

mod judgement;

use leptos::prelude::*;
use serde::Deserialize;

use self::judgement::{Judgement, judge};
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
    /// The record, on however many lines, the records of one answer a line each, or the policy.
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
                        "A record as DNS has it: without the quotation marks of a zone file, its strings joined. Lines with a version \
                         each are the TXT records of one answer; other lines are one record. A policy is judged as text; \
                         “waxseal lint policy” judges the file itself, byte by byte."
                    </small>
                </label>
                <label>
                    <span>"MX hosts, for a policy"</span>
                    <input name="mx" value=asked.mx maxlength="1000" spellcheck="false" autocapitalize="off"/>
                    <small>"Apart by commas: are all of them covered?"</small>
                </label>
                <button class="button">"Lint"</button>
            </form>
            <div id="result">{judgement.map(|judgement| view! { <Judged judgement/> })}</div>
        </LintAsTyped>
    }
    .into_any()
}

/// What was found.
#[component]
fn Judged(
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
