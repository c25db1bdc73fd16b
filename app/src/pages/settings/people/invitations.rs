//! Invitations: links by which others come in.

use engine::{Engine, INVITATION_DAYS, InviteRefusal};
use leptos::prelude::*;
use model::{Day, Role, people::Invitation};
use server_fn::ServerFn as _;

use super::{PATH, back_to};
use crate::{
    components::{Code, Instant, RoleChoice, link},
    context, http,
    problem::code_of,
};

/// Makes a link by which somebody can join, and leads to where it is shown.
#[server(prefix = "/do", endpoint = "invite")]
pub async fn invite(
    /// For whom alone; empty: for whoever has the link.
    #[server(default)]
    email: String,
    /// The word of the role.
    #[server(default)]
    role: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Owner), PATH) else { return Ok(()) };
    let for_whom = Some(email.trim()).filter(|email| !email.is_empty());
    let role = role.parse().unwrap_or(Role::Viewer);
    let error = match context::engine().invite(visitor.workspace, for_whom, role, context::now()).await {
        Ok(Ok(code)) => {
            http::see_other(&link(PATH, &[("invited", &code)]));
            return Ok(());
        }
        Ok(Err(InviteRefusal::Email)) => "email",
        Ok(Err(InviteRefusal::MemberAlready)) => "member-already",
        Ok(Err(InviteRefusal::TooManyOpen)) => "too-many-open",
        Err(error) => code_of(error),
    };
    back_to(PATH, error);
    Ok(())
}

/// Makes an invitation invalid.
#[server(prefix = "/do", endpoint = "revoke_invitation")]
pub async fn revoke_invitation(
    /// Its number.
    #[server(default)]
    id: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Owner), PATH) else { return Ok(()) };
    let id = id.parse().unwrap_or_default();
    let error = match context::engine().revoke_invitation(visitor.workspace, id).await {
        Ok(true) => "",
        Ok(false) => "no-invitation",
        Err(error) => code_of(error),
    };
    back_to(PATH, error);
    Ok(())
}

/// The link of a new invitation. It is shown as long as it can be used, to whoever has this page's address.
#[component]
pub fn Fresh(
    /// What it offers.
    invitation: Invitation,
    /// Its link.
    link: String,
) -> impl IntoView {
    let has_mail = use_context::<Engine>().is_some_and(|engine| engine.mail_server().is_some());
    let mailed = invitation.email.clone().filter(|_| has_mail).map(|email| {
        view! { <p class="caution done" role="status">"A mail with this link is on its way to "{email}"."</p> }
    });
    let whom = invitation.email.unwrap_or_else(|| "the person you invite".to_owned());
    view! {
        <section class="panel" aria-labelledby="fresh">
            <h2 id="fresh">"Send this link to "{whom}</h2>
            {mailed}
            <div class="command"><Code what="the link" text=link/></div>
            <p class="hint">
                {format!(
                    "It works once, for {INVITATION_DAYS} days, and makes whoever follows it {} {}. It is not shown again: hand it \
                     on by a way that nobody else reads.",
                    article(invitation.role),
                    invitation.role,
                )}
            </p>
        </section>
    }
    .into_any()
}

const fn article(role: Role) -> &'static str {
    match role {
        Role::Viewer => "a",
        Role::Editor | Role::Owner => "an",
    }
}

/// Open invitations, and the form for a new one.
#[component]
pub fn Invitations(
    /// Latest first.
    invitations: Vec<Invitation>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let empty = invitations.is_empty();
    let rows = invitations
        .into_iter()
        .map(|invitation| {
            let Invitation { id, email, role, created, expires, .. } = invitation;
            let whom = email.unwrap_or_else(|| "Anybody who has the link".to_owned());
            view! {
                <tr>
                    <th scope="row">{whom.clone()}<small>"made "<Instant at=created today/></small></th>
                    <td>{role.word()}</td>
                    <td>"until "<Instant at=expires today/></td>
                    <td>
                        <form method="post" action=RevokeInvitation::url()>
                            <input type="hidden" name="id" value=id.to_string()/>
                            <button class="plain">"Revoke"<span class="unseen">" the invitation for "{whom}</span></button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="invitations">
            <h2 id="invitations">"Invitations"</h2>
            {if empty {
                view! { <p class="none">"No invitation is open."</p> }.into_any()
            } else {
                view! {
                    <table class="list people">
                        <thead>
                            <tr>
                                <th scope="col">"For"</th>
                                <th scope="col">"Role"</th>
                                <th scope="col">"Works"</th>
                                <th scope="col">"Revoke"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
                    .into_any()
            }}
            <form class="panel fields" method="post" action=Invite::url()>
                <label>
                    <span>"E-mail address"</span>
                    <input type="email" name="email" autocomplete="off"/>
                    <small>"Then only this address can join. Left empty, whoever has the link can."</small>
                </label>
                <label><span>"Role"</span><RoleChoice chosen=Role::Viewer/></label>
                <button class="button">"Make a link"</button>
                <p class="hint">"The link works once, for seven days. You hand it on yourself."</p>
            </form>
        </section>
    }
    .into_any()
}
