//! Whatever happens in whatever order, the roll-ups are what a recount of the stored rows gives.

use std::time::Duration;

use model::{Trust, dkim::Verdict};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use rstest::rstest;
use storage::{Content, Judged, testing::Engine};
use tlsrpt::{PolicyType, Report, ResultType};

use crate::support::{NOW, World, failure, instant, name, new_report, policy, report};

/// One thing that can happen.
#[derive(Clone, Debug)]
enum Event {
    Post(Says),
    Import(Says),
    Mail(Says, bool),
    Unproven(Says, bool),
    Judge(Says, bool),
    Choose(usize),
    Discard(usize),
    ReadAgain(usize, Says),
    AddDomain(usize),
    DeleteDomain(usize),
}

/// A report, few enough that they meet often.
#[derive(Clone, Debug)]
struct Says {
    id: u8,
    organization: u8,
    day: u8,
    days: u8,
    policies: Vec<(u8, u8, u8, u8)>,
}

const DOMAINS: [&str; 4] = ["example.com", "example.net", "mail.example.net", "example.edu"];

impl Says {
    fn report(&self) -> Report {
        let kinds = [PolicyType::Sts, PolicyType::Tlsa, PolicyType::NoPolicyFound, PolicyType::Other("tls".into())];
        let types = [ResultType::CertificateExpired, ResultType::Other("new-kind".into())];
        let policies = self.policies.iter().map(|&(kind, domain, successful, failed)| {
            let domain = DOMAINS.get(usize::from(domain)).copied();
            let mut policy = policy(kinds[usize::from(kind)].clone(), domain, successful.into(), failed.into());
            if failed > 1 {
                let mx = format!("mx{}.example.net", failed % 3);
                policy.failures.push(failure(types[usize::from(failed % 2)].clone(), &mx, failed.into()));
            }
            if failed % 5 == 0 {
                policy.mode = [None, Some(mtasts::Mode::Testing)][usize::from(failed % 2)];
            }
            policy
        });
        let start = instant("2026-11-01T00:00:00Z") + chrono::TimeDelta::days(self.day.into());
        // Zero days end before they start.
        let end = start + chrono::TimeDelta::days(self.days.into()) - chrono::TimeDelta::seconds(1);
        Report {
            organization_name: Some(["Example Org", "Sender Two"][usize::from(self.organization)].into()),
            contact_info: Some(["tls@example.org", "tls@sender2.example"][usize::from(self.organization)].into()),
            start: Some(start),
            end: Some(end),
            policies: policies.collect(),
            ..report(&self.id.to_string(), 0, 0)
        }
    }
}

fn says() -> impl Strategy<Value = Says> {
    let policies = prop::collection::vec((0_u8..4, 0_u8..5, 0_u8..4, 0_u8..6), 0..4);
    (0_u8..3, 0_u8..2, 0_u8..3, 0_u8..4, policies).prop_map(|(id, organization, day, days, policies)| Says {
        id,
        organization,
        day,
        days,
        policies,
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => says().prop_map(Event::Post),
        3 => says().prop_map(Event::Import),
        3 => (says(), any::<bool>()).prop_map(|(says, genuine)| Event::Mail(says, genuine)),
        3 => (says(), any::<bool>()).prop_map(|(says, waits)| Event::Unproven(says, waits)),
        1 => (says(), any::<bool>()).prop_map(|(says, genuine)| Event::Judge(says, genuine)),
        2 => any::<usize>().prop_map(Event::Choose),
        2 => any::<usize>().prop_map(Event::Discard),
        1 => (any::<usize>(), says()).prop_map(|(which, says)| Event::ReadAgain(which, says)),
        1 => (1..DOMAINS.len()).prop_map(Event::AddDomain),
        1 => (1..DOMAINS.len()).prop_map(Event::DeleteDomain),
    ]
}

#[rstest]
#[case::sqlite(Engine::Sqlite, 24)]
#[case::postgres(Engine::Postgres, 12)]
fn roll_ups_equal_a_recount(#[case] engine: Engine, #[case] cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let histories = prop::collection::vec(event(), 1..50);
    let outcome = runner.run(&histories, |events| {
        let wrong = runtime.block_on(async {
            let world = World::new(engine).await;
            live(&world, &events).await;
            let wrong = world.storage.audit().await.unwrap();
            world.storage.close().await;
            world.tables.close().await.unwrap();
            wrong
        });
        prop_assert_eq!(wrong, Vec::<String>::new());
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

async fn live(world: &World, events: &[Event]) {
    let (mut reports, mut deliveries) = (Vec::new(), Vec::new());
    for event in events {
        let recorded = match event {
            Event::Post(says) => Some(world.post(&says.report()).await),
            Event::Import(says) => Some(world.import(&says.report()).await),
            Event::Mail(says, genuine) => {
                Some(world.mail(&says.report(), if *genuine { "example.org" } else { "evil.example" }).await)
            }
            Event::Unproven(says, waits) => Some(world.unproven(&says.report(), waits.then_some(NOW)).await),
            Event::Judge(says, genuine) => {
                let signer = genuine.then(|| name("example.org"));
                let trust = if *genuine { Trust::Signed } else { Trust::Unverified };
                let judged = Judged { verdict: Verdict::default(), trust, signer, next_try: None };
                let content = Content::Reports(vec![new_report(&says.report())]);
                for waiting in world.storage.claim_waiting(NOW, 10, Duration::ZERO).await.unwrap() {
                    world.storage.judge_waiting(&waiting, &judged, &content).await.unwrap();
                }
                None
            }
            Event::Choose(which) => {
                if let Some(id) = reports.get(which % reports.len().max(1)) {
                    world.storage.choose(world.workspace, *id).await.unwrap();
                }
                None
            }
            Event::Discard(which) => {
                if let Some(id) = reports.get(which % reports.len().max(1)) {
                    world.storage.discard(world.workspace, *id).await.unwrap();
                }
                None
            }
            Event::ReadAgain(which, says) => match deliveries.get(which % deliveries.len().max(1)) {
                Some(delivery) => {
                    let content = Content::Reports(vec![new_report(&says.report())]);
                    world.storage.read_again(world.workspace, *delivery, content).await.unwrap()
                }
                None => None,
            },
            Event::AddDomain(which) => {
                world.add(DOMAINS[*which]).await;
                None
            }
            Event::DeleteDomain(which) => {
                world.storage.delete_domain(world.workspace, &name(DOMAINS[*which])).await.unwrap();
                None
            }
        };
        if let Some(recorded) = recorded {
            reports.extend(recorded.reports);
            deliveries.push(recorded.delivery);
        }
    }
}
