//! What to publish for a domain, what is published, where its reports arrive, and how to test that.

use leptos::prelude::*;
use model::{
    Day, DomainName,
    view::{CheckPage, DomainSetup},
};

use super::{
    DomainHead, Tab,
    checks::{Checks, History},
    named,
};
use crate::{
    components::{Code, Record, when_ready},
    context,
    pages::query,
    problem::Problem,
};

/// The page.
#[component]
pub fn DomainRecordsPage() -> impl IntoView {
    let name = named();
    let unavailable = query().get("error").as_deref() == Some("unavailable");
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let name = name?;
        let (setup, checks) = engine
            .domain_records(visitor?.workspace, &name)
            .await?
            .ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        Ok(view! { <RecordsView name setup checks today=now.day() unavailable/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn RecordsView(
    /// Which domain.
    name: DomainName,
    /// Where its reports arrive.
    setup: DomainSetup,
    /// What is published.
    checks: CheckPage,
    /// Today; the test report speaks of yesterday.
    today: Day,
    /// Whether the last wish to look again could not be noted.
    unavailable: bool,
) -> impl IntoView {
    let command = test_command(&name, &setup.report_url, today.plus(-1));
    let history = checks.history.clone();
    view! {
        <DomainHead name=name.clone() tab=Tab::Records/>
        <section class="panel" aria-labelledby="publish">
            <h2 id="publish">"Publish this"</h2>
            <Records setup=setup.clone()/>
        </section>
        <Checks name=name.clone() checks today unavailable/>
        <section class="panel" aria-labelledby="arrive">
            <h2 id="arrive">"Where reports arrive"</h2>
            <dl class="record">
                <div><dt>"HTTPS"</dt><dd><Code what="the report URL" text=setup.report_url/></dd></div>
                {setup
                    .report_email
                    .map(|email| {
                        view! { <div><dt>"Mail"</dt><dd><Code what="the report address" text=email/></dd></div> }
                    })}
            </dl>
            <p class="hint">
                "The address is this domain's own and stands in public DNS: it tells reports apart, it proves nothing about who \
                 sent them. " <a href="/help#report-address">"More about report addresses"</a>
            </p>
        </section>
        <section class="panel" aria-labelledby="test">
            <h2 id="test">"Test it"</h2>
            <p>
                "This sends a small report by hand. It is taken in like any other and counted for "
                <b>{name.to_string()}</b> ": 1 session, which succeeded, reported by “Test by hand”."
            </p>
            <div class="command"><Code what="the command" text=command/></div>
            <p class="hint">
                "An answer that begins with HTTP/… 2 means that it is stored. Then look at "
                <a href=format!("/domains/{name}")>"the summary"</a> " or at " <a href="/log">"the ingest log"</a> "."
            </p>
        </section>
        {(!history.is_empty()).then(|| view! { <History entries=history today/> })}
    }
    .into_any()
}

/// The records to publish, or why there are none.
#[component]
pub fn Records(
    /// Where they stand.
    setup: DomainSetup,
) -> impl IntoView {
    let why = setup.why.map(|why| view! { <p class="caution" role="note">{why}</p> });
    if setup.records.is_empty() {
        return view! { {why} }.into_any();
    }
    view! {
        {why}
        {setup.records.into_iter().map(|record| view! { <Record record/> }).collect_view()}
        <p class="hint">
            "One TXT record, no more: with two, senders send nothing. Destinations that were seen in a record that stands there \
             already are kept in this one."
        </p>
    }
    .into_any()
}

/// A `curl` line that sends a report of one day.
pub(crate) fn test_command(name: &DomainName, url: &str, day: Day) -> String {
    format!(
        "curl -i -H 'Content-Type: application/tlsrpt+json' --data '{{\"organization-name\":\"Test by hand\",\
         \"date-range\":{{\"start-datetime\":\"{day}T00:00:00Z\",\"end-datetime\":\"{day}T23:59:59Z\"}},\
         \"contact-info\":\"postmaster@{name}\",\"report-id\":\"test-{day}\",\
         \"policies\":[{{\"policy\":{{\"policy-type\":\"no-policy-found\",\"policy-domain\":\"{name}\"}},\
         \"summary\":{{\"total-successful-session-count\":1,\"total-failure-session-count\":0}}}}]}}' '{url}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_report_is_a_report() {
        let name = DomainName::parse("example.com").unwrap();
        let command = test_command(&name, "https://tlsrpt.example.net/r/abc", Day::from_ymd(2026, 11, 20).unwrap());
        let body = command.split('\'').nth(3).unwrap();
        let reports = tlsrpt::parse(body.as_bytes(), &tlsrpt::Limits::default()).unwrap();
        assert_eq!(reports.len(), 1);
        assert_eq!(reports[0].notes, []);
        assert_eq!((reports[0].policies[0].successful, reports[0].policies[0].failed), (1, 0));
        assert!(command.ends_with("'https://tlsrpt.example.net/r/abc'"));
    }
}
