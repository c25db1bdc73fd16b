//! What the operator can set: one struct per section of `config.default.toml`, which documents every key.
//!
//! Three layers, the later wins: the built-in defaults, a file, the environment. A key that does not exist and a
//! value that is not allowed are errors that say what to write instead.

mod error;
mod imap;
mod mail;
mod secrets;
mod show;
mod sign_on;
mod source;
mod units;

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use model::DomainName;
use serde::Deserialize;

pub use error::ConfigError;
pub use imap::{Imap, MailboxUrl};
pub use mail::{Mail, MailTls};
pub use secrets::Secrets;
pub use show::Setting;
pub use sign_on::OpenIdConnect;
pub use source::{DEFAULT_FILE, Loaded, load};
pub use units::{BaseUrl, Count, Listen, LmtpListen, Port, Size, Span};

/// The host of report addresses for mail while none is named: only this machine can deliver there.
pub(crate) const NO_HOST: &str = "localhost";

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// `[http]`
    pub http: Http,
    /// `[smtp]`
    pub smtp: Smtp,
    /// `[lmtp]`
    pub lmtp: Lmtp,
    /// `[imap]`
    pub imap: Imap,
    /// `[database]`
    pub database: Database,
    /// `[secrets]`
    pub secrets: Secrets,
    /// `[limits]`
    pub limits: Limits,
    /// `[receiving]`
    pub receiving: Receiving,
    /// `[api]`
    pub api: Api,
    /// `[retention]`
    pub retention: Retention,
    /// `[checks]`
    pub checks: Checks,
    /// `[tools]`
    pub tools: Tools,
    /// `[mail]`
    pub mail: Mail,
    /// `[openid_connect]`
    pub openid_connect: OpenIdConnect,
    /// `[log]`
    pub log: Log,
    /// `[metrics]`
    pub metrics: Metrics,
}

/// `[http]`: where and how requests come in.
#[derive(Clone, Debug, Deserialize)]
pub struct Http {
    /// Where to listen.
    pub listen: Listen,
    /// How the world reaches this installation.
    #[serde(deserialize_with = "units::base_url")]
    pub base_url: Option<BaseUrl>,
    /// Reverse proxies whose forwarded address is believed.
    #[serde(deserialize_with = "units::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they forward it.
    pub forwarded_header: ForwardedHeader,
    /// Open connections, all together.
    pub max_connections: Count,
    /// Open connections from one address.
    pub max_connections_per_address: Count,
    /// For the head of a request.
    pub header_timeout: Span,
    /// For a connection on which nothing is asked.
    pub idle_timeout: Span,
    /// What any transfer may take before `min_rate` counts.
    pub transfer_grace: Span,
    /// Bytes a second that a transfer must keep up.
    pub min_rate: Size,
    /// For requests under way at shutdown.
    pub drain_timeout: Span,
}

/// The header in which reverse proxies forward the client's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`
    XForwardedFor,
    /// `Forwarded` (RFC 7239)
    Forwarded,
}

/// `[smtp]`: reports by mail, on a port of its own.
#[derive(Clone, Debug, Deserialize)]
pub struct Smtp {
    /// Where to listen; none: nowhere.
    #[serde(deserialize_with = "units::listen_or_nothing")]
    pub listen: Option<Listen>,
    /// The host of report addresses, also by LMTP, and the name to greet with.
    #[serde(deserialize_with = "units::host_name")]
    pub host: Option<String>,
    /// The certificate for STARTTLS, with those of its issuers.
    #[serde(deserialize_with = "units::optional")]
    pub tls_certificate: Option<PathBuf>,
    /// Its private key.
    #[serde(deserialize_with = "units::optional")]
    pub tls_key: Option<PathBuf>,
    /// Load balancers that say whose connection they pass on.
    #[serde(deserialize_with = "units::networks")]
    pub proxy_protocol: Vec<IpNet>,
    /// A message on the wire.
    pub message: Size,
    /// Open sessions, all together.
    pub max_connections: Count,
    /// Open sessions from one address.
    pub max_connections_per_address: Count,
    /// For a command.
    pub command_timeout: Span,
    /// For a message.
    pub message_timeout: Span,
    /// What a message may take before `min_rate` counts.
    pub message_grace: Span,
    /// Bytes a second that a message must keep up.
    pub min_rate: Size,
    /// For a session.
    pub session_timeout: Span,
}

/// `[lmtp]`: reports by mail, from a mail server on this machine.
#[derive(Clone, Debug, Deserialize)]
pub struct Lmtp {
    /// Where to listen; none: nowhere.
    #[serde(deserialize_with = "units::lmtp_listen")]
    pub listen: Option<LmtpListen>,
}

impl Config {
    /// The host of report addresses for mail; none while no way in for mail is switched on.
    pub(crate) fn report_host(&self) -> Option<String> {
        let is_on = self.smtp.listen.is_some() || self.lmtp.listen.is_some();
        let named = self.smtp.host.clone();
        let of_the_pages = || self.http.base_url.as_ref().and_then(|url| DomainName::parse(url.host()).ok());
        is_on.then(|| named.or_else(|| Some(of_the_pages()?.to_string())).unwrap_or_else(|| NO_HOST.to_owned()))
    }
}

/// `[database]`
#[derive(Clone, Deserialize)]
pub struct Database {
    /// Where the data is. May hold a password.
    #[serde(deserialize_with = "units::database_url")]
    pub url: String,
}

/// `[limits]`: what one report, and all of them together, may cost.
#[derive(Clone, Debug, Deserialize)]
pub struct Limits {
    /// A body on the wire.
    pub body: Size,
    /// A report unpacked.
    pub unpacked: Size,
    /// Memory for all that are under way.
    pub memory: Size,
}

/// `[receiving]`: how often reports may come.
#[derive(Clone, Debug, Deserialize)]
pub struct Receiving {
    /// At once from one client address.
    pub source_burst: Count,
    /// A minute from one client address.
    pub source_per_minute: Count,
    /// At once for one report address.
    pub address_burst: Count,
    /// A minute for one report address.
    pub address_per_minute: Count,
    /// Deliveries a day to the addresses of one domain.
    pub domain_per_day: Count,
    /// Bytes of their bodies.
    pub domain_bytes_per_day: Size,
}

/// `[api]`: how often programs may ask.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Api {
    /// At once with one token.
    pub burst: Count,
    /// A minute with one token.
    pub per_minute: Count,
}

/// `[retention]`: how long what is kept in full is kept.
#[derive(Clone, Debug, Deserialize)]
pub struct Retention {
    /// Bodies as received.
    pub bodies: Span,
    /// Failure details of reports.
    pub failures: Span,
    /// The audit log.
    pub audit: Span,
}

impl Retention {
    /// The same in the engine's words.
    pub(crate) fn keep(&self) -> engine::Retention {
        let reports = model::retention::Keep { bodies: self.bodies.days(), failures: self.failures.days() };
        engine::Retention { reports, audit: self.audit.days() }
    }
}

/// `[checks]`: how domains are looked at from outside.
#[derive(Clone, Debug, Deserialize)]
pub struct Checks {
    /// Whether watched domains are looked at.
    pub enabled: bool,
    /// The name servers to ask; empty: the system's.
    #[serde(deserialize_with = "units::name_servers")]
    pub name_servers: Vec<SocketAddr>,
    /// DNSKEY records to trust instead of the root's.
    #[serde(deserialize_with = "units::optional")]
    pub trust_anchor: Option<PathBuf>,
    /// CAs to trust besides the public ones.
    #[serde(deserialize_with = "units::optional")]
    pub extra_ca: Option<PathBuf>,
    /// Networks that may be dialled although they are not public.
    #[serde(deserialize_with = "units::networks")]
    pub allow: Vec<IpNet>,
    /// Whether any address may be dialled.
    pub allow_private: bool,
    /// Public addresses that lead to this machine although no interface has them.
    #[serde(deserialize_with = "units::networks")]
    pub own_addresses: Vec<IpNet>,
    /// The port of the zones' own name servers.
    pub dns_port: Port,
    /// The port of policy hosts.
    pub https_port: Port,
    /// The port of mail hosts.
    pub smtp_port: Port,
    /// The name to greet mail hosts with.
    #[serde(deserialize_with = "units::host_name")]
    pub helo: Option<String>,
}

/// `[tools]`: looking domains up, linting and building records.
#[derive(Clone, Debug, Deserialize)]
pub struct Tools {
    /// Whether people without an account may use them.
    pub public: bool,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
pub struct Log {
    /// Which events.
    #[serde(deserialize_with = "units::log_filter")]
    pub level: String,
    /// In which form.
    pub format: LogFormat,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[metrics]`
#[derive(Clone, Deserialize)]
pub struct Metrics {
    /// Whether `/metrics` exists.
    pub enabled: bool,
    /// Whether it shows figures of each domain.
    pub domains: bool,
    /// The bearer token it asks for; empty: only this machine may ask.
    pub token: String,
}

impl Config {
    /// The first key whose value another key does not allow, and what is allowed.
    fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        self.secrets
            .contradiction()
            .or_else(|| self.mail.contradiction())
            .or_else(|| self.openid_connect.contradiction())
    }
}

/// Hides the password that the URL may hold.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("url", &show::without_password(&self.url)).finish()
    }
}

/// Hides the token.
impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics")
            .field("enabled", &self.enabled)
            .field("domains", &self.domains)
            .finish_non_exhaustive()
    }
}

/// Deserializes an enum from its words; the error lists them.
macro_rules! words {
    ($type:ident { $($word:literal => $variant:ident),+ }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let allowed = [$($word),+];
                match String::deserialize(deserializer).unwrap_or_default().to_ascii_lowercase().as_str() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(serde::de::Error::custom(format!("\"{}\"", allowed.join("\" or \"")))),
                }
            }
        }
    };
}

words!(ForwardedHeader { "x-forwarded-for" => XForwardedFor, "forwarded" => Forwarded });
words!(MailTls { "starttls" => StartTls, "tls" => Tls, "none" => None });
words!(LogFormat { "text" => Text, "json" => Json });
