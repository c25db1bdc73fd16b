//! The numbers Waxseal holds itself to, measured on the built program: `make bench`.
//!
//! Figures of one machine say little, so each stands beside a baseline of the same run: parsing beside `serde_json`, ingest
//! beside the disk's own fsync rate, pages at one size beside pages at ten times that size. The load generator runs on the same
//! cores as the program.

mod client;
mod disk;
mod load;
mod looks;
mod mail;
mod pages;
mod parsing;
mod program;
mod sample;
mod table;

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Parser, ValueEnum};
use model::{
    Page,
    format::{size, thousands},
};

use crate::{load::Load, program::Program, table::Table};

/// Reports of each domain once the database is full; a tenth of them for the pages' first timing.
const REPORTS_PER_DOMAIN: usize = 1_000;
/// Connections of the load generator.
const CONNECTIONS: usize = 64;
/// Days that each of many domains has a report of.
const DAYS_OF_MANY: usize = 30;
/// Reports that are sent once the database is full, to measure with.
const MEASURED: usize = 50_000;

/// Prints the numbers: parsing, durable ingest, pages, sizes, memory.
#[derive(Parser)]
struct Options {
    /// Store 1,000,000 reports over 1,000 domains, as the targets say, instead of 100,000 over 100.
    #[arg(long)]
    full: bool,
    /// Measure only this part; may be given several times.
    #[arg(long, value_enum)]
    part: Vec<Part>,
    /// The built program.
    #[arg(long, default_value = "target/release/waxseal")]
    program: PathBuf,
    /// A folder on the disk to measure; something is created in it and removed.
    #[arg(long, default_value = "target")]
    disk: PathBuf,
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The parser, which needs no built program.
    Parsing,
    /// Ingest, pages, sizes and memory.
    Ingest,
    /// E-mails, read and received.
    Mail,
    /// Overview of many domains.
    Domains,
    /// Looking at many domains from outside.
    Checks,
}

impl Options {
    fn measures(&self, part: Part) -> bool {
        self.part.is_empty() || self.part.contains(&part)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut table = Table::new();
    table.title(&format!("Waxseal on {cores} cores, load generator included"));
    if let Ok(busy) = std::fs::read_to_string("/proc/loadavg") {
        table.remark(&format!(
            "Load average at the start: {} (others' work makes every figure worse)",
            busy.split(' ').next().unwrap_or("?")
        ));
    }
    if cores > 2 {
        table.remark("The targets are for two cores: taskset -c 0,1 make bench compares.");
    }
    if options.measures(Part::Parsing) {
        parsing::measure(&mut table)?;
    }
    if options.measures(Part::Ingest) {
        measure_program(&options, &mut table).await?;
    }
    if options.measures(Part::Mail) {
        mail::reading(&mut table)?;
        mail::intake(&options.program, folder(&options)?.path(), &mut table).await?;
    }
    if options.measures(Part::Domains) {
        measure_many_domains(&options, &mut table).await?;
    }
    if options.measures(Part::Checks) {
        measure_checks(&options, &mut table).await?;
    }
    Ok(())
}

async fn measure_program(options: &Options, table: &mut Table) -> anyhow::Result<()> {
    if !options.program.exists() {
        bail!("{} is not there: run `make build` first", options.program.display());
    }
    let large = if options.full { 1_000_000 } else { 100_000 };
    let (small, domains) = (large / 10, large / REPORTS_PER_DOMAIN);
    let folder = folder(options)?;

    table.title("Durable ingest by POST (SQLite, synchronous=FULL)");
    let program = Program::start(&options.program, folder.path()).await?;
    for (key, value) in program::SETTINGS {
        table.remark(&format!("{key}={value}"));
    }
    let idle = program.resident()?;
    let mut load = Load::new(&program, program.add_domains(domains).await?);
    let cookie = program.first_user().await?;

    load.fill(large).await?;
    // Another with a tenth of the reports answers in turn.
    let folder_beside = self::folder(options)?;
    let beside = Program::start(&options.program, folder_beside.path()).await?;
    Load::new(&beside, beside.add_domains(domains).await?).fill(small).await?;
    let both = [(&beside, &*beside.first_user().await?), (&program, &*cookie)];
    let of_pages = pages::times(both, domains, &pages::PAGES).await?;
    beside.stop().await?;
    let first_load = pages::first_load(&program, &cookie).await?;
    let syncs = disk::syncs_per_second(folder.path())?;
    let run = load.measure(MEASURED).await?;

    let stored = format!("{} reports stored over {} domains", thousands(large as u64), thousands(domains as u64));
    let rate = run.per_second();
    table.row(
        &format!("ingest over {CONNECTIONS} connections"),
        &format!("{} /s", thousands(rate)),
        &format!("target 3,000 /s, with {stored}"),
    );
    table.row(
        "from request to answer",
        &format!("p50 {} p99 {}", table::ms(run.percentile(50)), table::ms(run.percentile(99))),
        "the answer comes after the commit",
    );
    table.row("processor time of the program", &format!("{:.2} cores", run.cores), "the load generator takes its own");
    table.row(
        "fsync rate of this disk, just before",
        &format!("{} /s", thousands(syncs)),
        &format!("{} reports stored for each sync it could do", table::ratio(rate, syncs)),
    );
    table.row("answers other than 2xx", &thousands(load.refused()), "target 0");

    table.title("Pages, server time over loopback");
    for (page, [few, many]) in pages::PAGES.iter().zip(&of_pages) {
        for (reports, times) in [(small, few), (large, many)] {
            table.row(
                &format!("{} at {} reports", page.name, thousands(reports as u64)),
                &format!("p50 {} p95 {}", table::ms(times.percentile(50)), table::ms(times.percentile(95))),
                "target p95 under 50 ms",
            );
        }
        let growth = many.percentile(50).as_secs_f64() / few.percentile(50).as_secs_f64();
        table.row("", &format!("× {growth:.2}"), "p50 at ten times the reports, target at most × 1.20");
    }

    table.title("First load of the Domain page, compressed");
    let first = first_load.html + first_load.css;
    table.row("HTML and CSS", &size(first), "target at most 40 kB");
    table.row("with script and WASM", &size(first + first_load.script), "target at most 150 kB");

    table.title("Resident memory");
    table.row("idle", &size(idle), "target under 60 MB");
    table.row("most while ingesting", &size(load.peak()), "target under 250 MB");
    program.stop().await
}

/// Overview of a provider with ten thousand domains; a thousand in the short run.
async fn measure_many_domains(options: &Options, table: &mut Table) -> anyhow::Result<()> {
    let domains = if options.full { 10_000 } else { 1_000 };
    let folder = folder(options)?;
    let program = Program::start(&options.program, folder.path()).await?;
    let mut load = Load::new(&program, program.add_domains(domains).await?);
    let cookie = program.first_user().await?;
    load.fill(domains * DAYS_OF_MANY).await?;

    table.title(&format!("Overview of {} domains, {} rows a page", thousands(domains as u64), Page::ROWS));
    let anew = pages::overview_anew(&program, &cookie).await?;
    table.row(
        "first visit, 7 to 365 days",
        &format!("p50 {} worst {}", table::ms(anew.percentile(50)), table::ms(anew.percentile(100))),
        "once a day and range; later visits compute what has changed",
    );
    for [times] in pages::times([(&program, &*cookie)], domains, &[pages::OVERVIEW]).await? {
        table.row(
            "visit after visit",
            &format!("p50 {} p95 {}", table::ms(times.percentile(50)), table::ms(times.percentile(95))),
            "target p95 under 50 ms",
        );
    }
    table.row("resident memory", &size(program.resident()?), "");
    program.stop().await
}

/// Checks of a thousand domains, name server, policy host and mail host on the same cores.
async fn measure_checks(options: &Options, table: &mut Table) -> anyhow::Result<()> {
    let folder = folder(options)?;
    table.title(&format!("Checks of {} domains, with a local name server", thousands(looks::DOMAINS as u64)));
    let run = looks::run(&options.program, folder.path()).await?;
    table.row("all of them", &format!("{:.1} s", run.elapsed.as_secs_f64()), "target under 60 s");
    table.row("questions to the name server", &thousands(run.queries), "");
    let (warm, end) = run.memory;
    table.row(
        "resident memory, warm and at the end",
        &format!("{} {}", size(warm), size(end)),
        "target: it does not grow with the domains",
    );
    Ok(())
}

fn folder(options: &Options) -> anyhow::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("bench-").tempdir_in(&options.disk).context("no folder to measure in")
}
