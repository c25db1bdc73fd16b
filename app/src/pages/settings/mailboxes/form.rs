//! The form of a mailbox: empty to add one, filled to change it.

use engine::MailboxesOpen;
use leptos::prelude::*;
use model::mailbox::{AfterReport, MailboxSettings, MailboxSignIn, MailboxTls, OauthClient};
use server_fn::ServerFn as _;

use super::AddMailbox;

/// The fields for an OAuth server.
#[component]
fn Oauth(
    /// What is chosen now; none in an empty form.
    sign_in: Option<MailboxSignIn>,
) -> impl IntoView {
    let kind = match &sign_in {
        None | Some(MailboxSignIn::Password) => "password",
        Some(MailboxSignIn::ClientCredentials(_)) => "client_credentials",
        Some(MailboxSignIn::DeviceCode(_)) => "device_code",
    };
    let client = sign_in.as_ref().and_then(MailboxSignIn::client).cloned();
    let OauthClient { client_id, token_url, device_url, scope } = client.unwrap_or_else(|| OauthClient {
        client_id: String::new(),
        token_url: String::new(),
        device_url: String::new(),
        scope: String::new(),
    });
    let choices = [
        ("password", "the password above"),
        ("client_credentials", "client credentials: a token in the client’s own name"),
        ("device_code", "a device code: somebody signs in once, elsewhere"),
    ]
    .map(|(word, words)| view! { <option value=word selected=word == kind>{words}</option> });
    view! {
        <label><span>"Sign in by"</span><select name="sign_in">{choices.into_iter().collect_view()}</select></label>
        <label><span>"Client ID"</span><input name="client_id" maxlength="1000" autocomplete="off" value=client_id/></label>
        <label>
            <span>"URL for tokens"</span>
            <input
                name="token_url"
                type="url"
                maxlength="1000"
                autocomplete="off"
                placeholder="https://login.example.com/oauth2/token"
                value=token_url
            />
        </label>
        <label>
            <span>"URL for device codes"</span>
            <input
                name="device_url"
                type="url"
                maxlength="1000"
                autocomplete="off"
                placeholder="https://login.example.com/oauth2/devicecode"
                value=device_url
            />
        </label>
        <label>
            <span>"Scope"</span>
            <input name="scope" maxlength="1000" autocomplete="off" value=scope/>
            <small>"docs/receiving-by-mail.md has these values for Microsoft 365."</small>
        </label>
    }
    .into_any()
}

/// All fields of a mailbox, as they are or empty. A secret is never among what is shown.
#[component]
pub fn Fields(
    /// What is so now; none for a new one.
    settings: Option<MailboxSettings>,
    /// What can be chosen.
    open: MailboxesOpen,
) -> impl IntoView {
    let ports: Vec<String> = open.ports.iter().map(u16::to_string).collect();
    let ports = format!("Empty: 993 for TLS, 143 for STARTTLS. Allowed are {}.", ports.join(", "));
    let secret = if settings.is_some() {
        "Empty: the one there is. It is kept for this server, user and way to sign in: with another, enter it anew."
    } else {
        "Some providers want a password for this program alone (an app password). With OAuth it is the client’s secret."
    };
    let sign_in = settings.as_ref().map(|settings| settings.sign_in.clone());
    let by_token = sign_in.as_ref().is_some_and(|sign_in| sign_in.client().is_some());
    let tls = settings.as_ref().map_or(MailboxTls::Tls, |settings| settings.tls);
    let tls = [(MailboxTls::Tls, "TLS from the first byte"), (MailboxTls::Starttls, "STARTTLS")]
        .map(|(one, words)| view! { <option value=one.word() selected=one == tls>{words}</option> });
    let after = settings.as_ref().map(|settings| settings.after.clone()).unwrap_or_default();
    let choices = [
        ("keep", "leave it as it is", matches!(after, AfterReport::Keep)),
        ("seen", "mark it as read", matches!(after, AfterReport::Seen)),
        ("move", "move it to the folder below", matches!(after, AfterReport::Move(_))),
        ("delete", "delete it", matches!(after, AfterReport::Delete)),
    ]
    .map(|(word, words, selected)| view! { <option value=word selected=selected>{words}</option> });
    let archive = if let AfterReport::Move(folder) = after { folder } else { String::new() };
    let text = |of: fn(&MailboxSettings) -> String| settings.as_ref().map(of).unwrap_or_default();
    let form = text(|settings| settings.form.as_ref().map(ToString::to_string).unwrap_or_default());
    view! {
        <label>
            <span>"Server"</span>
            <input
                name="host"
                required
                maxlength="253"
                autocomplete="off"
                placeholder="imap.example.com"
                value=text(|settings| settings.host.clone())
            />
        </label>
        <label><span>"Encryption"</span><select name="tls">{tls.into_iter().collect_view()}</select></label>
        <label>
            <span>"Port"</span>
            <input
                name="port"
                inputmode="numeric"
                maxlength="5"
                autocomplete="off"
                value=text(|settings| settings.port.to_string())
            />
            <small>{ports}</small>
        </label>
        <label>
            <span>"User"</span>
            <input
                name="user"
                required
                maxlength="256"
                autocomplete="off"
                placeholder="tls-reports@example.com"
                value=text(|settings| settings.user.clone())
            />
        </label>
        <label>
            <span>"Password"</span>
            <input name="password" type="password" maxlength="4096" autocomplete="new-password"/>
            <small>{secret}</small>
        </label>
        <details open=by_token>
            <summary>"Sign in by OAuth, without a password"</summary>
            <Oauth sign_in/>
        </details>
        <label>
            <span>"Folder"</span>
            <input
                name="folder"
                maxlength="256"
                autocomplete="off"
                placeholder="INBOX"
                value=text(|settings| settings.folder.clone())
            />
        </label>
        <label>
            <span>"Report addresses"</span>
            <input name="form" maxlength="200" autocomplete="off" placeholder="tls+{address}@example.com" value=form/>
            <small>
                "How mail for a domain’s report address comes to this mailbox: a template with {address} in it, or the mailbox itself. \
                 The records of all domains then name it. Empty: records stay as they are, and reports count for the domains they speak of."
            </small>
        </label>
        <label><span>"Once a report is stored"</span><select name="after">{choices.into_iter().collect_view()}</select></label>
        <label><span>"Folder to move reports to"</span><input name="archive" maxlength="256" autocomplete="off" value=archive/></label>
    }
    .into_any()
}

/// The form that adds a mailbox, or why there is none.
#[component]
pub fn NewMailbox(
    /// What can be added.
    open: MailboxesOpen,
) -> impl IntoView {
    if !open.has_key {
        return view! {
            <p class="caution" role="note">
                "Mailboxes cannot be added here, since there is no key to keep their passwords with. Whoever runs this installation \
                 sets secrets.key, the same on every server (WAXSEAL_SECRETS__KEY), or brings mailboxes by the configuration."
            </p>
        }
        .into_any();
    }
    view! {
        <section class="panel" aria-labelledby="new">
            <h2 id="new">"Add a mailbox"</h2>
            <p class="hint">
                "Reports in it are taken in and counted once, however often they are read. Other mail stays as it is, unread if it was \
                 unread. The password is kept sealed."
            </p>
            <form class="fields" method="post" action=AddMailbox::url()>
                <Fields settings=None open/>
                <button class="button">"Add and test"</button>
                <p class="hint">"The test takes up to half a minute."</p>
            </form>
        </section>
    }
    .into_any()
}
