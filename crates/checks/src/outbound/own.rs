//! The addresses of this machine itself.

use std::net::{IpAddr, UdpSocket};

use ipnet::IpNet;

/// What this machine's own addresses are: those of its interfaces, and those it is reached at from outside although it does
/// not have them itself, behind NAT or in a container.
#[derive(Clone, Debug)]
pub(super) struct Own {
    configured: Vec<IpNet>,
}

impl Own {
    pub(super) const fn new(configured: Vec<IpNet>) -> Self {
        Self { configured }
    }

    /// Whether the address is one of them. Interfaces are asked each time, since their addresses come and go.
    pub(super) fn has(&self, address: IpAddr) -> bool {
        self.configured.iter().any(|network| network.contains(&address)) || is_here(address)
    }
}

/// Whether an interface of this machine has the address. Nothing is sent to find out.
///
/// Only an own address can be bound. Where the kernel is told to let any be bound (`ip_nonlocal_bind`, for addresses that
/// move between machines), the route to it says: to an own address one speaks from that address itself. The route alone is
/// not enough: to a second address of an interface one speaks from the first.
fn is_here(address: IpAddr) -> bool {
    let (any, nobody): (IpAddr, IpAddr) = match address {
        IpAddr::V4(_) => ([0; 4].into(), [240, 0, 0, 1].into()),
        IpAddr::V6(_) => ([0_u16; 8].into(), [0x100, 0, 0, 0, 0, 0, 0, 1].into()),
    };
    let binds = |address: IpAddr| UdpSocket::bind((address, 0)).is_ok();
    let speaks_from_itself = || {
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect((address, 9))?;
        socket.local_addr()
    };
    (binds(address) && !binds(nobody)) || speaks_from_itself().is_ok_and(|from| from.ip() == address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(configured: &[&str], address: &str) -> bool {
        Own::new(configured.iter().map(|network| network.parse().unwrap()).collect()).has(address.parse().unwrap())
    }

    #[test]
    fn an_interface_has_its_addresses_and_no_others() {
        assert!(has(&[], "127.0.0.1"));
        assert!(!has(&[], "8.8.8.8"));
        assert!(!has(&[], "2001:4860:4860::8888"));
    }

    #[test]
    fn an_address_that_one_does_not_speak_from_is_own_all_the_same() {
        assert!(has(&[], "127.77.0.1"), "to it one speaks from 127.0.0.1");
    }

    #[test]
    fn what_is_configured_is_own_although_no_interface_has_it() {
        assert!(has(&["8.8.8.0/24"], "8.8.8.8"));
        assert!(!has(&["8.8.8.0/24"], "8.8.4.4"));
    }
}
