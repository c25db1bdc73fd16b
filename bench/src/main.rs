//! The numbers Waxseal holds itself to, measured on the built program: `make bench`.
//!
//! Figures of one machine say little, so each stands beside a baseline of the same run: parsing beside `serde_json`, ingest
//! beside the disk's own fsync rate, pages at one size beside pages at ten times that size. The load generator runs on the same
//! cores as the program.

mod client;
mod disk;
mod load;
mod pages;
mod parsing;
mod program;
mod sample;
mod table;

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Parser;
use model::format::{size, thousands};

use crate::{load::Load, program::Program, table::Table};

/// Domains the reports are about.
const DOMAINS: usize = 1_000;
/// Connections of the load generator.
const CONNECTIONS: usize = 64;
/// Reports that are sent once the database is full, to measure with.
const MEASURED: usize = 50_000;

/// Prints the numbers: parsing, durable ingest, pages, sizes, memory.
#[derive(Parser)]
struct Options {
    /// Store 1,000,000 reports instead of 100,000 (takes several times as long).
    #[arg(long)]
    full: bool,
    /// Only the parser, which needs no built program.
    #[arg(long)]
    parse_only: bool,
    /// The built program.
    #[arg(long, default_value = "target/release/waxseal")]
    program: PathBuf,
    /// A folder on the disk to measure; something is created in it and removed.
    #[arg(long, default_value = "target")]
    disk: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut table = Table::new();
    table.title(&format!("Waxseal on {cores} cores, load generator included"));
    if cores > 2 {
        table.remark("The targets are for two cores: taskset -c 0,1 make bench compares.");
    }
    parsing::measure(&mut table)?;
    if !options.parse_only {
        measure_program(&options, &mut table).await?;
    }
    Ok(())
}

async fn measure_program(options: &Options, table: &mut Table) -> anyhow::Result<()> {
    if !options.program.exists() {
        bail!("{} is not there: run `make build` first", options.program.display());
    }
    let (small, large) = if options.full { (100_000, 1_000_000) } else { (10_000, 100_000) };
    let folder =
        tempfile::Builder::new().prefix("bench-").tempdir_in(&options.disk).context("no folder to measure in")?;

    table.title("Durable ingest by POST (SQLite, synchronous=FULL)");
    table.row(
        "fsync rate of this disk",
        &format!("{} /s", thousands(disk::syncs_per_second(folder.path())?)),
        "4 KiB appended each",
    );
    let program = Program::start(&options.program, folder.path()).await?;
    for (key, value) in program::SETTINGS {
        table.remark(&format!("{key}={value}"));
    }
    let idle = program.resident()?;
    let addresses = program.add_domains(DOMAINS).await?;
    let cookie = program.first_user().await?;

    let mut load = Load::new(&program, addresses);
    let mut at_size = Vec::new();
    let mut sizes = None;
    for reports in [small, large] {
        load.fill(reports).await?;
        at_size.push(pages::times(&program, &cookie).await?);
        sizes = Some(pages::first_load(&program, &cookie).await?);
    }

    let syncs = disk::syncs_per_second(folder.path())?;
    let run = load.measure(MEASURED).await?;
    let rate = run.per_second();
    table.row(
        &format!("ingest over {CONNECTIONS} connections"),
        &format!("{} /s", thousands(rate)),
        &format!(
            "target 3,000 /s, with {} reports stored over {} domains",
            thousands(large as u64),
            thousands(DOMAINS as u64)
        ),
    );
    table.row(
        "",
        &format!("p50 {} p99 {}", table::ms(run.percentile(50)), table::ms(run.percentile(99))),
        "from request to answer, which is after the commit",
    );
    table.row(
        "beside the disk, just before",
        &format!("{} fsync/s", thousands(syncs)),
        &format!("{} reports for each fsync it could do", table::ratio(rate, syncs)),
    );
    table.row("answers other than 2xx", &thousands(load.refused()), "target 0");

    table.title("Pages, server time over loopback");
    for (i, page) in pages::PAGES.iter().enumerate() {
        let (before, after) = (&at_size[0][i], &at_size[1][i]);
        for (reports, times) in [(small, before), (large, after)] {
            table.row(
                &format!("{} at {} reports", page.name, thousands(reports as u64)),
                &format!("p50 {} p95 {}", table::ms(times.percentile(50)), table::ms(times.percentile(95))),
                "target p95 under 50 ms",
            );
        }
        let growth = after.percentile(50).as_secs_f64() / before.percentile(50).as_secs_f64();
        table.row("", &format!("× {growth:.2}"), "p50 at ten times the reports, target at most × 1.20");
    }

    if let Some(sizes) = sizes {
        table.title("First load of the Domain page, compressed");
        table.row("HTML and CSS", &size(sizes.html + sizes.css), "target at most 40 kB");
        table.row("with script and WASM", &size(sizes.html + sizes.css + sizes.script), "target at most 150 kB");
    }

    table.title("Resident memory");
    table.row("idle", &size(idle), "target under 60 MB");
    table.row("most while ingesting", &size(load.peak()), "target under 250 MB");
    program.stop().await
}
