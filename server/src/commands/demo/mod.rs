//! `waxseal demo`: the same program on ninety days of sample data, in a database that is thrown away.
//!
//! Nothing is written into the database by hand: each domain's story (`stories`) becomes report bytes as its senders write them
//! (`senders`, `wire`; `oddities` for what else arrives), and those go the way of every report, as what live checks would have
//! seen (`looks`) goes that of every check. One date always gives the same data (`dice`).

mod dice;
mod looks;
mod oddities;
mod sample;
mod senders;
mod stories;
mod wire;

use std::{
    io::{self, Write as _},
    process::ExitCode,
    sync::OnceLock,
};

use anyhow::{Context as _, bail, ensure};
use engine::{Arrival, Destination, Engine, Peer, Receiver};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use model::{Channel, Day, Timestamp};

use self::sample::Sample;
use super::{
    password,
    serve::{self, Signals},
};
use crate::{
    config::Config,
    http,
    running::{self, Server},
    telemetry::logs,
};

/// Reports under way at once, so that the writer can group them.
const AT_ONCE: usize = 64;
const EMAIL: &str = "demo@waxseal.example";

/// `waxseal demo`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The demo user's password, at least 12 characters; left out, one is made up.
    #[arg(long, value_name = "TEXT")]
    password: Option<String>,
    /// Show the sample as it stood at noon (UTC) of this day, such as 2026-05-04, where the program's time then stands still;
    /// left out, as it stands now.
    #[arg(long, value_name = "DAY", value_parser = day)]
    at: Option<Day>,
}

fn day(text: &str) -> Result<Day, &'static str> {
    text.parse().map_err(|_| "a day is written as 2026-05-04")
}

/// The noon at which the demo's time stands still, where it does.
static NOON: OnceLock<Timestamp> = OnceLock::new();

/// The demo's time. A static, since the clock of the program is a function.
fn now() -> Timestamp {
    NOON.get().copied().unwrap_or_else(running::now)
}

pub(super) async fn run(args: Args, mut config: Config) -> anyhow::Result<ExitCode> {
    logs::start(&config.log);
    if let Some(day) = args.at {
        NOON.get_or_init(|| day.start().plus_seconds(12 * 3600));
    }
    let mut signals = Signals::listen()?;
    let listener = http::bind(config.http.listen.0).await?;
    // Removed when it goes out of scope, also after an error.
    let folder =
        tempfile::Builder::new().prefix("waxseal-demo-").tempdir().context("no folder for the sample database")?;
    config.database.url = format!("sqlite://{}", folder.path().join("demo.db").display());
    // The sample's domains exist in no DNS.
    config.checks.enabled = false;
    let server = Server::start(config, listener, app::Clock(now)).await?;

    tokio::select! {
        filled = fill(server.engine(), now()) => filled?,
        () = signals.next() => return Ok(serve::stop(server, signals).await),
    }
    let password = user(server.engine(), args.password).await?;
    greet(&server, &password)?;
    signals.next().await;
    Ok(serve::stop(server, signals).await)
}

/// Adds the domains and takes in everything that has arrived by now.
async fn fill(engine: &Engine, now: Timestamp) -> anyhow::Result<()> {
    let workspace = engine.workspace(None).await?.context("a new database has one workspace")?;
    let domains = sample::domains(now.day())?;
    let mut receivers = Vec::with_capacity(domains.len());
    for domain in &domains {
        let setup = engine.add_domain(workspace, &domain.name, domain.added).await?;
        receivers.push(engine.receiver(&setup.address).await?.context("an address that was just given out")?);
    }

    let mut samples: Vec<Sample> = sample::usual(&domains, now).chain(sample::odd(now)).collect();
    samples.sort_by_key(|sample| sample.received);
    let bar = ProgressBar::new(samples.len() as u64).with_style(ProgressStyle::with_template(
        "taking in 90 days of sample reports {bar:30} {human_pos} of {human_len}",
    )?);
    // Of two that contradict each other the first is counted, so what is odd comes alone.
    for run in samples.chunk_by(|one, next| !one.odd && !next.odd) {
        stream::iter(run)
            .map(|sample| anyhow::Ok(receive(engine, &receivers, sample)))
            .try_buffer_unordered(AT_ONCE)
            .try_for_each(|()| {
                bar.inc(1);
                async { Ok(()) }
            })
            .await?;
    }
    bar.finish_and_clear();
    for look in looks::looks(now) {
        engine.keep_look(workspace, &look.domain, look.sections, look.at).await?;
    }
    Ok(())
}

async fn receive(engine: &Engine, receivers: &[Receiver], sample: &Sample) -> anyhow::Result<()> {
    let arrival = Arrival {
        to: Destination::Address(receivers[sample.domain].clone()),
        channel: Channel::Https,
        remote: Some(sample.remote.to_owned()),
        body: sample.body.clone(),
        received: sample.received,
        in_mailbox: None,
    };
    let receipt = engine.receive(arrival).await?;
    ensure!(
        sample.odd || receipt.outcome == model::DeliveryOutcome::Counted,
        "a sample was not counted: {}",
        receipt.reason
    );
    Ok(())
}

/// Creates the demo user and gives its password.
async fn user(engine: &Engine, wished: Option<String>) -> anyhow::Result<String> {
    let now = now();
    let password = wished.unwrap_or_else(password::made_up);
    let code = engine.setup_code(now).await?.context("a new database has no user")?;
    match engine.create_first_user(&code, EMAIL, &password, &Peer::default(), now).await? {
        Ok(_) => Ok(password),
        Err(refusal) => bail!("the demo user was not created: {refusal:?}; a password has 12 to 256 characters"),
    }
}

/// The last line is the link.
fn greet(server: &Server, password: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "This is sample data in a database that is thrown away at the end (Ctrl-C).")?;
    writeln!(out, "Sign in as {EMAIL} with the password {password}")?;
    writeln!(out, "{}/sign-in", server.base_url())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use model::{
        DeliveryOutcome, Status,
        incident::{Fault, State},
        view::{IncidentQuery, LogQuery, OverviewQuery, OverviewSort},
    };

    use super::*;

    #[tokio::test]
    async fn every_story_shows_on_the_pages() {
        let folder = tempfile::tempdir().unwrap();
        let settings = engine::Settings {
            database_url: format!("sqlite://{}", folder.path().join("demo.db").display()),
            base_url: None,
            local_url: "http://127.0.0.1:3000".to_owned(),
            report_host: None,
            limits: ingest::Limits::default(),
            memory: 64 << 20,
            retention: engine::Retention { reports: model::retention::Keep { bodies: 400, failures: 400 }, audit: 730 },
            quota: model::DayQuota { deliveries: 5_000, bytes: 50 << 20 },
            secrets: engine::KeySource::default(),
            mailboxes: None,
            checks: None,
            keys: None,
            mail: None,
            migrate: true,
        };
        let engine = Engine::open(settings).await.unwrap();
        let now = model::Day::from_ymd(2026, 11, 21).unwrap().start().plus_seconds(34_800);
        fill(&engine, now).await.unwrap();
        let workspace = engine.workspace(None).await.unwrap().unwrap();

        let all = OverviewQuery { search: String::new(), status: None, sort: OverviewSort::Name, days: 30, page: 1 };
        let overview = engine.overview(workspace, &all, now).await.unwrap();
        let told: Vec<_> = overview.rows.iter().map(|row| (row.name.as_str(), row.status)).collect();
        assert_eq!(
            told,
            [
                ("alte-muehle.example", Status::Waiting),
                ("brasserie-lune.example", Status::Ok),
                ("fjord-travel.example", Status::Suggestion),
                ("harbour.example", Status::Error),
                ("kestrel.example", Status::Warning),
                ("lindenhof.example", Status::Ok),
                ("museum-am-see.example", Status::Ok),
                ("northmail.example", Status::Error),
                ("observatory.example", Status::CannotTell),
                ("orchard.example", Status::Ok),
                ("shop.northmail.example", Status::Error),
                ("xn--bcherstube-9db.example", Status::Ok),
            ]
        );

        let incidents = IncidentQuery { page: 1, ..IncidentQuery::default() };
        let incidents = engine.incident_list(workspace, &incidents, now).await.unwrap();
        let of = |heading: &str| incidents.groups.iter().find(|group| group.heading() == heading).expect(heading);
        let shared = of("Certificate expired on mx2.northmail.example");
        assert_eq!((shared.state, shared.touched, shared.fault), (State::Open, 2, Fault::Ours));
        let renewed = of("Certificate expired on mx1.kestrel.example");
        assert_eq!(renewed.state, State::FixSeen);
        assert_eq!(renewed.live.words, "Renewed on 19 Nov, no failures since.");
        let stripped = of("STARTTLS not offered on mx2.orchard.example");
        assert_eq!((stripped.state, stripped.fault), (State::Resolved, Fault::Interception));

        for (outcome, deliveries) in [
            (DeliveryOutcome::Duplicate, 1),
            (DeliveryOutcome::Conflict, 1),
            // One about a stranger, one from 1970.
            (DeliveryOutcome::Quarantined, 2),
            (DeliveryOutcome::Unreadable, 1),
        ] {
            let query = LogQuery { outcome: Some(outcome), page: 1, ..LogQuery::default() };
            assert_eq!(engine.ingest_log(workspace, &query).await.unwrap().matching, deliveries, "{outcome:?}");
        }
        engine.close().await;
    }
}
