//! An authoritative name server with signed zones, which can also misbehave.

mod front;
mod handler;
pub mod tricks;
mod zone;

use std::{net::SocketAddr, sync::Arc, time::Duration};

pub use hickory_resolver::proto::{op::ResponseCode, rr::RecordType};
use hickory_resolver::proto::{rr::Name, serialize::txt::Parser};
use hickory_server::{server::Server, zone_handler::ZoneHandler};
use tokio::net::{TcpListener, UdpSocket};

use self::{
    front::{Front, Tricks},
    handler::{Asked, Handler},
    zone::{Key, Zone},
};
pub use self::{
    front::{Questioned, Said},
    zone::Signing,
};

/// Where the zones are served when a name server that misbehaves stands before them.
const BEHIND: u16 = 5354;

/// All zones, with the root above them.
pub struct Zones {
    root: Key,
    below: Vec<Zone>,
    tricks: Tricks,
    asked: Asked,
    /// Whether signatures are stripped, as some resolvers do.
    pub strips: bool,
}

impl Default for Zones {
    fn default() -> Self {
        Self { root: Key::new(), below: vec![], tricks: Tricks::default(), asked: Asked::default(), strips: false }
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

    /// Makes the name server misbehave when it is asked about a name or what is below it; see [`tricks`].
    pub fn trick(&mut self, name: &str, trick: impl Fn(&Questioned) -> Said + Send + Sync + 'static) {
        self.tricks.insert(Name::from_ascii(format!("{name}.")).unwrap().into(), Arc::new(trick));
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
        let mut zones_at = at;
        if !self.tricks.is_empty() {
            zones_at.set_port(BEHIND);
            Front::serve(at, zones_at, &self.tricks, &self.asked).await;
        }
        let mut handlers: Vec<(Name, Arc<dyn ZoneHandler>)> = vec![(Name::root(), zone::root(&self.root, &self.below))];
        handlers.extend(self.below.iter().map(|zone| (zone.origin.clone(), zone.handler())));
        let mut server = Server::new(Handler::new(&handlers, Arc::clone(&self.asked), self.strips));
        server.register_socket(UdpSocket::bind(zones_at).await.unwrap());
        server.register_listener(TcpListener::bind(zones_at).await.unwrap(), Duration::from_secs(5), 65_535);
        tokio::spawn(async move { server.block_until_done().await });
    }
}
