//! The names of an address (reverse DNS), for a person who asks. What is answered is what the owner of the network says, no more.

use std::{net::IpAddr, time::Duration};

use model::{DomainName, address::is_public};

use crate::{
    Limits, Runner,
    dns::{Data, Dns as _, Question, Reply, Type},
};

/// How many names of an address are told.
const NAMES: usize = 5;
/// What asking for the names of one address may cost: a person waits for them.
const QUERIES: u32 = 40;
const TIME: Duration = Duration::from_secs(5);

/// What is known of an address's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// These.
    Found(Vec<String>),
    /// It has none.
    Absent,
    /// There is no telling, and why.
    CannotTell(String),
    /// The address is private or set aside: nobody outside is asked about it.
    NotPublic,
}

impl Runner {
    /// The names of an address. Of addresses that are not public nothing is asked, so that nobody learns of them.
    pub async fn names_of(&self, address: IpAddr) -> Names {
        let address = address.to_canonical();
        if !is_public(address) {
            return Names::NotPublic;
        }
        let Some(name) = DomainName::parse_lenient(&reverse(address)) else {
            return Names::CannotTell("the address does not fit into DNS".to_owned());
        };
        let shop = self.shop();
        let limits = Limits { queries: QUERIES, dns_time: TIME, ..shop.settings.limits.clone() };
        let dns = shop.resolver.begin(&limits).await;
        match dns.ask(Question { name, kind: Type::Ptr }).await.reply {
            Reply::Found(records) => {
                let name = |record| if let Data::Ptr(name) = record { Some(name) } else { None };
                Names::Found(records.into_iter().filter_map(name).take(NAMES).collect())
            }
            Reply::NoData | Reply::NoName => Names::Absent,
            Reply::Failed(failure) => Names::CannotTell(failure.to_string()),
        }
    }
}

/// The name below which an address's names stand (RFC 1035 §3.5, RFC 3596 §2.5).
fn reverse(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(v6) => {
            let nibbles = v6.octets().into_iter().rev().map(|byte| format!("{:x}.{:x}.", byte & 15, byte >> 4));
            format!("{}ip6.arpa", nibbles.collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_below_the_address_read_backwards() {
        assert_eq!(reverse("198.51.100.3".parse().unwrap()), "3.100.51.198.in-addr.arpa");
        assert_eq!(
            reverse("2001:db8::12".parse().unwrap()),
            "2.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        );
        for address in ["198.51.100.3", "2001:db8::12"] {
            assert!(DomainName::parse_lenient(&reverse(address.parse().unwrap())).is_some(), "{address}");
        }
    }
}
