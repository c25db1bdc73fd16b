//! What to publish for a domain, what is published, where its reports arrive, and how to test that.

use leptos::prelude::*;
use model::{
    Day, DomainName, test_report,
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
    let command = test_report::curl_line(&name, &setup.report_url, today.plus(-1));
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
                "This sends a small report for " <b>{name.to_string()}</b>
                " by hand. It is marked as a test: taken in like any other, shown in the ingest log, and counted nowhere."
            </p>
            <div class="command"><Code what="the command" text=command/></div>
            <p class="hint">
                "An answer that begins with HTTP/… 2 means that it is stored; "
                <a href=format!("/log?domain={name}&outcome=test")>"the ingest log"</a> " then has it. "
                <a href=format!("/domains/{name}/test")>"Send one from here, or by mail"</a>
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
            "One TLS-RPT record, no more: with two, senders send nothing. Destinations that were seen in a record that stands there \
             already are kept in this one."
        </p>
    }
    .into_any()
}
