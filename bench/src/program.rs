//! The built program, started on a database of its own.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};

use crate::{client::Connection, sample};

/// What is set for the run, since all load comes from one address. The defaults stay as they are.
pub(crate) const SETTINGS: [(&str, &str); 12] = [
    ("WAXSEAL_HTTP__MAX_CONNECTIONS_PER_ADDRESS", "1024"),
    ("WAXSEAL_RECEIVING__SOURCE_BURST", "1000000"),
    ("WAXSEAL_RECEIVING__SOURCE_PER_MINUTE", "1000000"),
    ("WAXSEAL_RECEIVING__ADDRESS_BURST", "1000000"),
    ("WAXSEAL_RECEIVING__ADDRESS_PER_MINUTE", "1000000"),
    ("WAXSEAL_RECEIVING__DOMAIN_PER_DAY", "1000000"),
    ("WAXSEAL_RECEIVING__DOMAIN_BYTES_PER_DAY", "1024 GiB"),
    ("WAXSEAL_SMTP__HOST", REPORT_HOST),
    ("WAXSEAL_SMTP__MAX_CONNECTIONS", "1100"),
    ("WAXSEAL_SMTP__MAX_CONNECTIONS_PER_ADDRESS", "1100"),
    ("WAXSEAL_CHECKS__ENABLED", "false"),
    ("WAXSEAL_LOG__LEVEL", "warn"),
];

/// The host of report addresses for mail.
pub(crate) const REPORT_HOST: &str = "in.bench.example";

/// A running `waxseal serve`.
pub(crate) struct Program {
    path: PathBuf,
    child: Child,
    environment: Vec<(String, String)>,
    pub(crate) address: SocketAddr,
    /// Where it receives mail.
    pub(crate) smtp: SocketAddr,
    /// The link printed at the first start.
    setup_code: String,
}

/// What `domain add --json` prints that matters here.
#[derive(Deserialize)]
struct Added {
    address: String,
}

impl Program {
    pub(crate) async fn start(path: &Path, folder: &Path) -> anyhow::Result<Self> {
        let path = std::path::absolute(path)?;
        // Both at once, so that they differ.
        let free = [TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?];
        let (address, smtp) = (free[0].local_addr()?, free[1].local_addr()?);
        drop(free);
        let database = std::path::absolute(folder)?.join("waxseal.db");
        let mut environment: Vec<_> =
            SETTINGS.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        environment.push(("WAXSEAL_HTTP__LISTEN".to_owned(), address.to_string()));
        environment.push(("WAXSEAL_SMTP__LISTEN".to_owned(), smtp.to_string()));
        environment.push(("WAXSEAL_DATABASE__URL".to_owned(), format!("sqlite://{}", database.display())));
        let mut child = Command::new(&path)
            .arg("serve")
            .current_dir(folder)
            .envs(environment.iter().cloned())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start", path.display()))?;

        let (lines, mut said) = mpsc::unbounded_channel();
        forward(child.stdout.take(), lines.clone());
        forward(child.stderr.take(), lines);
        let link = timeout(Duration::from_mins(1), async {
            let mut all = String::new();
            while let Some(line) = said.recv().await {
                if let Some((_, code)) = line.split_once("/setup?code=") {
                    return Ok(code.split_whitespace().next().unwrap_or_default().to_owned());
                }
                all.push_str(&line);
                all.push('\n');
            }
            bail!("the program ended:\n{all}")
        });
        let setup_code = link.await.context("no link with a set-up code within a minute")??;
        // Its pipes must be read on, or it would wait for us.
        tokio::spawn(async move { while said.recv().await.is_some() {} });
        Ok(Self { path, child, environment, address, smtp, setup_code })
    }

    /// Resident memory in bytes.
    pub(crate) fn resident(&self) -> anyhow::Result<u64> {
        resident(self.process()?)
    }

    pub(crate) fn process(&self) -> anyhow::Result<u32> {
        self.child.id().context("the program has ended")
    }

    /// Adds the domains while the program runs, and gives their report addresses.
    pub(crate) async fn add_domains(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let output = Command::new(&self.path)
            .args(["domain", "add", "--json"])
            .args((0..count).map(sample::domain))
            .envs(self.environment.iter().cloned())
            .output()
            .await?;
        ensure!(output.status.success(), "domain add failed: {}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout)?;
        lines.lines().map(|line| Ok(serde_json::from_str::<Added>(line)?.address)).collect()
    }

    /// Creates the first user and gives the session's cookie.
    pub(crate) async fn first_user(&self) -> anyhow::Result<String> {
        let form = format!("code={}&email=bench%40example.com&password=a-long-enough-password", self.setup_code);
        let mut connection = Connection::open(self.address).await?;
        let answer = connection.post("/do/create_first_user", "application/x-www-form-urlencoded", form.into()).await?;
        let cookie = answer
            .headers
            .get("set-cookie")
            .with_context(|| format!("no session: {} {}", answer.status, String::from_utf8_lossy(&answer.body)))?;
        Ok(cookie.to_str()?.split(';').next().unwrap_or_default().to_owned())
    }

    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}

/// Resident memory of a process in bytes.
pub(crate) fn resident(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
}

/// Processor time a process has used.
pub(crate) fn worked(process: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // After the name in parentheses, which may hold anything; Linux counts hundredths of a second for user and system.
    let (_, fields) = stat.rsplit_once(')').context("no process status")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
}

fn forward(pipe: Option<impl AsyncRead + Unpin + Send + 'static>, lines: mpsc::UnboundedSender<String>) {
    let Some(pipe) = pipe else { return };
    tokio::spawn(async move {
        let mut reader = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = reader.next_line().await {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
}
