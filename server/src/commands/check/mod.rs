//! `waxseal check`: looks at domains from outside. An administrator's own act: it needs no database and no proof that the
//! domain is theirs.

mod progress;
mod words;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use checks::{Context, Runner};
use futures::{StreamExt as _, stream};
use model::{DomainName, Status};

use self::progress::Progress;
use super::Usage;
use crate::{cli, config::Config, running};

/// Domains looked at at the same time.
const AT_ONCE: usize = 16;

pub(super) async fn run(args: cli::Check, config: Config) -> anyhow::Result<ExitCode> {
    let domains = parse(&args.domains)?;
    let settings = running::check_settings(&config.checks).map_err(|error| Usage(format!("{error:#}")))?;
    let runner = Runner::new(settings).map_err(|error| Usage(error.to_string()))?;
    let progress = Progress::start(domains.len(), args.json);
    let context = Context { now: running::now(), dial_mail: true, ..Context::default() };

    let outcomes = domains.iter().map(|domain| {
        let (runner, context, progress) = (&runner, &context, &progress);
        async move {
            let outcome = runner.check(domain, context, &|event| progress.tell(domain, event)).await;
            progress.done();
            outcome
        }
    });
    let mut outcomes = stream::iter(outcomes).buffered(AT_ONCE);
    let mut is_wrong = false;
    while let Some(outcome) = outcomes.next().await {
        is_wrong |= matches!(outcome.status, Status::Warning | Status::Error);
        progress.suspend(|| {
            let mut out = io::stdout().lock();
            if args.json {
                serde_json::to_writer(&mut out, &outcome)?;
                writeln!(out)
            } else {
                words::print(&outcome, &mut out)
            }
        })?;
    }
    progress.finish();
    Ok(if is_wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn parse(names: &[String]) -> Result<Vec<DomainName>, Usage> {
    let read = |name: &String| DomainName::parse(name).map_err(|error| Usage(format!("{name:?}: {error}")));
    names.iter().map(read).collect()
}
