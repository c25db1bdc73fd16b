//! Settings: one tab a page, each with what it is for.

pub mod audit;
pub mod mail;
pub mod mailboxes;
pub mod people;
pub mod retention;
pub mod tokens;
pub mod trust;
pub mod workspaces;

pub use audit::AuditPage;
pub use mail::MailPage;
pub use mailboxes::{EditMailboxPage, MailboxesPage};
pub use people::PeoplePage;
pub use retention::RetentionPage;
pub use tokens::TokensPage;
pub use trust::TrustPage;
pub use workspaces::WorkspacesPage;

use leptos::prelude::*;
use leptos_meta::Title;
use model::Role;

use crate::{
    components::{link, when_ready},
    context, http,
};

/// The tabs in their order: path, label, and the least role that sees it; of [`ADMINISTRATORS`], who runs the installation.
const TABS: &[(&str, &str, Role)] = &[
    ("/settings/people", "People", Role::Viewer),
    ("/settings/workspaces", "Workspaces", Role::Viewer),
    ("/settings/mailboxes", "Mailboxes", Role::Owner),
    ("/settings/trust", "Trust", Role::Owner),
    ("/settings/tokens", "API tokens", Role::Owner),
    (retention::PATH, "Retention", Role::Owner),
    ("/settings/audit", "Audit log", Role::Owner),
    (mail::PATH, "Mail", Role::Viewer),
];

/// Tabs about the installation and not about a workspace.
const ADMINISTRATORS: [&str; 1] = [mail::PATH];

/// The way in leads to the first tab.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let visitor = context::visitor();
    when_ready(async move {
        visitor?;
        http::see_other(TABS[0].0);
        Ok(view! { <p><a href=TABS[0].0>"Settings"</a></p> }.into_any())
    })
}

/// What surrounds each tab.
#[component]
pub fn Settings(
    /// The path of this tab.
    at: &'static str,
    /// What it is for.
    lede: &'static str,
    /// What the visitor may do.
    role: Role,
    /// What the last form led to, in words.
    #[prop(optional_no_strip)]
    error: Option<&'static str>,
    /// The tab itself.
    children: Children,
) -> impl IntoView {
    let label = TABS.iter().find(|(path, ..)| *path == at).map_or("Settings", |(_, label, _)| label);
    let administrator = context::administrator().is_ok();
    let tabs = TABS
        .iter()
        .filter(|(path, _, least)| role >= *least && (administrator || !ADMINISTRATORS.contains(path)))
        .map(|(path, label, _)| view! { <a href=*path aria-current=(*path == at).then_some("page")>{*label}</a> })
        .collect_view();
    view! {
        <Title text=format!("{label} · Settings")/>
        <p class="crumbs">"Settings / "{label}</p>
        <div class="title">
            <h1>{label}</h1>
            <p class="lede">{lede}</p>
            <nav class="tabs" aria-label="Settings">{tabs}</nav>
        </div>
        {error.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        {children()}
    }
    .into_any()
}

/// Leads a form's POST back to its tab, with a code for what was wrong; an empty code says that all is well.
fn back_to(tab: &str, error: &str) {
    http::see_other(&link(tab, &[("error", error)]));
}

/// What the codes mean that several tabs share. Codes only: a link can carry one, but not a text of its own.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "unavailable" => Some(
            "The database did not answer, and nothing was changed. Try again in a moment; the cause is in the server's log.",
        ),
        "busy" => Some("Too much is going on just now, and nothing was changed. Try again in a few seconds."),
        _ => None,
    }
}
