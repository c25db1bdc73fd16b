//! Members and their roles: who is in, and the forms to change that.

use engine::MemberRefusal;
use leptos::prelude::*;
use model::{Day, Role, UserId, people::Member};
use server_fn::ServerFn as _;

use super::{PATH, back_to};
use crate::{
    components::{Instant, RoleChoice},
    context,
    problem::code_of,
};

/// Gives a member another role.
#[server(prefix = "/do", endpoint = "change_role")]
pub async fn change_role(
    /// Whose.
    #[server(default)]
    user: String,
    /// The word of the role.
    #[server(default)]
    role: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Owner), PATH) else { return Ok(()) };
    let (Ok(user), Ok(role)) = (user.parse::<UserId>(), role.parse()) else {
        back_to(PATH, "no-member");
        return Ok(());
    };
    back_to(PATH, changed(context::engine().change_role(visitor.workspace, user, role).await));
    Ok(())
}

/// Removes a member.
#[server(prefix = "/do", endpoint = "remove_member")]
pub async fn remove_member(
    /// Whom.
    #[server(default)]
    user: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Owner), PATH) else { return Ok(()) };
    let Ok(user) = user.parse::<UserId>() else {
        back_to(PATH, "no-member");
        return Ok(());
    };
    back_to(PATH, changed(context::engine().remove_member(visitor.workspace, user).await));
    Ok(())
}

/// The code of what became of a change; empty when it is done.
fn changed(outcome: Result<Result<(), MemberRefusal>, engine::Error>) -> &'static str {
    match outcome {
        Ok(Ok(())) => "",
        Ok(Err(MemberRefusal::NoMember)) => "no-member",
        Ok(Err(MemberRefusal::LastOwner)) => "last-owner",
        Err(error) => code_of(error),
    }
}

/// The members as rows.
#[component]
pub fn Members(
    /// By e-mail address.
    members: Vec<Member>,
    /// Who looks.
    me: UserId,
    /// Whether they may change anything.
    owner: bool,
    /// Today.
    today: Day,
) -> impl IntoView {
    let rows = members
        .into_iter()
        .map(|member| {
            let Member { user, email, role, since, disabled } = member;
            let note = match (user == me, disabled) {
                (true, _) => Some("you"),
                (_, true) => Some("disabled: cannot sign in"),
                _ => None,
            };
            view! {
                <tr>
                    <th scope="row">{email.clone()}{note.map(|note| view! { <small>{note}</small> })}</th>
                    <td>{(!owner).then_some(role.word())}{owner.then(|| view! { <ChangeRoleForm user email=email.clone() role/> })}</td>
                    <td>"since "<Instant at=since today/></td>
                    {owner.then(|| view! { <td><Removal user email me=user == me/></td> })}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list people">
            <thead>
                <tr>
                    <th scope="col">"Person"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"Member"</th>
                    {owner.then(|| view! { <th scope="col">"Remove"</th> })}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn ChangeRoleForm(user: UserId, email: String, role: Role) -> impl IntoView {
    view! {
        <form class="inline" method="post" action=ChangeRole::url()>
            <input type="hidden" name="user" value=user.to_string()/>
            <label><span class="unseen">"Role of "{email}</span><RoleChoice chosen=role/></label>
            <button class="plain">"Change"</button>
        </form>
    }
    .into_any()
}

/// Removing asks once more, without a script.
#[component]
fn Removal(user: UserId, email: String, me: bool) -> impl IntoView {
    let warning = if me {
        "You leave the workspace and are signed out. API tokens that you made here end."
    } else {
        "They are signed out at once and see nothing of this workspace any more. API tokens that they made here end."
    };
    view! {
        <details class="sure">
            <summary>{if me { "Leave…" } else { "Remove…" }}<span class="unseen">" "{email.clone()}</span></summary>
            <form method="post" action=RemoveMember::url()>
                <input type="hidden" name="user" value=user.to_string()/>
                <p>{warning}</p>
                <button class="plain">{if me { "Leave".to_owned() } else { format!("Remove {email}") }}</button>
            </form>
        </details>
    }
    .into_any()
}
