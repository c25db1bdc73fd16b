//! One report, in words and as it came.

use engine::Decision;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use model::{
    Day, DayRange, Impact, ReportId, ReportState, Role, Trust, explain, format,
    policy_seen::{self, PublishedPolicy},
    reason,
    verdict::{self, Subject},
    view::{CameBy, ReportPage as Page, ReportPolicy},
};
use server_fn::ServerFn as _;
use tlsrpt::{Failure, Note, ResultType};

use super::{parameter, query};
use crate::{
    components::{Instant, Outcome, Period, ReportTable, link, said, said_lines, when_ready},
    context, http,
    problem::Problem,
};

/// Counts a report that was put aside, and leads back to it.
#[server(prefix = "/do", endpoint = "count_report")]
pub async fn count_report(
    /// Its id.
    #[server(default)]
    id: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Editor), "/log") else { return Ok(()) };
    let Ok(id) = id.parse::<ReportId>() else {
        http::see_other("/log?error=gone");
        return Ok(());
    };
    let back = |told| http::see_other(&link(&format!("/reports/{id}"), &[told]));
    match context::engine().count_report(visitor.workspace, id).await {
        Ok(Some(Decision::Done)) => back(("did", "counted")),
        Ok(Some(Decision::NotOpen(_)) | None) => back(("error", "not-open")),
        Ok(Some(Decision::TooOld)) => back(("error", "too-old")),
        Err(error) => {
            tracing::error!(%error, "a report cannot be counted");
            back(("error", "unavailable"));
        }
    }
    Ok(())
}

/// What that led to, in words: what is done, or why it is not.
fn told(query: &ParamsMap) -> (Option<String>, Option<String>) {
    let done = query.get("did").filter(|code| code == "counted").map(|_| "It is counted from now on.".to_owned());
    let error = query.get("error").and_then(|code| match code.as_str() {
        "not-open" => Some("Nothing was changed: there is nothing to decide about this report any more."),
        "too-old" => {
            Some("Nothing was changed: details of this report, or of the one counted in its place, are no longer kept.")
        }
        "unavailable" => Some("The database did not answer, and nothing was changed. Try again in a moment."),
        _ => None,
    });
    (done, error.map(str::to_owned))
}

/// The page.
#[component]
pub fn ReportPage() -> impl IntoView {
    let id = parameter("id").parse::<ReportId>();
    let (done, error) = told(&query());
    let editor = context::member(Role::Editor).is_ok();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let id = id.map_err(|_| Problem::NoReport)?;
        let page = engine.report(visitor?.workspace, id, now).await?.ok_or(Problem::NoReport)?;
        Ok(view! { <ReportView page editor done error/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn ReportView(
    /// What to show.
    page: Page,
    /// Whether the visitor may decide about it.
    editor: bool,
    /// What was done, in words.
    done: Option<String>,
    /// Why something was not done, in words.
    error: Option<String>,
) -> impl IntoView {
    let reporter = said(&page.reporter);
    let decide = decision(page.state, page.domain.is_some()).filter(|_| editor);
    let id = page.id;
    let policies: Vec<_> = page.policies.iter().map(|policy| &policy.policy).collect();
    let sentence = verdict::sentence(&Subject {
        reporter: &page.reporter,
        domain: page.domain.as_ref().map(model::DomainName::as_str),
        period: page.start.zip(page.end).map(|(start, end)| DayRange::covering(start, end)),
        today: page.today,
        totals: page.totals,
        policies: &policies,
    });
    let domain = page.domain.clone().map(|name| {
        let href = format!("/domains/{name}");
        view! { " / "<a href=href.clone()>{name.to_unicode().into_owned()}</a>" / "<a href=format!("{href}/reports")>"Reports"</a> }
    });
    let (notes, raw, conflicts, siblings) =
        (page.notes.clone(), page.raw.clone(), page.conflicts.clone(), page.siblings.clone());
    let (today, came, page_arrivals) = (page.today, page.came.clone(), page.arrivals);
    let download = format!("/reports/{}/json", page.id);
    let (reporter_name, published) = (reporter.clone(), page.published.clone());
    let days = page.start.zip(page.end).map(|(start, end)| DayRange::covering(start, end));
    view! {
        <Title text=format!("Report of {reporter}")/>
        <p class="crumbs"><a href="/">"Overview"</a>{domain}" / "{reporter.clone()}</p>
        <div class="title">
            <h1>"Report of "{reporter.clone()}</h1>
            <p class="lede verdict">{sentence}</p>
        </div>
        <Outcome done error/>
        {decide.map(|(button, hint)| view! { <CountIt id button hint/> })}
        <Neighbours previous=page.previous next=page.next reporter today/>
        <Facts page=page.clone()/>
        {page
            .policies
            .into_iter()
            .map(|policy| {
                let seen = as_published(&policy, &reporter_name, days, &published, today);
                view! { <Policy policy seen/> }
            })
            .collect_view()}
        <Notes notes/>
        {(!conflicts.is_empty())
            .then(|| {
                view! {
                    <section aria-labelledby="conflicts">
                        <h2 id="conflicts">"In conflict with"</h2>
                        <p class="hint">
                            "These say that they are the same report and say other things. The better trusted, else the first, is \
                             counted. " <a href="/help#conflict">"More about conflicts"</a>
                        </p>
                        <ReportTable rows=conflicts today/>
                    </section>
                }
            })}
        {(!siblings.is_empty())
            .then(|| {
                let siblings = siblings
                    .into_iter()
                    .map(|(id, name)| view! { <li><a href=format!("/reports/{id}")>{name.to_unicode().into_owned()}</a></li> })
                    .collect_view();
                view! {
                    <section aria-labelledby="siblings">
                        <h2 id="siblings">"The same document also speaks of"</h2>
                        <ul>{siblings}</ul>
                    </section>
                }
            })}
        {(came.len() > 1).then(|| view! { <Came came arrivals=page_arrivals today/> })}
        <AsItCame raw download=Some(download)/>
    }
    .into_any()
}

/// The text of a report.
#[component]
pub fn AsItCame(
    /// The text, while it is kept.
    raw: Option<String>,
    /// Where it can be had as a file.
    download: Option<String>,
) -> impl IntoView {
    view! {
        <section aria-labelledby="raw">
            <h2 id="raw">"As it came"</h2>
            {match raw {
                Some(raw) => {
                    view! {
                        <details class="raw">
                            <summary>{format!("JSON, {}", format::size(raw.len() as u64))}</summary>
                            <pre tabindex="0">{said_lines(&raw)}</pre>
                        </details>
                        {download.map(|href| view! { <p><a href=href download="">"Download the JSON"</a></p> })}
                    }
                        .into_any()
                }
                None => view! { <p class="none">"The text is no longer kept; its figures are."</p> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

/// The ways to what the same reporter said before and after.
#[component]
fn Neighbours(
    previous: Option<(ReportId, Day)>,
    next: Option<(ReportId, Day)>,
    reporter: String,
    today: Day,
) -> impl IntoView {
    let words = |(_, day): &(ReportId, Day)| day.in_words(today);
    (previous.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=format!("Other reports of {reporter}")>
                {previous.map(|one| view! { <a rel="prev" href=format!("/reports/{}", one.0)>"Previous: "{words(&one)}</a> })}
                {next.map(|one| view! { <a rel="next" href=format!("/reports/{}", one.0)>"Next: "{words(&one)}</a> })}
            </nav>
        }
    })
}

/// The ways on which the same report came.
#[component]
fn Came(
    /// The arrivals that are listed.
    came: Vec<CameBy>,
    /// How many there were.
    arrivals: u32,
    /// Today.
    today: Day,
) -> impl IntoView {
    let more = u64::from(arrivals).saturating_sub(came.len() as u64);
    let rows = came
        .into_iter()
        .map(|one| {
            let from = one.remote.map(|remote| format!(" from {}", said(&remote))).unwrap_or_default();
            let way = format!(", by {}{from}", one.channel.word());
            view! {
                <li>
                    <a href=format!("/log/{}", one.delivery)><Instant at=one.received today/></a>
                    {way}
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="came">
            <h2 id="came">"It came more than once"</h2>
            <p class="hint">"The same report, whatever way it took, is counted once."</p>
            <ul>{rows}</ul>
            {(more > 0).then(|| view! { <p>{format!("and {} more", format::thousands(more))}</p> })}
        </section>
    }
    .into_any()
}

/// What its trust rests on.
const fn trust_words(trust: Trust) -> &'static str {
    match trust {
        Trust::Signed => "a valid DKIM signature of the sender's own domain",
        Trust::Unsigned => "by HTTPS anyone may send one, since the address stands in public DNS",
        Trust::Unverified => "nothing proves who sent it",
    }
}

/// Why it is in no total, where it is not.
const fn state_words(state: ReportState, watched: bool) -> &'static str {
    match state {
        ReportState::Counted => "counted",
        ReportState::Waiting => "waiting for the key of its signature, in no total yet",
        ReportState::Conflict => "in conflict: another report with the same identity is counted",
        ReportState::Quarantined if watched => {
            "quarantined: it came without a valid signature, and this workspace keeps such reports out of its totals"
        }
        ReportState::Quarantined => "quarantined: it speaks of no domain watched here, so it is in no total",
        ReportState::Discarded => "discarded by its owner, in no total",
        ReportState::OutOfRange => "its period cannot be believed, so it is in no chart and no total",
    }
}

/// What an editor can do about a report in this state: the button, and what it leads to.
const fn decision(state: ReportState, watched: bool) -> Option<(&'static str, &'static str)> {
    match state {
        ReportState::Quarantined if watched => Some((
            "Count it",
            "Nothing proves who sent this report. Counted, it is in every total like any other, and stays marked as unverified; its \
             delivery may hold others, which stay as they are.",
        )),
        ReportState::Waiting => Some((
            "Count it without waiting",
            "The key of its signature could not be had yet. Counted now, it stays counted whatever the key says.",
        )),
        ReportState::Conflict => Some((
            "Count this one instead",
            "The report with the same identity that is counted now is in no total then.",
        )),
        _ => None,
    }
}

/// The button about one report.
#[component]
fn CountIt(
    /// Which.
    id: ReportId,
    /// What it says.
    button: &'static str,
    /// What it leads to.
    hint: &'static str,
) -> impl IntoView {
    view! {
        <form class="filters" method="post" action=CountReport::url()>
            <input type="hidden" name="id" value=id.to_string()/>
            <button class="plain">{button}</button>
        </form>
        <p class="hint">{hint}</p>
    }
    .into_any()
}

/// Who, when, how.
#[component]
pub fn Facts(
    /// Where they stand.
    page: Page,
) -> impl IntoView {
    let text = |text: &Option<String>| text.as_deref().map_or_else(|| "not given".to_owned(), said);
    let came = match &page.remote {
        Some(remote) => format!(", by {} from {}", page.channel.word(), said(remote)),
        None => format!(", by {}", page.channel.word()),
    };
    let again =
        (page.arrivals > 1).then(|| format!(", {} in all", format::counted(u64::from(page.arrivals), "arrival")));
    view! {
        <dl class="facts panel">
            <div><dt>"Period"</dt><dd><Period start=page.start end=page.end today=page.today/></dd></div>
            <div>
                <dt>"Sessions"</dt>
                <dd>
                    {format::thousands(page.totals.sessions)} ", " {page.totals.rate_words()} " succeeded"
                </dd>
            </div>
            <div><dt>"State"</dt><dd>{state_words(page.state, page.domain.is_some())}</dd></div>
            <div><dt>"Trust"</dt><dd>{page.trust.told(page.signer.as_ref())}": "{trust_words(page.trust)}" "<a href="/help#trust">"More"</a></dd></div>
            <div>
                <dt>"Received"</dt>
                <dd>
                    <a href=format!("/log/{}", page.delivery)><Instant at=page.received today=page.today/></a>
                    {came}{again}
                </dd>
            </div>
            <div><dt>"Organisation"</dt><dd>{text(&page.organization_name)}</dd></div>
            <div><dt>"Contact"</dt><dd>{text(&page.contact_info)}</dd></div>
            <div><dt>"Report id"</dt><dd class="name">{text(&page.report_id)}</dd></div>
        </dl>
    }
    .into_any()
}

/// How a policy of MTA-STS stands to what was published on the days of its report.
fn as_published(
    told: &ReportPolicy,
    reporter: &str,
    days: Option<DayRange>,
    published: &[PublishedPolicy],
    today: Day,
) -> Option<String> {
    if told.policy.policy_type != tlsrpt::PolicyType::Sts {
        return None;
    }
    Some(policy_seen::compare(&told.policy.policy_string, days?, published)?.words(reporter, today))
}

/// One policy with its failures.
#[component]
pub fn Policy(
    /// Which.
    policy: ReportPolicy,
    /// How it stands to what was published then.
    #[prop(default = None)]
    seen: Option<String>,
) -> impl IntoView {
    let ReportPolicy { policy, mx_entry, impacts } = policy;
    let (name, meaning) = explain::policy_type(&policy.policy_type);
    let kind = match &policy.policy_type {
        tlsrpt::PolicyType::Other(written) => format!("{name} “{}”", said(written)),
        _ => name.to_owned(),
    };
    let mode = policy.mode.map(|mode| format!(", {}", mode.keyword())).unwrap_or_default();
    let about = policy.policy_domain.as_deref().map(|domain| format!(" for {}", said(domain))).unwrap_or_default();
    let totals = model::counting::policy_totals(&policy);
    let count = format!("{}, {} failed", format::counted(totals.sessions, "session"), format::thousands(totals.failed));
    let failures = policy.failures.iter().zip(impacts).map(|(failure, impact)| {
        view! { <OneFailure failure=failure.clone() impact/> }
    });
    let failures = failures.collect_view();
    let lines = |label: &'static str, lines: Vec<String>| {
        (!lines.is_empty()).then(|| {
            let lines = lines.iter().map(|line| said(line)).collect::<Vec<_>>().join("\n");
            view! { <div><dt>{label}</dt><dd><pre tabindex="0">{lines}</pre></dd></div> }
        })
    };
    view! {
        <section class="panel policy">
            <div class="bar">
                <h2>{kind}{about}{mode}</h2>
                <p class="none">{count}</p>
            </div>
            <p class="hint">
                {meaning}
                {mx_entry.then_some(" This entry is about one MX host of the domain; other entries may count the same sessions.")}
            </p>
            {seen.map(|words| view! { <p class="hint">{words}</p> })}
            {if policy.failures.is_empty() {
                let text = if policy.failed == 0 {
                    "Every session met this policy."
                } else {
                    "The report counts failures here and gives no details."
                };
                view! { <p>{text}</p> }.into_any()
            } else {
                failures.into_any()
            }}
            <details class="policy-text">
                <summary>"The policy as it was applied"</summary>
                <dl class="facts">
                    {lines("Policy", policy.policy_string)}
                    {lines("MX patterns", policy.mx_host)}
                    <div><dt>"Type"</dt><dd><code>{said(policy.policy_type.as_str())}</code></dd></div>
                </dl>
            </details>
        </section>
    }
    .into_any()
}

/// One failure, explained.
#[component]
pub fn OneFailure(
    /// Which.
    failure: Failure,
    /// What it did to mail.
    impact: Impact,
) -> impl IntoView {
    let explanation = explain::result_type(&failure.result_type);
    // A name that guides made known has words of its own, which lead on to the types that it stands for.
    let (meaning, anchor) = explain::meaning(&failure.result_type);
    let more = if anchor == explanation.anchor {
        "Whose fault it is, and what to do"
    } else {
        "What it stands for, and what to do"
    };
    let title = match &failure.result_type {
        ResultType::Other(written) => format!("{} “{}”", explanation.title, said(written)),
        _ => explanation.title.to_owned(),
    };
    let details = [
        ("MX host", &failure.receiving_mx_hostname),
        ("Its greeting", &failure.receiving_mx_helo),
        ("Its address", &failure.receiving_ip),
        ("Sent from", &failure.sending_mta_ip),
        // Said to be a URI, and written by a stranger: shown, never a link.
        ("Further information", &failure.additional_information),
    ];
    let details = details
        .into_iter()
        .filter_map(|(label, text)| text.as_deref().map(|text| (label, said(text))))
        .map(|(label, text)| view! { <div><dt>{label}</dt><dd class="name">{text}</dd></div> })
        .collect_view();
    view! {
        <article class="failure">
            <h3>{title}" "<span class="none">{format::counted(failure.failed, "session")}" "{impact.words()}</span></h3>
            <p>{meaning}</p>
            <p>
                {explain::impact(impact)}" "
                <a href=format!("/help#{anchor}")>{more}</a>
            </p>
            <dl class="facts">{details}{failure.failure_reason_code.map(|code| view! { <Reason code/> })}</dl>
        </article>
    }
    .into_any()
}

/// What the sender gives as the reason, and what it means where that is known.
#[component]
fn Reason(code: String) -> impl IntoView {
    let meaning = reason::decode(&code).map(|reason| {
        view! { <small>{reason.meaning}" "<a href=format!("/help#{}", reason.anchor)>"More"</a></small> }
    });
    view! { <div><dt>"Reason code"</dt><dd class="name">{said(&code)}{meaning}</dd></div> }
}

/// What was tolerated.
#[component]
pub fn Notes(
    /// The deviations from the RFC.
    notes: Vec<Note>,
) -> impl IntoView {
    (!notes.is_empty()).then(|| {
        let notes = notes
            .into_iter()
            .map(|note| view! { <li><code>{note.code.into_owned()}</code>" "{said(&note.text)}</li> })
            .collect_view();
        view! {
            <section aria-labelledby="notes">
                <h2 id="notes">"Notes"</h2>
                <p class="hint">"Where the report departs from RFC 8460, and what was made of it. None of these lost a figure."</p>
                <ul class="notes">{notes}</ul>
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(result_type: &str) -> String {
        let failure = Failure {
            result_type: std::borrow::Cow::Borrowed(result_type).into(),
            sending_mta_ip: None,
            receiving_mx_hostname: None,
            receiving_mx_helo: None,
            receiving_ip: None,
            failed: 1,
            additional_information: None,
            failure_reason_code: None,
        };
        Owner::new().with(|| view! { <OneFailure failure impact=Impact::NotKnown/> }.into_view().to_html())
    }

    #[test]
    fn a_failure_is_explained_by_its_name_even_where_that_is_not_registered() {
        let known = drawn("certificate-expired");
        assert!(known.contains("/help#certificate-expired\"") && known.contains("Whose fault it is"), "{known}");
        let named = drawn("certificate-not-valid-yet");
        assert!(named.contains("whose first day is still to come"), "{named}");
        assert!(named.contains("/help#certificate-not-valid-yet\""), "{named}");
        assert!(named.contains("Unknown result type “certificate-not-valid-yet”"), "{named}");
        assert!(drawn("quantum").contains("/help#unknown-result-type\""));
    }
}
