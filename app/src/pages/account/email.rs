//! A new e-mail address for one's own account: at once, or, where mails can be sent, when the link in one has been opened.

use engine::EmailChange;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn as _;

use super::{NoPassword, Part, PresentPassword, query, refusal_code};
use crate::{
    components::{link, said, when_ready},
    context, http,
    problem::Problem,
};

/// Changes the e-mail address, or mails the link that does.
#[server(prefix = "/do", endpoint = "change_email")]
pub async fn change_email(
    /// The present password.
    #[server(default)]
    present: String,
    /// The new address.
    #[server(default)]
    email: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::visitor(), "/account") else { return Ok(()) };
    let (engine, peer) = (context::engine(), context::peer());
    match engine.change_email(visitor.user, &present, &email, &peer, context::now()).await {
        Ok(Ok(EmailChange::Done)) => Part::Email.done("email"),
        Ok(Ok(EmailChange::LinkSent)) => Part::Email.done("email-link"),
        Ok(Err(refusal)) => Part::Email.refused(refusal_code(refusal)),
        Err(error) => Part::Email.failed(&error),
    }
    Ok(())
}

/// Changes the e-mail address to the one that a link proves. Opening the link is not enough: mail programs open links, too.
#[server(prefix = "/do", endpoint = "confirm_email")]
pub async fn confirm_email(
    /// The secret of the link.
    #[server(default)]
    link: String,
) -> Result<(), ServerFnError> {
    match context::engine().confirm_email(&link, context::now()).await {
        Ok(true) if context::visitor().is_ok() => Part::Email.done("email"),
        Ok(true) => http::see_other("/sign-in?done=email"),
        Ok(false) => http::see_other("/confirm-email"),
        Err(error) => {
            tracing::error!(%error, "an e-mail address could not be confirmed");
            http::see_other(&self::link("/confirm-email", &[("error", "unavailable"), ("link", &link)]));
        }
    }
    Ok(())
}

/// The part of the page.
#[component]
pub(super) fn EmailPart(
    /// Whether there is a present password to ask for.
    has_password: bool,
    /// What became of the form.
    children: Children,
) -> impl IntoView {
    let form = if has_password {
        view! {
            <form class="fields" method="post" action=ChangeEmail::url()>
                <label>
                    <span>"A new e-mail address"</span>
                    <input type="email" name="email" required autocomplete="email"/>
                </label>
                <PresentPassword/>
                <button class="button">"Change e-mail address"</button>
            </form>
        }
        .into_any()
    } else {
        view! { <NoPassword/> }.into_any()
    };
    view! {
        <section class="panel" id=Part::Email.id() aria-labelledby="email-heading">
            <h2 id="email-heading">"E-mail address"</h2>
            {children()}
            {form}
        </section>
    }
    .into_any()
}

/// Where the link in a mail leads.
#[component]
pub fn ConfirmEmailPage() -> impl IntoView {
    let query = query();
    let secret = query.get("link").unwrap_or_default();
    let unavailable = query.get("error").as_deref() == Some("unavailable");
    let (engine, now) = (context::engine(), context::now());
    when_ready(async move {
        let Some(email) = engine.email_to_confirm(&secret, now).await.map_err(Problem::from)? else {
            return Err(Problem::LinkOver);
        };
        Ok(view! {
            <Title text="Confirm your e-mail address"/>
            <section class="narrow">
                <h1>"Confirm your e-mail address"</h1>
                {unavailable.then(|| view! { <p class="alert" role="alert">"The database did not answer. Try again in a moment."</p> })}
                <p class="lede">"From now on your account has the address "<strong class="name">{said(&email)}</strong>"."</p>
                <form class="fields" method="post" action=ConfirmEmail::url()>
                    <input type="hidden" name="link" value=secret/>
                    <button class="button">"Confirm"</button>
                </form>
            </section>
        }
        .into_any())
    })
}
