//! Deciding about what was put aside: one delivery, those that were ticked, or all.

use engine::{Decided, QuarantineDecision};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::{DeliveryId, Role};
use server_fn::ServerFn as _;

use super::ingest_log::counted_deliveries;
use crate::{components::link, context, http};

/// Decides about deliveries, and leads back to those that are still quarantined.
#[server(prefix = "/do", endpoint = "decide_deliveries")]
pub async fn decide_deliveries(
    /// `release` or `discard`; `release-all` and `discard-all` mean whatever is quarantined.
    #[server(default)]
    decision: String,
    /// Their ids.
    #[server(default)]
    ids: Vec<String>,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Editor), "/log") else { return Ok(()) };
    let (word, all) = decision.strip_suffix("-all").map_or((decision.as_str(), false), |word| (word, true));
    let chosen = match word {
        "release" => QuarantineDecision::Release,
        "discard" => QuarantineDecision::Discard,
        _ => {
            back(&[("error", "decision")]);
            return Ok(());
        }
    };
    let ids: Vec<DeliveryId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    if ids.is_empty() && !all {
        back(&[("error", "nothing")]);
        return Ok(());
    }
    let (engine, workspace) = (context::engine(), visitor.workspace);
    let decided = if all {
        engine.decide_all_quarantined(workspace, chosen).await
    } else {
        engine.decide_quarantined(workspace, &ids, chosen).await
    };
    match decided {
        Ok(Decided { done: 0, still: 0, .. }) => back(&[("error", "gone")]),
        Ok(Decided { done, still, more }) => {
            let (done, still) = (done.to_string(), still.to_string());
            back(&[("did", word), ("done", &done), ("still", &still), ("more", if more { "yes" } else { "" })]);
        }
        Err(error) => {
            tracing::error!(%error, "deliveries cannot be decided about");
            back(&[("error", "unavailable")]);
        }
    }
    Ok(())
}

fn back(told: &[(&str, &str)]) {
    http::see_other(&link("/log", &[&[("outcome", "quarantined")], told].concat()));
}

/// What a form led to, in words: what is done, or why it is not.
pub(super) fn told(query: &ParamsMap) -> (Option<String>, Option<String>) {
    let error = query.get("error").and_then(|code| match code.as_str() {
        "nothing" => Some("Nothing was decided: tick at least one delivery."),
        "decision" => Some("Nothing was decided: release or discard."),
        "gone" => Some("Nothing was decided: none of these is quarantined any more."),
        "unavailable" => {
            Some("The database did not answer. What was decided before stays decided; try again in a moment.")
        }
        _ => None,
    });
    let number = |name| query.get(name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let word = match query.get("did").as_deref() {
        Some("release") => "released",
        Some("discard") => "discarded",
        _ => return (None, error.map(str::to_owned)),
    };
    let (done, still) = (number("done"), number("still"));
    let mut said = vec![];
    if done > 0 || still == 0 {
        said.push(format!("{} {word}.", counted_deliveries(done)));
    }
    if still > 0 {
        said.push(format!(
            "{} judged anew and quarantined still: what is spoken of is watched by nobody here, or not proven.",
            counted_deliveries(still)
        ));
    }
    if query.get("more").is_some() {
        said.push("There are more: do it again.".to_owned());
    }
    (Some(said.join(" ")), error.map(str::to_owned))
}

/// The buttons below the list of what is quarantined; its ticks belong to the same form.
#[component]
pub fn Decisions() -> impl IntoView {
    view! {
        <form id=FORM class="filters" method="post" action=DecideDeliveries::url()>
            <button class="plain" name="decision" value="release">"Release those ticked"</button>
            <button class="plain" name="decision" value="discard">"Discard those ticked"</button>
            <button class="plain" name="decision" value="release-all">"Release all"</button>
            <button class="plain" name="decision" value="discard-all">"Discard all"</button>
        </form>
        <p class="hint">
            "Released, a delivery is judged anew by the domains that are watched now. Discarded, it is kept and shown, and in no total. \
             “All” is whatever is quarantined, up to 500 in one go."
        </p>
    }
    .into_any()
}

/// The buttons about one delivery.
#[component]
pub fn DecideOne(
    /// Which.
    id: DeliveryId,
) -> impl IntoView {
    view! {
        <form class="filters" method="post" action=DecideDeliveries::url()>
            <input type="hidden" name="ids[0]" value=id.to_string()/>
            <button class="plain" name="decision" value="release">"Release"</button>
            <button class="plain" name="decision" value="discard">"Discard"</button>
        </form>
        <p class="hint">
            "Released, it is judged anew by the domains that are watched now: " <a href="/domains/add">"add the domain"</a>
            " it speaks of first. Discarded, it is kept and shown, and in no total."
        </p>
    }
    .into_any()
}

/// The form to which the ticks of the list belong.
pub(super) const FORM: &str = "decide";
