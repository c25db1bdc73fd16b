//! Settings → Trust: what this workspace does with reports that no valid signature proves.

use leptos::prelude::*;
use model::{Channel, Role, Treatment, Treatments};
use server_fn::ServerFn as _;

use super::{Settings, back_to};
use crate::{components::when_ready, context, pages::query, problem::code_of};

/// This tab.
const PATH: &str = "/settings/trust";

/// The channels that can be decided about: field, what people call it, what is to be known.
const CHANNELS: [(Channel, &str, &str, &str); 4] = [
    (Channel::Smtp, "smtp", "By SMTP or LMTP", "RFC 8460 asks every sender to sign these, and the large ones do."),
    (
        Channel::Imap,
        "imap",
        "Out of a mailbox",
        "What lay there before the mailbox was connected counts as unverified.",
    ),
    (Channel::Pipe, "pipe", "From your mail server, on a pipe", "waxseal import - as the target of an alias."),
    (Channel::Https, "https", "By HTTPS", "HTTPS knows no signature: kept out here, no report counts that comes so."),
];

/// Says what is done from now on.
#[server(prefix = "/do", endpoint = "set_treatments")]
pub async fn set_treatments(
    /// `quarantine` or `count`.
    #[server(default)]
    smtp: String,
    /// The same.
    #[server(default)]
    imap: String,
    /// The same.
    #[server(default)]
    pipe: String,
    /// The same.
    #[server(default)]
    https: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Owner), PATH) else { return Ok(()) };
    let [smtp, imap, pipe, https] = [smtp, imap, pipe, https].map(|word| Treatment::from_word(&word));
    let (Some(smtp), Some(imap), Some(pipe), Some(https)) = (smtp, imap, pipe, https) else {
        back_to(PATH, "treatment");
        return Ok(());
    };
    let treatments = Treatments { smtp, imap, pipe, https };
    let done = context::engine().set_treatments(visitor.workspace, treatments).await;
    back_to(PATH, done.err().map_or("", code_of));
    Ok(())
}

/// What a refusal's code means.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "treatment" => {
            Some("Choose for each way whether reports without a valid signature count. Nothing was changed.")
        }
        code => super::error_words(code),
    }
}

/// The page.
#[component]
pub fn TrustPage() -> impl IntoView {
    let error = query().get("error").and_then(|code| error_words(&code));
    let (visitor, engine) = (context::member(Role::Owner), context::engine());
    when_ready(async move {
        let visitor = visitor?;
        let treatments = engine.treatments(visitor.workspace).await?;
        Ok(view! { <TrustView treatments role=visitor.role error/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn TrustView(
    /// What is done now.
    treatments: Treatments,
    /// What the visitor may do.
    role: Role,
    /// What was wrong with the last form.
    error: Option<&'static str>,
) -> impl IntoView {
    let fields = CHANNELS
        .map(|(channel, field, label, hint)| {
            let choices = [(Treatment::Quarantine, "are kept out of the totals"), (Treatment::Count, "count, marked")]
                .map(|(treatment, words)| {
                    let chosen = treatments.of(channel) == treatment;
                    view! { <option value=treatment.word() selected=chosen>{words}</option> }
                });
            view! { <label><span>{label}</span><select name=field>{choices}</select><small>{hint}</small></label> }
        })
        .collect_view();
    view! {
        <Settings
            at=PATH
            lede="A report is signed when its mail bears a valid DKIM signature of the sender's own domain. What is done with the others?"
            role
            error
        >
            <form class="panel fields" method="post" action=SetTreatments::url()>
                <p>"Reports without a valid signature that come …"</p>
                {fields}
                <button class="button">"Save"</button>
                <p class="hint">
                    "Whatever you choose, every report is kept and shown in the " <a href="/log?outcome=quarantined">"ingest log"</a>
                    " with what its signature was said to be. A change is about what comes from now on. What a member uploads or "
                    "imports always counts, as unverified. " <a href="/help#trust">"More about trust"</a>
                </p>
            </form>
        </Settings>
    }
    .into_any()
}
