//! Look any domain up: what it publishes, as seen from here just now.

use engine::LookUp;
use leptos::prelude::*;
use model::{Day, DomainName, DomainNameError};
use serde::Deserialize;

use super::{Tool, ToolHead};
use crate::{
    components::{Instant, Notice, OneCheck, said, when_ready},
    context, http,
    problem::Problem,
};

/// What the URL asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    domain: String,
}

/// What is shown under the form.
pub enum Answer {
    /// Nothing was asked for yet.
    Nothing,
    /// That is no domain.
    NoDomain(DomainNameError),
    /// What came of it.
    Of(DomainName, LookUp),
}

/// The page.
#[component]
pub fn LookUpPage() -> impl IntoView {
    let Asked { domain } = http::asked();
    let (visitor, engine, now) = (context::visitor().ok(), context::engine(), context::now());
    when_ready(async move {
        let answer = match DomainName::parse(&domain) {
            _ if domain.trim().is_empty() => Answer::Nothing,
            Err(error) => Answer::NoDomain(error),
            Ok(name) => {
                let workspace = visitor.map(|visitor| visitor.workspace);
                let found = engine.look_up(workspace, &name, now).await.map_err(Problem::from)?;
                Answer::Of(name, found)
            }
        };
        Ok(view! { <LookUpView domain answer today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn LookUpView(
    /// What was typed.
    domain: String,
    /// What came of it.
    answer: Answer,
    /// Today.
    today: Day,
) -> impl IntoView {
    view! {
        <ToolHead tool=Tool::LookUp/>
        <Form domain/>
        {match answer {
            Answer::Nothing => ().into_any(),
            Answer::NoDomain(error) => view! { <p class="alert" role="alert">{said(&error.to_string())}</p> }.into_any(),
            Answer::Of(name, found) => view! { <Found name found today/> }.into_any(),
        }}
    }
    .into_any()
}

/// Asks for the domain.
#[component]
pub fn Form(
    /// What was typed.
    domain: String,
) -> impl IntoView {
    view! {
        <form class="filters" method="get" action=Tool::LookUp.path()>
            <label>
                <span>"Domain"</span>
                <input
                    type="search"
                    name="domain"
                    value=domain
                    required
                    maxlength="300"
                    placeholder="example.com"
                    spellcheck="false"
                    autocapitalize="off"
                />
            </label>
            <button class="button">"Look up"</button>
        </form>
    }
    .into_any()
}

/// What came of looking at a domain.
#[component]
fn Found(
    /// Which.
    name: DomainName,
    /// What came of it.
    found: LookUp,
    /// Today.
    today: Day,
) -> impl IntoView {
    let title = name.to_unicode().into_owned();
    let found = match found {
        LookUp::Watched => view! {
            <p class="told">
                "It is watched here, and looked at every hour, its mail hosts included: see its "
                <a href=format!("/domains/{name}/records")>"Records"</a> "."
            </p>
        }
        .into_any(),
        LookUp::Off => view! {
            <p class="caution" role="note">
                "Checks are switched off (checks.enabled), so no domain can be looked at from here."
            </p>
        }
        .into_any(),
        LookUp::Seen(seen) => {
            let notices = seen.notices.into_iter().map(|finding| view! { <Notice finding/> }).collect_view();
            let sections = seen.sections.into_iter().map(|section| view! { <OneCheck section/> }).collect_view();
            let late = (!seen.in_time).then(|| {
                view! {
                    <p class="caution" role="note">
                        "Some servers took too long to answer; this is what was seen until then. Look again in a minute."
                    </p>
                }
            });
            view! {
                <p class="told">
                    "Looked at " <Instant at=seen.at today/>
                    ". Mail hosts are only greeted for domains that are watched here, so nothing is said of their certificates."
                </p>
                {late}
                {notices}
                {sections}
            }
            .into_any()
        }
    };
    view! {
        <section aria-labelledby="seen">
            <h2 id="seen" class="name">{title}</h2>
            {found}
        </section>
    }
    .into_any()
}
