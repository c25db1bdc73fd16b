//! A domain's settings: whether it is proven, its addresses, what is noted about it, the archive, and the way to remove it.

pub mod addresses;
pub mod archive;
pub mod notes;
pub mod remove;

pub use remove::RemoveDomainPage;

use engine::DomainSettings;
use leptos::prelude::*;
use model::{Day, DomainName, Proof, Role, Status, Timestamp};

use self::{
    addresses::Addresses,
    archive::Archive,
    notes::{Notes, Typed},
};
use super::{DomainHead, Tab, named};
use crate::{
    components::{Instant, StatusWord, when_ready},
    context, http,
    pages::query,
    problem::Problem,
};

/// The page.
#[component]
pub fn DomainSettingsPage() -> impl IntoView {
    let name = named();
    let error = query().get("error").unwrap_or_default();
    let typed = http::asked::<Typed>();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let (name, visitor) = (name?, visitor?);
        let settings = engine
            .domain_settings(visitor.workspace, &name)
            .await?
            .ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        let may = visitor.role >= Role::Editor;
        Ok(view! { <SettingsView name settings typed error may now/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn SettingsView(
    /// Which domain.
    name: DomainName,
    /// Its settings.
    settings: DomainSettings,
    /// What was typed about it and is not noted yet; nothing when the form was not sent back.
    typed: Typed,
    /// Why the last wish was not carried out, as a word of the URL.
    error: String,
    /// Whether the visitor may change anything.
    may: bool,
    /// Now.
    now: Timestamp,
) -> impl IntoView {
    let DomainSettings { addresses, notes, proof, proven_elsewhere, archived, .. } = settings;
    let today = now.day();
    view! {
        <DomainHead name=name.clone() tab=Tab::Settings/>
        {explain(&error).map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        {(!may)
            .then(|| view! { <p class="caution" role="note">"Your role lets you look. An editor or owner can change settings."</p> })}
        <ProofOfControl name=name.clone() proof proven_elsewhere today/>
        <Addresses name=name.clone() addresses may now/>
        <section class="panel" aria-labelledby="try">
            <h2 id="try">"A test report"</h2>
            <p>"Sent the way that real ones come, it tells at which step reports for this domain get stuck."</p>
            <p><a class="plain" href=format!("/domains/{name}/test")>"Send a test report"</a></p>
        </section>
        <Notes name=name.clone() notes typed may/>
        <Archive name=name.clone() archived may today/>
        {may
            .then(|| {
                view! {
                    <section class="panel" aria-labelledby="remove">
                        <h2 id="remove">"Remove the domain"</h2>
                        <p>"Everything that was stored for it goes with it. The next page says what that is, and asks again."</p>
                        <p><a class="plain" href=format!("/domains/{name}/remove")>"Remove…"</a></p>
                    </section>
                }
            })}
    }
    .into_any()
}

/// What went wrong, for the words that a URL may carry.
fn explain(error: &str) -> Option<&'static str> {
    Some(match error {
        "" => return None,
        "address" => "That address is none of this domain’s in its grace time, so nothing was changed.",
        _ => {
            "The database did not answer, so nothing was changed. Try again in a moment; the cause is in the server’s log."
        }
    })
}

/// Whether the workspace has shown that the domain is its own, and what follows from that.
#[component]
fn ProofOfControl(
    /// Which domain.
    name: DomainName,
    /// What is known.
    proof: Proof,
    /// Whether another workspace has proven it.
    proven_elsewhere: bool,
    /// Today.
    today: Day,
) -> impl IntoView {
    let records = format!("/domains/{name}/records");
    let told = match proof {
        Proof::Trusted => view! {
            <StatusWord status=Status::NotApplicable/>
            " No proof is asked for: this workspace is trusted, or the domain was added on the command line."
        }
        .into_any(),
        Proof::Proven(at) => view! {
            <StatusWord status=Status::Ok/>
            " Its record was first seen to name your address on "
            <Instant at today/>
            "."
        }
        .into_any(),
        Proof::Waiting => view! {
            <StatusWord status=Status::Waiting/>
            " Publish "
            <a href=records>"the record"</a>
            " that names your address: it is the proof that the domain is yours. Until it was seen, reports are kept, but not shown \
             or counted, and mail hosts are not greeted."
        }
        .into_any(),
    };
    view! {
        <section class="panel" aria-labelledby="proof">
            <h2 id="proof">"Proof of control"</h2>
            <p>{told}</p>
            {(proven_elsewhere && !matches!(proof, Proof::Proven(_)))
                .then(|| {
                    view! {
                        <p>
                            "Another workspace of this installation has proven this domain. If it is yours as well, add your \
                             destination to its record beside the other: then both receive the reports."
                        </p>
                    }
                })}
        </section>
    }
    .into_any()
}
