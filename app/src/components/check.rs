//! What checks and linters found: sections, findings, and what to publish instead.

use leptos::prelude::*;
use model::{Finding, Publish, Status, check::Section};

use super::{Code, Record, StatusWord, said, said_lines, status_class};

/// What concerns the installation rather than the domain.
#[component]
pub fn Notice(
    /// What.
    finding: Finding,
) -> impl IntoView {
    let remedy = finding.remedy.map(|remedy| format!(" {}", said(&remedy)));
    view! { <p class="caution" role="note"><b>{said(&finding.title)}"."</b>" "{said(&finding.consequence)}{remedy}</p> }
        .into_any()
}

/// One check: open where something is to be done.
#[component]
pub fn OneCheck(
    /// What it found.
    section: Section,
) -> impl IntoView {
    let open = matches!(section.status, Status::Error | Status::Warning);
    let heading = said(&section.heading());
    let first = section.findings.iter().find(|finding| finding.status == section.status);
    let first = first.map(|finding| said(&finding.title)).unwrap_or_default();
    let evidence = section.evidence.join("\n");
    let findings = section.findings.into_iter().map(|finding| view! { <OneFinding finding/> }).collect_view();
    view! {
        <details class=format!("cause check {}", status_class(section.status)) open=open>
            <summary>
                <StatusWord status=section.status/>
                <h3>{heading}</h3>
                <p class="told">{first}</p>
            </summary>
            <ul class="findings">{findings}</ul>
            {(!evidence.is_empty())
                .then(|| {
                    view! {
                        <details class="steps">
                            <summary>"What was seen"</summary>
                            <pre class="seen">{said_lines(&evidence)}</pre>
                        </details>
                    }
                })}
        </details>
    }
    .into_any()
}

/// One finding: what is so, what it does, what to publish instead.
#[component]
pub fn OneFinding(
    /// Which.
    finding: Finding,
) -> impl IntoView {
    let help = format!("/help#{}", finding.code);
    view! {
        <li id=finding.code.clone()>
            <p class="finding-title"><StatusWord status=finding.status/>" "<b>{said(&finding.title)}</b></p>
            <p>{said(&finding.consequence)}</p>
            {finding.remedy.map(|remedy| view! { <p><b>"What to do: "</b>{said(&remedy)}</p> })}
            {finding.evidence.map(|seen| view! { <pre class="seen">{said_lines(&seen)}</pre> })}
            {finding.publish.map(|publish| view! { <ToPublish publish/> })}
            <p class="hint"><a href=help>{finding.source}</a></p>
        </li>
    }
    .into_any()
}

/// What to publish, ready to be copied.
#[component]
pub fn ToPublish(
    /// Which text.
    publish: Publish,
) -> impl IntoView {
    match publish {
        Publish::Record(record) => view! { <Record record/> }.into_any(),
        Publish::Value(text) => view! { <div class="command"><Code what="the value" text/></div> }.into_any(),
        Publish::Policy(text) => view! { <div class="command"><Code what="the policy" text/></div> }.into_any(),
    }
}
