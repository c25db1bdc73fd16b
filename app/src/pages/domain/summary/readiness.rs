//! May the domain go to enforce? The verdict, what it rests on, what is missing.

use leptos::prelude::*;
use model::{
    DomainName,
    readiness::{Readiness, Verdict},
};

use crate::components::{StatusWord, said};

/// The verdict with its evidence.
#[component]
pub fn ReadinessPanel(
    /// The verdict.
    readiness: Readiness,
    /// Whose.
    name: DomainName,
) -> impl IntoView {
    let Readiness { verdict, evidence, missing } = readiness;
    let level = match verdict {
        Verdict::Ready => Some(("enforce", "The steps to enforce")),
        Verdict::NoPolicy => Some(("testing", "The steps to a policy in testing")),
        Verdict::NotYet | Verdict::EnforcingInTrouble | Verdict::Enforcing | Verdict::NotApplicable => None,
    };
    let steps = level.map(|(level, words)| {
        view! { <p><a class="button" href=format!("/domains/{name}/mta-sts?level={level}")>{words}</a></p> }
    });
    let evidence = evidence
        .into_iter()
        .map(|part| view! { <li><StatusWord status=part.status/><span>{said(&part.text)}</span></li> })
        .collect_view();
    let wanted = if verdict == Verdict::EnforcingInTrouble { "What to mend" } else { "What is missing" };
    let missing = (!missing.is_empty()).then(|| {
        let missing = missing.into_iter().map(|words| view! { <li>{said(&words)}</li> }).collect_view();
        view! { <h3>{wanted}</h3><ul class="missing">{missing}</ul> }
    });
    view! {
        <section class="panel readiness" aria-labelledby="readiness">
            <h2 id="readiness">"Ready for enforce?"</h2>
            <p class="verdict"><StatusWord status=verdict.status()/><strong>{verdict.words()}</strong></p>
            <ul class="evidence">{evidence}</ul>
            {missing}
            {steps}
        </section>
    }
    .into_any()
}
