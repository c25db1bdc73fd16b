//! Whether an address may be dialled on behalf of a user.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use ipnet::IpNet;
use model::{DomainName, address::is_public};

use super::{host::is_dialable, own::Own};

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To ask a name server about its own zone.
    Names,
    /// To fetch a policy from its host.
    Policy,
    /// To see how an MX host takes mail, on port 25 and for a domain whose owner is known. This machine's own public address
    /// is fine: many run this on their mail server.
    Mail,
    /// To bring a test report to the operator's own report host: by HTTPS to this port, else by mail. This machine's own public
    /// address is where it leads as a rule.
    Report(Option<u16>),
    /// To read a mailbox that a user names, or to ask for the token that opens it, on this port.
    Mailbox(u16),
}

impl Purpose {
    /// Whether a public address of this machine itself may be dialled.
    const fn may_lead_here(self) -> bool {
        matches!(self, Self::Mail | Self::Report(_))
    }
}

/// An address that was judged fit to be dialled. Only [`Judge::judge`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Judged(SocketAddr);

impl Judged {
    pub(super) const fn socket(self) -> SocketAddr {
        self.0
    }

    pub(crate) const fn ip(self) -> IpAddr {
        self.0.ip()
    }
}

/// Why a host is not dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Its name is none of public DNS.
    Name(String),
    /// One of its addresses is not public.
    Special(String, IpAddr),
    /// One of its addresses is this machine's own: what listens there may trust whoever comes from this machine.
    Own(String, IpAddr),
}

impl Refusal {
    /// What the operator can do about it.
    pub(crate) const REMEDY: &'static str = "If this host is yours to reach from here, add its network to checks.allow \
        (in the environment: WAXSEAL_CHECKS__ALLOW); if your name servers give inner addresses, name public ones in \
        checks.name_servers.";
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(host) => write!(f, "{host} is no host name of public DNS"),
            Self::Special(host, address) => write!(f, "{host} is {address} from here, which is no public address"),
            Self::Own(host, address) => {
                write!(
                    f,
                    "{host} is {address}, an address of this machine itself, which is dialled only as a mail host"
                )
            }
        }
    }
}

/// The rules about addresses, as configured.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    pub(super) allow_private: bool,
    pub(super) allow: Vec<IpNet>,
    pub(super) own: Own,
}

impl Judge {
    /// Judges all addresses of a host: fit are all of them or none, so that no mixed answer slips one in.
    pub(super) fn judge(
        &self,
        host: &DomainName,
        addresses: &[IpAddr],
        port: u16,
        purpose: Purpose,
    ) -> Result<Vec<Judged>, Refusal> {
        if !is_dialable(host) {
            return Err(Refusal::Name(host.to_string()));
        }
        addresses.iter().map(|address| self.one(host, *address, port, purpose)).collect()
    }

    fn one(&self, host: &DomainName, address: IpAddr, port: u16, purpose: Purpose) -> Result<Judged, Refusal> {
        let address = address.to_canonical();
        if !self.allow_private && !self.allow.iter().any(|network| network.contains(&address)) {
            if !is_public(address) {
                return Err(Refusal::Special(host.to_string(), address));
            }
            if !purpose.may_lead_here() && self.own.has(address) {
                return Err(Refusal::Own(host.to_string(), address));
            }
        }
        Ok(Judged(SocketAddr::new(address, port)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge_for(
        purpose: Purpose,
        (allow, own): (&[&str], &[&str]),
        addresses: &[&str],
    ) -> Result<Vec<Judged>, Refusal> {
        let networks = |texts: &[&str]| texts.iter().map(|net| net.parse().unwrap()).collect();
        let judge = Judge { allow_private: false, allow: networks(allow), own: Own::new(networks(own)) };
        let addresses: Vec<_> = addresses.iter().map(|address| address.parse().unwrap()).collect();
        judge.judge(&DomainName::parse("mx1.example.com").unwrap(), &addresses, 25, purpose)
    }

    fn judge(allow: &[&str], addresses: &[&str]) -> Result<Vec<Judged>, Refusal> {
        judge_for(Purpose::Mail, (allow, &[]), addresses)
    }

    #[test]
    fn one_special_address_refuses_the_host() {
        let refusal = judge(&[], &["8.8.8.8", "192.168.1.5"]).unwrap_err();
        assert_eq!(refusal.to_string(), "mx1.example.com is 192.168.1.5 from here, which is no public address");
    }

    #[test]
    fn a_mapped_address_is_judged_by_what_it_wraps() {
        assert!(judge(&[], &["::ffff:10.0.0.1"]).is_err());
        assert_eq!(judge(&["10.0.0.0/8"], &["::ffff:10.0.0.1"]).unwrap()[0].ip(), IpAddr::from([10, 0, 0, 1]));
    }

    #[test]
    fn what_the_operator_allows_is_allowed_and_nothing_more() {
        assert!(judge(&["192.168.1.0/24"], &["192.168.1.5", "8.8.8.8"]).is_ok());
        assert!(judge(&["192.168.1.0/24"], &["192.168.2.5"]).is_err());
        assert!(judge(&["::/0"], &["127.0.0.1"]).is_err());
    }

    #[test]
    fn an_own_address_is_dialled_as_a_mail_host_only() {
        let own = (&[][..], &["8.8.8.0/24", "2001:4860::/32"][..]);
        for address in ["8.8.8.8", "::ffff:8.8.8.8", "2001:4860:4860::8888"] {
            let refusal = judge_for(Purpose::Policy, own, &["1.1.1.1", address]).unwrap_err();
            assert!(matches!(&refusal, Refusal::Own(host, _) if host == "mx1.example.com"), "{refusal}");
            assert!(refusal.to_string().contains("an address of this machine itself"), "{refusal}");
            for purpose in [Purpose::Mail, Purpose::Report(None), Purpose::Report(Some(8443))] {
                assert!(judge_for(purpose, own, &[address]).is_ok(), "{address} for {purpose:?}");
                assert!(judge_for(purpose, own, &["127.0.0.1"]).is_err(), "an inner address for {purpose:?}");
            }
        }
        assert!(judge_for(Purpose::Policy, own, &["1.1.1.1"]).is_ok());
    }

    #[test]
    fn an_own_address_that_the_operator_allows_is_dialled() {
        assert!(judge_for(Purpose::Policy, (&["8.8.8.8/32"], &["8.8.8.0/24"]), &["8.8.8.8"]).is_ok());
        assert!(judge_for(Purpose::Policy, (&["8.8.8.8/32"], &["8.8.8.0/24"]), &["8.8.8.9"]).is_err());
    }
}
