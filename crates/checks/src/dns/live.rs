//! DNS over the network: name servers as configured, DNSSEC validated here.
//!
//! We validate ourselves because "AD" is only worth something from a resolver one trusts over a path one trusts (RFC 7672
//! §2.2); all that is asked of the name server is that it passes signatures on. One that strips them is found out once, by
//! asking for the keys of the root, and makes every answer *indeterminate* instead of bogus.
//!
//! Name servers that do not answer at all are found out once for all checks ([`super::pulse`]).

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::{FutureExt as _, future::BoxFuture};
use hickory_resolver::{
    NameServerPool, PoolContext, TlsConfig,
    config::{ConnectionConfig, NameServerConfig, ResolverOpts},
    net::{
        dnssec::DnssecDnsHandle,
        runtime::TokioRuntimeProvider,
        xfer::{DnsHandle, FirstAnswer as _},
    },
    proto::{
        dnssec::TrustAnchors,
        op::{DnsRequestOptions, Query},
        rr::{Name, RecordType},
    },
    system_conf,
};
use tokio::time::Instant;

use super::{
    Dns, NameServers,
    answer::{Answer, Failure, Question, Security},
    budget::{Budgeted, Common, Spent},
    read::{self, MAX_ALIASES, StepReply, host},
};
use crate::{Error, Limits};

type Pool = NameServerPool<TokioRuntimeProvider>;
type Validating = DnssecDnsHandle<Budgeted<Pool>>;

/// How long the name servers may take for one question.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// The name servers, shared by all checks.
pub(crate) struct Resolver {
    /// The same name servers twice: the second way is only used to see whether they are there.
    pools: [Pool; 2],
    anchors: Arc<TrustAnchors>,
    common: Arc<Common>,
}

impl Resolver {
    /// A resolver that asks these name servers, or those of the system where none is given.
    ///
    /// # Errors
    /// [`Error::NameServers`] when the system names none; [`Error::TrustAnchor`] when the anchors cannot be read.
    pub(crate) fn new(name_servers: &[SocketAddr], trust_anchor: Option<&str>) -> Result<Self, Error> {
        let servers = if name_servers.is_empty() {
            let (config, _) = system_conf::read_system_conf().map_err(|error| Error::NameServers(error.to_string()))?;
            config.name_servers().to_vec()
        } else {
            name_servers.iter().map(|address| server(*address)).collect()
        };
        if servers.is_empty() {
            return Err(Error::NameServers("/etc/resolv.conf names no name server".to_owned()));
        }
        let anchors = match trust_anchor {
            None => TrustAnchors::default(),
            Some(text) => text.parse().map_err(|error| Error::TrustAnchor(format!("{error}")))?,
        };
        let mut options = ResolverOpts::default();
        options.timeout = PATIENCE;
        let tls = TlsConfig::new().map_err(|error| Error::NameServers(error.to_string()))?;
        let context = Arc::new(PoolContext::new(options, tls));
        let pool =
            || NameServerPool::from_config(servers.clone(), Arc::clone(&context), TokioRuntimeProvider::default());
        Ok(Self { pools: [pool(), pool()], anchors: Arc::new(anchors), common: Arc::default() })
    }

    /// A way to ask for one check, with a budget of its own.
    pub(crate) async fn begin(&self, limits: &Limits) -> Session {
        let deadline = Instant::now() + limits.dns_time;
        let budgeted = Budgeted::new(self.pools.clone(), Arc::clone(&self.common), limits.queries, deadline);
        let spent = budgeted.spent();
        let plain = budgeted.clone();
        let validating = DnssecDnsHandle::with_trust_anchor(budgeted, Arc::clone(&self.anchors));
        let signatures = sees_signatures(&validating).await;
        let session = Session { validating, plain, signatures, spent };
        self.common.note(session.name_servers());
        session
    }

    /// How the name servers behaved when they were last asked.
    pub(crate) fn name_servers(&self) -> NameServers {
        self.common.last_seen().unwrap_or(NameServers::Sound)
    }
}

/// A name server on any port, by UDP and TCP.
fn server(address: SocketAddr) -> NameServerConfig {
    let on_port = |mut connection: ConnectionConfig| {
        connection.port = address.port();
        connection
    };
    NameServerConfig::new(address.ip(), true, vec![on_port(ConnectionConfig::udp()), on_port(ConnectionConfig::tcp())])
}

/// Whether the name server passes signatures on: the keys of the root must be secure.
async fn sees_signatures(validating: &Validating) -> bool {
    let query = Query::query(Name::root(), RecordType::DNSKEY);
    let keys = validating.lookup(query, options()).first_answer().await;
    keys.is_ok_and(|keys| keys.answers.iter().any(|key| key.proof.is_secure()))
}

fn options() -> DnsRequestOptions {
    let mut options = DnsRequestOptions::default();
    options.use_edns = true;
    options.edns_set_dnssec_ok = true;
    options
}

/// The questions of one check.
pub(crate) struct Session {
    validating: Validating,
    plain: Budgeted<Pool>,
    signatures: bool,
    spent: Arc<Spent>,
}

impl Session {
    /// Asks, following aliases over as many responses as it takes.
    async fn follow(&self, question: Question) -> Answer {
        let Ok(mut at) = Name::from_ascii(format!("{}.", question.name)) else {
            return Answer::failed(question, Failure::Other("the name does not fit into DNS".to_owned()));
        };
        let mut aliases = Vec::new();
        let mut security = Security::Secure;
        loop {
            let gaps = self.spent.gaps.load(Ordering::Relaxed);
            let query = Query::query(at.clone(), read::wire(question.kind));
            let response = if self.signatures {
                self.validating.lookup(query, options()).first_answer().await
            } else {
                self.plain.lookup(query, options()).first_answer().await
            };
            let clouded = !self.signatures || self.spent.gaps.load(Ordering::Relaxed) > gaps;
            let step = read::read(&at, question.kind, response, clouded);
            let found_again = step.aliases.iter().any(|alias| aliases.contains(&host(alias)));
            aliases.extend(step.aliases.iter().map(host));
            security = security.max(step.security);
            match step.reply {
                StepReply::GoOn(_) if found_again || aliases.len() > MAX_ALIASES => {
                    return Answer { aliases, ..Answer::failed(question, Failure::Loop) };
                }
                StepReply::GoOn(next) => at = next,
                StepReply::Done(reply) => {
                    let security = if self.signatures { security } else { Security::Indeterminate };
                    return Answer { question, reply, aliases, security, ttl: step.ttl };
                }
            }
        }
    }
}

impl Dns for Session {
    fn ask(&self, question: Question) -> BoxFuture<'_, Answer> {
        self.follow(question).boxed()
    }

    fn name_servers(&self) -> NameServers {
        match (self.spent.lost.load(Ordering::Relaxed), self.signatures) {
            (true, _) => NameServers::Silent,
            (false, true) => NameServers::Sound,
            (false, false) => NameServers::Stripping,
        }
    }

    fn queries(&self) -> u32 {
        self.spent.queries.load(Ordering::Relaxed)
    }
}
