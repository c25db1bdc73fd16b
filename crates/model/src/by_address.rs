//! Failed sessions by address: from which networks senders came, and which of our addresses they reached. Pure.
//!
//! Senders write addresses as text (RFC 8460 §4.4). What is none says nothing of where a session came from or went to.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use tlsrpt::ResultType;

use crate::{Day, address::is_public};

/// Rows of each table.
const MOST_ROWS: usize = 50;
/// Names that stand beside an address.
const MOST_NAMES: usize = 3;

/// Failed sessions between two addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressRow {
    /// sending-mta-ip; none where it is not told apart.
    pub sending: Option<IpAddr>,
    /// receiving-ip; the same.
    pub receiving: Option<IpAddr>,
    /// The MX host.
    pub mx: Option<String>,
    /// Who told of it.
    pub reporter: String,
    /// What went wrong.
    pub result_type: ResultType,
    /// How many sessions.
    pub failed: u64,
    /// The last day.
    pub last: Day,
}

/// The address that a sender wrote, one of IPv4 also where it is mapped into IPv6; none where it wrote something else.
#[must_use]
pub fn address(written: &str) -> Option<IpAddr> {
    written.trim().parse().ok().map(|address: IpAddr| address.to_canonical())
}

/// The network to which an address belongs, as large as is usually given to one owner at least: /24 of IPv4, /48 of IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                Ipv4Addr::new(a, b, c, 0).into()
            }
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).into()
            }
        })
    }

    /// As a number: the bits that the network's addresses share, behind the version of IP. Once stored, it never changes.
    #[must_use]
    pub fn number(self) -> i64 {
        let (version, bits) = match self.0 {
            IpAddr::V4(v4) => (4, i64::from(v4.to_bits() >> 8)),
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments().map(i64::from);
                (6, (a << 32) | (b << 16) | c)
            }
        };
        (version << SHARED) | bits
    }

    /// The network of a number; none where it is none's.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        let bits = u64::try_from(number).ok()? & ((1 << SHARED) - 1);
        match number >> SHARED {
            4 => Some(Self(Ipv4Addr::from_bits(u32::try_from(bits).ok()?.checked_mul(256)?).into())),
            6 => Some(Self(Ipv6Addr::from_bits(u128::from(bits) << 80).into())),
            _ => None,
        }
    }
}

/// Bits that the addresses of a network share, at most.
const SHARED: u32 = 48;

/// `198.51.100.0/24`, `2001:db8:1::/48`.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, if self.0.is_ipv4() { 24 } else { 48 })
    }
}

/// What failed at one address, or from one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The address or the network; none where reports do not say.
    pub name: Option<String>,
    /// How many sessions.
    pub failed: u64,
    /// What went wrong, most first; the first few.
    pub result_types: Vec<String>,
    /// Who told of it; the first few.
    pub reporters: Vec<String>,
    /// At which MX hosts; the first few.
    pub hosts: Vec<String>,
    /// The last day.
    pub last: Day,
    /// Addresses of the network; 1 for an address.
    pub addresses: usize,
}

impl Sum {
    /// The address, where it is one whose name may be asked for: a public one.
    #[must_use]
    pub fn public_address(&self) -> Option<IpAddr> {
        self.name.as_deref()?.trim().parse().ok().filter(|address| is_public(*address))
    }
}

/// Failed sessions by address, each way most first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByAddress {
    /// By the network of the sender's address.
    pub networks: Vec<Sum>,
    /// By the sender's address.
    pub sending: Vec<Sum>,
    /// By the address of the MX host.
    pub receiving: Vec<Sum>,
}

impl ByAddress {
    /// Sums rows up; of each table the largest rows.
    #[must_use]
    pub fn of(rows: &[AddressRow]) -> Self {
        Self {
            networks: sums(rows, |row| row.sending.map(|address| Network::of(address).to_string())),
            sending: sums(rows, |row| row.sending.map(|address| address.to_string())),
            receiving: sums(rows, |row| row.receiving.map(|address| address.to_string())),
        }
    }

    /// Whether an address is in one of the tables.
    #[must_use]
    pub fn shows(&self, address: IpAddr) -> bool {
        self.sending.iter().chain(&self.receiving).any(|sum| sum.public_address() == Some(address))
    }
}

fn sums(rows: &[AddressRow], name: impl Fn(&AddressRow) -> Option<String>) -> Vec<Sum> {
    let mut by_name = BTreeMap::<Option<String>, Vec<&AddressRow>>::new();
    for row in rows {
        by_name.entry(name(row)).or_default().push(row);
    }
    let mut sums: Vec<Sum> = by_name.into_iter().filter_map(|(name, rows)| sum(name, &rows)).collect();
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.failed));
    sums.truncate(MOST_ROWS);
    sums
}

fn sum(name: Option<String>, rows: &[&AddressRow]) -> Option<Sum> {
    let addresses: BTreeSet<_> = rows.iter().map(|row| row.sending).collect();
    Some(Sum {
        name,
        failed: rows.iter().map(|row| row.failed).fold(0, u64::saturating_add),
        result_types: largest(rows, |row| Some(row.result_type.as_str())),
        reporters: largest(rows, |row| Some(&row.reporter)),
        hosts: largest(rows, |row| row.mx.as_deref()),
        last: rows.iter().map(|row| row.last).max()?,
        addresses: addresses.len(),
    })
}

/// The names with most failed sessions.
fn largest(rows: &[&AddressRow], name: impl Fn(&AddressRow) -> Option<&str>) -> Vec<String> {
    let mut names = BTreeMap::<&str, u64>::new();
    for row in rows {
        if let Some(name) = name(row) {
            let failed = names.entry(name).or_default();
            *failed = failed.saturating_add(row.failed);
        }
    }
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by_key(|(_, failed)| std::cmp::Reverse(*failed));
    names.into_iter().take(MOST_NAMES).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(sending: Option<&str>, receiving: &str, reporter: &str, failed: u64) -> AddressRow {
        AddressRow {
            sending: sending.and_then(address),
            receiving: address(receiving),
            mx: Some("mx1.example.com".to_owned()),
            reporter: reporter.to_owned(),
            result_type: ResultType::CertificateExpired,
            failed,
            last: Day(7),
        }
    }

    #[test]
    fn addresses_of_a_network_stand_together() {
        let rows = [
            row(Some("198.51.100.3"), "203.0.113.9", "a", 1),
            row(Some("198.51.100.77"), "203.0.113.9", "b", 4),
            row(Some("2001:db8:1:2::3"), "203.0.113.9", "a", 2),
            row(Some("::ffff:198.51.100.9"), "203.0.113.10", "a", 1),
            row(Some("unknown"), "203.0.113.10", "a", 1),
            row(None, "203.0.113.10", "a", 9),
        ];
        let by = ByAddress::of(&rows);
        let told: Vec<_> = by
            .networks
            .iter()
            .map(|sum| (sum.name.as_deref(), sum.failed, sum.addresses, sum.reporters.len()))
            .collect();
        assert_eq!(told, [(None, 10, 1, 1), (Some("198.51.100.0/24"), 6, 3, 2), (Some("2001:db8:1::/48"), 2, 1, 1)]);
        assert_eq!(by.networks[1].reporters, ["b", "a"], "who told of most comes first");
        assert_eq!((by.sending.len(), by.receiving.len()), (5, 2));
        assert_eq!((by.receiving[0].name.as_deref(), by.receiving[0].failed), (Some("203.0.113.10"), 11));
    }

    #[test]
    fn only_public_addresses_have_names_to_ask_for() {
        let named = |written: &str| {
            let by = ByAddress::of(&[row(Some(written), "10.0.0.1", "a", 1)]);
            assert!(!by.shows("10.0.0.1".parse().unwrap()));
            by.sending[0].public_address()
        };
        assert_eq!(named("192.0.2.1"), None, "documents only");
        assert_eq!(named("127.0.0.1"), None);
        assert_eq!(named("fe80::1"), None);
        assert_eq!(named("no address"), None);
        assert_eq!(named(" 8.8.8.8 "), address("8.8.8.8"));
    }

    #[test]
    fn a_network_is_known_by_its_number() {
        for (written, network) in [
            ("198.51.100.7", "198.51.100.0/24"),
            ("255.255.255.255", "255.255.255.0/24"),
            ("0.0.0.0", "0.0.0.0/24"),
            ("::ffff:192.0.2.1", "192.0.2.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("ffff:ffff:ffff:ffff::", "ffff:ffff:ffff::/48"),
            ("::", "::/48"),
        ] {
            let known = Network::of(address(written).unwrap());
            assert_eq!(Network::from_number(known.number()), Some(known), "{written}");
            assert_eq!(known.to_string(), network);
        }
        for none in [0, -1, 1, i64::MAX, i64::MIN, 4 << 48 | 1 << 24, 5 << 48] {
            assert_eq!(Network::from_number(none), None, "{none}");
        }
    }

    #[test]
    fn tables_end() {
        let rows: Vec<_> =
            (0..300).map(|n| row(Some(&format!("198.{}.{}.1", n / 200, n % 200)), "203.0.113.9", "a", 1)).collect();
        let by = ByAddress::of(&rows);
        assert_eq!((by.networks.len(), by.sending.len(), by.receiving.len()), (50, 50, 1));
    }
}
