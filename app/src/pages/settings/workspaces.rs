//! Workspaces: those that one belongs to, and for those who run the installation all of them, and a new one.

use engine::WorkspaceRefusal;
use leptos::prelude::*;
use model::{
    Day, Role, WorkspaceId, format,
    people::{Membership, Workspace, WorkspaceName},
};
use server_fn::ServerFn as _;

use super::{Settings, back_to};
use crate::{
    components::{Instant, switcher::EnterWorkspace, when_ready},
    context, http,
    pages::query,
    problem::code_of,
};

/// This tab.
const PATH: &str = "/settings/workspaces";

/// Makes a workspace that the visitor owns, and turns to it.
#[server(prefix = "/do", endpoint = "create_workspace")]
pub async fn create_workspace(
    /// Its name.
    #[server(default)]
    name: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::administrator(), PATH) else { return Ok(()) };
    let engine = context::engine();
    let error = match engine.create_workspace(&name, Some(visitor.user), context::now()).await {
        Ok(Ok(workspace)) => match engine.enter_workspace(&context::session_token(), workspace).await {
            Ok(_) => {
                http::see_other("/");
                return Ok(());
            }
            Err(error) => code_of(error),
        },
        Ok(Err(WorkspaceRefusal::Name)) => "name",
        Ok(Err(WorkspaceRefusal::NameTaken)) => "name-taken",
        Err(error) => code_of(error),
    };
    back_to(PATH, error);
    Ok(())
}

/// Says whether the domains of a workspace need a proof of control.
#[server(prefix = "/do", endpoint = "trust_workspace")]
pub async fn trust_workspace(
    /// Its id.
    #[server(default)]
    workspace: String,
    /// `yes` when they need none.
    #[server(default)]
    trusted: String,
) -> Result<(), ServerFnError> {
    if context::admitted(context::administrator(), PATH).is_none() {
        return Ok(());
    }
    let Ok(workspace) = workspace.parse::<WorkspaceId>() else {
        back_to(PATH, "no-workspace");
        return Ok(());
    };
    let done = context::engine().trust_workspace(workspace, trusted == "yes").await;
    back_to(PATH, done.err().map_or("", code_of));
    Ok(())
}

/// What a refusal's code means.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "name" => Some("The name of a workspace has 1 to 60 characters, all of which can be seen."),
        "name-taken" => Some("Another workspace has this name. Choose another one."),
        "no-workspace" => Some("You do not belong to this workspace, or there is none of this kind."),
        code => super::error_words(code),
    }
}

/// The page.
#[component]
pub fn WorkspacesPage() -> impl IntoView {
    let error = query().get("error").and_then(|code| error_words(&code));
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let visitor = visitor?;
        let all = if visitor.administrator { Some(engine.workspaces().await?) } else { None };
        let (current, role, memberships) = (visitor.workspace, visitor.role, visitor.memberships);
        Ok(view! { <WorkspacesView current role memberships all error today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn WorkspacesView(
    /// The one that is seen now.
    current: WorkspaceId,
    /// What the visitor may do there.
    role: Role,
    /// Where they belong.
    memberships: Vec<Membership>,
    /// All of the installation, for those who run it.
    all: Option<Vec<Workspace>>,
    /// What was wrong with the last form.
    error: Option<&'static str>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let rows = memberships
        .into_iter()
        .map(|Membership { workspace, name, role }| {
            let turn = if workspace == current {
                view! { "You are here" }.into_any()
            } else {
                view! {
                    <form method="post" action=EnterWorkspace::url()>
                        <input type="hidden" name="workspace" value=workspace.to_string()/>
                        <button class="plain">"Switch"<span class="unseen">" to "{name.clone()}</span></button>
                    </form>
                }
                .into_any()
            };
            view! { <tr><th scope="row">{name}</th><td>{role.word()}</td><td>{turn}</td></tr> }
        })
        .collect_view();
    view! {
        <Settings
            at=PATH
            lede="Each workspace has people and domains of its own, and shows nothing of the others."
            role
            error
        >
            <section aria-labelledby="yours">
                <h2 id="yours">"Yours"</h2>
                <table class="list people">
                    <thead>
                        <tr><th scope="col">"Workspace"</th><th scope="col">"Your role"</th><th scope="col">"Switch"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
            {all.map(|all| view! { <Installation all today/> })}
        </Settings>
    }
    .into_any()
}

/// What those who run the installation see: which workspaces there are, never what is in them.
#[component]
fn Installation(
    /// By name.
    all: Vec<Workspace>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let rows = all
        .into_iter()
        .map(|Workspace { workspace, name, created, members, domains, trusted }| {
            let (state, word, act) =
                if trusted { ("not asked", "no", "Ask for it") } else { ("asked", "yes", "Ask for none") };
            // The first migration made the first one, at no time in particular.
            let made = (created.0 > 0).then(|| view! { <small>"made "<Instant at=created today/></small> });
            view! {
                <tr>
                    <th scope="row">{name.clone()}{made}</th>
                    <td class="n">{format::thousands(members)}</td>
                    <td class="n">{format::thousands(domains)}</td>
                    <td>
                        {state}
                        <form method="post" action=TrustWorkspace::url()>
                            <input type="hidden" name="workspace" value=workspace.to_string()/>
                            <input type="hidden" name="trusted" value=word/>
                            <button class="plain">{act}<span class="unseen">" in "{name.clone()}</span></button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="all">
            <h2 id="all">"All of this installation"</h2>
            <table class="list workspaces">
                <thead>
                    <tr>
                        <th scope="col">"Workspace"</th>
                        <th scope="col" class="n">"Members"</th>
                        <th scope="col" class="n">"Domains"</th>
                        <th scope="col">"Proof of control"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <form class="panel fields" method="post" action=CreateWorkspace::url()>
                <label>
                    <span>"Name of a new workspace"</span>
                    <input name="name" required maxlength=WorkspaceName::MAX_CHARS.to_string() autocomplete="off"/>
                    <small>"A customer, a department. You own it, and invite its people on the tab People."</small>
                </label>
                <button class="button">"New workspace"</button>
            </form>
        </section>
    }
    .into_any()
}
