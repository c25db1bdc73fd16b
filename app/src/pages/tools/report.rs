//! Read a report: pasted as text or given as a file, shown as its page would show it. Nothing of it is stored, so the answer
//! to the form is the page itself.

use leptos::prelude::*;
use model::{Day, Timestamp, format, loose_report::LooseReport};

use super::{Tool, ToolHead};
use crate::{
    components::{Period, TextBox, said, when_ready},
    context,
    pages::report::{AsItCame, Notes, Policy},
};

/// Where the form goes; the server reads it and answers with this page.
pub const ACTION: &str = "/do/read_report";

/// Characters of a pasted report; a larger one is given as a file.
const MOST_TYPED: u32 = 4_000_000;

/// What came of reading, as the server hands it to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadOutcome {
    /// What was found.
    Found(Vec<LooseReport>),
    /// Why there is no report in it, in a sentence.
    NoReport(String),
    /// Neither text nor a file came.
    Nothing,
    /// It is larger than this server reads.
    TooLarge,
    /// It did not come to its end.
    Broken,
    /// There is no memory for it now.
    Busy,
}

/// The page.
#[component]
pub fn ReadReportPage() -> impl IntoView {
    let outcome = use_context::<ReadOutcome>();
    let (engine, now) = (context::engine(), context::now());
    when_ready(async move {
        let limit = engine.largest_body();
        Ok(view! { <ReadReportView outcome limit today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn ReadReportView(
    /// What came of reading; none before anything was given.
    outcome: Option<ReadOutcome>,
    /// The largest file that is read, in bytes.
    limit: u64,
    /// Today.
    today: Day,
) -> impl IntoView {
    let limit = format::size(limit);
    view! {
        <ToolHead tool=Tool::Report/>
        {outcome.map(|outcome| view! { <Read outcome limit=limit.clone() today/> })}
        <form class="panel fields" method="post" action=ACTION enctype="multipart/form-data">
            <label class="wide">
                <span>"Text"</span>
                <TextBox name="text" rows=6 value=String::new() most=MOST_TYPED placeholder="{\"organization-name\": \"Example Sender\", …}"/>
                <small>"The JSON of a report, or a whole mail."</small>
            </label>
            <label class="wide">
                <span>"Or a file"</span>
                <input
                    class="drop"
                    type="file"
                    name="file"
                    accept=".json,.gz,.zip,.eml,.txt,application/tlsrpt+json,application/tlsrpt+gzip,message/rfc822"
                />
                <small>"Choose one, or drop it here: JSON, gzip, zip, or an e-mail as .eml. Up to "{limit}"."</small>
            </label>
            <button class="button">"Read"</button>
        </form>
        <p class="hint">
            "It is read in memory, shown to you, and forgotten: nothing is stored or counted. So no signature is looked at either, and \
             anybody could have written it."
        </p>
    }
    .into_any()
}

/// What came of reading.
#[component]
fn Read(outcome: ReadOutcome, limit: String, today: Day) -> impl IntoView {
    let error = match outcome {
        ReadOutcome::Found(reports) => {
            let several = (reports.len() > 1).then(|| format::counted(reports.len() as u64, "report"));
            let reports = reports.into_iter().map(|report| view! { <OneReport report today/> }).collect_view();
            return view! { {several.map(|several| view! { <p class="told">{several}" in it."</p> })} {reports} }
                .into_any();
        }
        ReadOutcome::NoReport(why) => said(&why),
        ReadOutcome::Nothing => "Nothing came. Paste a report, or choose a file.".to_owned(),
        ReadOutcome::TooLarge => format!("That is larger than this server reads: at most {limit}."),
        ReadOutcome::Broken => "It broke off on its way. Try again.".to_owned(),
        ReadOutcome::Busy => "There is no room for it just now. Try again in a few seconds.".to_owned(),
    };
    view! { <p class="alert" role="alert">{error}" "<a href="/help/troubleshooting#unreadable-reports">"What to look at"</a></p> }
        .into_any()
}

/// A report as its page shows it, but for what only one that was received has.
#[component]
fn OneReport(report: LooseReport, today: Day) -> impl IntoView {
    let reporter = said(&report.reporter().name);
    let text = |text: &Option<String>| text.as_deref().map_or_else(|| "not given".to_owned(), said);
    let facts = [
        ("Organisation", text(&report.report.organization_name)),
        ("Contact", text(&report.report.contact_info)),
        ("Report id", text(&report.report.report_id)),
    ]
    .map(|(label, text)| view! { <div><dt>{label}</dt><dd class="name">{text}</dd></div> });
    let (start, end) = (report.report.start.map(Timestamp::from), report.report.end.map(Timestamp::from));
    let spoken = report.spoken(today);
    let nothing = spoken
        .is_empty()
        .then(|| view! { <p class="verdict">"It speaks of no policy, so there is nothing to count."</p> });
    let spoken = spoken.into_iter().map(|spoken| {
        let policies = spoken.policies.into_iter().map(|policy| view! { <Policy policy/> }).collect_view();
        view! { <p class="verdict">{spoken.verdict}</p> {policies} }
    });
    view! {
        <article class="read">
            <h2 class="part">"Report of "{reporter}</h2>
            <dl class="facts panel">
                <div><dt>"Period"</dt><dd><Period start end today/></dd></div>
                {facts}
            </dl>
            {nothing}
            {spoken.collect_view()}
            <Notes notes=report.report.notes/>
            <AsItCame raw=Some(report.raw) download=None/>
        </article>
    }
    .into_any()
}
