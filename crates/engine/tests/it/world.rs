//! An engine on a database of its own, and reports as senders write them.

use engine::{Arrival, Destination, Engine, Receipt, Receiver, Retention, Settings};
use model::{Channel, DayQuota, DayRange, DomainName, Timestamp, WorkspaceId, retention::Keep, view::DomainQuery};
use serde_json::{Value, json};
use storage::testing;

use crate::mailbox::Mailbox;

/// The instant of all tests: 2026-11-21 12:00 UTC. The last complete day is 19 November.
pub(crate) const NOW: Timestamp = Timestamp(1_795_262_400_000);

/// An engine on a fresh database that goes away with it.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) settings: Settings,
    pub(crate) workspace: WorkspaceId,
    _database: testing::Database,
}

impl World {
    /// A world on this engine's database.
    pub(crate) async fn on(engine: testing::Engine) -> Self {
        let database = testing::Database::new(engine).await;
        let settings = Settings {
            database_url: database.url.clone(),
            base_url: Some("https://tlsrpt.example.org".into()),
            local_url: "http://127.0.0.1:3000".into(),
            report_host: None,
            limits: ingest::Limits::default(),
            memory: 96 << 20,
            quota: DayQuota { deliveries: 5_000, bytes: 50 << 20 },
            retention: Retention { reports: Keep { bodies: 90, failures: 400 }, audit: 730 },
            secrets: engine::KeySource::default(),
            mailboxes: None,
            checks: None,
            keys: None,
            mail: None,
            migrate: true,
        };
        let engine = Engine::open(settings.clone()).await.unwrap();
        let workspace = engine.workspace(None).await.unwrap().expect("the first migration makes a workspace");
        Self { engine, settings, workspace, _database: database }
    }

    /// The same database with an engine that looks at domains from outside.
    pub(crate) async fn looking(&self, runner: checks::Runner) -> Engine {
        Engine::open(Settings { checks: Some(runner), ..self.settings.clone() }).await.unwrap()
    }

    /// The same database with an engine whose mails go to this mailbox.
    pub(crate) async fn mailing(&self, mailbox: &Mailbox) -> Engine {
        Engine::open(Settings { mail: Some(mailbox.settings()), ..self.settings.clone() }).await.unwrap()
    }

    /// Watches a domain; its address receives.
    pub(crate) async fn watch(&self, name: &str) -> Receiver {
        let setup = self.engine.add_domain(self.workspace, &name_of(name), NOW).await.unwrap();
        self.engine.receiver(&setup.address).await.unwrap().expect("a new address is valid")
    }

    /// Posts a report to an address, as senders do.
    pub(crate) async fn post(&self, to: &Receiver, report: &Value) -> Receipt {
        self.arrive(Destination::Address(to.clone()), Channel::Https, "192.0.2.7", report.to_string().into_bytes())
            .await
    }

    /// Lets anything arrive.
    pub(crate) async fn arrive(&self, to: Destination, channel: Channel, remote: &str, body: Vec<u8>) -> Receipt {
        let remote = Some(remote.to_owned());
        self.engine.receive(Arrival { to, channel, remote, body, received: NOW, in_mailbox: None }).await.unwrap()
    }
}

/// Makes each test twice: once for each engine.
#[macro_export]
macro_rules! on_both_engines {
    ($(async fn $name:ident($world:ident: &World) $body:block)+) => {$(
        mod $name {
            use storage::testing::Engine::{Postgres, Sqlite};

            use super::*;

            async fn on($world: &World) $body

            #[tokio::test]
            async fn sqlite() {
                on(&World::on(Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                on(&World::on(Postgres).await).await;
            }
        }
    )+};
}

/// What the page of a domain shows unless something else is asked for.
pub(crate) fn last_month(now: Timestamp) -> DomainQuery {
    DomainQuery::all_of(DayRange::ending(now.day(), 30))
}

pub(crate) fn name_of(text: &str) -> DomainName {
    text.parse().unwrap()
}

/// A report of one reporter on one day (of November 2026) about these policies.
pub(crate) fn report(reporter: &str, day: u32, policies: &[Value]) -> Value {
    report_of_days(reporter, day, day, policies)
}

/// A report whose period is several days.
pub(crate) fn report_of_days(reporter: &str, first: u32, last: u32, policies: &[Value]) -> Value {
    json!({
        "organization-name": reporter,
        "date-range": {
            "start-datetime": format!("2026-11-{first:02}T00:00:00Z"),
            "end-datetime": format!("2026-11-{last:02}T23:59:59Z"),
        },
        "contact-info": format!("tls@{}.example", reporter.to_lowercase()),
        "report-id": format!("{first}-{reporter}"),
        "policies": policies,
    })
}

/// MTA-STS sessions of a domain.
pub(crate) fn sts(domain: &str, mode: &str, successful: u64, failures: &[Value]) -> Value {
    let failed: u64 = failures.iter().filter_map(|failure| failure["failed-session-count"].as_u64()).sum();
    json!({
        "policy": {
            "policy-type": "sts",
            "policy-string": ["version: STSv1", format!("mode: {mode}"), "mx: mx.example.com", "max_age: 604800"],
            "policy-domain": domain,
            "mx-host": ["mx.example.com"],
        },
        "summary": { "total-successful-session-count": successful, "total-failure-session-count": failed },
        "failure-details": failures,
    })
}

/// Failed sessions at an MX host.
pub(crate) fn failure(result_type: &str, mx: &str, failed: u64) -> Value {
    json!({
        "result-type": result_type,
        "sending-mta-ip": "198.51.100.3",
        "receiving-mx-hostname": mx,
        "receiving-ip": "203.0.113.9",
        "failed-session-count": failed,
    })
}
