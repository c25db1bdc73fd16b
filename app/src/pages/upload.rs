//! Bringing in report files by hand, with a result for each of them.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use model::{Day, DeliveryId, Role, format, view::DeliveryRow};

use super::{ingest_log::Outcome, query};
use crate::{
    components::{Exports, Instant, said, when_ready},
    context,
};

/// This page.
pub const PATH: &str = "/upload";

/// Where its form goes; the server reads it file by file.
pub const ACTION: &str = "/do/upload_reports";

/// Results that are shown one by one.
pub const MOST_SHOWN: usize = 50;

/// What the last upload led to, as the URL tells it: numbers and ids, never a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Deliveries that were made or met.
    pub done: Vec<DeliveryId>,
    /// Further deliveries, which are not listed here.
    pub more: u32,
    /// Files that were larger than this server reads.
    pub too_large: u32,
    /// Files that were not taken in for want of room or of the database.
    pub not_now: u32,
    /// Why there was no upload at all.
    pub error: String,
}

impl Told {
    fn read(query: &ParamsMap) -> Self {
        let number = |name| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(0);
        let done = query.get("done").unwrap_or_default();
        Self {
            done: done.split(',').filter_map(|id| id.parse().ok()).take(MOST_SHOWN).collect(),
            more: number("more"),
            too_large: number("too-large"),
            not_now: number("not-now"),
            error: query.get("error").unwrap_or_default(),
        }
    }

    /// The page that tells this.
    #[must_use]
    pub fn link(&self) -> String {
        let done = self.done.iter().take(MOST_SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(",");
        let number = |count: u32| if count == 0 { String::new() } else { count.to_string() };
        crate::link(
            PATH,
            &[
                ("done", &done),
                ("more", &number(self.more)),
                ("too-large", &number(self.too_large)),
                ("not-now", &number(self.not_now)),
                ("error", &self.error),
            ],
        )
    }
}

/// The page.
#[component]
pub fn UploadPage() -> impl IntoView {
    let told = Told::read(&query());
    let (editor, engine, now) = (context::member(Role::Editor), context::engine(), context::now());
    when_ready(async move {
        let workspace = editor?.workspace;
        let mut rows = Vec::with_capacity(told.done.len());
        for id in &told.done {
            rows.extend(engine.delivery_row(workspace, *id).await?);
        }
        let limit = engine.largest_body();
        Ok(view! { <UploadView told rows limit today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn UploadView(
    /// What the last upload led to.
    told: Told,
    /// The deliveries it made or met.
    rows: Vec<DeliveryRow>,
    /// The largest file that is read, in bytes.
    limit: u64,
    /// Today.
    today: Day,
) -> impl IntoView {
    let error = match told.error.as_str() {
        "" => None,
        "no-file" => Some("No file came. Choose some, or drop them on the field, and upload again."),
        "too-large" => Some("That was more than 64 MiB at once. Upload fewer files at a time, or use waxseal import."),
        _ => Some("The upload broke off. What was read before that is in the ingest log; upload the rest again."),
    };
    let counted = |count: u32, what: &'static str| {
        (count > 0).then(|| {
            let files = format::counted(u64::from(count), "file");
            view! { <p class="alert" role="alert">{format!("{files} {what}")}</p> }
        })
    };
    let nothing = rows.is_empty();
    view! {
        <Title text="Upload reports"/>
        <p class="crumbs"><a href="/log">"Ingest log"</a>" / Upload"</p>
        <div class="title">
            <h1>"Upload reports"</h1>
            <p class="lede">"Reports that you have as files or saved e-mails. What came before is recognised and counted once."</p>
        </div>
        {error.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        {counted(told.too_large, "larger than this server reads: not taken in.")}
        {counted(told.not_now, "could not be stored just now: upload again in a minute.")}
        {(!nothing).then(|| view! { <Results rows more=told.more today/> })}
        <form class="panel fields" method="post" action=ACTION enctype="multipart/form-data">
            <label class="wide">
                <span>"Files"</span>
                <input
                    class="drop"
                    type="file"
                    name="file"
                    multiple
                    required
                    accept=".json,.gz,.zip,.eml,.mbox,.txt,application/tlsrpt+json,application/tlsrpt+gzip,message/rfc822"
                />
                <small>
                    "Choose any number, or drop them here: JSON, gzip, zip, e-mails as .eml, or an mbox file. Up to "
                    {format::size(limit)} " each and 64 MiB at once."
                </small>
            </label>
            <button class="button">"Upload"</button>
        </form>
        <p class="hint">
            "Whole folders, Maildirs and large mailboxes come in with " <code>"waxseal import PATH…"</code>
            " on the server. A report that you bring in counts as unverified, since nothing proves who wrote it."
        </p>
    }
    .into_any()
}

/// What became of each file.
#[component]
fn Results(rows: Vec<DeliveryRow>, more: u32, today: Day) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <td><Outcome outcome=row.outcome/></td>
                    <th scope="row">
                        <a href=format!("/log/{}", row.id)>{row.remote.as_deref().map_or_else(|| "a file".to_owned(), said)}</a>
                        <small>{said(&row.reason)}</small>
                    </th>
                    <td class="n">{row.reports.len()}</td>
                    <td class="n"><Instant at=row.received today/></td>
                </tr>
            }
        })
        .collect_view();
    let more = (more > 0).then(|| {
        view! { <p>{format!("{} more are in ", format::thousands(u64::from(more)))}<a href="/log?channel=upload">"the ingest log"</a>"."</p> }
    });
    view! {
        <section aria-labelledby="results">
            <h2 id="results">"What became of them"</h2>
            <table class="list log">
                <thead>
                    <tr>
                        <th scope="col">"Outcome"</th>
                        <th scope="col">"File"</th>
                        <th scope="col" class="n">"Reports"</th>
                        <th scope="col" class="n">"First came"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {more}
            <Exports list="deliveries" query=vec![("channel", "upload".to_owned())]/>
        </section>
    }
    .into_any()
}
