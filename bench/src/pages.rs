//! How long pages take, and how much a browser loads.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::ensure;

use crate::{client::Connection, program::Program, sample, table};

/// How often each page is asked for; some more go before the clock starts.
const ROUNDS: usize = 200;

/// A page to time.
pub(crate) struct Page {
    pub(crate) name: &'static str,
    path: fn(round: usize, domains: usize) -> String,
}

/// The page of all domains.
pub(crate) const OVERVIEW: Page = Page { name: "Overview", path: |_, _| "/".to_owned() };

/// The pages that are timed, each round another domain.
pub(crate) const PAGES: [Page; 11] = [
    OVERVIEW,
    Page { name: "Incidents", path: |_, _| "/incidents".to_owned() },
    Page { name: "Reports", path: |_, _| "/reports".to_owned() },
    Page { name: "Ingest log", path: |_, _| "/log".to_owned() },
    Page { name: "Domain", path: |round, domains| of_domain(round, domains, "") },
    Page { name: "Domain, a year", path: |round, domains| of_domain(round, domains, "?days=365") },
    Page { name: "Domain, History", path: |round, domains| of_domain(round, domains, "/history") },
    Page { name: "Domain, Networks", path: |round, domains| of_domain(round, domains, "/networks") },
    Page { name: "Domain, Reports", path: |round, domains| of_domain(round, domains, "/reports") },
    Page { name: "Domain, Records", path: |round, domains| of_domain(round, domains, "/records") },
    Page { name: "Domain, MTA-STS", path: |round, domains| of_domain(round, domains, "/mta-sts") },
];

/// A page of one domain, another one each round.
fn of_domain(round: usize, domains: usize, rest: &str) -> String {
    format!("/domains/{}{rest}", sample::domain(round * 7 % domains))
}

/// Times of one page, sorted.
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn percentile(&self, per_cent: usize) -> Duration {
        table::percentile(&self.0, per_cent)
    }
}

/// Times each page of programs for who is signed in there, one request after the other. Programs take turns, so that whatever
/// else the machine does slows all of them.
pub(crate) async fn times<const PROGRAMS: usize>(
    signed_in: [(&Program, &str); PROGRAMS],
    domains: usize,
    pages: &[Page],
) -> anyhow::Result<Vec<[Times; PROGRAMS]>> {
    let mut all = Vec::new();
    for page in pages {
        let mut connections = Vec::with_capacity(PROGRAMS);
        for (program, _) in signed_in {
            connections.push(Connection::open(program.address).await?);
        }
        let mut times = [const { Vec::new() }; PROGRAMS];
        for round in 0..ROUNDS + ROUNDS / 10 {
            let path = (page.path)(round, domains);
            for ((connection, (_, cookie)), times) in connections.iter_mut().zip(signed_in).zip(&mut times) {
                times.push(time(connection, &path, cookie).await?);
            }
        }
        all.push(times.map(|mut times| {
            let mut times = times.split_off(ROUNDS / 10);
            times.sort_unstable();
            Times(times)
        }));
    }
    Ok(all)
}

/// Times Overview over ranges that nobody has asked for yet, so that nothing of it can be reused.
pub(crate) async fn overview_anew(program: &Program, cookie: &str) -> anyhow::Result<Times> {
    let mut connection = Connection::open(program.address).await?;
    let mut times = Vec::new();
    for days in [7, 30, 90, 365] {
        times.push(time(&mut connection, &format!("/?days={days}"), cookie).await?);
    }
    times.sort_unstable();
    Ok(Times(times))
}

async fn time(connection: &mut Connection, path: &str, cookie: &str) -> anyhow::Result<Duration> {
    let start = Instant::now();
    let answer = connection.get(path, cookie).await?;
    ensure!(answer.status.is_success(), "{path} answered {}", answer.status);
    Ok(start.elapsed())
}

/// Compressed bytes of a first load.
pub(crate) struct FirstLoad {
    pub(crate) html: u64,
    pub(crate) css: u64,
    /// JavaScript and WASM.
    pub(crate) script: u64,
}

/// The Domain page with everything it names under `/pkg/`.
pub(crate) async fn first_load(program: &Program, cookie: &str) -> anyhow::Result<FirstLoad> {
    let mut connection = Connection::open(program.address).await?;
    let path = format!("/domains/{}", sample::domain(1));
    let mut load = FirstLoad { html: connection.get(&path, cookie).await?.body.len() as u64, css: 0, script: 0 };
    for asset in assets(&plain(program, &path, cookie).await?) {
        let answer = connection.get(&asset, cookie).await?;
        ensure!(answer.status.is_success(), "{asset} answered {}", answer.status);
        let size = answer.body.len() as u64;
        if asset.rsplit('.').next() == Some("css") { load.css += size } else { load.script += size }
    }
    Ok(load)
}

/// The page as text, not compressed.
async fn plain(program: &Program, path: &str, cookie: &str) -> anyhow::Result<String> {
    let answer = Connection::open(program.address).await?.get_plain(path, cookie).await?;
    Ok(String::from_utf8(answer.body.to_vec())?)
}

/// Every path under `/pkg/` that a page names.
fn assets(html: &str) -> BTreeSet<String> {
    html.match_indices("/pkg/")
        .map(|(start, _)| html[start..].split(['"', '\'', ' ', '>', ')']).next().unwrap_or_default().to_owned())
        .filter(|path| [".css", ".js", ".wasm"].iter().any(|end| path.ends_with(end)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_found_wherever_they_stand_and_once() {
        let html = r#"<link href="/pkg/ab/waxseal.css"><script>import('/pkg/ab/waxseal.js')</script><link href="/pkg/ab/waxseal.js">"#;
        let found: Vec<_> = assets(html).into_iter().collect();
        assert_eq!(found, ["/pkg/ab/waxseal.css", "/pkg/ab/waxseal.js"]);
    }
}
