//! JSON bytes to a report, beside `serde_json` to a value on the same bytes.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use model::{Day, format::size};

use crate::{sample, table::Table};

/// How long each parser runs on each shape, in turns of a tenth.
const TIME: Duration = Duration::from_secs(1);

pub(crate) fn measure(table: &mut Table) -> anyhow::Result<()> {
    table.title("Parsing, against serde_json::from_slice::<Value> on the same bytes");
    let day = Day(20_000);
    let limits = tlsrpt::Limits::default();
    for (name, failures, pretty) in
        [("no failures", 0, false), ("40 failures, indented", 40, true), ("20,000 failures", 20_000, false)]
    {
        let text = sample::json("example.com", 1, day, 1, failures);
        let text = if pretty {
            serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&text)?)?
        } else {
            text
        };
        let bytes = text.as_bytes();
        tlsrpt::parse(bytes, &limits).context("the sample does not parse")?;

        let (mut ours, mut theirs) = (0.0_f64, 0.0_f64);
        for _ in 0..10 {
            theirs += rate(bytes, || drop(black_box(serde_json::from_slice::<serde_json::Value>(black_box(bytes)))));
            ours += rate(bytes, || drop(black_box(tlsrpt::parse(black_box(bytes), &limits))));
        }
        table.row(
            &format!("{name}, {}", size(bytes.len() as u64)),
            &format!("{:.0} MB/s", ours / 10.0),
            &format!("× {:.2} of serde_json's {:.0} MB/s, target at least × 1.00", ours / theirs, theirs / 10.0),
        );
    }
    Ok(())
}

/// Megabytes a second of one turn.
#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
fn rate(bytes: &[u8], once: impl Fn()) -> f64 {
    let start = Instant::now();
    let mut rounds = 0_u32;
    while start.elapsed() < TIME / 10 {
        once();
        rounds += 1;
    }
    bytes.len() as f64 * f64::from(rounds) / start.elapsed().as_secs_f64() / 1e6
}
