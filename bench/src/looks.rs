//! A thousand domains looked at from outside by the program, on a small Internet of their own in this process.

use std::{
    net::SocketAddr,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use checks::testing::{HTTPS, SMTP, World, dns::Signing, mail, web};
use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};

use crate::program::resident;

/// Domains that are looked at.
pub(crate) const DOMAINS: usize = 1_000;
/// Domains whose policies are on one host: a certificate has room for so many names.
const ON_ONE_HOST: usize = 20;
/// Of them, those after which memory is first read: by then everything has been used once.
const WARM: usize = 250;

/// One run over all domains.
pub(crate) struct Run {
    pub(crate) elapsed: Duration,
    pub(crate) queries: u64,
    /// Resident memory once warm, and at the end.
    pub(crate) memory: (u64, u64),
}

/// What `check --json` prints that matters here.
#[derive(Deserialize)]
struct Outcome {
    status: String,
    queries: u64,
}

/// Looks at all of them with one `waxseal check`.
pub(crate) async fn run(program: &Path, folder: &Path) -> anyhow::Result<Run> {
    let world = internet().await;
    let file = |name: &str, text: &str| std::fs::write(folder.join(name), text).map(|()| folder.join(name));
    let mut child = Command::new(std::path::absolute(program)?)
        .args(["check", "--json"])
        .args((0..DOMAINS).map(domain))
        .current_dir(folder)
        .env("WAXSEAL_CHECKS__NAME_SERVERS", world.settings.name_servers[0].to_string())
        .env("WAXSEAL_CHECKS__TRUST_ANCHOR", file("anchor", &world.zones.trust_anchor())?)
        .env("WAXSEAL_CHECKS__EXTRA_CA", file("ca.pem", &world.ca.pem())?)
        .env("WAXSEAL_CHECKS__ALLOW", "127.0.0.0/8")
        .env("WAXSEAL_CHECKS__HTTPS_PORT", HTTPS.to_string())
        .env("WAXSEAL_CHECKS__SMTP_PORT", SMTP.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} does not start", program.display()))?;
    let begun = Instant::now();
    let process = child.id().context("the program has ended")?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let (mut seen, mut queries, mut memory) = (0, 0, (0, 0));
    while let Some(line) = lines.next_line().await? {
        let outcome: Outcome = serde_json::from_str(&line)?;
        ensure!(outcome.status != "cannot_tell", "a domain could not be looked at: {line}");
        seen += 1;
        queries += outcome.queries;
        if seen == WARM {
            memory.0 = resident(process)?;
        }
        // Once the last has been printed the program ends, and its memory is gone.
        if seen == DOMAINS - 1 {
            memory.1 = resident(process)?;
        }
    }
    let elapsed = begun.elapsed();
    child.wait().await?;
    ensure!(seen == DOMAINS, "{seen} of {DOMAINS} domains were looked at");
    Ok(Run { elapsed, queries, memory })
}

/// Where one of the policy hosts is.
fn policy_host(world: &World, number: usize) -> SocketAddr {
    world.at(u8::try_from(100 + number).unwrap_or(u8::MAX), HTTPS)
}

fn domain(n: usize) -> String {
    format!("d{n}.test")
}

/// Domains with their mail at one provider, who has a signed zone, DANE and a policy; half of them are signed themselves.
async fn internet() -> World {
    let mut world = World::new();
    // The program reads the real clock.
    let mx = world.ca.until(&["mx.provider.test"], 2039, 12);
    mail::serve(world.at(1, SMTP), &mx).await;
    let policy = "version: STSv1\nmode: enforce\nmx: mx.provider.test\nmax_age: 604800\n";
    for host in 0..DOMAINS / ON_ONE_HOST {
        let of_domains = host * ON_ONE_HOST..(host + 1) * ON_ONE_HOST;
        let names: Vec<String> = of_domains.map(|n| format!("mta-sts.{}", domain(n))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        web::serve(policy_host(&world, host), &world.ca.until(&names, 2039, 12), web::policy(policy)).await;
    }
    let provider = format!("mx A $1\n_25._tcp.mx TLSA 3 1 1 {}", mx.key_sha256());
    world.zone("provider.test", Signing::Signed, &provider);
    for n in 0..DOMAINS {
        let signing = if n % 2 == 0 { Signing::Signed } else { Signing::Unsigned };
        let records = format!(
            "@ MX 1 mx.provider.test.
            _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@in.example\"
            _mta-sts TXT \"v=STSv1; id=1\"
            mta-sts A {}",
            policy_host(&world, n / ON_ONE_HOST).ip()
        );
        world.zone(&domain(n), signing, &records);
    }
    world.runner().await;
    world
}
