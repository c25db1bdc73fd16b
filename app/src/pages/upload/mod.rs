//! Bringing in report files by hand, with a result for each of them.

mod told;

use leptos::prelude::*;
use leptos_meta::Title;
use model::{Day, Role, format, view::DeliveryRow};

pub use self::told::{MOST_SHOWN, NotTaken, Told};
use super::{ingest_log::Outcome, query};
use crate::{
    components::{Exports, Instant, said, when_ready},
    context,
    http::Brief,
};

/// This page.
pub const PATH: &str = "/upload";

/// Where its form goes; the server reads it file by file.
pub const ACTION: &str = "/do/upload_reports";

/// The page.
#[component]
pub fn UploadPage() -> impl IntoView {
    let told = Told::read(&query(), context::brief(Brief::NotTaken).as_deref());
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
        "too-large" => Some(
            "That was more than 64 MiB at once, and nothing was read beyond that. Upload the rest, fewer files at a time, or use \
             waxseal import.",
        ),
        _ => Some("The upload broke off. What was read before that is in the ingest log; upload the rest again."),
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
        <Left told=told.clone() limit/>
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

/// The files that were not taken in, each with the reason.
#[component]
fn Left(
    /// What the upload led to.
    told: Told,
    /// The largest file that is read, in bytes.
    limit: u64,
) -> impl IntoView {
    let Told { left, more_left, .. } = told;
    let count = left.len() as u64 + u64::from(more_left);
    let named = left
        .into_iter()
        .map(|(name, why)| view! { <li><b class="name">{said(&name)}</b>": "{why.words(limit)}"."</li> })
        .collect_view();
    let others = (more_left > 0).then(|| {
        let others = format::counted(u64::from(more_left), "file");
        view! { <li>{format!("{others} whose names are not kept here.")}</li> }
    });
    (count > 0).then(|| {
        let title = format!("{} not taken in", format::counted(count, "file"));
        view! {
            <section class="alert" role="alert" aria-labelledby="left">
                <h2 id="left">{title}</h2>
                <ul>{named}{others}</ul>
            </section>
        }
    })
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
