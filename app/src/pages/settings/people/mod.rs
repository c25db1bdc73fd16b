//! People: who belongs to the workspace and what they may do, and links by which others come in.

pub mod invitations;
pub mod members;

use leptos::prelude::*;
use model::{
    Day, Role, UserId,
    people::{Invitation, Member},
};

use self::{
    invitations::{Fresh, Invitations},
    members::Members,
};
use super::{Settings, back_to};
use crate::{components::when_ready, context, pages::query};

/// This tab.
const PATH: &str = "/settings/people";

/// What a refusal's code means.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "no-member" => Some("This person is no member of the workspace any more."),
        "last-owner" => Some(
            "A workspace has at least one owner who can sign in. Make somebody else an owner first, then try again.",
        ),
        "email" => Some("This is not an e-mail address. Leave the field empty for a link that anybody can use."),
        "member-already" => Some("Whoever has this e-mail address is a member already."),
        "too-many-open" => Some("Two hundred invitations are open. Revoke some of them first."),
        "no-invitation" => Some("This invitation was used or revoked meanwhile."),
        code => super::error_words(code),
    }
}

/// The page.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let query = query();
    let error = query.get("error").and_then(|code| error_words(&code));
    let code = query.get("invited").unwrap_or_default();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let visitor = visitor?;
        let members = engine.members(visitor.workspace).await?;
        let owner = visitor.role == Role::Owner;
        let invitations = if owner { engine.invitations(visitor.workspace, now).await? } else { vec![] };
        // A code from the URL is shown only while it is one of these.
        let fresh = match engine.invitation(&code, now).await? {
            Some(fresh) if owner && fresh.workspace == visitor.workspace => {
                Some((fresh, engine.invitation_link(&code)))
            }
            _ => None,
        };
        let (me, role, today) = (visitor.user, visitor.role, now.day());
        Ok(view! { <PeopleView members invitations fresh me role error today/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn PeopleView(
    /// Who belongs to the workspace.
    members: Vec<Member>,
    /// Invitations that can still be used.
    invitations: Vec<Invitation>,
    /// The invitation that was just made, and its link.
    fresh: Option<(Invitation, String)>,
    /// Who looks.
    me: UserId,
    /// What they may do.
    role: Role,
    /// What was wrong with the last form.
    error: Option<&'static str>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let owner = role == Role::Owner;
    view! {
        <Settings at=PATH lede="Who belongs to this workspace, and what they may do in it." role error>
            {fresh.map(|(invitation, link)| view! { <Fresh invitation link/> })}
            <section aria-labelledby="members">
                <h2 id="members">"Members"</h2>
                <Members members me owner today/>
                <dl class="facts">
                    <div><dt>"viewer"</dt><dd>"Sees everything, changes nothing."</dd></div>
                    <div><dt>"editor"</dt><dd>"Adds and changes domains, decides about reports."</dd></div>
                    <div><dt>"owner"</dt><dd>"Decides about people and the workspace itself, and reads the audit log."</dd></div>
                </dl>
            </section>
            {owner.then(|| view! { <Invitations invitations today/> })}
        </Settings>
    }
    .into_any()
}
