//! From one workspace to another, for those who belong to several.

use leptos::prelude::*;
use model::{WorkspaceId, people::Membership};
use server_fn::ServerFn as _;

use super::link;
use crate::{context, http, problem::code_of};

/// Turns this session to another workspace of its holder, and leads to its overview.
#[server(prefix = "/do", endpoint = "enter_workspace")]
pub async fn enter_workspace(
    /// Which.
    #[server(default)]
    workspace: String,
) -> Result<(), ServerFnError> {
    if context::admitted(context::visitor(), "/").is_none() {
        return Ok(());
    }
    let Ok(workspace) = workspace.parse::<WorkspaceId>() else {
        http::see_other("/settings/workspaces?error=no-workspace");
        return Ok(());
    };
    match context::engine().enter_workspace(&context::session_token(), workspace).await {
        Ok(true) => http::see_other("/"),
        Ok(false) => http::see_other("/settings/workspaces?error=no-workspace"),
        Err(error) => http::see_other(&link("/settings/workspaces", &[("error", code_of(error))])),
    }
    Ok(())
}

/// The form in the header; nothing for those who belong to one workspace.
#[component]
pub fn Switcher(
    /// The one that is seen now.
    current: WorkspaceId,
    /// All of the visitor's.
    memberships: Vec<Membership>,
) -> impl IntoView {
    (memberships.len() > 1).then(|| {
        let options = memberships
            .into_iter()
            .map(|Membership { workspace, name, .. }| {
                view! { <option value=workspace.to_string() selected=workspace == current>{name}</option> }
            })
            .collect_view();
        view! {
            <form class="switcher" method="post" action=EnterWorkspace::url()>
                <label><span class="unseen">"Workspace"</span><select name="workspace">{options}</select></label>
                <button class="plain">"Switch"</button>
            </form>
        }
        .into_any()
    })
}
