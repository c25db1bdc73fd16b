//! An authoritative name server with signed zones, which can also misbehave.
//!
//! It answers for all zones at once, as a resolver would; only DS questions go to the parent zone, where such records live.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

pub use hickory_resolver::proto::rr::RecordType;
use hickory_resolver::proto::{
    dnssec::{
        Algorithm, DigestType, DnssecSigner, Nsec3HashAlgorithm, SigningKey,
        crypto::Ed25519SigningKey,
        rdata::{DNSKEY, DNSSECRData, DS},
    },
    op::{Metadata, ResponseCode},
    rr::{LowerName, Name, RData, Record, RrKey, rdata::SOA},
    serialize::txt::Parser,
};
use hickory_server::{
    dnssec::NxProofKind,
    net::runtime::{Time, TokioRuntimeProvider},
    server::{Request, RequestHandler, ResponseHandler, ResponseInfo, Server},
    store::in_memory::InMemoryZoneHandler,
    zone_handler::{AxfrPolicy, Catalog, MessageResponseBuilder, ZoneHandler, ZoneType},
};
use tokio::net::{TcpListener, UdpSocket};

/// How a zone is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// Its signatures hold; that something is absent is proven by NSEC.
    Signed,
    /// Its signatures hold; that something is absent is proven by NSEC3, as in most zones (RFC 5155).
    SignedNsec3,
    /// It is not signed, and its parent says so.
    Unsigned,
    /// It is signed with another key than its parent announces.
    Bogus,
}

/// What a name server does instead of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trick {
    /// Answers SERVFAIL.
    ServFail,
    /// Does not answer at all.
    Silence,
}

struct Zone {
    origin: Name,
    signing: Signing,
    records: BTreeMap<RrKey, hickory_resolver::proto::rr::RecordSet>,
    key: Key,
}

/// All zones, with the root above them.
pub struct Zones {
    root: Key,
    below: Vec<Zone>,
    tricks: HashMap<LowerName, Trick>,
    asked: Asked,
    /// Whether signatures are stripped, as some resolvers do.
    pub strips: bool,
}

/// How often each question was asked.
type Asked = Arc<Mutex<HashMap<(LowerName, RecordType), u32>>>;

/// A key of Ed25519.
#[derive(Clone)]
struct Key(Arc<Vec<u8>>);

impl Key {
    fn new() -> Self {
        Self(Arc::new(Ed25519SigningKey::generate_pkcs8().unwrap().secret_pkcs8_der().to_vec()))
    }

    fn signing(&self) -> Box<dyn SigningKey> {
        Box::new(Ed25519SigningKey::from_pkcs8(&self.0.as_slice().into()).unwrap())
    }

    fn dnskey(&self) -> DNSKEY {
        DNSKEY::from_key(&self.signing().to_public_key().unwrap())
    }

    fn signer(&self, origin: &Name) -> DnssecSigner {
        DnssecSigner::new(self.dnskey(), self.signing(), origin.clone(), Duration::from_hours(24))
    }
}

impl Default for Zones {
    fn default() -> Self {
        Self { root: Key::new(), below: vec![], tricks: HashMap::new(), asked: Asked::default(), strips: false }
    }
}

impl Zones {
    /// Adds a zone below the root.
    pub fn add(&mut self, origin: &str, signing: Signing, records: &str) {
        let origin = Name::from_ascii(format!("{origin}.")).unwrap();
        let text = records.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        let (_, records) = Parser::new(format!("$TTL 86400\n{text}\n"), None, Some(origin.clone())).parse().unwrap();
        self.below.push(Zone { origin, signing, records, key: Key::new() });
    }

    /// Makes the name server misbehave when it is asked about a name.
    pub fn trick(&mut self, name: &str, trick: Trick) {
        self.tricks.insert(Name::from_ascii(format!("{name}.")).unwrap().into(), trick);
    }

    /// How often the name server was asked for a record.
    #[must_use]
    pub fn asked(&self, name: &str, kind: RecordType) -> u32 {
        let name = Name::from_ascii(format!("{name}.")).unwrap().into();
        self.asked.lock().unwrap().get(&(name, kind)).copied().unwrap_or_default()
    }

    /// The key of the root, as a file of trust anchors has it.
    #[must_use]
    pub fn trust_anchor(&self) -> String {
        format!(". IN DNSKEY {}\n", self.root.dnskey())
    }

    /// Serves until the test ends.
    pub async fn serve(&self, at: SocketAddr) {
        let mut handlers: Vec<(Name, Arc<dyn ZoneHandler>)> = vec![(Name::root(), self.root_zone())];
        for zone in &self.below {
            handlers.push((zone.origin.clone(), zone.handler()));
        }
        let whole = catalog(&handlers, None);
        let parents = handlers.iter().map(|(origin, _)| (origin.into(), catalog(&handlers, Some(origin)))).collect();
        let handler = Handler {
            whole,
            parents,
            tricks: self.tricks.clone(),
            asked: Arc::clone(&self.asked),
            strips: self.strips,
        };
        let mut server = Server::new(handler);
        server.register_socket(UdpSocket::bind(at).await.unwrap());
        server.register_listener(TcpListener::bind(at).await.unwrap(), Duration::from_secs(5), 65_535);
        tokio::spawn(async move { server.block_until_done().await });
    }

    /// The root delegates every zone; the DS record of a bogus one is that of a key nobody has.
    fn root_zone(&self) -> Arc<dyn ZoneHandler> {
        let root = Name::root();
        let mut zone = empty(&root);
        for Zone { origin, signing, key, .. } in &self.below {
            zone.upsert_mut(Record::from_rdata(origin.clone(), 86_400, ns(origin)), 1);
            let key = match signing {
                Signing::Unsigned => continue,
                Signing::Signed | Signing::SignedNsec3 => key.clone(),
                Signing::Bogus => Key::new(),
            };
            let dnskey = key.dnskey();
            let digest = dnskey.to_digest(origin, DigestType::SHA256).unwrap().as_ref().to_vec();
            let tag = dnskey.calculate_key_tag().unwrap();
            let ds = DS::new(tag, Algorithm::ED25519, DigestType::SHA256, digest);
            zone.upsert_mut(Record::from_rdata(origin.clone(), 86_400, RData::DNSSEC(DNSSECRData::DS(ds))), 1);
        }
        zone.add_zone_signing_key_mut(self.root.signer(&root)).unwrap();
        zone.secure_zone_mut().unwrap();
        Arc::new(zone)
    }
}

impl Zone {
    fn handler(&self) -> Arc<dyn ZoneHandler> {
        let mut zone = match self.signing {
            Signing::SignedNsec3 => empty_with(&self.origin, nsec3()),
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
    RData::NS(hickory_resolver::proto::rr::rdata::NS(host))
}

fn nsec3() -> NxProofKind {
    // As RFC 9276 §3.1 has it: no salt, no additional iterations.
    NxProofKind::Nsec3 { algorithm: Nsec3HashAlgorithm::SHA1, salt: Arc::default(), iterations: 0, opt_out: false }
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

fn catalog(handlers: &[(Name, Arc<dyn ZoneHandler>)], without: Option<&Name>) -> Catalog {
    let mut catalog = Catalog::new();
    for (origin, handler) in handlers.iter().filter(|(origin, _)| Some(origin) != without) {
        catalog.upsert(origin.into(), vec![Arc::clone(handler)]);
    }
    catalog
}

struct Handler {
    whole: Catalog,
    parents: HashMap<LowerName, Catalog>,
    tricks: HashMap<LowerName, Trick>,
    asked: Asked,
    strips: bool,
}

#[async_trait::async_trait]
impl RequestHandler for Handler {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, mut respond: R) -> ResponseInfo {
        let (name, kind) = match request.request_info() {
            Ok(info) => (info.query.name().clone(), info.query.query_type()),
            Err(_) => return self.whole.handle_request::<R, T>(request, respond).await,
        };
        *self.asked.lock().unwrap().entry((name.clone(), kind)).or_default() += 1;
        match self.tricks.get(&name) {
            Some(Trick::Silence) => futures::future::pending().await,
            Some(Trick::ServFail) => {
                let response = MessageResponseBuilder::from_message_request(request)
                    .error_msg(&request.metadata, ResponseCode::ServFail);
                return respond.send_response(response).await.unwrap();
            }
            None => {}
        }
        if self.strips && matches!(kind, RecordType::DNSKEY | RecordType::DS) {
            let response = MessageResponseBuilder::from_message_request(request)
                .build_no_records(Metadata::response_from_request(&request.metadata));
            return respond.send_response(response).await.unwrap();
        }
        match self.parents.get(&name).filter(|_| kind == RecordType::DS && !name.is_root()) {
            Some(parent) => parent.handle_request::<R, T>(request, respond).await,
            None => self.whole.handle_request::<R, T>(request, respond).await,
        }
    }
}
