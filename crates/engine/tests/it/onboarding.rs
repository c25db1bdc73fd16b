//! Bringing in domains: many at once, their proof of control, their records, and the way to the first report.

use std::{net::TcpListener, time::Duration};

use checks::{
    Runner,
    testing::{self as internet, dns::Signing},
};
use engine::{Engine, RecordScope, domain_settings::TypedNotes, mailboxes, start::Start};
use model::{
    DeliveryOutcome, MailForm, Proof, Status, Timestamp, UserId,
    addition::Outcome,
    mailbox::{AfterReport, MailboxSettings, MailboxSignIn, MailboxTls},
    record_list::Publication,
    start::{Seen, Step, Way},
    view::{OverviewQuery, OverviewSort},
};

use crate::{
    on_both_engines,
    world::{NOW, World, last_month, name_of, report, sts},
};

const DOMAIN: &str = "own.test";
const USER: UserId = UserId(1);

/// An Internet in which the domain has this TLS-RPT record and takes no mail.
async fn internet(record: Option<&str>) -> (internet::World, Runner) {
    let mut internet = internet::World::new();
    let record = record.map(|record| format!("\n_smtp._tls TXT \"{record}\"")).unwrap_or_default();
    internet.zone(DOMAIN, Signing::Unsigned, &format!("@ MX 0 .{record}"));
    let runner = internet.runner().await;
    (internet, runner)
}

/// The same with a mail host that only counts who comes.
async fn internet_with_mail(record: Option<&str>) -> (internet::World, Runner, TcpListener) {
    let mut internet = internet::World::new();
    let record = record.map(|record| format!("\n_smtp._tls TXT \"{record}\"")).unwrap_or_default();
    internet.zone(DOMAIN, Signing::Unsigned, &format!("@ MX 10 mx\nmx A $9{record}"));
    let listener = TcpListener::bind(internet.at(9, internet::SMTP)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let runner = internet.runner().await;
    (internet, runner, listener)
}

async fn look(engine: &Engine, now: Timestamp) {
    for claim in engine.due_checks(now, 10).await.unwrap() {
        engine.perform_check(&claim, now).await.unwrap();
    }
}

async fn add(world: &World, text: &str) -> i64 {
    world.engine.add_text(world.workspace, USER, "pasted text", text, NOW).await.unwrap()
}

async fn seen(engine: &Engine, world: &World) -> Seen {
    match engine.start(world.workspace, "tlsrpt.example.org", NOW).await.unwrap() {
        Start::UnderWay(seen, _) => *seen,
        Start::Done => panic!("not all is done"),
    }
}

/// A mailbox that takes mail for report addresses of this form.
fn mailbox(form: &str) -> mailboxes::Settings {
    mailboxes::Settings {
        every: Duration::from_mins(5),
        lease: Duration::from_mins(1),
        ports: vec![993],
        https_port: 443,
        trust: imap::Trust::new(None).unwrap(),
        limits: imap::Limits::default(),
        way_out: None,
        configured: vec![mailboxes::Configured {
            name: "one".to_owned(),
            workspace: "default".to_owned(),
            settings: MailboxSettings {
                host: "imap.example.net".to_owned(),
                port: 993,
                tls: MailboxTls::Tls,
                user: "tls".to_owned(),
                folder: "INBOX".to_owned(),
                after: AfterReport::Keep,
                sign_in: MailboxSignIn::Password,
                form: MailForm::parse(form),
            },
            secret: "secret".to_owned(),
        }],
    }
}

on_both_engines! {
    async fn a_few_domains_are_there_when_the_form_is_answered(world: &World) {
        let id = add(world, "a.example, b.example\nlocalhost").await;
        let page = world.engine.addition(world.workspace, id).await.unwrap().unwrap();
        assert!(!page.addition.is_running());
        assert_eq!((page.addition.count(Outcome::Added), page.refused.len()), (2, 1));
        assert!(!page.asks_proof, "the first workspace is trusted");
        let records = world.engine.records_page(world.workspace, RecordScope::Addition(id), 1, NOW).await.unwrap();
        assert_eq!((records.matching, records.rows.len(), records.why), (2, 2, None));
        let record = records.rows[0].record.as_ref().unwrap();
        assert_eq!(record.name, "_smtp._tls.a.example");
        assert!(record.value.starts_with("v=TLSRPTv1; rua=https://tlsrpt.example.org/r/"));
    }

    async fn many_domains_are_added_beside_the_answer(world: &World) {
        let text = (0..1_000).map(|i| format!("d{i}.example\n")).collect::<Vec<_>>().concat();
        let id = add(world, &text).await;
        let progress = world.engine.addition(world.workspace, id).await.unwrap().unwrap().addition.progress();
        assert_eq!(progress, (200, 1_000), "the answer does not wait for all");
        while world.engine.do_chores(NOW).await.unwrap() {}
        let addition = world.engine.addition(world.workspace, id).await.unwrap().unwrap().addition;
        assert_eq!((addition.is_running(), addition.progress()), (false, (1_000, 1_000)));
        let all = world.engine.all_records(world.workspace, RecordScope::Addition(id), NOW).await.unwrap();
        assert_eq!(all.len(), 1_000);
        let values: std::collections::HashSet<_> = all.iter().map(|row| row.record.clone().unwrap().value).collect();
        assert_eq!(values.len(), 1_000, "each has an address of its own");
    }

    async fn the_published_record_is_the_proof(world: &World) {
        let now = internet::now();
        world.engine.trust_workspace(world.workspace, false).await.unwrap();
        let (_internet, runner, mail_host) = internet_with_mail(None).await;
        let engine = world.looking(runner).await;
        let setup = engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        let receiver = engine.receiver(&setup.address).await.unwrap().unwrap();
        let receipt = world.post(&receiver, &report("Sender", 20, &[sts(DOMAIN, "enforce", 9, &[])])).await;
        assert_eq!(receipt.outcome, DeliveryOutcome::Quarantined);

        look(&engine, now).await;
        assert!(mail_host.accept().is_err(), "mail hosts are not greeted before the proof");
        let settings = engine.domain_settings(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap();
        assert_eq!(settings.proof, Proof::Waiting);
        let summary = engine.domain_page(world.workspace, &name_of(DOMAIN), &last_month(now), now).await.unwrap().unwrap();
        assert_eq!((summary.status, summary.totals.sessions), (Status::Waiting, 0));
        assert!(summary.reason.contains("proof"), "{}", summary.reason);

        let (_internet, runner, mail_host) = internet_with_mail(Some(&setup.records[0].value)).await;
        let engine = world.looking(runner).await;
        engine.check_again(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        look(&engine, now.plus_seconds(60)).await;
        let settings = engine.domain_settings(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap();
        assert_eq!(settings.proof, Proof::Proven(now.plus_seconds(60)));
        assert_eq!(engine.domains(world.workspace).await.unwrap()[0].totals.sessions, 9, "what waited is counted at once");
        let records = engine.records_page(world.workspace, RecordScope::All, 1, now).await.unwrap();
        assert_eq!(records.rows[0].state, Publication::Published);
        assert!(mail_host.accept().is_err());
        look(&engine, now.plus_seconds(61)).await;
        assert!(mail_host.accept().is_ok(), "now they are");
    }

    async fn a_shared_mailbox_needs_a_proof_of_its_own(world: &World) {
        let now = internet::now();
        world.engine.trust_workspace(world.workspace, false).await.unwrap();
        let through = async |texts: &str, form: &str| {
            let mut internet = internet::World::new();
            internet.zone(DOMAIN, Signing::Unsigned, &format!("@ MX 0 .{texts}"));
            let runner = internet.runner().await;
            let settings = engine::Settings { checks: Some(runner), mailboxes: Some(mailbox(form)), ..world.settings.clone() };
            let engine = Engine::open(settings).await.unwrap();
            engine.configure_mailboxes(now).await.unwrap();
            (internet, engine)
        };
        let standing = async |engine: &Engine| {
            engine.domain_settings(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap().proof
        };
        let record = "\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"";
        let (_internet, engine) = through(record, "tls@example.net").await;
        let setup = engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        assert_eq!(setup.records[1].name, format!("_waxseal.{DOMAIN}"));
        look(&engine, now).await;
        assert_eq!(standing(&engine).await, Proof::Waiting, "anybody may name this mailbox");
        let records = engine.records_page(world.workspace, RecordScope::All, 1, now).await.unwrap();
        assert_eq!(records.rows[0].state, Publication::Published);
        let asked = records.rows[0].proof.as_ref().unwrap();
        assert_eq!((&asked.record, asked.seen), (&setup.records[1], false), "the table has it, too");

        let foreign = format!("{record}\n_waxseal TXT \"waxseal-proof={}\"", "a".repeat(26));
        let (_internet, engine) = through(&foreign, "tls@example.net").await;
        engine.check_again(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        look(&engine, now).await;
        assert_eq!(standing(&engine).await, Proof::Waiting, "that is somebody else's proof");

        let own = format!("{record}\n_waxseal TXT \"{}\"", setup.records[1].value);
        let (_internet, engine) = through(&own, "tls@example.net").await;
        engine.check_again(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        look(&engine, now.plus_seconds(60)).await;
        assert_eq!(standing(&engine).await, Proof::Proven(now.plus_seconds(60)));
        let all = engine.all_records(world.workspace, RecordScope::All, now).await.unwrap();
        assert!(all[0].proof.as_ref().unwrap().seen);
        world.engine.trust_workspace(world.workspace, true).await.unwrap();
        engine.add_domain(world.workspace, &name_of("trusted.test"), now).await.unwrap();
        let all = engine.all_records(world.workspace, RecordScope::All, now).await.unwrap();
        assert!(all[0].proof.is_some() && all[1].proof.is_none(), "nobody asks for it: {all:?}");
    }

    async fn an_alias_proves_by_the_domains_own_address_alone(world: &World) {
        let now = internet::now();
        world.engine.trust_workspace(world.workspace, false).await.unwrap();
        let own = world.engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        let other = world.engine.add_domain(world.workspace, &name_of("other.test"), now).await.unwrap();
        let seen = async |record: String, at: Timestamp| {
            let mut internet = internet::World::new();
            internet.zone(DOMAIN, Signing::Unsigned, "@ MX 0 .\n_smtp._tls CNAME _smtp._tls.other.test.");
            internet.zone("other.test", Signing::Unsigned, &format!("@ MX 0 .\n_smtp._tls TXT \"{record}\""));
            let engine = world.looking(internet.runner().await).await;
            for name in [DOMAIN, "other.test"] {
                engine.check_again(world.workspace, &name_of(name), at).await.unwrap();
            }
            look(&engine, at).await;
            let own = engine.domain_settings(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap().proof;
            let other = engine.domain_settings(world.workspace, &name_of("other.test")).await.unwrap().unwrap().proof;
            let (_, page) = engine.domain_records(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap();
            let told = page.sections.into_iter().flat_map(|section| section.findings);
            (own, other, told.map(|finding| finding.code).collect::<Vec<_>>())
        };
        let (standing, others, told) = Box::pin(seen(other.records[0].value.clone(), now)).await;
        assert_eq!((standing, others), (Proof::Waiting, Proof::Proven(now)), "it names the other one's address");
        assert!(told.iter().any(|code| code == "tls-rpt-cname-other"), "{told:?}");

        let both = format!("{},{}", other.records[0].value, own.destinations[0]);
        let later = now.plus_seconds(60);
        assert_eq!(Box::pin(seen(both, later)).await.0, Proof::Proven(later), "who publishes the alias has chosen the record");
    }

    async fn a_template_is_the_proof_itself(world: &World) {
        let now = internet::now();
        world.engine.trust_workspace(world.workspace, false).await.unwrap();
        let settings = engine::Settings { mailboxes: Some(mailbox("tls+{address}@provider.example.net")), ..world.settings.clone() };
        let engine = Engine::open(settings.clone()).await.unwrap();
        engine.configure_mailboxes(now).await.unwrap();
        let setup = engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        let mailbox = format!("tls+{}@provider.example.net", setup.address);
        assert_eq!(setup.report_email.as_deref(), Some(mailbox.as_str()));
        assert!(setup.records.len() == 1 && setup.records[0].value.contains(&format!("mailto:{mailbox}")), "{setup:?}");
        let (_internet, runner) = internet(Some(&format!("v=TLSRPTv1; rua=mailto:{mailbox}"))).await;
        let engine = Engine::open(engine::Settings { checks: Some(runner), ..settings }).await.unwrap();
        engine.configure_mailboxes(now).await.unwrap();
        look(&engine, now).await;
        let settings = engine.domain_settings(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap();
        assert_eq!(settings.proof, Proof::Proven(now));
    }

    async fn the_address_of_another_proves_nothing(world: &World) {
        let now = internet::now();
        world.engine.trust_workspace(world.workspace, false).await.unwrap();
        let other = world.engine.add_domain(world.workspace, &name_of("other.test"), now).await.unwrap();
        let (_internet, runner) = internet(Some(&other.records[0].value)).await;
        let engine = world.looking(runner).await;
        engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        look(&engine, now).await;
        let settings = engine.domain_settings(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap();
        assert_eq!(settings.proof, Proof::Waiting);
    }

    async fn destinations_of_others_and_recipients_stand_in_the_record(world: &World) {
        let now = internet::now();
        let (_internet, runner) = internet(Some("v=TLSRPTv1; rua=mailto:old@elsewhere.example")).await;
        let engine = world.looking(runner).await;
        let before = engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        assert!(!before.records[0].value.contains("elsewhere"));
        look(&engine, now).await;
        let typed = TypedNotes { recipients: "team@own.test", ..TypedNotes::default() };
        engine.note_domain(world.workspace, &name_of(DOMAIN), typed).await.unwrap().unwrap();
        let after = engine.domain_setup(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap();
        assert_eq!(
            after.records[0].value,
            format!("v=TLSRPTv1; rua=mailto:old@elsewhere.example,mailto:team@own.test,{}", after.report_url)
        );
    }

    async fn who_sees_a_record_that_is_waited_for_has_it_looked_at_again(world: &World) {
        let now = internet::now();
        let (_internet, runner) = internet(None).await;
        let engine = world.looking(runner).await;
        engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        look(&engine, now).await;
        let due = engine.next_check().await.unwrap().unwrap();
        assert!(due > now.plus_seconds(1_800), "{due}");
        let see = async |at| {
            let page = engine.records_page(world.workspace, RecordScope::Waiting, 1, at).await.unwrap();
            assert_eq!(page.rows[0].state, Publication::Absent);
            engine.next_check().await.unwrap().unwrap()
        };
        assert_eq!(see(now.plus_seconds(30)).await, due, "it was looked at just now");
        assert_eq!(see(now.plus_seconds(61)).await, now.plus_seconds(61));
    }

    async fn an_old_address_still_proves_and_leaves_the_record(world: &World) {
        let now = internet::now();
        let first = world.engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        let (_internet, runner) = internet(Some(&first.records[0].value)).await;
        let engine = world.looking(runner).await;
        look(&engine, now).await;
        // By the database's own clock, which decides what is valid.
        assert!(engine.rotate_address(world.workspace, &name_of(DOMAIN), 365, Timestamp(4_000_000_000_000)).await.unwrap());
        look(&engine, Timestamp(4_000_000_000_000)).await;
        let second = engine.domain_setup(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap();
        assert_ne!(first.address, second.address);
        assert!(!second.records[0].value.contains(&first.address), "{:?}", second.records);
        assert!(engine.receiver(&first.address).await.unwrap().is_some(), "its grace time runs");
        let records = engine.records_page(world.workspace, RecordScope::All, 1, now).await.unwrap();
        assert_eq!(records.rows[0].state, Publication::Other);
    }

    async fn a_removed_domain_is_gone_and_its_reports_go_beside_the_answer(world: &World) {
        let receiver = world.watch("example.com").await;
        world.post(&receiver, &report("Sender", 12, &[sts("example.com", "enforce", 9, &[])])).await;
        let name = name_of("example.com");
        assert_eq!(world.engine.holdings(world.workspace, &name).await.unwrap().unwrap().reports, 1);
        assert!(world.engine.remove_domain(world.workspace, &name).await.unwrap());
        assert!(world.engine.domain_setup(world.workspace, &name).await.unwrap().is_none());
        assert!(world.engine.domain_settings(world.workspace, &name).await.unwrap().is_none());
        assert!(world.engine.holdings(world.workspace, &name).await.unwrap().is_none());
        assert!(matches!(world.engine.add_domain(world.workspace, &name, NOW).await, Err(engine::Error::BeingRemoved)));
        while world.engine.do_chores(NOW).await.unwrap() {}
        assert_eq!(world.engine.domains(world.workspace).await.unwrap(), []);
        assert!(!world.engine.remove_domain(world.workspace, &name).await.unwrap());
        world.engine.add_domain(world.workspace, &name, NOW).await.unwrap();
    }

    async fn each_step_turns_green_by_what_is_seen(world: &World) {
        let open = seen(&world.engine, world).await;
        let green = |seen: &Seen| Step::ALL.map(|step| step.judge(seen).0 == Status::Ok);
        assert_eq!(green(&open), [true, false, false, false, false], "it was asked for under its base URL");
        world.engine.choose_way(world.workspace, Way::Https).await.unwrap();
        let now = internet::now();
        let setup = world.engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        let (_internet, runner) = internet(Some(&setup.records[0].value)).await;
        let engine = world.looking(runner).await;
        assert_eq!(green(&seen(&engine, world).await), [true, false, true, false, false]);
        look(&engine, now).await;
        assert_eq!(green(&seen(&engine, world).await), [true, false, true, true, false]);
        let receiver = engine.receiver(&setup.address).await.unwrap().unwrap();
        world.post(&receiver, &report("Sender", 20, &[sts(DOMAIN, "enforce", 9, &[])])).await;
        let query = OverviewQuery { search: String::new(), status: None, sort: OverviewSort::Name, days: 30, page: 1 };
        let overview = engine.overview(world.workspace, &query, now).await.unwrap();
        assert_eq!((overview.started, overview.waiting), (false, 0));
        assert_eq!(green(&seen(&engine, world).await), [true; 5]);
        engine.add_domain(world.workspace, &name_of("other.test"), now).await.unwrap();
        let overview = engine.overview(world.workspace, &query, now).await.unwrap();
        assert_eq!((overview.started, overview.waiting), (true, 1), "once it is done, it is");
        assert_eq!(engine.start(world.workspace, "", NOW).await.unwrap(), Start::Done, "it stays done");
    }

    async fn tags_and_customers_are_found_on_overview(world: &World) {
        use model::view::{OverviewQuery, OverviewSort};

        world.watch("a.example").await;
        world.watch("b.example").await;
        let typed = TypedNotes { tags: "Web", customer: "Acme", ..TypedNotes::default() };
        world.engine.note_domain(world.workspace, &name_of("b.example"), typed).await.unwrap().unwrap();
        for (search, expected) in [("web", 1), ("ACME", 1), ("a.exa", 1), ("example", 2), ("nobody", 0)] {
            let query = OverviewQuery { search: search.into(), status: None, sort: OverviewSort::Name, days: 30, page: 1 };
            let overview = world.engine.overview(world.workspace, &query, NOW).await.unwrap();
            assert_eq!(overview.matching, expected, "{search}");
        }
    }

    async fn what_takes_no_mail_is_expected_nothing_of(world: &World) {
        use model::view::{OverviewQuery, OverviewSort};

        world.watch("a.example").await;
        let query = OverviewQuery { search: String::new(), status: None, sort: OverviewSort::Name, days: 30, page: 1 };
        let status = || async {
            let overview = world.engine.overview(world.workspace, &query, NOW).await.unwrap();
            (overview.rows[0].status, overview.rows[0].reason.clone())
        };
        assert_eq!(status().await.0, Status::Waiting);
        let typed = TypedNotes { no_mail: true, ..TypedNotes::default() };
        world.engine.note_domain(world.workspace, &name_of("a.example"), typed).await.unwrap().unwrap();
        assert_eq!(status().await, (Status::NotApplicable, "receives no mail".to_owned()));
    }
}
