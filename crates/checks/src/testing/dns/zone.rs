//! One zone: its records, its key, and the signatures over them.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use hickory_resolver::proto::{
    dnssec::{
        Algorithm, DigestType, DnssecSigner, Nsec3HashAlgorithm, SigningKey,
        crypto::Ed25519SigningKey,
        rdata::{DNSKEY, DNSSECRData, DS},
    },
    rr::{
        Name, RData, Record, RecordSet, RrKey,
        rdata::{NS, SOA},
    },
};
use hickory_server::{
    dnssec::NxProofKind,
    net::runtime::TokioRuntimeProvider,
    store::in_memory::InMemoryZoneHandler,
    zone_handler::{AxfrPolicy, ZoneHandler, ZoneType},
};

/// How a zone is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// Its signatures hold; that something is absent is proven by NSEC.
    Signed,
    /// Its signatures hold; that something is absent is proven by NSEC3, as in most zones (RFC 5155).
    SignedNsec3,
    /// The same, where each proof costs so many more hashes (RFC 9276 §2.3).
    Nsec3Iterations(u16),
    /// It is not signed, and its parent says so.
    Unsigned,
    /// It is signed with another key than its parent announces.
    Bogus,
}

/// A zone below the root.
pub(super) struct Zone {
    pub(super) origin: Name,
    pub(super) signing: Signing,
    pub(super) records: BTreeMap<RrKey, RecordSet>,
    pub(super) key: Key,
}

/// A key of Ed25519.
#[derive(Clone)]
pub(super) struct Key(Arc<Vec<u8>>);

impl Key {
    pub(super) fn new() -> Self {
        Self(Arc::new(Ed25519SigningKey::generate_pkcs8().unwrap().secret_pkcs8_der().to_vec()))
    }

    fn signing(&self) -> Box<dyn SigningKey> {
        Box::new(Ed25519SigningKey::from_pkcs8(&self.0.as_slice().into()).unwrap())
    }

    pub(super) fn dnskey(&self) -> DNSKEY {
        DNSKEY::from_key(&self.signing().to_public_key().unwrap())
    }

    fn signer(&self, origin: &Name) -> DnssecSigner {
        DnssecSigner::new(self.dnskey(), self.signing(), origin.clone(), Duration::from_hours(24))
    }
}

impl Zone {
    /// What answers for it.
    pub(super) fn handler(&self) -> Arc<dyn ZoneHandler> {
        let mut zone = match self.signing {
            Signing::SignedNsec3 => empty_with(&self.origin, nsec3(0)),
            Signing::Nsec3Iterations(iterations) => empty_with(&self.origin, nsec3(iterations)),
            _ => empty(&self.origin),
        };
        for set in self.records.values() {
            for record in set.records_without_rrsigs() {
                assert!(zone.upsert_mut(record.clone(), 1), "{record}");
            }
        }
        if self.signing != Signing::Unsigned {
            zone.add_zone_signing_key_mut(self.key.signer(&self.origin)).unwrap();
            zone.secure_zone_mut().unwrap();
        }
        Arc::new(zone)
    }
}

fn ns(origin: &Name) -> RData {
    let host = Name::from_ascii("ns").unwrap().append_domain(origin).unwrap();
    RData::NS(NS(host))
}

/// Sound are no salt and no additional iterations (RFC 9276 §3.1).
fn nsec3(iterations: u16) -> NxProofKind {
    NxProofKind::Nsec3 { algorithm: Nsec3HashAlgorithm::SHA1, salt: Arc::default(), iterations, opt_out: false }
}

fn empty(origin: &Name) -> InMemoryZoneHandler<TokioRuntimeProvider> {
    empty_with(origin, NxProofKind::Nsec)
}

fn empty_with(origin: &Name, denial: NxProofKind) -> InMemoryZoneHandler<TokioRuntimeProvider> {
    let mut zone = InMemoryZoneHandler::empty(origin.clone(), ZoneType::Primary, AxfrPolicy::Deny, Some(denial));
    let soa = SOA::new(origin.clone(), origin.clone(), 1, 3600, 600, 86_400, 300);
    zone.upsert_mut(Record::from_rdata(origin.clone(), 86_400, RData::SOA(soa)), 1);
    zone.upsert_mut(Record::from_rdata(origin.clone(), 86_400, ns(origin)), 1);
    zone
}

/// The root delegates every zone; the DS record of a bogus one is that of a key nobody has.
pub(super) fn root(key_of_root: &Key, below: &[Zone]) -> Arc<dyn ZoneHandler> {
    let root = Name::root();
    let mut zone = empty(&root);
    for Zone { origin, signing, key, .. } in below {
        zone.upsert_mut(Record::from_rdata(origin.clone(), 86_400, ns(origin)), 1);
        let key = match signing {
            Signing::Unsigned => continue,
            Signing::Signed | Signing::SignedNsec3 | Signing::Nsec3Iterations(_) => key.clone(),
            Signing::Bogus => Key::new(),
        };
        let dnskey = key.dnskey();
        let digest = dnskey.to_digest(origin, DigestType::SHA256).unwrap().as_ref().to_vec();
        let tag = dnskey.calculate_key_tag().unwrap();
        let ds = DS::new(tag, Algorithm::ED25519, DigestType::SHA256, digest);
        zone.upsert_mut(Record::from_rdata(origin.clone(), 86_400, RData::DNSSEC(DNSSECRData::DS(ds))), 1);
    }
    zone.add_zone_signing_key_mut(key_of_root.signer(&root)).unwrap();
    zone.secure_zone_mut().unwrap();
    Arc::new(zone)
}
