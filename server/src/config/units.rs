//! The kinds of value a configuration key can hold. Each says in its error what it allows.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use engine::SecretKey;
use ipnet::IpNet;
use model::{DomainName, Role};
use serde::{Deserialize, Deserializer, de::Error as _};

/// A number or a text, as TOML or the environment gives it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Number(i64),
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Reads a scalar with `parse`; `allowed` is what the error says.
fn scalar<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Option<T>,
    allowed: &str,
) -> Result<T, D::Error> {
    let refuse = || D::Error::custom(allowed);
    let text = Scalar::deserialize(deserializer).map_err(|_| refuse())?.to_string();
    parse(text.trim()).ok_or_else(refuse)
}

/// Splits `"10 MiB"` into 10 and `"MiB"`.
fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, text[end..].trim()))
}

/// A span of time: `"500ms"`, `"10s"`, `"5m"`, `"12h"`, `"90d"`. Never zero, at most ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl Span {
    const LONGEST: Duration = Duration::from_hours(10 * 366 * 24);

    /// Whole days, rounded up.
    #[must_use]
    pub fn days(self) -> u16 {
        u16::try_from(self.0.as_secs().div_ceil(86_400)).unwrap_or(u16::MAX)
    }

    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = number_and_unit(text)?;
        let milliseconds = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        let span = Duration::from_millis(number.checked_mul(milliseconds)?);
        (!span.is_zero() && span <= Self::LONGEST).then_some(Self(span))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(
            deserializer,
            Self::parse,
            "a span of time with its unit, such as \"500ms\", \"10s\", \"5m\", \"12h\" or \"90d\"",
        )
    }
}

/// A number of bytes: `"64 KiB"`, `"10 MiB"`, `"1 GiB"` or plain digits. Never zero, at most 1 TiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl Size {
    /// As a length in memory.
    #[must_use]
    pub fn in_memory(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = number_and_unit(text)?;
        let factor = match unit {
            "" | "B" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            _ => return None,
        };
        let bytes = number.checked_mul(factor)?;
        (1..=1 << 40).contains(&bytes).then_some(Self(bytes))
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, Self::parse, "a size from 1 byte to 1024 GiB, such as \"64 KiB\", \"10 MiB\" or 65536")
    }
}

/// People read sizes in the largest unit that keeps them whole.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(1_u64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        match units.into_iter().find(|(size, _)| self.0.is_multiple_of(*size)) {
            Some((size, unit)) => write!(f, "{} {unit}", self.0 / size),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

/// How many of something: 1 to 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u32);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |text: &str| text.parse().ok().filter(|n| (1..=1_000_000).contains(n)).map(Self);
        scalar(deserializer, parse, "a whole number from 1 to 1000000")
    }
}

/// A TCP port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port(pub u16);

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |text: &str| text.parse().ok().filter(|port| *port > 0).map(Self);
        scalar(deserializer, parse, "a port from 1 to 65535")
    }
}

/// An address and port to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen(pub SocketAddr);

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let allowed = "an IP address and a port, such as \"127.0.0.1:3000\", \"0.0.0.0:3000\" or \"[::]:3000\"";
        scalar(deserializer, |text| text.parse().ok().map(Self), allowed)
    }
}

/// Where LMTP is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LmtpListen {
    /// An address and port.
    Tcp(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
}

/// The public address of this installation: scheme and host, without path and final slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// `https://tlsrpt.example.com`
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `tlsrpt.example.com`, with the port where one is written.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// The same without a port.
    pub(crate) fn host(&self) -> &str {
        let authority = self.authority();
        authority.rsplit_once(':').map_or(authority, |(host, _)| host)
    }

    /// Whether browsers reach this installation over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl FromStr for BaseUrl {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let uri: http::Uri = text.parse().map_err(|_| ())?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(());
        };
        let bare = uri.path() == "/" && uri.query().is_none() && !authority.as_str().contains('@');
        let host = authority.host();
        // A name of A-labels, or an address: what DNS records and browsers take.
        let host_is_plain = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c));
        if !bare || !host_is_plain {
            return Err(());
        }
        Ok(Self(format!("{scheme}://{authority}").to_ascii_lowercase()))
    }
}

/// Reads a base URL, where the empty text means none.
pub(super) fn base_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BaseUrl>, D::Error> {
    let parse = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    scalar(
        deserializer,
        parse,
        "a scheme and a host without a path, such as \"https://tlsrpt.example.com\" (international names as xn--…), \
         or nothing",
    )
}

/// Reads an address to listen on, where the empty text means none.
pub(super) fn listen_or_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Listen>, D::Error> {
    let parse = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(|at| Some(Listen(at))) };
    scalar(deserializer, parse, "an IP address and a port, such as \"0.0.0.0:25\" or \"[::]:2525\", or nothing")
}

/// Reads where LMTP is spoken, where the empty text means nowhere.
pub(super) fn lmtp_listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<LmtpListen>, D::Error> {
    let parse = |text: &str| match text {
        "" => Some(None),
        path if path.starts_with('/') => Some(Some(LmtpListen::Unix(PathBuf::from(path)))),
        address => address.parse().ok().map(|address| Some(LmtpListen::Tcp(address))),
    };
    scalar(
        deserializer,
        parse,
        "an IP address and a port, such as \"127.0.0.1:2424\", or the path of a socket, such as \"/run/waxseal/lmtp.sock\", \
         or nothing",
    )
}

/// Reads networks; a bare address is the network of that address alone.
pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let refuse = || D::Error::custom("a list of addresses or networks, such as [\"127.0.0.1\", \"10.0.0.0/8\"]");
    let parse = |text: &String| text.trim().parse().or_else(|_| text.trim().parse::<IpAddr>().map(IpNet::from)).ok();
    let texts = Vec::<String>::deserialize(deserializer).map_err(|_| refuse())?;
    texts.iter().map(parse).collect::<Option<_>>().ok_or_else(refuse)
}

/// Reads name servers; without a port it is 53.
pub(super) fn name_servers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SocketAddr>, D::Error> {
    let refuse =
        || D::Error::custom("a list of addresses, with a port or without, such as [\"9.9.9.9\", \"[2620:fe::fe]:53\"]");
    let on_port_53 = |text: &str| text.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, 53));
    let parse = |text: &String| text.trim().parse().ok().or_else(|| on_port_53(text.trim()));
    let texts = Vec::<String>::deserialize(deserializer).map_err(|_| refuse())?;
    texts.iter().map(parse).collect::<Option<_>>().ok_or_else(refuse)
}

/// Reads a path, where the empty text means none.
pub(super) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let parse = |text: &str| Some(Some(text).filter(|text| !text.is_empty()).map(PathBuf::from));
    scalar(deserializer, parse, "a path, or nothing")
}

/// Reads a key, where the empty text means none.
pub(super) fn secret_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretKey>, D::Error> {
    let parse = |text: &str| if text.is_empty() { Some(None) } else { SecretKey::parse(text).map(Some) };
    scalar(deserializer, parse, "32 random bytes in base64, as `openssl rand -base64 32` makes them, or nothing")
}

/// Reads a host name as it is said in EHLO, where the empty text means none.
pub(super) fn host_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let parse = |text: &str| match text {
        "" => Some(None),
        name => DomainName::parse(name).ok().map(|name| Some(name.to_string())),
    };
    scalar(deserializer, parse, "a host name, such as \"waxseal.example.com\", or nothing")
}

/// Reads a sender of mails, where the empty text means none.
pub(super) fn sender<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let parse = |text: &str| match text {
        "" => Some(None),
        sender => post::is_sender(sender).then(|| Some(sender.to_owned())),
    };
    scalar(deserializer, parse, "a sender, such as \"Waxseal <waxseal@example.com>\", or nothing")
}

/// Reads the URL of an identity provider, where the empty text means none. It stays as it is written: the provider says the same.
pub(super) fn issuer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let parse = |text: &str| {
        if text.is_empty() {
            return Some(None);
        }
        let uri: http::Uri = text.parse().ok()?;
        let here = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let secure = uri.scheme_str() == Some("https") || (here && uri.scheme_str() == Some("http"));
        (secure && uri.query().is_none()).then(|| Some(text.to_owned()))
    };
    scalar(
        deserializer,
        parse,
        "the provider's URL, such as \"https://id.example.com/realms/staff\" (http:// only on this machine), or nothing",
    )
}

/// Reads domains.
pub(super) fn domains<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<DomainName>, D::Error> {
    let refuse = || D::Error::custom("a list of domains, such as [\"example.com\", \"example.org\"]");
    let texts = Vec::<String>::deserialize(deserializer).map_err(|_| refuse())?;
    texts.iter().map(|text| DomainName::parse(text).ok()).collect::<Option<_>>().ok_or_else(refuse)
}

/// Reads a role.
pub(super) fn role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Role, D::Error> {
    scalar(deserializer, |text| text.parse().ok(), "\"viewer\", \"editor\" or \"owner\"")
}

/// Reads a database URL of a kind this program can open.
pub(super) fn database_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let known = |text: &&str| ["sqlite:", "postgres://", "postgresql://"].iter().any(|kind| text.starts_with(kind));
    scalar(
        deserializer,
        |text| Some(text).filter(known).map(str::to_owned),
        "a URL that starts with \"sqlite://\" or \"postgres://\"",
    )
}

/// Reads a log filter such as `info,server=debug`.
pub(super) fn log_filter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let known = |text: &&str| !text.is_empty() && tracing_subscriber::EnvFilter::try_new(text).is_ok();
    scalar(
        deserializer,
        |text| Some(text).filter(known).map(str::to_owned),
        "\"error\", \"warn\", \"info\", \"debug\" or \"trace\", also per part, such as \"info,server=debug\"",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_need_a_unit_and_are_never_zero() {
        let span = |text| Span::parse(text).map(|span| span.0);
        assert_eq!(span("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(span("10 s"), Some(Duration::from_secs(10)));
        assert_eq!(span("90d"), Some(Duration::from_hours(90 * 24)));
        for wrong in ["", "10", "0s", "-1s", "1.5s", "s", "10 years", "99999999999999999999d", "9999d"] {
            assert_eq!(span(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn sizes_are_read_and_written_alike() {
        for (text, bytes) in [("64 KiB", 65_536), ("10MiB", 10 << 20), ("1 GiB", 1 << 30), ("1000", 1000)] {
            let size = Size::parse(text).unwrap();
            assert_eq!(size, Size(bytes));
            assert_eq!(Size::parse(&size.to_string().replace(" bytes", "")), Some(size));
        }
        for wrong in ["", "0", "10 MB", "ten", "-1", "99999999 GiB"] {
            assert_eq!(Size::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_base_url_is_scheme_and_host() {
        let good = |text: &str| text.parse::<BaseUrl>().unwrap();
        assert_eq!(good("https://TLSRPT.example.com/").as_str(), "https://tlsrpt.example.com");
        assert_eq!(good("http://[::1]:3000").authority(), "[::1]:3000");
        assert!(good("https://a.example").is_https());
        let hosts = ["https://a.example:8443", "https://a.example"].map(|url| good(url).host().to_owned());
        assert_eq!(hosts, ["a.example", "a.example"]);
        for wrong in [
            "tlsrpt.example.com",
            "ftp://a.example",
            "https://a.example/path",
            "https://u@a.example",
            "https://a.example/?q",
            "https://",
        ] {
            assert!(wrong.parse::<BaseUrl>().is_err(), "{wrong:?}");
        }
    }
}
