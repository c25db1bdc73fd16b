//! A database with one domain, and reports in the words of the tests.

use chrono::{DateTime, Utc};
use model::{
    Channel, DeliveryOutcome, DomainId, DomainName, ReportId, ReportState, Timestamp, Totals, Trust, WorkspaceId,
    dkim::Verdict,
};
use sea_orm::{Database as Connector, DatabaseConnection, FromQueryResult, Statement};
use storage::{
    Content, Dkim, NewDelivery, NewReport, Recorded, Storage,
    testing::{Database, Engine},
};
use tlsrpt::{Failure, Policy, PolicyType, Report, ResultType};

/// 2026-11-21T12:00:00Z, when everything arrives unless a test says otherwise.
pub(crate) const NOW: Timestamp = Timestamp(1_795_262_400_000);

/// A database, open, with the domain `example.com`.
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) storage: Storage,
    pub(crate) workspace: WorkspaceId,
    pub(crate) domain: DomainId,
    pub(crate) tables: DatabaseConnection,
}

impl World {
    pub(crate) async fn new(engine: Engine) -> Self {
        let database = Database::new(engine).await;
        let storage = database.open().await;
        let workspace = storage.workspace(None).await.unwrap().expect("the first migration makes a workspace");
        let tables = Connector::connect(&database.url).await.unwrap();
        let domain = DomainId(0);
        let mut world = Self { database, storage, workspace, domain, tables };
        world.domain = world.add("example.com").await;
        world
    }

    pub(crate) async fn add(&self, domain: &str) -> DomainId {
        let address = format!("address of {domain}");
        self.storage.add_domain(self.workspace, &name(domain), &address, NOW).await.unwrap().id
    }

    /// A second workspace, which is not trusted; the same one each time.
    pub(crate) async fn other_workspace(&self) -> WorkspaceId {
        use sea_orm::ConnectionTrait as _;

        let insert = "INSERT INTO workspaces (name, created) VALUES ('other', 0) ON CONFLICT DO NOTHING";
        self.tables.execute_unprepared(insert).await.unwrap();
        self.storage.workspace(Some("other")).await.unwrap().expect("the workspace")
    }

    /// Delivers a report by HTTPS to the address of `example.com`.
    pub(crate) async fn post(&self, report: &Report) -> Recorded {
        self.record(self.delivery(report)).await
    }

    /// Imports a report into the workspace.
    pub(crate) async fn import(&self, report: &Report) -> Recorded {
        let trust = Trust::Unverified;
        self.record(NewDelivery { domain: None, channel: Channel::Import, trust, ..self.delivery(report) }).await
    }

    /// Delivers a report by mail with a valid signature of this domain.
    pub(crate) async fn mail(&self, report: &Report, signer: &str) -> Recorded {
        let (channel, signer) = (Channel::Smtp, Some(name(signer)));
        self.record(NewDelivery { channel, trust: Trust::Signed, signer, ..self.delivery(report) }).await
    }

    /// Delivers a report by mail that proves nothing; where it is to be judged later, then at this instant.
    pub(crate) async fn unproven(&self, report: &Report, next_try: Option<Timestamp>) -> Recorded {
        let dkim = Dkim { verdict: Some(Verdict::default()), next_try, ..Dkim::default() };
        let (channel, trust) = (Channel::Smtp, Trust::Unverified);
        self.record(NewDelivery { channel, trust, dkim, ..self.delivery(report) }).await
    }

    pub(crate) async fn record(&self, delivery: NewDelivery) -> Recorded {
        self.storage.record(delivery).await.unwrap()
    }

    pub(crate) fn delivery(&self, report: &Report) -> NewDelivery {
        let body = serde_json::to_vec(report).unwrap();
        NewDelivery {
            workspace: self.workspace,
            domain: Some(self.domain),
            quota: None,
            channel: Channel::Https,
            remote: Some("192.0.2.1".into()),
            received: NOW,
            trust: Trust::Unsigned,
            signer: None,
            dkim: Dkim::default(),
            content: Content::Reports(vec![new_report(report)]),
            body,
        }
    }

    pub(crate) fn unreadable(&self, body: &[u8]) -> NewDelivery {
        let content = Content::Unreadable("This is no TLS report.".into());
        NewDelivery { body: body.to_vec(), content, ..self.delivery(&Report::default()) }
    }

    /// The state of a stored report, and how often it arrived.
    pub(crate) async fn state(&self, report: ReportId) -> (ReportState, u64) {
        let page = self.storage.report(self.workspace, report, NOW.day()).await.unwrap().expect("the report").page;
        (page.state, page.arrivals.into())
    }

    /// All-time sessions of a domain.
    pub(crate) async fn totals(&self, domain: &str) -> Totals {
        let all = self.storage.domain_listings(Some(self.workspace)).await.unwrap();
        all.into_iter().find(|listing| listing.name.as_str() == domain).expect("the domain").totals
    }

    /// Rows of a table that match a condition.
    pub(crate) async fn count(&self, table: &str, condition: &str) -> i64 {
        #[derive(FromQueryResult)]
        struct Count {
            rows: i64,
        }
        let select = format!("SELECT count(*) AS rows FROM {table} WHERE {condition}");
        let statement = Statement::from_string(self.tables.get_database_backend(), select);
        Count::find_by_statement(statement).one(&self.tables).await.unwrap().expect("a count").rows
    }

    /// The roll-ups are what a recount of the rows gives.
    pub(crate) async fn audit(&self) {
        assert_eq!(self.storage.audit().await.unwrap(), Vec::<String>::new());
    }
}

pub(crate) fn new_report(report: &Report) -> NewReport {
    // Any hash of the content will do.
    let document_hash = hash(&serde_json::to_vec(report).unwrap());
    NewReport { report: report.clone(), document_hash, hint: None }
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}

pub(crate) fn name(text: &str) -> DomainName {
    DomainName::parse(text).unwrap()
}

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A report of Example Org for 20 November 2026 with one policy for `example.com`.
pub(crate) fn report(report_id: &str, successful: u64, failed: u64) -> Report {
    Report {
        organization_name: Some("Example Org".into()),
        contact_info: Some("tls@example.org".into()),
        report_id: Some(report_id.into()),
        start: Some(instant("2026-11-20T00:00:00Z")),
        end: Some(instant("2026-11-20T23:59:59Z")),
        policies: vec![policy(PolicyType::Sts, Some("example.com"), successful, failed)],
        notes: vec![],
    }
}

/// A policy; if sessions failed, then because the certificate of `mx.example.com` has expired.
pub(crate) fn policy(policy_type: PolicyType, policy_domain: Option<&str>, successful: u64, failed: u64) -> Policy {
    let failure = failure(ResultType::CertificateExpired, "mx.example.com", failed);
    Policy {
        mode: (policy_type == PolicyType::Sts).then_some(mtasts::Mode::Enforce),
        policy_type,
        policy_string: vec!["version: STSv1".into()],
        policy_domain: policy_domain.map(str::to_owned),
        mx_host: vec![],
        successful,
        failed,
        failures: if failed > 0 { vec![failure] } else { vec![] },
    }
}

pub(crate) fn failure(result_type: ResultType, mx: &str, failed: u64) -> Failure {
    Failure {
        result_type,
        sending_mta_ip: Some("192.0.2.9".into()),
        receiving_mx_hostname: Some(mx.into()),
        receiving_mx_helo: None,
        receiving_ip: None,
        failed,
        additional_information: None,
        failure_reason_code: None,
    }
}

pub(crate) const fn totals(sessions: u64, failed: u64) -> Totals {
    Totals { sessions, failed }
}

pub(crate) const COUNTED: DeliveryOutcome = DeliveryOutcome::Counted;
