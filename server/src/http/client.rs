//! Whose request it is: the other end of the connection, or the client that a trusted reverse proxy speaks for.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderMap;
use ipnet::IpNet;

use super::Shared;
use crate::config::ForwardedHeader;

/// The other end of the connection, put into each request by the accept loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Socket(pub(super) SocketAddr);

/// Whose request it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    /// The address to count, limit and log by.
    pub(super) ip: IpAddr,
    /// Whether the request shows signs of having come through a proxy, trusted or not.
    pub(super) forwarded: bool,
}

impl Client {
    /// Whether it comes from this machine itself and not through a proxy on it.
    #[must_use]
    pub(super) fn is_this_machine(self) -> bool {
        self.ip.is_loopback() && !self.forwarded
    }
}

/// The reverse proxies whose word is believed.
#[derive(Debug)]
pub(crate) struct Proxies {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
    warned: AtomicBool,
}

impl Proxies {
    /// Proxies in these networks, which forward addresses in this header.
    #[must_use]
    pub(super) fn new(trusted: Vec<IpNet>, header: ForwardedHeader) -> Self {
        Self { trusted, header, warned: AtomicBool::new(false) }
    }

    /// Whether this address is one of them.
    #[must_use]
    pub(super) fn trust(&self, ip: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&ip))
    }

    /// Follows the forwarded addresses from the socket backwards, as far as each speaker is trusted.
    #[must_use]
    pub(super) fn client(&self, socket: IpAddr, headers: &HeaderMap) -> Client {
        let socket = socket.to_canonical();
        let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
        if !self.trust(socket) {
            if forwarded && !self.warned.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    proxy = %socket,
                    "a forwarded client address was not believed: if {socket} is your reverse proxy, add it to \
                     http.trusted_proxies (WAXSEAL_HTTP__TRUSTED_PROXIES)"
                );
            }
            return Client { ip: socket, forwarded };
        }
        let mut ip = socket;
        for hop in hops(headers, self.header).into_iter().rev() {
            // "unknown" and invented names tell nothing: whoever said so is the last that is known.
            let Some(previous) = hop else { break };
            ip = previous;
            if !self.trust(ip) {
                break;
            }
        }
        Client { ip, forwarded }
    }
}

/// The addresses of a forwarding header, the client's own claim first; none where an entry is no address.
fn hops(headers: &HeaderMap, header: ForwardedHeader) -> Vec<Option<IpAddr>> {
    let name = match header {
        ForwardedHeader::XForwardedFor => "x-forwarded-for",
        ForwardedHeader::Forwarded => "forwarded",
    };
    let entries = headers.get_all(name).iter().flat_map(|line| line.to_str().unwrap_or("?").split(','));
    match header {
        ForwardedHeader::XForwardedFor => entries.map(address).collect(),
        ForwardedHeader::Forwarded => entries
            .map(|entry| {
                let pairs = entry.split(';').filter_map(|pair| pair.trim().split_once('='));
                pairs.filter(|(key, _)| key.eq_ignore_ascii_case("for")).find_map(|(_, node)| address(node))
            })
            .collect(),
    }
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `"[2001:db8::1]:4711"`
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let ip = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse::<Ipv6Addr>().map(IpAddr::V6));
    ip.ok().map(|ip| ip.to_canonical())
}

/// What limits count by: an IPv4 address, or the /64 of an IPv6 address, which is one customer's line.
#[must_use]
pub(crate) fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

/// Middleware: puts [`Client`] into the request.
pub(super) async fn identify(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let socket = request.extensions().get::<Socket>().map_or(IpAddr::V4([0, 0, 0, 0].into()), |socket| socket.0.ip());
    let client = shared.proxies.client(socket, request.headers());
    request.extensions_mut().insert(client);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(header: ForwardedHeader, socket: &str, lines: &[(&'static str, &str)]) -> String {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()], header);
        let headers = lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        proxies.client(socket.parse().unwrap(), &headers).ip.to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let x = ForwardedHeader::XForwardedFor;
        assert_eq!(client(x, "10.1.1.1", &[("x-forwarded-for", "192.0.2.7")]), "192.0.2.7");
        assert_eq!(client(x, "198.51.100.1", &[("x-forwarded-for", "192.0.2.7")]), "198.51.100.1");
        assert_eq!(client(x, "::ffff:10.1.1.1", &[("x-forwarded-for", "192.0.2.7")]), "192.0.2.7");
        assert_eq!(client(x, "10.1.1.1", &[]), "10.1.1.1");
    }

    #[test]
    fn a_client_cannot_choose_its_address() {
        let x = ForwardedHeader::XForwardedFor;
        let chain = |value| client(x, "10.1.1.1", &[("x-forwarded-for", value)]);
        assert_eq!(chain("1.1.1.1, 192.0.2.7"), "192.0.2.7", "the proxy appended the last one");
        assert_eq!(chain("1.1.1.1, 192.0.2.7, 10.2.2.2"), "192.0.2.7", "through two trusted proxies");
        assert_eq!(chain("1.1.1.1, rubbish"), "10.1.1.1");
        let lines = [("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=1.1.1.1")];
        assert_eq!(client(x, "10.1.1.1", &lines), "192.0.2.7", "the other header passes through proxies unread");
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "192.0.2.7")];
        assert_eq!(client(x, "10.1.1.1", &lines), "192.0.2.7", "several lines are one list");
    }

    #[test]
    fn rfc_7239_in_all_its_spellings() {
        let f = ForwardedHeader::Forwarded;
        let one = |value| client(f, "::1", &[("forwarded", value)]);
        assert_eq!(one("for=192.0.2.43"), "192.0.2.43");
        assert_eq!(one("proto=https; For=\"[2001:db8::17]:4711\";by=10.0.0.1"), "2001:db8::17");
        assert_eq!(one("for=1.1.1.1, for=192.0.2.9:80"), "192.0.2.9");
        assert_eq!(one("for=unknown"), "::1");
    }

    #[test]
    fn limits_count_by_line() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6".parse().unwrap()).to_string(), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()).to_string(), "192.0.2.1");
    }
}
