//! Where one is signed in, and how to end that.

use engine::SessionLine;
use leptos::prelude::*;
use model::Day;
use server_fn::ServerFn as _;

use super::Part;
use crate::{
    components::{Instant, said},
    context,
};

/// Ends one session of the visitor's own.
#[server(prefix = "/do", endpoint = "end_session")]
pub async fn end_session(
    /// Which.
    #[server(default)]
    id: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::visitor(), "/account") else { return Ok(()) };
    match context::engine().end_session(visitor.user, &id).await {
        Ok(true) => Part::Sessions.done("session"),
        Ok(false) => Part::Sessions.refused("outdated"),
        Err(error) => Part::Sessions.failed(&error),
    }
    Ok(())
}

/// Ends all sessions of the visitor's own but this one.
#[server(prefix = "/do", endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::visitor(), "/account") else { return Ok(()) };
    match context::engine().end_sessions(visitor.user, Some(&context::session_token())).await {
        Ok(_) => Part::Sessions.done("sessions"),
        Err(error) => Part::Sessions.failed(&error),
    }
    Ok(())
}

/// The part of the page.
#[component]
pub fn SessionsPart(
    /// Living sessions, the latest used first.
    sessions: Vec<SessionLine>,
    /// Today.
    today: Day,
    /// What became of the form.
    children: Children,
) -> impl IntoView {
    let several = sessions.len() > 1;
    let rows = sessions.into_iter().map(|session| view! { <Row session today/> }).collect_view();
    let others = several.then(|| {
        view! {
            <form method="post" action=EndOtherSessions::url()>
                <button class="plain">"Sign out everywhere else"</button>
            </form>
        }
    });
    view! {
        <section class="panel" id=Part::Sessions.id() aria-labelledby="sessions-heading">
            <h2 id="sessions-heading">"Where you are signed in"</h2>
            {children()}
            <table class="plain-table">
                <thead>
                    <tr>
                        <th scope="col">"Device"</th>
                        <th scope="col">"Address"</th>
                        <th scope="col">"Since"</th>
                        <th scope="col">"Last seen"</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {others}
            <p class="hint">"A session ends by itself when it was not used for 12 hours, and 14 days after signing in."</p>
        </section>
    }
    .into_any()
}

/// One session.
#[component]
fn Row(
    /// Which.
    session: SessionLine,
    /// Today.
    today: Day,
) -> impl IntoView {
    let device = device(&session.agent);
    let end = if session.is_this {
        view! { <span class="none">"This session"</span> }.into_any()
    } else {
        let what = format!("Sign out {device}, last seen {}", session.seen);
        view! {
            <form method="post" action=EndSession::url()>
                <input type="hidden" name="id" value=session.id/>
                <button class="plain" aria-label=what>"Sign out"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row" title=said(&session.agent)>{device}</th>
            <td class="name">{said(&session.ip)}</td>
            <td><Instant at=session.created today/></td>
            <td><Instant at=session.seen today/></td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}

/// Characters of a program's own name for itself.
const AGENT_CHARS: usize = 40;

/// What a browser calls itself, in a few words. The order matters: each says the names of those it comes from, too.
fn device(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Firefox/", "Firefox"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let known =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ if agent.is_empty() => "Unknown".to_owned(),
        _ => said(&agent.chars().take(AGENT_CHARS).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_device_is_told_in_a_few_words() {
        for (agent, words) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 \
                 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 \
                 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.5.0", "curl/8.5.0"),
            ("", "Unknown"),
            ("x\u{202e}y", "x\\u{202e}y"),
        ] {
            assert_eq!(device(agent), words);
        }
    }
}
