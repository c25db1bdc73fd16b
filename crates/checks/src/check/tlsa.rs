//! One TLSA record: can senders use it, and does it match what a host shows (RFC 6698 §2.1, RFC 7672 §3.1). Pure.

use model::{
    DomainName,
    check::{Certificate, Fault, Session},
};
use mtasts::Pattern;
use sha2::{Digest as _, Sha256, Sha512};

use crate::dns::Tlsa;

/// Why senders cannot use a record; "MUST be considered unusable" (RFC 6698 §4.1, RFC 7672 §3.1.3).
pub(super) fn unusable(tlsa: &Tlsa) -> Option<&'static str> {
    match (tlsa.usage, tlsa.selector, tlsa.matching) {
        (0 | 1, ..) => Some("usages 0 and 1 are not for mail"),
        (4.., ..) => Some("there is no such usage"),
        (_, 2.., _) => Some("there is no such selector"),
        (.., 3..) => Some("there is no such matching type"),
        (.., 1) if tlsa.data.len() != 32 => Some("a SHA-256 has 32 bytes"),
        (.., 2) if tlsa.data.len() != 64 => Some("a SHA-512 has 64 bytes"),
        (.., 0) if tlsa.data.is_empty() => Some("it holds nothing"),
        _ if is_hash_of_nothing(tlsa) => Some("it is the hash of nothing: the command that made it had no certificate"),
        _ => None,
    }
}

/// The hash of no bytes at all: what a pipeline leaves behind when its first command fails.
fn is_hash_of_nothing(tlsa: &Tlsa) -> bool {
    match tlsa.matching {
        1 => tlsa.data == Sha256::digest(b"").as_slice(),
        2 => tlsa.data == Sha512::digest(b"").as_slice(),
        _ => false,
    }
}

/// The records that senders look at: where there is a SHA-512, a SHA-256 of the same kind is passed over (RFC 7671 §9).
pub(super) fn strongest<'a>(usable: &[&'a Tlsa]) -> Vec<&'a Tlsa> {
    let is_outdone = |tlsa: &Tlsa| {
        let same = |other: &&&Tlsa| (other.usage, other.selector) == (tlsa.usage, tlsa.selector);
        tlsa.matching == 1 && usable.iter().filter(same).any(|other| other.matching == 2)
    };
    usable.iter().copied().filter(|tlsa| !is_outdone(tlsa)).collect()
}

/// Whether a usable record matches what the host showed. `domain` is the domain that the mail is for.
pub(super) fn matches(tlsa: &Tlsa, session: &Session, domain: &DomainName) -> bool {
    match tlsa.usage {
        // Neither names nor dates matter (RFC 7672 §3.1.1).
        3 => session.leaf().is_some_and(|leaf| selects(tlsa, leaf)),
        // The anchor must be in the chain that the server sends, the chain must hold, and the name must fit: that of the
        // host, or that of the domain (§3.1.2, §3.2.2).
        2 => {
            let covers = |name: &String| Pattern::parse(name).is_ok_and(|pattern| pattern.matches(domain.as_str()));
            let is_named = |leaf: &Certificate| leaf.names.iter().any(covers);
            (!session.faults.contains(&Fault::WrongName) || session.leaf().is_some_and(is_named))
                && session.chain.iter().any(|certificate| certificate.anchors_leaf && selects(tlsa, certificate))
        }
        _ => false,
    }
}

fn selects(tlsa: &Tlsa, certificate: &Certificate) -> bool {
    let (sha256, sha512) = match tlsa.selector {
        0 => (&certificate.sha256, &certificate.sha512),
        _ => (&certificate.key_sha256, &certificate.key_sha512),
    };
    match tlsa.matching {
        // Equal bytes have equal hashes: certificates themselves are not kept.
        0 => Sha256::digest(&tlsa.data).as_slice() == sha256.0,
        1 => tlsa.data == sha256.0,
        2 => tlsa.data == sha512.0,
        _ => false,
    }
}
