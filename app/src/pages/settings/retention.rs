//! Settings → Retention: how long a workspace keeps what is kept in full, and what goes before anything does.

use leptos::prelude::*;
use model::{
    Role, format,
    retention::{Keep, Loss},
};
use server_fn::ServerFn as _;

use super::{Settings, back_to};
use crate::{components::when_ready, context, http, pages::query};

/// This tab.
pub(super) const PATH: &str = "/settings/retention";

/// Decides how long bodies and failures are kept.
#[server(prefix = "/do", endpoint = "set_retention")]
pub async fn set_retention(
    /// In days.
    #[server(default)]
    bodies: String,
    /// In days.
    #[server(default)]
    failures: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Owner), PATH) else { return Ok(()) };
    let Some(keep) = Keep::typed(&bodies, &failures) else {
        back_to(PATH, "days");
        return Ok(());
    };
    match context::engine().set_retention(visitor.workspace, keep).await {
        Ok(()) => http::see_other("/settings/retention?done=yes"),
        Err(error) => {
            tracing::error!(%error, "how long things are kept cannot be changed");
            back_to(PATH, "unavailable");
        }
    }
    Ok(())
}

/// What the codes of this tab mean.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "days" => Some("Nothing was changed: both are whole numbers of days, from 7 to 3650."),
        shared => super::error_words(shared),
    }
}

/// What was typed, to be looked at before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// No numbers of days within bounds.
    Wrong,
    /// Ages, and what they would take away today.
    Plan(Keep, Loss),
}

/// The page.
#[component]
pub fn RetentionPage() -> impl IntoView {
    let query = query();
    let error = query.get("error").and_then(|code| error_words(&code));
    let done = query.get("done").is_some();
    let typed = query.get("bodies").zip(query.get("failures"));
    let (owner, engine, now) = (context::member(Role::Owner), context::engine(), context::now());
    when_ready(async move {
        let visitor = owner?;
        let (keep, usual) = engine.retention(visitor.workspace).await?;
        let asked = match typed.map(|(bodies, failures)| Keep::typed(&bodies, &failures)) {
            None => Asked::Nothing,
            Some(None) => Asked::Wrong,
            Some(Some(plan)) => Asked::Plan(plan, engine.loss(visitor.workspace, plan, now).await?),
        };
        Ok(view! { <RetentionView keep usual asked done error role=visitor.role/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn RetentionView(
    /// How it is.
    keep: Keep,
    /// How the installation has it.
    usual: Keep,
    /// What was typed.
    asked: Asked,
    /// Whether it was just changed.
    done: bool,
    /// What was wrong, in words.
    #[prop(optional_no_strip)]
    error: Option<&'static str>,
    /// What the visitor may do.
    role: Role,
) -> impl IntoView {
    let error = error.or_else(|| (asked == Asked::Wrong).then(|| error_words("days")).flatten());
    let shown = match asked {
        Asked::Plan(plan, _) => plan,
        _ => keep,
    };
    let number = |name: &'static str, label: &'static str, value: u16| {
        view! {
            <label>
                <span>{label}</span>
                <input type="number" name=name value=value.to_string() min=Keep::LEAST.to_string() max=Keep::MOST.to_string() required/>
            </label>
        }
    };
    view! {
        <Settings at=PATH lede="How long this workspace keeps what arrived in full. Reports and all figures stay as long as their domain." role error>
            {done.then(|| view! { <p class="caution done" role="status">"Noted. What is older goes within six hours."</p> })}
            <section class="panel" aria-labelledby="keep">
                <h2 id="keep">"Days to keep"</h2>
                <dl class="facts">
                    <div><dt>"Messages and files as they came"</dt><dd>{days(keep.bodies, usual.bodies)}</dd></div>
                    <div><dt>"Single failures of reports"</dt><dd>{days(keep.failures, usual.failures)}</dd></div>
                    <div><dt>"Reports, totals, charts"</dt><dd>"as long as their domain"</dd></div>
                </dl>
                <form class="filters" method="get" action=PATH>
                    {number("bodies", "Messages and files, in days", shown.bodies)}
                    {number("failures", "Single failures, in days", shown.failures)}
                    <button class="plain">"Show what would go"</button>
                </form>
                <p class="hint">
                    "Without its message a report can no longer be downloaded or read again by a newer version. Without its single \
                     failures it no longer tells hosts and addresses, and can no longer be taken out of the figures. A report that \
                     comes again is recognised all the same."
                </p>
            </section>
            {match asked {
                Asked::Plan(plan, loss) => view! { <Plan plan loss/> }.into_any(),
                _ => ().into_any(),
            }}
        </Settings>
    }
    .into_any()
}

/// What would go, and the button that decides it.
#[component]
fn Plan(plan: Keep, loss: Loss) -> impl IntoView {
    let sentence = if loss == Loss::default() {
        "Nothing is that old today; it goes as it reaches that age.".to_owned()
    } else {
        format!(
            "Of today, that deletes {} with {}, and the single failures of {}. They cannot be brought back but from a backup.",
            counted(loss.bodies, "message or file", "messages and files"),
            format::size(loss.bytes),
            counted(loss.reports, "report", "reports")
        )
    };
    view! {
        <section class="panel" aria-labelledby="plan">
            <h2 id="plan">{format!("Messages {} days, single failures {} days", plan.bodies, plan.failures)}</h2>
            <p class="caution" role="note">{sentence}</p>
            <form class="fields" method="post" action=SetRetention::url()>
                <input type="hidden" name="bodies" value=plan.bodies.to_string()/>
                <input type="hidden" name="failures" value=plan.failures.to_string()/>
                <button class="button">"Keep them so long"</button>
                <p><a href=PATH>"Leave it as it is"</a></p>
            </form>
        </section>
    }
    .into_any()
}

fn days(days: u16, usual: u16) -> String {
    let whose = if days == usual { ", as the installation has it" } else { "" };
    format!("{days} days{whose}")
}

/// A number of things, which is no longer exact where it is large.
fn counted(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count if count > Loss::COUNTED => format!("more than {} {many}", format::thousands(Loss::COUNTED)),
        count => format!("{} {many}", format::thousands(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_counted_to_its_end_says_so() {
        assert_eq!(counted(1, "report", "reports"), "1 report");
        assert_eq!(counted(0, "report", "reports"), "0 reports");
        assert_eq!(counted(100_000, "report", "reports"), "100,000 reports");
        assert_eq!(counted(100_001, "report", "reports"), "more than 100,000 reports");
    }
}
