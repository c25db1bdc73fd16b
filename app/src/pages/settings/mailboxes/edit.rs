//! Changing one mailbox: its settings, its secret, whether it is read.

use engine::{MailboxesOpen, Visitor, mailboxes::SecretEdit};
use leptos::prelude::*;
use model::{MailboxId, Role, mailbox::MailboxSettings};
use server_fn::ServerFn as _;

use super::{
    super::{Settings, back_to},
    PAGE, TypedMailbox, error_words,
    form::Fields,
    owned, problem_code, unavailable,
};
use crate::{
    components::{said, when_ready},
    context,
    pages::{parameter, query},
    problem::Problem,
};

/// Changes a mailbox, tries it out, and leads back to the page, which tells what came of it.
#[server(prefix = "/do", endpoint = "edit_mailbox")]
pub async fn edit_mailbox(
    /// Its id.
    #[server(default)]
    id: String,
    /// `yes` to forget the tokens there are.
    #[server(default)]
    forget: String,
    /// What was typed.
    #[server(flatten)]
    typed: TypedMailbox,
) -> Result<(), ServerFnError> {
    let Some((visitor, id)) = owned(&id) else { return Ok(()) };
    let form = format!("{PAGE}/{id}");
    let (settings, secret) = match typed.read() {
        Ok(read) => read,
        Err(code) => {
            back_to(&form, code);
            return Ok(());
        }
    };
    let (engine, now) = (context::engine(), context::now());
    let entered = SecretEdit { secret: &secret, forget_tokens: forget == "yes" };
    match engine.edit_mailbox(visitor.workspace, id, settings, entered, now).await {
        Ok(Ok(true)) => match engine.test_mailbox(visitor.workspace, id, now).await {
            // It is read in any case; the page tells how that goes.
            Ok(_) | Err(engine::Error::Busy) => back_to(PAGE, ""),
            Err(error) => back_to(PAGE, unavailable(&error)),
        },
        Ok(Ok(false)) => back_to(PAGE, "no-mailbox"),
        Ok(Err(problem)) => back_to(&form, problem_code(problem)),
        Err(error) => back_to(&form, unavailable(&error)),
    }
    Ok(())
}

/// Pauses a mailbox or resumes it, and leads back to the page.
#[server(prefix = "/do", endpoint = "pause_mailbox")]
pub async fn pause_mailbox(
    /// Its id.
    #[server(default)]
    id: String,
    /// `yes`, or it is resumed.
    #[server(default)]
    paused: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, id)) = owned(&id) else { return Ok(()) };
    let done = context::engine().pause_mailbox(visitor.workspace, id, paused == "yes", context::now()).await;
    back_to(
        PAGE,
        match done {
            Ok(true) => "",
            Ok(false) => "no-mailbox",
            Err(error) => unavailable(&error),
        },
    );
    Ok(())
}

/// The page.
#[component]
pub fn EditMailboxPage() -> impl IntoView {
    let error = query().get("error").and_then(|code| error_words(&code));
    let id = parameter("id").parse::<MailboxId>();
    let (owner, engine) = (context::member(Role::Owner), context::engine());
    when_ready(async move {
        let Visitor { workspace, role, .. } = owner?;
        let id = id.map_err(|_| Problem::NoPage)?;
        let settings = engine.mailbox_settings(workspace, id).await?.ok_or(Problem::NoPage)?;
        let open = engine.mailboxes_open();
        Ok(view! { <EditMailboxView id settings open role error/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn EditMailboxView(
    /// Which.
    id: MailboxId,
    /// Its settings now.
    settings: MailboxSettings,
    /// What can be chosen.
    open: MailboxesOpen,
    /// What the visitor may do.
    role: Role,
    /// What went wrong.
    error: Option<&'static str>,
) -> impl IntoView {
    let name = said(&settings.user);
    let by_token = settings.sign_in.client().is_some();
    view! {
        <Settings at=PAGE lede="Mailboxes that reports come to, read by IMAP." role error>
            <p><a href=PAGE>"All mailboxes"</a></p>
            <section class="panel" aria-labelledby="edit">
                <h2 id="edit">"Change "<span class="name">{name}</span></h2>
                <p class="hint">
                    "What was taken in stays. With another server, user or folder it is read from its first message; what came before is \
                     recognised and counted once."
                </p>
                <form class="fields" method="post" action=EditMailbox::url()>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <Fields settings=Some(settings) open/>
                    {by_token
                        .then(|| {
                            view! {
                                <label class="tick">
                                    <input type="checkbox" name="forget" value="yes"/>
                                    <span>"Forget the tokens there are: somebody signs in anew"</span>
                                </label>
                            }
                        })}
                    <button class="button">"Save and test"</button>
                    <p class="hint">"The test takes up to half a minute."</p>
                </form>
            </section>
        </Settings>
    }
    .into_any()
}
