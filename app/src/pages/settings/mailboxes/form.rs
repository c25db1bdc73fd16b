//! The form that adds a mailbox.

use engine::MailboxesOpen;
use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::AddMailbox;

/// The fields for an OAuth server.
#[component]
fn Oauth() -> impl IntoView {
    view! {
        <label>
            <span>"Sign in by"</span>
            <select name="sign_in">
                <option value="password" selected=true>"the password above"</option>
                <option value="client_credentials">"client credentials: a token in the client’s own name"</option>
                <option value="device_code">"a device code: somebody signs in once, elsewhere"</option>
            </select>
        </label>
        <label><span>"Client ID"</span><input name="client_id" maxlength="1000" autocomplete="off"/></label>
        <label>
            <span>"URL for tokens"</span>
            <input name="token_url" type="url" maxlength="1000" autocomplete="off" placeholder="https://login.example.com/oauth2/token"/>
        </label>
        <label>
            <span>"URL for device codes"</span>
            <input name="device_url" type="url" maxlength="1000" autocomplete="off" placeholder="https://login.example.com/oauth2/devicecode"/>
        </label>
        <label>
            <span>"Scope"</span>
            <input name="scope" maxlength="1000" autocomplete="off"/>
            <small>"docs/receiving-by-mail.md has these values for Microsoft 365."</small>
        </label>
    }
    .into_any()
}

/// The form, or why there is none.
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
    let ports: Vec<String> = open.ports.iter().map(u16::to_string).collect();
    let ports = format!("Empty: 993 for TLS, 143 for STARTTLS. Allowed are {}.", ports.join(", "));
    view! {
        <section class="panel" aria-labelledby="new">
            <h2 id="new">"Add a mailbox"</h2>
            <p class="hint">
                "Reports in it are taken in and counted once, however often they are read. Other mail stays as it is, unread if it was \
                 unread. The password is kept sealed."
            </p>
            <form class="fields" method="post" action=AddMailbox::url()>
                <label>
                    <span>"Server"</span>
                    <input name="host" required maxlength="253" autocomplete="off" placeholder="imap.example.com"/>
                </label>
                <label>
                    <span>"Encryption"</span>
                    <select name="tls">
                        <option value="tls" selected=true>"TLS from the first byte"</option>
                        <option value="starttls">"STARTTLS"</option>
                    </select>
                </label>
                <label>
                    <span>"Port"</span>
                    <input name="port" inputmode="numeric" maxlength="5" autocomplete="off"/>
                    <small>{ports}</small>
                </label>
                <label><span>"User"</span><input name="user" required maxlength="256" autocomplete="off" placeholder="tls-reports@example.com"/></label>
                <label>
                    <span>"Password"</span>
                    <input name="password" type="password" maxlength="4096" autocomplete="new-password"/>
                    <small>
                        "Some providers want a password for this program alone (an app password). With OAuth it is the client’s secret."
                    </small>
                </label>
                <details>
                    <summary>"Sign in by OAuth, without a password"</summary>
                    <Oauth/>
                </details>
                <label>
                    <span>"Folder"</span>
                    <input name="folder" maxlength="256" autocomplete="off" placeholder="INBOX"/>
                </label>
                <label>
                    <span>"Report addresses"</span>
                    <input name="form" maxlength="200" autocomplete="off" placeholder="tls+{address}@example.com"/>
                    <small>
                        "How mail for a domain’s report address comes to this mailbox: a template with {address} in it, or the mailbox \
                         itself. The records of all domains then name it. Empty: records stay as they are, and reports count for the \
                         domains they speak of."
                    </small>
                </label>
                <label>
                    <span>"Once a report is stored"</span>
                    <select name="after">
                        <option value="keep" selected=true>"leave it as it is"</option>
                        <option value="seen">"mark it as read"</option>
                        <option value="move">"move it to the folder below"</option>
                        <option value="delete">"delete it"</option>
                    </select>
                </label>
                <label><span>"Folder to move reports to"</span><input name="archive" maxlength="256" autocomplete="off"/></label>
                <button class="button">"Add and test"</button>
                <p class="hint">"The test takes up to half a minute."</p>
            </form>
        </section>
    }
    .into_any()
}
