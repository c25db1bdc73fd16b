//! How many reports a second `Storage::record` makes durable, with 64 at once over 1,000 domains.
//!
//! `cargo run --release -p storage --example record_rate -- [reports] [database URL]`

#![expect(clippy::print_stdout, reason = "it prints figures")]

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use model::{Channel, DomainId, DomainName, Timestamp, Trust, WorkspaceId};
use storage::{Content, NewDelivery, NewReport, Settings, Storage};
use tlsrpt::{Failure, Policy, PolicyType, Report, ResultType};

const DOMAINS: u64 = 1_000;
const AT_ONCE: usize = 64;
/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp(1_795_262_400_000);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let reports: u64 = arguments.next().map_or(Ok(100_000), |number| number.parse())?;
    let folder = tempfile::tempdir_in("target")?;
    let url = arguments.next().unwrap_or_else(|| format!("sqlite://{}/rate.db", folder.path().display()));
    let storage = Storage::open(&Settings { url, may_upgrade: true }).await?;
    let workspace = storage.workspace(None).await?.ok_or("no workspace")?;
    let mut domains = Vec::new();
    for number in 0..DOMAINS {
        let name = DomainName::parse(&format!("domain{number}.example"))?;
        let domain = storage.add_domain(workspace, &name, &format!("address{number}"), NOW).await?;
        domains.push((domain.id, name));
    }
    let domains = Arc::new(domains);

    let block = reports.div_ceil(10).max(1);
    for first in (0..reports).step_by(usize::try_from(block)?) {
        let last = (first + block).min(reports);
        let begun = Instant::now();
        let tasks: Vec<_> = (first..last)
            .take(AT_ONCE)
            .map(|task| {
                let (storage, domains) = (storage.clone(), Arc::clone(&domains));
                tokio::spawn(async move {
                    for number in (task..last).step_by(AT_ONCE) {
                        storage.record(delivery(workspace, &domains, number)).await?;
                    }
                    Ok::<_, storage::Error>(())
                })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = (last - first) as f64 / begun.elapsed().as_secs_f64();
        println!("{last:>9} stored, {rate:>8.0} reports/s");
    }
    storage.close().await;
    Ok(())
}

/// One report of one of twenty senders; every fourth has failures.
fn delivery(workspace: WorkspaceId, domains: &[(DomainId, DomainName)], number: u64) -> NewDelivery {
    let (domain, name) = &domains[(number % DOMAINS) as usize];
    let sender = (number / DOMAINS) % 20;
    let day = i64::try_from(number / DOMAINS / 20 % 365).unwrap_or(0);
    let start = DateTime::<Utc>::from_timestamp_millis(NOW.0 - (day + 1) * 86_400_000).unwrap_or_default();
    let failed = if number.is_multiple_of(4) { 3 } else { 0 };
    let failure = |result_type| Failure {
        result_type,
        sending_mta_ip: Some("192.0.2.7".into()),
        receiving_mx_hostname: Some(format!("mx1.{name}")),
        receiving_mx_helo: None,
        receiving_ip: Some("198.51.100.3".into()),
        failed,
        additional_information: None,
        failure_reason_code: None,
    };
    let failures = if failed > 0 {
        vec![failure(ResultType::CertificateExpired), failure(ResultType::StarttlsNotSupported)]
    } else {
        vec![]
    };
    let policy = Policy {
        policy_type: PolicyType::Sts,
        policy_string: ["version: STSv1", "mode: enforce", "mx: *.example", "max_age: 604800"].map(Into::into).into(),
        policy_domain: Some(name.to_string()),
        mx_host: vec!["*.example".into()],
        mode: Some(mtasts::Mode::Enforce),
        successful: 100 + number % 50,
        failed,
        failures,
    };
    let report = Report {
        organization_name: Some(format!("Sender {sender}")),
        contact_info: Some(format!("tls@sender{sender}.example")),
        report_id: Some(format!("{number}")),
        start: Some(start),
        end: Some(start + chrono::TimeDelta::days(1)),
        policies: vec![policy],
        notes: vec![],
    };
    let mut document_hash = [0; 32];
    for (part, salt) in document_hash.chunks_mut(8).zip(1_u64..) {
        part.copy_from_slice(
            &number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17).wrapping_mul(salt).to_le_bytes(),
        );
    }
    NewDelivery {
        workspace,
        domain: Some(*domain),
        quota: None,
        channel: Channel::Https,
        remote: Some("192.0.2.1".into()),
        received: NOW,
        trust: Trust::Unsigned,
        dkim: storage::Dkim::default(),
        signer: None,
        body: vec![u8::try_from(number % 251).unwrap_or(0); 450],
        content: Content::Reports(vec![NewReport { report, document_hash, hint: None }]),
    }
}
