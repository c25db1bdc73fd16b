//! Finds TXT records for others than checks: the keys of DKIM signatures, which are needed while a mail is received.

use std::{sync::Arc, time::Duration};

use model::DomainName;

use crate::{
    Error, Limits, Settings, Shared,
    dns::{Data, Dns as _, Question, Reply, Type, live::Resolver},
};

/// How long what was found is kept: senders send to many domains within minutes, and keys rotate within days.
const KEEP: Duration = Duration::from_mins(10);
/// How many names are kept, and of each how many texts of what length at most: together a few megabytes.
const NAMES: usize = 500;
const TEXTS: usize = 8;
const BYTES: usize = 2_048;

/// What is at a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Texts {
    /// These texts, each with its strings joined. What is longer than any key is left out.
    Found(Vec<String>),
    /// None.
    Absent,
}

/// Finds texts. Cheap to clone; all clones share what they found.
#[derive(Clone)]
pub struct TextFinder(Arc<Shop>);

struct Shop {
    resolver: Resolver,
    limits: Limits,
    kept: Shared<DomainName, Texts>,
}

impl std::fmt::Debug for TextFinder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextFinder").finish_non_exhaustive()
    }
}

impl TextFinder {
    /// One that asks the name servers of checks.
    ///
    /// # Errors
    /// When name servers or trust anchor cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let resolver = Resolver::new(&settings.name_servers, settings.trust_anchor.as_deref())?;
        // A sender waits for its answer.
        let limits = Limits { queries: 60, dns_time: Duration::from_secs(6), ..settings.limits.clone() };
        Ok(Self(Arc::new(Shop { resolver, limits, kept: Shared::new(KEEP).at_most(NAMES) })))
    }

    /// The texts at a name; none when there is no telling just now, which is never "absent".
    pub async fn find(&self, name: &DomainName) -> Option<Texts> {
        let ask = async || {
            let dns = self.0.resolver.begin(&self.0.limits).await;
            match dns.ask(Question { name: name.clone(), kind: Type::Txt }).await.reply {
                Reply::Found(records) => Some(Texts::Found(records.into_iter().filter_map(text).take(TEXTS).collect())),
                Reply::NoData | Reply::NoName => Some(Texts::Absent),
                Reply::Failed(_) => None,
            }
        };
        self.0.kept.get(name, ask).await
    }
}

fn text(record: Data) -> Option<String> {
    if let Data::Txt(text) = record { Some(text).filter(|text| text.len() <= BYTES) } else { None }
}
