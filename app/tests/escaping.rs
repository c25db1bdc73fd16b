//! What strangers write is shown and does nothing: every field that comes from outside, on every page that shows it.

use std::{net::IpAddr, sync::Arc};

use app::chart::picture::Subject;
use app::components::TextBox;
use app::pages::{
    account::SessionsPart,
    add_domains::{AddDomainsView, addition::AdditionView},
    delivery::DeliveryView,
    domain::{
        asked::Asked,
        checks::{Checks, History},
        history::HistoryView,
        monthly::MonthlyView,
        mta_sts::MtaStsView,
        networks::NetworksView,
        records::RecordsView,
        reports::ReportsView,
        settings::{SettingsView, notes::Typed},
        share::ShareView,
        shared::SharedView,
        summary::{SummaryView, first_report::FirstReport},
    },
    edit_domains::{EditDomainsView, Told},
    help::HelpView,
    incidents::IncidentsView,
    ingest_log::LogView,
    join::JoinView,
    overview::OverviewView,
    records::RecordListView,
    report::ReportView,
    reports::AllReportsView,
    settings::{
        audit::{self, AuditView},
        mailboxes::{EditMailboxView, MailboxesView},
        people::PeopleView,
        tokens::TokensView,
        workspaces::WorkspacesView,
    },
    start::StartView,
    tools::{
        build::{self, BuildView},
        lint::{self, LintView, TextKind},
        look_up::{Answer, LookUpView},
        report::{ReadOutcome, ReadReportView},
    },
};
use engine::{
    DomainSettings, HistoryRow, LookUp, MailboxesOpen, Names, SessionLine,
    additions::AdditionPage,
    domain_settings::{DomainNotes, ReportAddress},
    edits::{EditFilter, EditPage, EditRow},
    records::RecordPage,
    start::ToTest,
};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use model::{
    Act, Channel, Day, DayQuota, DayRange, DeliveryId, DeliveryOutcome, DomainId, DomainName, Finding, Impact,
    MailboxId, Month, Proof, Publish, ReportId, ReportState, ReporterId, Role, ShareLinkId, ShareLinkRow, Status,
    Timestamp, TokenId, TokenRow, TokenScope, Totals, Trust, UserId, WorkspaceId,
    addition::{Addition, Entry, Outcome},
    audit::{AuditEntry, AuditLog},
    by_address::{AddressRow, ByAddress},
    check::{Change, Check, MxFacts, PolicyFacts, Section, Session, Version},
    dkim::{Judgement, Signature, Verdict as DkimVerdict},
    failing::{FailureFilter, HeatRow},
    first_report,
    incident::{self, Chapter, Episode, Group, Incident, Light, Live, State, groups},
    loose_report::LooseReport,
    mailbox::{AfterReport, MailboxRow, MailboxSettings, MailboxSignIn, MailboxTls},
    month::MonthlyReport,
    names::Particulars,
    people::{Invitation, Member, Membership, Workspace},
    plan::{self, Wishes},
    readiness::{Evidence, Readiness, Verdict},
    record_list::{MtaSts, ProofRecord, Publication, ToPublish},
    report_list::{Looked, ReportList, ReportQuery},
    start::Seen,
    view::{
        BrokenNow, CameBy, Cause, CheckPage, DayPoint, DeliveryPage, DeliveryPart, DeliveryRow, DnsRecord, DomainPage,
        DomainRow, DomainSetup, Failing, HistoryEntry, IncidentList, IncidentQuery, IngestLog, LogQuery, LookedUp,
        Overview, OverviewQuery, OverviewSort, PolicyRow, ReportPage, ReportPolicy, ReportRow, ReporterRow, RollCall,
        TurnedAway,
    },
};
use mtasts::Mode;
use tlsrpt::{Failure, Note, Policy, PolicyType, Report, ResultType};

/// Closes a tag, an attribute in either quote, a script and a comment; ends with an override of the writing direction.
const EVIL: &str = "\"' onmouseover=alert(1) ></title></script><script>alert(1)</script><img src=x onerror=alert(1)>--><!--\u{202e}txt";

fn evil() -> String {
    EVIL.to_owned()
}

fn name() -> DomainName {
    DomainName::parse("example.com").unwrap()
}

fn today() -> Day {
    Day::from_ymd(2026, 11, 21).unwrap()
}

fn now() -> Timestamp {
    today().start()
}

fn draw<V: IntoView>(page: impl FnOnce() -> V) -> String {
    // Islands ask the context of the response whether they are drawn on a server.
    Owner::new_root(Some(Arc::new(SsrSharedContext::new()))).with(|| {
        provide_meta_context();
        page().into_view().to_html()
    })
}

/// The names of all elements and attributes: a small reader of what Leptos writes, so that it errs where a browser would.
fn names(html: &str) -> Vec<&str> {
    let mut names = vec![];
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let mut quoted = false;
        let end = rest.find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let tag = &rest[..end.expect("a tag ends")];
        rest = &rest[tag.len()..];
        // What lies between quotes are values.
        names.extend(tag.split('"').step_by(2).flat_map(|part| part.split([' ', '='])).filter(|name| !name.is_empty()));
    }
    names
}

/// Nothing of the evil text is markup, all of it is text, and it is shown at least `times`.
#[track_caller]
fn assert_harmless(html: &str, times: usize) {
    let bad = ["script", "/script", "img", "!--", "src", "onerror", "onmouseover"];
    let names = names(html);
    let found: Vec<_> = bad.into_iter().filter(|bad| names.contains(bad)).collect();
    assert!(found.is_empty(), "{found:?} got through:\n{html}");
    let shown = html.matches("&lt;script&gt;alert(1)").count();
    assert!(shown >= times, "shown {shown} times instead of {times}:\n{html}");
}

/// As [`assert_harmless`], and nothing turns the writing direction.
#[track_caller]
fn assert_harmless_and_straight(html: &str, times: usize) {
    assert_harmless(html, times);
    assert!(!html.contains('\u{202e}'), "the override got through:\n{html}");
}

#[test]
fn the_reader_sees_what_a_browser_would() {
    let found = |html| names(html).into_iter().any(|name| ["script", "onmouseover"].contains(&name));
    assert!(found("<p>a<script>x</script></p>"));
    assert!(found("<p title=\"a\" onmouseover=x>"));
    assert!(!found("<p title=\"<script> onmouseover=x\">onmouseover=x</p>"));
}

fn points() -> Vec<DayPoint> {
    let range = DayRange::ending(today(), 30);
    range.days().map(|day| DayPoint { day, totals: Totals { sessions: 9, failed: 3 }, first_cause: 2 }).collect()
}

fn report_row() -> ReportRow {
    ReportRow {
        id: ReportId(1),
        domain: Some(name()),
        reporter: evil(),
        start: Some(now()),
        end: None,
        received: now(),
        totals: Totals { sessions: 9, failed: 3 },
        policies: vec![(PolicyType::Other(evil()), Some(Mode::Enforce))],
        trust: Trust::Signed,
        signer: Some(name()),
        state: ReportState::Conflict,
        notes: 1,
    }
}

fn delivery_row() -> DeliveryRow {
    DeliveryRow {
        id: DeliveryId(1),
        received: now(),
        channel: Channel::Import,
        remote: Some(evil()),
        domain: Some(name()),
        trust: Trust::Signed,
        signer: Some(name()),
        outcome: DeliveryOutcome::Unreadable,
        reason: evil(),
        size: 9,
        reports: vec![],
    }
}

fn came() -> CameBy {
    CameBy { delivery: DeliveryId(1), received: now(), channel: Channel::Upload, remote: Some(evil()) }
}

fn verdict() -> DkimVerdict {
    DkimVerdict { signatures: vec![Signature { domain: evil(), selector: evil(), judgement: Judgement::Malformed }] }
}

fn setup() -> DomainSetup {
    DomainSetup {
        destinations: vec![],
        address: "a".repeat(26),
        report_url: "https://tlsrpt.example.net/r/a".to_owned(),
        report_email: None,
        records: vec![DnsRecord { name: evil(), kind: "TXT".to_owned(), value: evil() }],
        why: Some(evil()),
    }
}

#[test]
fn in_the_list_of_sessions() {
    let session = |is_this| SessionLine { id: evil(), is_this, created: now(), seen: now(), ip: evil(), agent: evil() };
    let sessions = vec![session(true), session(false)];
    assert_harmless(&draw(|| view! { <SessionsPart sessions today=today()>""</SessionsPart> }), 2);
}

fn policy() -> Policy {
    let failure = Failure {
        result_type: ResultType::Other(evil()),
        sending_mta_ip: Some(evil()),
        receiving_mx_hostname: Some(evil()),
        receiving_mx_helo: Some(evil()),
        receiving_ip: Some(evil()),
        failed: 3,
        additional_information: Some(evil()),
        failure_reason_code: Some(evil()),
    };
    Policy {
        policy_type: PolicyType::Other(evil()),
        policy_string: vec![evil()],
        policy_domain: Some(evil()),
        mx_host: vec![evil()],
        mode: None,
        successful: 6,
        failed: 3,
        failures: vec![failure],
    }
}

#[test]
fn on_a_report() {
    let page = ReportPage {
        id: ReportId(1),
        domain: Some(name()),
        reporter: evil(),
        organization_name: Some(evil()),
        contact_info: Some(evil()),
        report_id: Some(evil()),
        start: Some(now()),
        end: Some(now()),
        today: today(),
        received: now(),
        channel: Channel::Https,
        remote: Some(evil()),
        arrivals: 2,
        trust: Trust::Signed,
        signer: Some(name()),
        state: ReportState::Counted,
        totals: Totals { sessions: 9, failed: 3 },
        policies: vec![ReportPolicy { policy: policy(), mx_entry: true, impacts: vec![Impact::NotKnown] }],
        published: vec![],
        notes: vec![Note { code: "odd".into(), text: evil() }],
        conflicts: vec![report_row()],
        siblings: vec![(ReportId(2), name())],
        raw: Some(format!("{{\n\t\"organization-name\": {EVIL}\n}}")),
        previous: Some((ReportId(3), today())),
        next: None,
        delivery: DeliveryId(1),
        came: vec![came(), came()],
    };
    let html = draw(|| view! { <ReportView page editor=true done=None error=None/> });
    assert_harmless_and_straight(&html, 20);
    assert!(html.contains("{\n\t"), "the raw text keeps its lines");
    assert!(!html.contains("href=\"http"), "what a sender calls a link is none");
}

#[test]
fn on_a_report_that_is_read() {
    let report = Report {
        organization_name: Some(evil()),
        contact_info: Some(evil()),
        report_id: Some(evil()),
        policies: vec![policy()],
        notes: vec![Note { code: "odd".into(), text: evil() }],
        ..Report::default()
    };
    let found = ReadOutcome::Found(vec![LooseReport { report, raw: evil() }]);
    let html = draw(|| view! { <ReadReportView outcome=Some(found) limit=1 today=today()/> });
    assert_harmless_and_straight(&html, 15);
    let refused = ReadOutcome::NoReport(evil());
    assert_harmless(&draw(|| view! { <ReadReportView outcome=Some(refused) limit=1 today=today()/> }), 1);
}

#[test]
fn in_a_search_of_help() {
    assert_harmless(&draw(|| view! { <HelpView asked=evil() found=Some(vec![])/> }), 1);
}

#[test]
fn on_a_domain() {
    let cause = Cause {
        result_type: ResultType::Other(evil()),
        mx: Some(evil()),
        impact: Impact::NotDelivered,
        failed: 3,
        first: today(),
        last: today(),
        reporters: 1,
        trust: Trust::Unsigned,
    };
    let page = DomainPage {
        id: DomainId(1),
        name: name(),
        added: now(),
        status: Status::Error,
        reason: model::text::visible(EVIL).into_owned(),
        range: DayRange::ending(today(), 30),
        today: today(),
        complete_to: today().plus(-2),
        totals: Totals { sessions: 270, failed: 90 },
        before: Totals::default(),
        points: points(),
        changes: vec![HistoryEntry { at: now(), changes: vec![Change::Starttls { host: evil(), offered: false }] }],
        causes: vec![cause],
        failing: failing(),
        policies: vec![PolicyRow { policy_type: PolicyType::Other(evil()), mode: None, totals: Totals::default() }],
        reporters: vec![ReporterRow {
            name: evil(),
            trust: Trust::Unsigned,
            days: vec![RollCall::Failures; 30],
            totals: Totals::default(),
            presence: None,
        }],
        mode: None,
        readiness: Readiness {
            verdict: Verdict::NotYet,
            evidence: vec![Evidence { status: Status::Warning, text: evil() }],
            missing: vec![evil()],
        },
        reports: 1,
    };
    let asked = || Asked {
        path: "/domains/example.com".to_owned(),
        filter: failing().filter,
        typed: (evil(), evil()),
        fault: Some(model::text::visible(EVIL).into_owned()),
        ..Asked::default()
    };
    let shared = (page.clone(), asked());
    let html = draw(|| view! { <SharedView page=shared.0 asked=shared.1 expires=now()/> });
    assert_harmless(&html, 30);
    let picture = Subject { page: &page, named: true, width: 960.0 }.draw().svg();
    assert_harmless_and_straight(&picture, 0);
    let sections = vec![Section::new(Check::Starttls, Some(evil()), vec![finding()], vec![evil()])];
    let checks = CheckPage { checked: Some(now()), sections, ..CheckPage::default() };
    let (month, report) = (Month::of(today()), MonthlyReport { page: page.clone(), checks });
    let html = draw(|| view! { <MonthlyView report month error=Some(evil()) now=now()/> });
    assert_harmless(&html, 3);
    let asked = asked();
    let html = draw(|| view! { <SummaryView page incidents=vec![incident()] asked unreported=None now=now()/> });
    // The reason, the legend, the table, the cause, its host, the reporter, each day's words, and the change; the chips, what can be
    // filtered, the breakdowns, the heat maps, the readiness. What a form sends back must stay as it is.
    assert_harmless(&html, 60);
}

/// Failing rows whose every word is evil.
fn failing() -> Failing {
    let filter = FailureFilter {
        result_type: Some(ResultType::Other(evil())),
        mx: Some(Some(evil())),
        reporter: Some(evil()),
        policy_type: Some(PolicyType::Other(evil())),
        ..FailureFilter::default()
    };
    let row = || HeatRow { name: Some(evil()), days: vec![3; 30] };
    Failing {
        filter,
        cut: true,
        types: vec![ResultType::Other(evil())],
        hosts: vec![Some(evil())],
        impacts: vec![(Impact::NotDelivered, 90)],
        by_type: vec![(ResultType::Other(evil()), 90)],
        by_mx: vec![(Some(evil()), 90)],
        by_reporter: vec![(evil(), 90)],
        mx_days: vec![row()],
        reporter_days: vec![row()],
    }
}

#[test]
fn on_a_domain_without_reports() {
    let reason = "first report due by 23 Nov".to_owned();
    let record = format!("v=TLSRPTv1; rua=mailto:a@example.com {EVIL}");
    let checks = CheckPage {
        checked: Some(now()),
        sections: vec![Section::new(Check::TlsRpt, None, vec![finding()], vec![evil()])],
        facts: model::check::Facts { tls_rpt: Some(record), ..Default::default() },
        ..CheckPage::default()
    };
    let name = name();
    let facts =
        first_report::Facts { now: now(), name: &name, added: now(), setup: &setup(), checks: &checks, test: None };
    let diagnosis = Some(first_report::diagnose(&facts));
    let judgement = (Status::Waiting, reason);
    let html = draw(|| view! { <FirstReport name=name.clone() judgement diagnosis today=today()/> });
    // What is wrong with the record, what to do about it, and why nothing can be published.
    assert_harmless_and_straight(&html, 3);
}

#[test]
fn on_failures_by_network() {
    let row = |sending: Option<IpAddr>| AddressRow {
        sending,
        receiving: None,
        mx: Some(evil()),
        reporter: evil(),
        result_type: ResultType::Other(evil()),
        failed: 3,
        last: today(),
    };
    let address = "8.8.8.8".parse().unwrap();
    let by = ByAddress::of(&[row(None), row(Some(address))]);
    let named = Some((address, Names::Found(vec![evil()])));
    let asked =
        Asked { path: "/domains/example.com/networks".to_owned(), filter: failing().filter, ..Asked::default() };
    let html = draw(|| view! { <NetworksView name=name() by cut=true asked named asks=true today=today()/> });
    // In each table what went wrong and who told of it or where; the chips, and the name.
    assert_harmless(&html, 13);
    assert!(html.contains("8.8.8.0/24"));
}

#[test]
fn on_the_way_to_another_policy() {
    let policy = PolicyFacts {
        body_sha256: String::new(),
        body: evil(),
        mode: None,
        mx: vec![],
        max_age: None,
        tls: Session { version: Version::Tls13, chain: vec![], faults: vec![] },
    };
    let mx = MxFacts { preference: 10, host: evil(), addresses: vec![], tlsa: vec![] };
    let facts = model::check::Facts { policy: Some(policy), mta_sts: Some(evil()), mx: vec![mx], ..Default::default() };
    let checks = CheckPage { checked: Some(now()), facts, ..CheckPage::default() };
    let html = draw(|| view! { <MtaStsView name=name() checks level=None now=now() unavailable=false/> });
    // The record, the policy, the host, and that no policy can have it.
    assert_harmless_and_straight(&html, 4);
}

fn finding() -> Finding {
    Finding {
        code: "tls-rpt-record-missing".into(),
        status: Status::Error,
        title: evil(),
        consequence: evil(),
        evidence: Some(evil()),
        remedy: Some(evil()),
        publish: Some(Publish::Value("v=TLSRPTv1; rua=mailto:a@example.com".into())),
        source: "RFC 8460 §3".into(),
    }
}

#[test]
fn on_what_to_publish() {
    let finding = finding();
    let changes = vec![Change::TlsRpt { before: Some(evil()), after: None }];
    let checks = CheckPage {
        checked: Some(now()),
        sections: vec![Section::new(Check::Starttls, Some(evil()), vec![finding.clone()], vec![evil()])],
        notices: vec![finding],
        history: vec![HistoryEntry { at: now(), changes }],
        ..CheckPage::default()
    };
    let page = {
        let checks = checks.clone();
        || view! { <RecordsView name=name() setup=setup() checks today=today() unavailable=false/> }
    };
    // What is there to be copied must stay as it is.
    assert_harmless(&draw(page), 13);
    let seen = || view! { <Checks name=name() checks=checks.clone() today=today() unavailable=false/> };
    assert_harmless_and_straight(&draw(seen), 9);
    assert_harmless_and_straight(&draw(|| view! { <History entries=checks.history.clone() today=today()/> }), 1);
}

#[test]
fn on_lists() {
    let list = ReportList { matching: 1, looked: Looked::Since(today()), page: 1, rows: vec![report_row()] };
    let asked = ReportQuery { reporter: evil(), domain: evil(), ..ReportQuery::default() };
    let (of_one, anything) = (list.clone(), ReportQuery::default());
    let html = draw(|| view! { <ReportsView name=name() list=of_one asked=anything today=today()/> });
    assert_harmless_and_straight(&html, 1);
    // What a visitor typed stands in its field as it was typed.
    assert_harmless(&draw(|| view! { <AllReportsView list asked today=today()/> }), 1);

    let log = IngestLog { matching: 1, page: 1, rows: vec![delivery_row()] };
    let asked = LogQuery { page: 1, ..LogQuery::default() };
    let quota = DayQuota { deliveries: 5_000, bytes: 50 << 20 };
    let away = TurnedAway { quota, domains: vec![(name(), 7)], unknown: 0 };
    assert_harmless(
        &draw(
            || view! { <LogView log away unknown=7 asked domain=evil() editor=true done=None error=None today=today()/> },
        ),
        4,
    );

    let part = DeliveryPart {
        report: ReportId(1),
        domain: None,
        claimed: Some(evil()),
        reporter: evil(),
        state: ReportState::Quarantined,
        notes: 1,
    };
    let page = DeliveryPage { row: delivery_row(), parts: vec![part], verdict: Some(verdict()), body: Some(evil()) };
    assert_harmless_and_straight(
        &draw(|| view! { <DeliveryView page editor=true done=None error=None today=today()/> }),
        5,
    );
}

/// An incident in the words of a sender who means no good.
fn incident() -> Incident {
    let (result_type, mx) = (ResultType::Other(evil()), Some(evil()));
    let episode = Episode {
        opened: today().plus(-3),
        last: today().plus(-1),
        reporters: [ReporterId(1)].into(),
        fix_seen: Some(now()),
        resolved: None,
    };
    let evidence = incident::Evidence {
        reporters: vec![evil()],
        network: None,
        others: 1,
        light: Light::Green,
        seen: "",
        one_sided: false,
    };
    let chapter = Chapter { episode, impact: Impact::NotDelivered, trust: Trust::Unsigned, reporters: vec![evil()] };
    Incident {
        failed: 3,
        episodes: vec![chapter],
        earlier: true,
        fault: evidence.judge(&result_type),
        live: Live { light: Light::Red, words: evil() },
        evidence,
        result_type,
        mx,
    }
}

fn group() -> Group {
    let name = name();
    groups([(&name, &incident())]).remove(0)
}

#[test]
fn in_incidents() {
    let list = IncidentList {
        today: today(),
        range: DayRange::ending(today(), 60),
        counts: [(State::Open, 0), (State::FixSeen, 1), (State::Resolved, 0)],
        matching: 1,
        page: 1,
        groups: vec![group()],
        domains: 1,
    };
    let asked = IncidentQuery { search: evil(), state: Some(State::FixSeen), page: 1 };
    // The type and host in the heading, the reporter, the check, and what was searched for.
    assert_harmless(&draw(|| view! { <IncidentsView list asked/> }), 5);

    let incident = incident();
    let row = HistoryRow { chapter: incident.latest().clone(), incident, failed: 3 };
    let range = DayRange::ending(today(), 30);
    let history = || view! { <HistoryView name=name() range rows=vec![row] days=30 today=today()/> };
    assert_harmless_and_straight(&draw(history), 3);
}

#[test]
fn on_overview() {
    let row = DomainRow {
        name: name(),
        status: Status::Error,
        reason: model::text::visible(EVIL).into_owned(),
        points: points(),
        totals: Totals { sessions: 270, failed: 90 },
        mode: None,
        reporters: 1,
        last_report: Some(now()),
    };
    let overview = Overview {
        range: DayRange::ending(today(), 30),
        today: today(),
        domains: 1,
        errors: 1,
        warnings: 0,
        broken: BrokenNow { first: vec![group()], causes: 2 },
        matching: 1,
        page: 1,
        rows: vec![row],
        totals: Totals { sessions: 270, failed: 90 },
        last_delivery: None,
        started: true,
        waiting: 0,
        complete_to: today(),
    };
    let asked = |search: String| OverviewQuery { search, status: None, sort: OverviewSort::Status, days: 30, page: 1 };
    let unfiltered = overview.clone();
    // The reason, and of the cause its type, its host, the step and the link to all of it.
    assert_harmless(&draw(|| view! { <OverviewView overview=unfiltered asked=asked(String::new()) due=today()/> }), 3);
    assert_harmless(&draw(|| view! { <OverviewView overview asked=asked(evil()) due=today()/> }), 2);
}

#[test]
fn in_names_that_are_no_domains() {
    let wrong = |outcome| Entry {
        line: 1,
        typed: evil(),
        outcome,
        name: None,
        detail: evil(),
        particulars: Particulars::default(),
    };
    let addition = Addition {
        id: 1,
        source: evil(),
        created: now(),
        counts: vec![(Outcome::Refused, 1), (Outcome::Repeated, 1), (Outcome::PassedOver, 1)],
    };
    let page = AdditionPage {
        addition,
        asks_proof: true,
        refused: vec![wrong(Outcome::Refused)],
        repeated: vec![wrong(Outcome::Repeated)],
        passed_over: vec![wrong(Outcome::PassedOver)],
        proven_elsewhere: vec![name()],
    };
    let draw_it = || draw(|| view! { <AdditionView page=page.clone() records=records() now=now()/> });
    // What is to be copied is shown as it is; that is a record of our own making.
    assert_harmless(&draw_it(), 8);
    let error = evil();
    let add = draw(|| view! { <AddDomainsView waited_for=vec![(name(), 1)] asks_proof=true error/> });
    assert_eq!(add.matches("alert(1)").count(), 0, "a word that is not known is not shown");
}

fn records() -> RecordPage {
    let record = DnsRecord { name: evil(), kind: "TXT".to_owned(), value: evil() };
    let (record_of_proof, of_policy) = (record.clone(), record.clone());
    let mta_sts = Some(MtaSts { record: of_policy, url: evil(), policy: evil() });
    let row = ToPublish {
        domain: name(),
        record: Some(record),
        published: Some(evil()),
        state: Publication::Other,
        stale_until: Some(now()),
        zone: None,
        proof: Some(ProofRecord { record: record_of_proof, seen: false }),
        mta_sts,
    };
    RecordPage { matching: 1, page: 1, rows: vec![row], why: Some(evil()), looks: true }
}

#[test]
fn in_records_to_publish() {
    assert_harmless(&draw(|| view! { <RecordListView page=records() waiting=true asked=Some(evil()) now=now()/> }), 4);
}

#[test]
fn an_empty_box_holds_nothing() {
    let html = draw(|| view! { <TextBox name="names" value=String::new() rows=2/> });
    assert!(html.contains("placeholder=\"\"></textarea>"), "{html}");
}

#[test]
fn in_domains_to_be_edited() {
    let row = EditRow { name: name(), tags: vec![evil()], customer: evil(), no_mail: true };
    let page = EditPage { matching: 1, page: 1, rows: vec![row] };
    let filter = EditFilter { search: evil(), archived: false };
    let told = Told { error: "typed".to_owned(), typed: evil(), act: evil(), ..Told::default() };
    assert_harmless(&draw(|| view! { <EditDomainsView page filter told/> }), 5);
}

#[test]
fn in_the_settings_of_a_domain() {
    let addresses = vec![ReportAddress { address: evil(), created: now(), retired: None }];
    let particulars = Particulars { tags: vec![evil()], customer: evil(), notes: EVIL_BOX.to_owned() };
    let notes = DomainNotes { particulars, recipients: vec![EVIL_BOX.to_owned()], no_mail: false };
    let proof = Proof::Waiting;
    let settings =
        DomainSettings { addresses, notes, proof, proven_elsewhere: true, added: now(), archived: Some(now()) };
    let of = |typed: Typed| {
        let settings = settings.clone();
        draw(|| view! { <SettingsView name=name() settings typed error=evil() may=true now=now()/> })
    };
    let html = of(Typed::default());
    assert_harmless(&html, 4);
    assert_eq!(html.matches("</textarea>").count(), 2, "{html}");
    let again = Typed {
        again: "notes".to_owned(),
        tags: evil(),
        customer: evil(),
        notes: EVIL_BOX.to_owned(),
        recipients: format!("{EVIL} {EVIL_BOX}"),
        no_mail: evil(),
    };
    let html = of(again);
    assert_harmless(&html, 3);
    assert_eq!(html.matches("</textarea>").count(), 2, "{html}");
}

#[test]
fn on_getting_started() {
    let seen = Seen { base_url: Some(format!("https://{EVIL}")), domains: 1, waiting: vec![name()], ..Seen::default() };
    let html = draw(|| {
        view! { <StartView seen host=evil() local=evil() test=Some(ToTest { domain: name(), report_url: evil() }) today=today() unavailable=false/> }
    });
    assert_harmless(&html, 3);
}

/// Closes the box for text, and whatever may be open around it.
const EVIL_BOX: &str = "</textarea></form><script>alert(1)</script><img src=x onerror=alert(1)>";

#[test]
fn in_texts_to_lint() {
    for kind in [TextKind::Tlsrpt, TextKind::MtaSts, TextKind::Policy] {
        for text in [
            format!("v=TLSRPTv1; rua=mailto:{EVIL}"),
            format!("v=TLSRPTv1; rua={EVIL_BOX}\nv=STSv1; id={EVIL_BOX}"),
            format!("version: STSv1\nmode: {EVIL}\nmx: {EVIL_BOX}\n<html>"),
            EVIL_BOX.to_owned(),
        ] {
            let asked = lint::Asked { kind, text, mx: format!("{EVIL},{EVIL_BOX}") };
            let html = draw(|| view! { <LintView asked/> });
            assert_harmless(&html, 2);
            assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        }
    }
}

#[test]
fn in_what_is_to_be_built() {
    let (typed, name) = (format!("mailto:{EVIL} {EVIL_BOX}"), name());
    let wishes = Wishes { destinations: &typed, hosts: &typed, mode: Mode::Testing };
    let built = Some(Ok((name.clone(), plan::plan(&name, wishes, now()))));
    let asked = build::Asked { domain: evil(), rua: typed.clone(), mx: typed.clone(), mode: Mode::Testing };
    let html = draw(|| view! { <BuildView asked built/> });
    assert_harmless(&html, 6);
    assert_eq!(html.matches("</textarea>").count(), 2, "{html}");
}

#[test]
fn in_what_is_looked_up() {
    let certificate = format!("192.0.2.1: {EVIL} for {EVIL}");
    let section = Section::new(Check::Starttls, Some(evil()), vec![finding()], vec![evil(), certificate]);
    let seen = LookedUp { at: now(), sections: vec![section], notices: vec![finding()], in_time: false };
    let answer = Answer::Of(name(), LookUp::Seen(seen));
    let domain = name().to_string();
    assert_harmless_and_straight(&draw(|| view! { <LookUpView domain answer today=today()/> }), 10);

    let error = DomainName::parse(EVIL).unwrap_err();
    assert_harmless(&draw(|| view! { <LookUpView domain=evil() answer=Answer::NoDomain(error) today=today()/> }), 1);
}

fn invitation() -> Invitation {
    Invitation {
        id: 1,
        workspace: WorkspaceId(1),
        workspace_name: evil(),
        email: Some(evil()),
        role: Role::Editor,
        created: now(),
        expires: now(),
    }
}

#[test]
fn in_settings() {
    let member = Member { user: UserId(1), email: evil(), role: Role::Owner, since: now(), disabled: true };
    let fresh = Some((invitation(), evil()));
    let people = || {
        let (members, invitations) = (vec![member.clone()], vec![invitation()]);
        view! { <PeopleView members invitations fresh me=UserId(2) role=Role::Owner error=None today=today()/> }
    };
    assert_harmless(&draw(people), 7);

    let memberships = vec![Membership { workspace: WorkspaceId(1), name: evil(), role: Role::Owner }];
    let all =
        Workspace { workspace: WorkspaceId(1), name: evil(), created: now(), members: 1, domains: 1, trusted: false };
    let workspaces = || {
        let (current, all) = (WorkspaceId(2), Some(vec![all]));
        view! { <WorkspacesView current role=Role::Owner memberships all error=None today=today()/> }
    };
    assert_harmless(&draw(workspaces), 3);

    let entry =
        AuditEntry { id: 1, at: now(), who: evil(), act: Act::SignedIn, subject: evil(), detail: evil(), from: evil() };
    let log = AuditLog { matching: 1, page: 1, rows: vec![entry] };
    let straight = || {
        let (log, asked) = (log.clone(), audit::Asked::default());
        view! { <AuditView log asked administrator=true role=Role::Owner today=today()/> }
    };
    assert_harmless_and_straight(&draw(straight), 4);
    let asked = audit::Asked { person: evil(), act: evil(), from: evil(), to: evil(), of: evil() };
    assert_harmless(&draw(|| view! { <AuditView log asked administrator=true role=Role::Owner today=today()/> }), 7);
}

#[test]
fn in_an_invitation() {
    for me in [None, Some(evil()), Some("ada@example.com".to_owned())] {
        let view = || view! { <JoinView invitation=Some(invitation()) code=evil() me error=None/> };
        assert_harmless(&draw(view), 2);
    }
    assert_harmless(&draw(|| view! { <JoinView invitation=None code=evil() me=None error=None/> }), 0);
}

#[test]
fn in_mailboxes() {
    let mailbox = MailboxRow {
        id: MailboxId(1),
        configured: false,
        settings: MailboxSettings {
            host: evil(),
            port: 993,
            tls: MailboxTls::Tls,
            user: evil(),
            folder: evil(),
            after: AfterReport::Move(evil()),
            sign_in: MailboxSignIn::Password,
            form: None,
        },
        created: now(),
        due: now(),
        running: false,
        taken: 1,
        others: 1,
        skipped: 1,
        waiting: 1,
        succeeded: Some(now()),
        error: Some((now(), evil())),
        tested: Some((now(), Some(evil()))),
        paused: None,
    };
    let settings = mailbox.settings.clone();
    let (mailboxes, open) = (vec![mailbox], MailboxesOpen { has_key: true, ports: vec![993] });
    let page = draw(|| view! { <MailboxesView mailboxes open role=Role::Owner error=None now=now()/> });
    assert_harmless_and_straight(&page, 6);
    let (id, open) = (MailboxId(1), MailboxesOpen { has_key: true, ports: vec![993] });
    let html = draw(|| view! { <EditMailboxView id settings open role=Role::Owner error=None/> });
    assert_harmless(&html, 4);
}

#[test]
fn in_tokens() {
    let token = TokenRow {
        id: TokenId(1),
        name: evil(),
        hint: evil(),
        scope: TokenScope::Write,
        created: now(),
        created_by: Some(evil()),
        expires: now(),
        last_used: Some(now()),
    };
    let (tokens, fresh) = (vec![token], Some((TokenId(1), evil())));
    assert_harmless(&draw(|| view! { <TokensView tokens fresh role=Role::Owner error=None now=now()/> }), 4);
}

#[test]
fn in_share_links() {
    let link = ShareLinkRow {
        id: ShareLinkId(1),
        name: evil(),
        hint: evil(),
        created: now(),
        created_by: Some(evil()),
        expires: now(),
        last_opened: Some(now()),
    };
    let (links, fresh) = (vec![link], Some((ShareLinkId(1), evil())));
    let page = draw(|| view! { <ShareView name=name() links fresh error=None may=true now=now()/> });
    assert_harmless(&page, 4);
}
