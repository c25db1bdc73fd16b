//! `waxseal doctor`: sends a test report the way that real ones come, and says at which step it fails.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use checks::Runner;
use engine::{Engine, TestRefusal};
use model::{
    Channel, DomainName, WorkspaceId,
    test_report::{self, Step},
    text::visible,
};
use serde::Serialize;

use super::{Usage, json, open, workspace_named, wrapped};
use crate::{cli, config::Config, running};

/// One step, as `--json` prints it.
#[derive(Serialize)]
struct Line<'a> {
    domain: &'a str,
    way: Channel,
    #[serde(flatten)]
    step: &'a Step,
}

pub(super) async fn run(args: cli::Doctor, config: Config) -> anyhow::Result<ExitCode> {
    let settings = running::check_settings(&config.checks).map_err(|error| Usage(format!("{error:#}")))?;
    let runner = Runner::new(settings).map_err(|error| Usage(error.to_string()))?;
    let engine = open(&config).await?;
    let done = examine(&engine, &runner, &args).await;
    engine.close().await;
    Ok(if done? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Sends one by each way that is configured; whether all came all the way.
async fn examine(engine: &Engine, runner: &Runner, args: &cli::Doctor) -> anyhow::Result<bool> {
    let workspace = workspace_named(engine, args.workspace.as_deref()).await?;
    let name = domain(engine, workspace, args.domain.as_deref()).await?;
    let ways = engine.test_ways();
    if ways.is_empty() {
        return Err(Usage(
            "no report can reach this installation from outside: set http.base_url to the HTTPS address by which it is reached, \
             or smtp.listen and smtp.host for mail"
                .to_owned(),
        )
        .into());
    }
    let mut well = true;
    for way in ways {
        if !args.json {
            writeln!(io::stdout(), "{}, by {}:", visible(name.as_str()), way.word())?;
        }
        let prepared = loop {
            match engine.prepare_test_report(workspace, &name, way, running::now()).await? {
                Some(Ok(prepared)) => break prepared,
                // One was sent for this domain within the last seconds, by the other way or from a page.
                Some(Err(TestRefusal::TooSoon)) => tokio::time::sleep(std::time::Duration::from_secs(1)).await,
                Some(Err(TestRefusal::Off | TestRefusal::NoWay)) | None => {
                    return Err(Usage(format!("{name} is not watched any more")).into());
                }
            }
        };
        let print = |step: &Step| drop(told(&name, way, step, args.json));
        let steps = engine.perform_test_report(runner, &prepared, running::now(), print).await?;
        well &= steps.iter().all(|step| step.passed);
    }
    if !args.json {
        elsewhere(engine, workspace, &name).await?;
    }
    Ok(well)
}

/// The domain that was named, or the first of the workspace.
async fn domain(engine: &Engine, workspace: WorkspaceId, named: Option<&str>) -> anyhow::Result<DomainName> {
    let all = engine.domains(workspace).await?;
    let found = match named {
        Some(text) => {
            let name = DomainName::parse(text).map_err(|error| Usage(format!("{text:?}: {error}")))?;
            all.into_iter().find(|listing| listing.name == name)
        }
        None => all.into_iter().next(),
    };
    let missing = match named {
        Some(text) => format!("{text:?} is not watched here; `waxseal domain list` lists those that are"),
        None => "no domain is watched yet; add one with: waxseal domain add NAME".to_owned(),
    };
    Ok(found.map(|listing| listing.name).ok_or(Usage(missing))?)
}

fn told(name: &DomainName, way: Channel, step: &Step, as_json: bool) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        json::write(&mut out, &Line { domain: name.as_str(), way, step })?;
        writeln!(out)?;
        return Ok(());
    }
    wrapped(&mut out, "  ", &visible(&step.to_string()))?;
    if !step.remedy.is_empty() {
        wrapped(&mut out, "    ", &step.remedy)?;
    }
    Ok(())
}

/// What cannot be judged from inside, and what to run elsewhere.
async fn elsewhere(engine: &Engine, workspace: WorkspaceId, name: &DomainName) -> anyhow::Result<()> {
    let Some(setup) = engine.domain_setup(workspace, name).await? else { return Ok(()) };
    let day = running::now().day().plus(-1);
    let mut out = io::stdout().lock();
    wrapped(&mut out, "", test_report::FROM_INSIDE)?;
    if let Some(to) = &setup.report_email {
        writeln!(out, "  {}", test_report::swaks_line(name, to, day))?;
    }
    writeln!(out, "  {}", test_report::curl_line(name, &setup.report_url, day))?;
    Ok(())
}
