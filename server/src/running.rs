//! One server as a value: started from a configuration, asked where it listens, stopped in order.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
};

use anyhow::Context as _;
use chrono::Utc;
use engine::{Engine, Settings};
use model::{DayQuota, Timestamp};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    background,
    config::{self, BaseUrl, Config},
    http,
    openid_connect::Provider,
    smtp,
    telemetry::recorder,
};

/// This instant, by the system's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where the program reads the clock")]
pub fn now() -> Timestamp {
    Utc::now().into()
}

/// A server that accepts requests. Dropping it leaves it running; [`Server::stop`] ends it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    smtp_address: Option<SocketAddr>,
    lmtp_address: Option<SocketAddr>,
    base_url: String,
    engine: Engine,
    stop: CancellationToken,
    accepting: JoinHandle<()>,
    mail: JoinHandle<()>,
    background: JoinHandle<()>,
}

impl Server {
    /// Opens the database, creating or upgrading it, and serves on `listener`, and mail where that is configured.
    ///
    /// # Errors
    /// When the database cannot be opened, or a port for mail cannot be had.
    pub async fn start(config: Config, listener: TcpListener, clock: app::Clock) -> anyhow::Result<Self> {
        let address = listener.local_addr().context("the listener has no address")?;
        // All ports before the database: when one is taken, nothing else has happened.
        let mail = smtp::Listeners::bind(&config).await?;
        let (smtp_address, lmtp_address) = (mail.smtp_address(), mail.lmtp_address());
        let settings = Settings {
            checks: checker(&config.checks)?,
            keys: key_finder(&config.checks)?,
            mail: mail_settings(&config.mail)?,
            mailboxes: Some(mailbox_settings(&config)?),
            ..engine_settings(&config, address, true)
        };
        let base_url = settings.base_url.clone().unwrap_or_else(|| settings.local_url.clone());
        let engine = Engine::open(settings).await?;
        engine.configure_mailboxes((clock.0)()).await?;
        let sign_on = Provider::of(&config.openid_connect, &base_url)?;
        let shared = http::Shared::new(engine.clone(), config, clock, recorder::install()?, sign_on);
        let stop = CancellationToken::new();
        let background = tokio::spawn(background::run(shared.clone(), stop.clone()));
        let mail = tokio::spawn(mail.serve(shared.clone(), stop.clone()));
        let accepting = tokio::spawn({
            let stop = stop.clone();
            async move {
                let app = http::router(&shared);
                http::serve(listener, app, &shared.config.http, shared.patience(), &shared.proxies, stop).await;
            }
        });
        Ok(Self { address, smtp_address, lmtp_address, base_url, engine, stop, accepting, mail, background })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it receives mail by SMTP.
    #[must_use]
    pub const fn smtp_address(&self) -> Option<SocketAddr> {
        self.smtp_address
    }

    /// Where it receives mail by LMTP over TCP.
    #[must_use]
    pub const fn lmtp_address(&self) -> Option<SocketAddr> {
        self.lmtp_address
    }

    /// Its public address, or the one it listens on while none is configured.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Its use cases.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Accepts nothing more, lets requests and messages under way end (at most `http.drain_timeout`), and closes the database.
    pub async fn stop(self) {
        self.stop.cancel();
        let _ = self.accepting.await;
        let _ = self.mail.await;
        let _ = self.background.await;
        self.engine.close().await;
    }
}

/// What the engine must be told of a configuration.
pub(crate) fn engine_settings(config: &Config, listen: SocketAddr, migrate: bool) -> Settings {
    Settings {
        checks: None,
        keys: None,
        mail: None,
        mailboxes: None,
        secrets: config.secrets.source(&config.database.url),
        database_url: config.database.url.clone(),
        base_url: config.http.base_url.as_ref().map(|url| BaseUrl::as_str(url).to_owned()),
        local_url: format!("http://{}", reachable(listen)),
        report_host: config.report_host(),
        limits: ingest::Limits {
            // Each way in has a cap of its own, and none takes more than this.
            received: config.limits.body.in_memory().max(config.smtp.message.in_memory()),
            unpacked: config.limits.unpacked.in_memory(),
            ..ingest::Limits::default()
        },
        memory: config.limits.memory.in_memory(),
        quota: DayQuota {
            deliveries: config.receiving.domain_per_day.0.into(),
            bytes: config.receiving.domain_bytes_per_day.0,
        },
        retention: config.retention.keep(),
        migrate,
    }
}

/// What looks at domains from outside; none where that is switched off. A machine that knows no name server still receives.
fn checker(config: &config::Checks) -> anyhow::Result<Option<checks::Runner>> {
    if !config.enabled {
        return Ok(None);
    }
    match checks::Runner::new(check_settings(config)?) {
        Ok(runner) => Ok(Some(runner)),
        Err(error @ checks::Error::NameServers(_)) => {
            tracing::warn!(%error, "domains are not looked at from outside");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// What finds the keys of DKIM signatures, by the name servers of checks, be these switched on or off. A machine that knows no
/// name server still receives: what is signed waits.
pub(crate) fn key_finder(config: &config::Checks) -> anyhow::Result<Option<checks::TextFinder>> {
    match checks::TextFinder::new(&check_settings(config)?) {
        Ok(finder) => Ok(Some(finder)),
        Err(error @ checks::Error::NameServers(_)) => {
            tracing::warn!(%error, "no key of a DKIM signature can be fetched, so mails with reports wait uncounted");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// How checks reach the world, as configured.
///
/// # Errors
/// When a file that is named cannot be read.
pub(crate) fn check_settings(config: &config::Checks) -> anyhow::Result<checks::Settings> {
    Ok(checks::Settings {
        name_servers: config.name_servers.clone(),
        trust_anchor: read(config.trust_anchor.as_deref())?,
        extra_ca: read(config.extra_ca.as_deref())?,
        allow_private: config.allow_private,
        allow: config.allow.clone(),
        own_addresses: config.own_addresses.clone(),
        dns_port: config.dns_port.0,
        https_port: config.https_port.0,
        smtp_port: config.smtp_port.0,
        helo: config.helo.clone(),
        limits: checks::Limits::default(),
    })
}

/// The mail server as configured; none where nothing is sent.
///
/// # Errors
/// When a file that is named cannot be read.
pub(crate) fn mail_settings(config: &config::Mail) -> anyhow::Result<Option<post::Settings>> {
    let (false, Some(from)) = (config.server.is_empty(), config.from.clone()) else { return Ok(None) };
    Ok(Some(post::Settings {
        server: config.server.clone(),
        port: config.port.0,
        tls: match config.tls {
            config::MailTls::StartTls => post::Tls::StartTls,
            config::MailTls::Tls => post::Tls::Implicit,
            config::MailTls::None => post::Tls::None,
        },
        login: (!config.user.is_empty()).then(|| (config.user.clone(), config.password.clone())),
        from,
        extra_ca: read(config.extra_ca.as_deref())?,
    }))
}

/// How mailboxes are read.
///
/// # Errors
/// When a file that is named cannot be read.
fn mailbox_settings(config: &Config) -> anyhow::Result<engine::mailboxes::Settings> {
    let imap = &config.imap;
    let way_out = match checks::WayOut::new(&check_settings(&config.checks)?) {
        Ok(way_out) => Some(way_out),
        Err(error @ checks::Error::NameServers(_)) => {
            tracing::warn!(%error, "mailboxes that owners name are not read");
            None
        }
        Err(error) => return Err(error.into()),
    };
    Ok(engine::mailboxes::Settings {
        every: imap.every.0,
        lease: imap.lease.0,
        https_port: config.checks.https_port.0,
        ports: imap.ports.iter().map(|port| port.0).collect(),
        trust: imap::Trust::new(read(imap.extra_ca.as_deref())?.as_deref())?,
        limits: imap::Limits { message: config.smtp.message.in_memory(), ..imap::Limits::default() },
        way_out,
        configured: imap.mailboxes.iter().map(config::MailboxUrl::configured).collect::<Result<_, _>>()?,
    })
}

/// A file that the configuration may name.
pub(crate) fn read(path: Option<&Path>) -> anyhow::Result<Option<String>> {
    path.map(|path| std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display())))
        .transpose()
}

/// Where this machine reaches what listens there: "every address" is reached by the loopback one.
pub(crate) fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_reached_by_loopback() {
        let reached = |listen: &str| reachable(listen.parse().unwrap()).to_string();
        assert_eq!(reached("0.0.0.0:3000"), "127.0.0.1:3000");
        assert_eq!(reached("[::]:3000"), "[::1]:3000");
        assert_eq!(reached("192.0.2.1:80"), "192.0.2.1:80");
    }
}
