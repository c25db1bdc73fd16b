//! Answers for all zones at once, as a resolver would; only DS questions go to the parent zone, where such records live.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use hickory_resolver::proto::{
    op::Metadata,
    rr::{LowerName, Name, RecordType},
};
use hickory_server::{
    net::runtime::Time,
    server::{Request, RequestHandler, ResponseHandler, ResponseInfo},
    zone_handler::{Catalog, MessageResponseBuilder, ZoneHandler},
};

/// How often each question was asked.
pub(super) type Asked = Arc<Mutex<HashMap<(LowerName, RecordType), u32>>>;

/// All zones.
pub(super) struct Handler {
    whole: Catalog,
    parents: HashMap<LowerName, Catalog>,
    asked: Asked,
    strips: bool,
}

impl Handler {
    /// One that counts what it is asked, and strips signatures if it shall.
    pub(super) fn new(handlers: &[(Name, Arc<dyn ZoneHandler>)], asked: Asked, strips: bool) -> Self {
        let parents = handlers.iter().map(|(origin, _)| (origin.into(), catalog(handlers, Some(origin)))).collect();
        Self { whole: catalog(handlers, None), parents, asked, strips }
    }
}

fn catalog(handlers: &[(Name, Arc<dyn ZoneHandler>)], without: Option<&Name>) -> Catalog {
    let mut catalog = Catalog::new();
    for (origin, handler) in handlers.iter().filter(|(origin, _)| Some(origin) != without) {
        catalog.upsert(origin.into(), vec![Arc::clone(handler)]);
    }
    catalog
}

#[async_trait::async_trait]
impl RequestHandler for Handler {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, mut respond: R) -> ResponseInfo {
        let (name, kind) = match request.request_info() {
            Ok(info) => (info.query.name().clone(), info.query.query_type()),
            Err(_) => return self.whole.handle_request::<R, T>(request, respond).await,
        };
        *self.asked.lock().unwrap().entry((name.clone(), kind)).or_default() += 1;
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
