//! `waxseal domain`: adds domains and lists them, also while the server runs.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use engine::{DomainListing, Engine};
use model::{
    DomainName, Timestamp,
    view::{DnsRecord, DomainSetup},
};
use serde::Serialize;

use super::{Usage, open, workspace_named};
use crate::{cli, config::Config, running};

pub(super) async fn run(command: cli::Domain, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        cli::Domain::Add { names, workspace, json } => {
            // All names are read before the first is added, so that a slip adds nothing.
            let names = parse(&names)?;
            let engine = open(&config).await?;
            let done = add(&engine, &names, workspace.as_deref(), json).await;
            engine.close().await;
            done?;
        }
        cli::Domain::List { workspace, json } => {
            let engine = open(&config).await?;
            let done = list(&engine, workspace.as_deref(), json).await;
            engine.close().await;
            done?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(names: &[String]) -> Result<Vec<DomainName>, Usage> {
    let (good, bad): (Vec<_>, Vec<_>) =
        names.iter().map(|name| (name, DomainName::parse(name))).partition(|(_, name)| name.is_ok());
    if bad.is_empty() {
        return Ok(good.into_iter().filter_map(|(_, name)| name.ok()).collect());
    }
    let complaints: Vec<_> =
        bad.into_iter().filter_map(|(text, name)| name.err().map(|error| format!("{text:?}: {error}"))).collect();
    Err(Usage(format!("nothing was added; {}", complaints.join("; "))))
}

/// What `domain add --json` prints.
#[derive(Serialize)]
struct Added<'a> {
    domain: &'a DomainName,
    address: &'a str,
    report_email: Option<&'a str>,
    report_url: &'a str,
    records: &'a [DnsRecord],
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

async fn add(engine: &Engine, names: &[DomainName], workspace_name: Option<&str>, json: bool) -> anyhow::Result<()> {
    let workspace = workspace_named(engine, workspace_name).await?;
    for domain in names {
        let setup = engine.add_trusted_domain(workspace, domain, running::now()).await?;
        let mut out = io::stdout().lock();
        if json {
            let DomainSetup { address, report_url, report_email, records, why, .. } = &setup;
            let (report_email, why) = (report_email.as_deref(), why.as_deref());
            serde_json::to_writer(&mut out, &Added { domain, address, report_email, report_url, records, why })?;
            writeln!(out)?;
        } else {
            describe(domain, &setup, &mut out)?;
        }
    }
    Ok(())
}

fn describe(domain: &DomainName, setup: &DomainSetup, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{domain}")?;
    writeln!(out, "  reports by HTTPS  {}", setup.report_url)?;
    if let Some(email) = &setup.report_email {
        writeln!(out, "  reports by mail   {email}")?;
    }
    for DnsRecord { name, kind, value } in &setup.records {
        writeln!(out, "  publish           {name}  {kind}  \"{value}\"")?;
    }
    if let Some(why) = &setup.why {
        writeln!(out, "  nothing to publish yet: {why}")?;
    }
    writeln!(out)
}

/// What `domain list --json` prints.
#[derive(Serialize)]
struct Listed<'a> {
    domain: &'a DomainName,
    address: &'a str,
    reports: u64,
    successful: u64,
    failed: u64,
    last_report: Option<String>,
}

async fn list(engine: &Engine, workspace_name: Option<&str>, json: bool) -> anyhow::Result<()> {
    let workspace = workspace_named(engine, workspace_name).await?;
    let domains = engine.domains(workspace).await?;
    let mut out = io::stdout().lock();
    if json {
        for DomainListing { name: domain, address, reports, totals, last_report } in &domains {
            let last_report = last_report.as_ref().map(Timestamp::to_string);
            let (reports, successful, failed) = (*reports, totals.successful(), totals.failed);
            serde_json::to_writer(&mut out, &Listed { domain, address, reports, successful, failed, last_report })?;
            writeln!(out)?;
        }
    } else if domains.is_empty() {
        writeln!(out, "No domains yet. Add one with `waxseal domain add example.com`.")?;
    } else {
        table(&domains, &mut out)?;
    }
    Ok(())
}

fn table(domains: &[DomainListing], out: &mut impl Write) -> io::Result<()> {
    let width = domains.iter().map(|domain| domain.name.as_str().len()).max().unwrap_or_default().max(6);
    writeln!(out, "{:<width$}  {:>9}  {:>14}  {:>12}  last report", "domain", "reports", "successful", "failed")?;
    for DomainListing { name, reports, totals, last_report, .. } in domains {
        let last = last_report.map_or_else(|| "none yet".to_owned(), |last| last.to_string());
        let (successful, failed) = (totals.successful(), totals.failed);
        writeln!(out, "{:<width$}  {reports:>9}  {successful:>14}  {failed:>12}  {last}", name.as_str())?;
    }
    Ok(())
}
