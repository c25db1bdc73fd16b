//! What attribution must know of the database, for a whole group at once; and a delivery's reports, split by it.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::{DomainName, ReportState, Treatment, Treatments, Trust};
use sea_orm::{DatabaseTransaction, DbErr, Value};
use tlsrpt::Policy;

use super::{Item, part::Part, text::bounded};
use crate::{
    Content, NewDelivery, NewReport,
    attribution::{self, Addressed, Place},
    labels::Wanted,
    quota::{self, Intake},
    sql, treatments,
};

/// An MX host counts as one of a domain for this long after it was last seen.
const MX_REMEMBERED_SECONDS: i64 = 90 * 86_400;

/// What attribution must know of the database.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// Domains whose addresses the group came to.
    addressed: HashMap<i64, Addressed>,
    /// Watched domains that are named, by workspace.
    watched: HashMap<i64, HashMap<DomainName, i64>>,
    /// What each workspace does with reports that nobody signed.
    treatments: HashMap<i64, Treatments>,
}

impl Surroundings {
    /// Also what the addressed domains have taken in.
    pub(super) async fn load(transaction: &DatabaseTransaction, items: &[Item<'_>]) -> Result<(Self, Intake), DbErr> {
        let (mut all, mut intake) = (Self::default(), Intake::default());
        let domains: BTreeSet<quota::Key> = items.iter().filter_map(|item| quota::key(item.delivery)).collect();
        let keys: Vec<[Value; 2]> = domains.iter().map(|&(id, day)| [id.into(), day.into()]).collect();
        let select = "SELECT id, name, trusted OR proven IS NOT NULL AS enough, b AS on_day, deliveries, repeats, bytes \
                      FROM keys CROSS JOIN domains LEFT JOIN daily_intake i ON i.domain_id = a AND i.day = b WHERE id = a";
        for row in sql::query_by_keys(transaction, select, &keys).await? {
            let (id, name): (i64, String) = (row.try_get("", "id")?, row.try_get("", "name")?);
            intake.learn((id, row.try_get("", "on_day")?), &row)?;
            if let Some(name) = DomainName::parse_lenient(&name) {
                let proven = row.try_get("", "enough")?;
                all.addressed.insert(id, Addressed { id, name, mx: HashSet::new(), proven });
            }
        }

        let workspaces: BTreeSet<i64> = items.iter().map(|item| item.delivery.workspace.0).collect();
        all.treatments = treatments::of(transaction, workspaces).await?;

        // Nearly every policy names the address's own domain; only others need looking up.
        let mut foreign = BTreeSet::new();
        let mut with_foreign = BTreeSet::new();
        let mut since = i64::MAX;
        for Item { delivery: item, .. } in items {
            let own = item.domain.and_then(|domain| all.addressed.get(&domain.0)).map(|address| &address.name);
            for name in names(item).filter(|name| Some(name) != own) {
                foreign.extend(name.parents().map(|parent| (item.workspace.0, parent)));
                foreign.insert((item.workspace.0, name));
                with_foreign.extend(item.domain.map(|domain| domain.0));
                since = since.min(item.received.plus_seconds(-MX_REMEMBERED_SECONDS).0);
            }
        }
        let keys: Vec<[Value; 2]> =
            foreign.iter().map(|(workspace, name)| [(*workspace).into(), name.as_str().into()]).collect();
        let select = "SELECT id, workspace_id, name FROM keys CROSS JOIN domains \
                      WHERE workspace_id = a AND name = b AND (trusted OR proven IS NOT NULL)";
        for row in sql::query_by_keys(transaction, select, &keys).await? {
            if let Some(name) = DomainName::parse_lenient(&row.try_get::<String>("", "name")?) {
                let workspace = all.watched.entry(row.try_get("", "workspace_id")?).or_default();
                workspace.insert(name, row.try_get("", "id")?);
            }
        }
        let keys: Vec<[Value; 1]> = with_foreign.iter().map(|&id| [id.into()]).collect();
        let select =
            format!("SELECT domain_id, mx_host FROM keys CROSS JOIN domain_mx WHERE domain_id = a AND seen >= {since}");
        for row in sql::query_by_keys(transaction, &select, &keys).await? {
            let host = DomainName::parse_lenient(&row.try_get::<String>("", "mx_host")?);
            if let (Some(address), Some(host)) = (all.addressed.get_mut(&row.try_get::<i64>("", "domain_id")?), host) {
                address.mx.insert(host);
            }
        }
        Ok((all, intake))
    }

    /// Whether the domain a delivery came to was deleted meanwhile.
    pub(super) fn gone(&self, delivery: &NewDelivery) -> bool {
        delivery.domain.is_some_and(|domain| !self.addressed.contains_key(&domain.0))
    }

    /// What keeps a delivery's reports out of the totals, though they speak of a watched domain; none where nothing does.
    fn held(&self, delivery: &NewDelivery) -> Option<ReportState> {
        if delivery.dkim.next_try.is_some() {
            return Some(ReportState::Waiting);
        }
        let treatments = self.treatments.get(&delivery.workspace.0).copied().unwrap_or_default();
        let kept_out = delivery.trust != Trust::Signed
            && !delivery.dkim.admitted
            && treatments.of(delivery.channel) == Treatment::Quarantine;
        kept_out.then_some(ReportState::Quarantined)
    }

    /// A report, split by the domains its policies belong to.
    pub(super) fn parts<'a>(
        &self,
        item: usize,
        delivery: &'a NewDelivery,
        new: &'a NewReport,
        wanted: &mut Wanted,
    ) -> Vec<Part<'a>> {
        let address = delivery.domain.and_then(|domain| self.addressed.get(&domain.0));
        let empty = HashMap::new();
        let watched = self.watched.get(&delivery.workspace.0).unwrap_or(&empty);
        let mut parts: Vec<Part<'a>> = Vec::new();
        let policies: Vec<Option<&Policy>> =
            if new.report.policies.is_empty() { vec![None] } else { new.report.policies.iter().map(Some).collect() };
        for policy in policies {
            let place = attribution::attribute(policy, new.hint.as_ref(), address, watched);
            let (domain, claimed, mx_entry, note) = match place {
                Place::Domain { id, mx_entry, note } => (id, None, mx_entry, note),
                Place::Quarantine(name) => (0, name.map(|name| bounded(&name)), false, None),
            };
            let at = parts.iter().position(|part| part.domain == domain && part.claimed == claimed);
            let at = at.unwrap_or_else(|| {
                let mut part = Part::new(item, delivery, new, domain, claimed, wanted);
                part.name = match domain {
                    0 => None,
                    _ if address.is_some_and(|address| address.id == domain) => {
                        address.map(|address| address.name.clone())
                    }
                    _ => watched.iter().find(|(_, id)| **id == domain).map(|(name, _)| name.clone()),
                };
                part.held = self.held(delivery);
                part.known_mx = address.filter(|address| address.id == domain).map(|address| &address.mx).cloned();
                parts.push(part);
                parts.len() - 1
            });
            parts[at].add(policy, mx_entry, note, wanted);
        }
        parts
    }
}

/// Every name that a delivery's policies speak of.
fn names(delivery: &NewDelivery) -> impl Iterator<Item = DomainName> {
    let reports = match &delivery.content {
        Content::Reports(reports) => reports.as_slice(),
        Content::Unreadable(_) | Content::Refused(_) | Content::Test(_) => &[],
    };
    reports.iter().flat_map(|new| {
        let hint = new.hint.as_ref();
        let named = new.report.policies.iter().filter_map(move |policy| attribution::name_of(Some(policy), hint));
        named.chain(hint.filter(|_| new.report.policies.is_empty()).cloned())
    })
}
