//! Domains that are looked at from outside, on a small Internet of their own.

use checks::{
    Runner,
    testing::{self as internet, HTTPS, dns::Signing, web},
};
use engine::{Arrival, Destination, Engine};
use model::{
    Channel, Status, Timestamp,
    check::{Change, Check},
    view::CheckPage,
};

use crate::{
    on_both_engines,
    world::{World, last_month, name_of, report, sts},
};

const DOMAIN: &str = "own.test";
const HOUR: i64 = 3_600;

/// An Internet in which the domain has this TLS-RPT record and takes no mail.
async fn internet(record: &str) -> (internet::World, Runner) {
    let mut internet = internet::World::new();
    internet.zone(DOMAIN, Signing::Unsigned, &format!("@ MX 0 .\n_smtp._tls TXT \"{record}\""));
    let runner = internet.runner().await;
    (internet, runner)
}

/// An Internet in which the domain has a policy in this mode.
async fn announcing(mode: &str) -> Runner {
    let mut internet = internet::World::new();
    let identity = internet.ca.identity(&[&format!("mta-sts.{DOMAIN}")]);
    let body = format!("version: STSv1\nmode: {mode}\nmx: mx.{DOMAIN}\nmax_age: 604800\n");
    web::serve(internet.at(2, HTTPS), &identity, web::policy(&body)).await;
    internet.zone(DOMAIN, Signing::Unsigned, &format!("mta-sts A $2\n_mta-sts TXT \"v=STSv1; id={mode}\"\n@ MX 0 ."));
    internet.runner().await
}

/// The title of the warning that enforce came early, where it is told.
async fn enforced_early(engine: &Engine, world: &World) -> Option<String> {
    let findings = seen(engine, world).await.sections.into_iter().flat_map(|section| section.findings);
    findings.into_iter().find(|finding| finding.code == "advice-enforce-early").map(|finding| finding.title)
}

fn clean_report(day: model::Day) -> Vec<u8> {
    let mut report = report("Sender", 1, &[sts(DOMAIN, "testing", 9, &[])]);
    report["date-range"] = serde_json::json!({
        "start-datetime": format!("{day}T00:00:00Z"),
        "end-datetime": format!("{day}T23:59:59Z"),
    });
    report["report-id"] = day.to_string().into();
    report.to_string().into_bytes()
}

/// Does what is due; gives how many checks that were.
async fn look(engine: &Engine, now: Timestamp) -> usize {
    let claims = engine.due_checks(now, 10).await.unwrap();
    for claim in &claims {
        engine.perform_check(claim, now).await.unwrap();
    }
    claims.len()
}

async fn seen(engine: &Engine, world: &World) -> CheckPage {
    engine.domain_records(world.workspace, &name_of(DOMAIN)).await.unwrap().unwrap().1
}

fn status(page: &CheckPage, check: Check) -> Status {
    page.sections.iter().find(|section| section.check == check).unwrap().status
}

on_both_engines! {
    async fn a_domain_is_looked_at_when_due_and_its_history_tells_what_changed(world: &World) {
        let now = internet::now();
        let (_internet, runner) = internet("v=TLSRPTv1; rua=mailto:a@in.example").await;
        let engine = world.looking(runner).await;
        let setup = engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        assert_eq!(seen(&engine, world).await.checked, None);
        assert_eq!(look(&engine, now).await, 1);
        assert_eq!(look(&engine, now).await, 0, "it is due again in about an hour");

        let page = seen(&engine, world).await;
        assert_eq!((page.off, page.running, page.checked, page.changed), (false, false, Some(now), Some(now)));
        assert_eq!(status(&page, Check::TlsRpt), Status::Warning, "reports do not come here: {:#?}", page.sections);
        assert!(page.due.is_some_and(|due| now < due && due < now.plus_seconds(2 * HOUR)));

        // Another process, two hours later: the owner has published what the page said.
        let (_internet, runner) = internet(&setup.records[0].value).await;
        let engine = world.looking(runner).await;
        let later = now.plus_seconds(2 * HOUR);
        assert_eq!(look(&engine, later).await, 1);
        let page = seen(&engine, world).await;
        assert_eq!(status(&page, Check::TlsRpt), Status::Ok, "{:#?}", page.sections);
        assert_eq!((page.checked, page.changed), (Some(later), Some(later)));
        let [change, first] = &page.history[..] else { panic!("two entries: {:#?}", page.history) };
        assert_eq!((first.at, first.changes.len()), (now, 0));
        assert!(matches!(&change.changes[..], [Change::TlsRpt { .. }]), "{change:?}");

        // The chart, which there is with the first report, marks the day.
        world.post(&world.watch(DOMAIN).await, &report("Google", 5, &[sts(DOMAIN, "enforce", 10, &[])])).await;
        let summary = engine.domain_page(world.workspace, &name_of(DOMAIN), &last_month(later), later).await.unwrap().unwrap();
        let marks: Vec<_> = summary.changes.iter().flat_map(|entry| entry.changes.iter().map(Change::mark)).collect();
        assert_eq!(marks, ["TLS-RPT record changed"]);
    }

    async fn a_domain_of_which_nothing_could_be_told_is_looked_at_again_soon(world: &World) {
        let now = internet::now();
        // It takes questions and never answers.
        let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let settings = checks::Settings { name_servers: vec![nobody.local_addr().unwrap()], ..Default::default() };
        let engine = world.looking(Runner::new(settings).unwrap()).await;
        engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        assert!(engine.check_notices().is_empty());
        assert_eq!(look(&engine, now).await, 1);
        let page = seen(&engine, world).await;
        assert!(page.sections.iter().all(|section| section.status == Status::CannotTell), "{:#?}", page.sections);
        let due = page.due.unwrap();
        assert!(now.plus_seconds(120) < due && due < now.plus_seconds(480), "{due}");
        let notices: Vec<_> = engine.check_notices().into_iter().map(|notice| notice.code).collect();
        assert_eq!(notices, ["name-servers-silent"], "said of the installation");
    }

    async fn who_asks_is_looked_at_at_once(world: &World) {
        let now = internet::now();
        let (_internet, runner) = internet("v=TLSRPTv1; rua=mailto:a@in.example").await;
        let engine = world.looking(runner).await;
        engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        engine.check_wanted().await;
        look(&engine, now).await;
        let soon = now.plus_seconds(60);
        assert_eq!(look(&engine, soon).await, 0);
        assert!(!engine.check_again(world.workspace, &name_of("other.test"), soon).await.unwrap());
        assert!(engine.check_again(world.workspace, &name_of(DOMAIN), soon).await.unwrap());
        engine.check_wanted().await;
        assert_eq!(look(&engine, soon).await, 1);
        assert_eq!(seen(&engine, world).await.checked, Some(soon));
    }

    async fn a_silent_name_server_changes_nothing(world: &World) {
        let now = internet::now();
        let (_internet, runner) = internet("v=TLSRPTv1; rua=mailto:a@in.example").await;
        let engine = world.looking(runner).await;
        engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        look(&engine, now).await;
        let settings = checks::Settings {
            name_servers: vec![([127, 0, 0, 1], 1).into()],
            limits: checks::Limits { dns_time: std::time::Duration::from_millis(300), ..checks::Limits::default() },
            ..checks::Settings::default()
        };
        let engine = world.looking(Runner::new(settings).unwrap()).await;
        assert_eq!(look(&engine, now.plus_seconds(2 * HOUR)).await, 1);
        let page = seen(&engine, world).await;
        assert_eq!(page.status, Some(Status::CannotTell));
        assert_eq!(page.facts.tls_rpt.as_deref(), Some("v=TLSRPTv1; rua=mailto:a@in.example"));
        assert_eq!(page.history.len(), 1);
    }

    async fn enforce_that_came_early_is_told_for_a_fortnight(world: &World) {
        let now = internet::now();
        let runner = announcing("testing").await;
        let engine = world.looking(runner).await;
        let setup = engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        look(&engine, now).await;
        assert_eq!(enforced_early(&engine, world).await, None);
        let address = engine.receiver(&setup.address).await.unwrap().unwrap();
        for ago in 0..5 {
            let body = clean_report(model::time::complete_to(now).plus(-ago));
            let to = Destination::Address(address.clone());
            engine.receive(Arrival { to, channel: Channel::Https, remote: None, body, received: now, in_mailbox: None }).await.unwrap();
        }

        // Another process each time, for the domain has another policy.
        for (days, told) in [(1, true), (2, true), (20, false)] {
            let engine = world.looking(announcing("enforce").await).await;
            look(&engine, now.plus_seconds(days * 24 * HOUR)).await;
            let title = enforced_early(&engine, world).await;
            let early = "Enforce came after only 5 days of reports without a failure";
            assert_eq!(title.as_deref(), told.then_some(early), "{days} days later");
        }
    }

    async fn where_checks_are_off_nothing_is_taken_and_the_page_says_so(world: &World) {
        let now = internet::now();
        world.engine.add_domain(world.workspace, &name_of(DOMAIN), now).await.unwrap();
        assert_eq!(look(&world.engine, now).await, 0);
        assert!(seen(&world.engine, world).await.off);
    }
}
