//! Mailboxes that are read by IMAP: add one and try it out, see how reading them goes, change, pause, remove.

pub mod edit;
pub mod form;
mod typed;
pub mod view;

use engine::Visitor;
use leptos::prelude::*;
use model::{MailboxId, Role, mailbox::MailboxProblem};

pub use self::{
    edit::{EditMailboxPage, EditMailboxView},
    typed::TypedMailbox,
    view::MailboxesView,
};
use super::back_to;
use crate::{components::when_ready, context, pages::query};

const PAGE: &str = "/settings/mailboxes";

/// Adds a mailbox, tries it out, and leads back to the page, which tells what came of it.
#[server(prefix = "/do", endpoint = "add_mailbox")]
pub async fn add_mailbox(
    /// What was typed.
    #[server(flatten)]
    typed: TypedMailbox,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Owner), PAGE) else { return Ok(()) };
    let (settings, secret) = match typed.read() {
        Ok(read) => read,
        Err(code) => {
            back_to(PAGE, code);
            return Ok(());
        }
    };
    let (engine, now) = (context::engine(), context::now());
    let error = match engine.add_mailbox(visitor.workspace, settings, &secret, now).await {
        Ok(Ok(id)) => match engine.test_mailbox(visitor.workspace, id, now).await {
            // It is read in any case; the page tells how that goes.
            Ok(_) | Err(engine::Error::Busy) => "",
            Err(error) => unavailable(&error),
        },
        Ok(Err(problem)) => problem_code(problem),
        Err(error) => unavailable(&error),
    };
    back_to(PAGE, error);
    Ok(())
}

/// Tries a mailbox out, and leads back to the page, which tells what came of it.
#[server(prefix = "/do", endpoint = "test_mailbox")]
pub async fn test_mailbox(
    /// Its id.
    #[server(default)]
    id: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, id)) = owned(&id) else { return Ok(()) };
    back_to(
        PAGE,
        match context::engine().test_mailbox(visitor.workspace, id, context::now()).await {
            Ok(true) => "",
            Ok(false) => "no-mailbox",
            Err(engine::Error::Busy) => "busy",
            Err(error) => unavailable(&error),
        },
    );
    Ok(())
}

/// Removes a mailbox, and leads back to the page.
#[server(prefix = "/do", endpoint = "remove_mailbox")]
pub async fn remove_mailbox(
    /// Its id.
    #[server(default)]
    id: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, id)) = owned(&id) else { return Ok(()) };
    back_to(
        PAGE,
        match context::engine().remove_mailbox(visitor.workspace, id).await {
            Ok(true) => "",
            Ok(false) => "no-mailbox",
            Err(error) => unavailable(&error),
        },
    );
    Ok(())
}

/// Who acts upon the mailbox that a form names, and the mailbox; none after the visitor was led away.
fn owned(id: &str) -> Option<(Visitor, MailboxId)> {
    let visitor = context::admitted(context::member(Role::Owner), PAGE)?;
    let id = id.parse().inspect_err(|_| back_to(PAGE, "no-mailbox")).ok()?;
    Some((visitor, id))
}

fn unavailable(error: &engine::Error) -> &'static str {
    tracing::error!(%error, "a mailbox cannot be changed");
    "unavailable"
}

const fn problem_code(problem: MailboxProblem) -> &'static str {
    match problem {
        MailboxProblem::Host => "host",
        MailboxProblem::Port => "port",
        MailboxProblem::User => "user",
        MailboxProblem::Folder => "folder",
        MailboxProblem::Secret => "secret",
        MailboxProblem::SecretAnew => "secret-anew",
        MailboxProblem::Client => "client",
        MailboxProblem::Form => "form",
        MailboxProblem::After => "after",
        MailboxProblem::NoKey => "no-key",
        MailboxProblem::TooMany => "too-many",
    }
}

/// What the codes of this tab mean.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "host" => Some("Nothing was saved: the server is a host name, such as imap.example.com, without port or path."),
        "port" => Some("Nothing was saved: this port is not among those that may be used (imap.ports)."),
        "tls" => Some("Nothing was saved: a session is encrypted by TLS or STARTTLS."),
        "user" => Some("Nothing was saved: a user has 1 to 256 characters, all of which can be seen."),
        "folder" => Some("Nothing was saved: a folder has 1 to 256 characters, all of which can be seen."),
        "secret" => Some("Nothing was saved: the password is missing, or longer than 4,096 characters."),
        "secret-anew" => Some(
            "Nothing was saved: the password that is kept was entered for another server, user or way to sign in, and goes nowhere \
             else. Enter it anew.",
        ),
        "sign-in" => Some("Nothing was saved: one signs in by a password, by client credentials, or by a device code."),
        "client" => Some(
            "Nothing was saved: an OAuth server needs the client’s name there and its https URLs at port 443: that for tokens, and \
             for device codes also that for codes.",
        ),
        "form" => Some(
            "Nothing was saved: report addresses look like tls+{address}@example.com, {address}@example.com, or tls@example.com.",
        ),
        "after" => Some("Nothing was saved: to move reports, name the folder they go to."),
        "no-key" => Some(
            "Nothing was saved: there is no key to keep passwords with. Set secrets.key, the same on every server \
             (WAXSEAL_SECRETS__KEY).",
        ),
        "too-many" => Some("Nothing was saved: this workspace has 50 mailboxes. Remove those that nobody needs."),
        "no-mailbox" => {
            Some("There is no such mailbox here any more, it is so already, or the configuration brings it.")
        }
        shared => super::error_words(shared),
    }
}

/// The page.
#[component]
pub fn MailboxesPage() -> impl IntoView {
    let error = query().get("error").and_then(|code| error_words(&code));
    let (owner, engine, now) = (context::member(Role::Owner), context::engine(), context::now());
    when_ready(async move {
        let Visitor { workspace, role, .. } = owner?;
        let mailboxes = engine.mailboxes(workspace).await?;
        let open = engine.mailboxes_open();
        Ok(view! { <MailboxesView mailboxes open role error now/> }.into_any())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_told() {
        use MailboxProblem::{After, Client, Folder, Form, Host, NoKey, Port, Secret, SecretAnew, TooMany, User};
        for problem in [Host, Port, User, Folder, Secret, SecretAnew, Client, Form, After, NoKey, TooMany] {
            assert!(error_words(problem_code(problem)).is_some(), "{problem:?}");
        }
    }
}
