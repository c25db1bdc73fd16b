//! The page of API tokens, drawn.

use leptos::prelude::*;
use model::{Day, Role, Timestamp, TokenId, TokenRow, TokenScope};
use server_fn::ServerFn as _;

use super::{super::Settings, CreateToken, PAGE, RevokeToken};
use crate::components::{Code, Date, Instant, said};

/// The lives that the form offers, in days. The engine takes any number up to the last.
const DAYS: [(&str, &str); 4] = [("30", "30 days"), ("90", "90 days"), ("180", "180 days"), ("366", "a year")];

/// The page.
#[component]
pub fn TokensView(
    /// All tokens, latest first.
    tokens: Vec<TokenRow>,
    /// The one that was just made, with its text: shown this once.
    fresh: Option<(TokenId, String)>,
    /// What the visitor may do.
    role: Role,
    /// What went wrong.
    error: Option<&'static str>,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let fresh_id = fresh.as_ref().map(|(id, _)| *id);
    view! {
        <Settings at=PAGE lede="With a token a program acts in this workspace." role error>
            {fresh.map(|(_, token)| view! { <Fresh token/> })}
            {if tokens.is_empty() {
                view! { <p class="panel none">"No program has a token yet."</p> }.into_any()
            } else {
                view! { <TokenTable tokens fresh=fresh_id now/> }.into_any()
            }}
            <NewToken/>
            <p class="hint"><a href="/help/api">"What a program can ask for"</a></p>
        </Settings>
    }
    .into_any()
}

/// A token that was just made.
#[component]
fn Fresh(
    /// Its text.
    token: String,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="fresh" role="status">
            <h2 id="fresh">"Your new token"</h2>
            <p>"Copy it now: it is shown this once and kept nowhere. Whoever has it can do what it allows."</p>
            <div class="command"><Code what="the token" text=token/></div>
        </section>
    }
    .into_any()
}

/// The tokens as rows.
#[component]
fn TokenTable(
    /// Latest first.
    tokens: Vec<TokenRow>,
    /// The one that was just made.
    fresh: Option<TokenId>,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let rows = tokens
        .into_iter()
        .map(|token| {
            let new = fresh == Some(token.id);
            view! { <TokenLine token new now/> }
        })
        .collect_view();
    view! {
        <table class="list tokens">
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Allows to"</th>
                    <th scope="col">"Made"</th>
                    <th scope="col">"Expires"</th>
                    <th scope="col">"Last used"</th>
                    <td></td>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// One token.
#[component]
fn TokenLine(
    /// Which.
    token: TokenRow,
    /// Whether it was just made.
    new: bool,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let today = now.day();
    let over = token.is_over(now);
    let name = said(&token.name);
    let by = token.created_by.as_deref().map_or_else(|| "command line".to_owned(), said);
    view! {
        <tr>
            <th scope="row">{name.clone()}{new.then_some(" (new)")}<small><code>{said(&token.hint)}"…"</code></small></th>
            <td>{scope_words(token.scope)}</td>
            <td><Date day=token.created.day() today/><small>{by}</small></td>
            <td>
                {over.then(|| view! { <span class="status not-applicable"><i aria-hidden="true"></i>"expired"</span>" " })}
                <Date day=token.expires.day() today/>
            </td>
            <td>{last_used(token.last_used, today)}</td>
            <td>
                <form method="post" action=RevokeToken::url()>
                    <input type="hidden" name="id" value=token.id.to_string()/>
                    <button class="plain" aria-label=format!("Revoke {name}")>"Revoke"</button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

fn last_used(at: Option<Timestamp>, today: Day) -> AnyView {
    match at {
        Some(at) => view! { <Instant at today/> }.into_any(),
        None => "never".into_any(),
    }
}

const fn scope_words(scope: TokenScope) -> &'static str {
    match scope {
        TokenScope::Read => "read",
        TokenScope::Write => "read and write",
    }
}

/// The form that makes one.
#[component]
fn NewToken() -> impl IntoView {
    let days = DAYS
        .into_iter()
        .map(|(days, words)| view! { <option value=days selected=days == "90">{words}</option> })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="new">
            <h2 id="new">"Make a token"</h2>
            <form class="fields" method="post" action=CreateToken::url()>
                <label>
                    <span>"Name"</span>
                    <input name="name" required maxlength="80" autocomplete="off" placeholder="terraform"/>
                    <small>"The program that will use it: so you know later what stops when you revoke it."</small>
                </label>
                <label>
                    <span>"Allows to"</span>
                    <select name="scope">
                        <option value="read" selected=true>"read: see everything in this workspace"</option>
                        <option value="write">"read and write: also add and remove domains, ask for checks"</option>
                    </select>
                </label>
                <label><span>"Expires after"</span><select name="days">{days}</select></label>
                <button class="button">"Make the token"</button>
            </form>
        </section>
    }
    .into_any()
}
