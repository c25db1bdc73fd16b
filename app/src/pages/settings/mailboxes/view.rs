//! The page of mailboxes, drawn.

use engine::MailboxesOpen;
use leptos::prelude::*;
use model::{Day, Role, Status, Timestamp, format, mailbox::MailboxRow};
use server_fn::ServerFn as _;

use super::{super::Settings, PAGE, RemoveMailbox, TestMailbox, edit::PauseMailbox, form::NewMailbox};
use crate::components::{Instant, StatusWord, said};

/// The page.
#[component]
pub fn MailboxesView(
    /// All mailboxes, oldest first.
    mailboxes: Vec<MailboxRow>,
    /// What can be added.
    open: MailboxesOpen,
    /// What the visitor may do.
    role: Role,
    /// What went wrong.
    error: Option<&'static str>,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let today = now.day();
    let none = mailboxes.is_empty();
    let all = mailboxes.into_iter().map(|mailbox| view! { <Mailbox mailbox today/> }).collect_view();
    view! {
        <Settings at=PAGE lede="Mailboxes that reports come to, read by IMAP." role error>
            {none.then(|| view! { <p class="panel none">"No mailbox is read yet."</p> })}
            {all}
            <NewMailbox open/>
        </Settings>
    }
    .into_any()
}

/// One mailbox: how reading it goes, and what came of it.
#[component]
fn Mailbox(
    /// Which.
    mailbox: MailboxRow,
    /// Today.
    today: Day,
) -> impl IntoView {
    let settings = &mailbox.settings;
    let (user, host) = (said(&settings.user), said(&settings.host));
    let place = format!("{host}, port {}, folder {}", settings.port, said(&settings.folder));
    let (after, id) = (said(&settings.after.to_string()), mailbox.id.to_string());
    let (heading, labelled) = (format!("mailbox-{id}"), format!("mailbox-{id}"));
    let others = match mailbox.others {
        0 => "none".to_owned(),
        count => format!("{}, left untouched", format::thousands(count)),
    };
    let fact = |count: u64, label: &'static str| {
        (count > 0).then(|| view! { <div><dt>{label}</dt><dd>{format::thousands(count)}</dd></div> })
    };
    let form = settings.form.as_ref().map(|form| {
        view! { <div><dt>"Report addresses"</dt><dd class="name">{said(&form.to_string())}</dd></div> }
    });
    let (skipped, waiting) = (fact(mailbox.skipped, "Cannot be fetched"), fact(mailbox.waiting, "Tried again later"));
    let tested = mailbox.tested.clone();
    let (name, again) = (user.clone(), user.clone());
    let (pause, to) = if mailbox.paused.is_some() { ("Resume", "") } else { ("Pause", "yes") };
    view! {
        <section class="panel" aria-labelledby=labelled>
            <h2 id=heading class="name">{user}</h2>
            <p><Standing mailbox=mailbox.clone() today/></p>
            <dl class="facts">
                <div><dt>"Where"</dt><dd class="name">{place}</dd></div>
                <div><dt>"Reports taken in"</dt><dd>{format::thousands(mailbox.taken)}</dd></div>
                <div><dt>"Other mail"</dt><dd>{others}</dd></div>
                {form}
                {skipped}
                {waiting}
                <div><dt>"Stored reports are"</dt><dd>{after}</dd></div>
            </dl>
            {tested.map(|(at, wrong)| view! { <Tested at wrong today/> })}
            <div class="inline">
                <form method="post" action=TestMailbox::url()>
                    <input type="hidden" name="id" value=id.clone()/>
                    <button class="plain" aria-label=format!("Test {name} now")>"Test now"</button>
                </form>
                {if mailbox.configured {
                    view! { <p class="hint">"The configuration brings this one (imap.mailboxes); it is changed there."</p> }.into_any()
                } else {
                    view! {
                        <a href=format!("{PAGE}/{id}") aria-label=format!("Change {again}")>"Change"</a>
                        <form method="post" action=PauseMailbox::url()>
                            <input type="hidden" name="id" value=id.clone()/>
                            <input type="hidden" name="paused" value=to/>
                            <button class="plain" aria-label=format!("{pause} {again}")>{pause}</button>
                        </form>
                        <form method="post" action=RemoveMailbox::url()>
                            <input type="hidden" name="id" value=id/>
                            <button class="plain" aria-label=format!("Remove {again}")>"Remove"</button>
                        </form>
                    }
                    .into_any()
                }}
            </div>
        </section>
    }
    .into_any()
}

/// How reading it goes: the last success, and the fault there is.
#[component]
fn Standing(
    /// Which.
    mailbox: MailboxRow,
    /// Today.
    today: Day,
) -> impl IntoView {
    let success = mailbox.succeeded;
    if let Some(at) = mailbox.paused {
        return view! { <StatusWord status=Status::NotApplicable/>" Paused "<Instant at today/>": it is not read." }
            .into_any();
    }
    match (mailbox.error, success) {
        (Some((at, why)), _) => {
            let since = success.map_or_else(
                || " It was never read.".into_any(),
                |at| view! { " Last read "<Instant at today/>"." }.into_any(),
            );
            view! { <StatusWord status=Status::Error/>" "<Instant at today/>": "{said(&why)}"."{since} }.into_any()
        }
        (None, Some(at)) => view! { <StatusWord status=Status::Ok/>" Last read "<Instant at today/>"." }.into_any(),
        (None, None) => view! { <StatusWord status=Status::Waiting/>" It was not read yet." }.into_any(),
    }
}

/// What trying it out has shown.
#[component]
fn Tested(
    /// When.
    at: Timestamp,
    /// What was wrong.
    wrong: Option<String>,
    /// Today.
    today: Day,
) -> impl IntoView {
    match wrong {
        None => view! {
            <p class="caution done" role="status"><Instant at today/>": the test went well. The server lets this user in, and the folder is there."</p>
        }
        .into_any(),
        Some(why) => view! { <p class="alert" role="alert"><Instant at today/>": the test failed: "{said(&why)}"."</p> }.into_any(),
    }
}
