//! How reports shall arrive: the choice, and what to configure for it.

use leptos::prelude::*;
use model::{
    Role,
    start::{Seen, Way},
};
use server_fn::ServerFn as _;

use super::address::host_of;
use crate::{components::Code, context, http};

/// Notes how reports shall arrive.
#[server(prefix = "/do", endpoint = "choose_way")]
pub async fn choose_way(
    /// The word of the way.
    #[server(default)]
    way: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Editor), "/start") else { return Ok(()) };
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
    /// What was observed, and which was chosen.
    seen: Seen,
) -> impl IntoView {
    let chosen = seen.way;
    let ways = Way::ALL
        .into_iter()
        .map(|way| {
            let checked = chosen == Some(way);
            view! {
                <label class="tick">
                    <input type="radio" name="way" value=way.key() checked=checked required/>
                    <span>{way.title()}</span>
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
        {chosen.map(|way| view! { <AboutWay way host=mail_host(&seen)/> })}
    }
    .into_any()
}

/// What a way means, and what to configure for it.
#[component]
fn AboutWay(
    /// Which.
    way: Way,
    /// The host of report addresses for mail, now or to be.
    host: String,
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
        Way::Smtp => view! {
            <p>"Where port 25 of this machine is free, Waxseal takes the mail itself, for report addresses and for nothing else:"</p>
            <div class="command"><Code what="the settings" text=settings("WAXSEAL_SMTP__LISTEN=0.0.0.0:25", &host)/></div>
            <p>"In DNS, the host of the report addresses leads here:"</p>
            <div class="command"><Code what="the MX record" text=format!("{host}. MX 0 {host}.")/></div>
            <p class="hint">
                "Ports below 1024 need a privilege; the error at the start says how to give it. Encryption is offered once \
                 smtp.tls_certificate and smtp.tls_key name a certificate. More in docs/receiving-by-mail.md."
            </p>
        }
        .into_any(),
        Way::Lmtp => view! {
            <p>"The mail server that you have takes the mail and hands it over by LMTP, on the same machine:"</p>
            <div class="command"><Code what="the settings" text=settings("WAXSEAL_LMTP__LISTEN=127.0.0.1:2424", &host)/></div>
            <p class="hint">
                "The MX record of the host names your mail server. docs/receiving-by-mail.md has what to set there: for Postfix \
                 as a file to append, for Exim and Stalwart as a description."
            </p>
        }
        .into_any(),
        Way::Imap => view! {
            <p>
                "Reports that come to a mailbox are read from there; other mail in it stays untouched. An owner adds it under "
                <a href="/settings/mailboxes">"Settings, Mailboxes"</a> ", with a test. Or the operator brings it by the configuration:"
            </p>
            <div class="command">
                <Code
                    what="the settings"
                    text="WAXSEAL_IMAP__MAILBOXES=imaps://tls-reports%40example.com:PASSWORD@imap.example.com/INBOX".to_owned()
                />
            </div>
            <p class="hint">
                "The records name the mailbox: a domain’s Settings, “Also send reports to”. What stands for something in a URL is \
                 escaped, such as %40 for @. More in docs/receiving-by-mail.md."
            </p>
        }
        .into_any(),
    }
}

/// The host of report addresses: the one there is, else the one of the pages, else an example.
fn mail_host(seen: &Seen) -> String {
    let named = seen.report_host.clone().filter(|host| host.contains('.'));
    let of_the_pages = || host_of(seen.base_url.as_deref()?);
    named.or_else(of_the_pages).unwrap_or_else(|| "tlsrpt.example.com".to_owned())
}

/// What to set, line by line.
fn settings(listen: &str, host: &str) -> String {
    format!("{listen}\nWAXSEAL_SMTP__HOST={host}")
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
