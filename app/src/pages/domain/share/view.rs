//! The page of a domain's share links, drawn.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{Day, DomainName, ShareLinkId, ShareLinkRow, Timestamp};
use server_fn::ServerFn as _;

use super::{CreateShareLink, RevokeShareLink};
use crate::components::{Code, Date, Instant, said};

/// The lives that the form offers, in days. The engine takes any number up to the last.
const DAYS: [(&str, &str); 4] = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("366", "a year")];

/// The page.
#[component]
pub fn ShareView(
    /// Which domain.
    name: DomainName,
    /// Its share links, latest first.
    links: Vec<ShareLinkRow>,
    /// The one that was just made, in full: shown this once.
    fresh: Option<(ShareLinkId, String)>,
    /// What went wrong.
    error: Option<&'static str>,
    /// Whether the visitor may change anything.
    may: bool,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let shown = name.to_unicode().into_owned();
    let fresh_id = fresh.as_ref().map(|(id, _)| *id);
    view! {
        <Title text=format!("Share {name}")/>
        <p class="crumbs">
            <a href="/">"Overview"</a>" / "<a href=format!("/domains/{name}")>{shown.clone()}</a>" / Share"
        </p>
        <div class="title">
            <h1 class="name">"Share "{shown}</h1>
            <p class="lede">
                "With a share link, people without an account see this domain’s summary and nothing else: how it stands, sessions and \
                 failures, causes, policies and who reports. No report address, no settings, no single report, no other domain."
            </p>
        </div>
        {error.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        {(!may)
            .then(|| view! { <p class="caution" role="note">"Your role lets you look. An editor or owner can make share links."</p> })}
        {fresh.map(|(_, url)| view! { <Fresh url/> })}
        {if links.is_empty() {
            view! { <p class="panel none">"Nobody has a link to this domain."</p> }.into_any()
        } else {
            view! { <LinkTable name=name.clone() links fresh=fresh_id may now/> }.into_any()
        }}
        {may.then(|| view! { <NewLink name=name.clone()/> })}
        <p class="hint">
            "A link ends when its time is over, when it is revoked, when whoever made it may no longer edit this workspace, when the \
             domain’s report address is rotated, and with the domain. It then leads to the same page as one that never was."
        </p>
    }
    .into_any()
}

/// A link that was just made.
#[component]
fn Fresh(
    /// All of it.
    url: String,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="fresh" role="status">
            <h2 id="fresh">"Your new share link"</h2>
            <p>"Copy it now: it is shown this once and kept nowhere. Whoever has it sees the summary."</p>
            <div class="command"><Code what="the link" text=url.clone()/></div>
            <p><a href=url>"See what it shows"</a></p>
        </section>
    }
    .into_any()
}

/// The links as rows.
#[component]
fn LinkTable(
    /// Which domain.
    name: DomainName,
    /// Latest first.
    links: Vec<ShareLinkRow>,
    /// The one that was just made.
    fresh: Option<ShareLinkId>,
    /// Whether the visitor may revoke them.
    may: bool,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let rows = links
        .into_iter()
        .map(|link| {
            let new = fresh == Some(link.id);
            view! { <LinkLine name=name.clone() link new may now/> }
        })
        .collect_view();
    view! {
        <table class="list shared">
            <thead>
                <tr>
                    <th scope="col">"For"</th>
                    <th scope="col">"Made"</th>
                    <th scope="col">"Ends"</th>
                    <th scope="col">"Last opened"</th>
                    <td></td>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// One link.
#[component]
fn LinkLine(
    /// Which domain.
    name: DomainName,
    /// Which link.
    link: ShareLinkRow,
    /// Whether it was just made.
    new: bool,
    /// Whether the visitor may revoke it.
    may: bool,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let today = now.day();
    let over = link.is_over(now);
    let whom = said(&link.name);
    let by = link.created_by.as_deref().map_or_else(|| "somebody who is gone".to_owned(), said);
    view! {
        <tr>
            <th scope="row">{whom.clone()}{new.then_some(" (new)")}<small><code>"…/"{said(&link.hint)}"…"</code></small></th>
            <td><Date day=link.created.day() today/><small>{by}</small></td>
            <td>
                {over.then(|| view! { <span class="status not-applicable"><i aria-hidden="true"></i>"ended"</span>" " })}
                <Date day=link.expires.day() today/>
            </td>
            <td>{last_opened(link.last_opened, today)}</td>
            <td>
                {may
                    .then(|| {
                        view! {
                            <form method="post" action=RevokeShareLink::url()>
                                <input type="hidden" name="domain" value=name.to_string()/>
                                <input type="hidden" name="id" value=link.id.to_string()/>
                                <button class="plain" aria-label=format!("Revoke the link for {whom}")>"Revoke"</button>
                            </form>
                        }
                    })}
            </td>
        </tr>
    }
    .into_any()
}

fn last_opened(at: Option<Timestamp>, today: Day) -> AnyView {
    match at {
        Some(at) => view! { <Instant at today/> }.into_any(),
        None => "never".into_any(),
    }
}

/// The form that makes one.
#[component]
fn NewLink(
    /// Which domain.
    name: DomainName,
) -> impl IntoView {
    let days = DAYS
        .into_iter()
        .map(|(days, words)| view! { <option value=days selected=days == "30">{words}</option> })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="new">
            <h2 id="new">"Make a link"</h2>
            <form class="fields" method="post" action=CreateShareLink::url()>
                <input type="hidden" name="domain" value=name.to_string()/>
                <label>
                    <span>"For"</span>
                    <input name="name" required maxlength="80" autocomplete="off" placeholder="our auditor"/>
                    <small>"Only members see this: so you know later whose link it is that you revoke."</small>
                </label>
                <label><span>"Ends after"</span><select name="days">{days}</select></label>
                <button class="button">"Make the link"</button>
            </form>
        </section>
    }
    .into_any()
}
