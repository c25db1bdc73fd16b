//! MTA-STS of a domain: how it is now, and all that is to be done for another level, step by step.

use leptos::prelude::*;
use model::{
    Day, DomainName, Timestamp,
    check::{Check, Facts},
    plan::{self, Plan, Wishes},
    view::CheckPage,
};
use mtasts::Mode;
use serde::Deserialize;
use server_fn::ServerFn as _;

use super::{DomainHead, Tab, checks::CheckAgain, named};
use crate::{
    components::{Instant, said, said_lines, when_ready},
    context, http,
    pages::tools::build::steps::Built,
    problem::Problem,
};

/// The levels, in the order in which a domain takes them; with what each asks of senders.
const LEVELS: [(Mode, &str, &str); 3] = [
    (Mode::None, "None", "no protection; the way to take MTA-STS down"),
    (Mode::Testing, "Testing", "deliver, and report what failed"),
    (Mode::Enforce, "Enforce", "do not deliver to hosts that fail"),
];

/// What the URL asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    level: String,
    error: String,
}

/// The page.
#[component]
pub fn DomainMtaStsPage() -> impl IntoView {
    let name = named();
    let query: Query = http::asked();
    let unavailable = query.error == "unavailable";
    let level = Mode::from_keyword(&query.level);
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let name = name?;
        let (_, checks) = engine
            .domain_records(visitor?.workspace, &name)
            .await?
            .ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        Ok(view! { <MtaStsView name checks level now unavailable/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn MtaStsView(
    /// Which domain.
    name: DomainName,
    /// What the last look found.
    checks: CheckPage,
    /// The level asked for.
    level: Option<Mode>,
    /// Now; it becomes the id of the record.
    now: Timestamp,
    /// Whether the last wish to look again could not be noted.
    unavailable: bool,
) -> impl IntoView {
    let level = level.unwrap_or_else(|| next_level(&checks.facts));
    let hosts: Vec<String> = checks.facts.mx.iter().map(|mx| mx.host.clone()).collect();
    let plan = plan::plan(&name, Wishes { destinations: "", hosts: &hosts.join(" "), mode: level }, now);
    let is_served = is_served(&plan, &checks.facts);
    let path = format!("/domains/{name}/mta-sts");
    let levels = LEVELS
        .into_iter()
        .map(|(this, label, asks)| {
            view! {
                <label class="tick">
                    <input type="radio" name="level" value=this.keyword() checked=this == level/>
                    <span><b>{label}</b>": "{asks}</span>
                </label>
            }
        })
        .collect_view();
    let withdrawal = (level == Mode::None).then(|| {
        view! {
            <p class="caution" role="note">
                "Do not just remove the record and the file: senders that hold a policy in enforce go on by it until it runs out, and nobody \
                 tells them of a new certificate or MX host. A policy in mode none, under a new id, tells all of them at their next look \
                 (RFC 8461 §8.3). Then wait, then remove."
            </p>
        }
    });
    let steps = if level != Mode::None && hosts.is_empty() {
        view! {
            <p class="caution" role="note">
                "No MX host is known, so no policy can be made: it has to name each of them. Refresh the list once DNS has the MX records, or "
                <a href=format!("/tools/build?domain={name}")>"build a policy from a list of your own"</a> "."
            </p>
        }
        .into_any()
    } else {
        view! { <Built name=name.clone() plan mode=level/> }.into_any()
    };
    view! {
        <DomainHead name=name.clone() tab=Tab::MtaSts/>
        {unavailable
            .then(|| {
                view! {
                    <p class="alert" role="alert">
                        "The database did not answer, so the wish to look again is not noted. Try again in a moment; the cause is in the \
                         server's log."
                    </p>
                }
            })}
        <section class="panel" aria-labelledby="now">
            <h2 id="now">"Now"</h2>
            <Present facts=checks.facts.clone() looked=checks.checked.is_some()/>
        </section>
        <section class="panel" aria-labelledby="hosts">
            <div class="checks-head">
                <h2 id="hosts">"MX hosts"</h2>
                <form method="post" action=CheckAgain::url()>
                    <input type="hidden" name="domain" value=name.to_string()/>
                    <input type="hidden" name="back" value="mta-sts"/>
                    <button class="plain" disabled=checks.running || checks.off || checks.archived>
                        {if checks.running { "Looking…" } else { "Refresh" }}
                    </button>
                </form>
                <p class="told"><Looked checks=checks.clone() today=now.day()/></p>
            </div>
            <Hosts hosts unseen=checks.facts.unseen.contains(&Check::Mx)/>
        </section>
        <section aria-labelledby="level">
            <h2 id="level">"Another level"</h2>
            <form class="panel fields" method="get" action=path>
                <fieldset>
                    <legend class="unseen">"Level"</legend>
                    {levels}
                </fieldset>
                <button class="button">"Show the steps"</button>
            </form>
            {withdrawal}
            {is_served
                .then(|| {
                    view! {
                        <p class="caution done" role="status">
                            "This very policy is served already, so there is nothing to do for this level. Should it change, it needs a new id."
                        </p>
                    }
                })}
            {steps}
            <p class="hint">
                "A web server of yours serves the policy. Waxseal does not host policies yet; once it does, it will offer to do it here."
            </p>
        </section>
    }
    .into_any()
}

/// The level that comes next: from none to testing; from testing or enforce none is pressed on anybody.
fn next_level(facts: &Facts) -> Mode {
    match facts.policy.as_ref().and_then(|policy| policy.mode) {
        Some(Mode::Enforce) => Mode::Enforce,
        _ => Mode::Testing,
    }
}

/// Whether what a plan says is what is served, but for how its lines end.
fn is_served(plan: &Plan, facts: &Facts) -> bool {
    let (Some(planned), Some(served)) = (&plan.policy, &facts.policy) else { return false };
    let lines = |text: &str| {
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>()
    };
    facts.mta_sts.is_some() && lines(planned) == lines(&served.body)
}

/// What is published.
#[component]
fn Present(facts: Facts, looked: bool) -> impl IntoView {
    if !looked {
        return view! { <p class="none">"The domain has not been looked at yet."</p> }.into_any();
    }
    let unseen = facts.unseen.contains(&Check::Policy) || facts.unseen.contains(&Check::MtaSts);
    let level = match facts.policy.as_ref().and_then(|policy| policy.mode) {
        Some(mode) => LEVELS.into_iter().find(|(this, ..)| *this == mode).map_or("", |(_, label, _)| label).to_owned(),
        None if unseen => "cannot be told from here".to_owned(),
        None => "None: there is no policy that senders can use".to_owned(),
    };
    let record = facts.mta_sts.map_or_else(|| "none".to_owned(), |record| said(&record));
    let policy = facts.policy.map(|policy| {
        view! { <div><dt>"Policy"</dt><dd><pre class="seen">{said_lines(&policy.body)}</pre></dd></div> }
    });
    view! {
        <dl class="facts">
            <div><dt>"Level"</dt><dd><b>{level}</b></dd></div>
            <div><dt>"Record"</dt><dd><code>{record}</code></dd></div>
            {policy}
        </dl>
    }
    .into_any()
}

/// When the hosts were looked up.
#[component]
fn Looked(checks: CheckPage, today: Day) -> impl IntoView {
    match checks.checked {
        _ if checks.archived => "The domain is archived, so it is not looked at.".into_any(),
        _ if checks.off => "Checks are switched off (checks.enabled).".into_any(),
        Some(at) => view! { "Looked up " <Instant at today/> ". Each must stand in the policy, or mail to it stops under enforce." }.into_any(),
        None => "Not looked up yet; that happens within minutes.".into_any(),
    }
}

#[component]
fn Hosts(hosts: Vec<String>, unseen: bool) -> impl IntoView {
    if hosts.is_empty() {
        let words = if unseen { "DNS gave no answer about them." } else { "None." };
        return view! { <p class="none">{words}</p> }.into_any();
    }
    let hosts = hosts.into_iter().map(|host| view! { <li><code>{said(&host)}</code></li> }).collect_view();
    view! { <ul class="told-lines">{hosts}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use model::check::{PolicyFacts, Session, Version};

    use super::*;

    fn facts(body: &str, mode: Mode) -> Facts {
        let policy = PolicyFacts {
            body_sha256: String::new(),
            body: body.to_owned(),
            mode: Some(mode),
            mx: vec![],
            max_age: None,
            tls: Session { version: Version::Tls13, chain: vec![], faults: vec![] },
        };
        Facts { policy: Some(policy), mta_sts: Some("v=STSv1; id=1".to_owned()), ..Facts::default() }
    }

    #[test]
    fn the_next_level_is_shown_first() {
        assert_eq!(next_level(&Facts::default()), Mode::Testing);
        assert_eq!(next_level(&facts("", Mode::None)), Mode::Testing);
        assert_eq!(next_level(&facts("", Mode::Enforce)), Mode::Enforce);
    }

    #[test]
    fn what_is_served_needs_no_steps() {
        let name = DomainName::parse("example.com").unwrap();
        let wishes = Wishes { destinations: "", hosts: "mx1.example.com", mode: Mode::Testing };
        let plan = plan::plan(&name, wishes, Timestamp(0));
        let served = "version: STSv1\r\nmode: testing\r\nmx: mx1.example.com\r\nmax_age: 604800\r\n";
        assert!(is_served(&plan, &facts(served, Mode::Testing)));
        assert!(!is_served(&plan, &facts(&served.replace("testing", "enforce"), Mode::Enforce)));
        let unannounced = Facts { mta_sts: None, ..facts(served, Mode::Testing) };
        assert!(!is_served(&plan, &unannounced), "nobody fetches it");
        assert!(!is_served(&plan, &Facts::default()));
    }
}
