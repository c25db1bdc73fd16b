//! `waxseal expire`: deletes what is no longer kept, and confirms the date when the clock may have jumped.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use anyhow::bail;
use engine::{ClockMoved, Engine, Expired};
use model::{Day, Timestamp};

use super::{Usage, open};
use crate::{config::Config, running};

/// `waxseal expire`
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Args {
    /// Confirms that this is today's date (UTC), such as 2026-11-21: needed when nothing was deleted for 48 hours.
    #[arg(long, value_name = "DATE")]
    today: Option<Day>,
}

pub(super) async fn run(args: Args, config: Config) -> anyhow::Result<ExitCode> {
    let engine = open(&config).await?;
    let done = expire(&engine, args, running::now()).await;
    engine.close().await;
    let Expired { bodies, reports, acts } = done?;
    writeln!(
        io::stdout(),
        "Deleted the bodies of {bodies} deliveries, the single failures of {reports} reports and {acts} entries of the audit \
         log."
    )?;
    Ok(ExitCode::SUCCESS)
}

async fn expire(engine: &Engine, args: Args, now: Timestamp) -> anyhow::Result<Expired> {
    let today = now.day();
    if let Some(day) = args.today {
        if day != today {
            return Err(Usage(format!("the clock says {today}, not {day}; set it right first")).into());
        }
        engine.confirm_date(now).await?;
    }
    match engine.expire(now).await? {
        Ok(expired) => Ok(expired),
        Err(ClockMoved { last }) => bail!(
            "nothing was deleted: the clock says {today}, and the last time was {}, more than 48 hours ago; \
             if the clock is right, run: waxseal expire --today {today}",
            last.day()
        ),
    }
}
