//! A choice of roles.

use leptos::prelude::*;
use model::Role;

/// The choice, inside the label that names it.
#[component]
pub fn RoleChoice(
    /// The role that is chosen already.
    chosen: Role,
) -> impl IntoView {
    let roles = Role::ALL
        .into_iter()
        .map(|role| view! { <option value=role.word() selected=role == chosen>{role.word()}</option> })
        .collect_view();
    view! { <select name="role">{roles}</select> }.into_any()
}
