//! Settings → Mail: the mail server of this installation, and a test message that tells whether it works.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::Settings;
use crate::{
    components::{Code, Instant, said},
    context, http,
    pages::query,
    problem::ProblemPage,
};

/// This tab.
pub(super) const PATH: &str = "/settings/mail";

/// Sends a test message to the visitor's own address, and leads to the page that tells what became of it.
#[server(prefix = "/do", endpoint = "test_mail")]
pub async fn test_mail() -> Result<(), ServerFnError> {
    if let Some(visitor) = context::admitted(context::administrator(), PATH) {
        context::engine().test_mail(&visitor.email, context::now()).await;
        http::see_other("/settings/mail?tested=yes");
    }
    Ok(())
}

/// What to write into the configuration file where nothing is set.
const EXAMPLE: &str = "[mail]\nserver = \"mail.example.com\"\nport = 587\ntls = \"starttls\"\nuser = \"waxseal\"\npassword = \"…\"\n\
                       from = \"Waxseal <waxseal@example.com>\"";

/// The page.
#[component]
pub fn MailPage() -> impl IntoView {
    let visitor = match context::administrator() {
        Ok(visitor) => visitor,
        Err(problem) => return view! { <ProblemPage problem/> }.into_any(),
    };
    let (engine, today) = (context::engine(), context::now().day());
    let body = match engine.mail_server() {
        None => view! {
            <p class="caution" role="note">
                "No mail server is configured. Until one is, invitations are links to hand on, links to set a password are made on the \
                 command line, and nobody is told anything by mail."
            </p>
            <p>"Write this into the configuration file, with your mail server's values, and start Waxseal again:"</p>
            <div class="command"><Code what="the configuration" text=EXAMPLE.to_owned()/></div>
            <p class="hint">
                "Each key can also be an environment variable, such as " <code>"WAXSEAL_MAIL__PASSWORD"</code> ". "
                <code>"waxseal mail test ADDRESS"</code> " tells on the command line whether it works."
            </p>
        }
        .into_any(),
        Some(server) => {
            let test = engine.mail_test().map(|test| {
                let (class, role, words) = match test.outcome {
                    Ok(()) => ("caution done", "status", format!("The mail server took the test message to {}. Look whether it arrives.", test.to)),
                    Err(why) => ("alert", "alert", format!("The test message to {} was not sent: {why}.", test.to)),
                };
                view! { <p class=class role=role><Instant at=test.at today/>": "{said(&words)}</p> }.into_any()
            });
            // Another process of the same installation may have sent it.
            let elsewhere = query().get("tested").filter(|_| test.is_none()).map(|_| {
                view! { <p class="caution" role="status">"The test was made; what became of it is in the server's log."</p> }
            });
            view! {
                <dl class="facts">
                    <div><dt>"Mail server"</dt><dd class="name">{server.server}</dd></div>
                    <div><dt>"Sender"</dt><dd class="name">{server.from}</dd></div>
                </dl>
                {test}
                {elsewhere}
                <form class="fields" method="post" action=TestMail::url()>
                    <button class="button">"Send a test message"</button>
                    <p class="hint">{format!("It goes to {}. This can take up to a minute.", visitor.email)}</p>
                </form>
            }
            .into_any()
        }
    };
    view! {
        <Settings at=PATH lede="The mail server that takes invitations, links and notices of this installation." role=visitor.role>
            <section class="panel" aria-label="Mail server">{body}</section>
        </Settings>
    }
    .into_any()
}
