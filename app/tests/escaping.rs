//! What strangers write is shown and does nothing: every field that comes from outside, on every page that shows it.

use std::sync::Arc;

use app::chart::picture::Subject;
use app::components::TextBox;
use app::pages::{
    account::SessionsPart,
    add_domains::{AddDomainsView, addition::AdditionView},
    delivery::DeliveryView,
    domain::{
        checks::{Checks, History},
        monthly::MonthlyView,
        records::RecordsView,
        reports::ReportsView,
        settings::{SettingsView, notes::Typed},
        share::ShareView,
        shared::SharedView,
        summary::SummaryView,
    },
    edit_domains::{EditDomainsView, Told},
    ingest_log::LogView,
    join::JoinView,
    overview::OverviewView,
    records::RecordListView,
    report::ReportView,
    settings::{
        audit::{self, AuditView},
        mailboxes::MailboxesView,
        people::PeopleView,
        tokens::TokensView,
        workspaces::WorkspacesView,
    },
    start::StartView,
    tools::{
        build::{self, BuildView},
        lint::{self, LintView, TextKind},
        look_up::{Answer, LookUpView},
    },
};
use engine::{
    DomainSettings, LookUp, MailboxesOpen, SessionLine,
    additions::AdditionPage,
    domain_settings::{DomainNotes, ReportAddress},
    edits::{EditFilter, EditPage, EditRow},
    records::RecordPage,
};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use model::{
    Act, Channel, Day, DayQuota, DayRange, DeliveryId, DeliveryOutcome, DomainName, Finding, Impact, MailboxId, Month,
    Proof, Publish, ReportId, ReportState, Role, ShareLinkId, ShareLinkRow, Status, Timestamp, TokenId, TokenRow,
    TokenScope, Totals, Trust, UserId, WorkspaceId,
    addition::{Addition, Entry, Outcome},
    audit::{AuditEntry, AuditLog},
    check::{Change, Check, Section},
    dkim::{Judgement, Signature, Verdict},
    mailbox::{AfterReport, MailboxRow, MailboxSettings, MailboxSignIn, MailboxTls},
    month::MonthlyReport,
    names::Particulars,
    people::{Invitation, Member, Membership, Workspace},
    plan::{self, Wishes},
    record_list::{MtaSts, Publication, ToPublish},
    start::Seen,
    view::{
        CameBy, Cause, CheckPage, DayPoint, DeliveryPage, DeliveryPart, DeliveryRow, DnsRecord, DomainPage, DomainRow,
        DomainSetup, HistoryEntry, IngestLog, LogQuery, LookedUp, Overview, OverviewQuery, OverviewSort, PolicyRow,
        ReportList, ReportPage, ReportPolicy, ReportQuery, ReportRow, ReporterRow, RollCall, TurnedAway,
    },
};
use mtasts::Mode;
use tlsrpt::{Failure, Note, Policy, PolicyType, ResultType};

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
        reporter: evil(),
        start: Some(now()),
        end: None,
        received: now(),
        totals: Totals { sessions: 9, failed: 3 },
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

fn verdict() -> Verdict {
    Verdict { signatures: vec![Signature { domain: evil(), selector: evil(), judgement: Judgement::Malformed }] }
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

#[test]
fn on_a_report() {
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
    let policy = Policy {
        policy_type: PolicyType::Other(evil()),
        policy_string: vec![evil()],
        policy_domain: Some(evil()),
        mx_host: vec![evil()],
        mode: None,
        successful: 6,
        failed: 3,
        failures: vec![failure],
    };
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
        policies: vec![ReportPolicy { policy, mx_entry: true, impacts: vec![Impact::NotKnown] }],
        notes: vec![Note { code: "odd".into(), text: evil() }],
        conflicts: vec![report_row()],
        siblings: vec![(ReportId(2), name())],
        raw: Some(format!("{{\n\t\"organization-name\": {EVIL}\n}}")),
        delivery: DeliveryId(1),
        came: vec![came(), came()],
    };
    let html = draw(|| view! { <ReportView page/> });
    assert_harmless_and_straight(&html, 20);
    assert!(html.contains("{\n\t"), "the raw text keeps its lines");
    assert!(!html.contains("href=\"http"), "what a sender calls a link is none");
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
        name: name(),
        added: now(),
        status: Status::Error,
        reason: model::text::visible(EVIL).into_owned(),
        range: DayRange::ending(today(), 30),
        today: today(),
        complete_to: today().plus(-2),
        totals: Totals { sessions: 270, failed: 90 },
        before: Totals::default(),
        impacts: vec![(Impact::NotDelivered, 90)],
        points: points(),
        changes: vec![HistoryEntry { at: now(), changes: vec![Change::Starttls { host: evil(), offered: false }] }],
        causes: vec![cause],
        policies: vec![PolicyRow { policy_type: PolicyType::Other(evil()), mode: None, totals: Totals::default() }],
        reporters: vec![ReporterRow {
            name: evil(),
            trust: Trust::Unsigned,
            days: vec![RollCall::Failures; 30],
            totals: Totals::default(),
        }],
        mode: None,
        reports: 1,
        setup: setup(),
    };
    let shared = page.clone();
    let shared = draw(|| view! { <SharedView page=shared days=30 path="/shared/x".to_owned() expires=now()/> });
    assert_harmless_and_straight(&shared, 30);
    let picture = Subject { page: &page, named: true, width: 960.0 }.draw().svg();
    assert_harmless_and_straight(&picture, 0);
    let sections = vec![Section::new(Check::Starttls, Some(evil()), vec![finding()], vec![evil()])];
    let checks = CheckPage { checked: Some(now()), sections, ..CheckPage::default() };
    let (month, report) = (Month::of(today()), MonthlyReport { page: page.clone(), checks });
    let html = draw(|| view! { <MonthlyView report month error=Some(evil()) now=now()/> });
    assert_harmless(&html, 3);
    let html = draw(|| view! { <SummaryView page days=30 path="/domains/example.com".to_owned()/> });
    // The reason, the legend, the table, the cause, its host, the reporter, each day's words, and the change.
    assert_harmless_and_straight(&html, 36);
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
    let list = ReportList { matching: 1, page: 1, rows: vec![report_row()] };
    let asked = ReportQuery { range: None, failing: false, trust: None, page: 1 };
    let html = draw(|| view! { <ReportsView name=name() list asked path="/".to_owned() today=today()/> });
    assert_harmless_and_straight(&html, 1);

    let log = IngestLog { matching: 1, page: 1, rows: vec![delivery_row()] };
    let asked = LogQuery { page: 1, ..LogQuery::default() };
    let away = TurnedAway { quota: DayQuota { deliveries: 5_000, bytes: 50 << 20 }, domains: vec![(name(), 7)] };
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
        matching: 1,
        page: 1,
        rows: vec![row],
        totals: Totals { sessions: 270, failed: 90 },
        last_delivery: None,
        complete_to: today(),
    };
    let asked = |search: String| OverviewQuery { search, status: None, sort: OverviewSort::Status, days: 30, page: 1 };
    let unfiltered = overview.clone();
    assert_harmless(&draw(|| view! { <OverviewView overview=unfiltered asked=asked(String::new()) due=today()/> }), 2);
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
    let mta_sts = Some(MtaSts { record: record.clone(), url: evil(), policy: evil() });
    let row = ToPublish {
        domain: name(),
        record: Some(record),
        published: Some(evil()),
        state: Publication::Other,
        stale_until: Some(now()),
        zone: None,
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
        view! { <StartView seen host=evil() local=evil() test=Some((name(), evil())) today=today() unavailable=false/> }
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
    };
    let (mailboxes, open) = (vec![mailbox], MailboxesOpen { has_key: true, ports: vec![993] });
    let page = draw(|| view! { <MailboxesView mailboxes open role=Role::Owner error=None now=now()/> });
    assert_harmless_and_straight(&page, 6);
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
