//! The way out for others than checks: to a host that a user names, such as that of a mailbox.

use std::{fmt, sync::Arc};

use model::DomainName;
use tokio::net::TcpStream;

use super::{Connector, DialError, Purpose, Refusal};
use crate::{
    Error, Limits, Settings,
    dns::{Dns as _, Failure, Question, Type, live::Resolver},
};

/// Opens connections to hosts that users name, by the rules of all that is dialled for them: the host is resolved once, all its
/// addresses are judged, and exactly one of those is dialled. Cheap to clone.
#[derive(Clone)]
pub struct WayOut(Arc<Inner>);

struct Inner {
    resolver: Resolver,
    connector: Connector,
    limits: Limits,
}

impl fmt::Debug for WayOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WayOut").field("connector", &self.0.connector).finish_non_exhaustive()
    }
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWay {
    /// There is no telling where the host is, or it is nowhere.
    #[error("the addresses of {0} cannot be found: {1}")]
    NoAddress(String, String),
    /// The host must not be dialled for a user.
    #[error("{0}. {remedy}", remedy = Refusal::REMEDY)]
    NotAllowed(String),
    /// It does not answer.
    #[error("no connection to {0}: {1}")]
    NoAnswer(String, String),
}

impl WayOut {
    /// A way out by these settings.
    ///
    /// # Errors
    /// When name servers or trust anchor cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        Ok(Self(Arc::new(Inner {
            resolver: Resolver::new(&settings.name_servers, settings.trust_anchor.as_deref())?,
            connector: Connector::new(settings),
            limits: settings.limits.clone(),
        })))
    }

    /// Opens a connection to a port of a host.
    ///
    /// # Errors
    /// The host is nowhere, is not allowed, or does not answer.
    pub async fn connect(&self, host: &DomainName, port: u16) -> Result<TcpStream, NoWay> {
        let Inner { resolver, connector, limits } = &*self.0;
        let dns = resolver.begin(limits).await;
        let ask = |kind| dns.ask(Question { name: host.clone(), kind });
        let (v4, v6) = tokio::join!(ask(Type::A), ask(Type::Aaaa));
        let addresses: Vec<_> = v4.addresses().chain(v6.addresses()).collect();
        if addresses.is_empty() {
            let failure = v4.failure().or(v6.failure()).map(Failure::to_string);
            let why = failure.unwrap_or_else(|| "it has none".to_owned());
            return Err(NoWay::NoAddress(host.to_string(), why));
        }
        let judged = connector
            .judge(host, &addresses, Purpose::Mailbox(port))
            .map_err(|refusal| NoWay::NotAllowed(refusal.to_string()))?;
        let mut last = DialError::NoRoute;
        for address in judged.into_iter().take(limits.addresses) {
            match connector.dial(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(NoWay::NoAnswer(host.to_string(), last.to_string()))
    }
}
