//! Reading deliveries again after an upgrade: one by one from their pages, or all, with the progress of it.

use axum::http::{HeaderValue, header};
use engine::ReadAgain as Came;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Day, DeliveryId, Role, format,
    reading::{Reading, ReadingScope},
};
use server_fn::ServerFn as _;

use super::query;
use crate::{
    components::{Instant, when_ready},
    context, http,
    problem::Problem,
};

/// This page.
pub const PATH: &str = "/log/read-again";

/// While deliveries are being read, the page is loaded anew after so many seconds.
const REFRESH: u8 = 2;

/// Reads one delivery again, and leads back to it.
#[server(prefix = "/do", endpoint = "read_again")]
pub async fn read_again(
    /// Its id.
    #[server(default)]
    id: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Editor), "/log") else { return Ok(()) };
    let Ok(id) = id.parse::<DeliveryId>() else {
        http::see_other("/log");
        return Ok(());
    };
    let told = match context::engine().read_again(visitor.workspace, id).await {
        Ok(Some(Came::Read(before, now))) if before == now => "again=same",
        Ok(Some(Came::Read(..))) => "again=changed",
        Ok(Some(Came::NotPossible)) => "again=not",
        Ok(None) => "error=none",
        Err(engine::Error::Busy) => "error=busy",
        Err(error) => {
            tracing::error!(%error, "a delivery cannot be read again");
            "error=unavailable"
        }
    };
    http::see_other(&format!("/log/{id}?{told}"));
    Ok(())
}

/// Begins to read many again, and leads to their progress.
#[server(prefix = "/do", endpoint = "read_all_again")]
pub async fn read_all_again(
    /// The word of the scope.
    #[server(default)]
    scope: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Editor), PATH) else { return Ok(()) };
    let to = match ReadingScope::from_key(&scope) {
        None => "/log/read-again?error=scope",
        Some(scope) => match context::engine().begin_reading(visitor.workspace, scope, context::now()).await {
            Ok(true) => PATH,
            Ok(false) => "/log/read-again?error=running",
            Err(error) => {
                tracing::error!(%error, "deliveries cannot be read again");
                "/log/read-again?error=unavailable"
            }
        },
    };
    http::see_other(to);
    Ok(())
}

/// The page.
#[component]
pub fn ReadAgainPage() -> impl IntoView {
    let error = query().get("error").and_then(|code| match code.as_str() {
        "scope" => Some("Nothing was begun: say which deliveries."),
        "running" => Some("That is under way already; what you see is how far it is."),
        "unavailable" => Some("The database did not answer, and nothing was begun. Try again in a moment."),
        _ => None,
    });
    let (editor, engine, now) = (context::member(Role::Editor), context::engine(), context::now());
    when_ready(async move {
        let reading = engine.latest_reading(editor?.workspace).await.map_err(Problem::from)?;
        Ok(view! { <ReadAgainView reading error today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn ReadAgainView(
    /// The latest go.
    reading: Option<Reading>,
    /// Why nothing was begun, in words.
    #[prop(optional_no_strip)]
    error: Option<&'static str>,
    /// Today.
    today: Day,
) -> impl IntoView {
    if reading.is_some_and(|reading| reading.running) {
        // A header and no script: it works for everyone, and ends by itself.
        let refresh = HeaderValue::from_str(&format!("{REFRESH}; url={PATH}"));
        http::set_header(header::REFRESH, refresh.expect("a number is plain ASCII"));
    }
    view! {
        <Title text="Read again"/>
        <p class="crumbs"><a href="/log">"Ingest log"</a>" / Read again"</p>
        <div class="title">
            <h1>"Read again"</h1>
            <p class="lede">"A newer version may understand what an older one could not. Nothing counts twice by it."</p>
        </div>
        {error.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        {reading.map(|reading| view! { <Progress reading today/> })}
        <form class="panel fields" method="post" action=ReadAllAgain::url()>
            <fieldset>
                <legend>"Which deliveries"</legend>
                <label class="tick">
                    <input type="radio" name="scope" value=ReadingScope::Unreadable.key() checked/>
                    <span>"those that nobody could read"</span>
                </label>
                <label class="tick">
                    <input type="radio" name="scope" value=ReadingScope::All.key()/>
                    <span>"all whose bytes are kept"</span>
                </label>
            </fieldset>
            <button class="button">"Read again"</button>
            <p class="hint">
                "It goes on beside everything else and may take a while. What you discarded stays discarded."
            </p>
        </form>
    }
    .into_any()
}

/// How far a go is.
#[component]
fn Progress(reading: Reading, today: Day) -> impl IntoView {
    let Reading { total, done, changed, running, created, scope, .. } = reading;
    let which = match scope {
        ReadingScope::Unreadable => "those that nobody could read",
        ReadingScope::All => "all whose bytes are kept",
    };
    let counted = format!(
        "{} of {} read again, {} came out otherwise.",
        format::thousands(done),
        format::thousands(total),
        format::thousands(changed)
    );
    view! {
        <section class="panel" aria-labelledby="progress">
            <h2 id="progress">{if running { "Under way" } else { "Done" }}</h2>
            <p>"Begun " <Instant at=created today/> ": " {which} "."</p>
            {running
                .then(|| {
                    let max = total.max(1).to_string();
                    view! { <progress max=max value=done.to_string() aria-label="Deliveries read again"></progress> }
                })}
            <p role="status">{counted}</p>
        </section>
    }
    .into_any()
}
