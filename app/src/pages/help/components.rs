//! Every component in every state, with the scales they are made of: what to look at before drawing anything new. It stands in
//! no navigation. All of it is sample data.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Day, DayRange, DomainName, Finding, Impact, Publish, ReportId, ReportState, Status, Timestamp, Totals, Trust,
    check::{Check, Section},
    explain,
    view::{DayPoint, DnsRecord, ReportRow},
};
use mtasts::Mode;
use tlsrpt::PolicyType;

use crate::{
    chart::{ShareBar, Spark},
    components::{
        Code, Date, Instant, Keys, Notice, OneCheck, Outcome, Pager, Period, Record, ReportTable, StatusWord, TextBox,
        TrustChoice,
    },
};

/// Sizes of text by their token, each with what it is for.
const TYPE: [(&str, &str, &str); 6] = [
    ("t1", "0.8 rem", "A label, the head of a table, what stands under a name"),
    ("t2", "0.88 rem", "Tables, filters, what helps and is not the matter"),
    ("t3", "1 rem", "Text, a section, a cause"),
    ("t4", "1.1 rem", "The sentence that answers"),
    ("t5", "1.25 rem", "A part of a long page"),
    ("t6", "1.6 rem", "The page, a figure"),
];

/// Distances by their token.
const SPACES: [(&str, &str); 6] =
    [("s1", "0.25 rem"), ("s2", "0.5 rem"), ("s3", "0.75 rem"), ("s4", "1 rem"), ("s5", "1.5 rem"), ("s6", "2.25 rem")];

/// Colours by their token, each with what it is for. Colour means status and nothing else.
const COLOURS: [(&str, &str); 16] = [
    ("paper", "the page"),
    ("raise", "what lies on it"),
    ("hover", "under the pointer"),
    ("line", "between things"),
    ("edge", "around what can be used"),
    ("ink", "text"),
    ("soft", "lesser text"),
    ("link", "links, focus"),
    ("wax", "the seal"),
    ("bad", "Error: mail is not delivered"),
    ("warn", "Warning"),
    ("ok", "Ok"),
    ("suggest", "Suggestion"),
    ("wait", "Waiting, Cannot tell"),
    ("bar", "sessions"),
    ("other", "failures of other causes"),
];

const STATUSES: [Status; 7] = [
    Status::Ok,
    Status::Suggestion,
    Status::Warning,
    Status::Error,
    Status::CannotTell,
    Status::Waiting,
    Status::NotApplicable,
];

/// The day of the samples.
const TODAY: Day = Day(20_778);

/// The page.
#[component]
pub fn ComponentsPage() -> impl IntoView {
    view! {
        <Title text="Components"/>
        <p class="crumbs"><a href="/help">"Help"</a>" / Components"</p>
        <div class="title">
            <h1>"Components"</h1>
            <p class="lede">"What pages are made of, each in every state. The figures and names are samples."</p>
        </div>
        <Scales/>
        <Marks/>
        <Controls/>
        <Messages/>
        <Lists/>
        <Findings/>
    }
    .into_any()
}

/// Type, distances, colours, as `style/tokens.css` has them.
#[component]
fn Scales() -> impl IntoView {
    let sizes = TYPE.map(|(name, size, purpose)| {
        let class = format!("type {name}");
        view! { <tr><th scope="row"><code>{format!("--{name}")}</code></th><td>{size}</td><td><span class=class>{purpose}</span></td></tr> }
    });
    let spaces = SPACES.map(|(name, size)| {
        let class = format!("space {name}");
        view! { <tr><th scope="row"><code>{format!("--{name}")}</code></th><td>{size}</td><td><span class=class></span></td></tr> }
    });
    let colours = COLOURS.map(|(name, purpose)| {
        let class = format!("swatch {name}");
        view! { <li><span class=class></span><code>{format!("--{name}")}</code>" "{purpose}</li> }
    });
    view! {
        <section aria-labelledby="scales">
            <h2 id="scales" class="part">"Scales"</h2>
            <div class="cols">
                <table class="plain-table scale">
                    <thead><tr><th scope="col">"Text"</th><th scope="col">"Size"</th><th scope="col">"Seen"</th></tr></thead>
                    <tbody>{sizes}</tbody>
                </table>
                <table class="plain-table scale">
                    <thead><tr><th scope="col">"Distance"</th><th scope="col">"Size"</th><th scope="col">"Seen"</th></tr></thead>
                    <tbody>{spaces}</tbody>
                </table>
            </div>
            <ul class="swatches">{colours}</ul>
        </section>
    }
    .into_any()
}

/// The icons: shapes that go with a word.
#[component]
fn Marks() -> impl IntoView {
    let statuses = STATUSES.map(|status| view! { <li><StatusWord status/></li> });
    let impacts = [Impact::NotDelivered, Impact::DeliveredUnprotected, Impact::DeliveredPerhapsClear, Impact::NotKnown];
    let impacts = impacts.map(|impact| view! { <li>{impact.words()}<small>{explain::impact(impact)}</small></li> });
    let (start, end) = (Some(TODAY.plus(-1).start()), Some(TODAY.start()));
    view! {
        <section aria-labelledby="marks">
            <h2 id="marks" class="part">"Status, impact, time"</h2>
            <p class="hint">"A status is word, shape and colour together. There are no other icons, but for the seal."</p>
            <ul class="states">{statuses}</ul>
            <ul class="states">{impacts}</ul>
            <dl class="facts">
                <div><dt>"Instant"</dt><dd><Instant at=TODAY.start() today=TODAY/></dd></div>
                <div><dt>"Day"</dt><dd><Date day=TODAY.plus(-400) today=TODAY/></dd></div>
                <div><dt>"Period"</dt><dd><Period start end today=TODAY/></dd></div>
                <div><dt>"No period"</dt><dd><Period start=None end=None today=TODAY/></dd></div>
            </dl>
        </section>
    }
    .into_any()
}

/// What can be used: links, buttons, fields.
#[component]
fn Controls() -> impl IntoView {
    view! {
        <section aria-labelledby="controls">
            <h2 id="controls" class="part">"Controls"</h2>
            <p class="states">
                <a href="#controls">"A link"</a>" "<a class="button" href="#controls">"A link as a button"</a>" "
                <button type="button" class="button">"The button"</button>" "
                <button type="button" class="plain">"Another button"</button>" "
                <button type="button" class="plain" disabled>"Not now"</button>
            </p>
            <nav class="range" aria-label="A range"><a href="#controls">"7 days"</a><a href="#controls" aria-current="true">"30 days"</a></nav>
            <nav class="tabs" aria-label="Tabs"><a href="#controls" aria-current="page">"Here"</a><a href="#controls">"There"</a></nav>
            <form class="filters" method="get" action="/help/components">
                <label><span>"Find"</span><input type="search" name="q" placeholder="example.com"/></label>
                <label><span>"From day"</span><input type="date" name="from"/></label>
                <TrustChoice asked=Some(Trust::Unsigned)/>
                <button class="plain">"Show"</button>
            </form>
            <form class="panel fields" method="get" action="/help/components">
                <label><span>"A field"</span><input name="one" value="what was typed"/><small>"What it is for."</small></label>
                <label class="wide"><span>"A box"</span><TextBox name="box" rows=3 value="Several\nlines".to_owned()/></label>
                <label class="tick"><input type="checkbox" name="tick" value="yes"/><span>"A tick"</span></label>
                <button class="button">"Send"</button>
            </form>
            <div class="command"><Code what="the sample" text="v=TLSRPTv1; rua=mailto:tls@example.net".to_owned()/></div>
            <Pager matching=120 page=2 to=|page| format!("/help/components?page={page}")/>
            <details><summary>"More, when asked for"</summary><p>"It opens without a script."</p></details>
            <section class="panel"><Keys/></section>
        </section>
    }
    .into_any()
}

/// What pages say when something happened, or nothing did.
#[component]
fn Messages() -> impl IntoView {
    view! {
        <section aria-labelledby="messages">
            <h2 id="messages" class="part">"Messages"</h2>
            <Outcome done=Some("It is done.".to_owned()) error=None/>
            <Outcome done=None error=Some("It is not done. What was wrong, and what to do, stands here.".to_owned())/>
            <p class="caution" role="note">"Something to know before going on."</p>
            <p class="panel none">"Nothing is here yet: this says when something will be, or what to do. "<a href="#messages">"The way onward"</a></p>
            <p class="hint">"A hint stands under what it is about."</p>
            <div class="notice">
                <p class="sample-h1">"There is no such page"</p>
                <p>"A page that cannot be drawn says why."</p>
                <p><a class="button" href="/">"To the overview"</a></p>
            </div>
        </section>
    }
    .into_any()
}

/// Tables, figures and bars.
#[component]
fn Lists() -> impl IntoView {
    let points: Vec<DayPoint> = DayRange::ending(TODAY, 30)
        .days()
        .zip(0_u64..)
        .map(|(day, n)| {
            let failed = if n > 22 { n } else { 0 };
            DayPoint { day, totals: Totals { sessions: 100 + 7 * (n % 7), failed }, first_cause: failed }
        })
        .collect();
    view! {
        <section aria-labelledby="lists">
            <h2 id="lists" class="part">"Figures and lists"</h2>
            <dl class="figures">
                <div><dt>"Sessions"</dt><dd>"12,345"</dd></div>
                <div><dt>"Failed"</dt><dd class="bad">"67"<span class="detail">" 12 more than before"</span></dd></div>
                <div><dt>"Succeeded"</dt><dd>"99.45 %"</dd></div>
            </dl>
            <table class="plain-table">
                <thead><tr><th scope="col">"Result type"</th><th scope="col">"Share"</th><th scope="col" class="n">"Failed"</th></tr></thead>
                <tbody>
                    <tr><th scope="row">"certificate-expired"</th><td class="bar-cell"><ShareBar part=50 whole=67 first=true/></td><td class="n">"50"</td></tr>
                    <tr><th scope="row">"validation-failure"</th><td class="bar-cell"><ShareBar part=17 whole=67/></td><td class="n">"17"</td></tr>
                </tbody>
            </table>
            <p><Spark points/></p>
            <ReportTable rows=rows() of_all=true today=TODAY/>
        </section>
    }
    .into_any()
}

/// Reports of every state.
fn rows() -> Vec<ReportRow> {
    let states = [
        (ReportState::Counted, Trust::Signed, 0),
        (ReportState::Conflict, Trust::Unsigned, 12),
        (ReportState::Waiting, Trust::Unverified, 100),
        (ReportState::Quarantined, Trust::Unverified, 0),
        (ReportState::Discarded, Trust::Unsigned, 0),
        (ReportState::OutOfRange, Trust::Unsigned, 3),
    ];
    states
        .into_iter()
        .map(|(state, trust, failed)| ReportRow {
            id: ReportId(0),
            domain: DomainName::parse("example.com").ok(),
            reporter: "Example Sender".to_owned(),
            start: Some(TODAY.plus(-1).start()),
            end: Some(Timestamp(TODAY.start().0 - 1_000)),
            received: TODAY.start(),
            totals: Totals { sessions: 100, failed },
            policies: vec![(PolicyType::Sts, Some(Mode::Enforce))],
            trust,
            signer: (trust == Trust::Signed).then(|| DomainName::parse("sender.example").ok()).flatten(),
            state,
            notes: u32::from(failed > 0),
        })
        .collect()
}

/// What checks and linters find, of each status.
#[component]
fn Findings() -> impl IntoView {
    let record = DnsRecord {
        name: "_smtp._tls.example.com".to_owned(),
        kind: "TXT".to_owned(),
        value: "v=TLSRPTv1; rua=mailto:tls@example.net".to_owned(),
    };
    let finding = |status: Status| Finding {
        // A name of the real ones, so that its link leads somewhere.
        code: "tls-rpt-missing".to_owned(),
        status,
        title: format!("A finding whose status is {}", status.word()),
        consequence: "What follows from it for mail or for reports.".to_owned(),
        evidence: (status == Status::Warning).then(|| "what was seen, word for word".to_owned()),
        remedy: (status != Status::Ok).then(|| "What to do about it.".to_owned()),
        publish: match status {
            Status::Error => Some(Publish::Record(record.clone())),
            Status::Warning => Some(Publish::Value(record.value.clone())),
            _ => None,
        },
        source: "RFC 8460 §3".to_owned(),
    };
    let sections = STATUSES.map(|status| {
        // Only one finding of a code may stand on a page: its code is its place.
        let findings = if status == Status::Error { vec![finding(status)] } else { vec![] };
        view! { <OneCheck section=Section { check: Check::TlsRpt, host: None, status, findings, evidence: vec![] }/> }
    });
    view! {
        <section aria-labelledby="samples-of-findings">
            <h2 id="samples-of-findings" class="part">"Findings"</h2>
            <Notice finding=finding(Status::Warning)/>
            <div class="panel"><Record record=record.clone()/></div>
            {sections}
        </section>
    }
    .into_any()
}
