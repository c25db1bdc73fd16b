//! What to publish, step by step, and what was left out.

use leptos::prelude::*;
use model::{
    DomainName,
    plan::{Plan, Refused},
};
use mtasts::Mode;

use crate::components::{Code, OneFinding, Record, said};

/// What to publish, step by step.
#[component]
pub fn Built(
    /// For which domain.
    name: DomainName,
    /// What.
    plan: Plan,
    /// The mode asked for.
    mode: Mode,
) -> impl IntoView {
    let Plan { tls_rpt, policy, mta_sts, refused } = plan;
    let empty = tls_rpt.is_none() && policy.is_none();
    let tls_rpt = tls_rpt.map(|record| {
        view! {
            <Step title="Publish the TLS-RPT record">
                <p>"First of all: then senders tell of what goes wrong from the beginning."</p>
                <Record record/>
                <p class="hint">"One TXT record, no more: with two, senders send nothing (RFC 8460 §3)."</p>
            </Step>
        }
    });
    let policy = policy.map(|text| {
        let url = format!("https://mta-sts.{name}/.well-known/mta-sts.txt");
        view! {
            <Step title="Serve the policy">
                <p>"At this address, as text/plain, with a certificate for its host and without a redirect (RFC 8461 §3.3):"</p>
                <div class="command"><Code what="the address" text=url/></div>
                <div class="command"><Code what="the policy" text/></div>
            </Step>
        }
    });
    let mta_sts = mta_sts.map(|record| {
        view! {
            <Step title="Announce it">
                <p>
                    "Only once the policy is served: senders fetch it when they see a new id, and in the other order would keep the old \
                     policy under the new id (RFC 8461 §8.1). Each later change of the policy needs a new id; build again for one."
                </p>
                <Record record/>
            </Step>
            <Afterwards mode/>
        }
    });
    view! {
        <section aria-labelledby="built">
            <h2 id="built" class="name">{format!("For {}", name.to_unicode())}</h2>
            {(!refused.is_empty()).then(|| view! { <LeftOut refused/> })}
            {empty
                .then(|| {
                    view! { <p class="caution" role="note">"There is nothing to publish yet: name a place for reports, or all MX hosts."</p> }
                })}
            <ol class="plan">{tls_rpt}{policy}{mta_sts}</ol>
        </section>
    }
    .into_any()
}

/// One thing to do.
#[component]
fn Step(
    /// What.
    title: &'static str,
    /// How.
    children: Children,
) -> impl IntoView {
    view! { <li><h3>{title}</h3>{children()}</li> }.into_any()
}

/// What to do once the policy is announced.
#[component]
fn Afterwards(
    /// Its mode.
    mode: Mode,
) -> impl IntoView {
    let (title, text) = match mode {
        Mode::Testing => (
            "Wait, then enforce",
            "After two weeks without failures in the reports, build again in mode enforce: serve that policy, then change the id.",
        ),
        Mode::Enforce => (
            "Keep it in step with the MX records",
            "A new MX host goes into the policy, under a new id, before it goes into the MX records; an old one is taken out of the \
             policy last. Senders that hold the old policy would not deliver otherwise (RFC 8461 §8.1).",
        ),
        Mode::None => (
            "Wait, then remove both",
            "Once every policy that was ever served has run out by its max_age, counted from when it was last served, remove the \
             record and the file. Earlier, senders that hold one go on enforcing it (RFC 8461 §8.3).",
        ),
    };
    view! { <Step title><p>{text}</p></Step> }
}

/// What was typed and cannot be published.
#[component]
fn LeftOut(
    /// Each, and why.
    refused: Vec<Refused>,
) -> impl IntoView {
    let refused = refused
        .into_iter()
        .map(|refused| match refused {
            Refused::Host(typed, why) => view! {
                <p class="alert" role="alert">
                    "“"{said(&typed)}"” is no MX host: "{said(&why)}". A policy without it would stop mail, so none is built."
                </p>
            }
            .into_any(),
            Refused::Destination(typed, findings) => {
                let findings = findings.into_iter().map(|finding| view! { <OneFinding finding/> }).collect_view();
                view! {
                    <div class="alert" role="alert">
                        <p>"“"{said(&typed)}"” is left out: senders cannot deliver there."</p>
                        <ul class="findings">{findings}</ul>
                    </div>
                }
                .into_any()
            }
        })
        .collect_view();
    view! { {refused} }
}
