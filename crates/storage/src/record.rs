//! Stores a group of deliveries in one transaction: attribute, build rows, settle, write.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::{
    DeliveryId, DeliveryOutcome, DomainName, Impact, ReportId, ReportState, Treatment, Treatments, Trust,
    counting::{self, MAX_COUNT},
    reporter::Reporter,
};
use sea_orm::{DatabaseTransaction, DbErr, Value, sea_query::OnConflict};
use sha2::{Digest as _, Sha256};
use tlsrpt::{Note, Policy};

use crate::{
    Content, Error, NewDelivery, NewReport, Recorded,
    attribution::{self, Addressed, Place},
    codes::{self, Code as _},
    contribution::Details,
    entity::{bodies, deliveries, delivery_reports, failures, policies, reports},
    identity::{self, Period},
    labels::{self, Ids, Kind, Wanted, Word},
    quota::{self, Intake},
    settle::{Ledger, Settled},
    sql, treatments,
};

/// Beyond these, arrivals of one report are counted but no longer listed.
const ARRIVALS_LISTED: i64 = 100;
/// The longest text kept of a field that a sender wrote, in characters.
const MAX_TEXT: usize = 1_024;
/// How many notes of one report are kept.
const MAX_NOTES: usize = 100;
/// An MX host counts as one of a domain for this long after it was last seen.
const MX_REMEMBERED_SECONDS: i64 = 90 * 86_400;

/// A delivery to be stored, or one that is stored and settled anew.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) delivery: &'a NewDelivery,
    pub(crate) again: Option<&'a Again>,
}

/// What stays of a delivery that is settled anew.
#[derive(Clone, Debug, Default)]
pub(crate) struct Again {
    /// Its id.
    pub(crate) delivery: i64,
    /// The ids its report rows had; new rows take them, so that links to them stay.
    pub(crate) reports: Vec<i64>,
    /// How often its reports had arrived.
    pub(crate) arrivals: i64,
}

/// Stores all items. What is wrong with one of them alone is told in its place; an error means that nothing was stored.
pub(crate) async fn group(
    transaction: &DatabaseTransaction,
    cache: &labels::Cache,
    items: &[Item<'_>],
) -> Result<(Vec<Result<Recorded, Error>>, Ids), DbErr> {
    let (surroundings, mut intake) = Surroundings::load(transaction, items).await?;
    let mut wanted = Wanted::default();
    let mut parts = Vec::new();
    for (item, Item { delivery, .. }) in items.iter().enumerate() {
        if surroundings.gone(delivery) {
            continue;
        }
        if let Content::Reports(reports) = &delivery.content {
            for report in reports {
                parts.extend(surroundings.parts(item, delivery, report, &mut wanted));
            }
        }
    }
    let ids = cache.resolve(transaction, &wanted).await?;
    let mut next_id = sql::take_ids(transaction, items.len() + parts.len()).await?;
    let mut take_id = || next_id.next().unwrap_or_default();
    let delivery_ids: Vec<_> =
        items.iter().map(|item| item.again.map_or_else(&mut take_id, |again| again.delivery)).collect();
    let mut known_ids: Vec<_> =
        items.iter().map(|item| item.again.map_or(&[][..], |again| &again.reports).iter().copied()).collect();
    let mut rows: Vec<Vec<(reports::Model, Details)>> = items.iter().map(|_| Vec::new()).collect();
    for part in parts {
        let item = part.item;
        let id = known_ids[item].next().unwrap_or_else(&mut take_id);
        let (mut report, details) = part.rows(id, &delivery_ids, &ids);
        report.arrivals = items[item].again.map_or(1, |again| again.arrivals);
        rows[item].push((report, details));
    }

    let mut ledger = Ledger::new(transaction);
    ledger.load_kin(rows.iter().flatten().map(|(report, _)| report)).await?;
    let shared = unreadable_bodies(transaction, items).await?;
    let mut settled = Vec::with_capacity(items.len());
    for (item, rows) in items.iter().zip(rows) {
        settled.push(if surroundings.gone(item.delivery) {
            Err(Error::DomainGone)
        } else if let Err(error) = admit(*item, &rows, &ledger, &shared, &mut intake) {
            Err(error)
        } else {
            let mut settled = Vec::with_capacity(rows.len());
            for (report, details) in rows {
                settled.push(ledger.settle(report, details).await?);
            }
            Ok(settled)
        });
    }

    let mut log = Log::default();
    let recorded = items
        .iter()
        .zip(delivery_ids)
        .zip(settled)
        .map(|((item, id), settled)| Ok(log.enter(*item, id, &settled?, &ledger, &shared, &mut intake)))
        .collect();
    log.write(transaction).await?;
    intake.write(transaction).await?;
    ledger.write().await?;
    Ok((recorded, ids))
}

/// Whether a delivery is within its domain's quota. One that only repeats what is there always is.
fn admit(
    Item { delivery, again }: Item<'_>,
    rows: &[(reports::Model, Details)],
    ledger: &Ledger<'_>,
    shared: &SharedBodies,
    intake: &mut Intake,
) -> Result<(), Error> {
    let readable = matches!(delivery.content, Content::Reports(_));
    // What waits for a key keeps its bytes, though it may only repeat what is there.
    let repeats = readable && delivery.dkim.next_try.is_none() && rows.iter().all(|(report, _)| ledger.knows(report));
    if again.is_some() || repeats {
        return Ok(());
    }
    let known_body = !readable && shared.contains_key(&body_key(delivery));
    intake.admit(delivery, if known_body { 0 } else { delivery.body.len() })
}

/// What attribution must know of the database.
#[derive(Debug, Default)]
struct Surroundings {
    /// Domains whose addresses the group came to.
    addressed: HashMap<i64, Addressed>,
    /// Watched domains that are named, by workspace.
    watched: HashMap<i64, HashMap<DomainName, i64>>,
    /// What each workspace does with reports that nobody signed.
    treatments: HashMap<i64, Treatments>,
}

impl Surroundings {
    /// Also what the addressed domains have taken in.
    async fn load(transaction: &DatabaseTransaction, items: &[Item<'_>]) -> Result<(Self, Intake), DbErr> {
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
    fn gone(&self, delivery: &NewDelivery) -> bool {
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
    fn parts<'a>(
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

/// What one report says of one domain.
#[derive(Debug)]
struct Part<'a> {
    item: usize,
    delivery: &'a NewDelivery,
    new: &'a NewReport,
    period: Period,
    reporter: Reporter,
    reporter_word: Word,
    /// 0 while quarantined.
    domain: i64,
    name: Option<DomainName>,
    known_mx: Option<HashSet<DomainName>>,
    claimed: Option<String>,
    /// What keeps it out of the totals, should its domain be known.
    held: Option<ReportState>,
    policies: Vec<PartPolicy<'a>>,
    notes: Vec<Note>,
}

#[derive(Debug)]
struct PartPolicy<'a> {
    policy: &'a Policy,
    mx_entry: bool,
    label: Option<Word>,
    /// Result type and MX label of each failure.
    failures: Vec<(Option<Word>, Option<Word>)>,
}

impl<'a> Part<'a> {
    fn new(
        item: usize,
        delivery: &'a NewDelivery,
        new: &'a NewReport,
        domain: i64,
        claimed: Option<String>,
        wanted: &mut Wanted,
    ) -> Self {
        let report = &new.report;
        let reporter = match &delivery.signer {
            Some(signer) => Reporter::signed_by(signer),
            None => Reporter::of(report.organization_name.as_deref(), report.contact_info.as_deref()),
        };
        let day = delivery.received.day().0;
        let reporter_word = wanted.reporter(delivery.workspace.0, domain, &reporter.key, &bounded(&reporter.name), day);
        Self {
            item,
            delivery,
            new,
            period: Period::of(report, delivery.received),
            reporter,
            reporter_word,
            domain,
            name: None,
            known_mx: None,
            claimed,
            held: None,
            policies: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn add(&mut self, policy: Option<&'a Policy>, mx_entry: bool, note: Option<Note>, wanted: &mut Wanted) {
        self.notes.extend(note);
        let Some(policy) = policy else { return };
        let (domain, day) = (self.domain, self.delivery.received.day().0);
        let label = codes::of_policy_type(&policy.policy_type)
            .1
            .map(|text| wanted.label(domain, Kind::PolicyType, &bounded(text), day));
        let failures = policy.failures.iter().map(|failure| {
            let result_type = codes::of_result_type(&failure.result_type)
                .1
                .map(|text| wanted.label(domain, Kind::ResultType, &bounded(text), day));
            let mx = failure.receiving_mx_hostname.as_deref().map(str::trim).filter(|host| !host.is_empty());
            let mx = mx.map(|host| wanted.label(domain, Kind::MxHost, &canonical(host), day));
            (result_type, mx)
        });
        let failures = failures.collect();
        self.policies.push(PartPolicy { policy, mx_entry, label, failures });
    }

    /// The rows of this part.
    fn rows(mut self, id: i64, delivery_ids: &[i64], ids: &Ids) -> (reports::Model, Details) {
        let (report, delivery) = (&self.new.report, self.delivery);
        let totals = self.totals();
        let state = if self.domain == 0 {
            ReportState::Quarantined
        } else if self.period.believable {
            self.held.unwrap_or(ReportState::Counted)
        } else {
            ReportState::OutOfRange
        };
        let mut notes = report.notes.clone();
        notes.append(&mut self.notes);
        if !self.period.believable {
            notes.push(Note {
                code: PERIOD.into(),
                text: "The period ends before it starts, or lies outside 2018 … tomorrow: shown, but counted nowhere."
                    .into(),
            });
        }
        notes.truncate(MAX_NOTES);
        let quarantined = (self.domain == 0).then_some((delivery.workspace, self.claimed.as_deref()));
        let row = reports::Model {
            id,
            domain_id: self.domain,
            workspace_id: delivery.workspace.0,
            delivery_id: delivery_ids[self.item],
            document_hash: self.new.document_hash.to_vec(),
            content_key: identity::content_key(&self.new.document_hash, quarantined).to_vec(),
            identity_hash: identity::identity(&self.reporter.key, report).to_vec(),
            reporter_id: ids.of(self.reporter_word),
            trust: delivery.trust.code(),
            signer: delivery.signer.as_ref().map(ToString::to_string),
            state: state.code(),
            claimed_name: self.claimed,
            day: self.period.day.0,
            last_day: self.period.last_day.0,
            start_at: report.start.map(|instant| instant.timestamp_millis()),
            end_at: report.end.map(|instant| instant.timestamp_millis()),
            received: delivery.received.0,
            arrivals: 1,
            sessions: count(totals.sessions),
            failed: count(totals.failed),
            organization_name: report.organization_name.as_deref().map(bounded),
            contact_info: report.contact_info.as_deref().map(bounded),
            report_id: report.report_id.as_deref().map(bounded),
            note_count: i32::try_from(notes.len()).unwrap_or(i32::MAX),
            notes: (!notes.is_empty()).then(|| json(&notes)),
            has_details: true,
        };
        let received_day = delivery.received.day().0;
        let mut details = Details { policies: vec![], failures: vec![] };
        for (position, part) in (0_i32..).zip(&self.policies) {
            part.rows(self.domain, id, position, received_day, ids, &mut details);
        }
        (row, details)
    }

    /// Sessions counted for the domain. MX hosts are those that are known and those that the report itself calls so.
    fn totals(&self) -> model::Totals {
        let policies: Vec<_> = self.policies.iter().map(|part| part.policy).collect();
        let Some(name) = &self.name else {
            return policies
                .into_iter()
                .map(counting::policy_totals)
                .max_by_key(|totals| totals.sessions)
                .unwrap_or_default();
        };
        let mut hosts = self.known_mx.clone().unwrap_or_default();
        // A report of one policy has nothing that could be counted twice.
        if policies.len() > 1 {
            for part in &self.policies {
                let told = part.policy.failures.iter().filter_map(|failure| failure.receiving_mx_hostname.as_ref());
                hosts.extend(told.chain(&part.policy.mx_host).filter_map(|host| DomainName::parse_lenient(host)));
                if part.mx_entry {
                    hosts.extend(attribution::name_of(Some(part.policy), None));
                }
            }
        }
        counting::contribution_totals(name, &policies, &|host| hosts.contains(host))
    }
}

impl PartPolicy<'_> {
    fn rows(&self, domain_id: i64, report_id: i64, position: i32, received_day: i32, ids: &Ids, into: &mut Details) {
        let policy = self.policy;
        let label = |word: Option<Word>| word.map_or(0, |word| ids.of(word));
        let (policy_type, text) = codes::of_policy_type(&policy.policy_type);
        into.policies.push(policies::Model {
            domain_id,
            report_id,
            position,
            policy_type,
            policy_type_text: text.map(bounded),
            policy_label: label(self.label),
            mode: codes::of_mode(policy.mode),
            policy_domain: policy.policy_domain.as_deref().map(bounded),
            mx_entry: self.mx_entry,
            policy_string: json(&policy.policy_string),
            mx_host: json(&policy.mx_host),
            successful: count(policy.successful),
            failed: count(policy.failed),
        });
        for ((place, failure), words) in (0_i32..).zip(&policy.failures).zip(&self.failures) {
            let (result_type, text) = codes::of_result_type(&failure.result_type);
            into.failures.push(failures::Model {
                domain_id,
                report_id,
                policy: position,
                position: place,
                received_day,
                result_type,
                result_type_text: text.map(bounded),
                result_label: label(words.0),
                mx_label: label(words.1),
                impact: Impact::of(&policy.policy_type, policy.mode, &failure.result_type).code(),
                failed: count(failure.failed),
                sending_mta_ip: failure.sending_mta_ip.as_deref().map(bounded),
                receiving_mx_hostname: failure.receiving_mx_hostname.as_deref().map(bounded),
                receiving_mx_helo: failure.receiving_mx_helo.as_deref().map(bounded),
                receiving_ip: failure.receiving_ip.as_deref().map(bounded),
                additional_information: failure.additional_information.as_deref().map(bounded),
                failure_reason_code: failure.failure_reason_code.as_deref().map(bounded),
            });
        }
    }
}

/// Bodies that nobody could read, by domain and hash: what is equal to one of them shares it.
type SharedBodies = HashMap<(i64, Vec<u8>), i64>;

fn body_key(delivery: &NewDelivery) -> (i64, Vec<u8>) {
    (delivery.domain.map_or(0, |domain| domain.0), Sha256::digest(&delivery.body).to_vec())
}

/// The rows of the ingest log that a group makes.
#[derive(Debug, Default)]
struct Log {
    bodies: Vec<bodies::Model>,
    deliveries: Vec<deliveries::Model>,
    links: Vec<delivery_reports::Model>,
    /// Unreadable bodies of this group, by domain and hash.
    unreadable: SharedBodies,
}

impl Log {
    fn enter(
        &mut self,
        Item { delivery, again }: Item<'_>,
        id: i64,
        settled: &[(i64, Settled)],
        ledger: &Ledger<'_>,
        shared: &SharedBodies,
        intake: &mut Intake,
    ) -> Recorded {
        let domain_id = delivery.domain.map_or(0, |domain| domain.0);
        let (outcome, reason) = outcome(delivery, settled, ledger);
        let mut report_ids: Vec<_> = settled.iter().map(|(report, _)| *report).collect();
        report_ids.sort_unstable();
        report_ids.dedup();
        let reports = report_ids.iter().map(|&id| ReportId(id)).collect();

        if again.is_some() {
            self.link(domain_id, id, report_ids);
            return Recorded { delivery: DeliveryId(id), outcome, reason, reports };
        }
        // The first delivery of a report brought its body; what merely repeats it shares that one.
        let waits = delivery.dkim.next_try.is_some();
        let repeats = !waits && settled.iter().all(|(_, settled)| *settled == Settled::Duplicate { raised: false });
        let first = settled.first().filter(|_| repeats).and_then(|(report, _)| ledger.report(*report));
        if let Some(first) = first
            && (settled.iter().all(|(id, _)| ledger.report(*id).is_some_and(|row| row.arrivals > ARRIVALS_LISTED))
                || !intake.lists_repetition(delivery))
        {
            return Recorded { delivery: DeliveryId(first.delivery_id), outcome, reason, reports };
        }
        let readable = matches!(delivery.content, Content::Reports(_));
        let key = body_key(delivery);
        let known_body = match first {
            Some(first) => Some(first.delivery_id),
            None if readable => None,
            None => self.unreadable.get(&key).or_else(|| shared.get(&key)).copied(),
        };
        let body_id = known_body.unwrap_or(id);
        if known_body.is_none() {
            if !readable {
                self.unreadable.insert(key.clone(), id);
            }
            self.bodies.push(bodies::Model {
                id,
                domain_id,
                hash: key.1,
                readable,
                received_day: delivery.received.day().0,
                bytes: delivery.body.clone(),
            });
        }
        self.deliveries.push(deliveries::Model {
            id,
            domain_id,
            workspace_id: delivery.workspace.0,
            body_id,
            received: delivery.received.0,
            channel: delivery.channel.code(),
            remote: delivery.remote.as_deref().map(bounded),
            outcome: outcome.code(),
            reason: reason.clone(),
            size: i64::try_from(delivery.body.len()).unwrap_or(i64::MAX),
            trust: delivery.trust.code(),
            signer: delivery.signer.as_ref().map(ToString::to_string),
            verdict: delivery.dkim.verdict.as_ref().map(json),
            mailed: delivery.dkim.mailed.map(|at| at.0),
            admitted: delivery.dkim.admitted,
            tries: 0,
            next_try: delivery.dkim.next_try.filter(|_| readable).map(|at| at.0),
        });
        self.link(domain_id, id, report_ids);
        Recorded { delivery: DeliveryId(id), outcome, reason, reports }
    }

    fn link(&mut self, domain_id: i64, delivery_id: i64, reports: Vec<i64>) {
        let links = reports.into_iter().map(|report_id| delivery_reports::Model { domain_id, delivery_id, report_id });
        self.links.extend(links);
    }

    async fn write(self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        sql::insert(transaction, self.bodies).await?;
        sql::insert(transaction, self.deliveries).await?;
        let known = OnConflict::new().do_nothing().to_owned();
        sql::insert_with(transaction, self.links, Some(known)).await
    }
}

/// Bodies among the stored ones that could not be read either and are the same.
async fn unreadable_bodies(transaction: &DatabaseTransaction, items: &[Item<'_>]) -> Result<SharedBodies, DbErr> {
    let keys: Vec<[Value; 2]> = items
        .iter()
        .map(|item| item.delivery)
        .filter(|item| !matches!(item.content, Content::Reports(_)))
        .map(body_key)
        .map(|(domain, hash)| [domain.into(), hash.into()])
        .collect();
    let select =
        "SELECT id, domain_id, hash FROM keys CROSS JOIN bodies WHERE domain_id = a AND hash = b AND NOT readable";
    sql::query_by_keys(transaction, select, &keys)
        .await?
        .iter()
        .map(|row| Ok(((row.try_get("", "domain_id")?, row.try_get("", "hash")?), row.try_get("", "id")?)))
        .collect()
}

/// The outcome of a delivery, and why.
fn outcome(delivery: &NewDelivery, settled: &[(i64, Settled)], ledger: &Ledger<'_>) -> (DeliveryOutcome, String) {
    match &delivery.content {
        Content::Unreadable(reason) => return (DeliveryOutcome::Unreadable, bounded(reason)),
        Content::Refused(reason) => return (DeliveryOutcome::Refused, bounded(reason)),
        Content::Test(_) => return (DeliveryOutcome::Test, String::new()),
        Content::Reports(_) => {}
    }
    let waits = delivery.dkim.next_try.is_some();
    summary(settled.iter().map(|(id, settled)| {
        let report = ledger.report(*id);
        PartOutcome {
            state: match settled {
                Settled::Stored(state) => Some(*state),
                // It may still be the better evidence.
                Settled::Duplicate { .. } if waits => Some(ReportState::Waiting),
                Settled::Duplicate { .. } => None,
            },
            claimed: report.and_then(|report| report.claimed_name.as_deref()),
            watched: report.is_some_and(|report| report.domain_id != 0),
        }
    }))
}

/// What became of one part of a delivery.
pub(crate) struct PartOutcome<'a> {
    /// Its state; none for a duplicate.
    pub(crate) state: Option<ReportState>,
    /// The name it speaks of, where that is not watched.
    pub(crate) claimed: Option<&'a str>,
    /// Whether its domain is watched.
    pub(crate) watched: bool,
}

/// The outcome of a delivery from those of its parts. Also used when states change later.
pub(crate) fn summary<'a>(parts: impl Iterator<Item = PartOutcome<'a>>) -> (DeliveryOutcome, String) {
    let mut outcomes = BTreeSet::new();
    let mut reasons = Vec::new();
    for PartOutcome { state, claimed, watched } in parts {
        let (outcome, reason) = match state {
            None => (DeliveryOutcome::Duplicate, "This report had arrived before.".to_owned()),
            Some(ReportState::Counted) => (DeliveryOutcome::Counted, String::new()),
            Some(ReportState::Discarded) => {
                (DeliveryOutcome::Discarded, "Its owner took it out of every total.".to_owned())
            }
            Some(ReportState::Waiting) => (
                DeliveryOutcome::Waiting,
                "DNS did not tell the key of its DKIM signature; it is asked again, and until then this counts nowhere."
                    .to_owned(),
            ),
            Some(ReportState::Conflict) => (
                DeliveryOutcome::Conflict,
                "Another report with the same reporter, report-id and period, but other content, is counted."
                    .to_owned(),
            ),
            Some(ReportState::Quarantined) => (
                DeliveryOutcome::Quarantined,
                match claimed {
                    _ if watched => "No valid DKIM signature proves who sent it, and this workspace keeps such reports out \
                                     of its totals."
                        .to_owned(),
                    Some(name) => {
                        format!("It speaks of {name}, which is not watched here, or waits for its proof of control.")
                    }
                    None => "It does not say which domain it speaks of.".to_owned(),
                },
            ),
            Some(ReportState::OutOfRange) => {
                (DeliveryOutcome::Quarantined, "Its period cannot be believed, so it is counted nowhere.".to_owned())
            }
        };
        outcomes.insert(outcome.code());
        if !reason.is_empty() && !reasons.contains(&reason) && reasons.len() < 5 {
            reasons.push(reason);
        }
    }
    let of = |outcome: DeliveryOutcome| outcomes.contains(&outcome.code());
    let others = outcomes.iter().filter(|&&code| code != DeliveryOutcome::Duplicate.code()).count();
    let outcome = match (of(DeliveryOutcome::Counted), others) {
        (_, 0) => DeliveryOutcome::Duplicate,
        (true, 1) => {
            reasons.clear();
            DeliveryOutcome::Counted
        }
        (true, _) => DeliveryOutcome::InPart,
        (false, _) if of(DeliveryOutcome::Quarantined) => DeliveryOutcome::Quarantined,
        (false, _) if of(DeliveryOutcome::Conflict) => DeliveryOutcome::Conflict,
        (false, _) if of(DeliveryOutcome::Waiting) => DeliveryOutcome::Waiting,
        (false, _) => DeliveryOutcome::Discarded,
    };
    (outcome, bounded(&reasons.join(" ")))
}

/// Notes that storage itself adds; settling anew adds them anew.
const OWN_NOTES: [&str; 2] = [attribution::MX_ASSUMED, PERIOD];

/// The code of the note about a period that is not believable.
const PERIOD: &str = "period-not-believable";

/// Whether storage added this note.
pub(crate) fn is_own_note(note: &Note) -> bool {
    OWN_NOTES.contains(&&*note.code)
}

/// A sender's text as it may be stored: NUL, which PostgreSQL has no place for, replaced, and cut to length. The parser does
/// so with a note; here it is made sure of.
pub(crate) fn bounded(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => text[..end].replace('\0', "\u{fffd}"),
        None => text.replace('\0', "\u{fffd}"),
    }
}

/// One spelling for one MX host.
fn canonical(host: &str) -> String {
    DomainName::parse_lenient(host).map_or_else(|| bounded(&host.to_lowercase()), |name| name.to_string())
}

/// A count as the database holds it.
fn count(count: u64) -> i64 {
    count.min(MAX_COUNT).cast_signed()
}

fn json<T: serde::Serialize>(value: &T) -> String {
    // JSON writes NUL as an escape, so nothing is left to replace.
    serde_json::to_string(value).unwrap_or_default()
}
