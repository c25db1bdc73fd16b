//! How reports shall arrive: the choice, and plainly what this version can do of it.

use leptos::prelude::*;
use model::{Role, start::Way};
use server_fn::ServerFn as _;

use crate::{components::Code, context, http};

/// Notes how reports shall arrive.
#[server(prefix = "/do", endpoint = "choose_way")]
pub async fn choose_way(
    /// The word of the way.
    #[server(default)]
    way: String,
) -> Result<(), ServerFnError> {
    let visitor = match context::member(Role::Editor) {
        Ok(visitor) => visitor,
        Err(problem) => {
            problem.send_away("/start");
            return Ok(());
        }
    };
    let Some(way) = Way::from_key(&way) else {
        http::see_other("/start#arrival");
        return Ok(());
    };
    let error = match context::engine().choose_way(visitor.workspace, way).await {
        Ok(()) => "",
        Err(error) => {
            tracing::error!(%error, "a choice cannot be noted");
            "?error=unavailable"
        }
    };
    http::see_other(&format!("/start{error}#arrival"));
    Ok(())
}

/// The ways, the chosen one marked.
#[component]
pub fn Ways(
    /// Which was chosen.
    chosen: Option<Way>,
) -> impl IntoView {
    let ways = Way::ALL
        .into_iter()
        .map(|way| {
            let checked = chosen == Some(way);
            let not_yet = (!way.is_built()).then_some(" · not in this version");
            view! {
                <label class="tick">
                    <input type="radio" name="way" value=way.key() checked=checked required/>
                    <span>{way.title()}{not_yet}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <form class="fields" method="post" action=ChooseWay::url()>
            <fieldset>
                <legend class="unseen">"How reports shall arrive"</legend>
                {ways}
            </fieldset>
            <button class="plain">"Choose"</button>
        </form>
        {chosen.map(|way| view! { <AboutWay way/> })}
    }
    .into_any()
}

/// What a way means, and what to configure for it.
#[component]
fn AboutWay(
    /// Which.
    way: Way,
) -> impl IntoView {
    match way {
        Way::Https => view! {
            <p class="caution" role="note">
                "The big senders are not known to deliver by HTTPS: Google, Microsoft and most others send their reports by mail. \
                 With HTTPS only you hear of the few that do."
            </p>
            <p>"There is nothing to configure beyond the public address above: the records name it."</p>
            <ByMailMeanwhile/>
        }
        .into_any(),
        Way::Upload => view! {
            <p>"Reports that you have in files, folders, mbox files or Maildirs come in with one command, as often as you like:"</p>
            <div class="command"><Code what="the command" text="waxseal import PATH…".to_owned()/></div>
            <p class="hint">"What came before is recognised and counted once."</p>
        }
        .into_any(),
        Way::Smtp | Way::Lmtp | Way::Imap => view! {
            <p class="caution" role="note">
                "This version of Waxseal does not receive mail itself: it has no listener for SMTP or LMTP and reads no mailbox by \
                 IMAP, so there is nothing to configure for it. What works now is HTTPS, and files:"
            </p>
            <ByMailMeanwhile/>
        }
        .into_any(),
    }
}

/// How reports by mail come in although no mail is received here.
#[component]
fn ByMailMeanwhile() -> impl IntoView {
    view! {
        <p>
            "To have the reports that come by mail as well, name a mailbox of yours in the record (a domain’s Settings, “Also send \
             reports to”), let your mail server put it into a Maildir, and bring that in regularly, such as once an hour:"
        </p>
        <div class="command"><Code what="the command" text="waxseal import /var/mail/tlsrpt/Maildir".to_owned()/></div>
    }
    .into_any()
}
