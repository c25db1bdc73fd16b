//! What one report says of one domain, and the rows that keep it.

use std::collections::HashSet;

use model::{
    DomainName, Impact, ReportState,
    by_address::{Network, address},
    counting::{self, MAX_COUNT},
    reporter::Reporter,
};
use tlsrpt::{Note, Policy};

use super::text::{bounded, json};
use crate::{
    NewDelivery, NewReport, attribution,
    codes::{self, Code as _},
    contribution::Details,
    entity::{failures, policies, reports},
    identity::{self, Period},
    labels::{Ids, Kind, Wanted, Word},
};

/// How many notes of one report are kept.
const MAX_NOTES: usize = 100;

/// Notes that storage itself adds; settling anew adds them anew.
const OWN_NOTES: [&str; 2] = [attribution::MX_ASSUMED, PERIOD];

/// The code of the note about a period that is not believable.
const PERIOD: &str = "period-not-believable";

/// Whether storage added this note.
pub(crate) fn is_own_note(note: &Note) -> bool {
    OWN_NOTES.contains(&&*note.code)
}

/// What one report says of one domain.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) item: usize,
    delivery: &'a NewDelivery,
    new: &'a NewReport,
    period: Period,
    reporter: Reporter,
    reporter_word: Word,
    /// 0 while quarantined.
    pub(super) domain: i64,
    pub(super) name: Option<DomainName>,
    pub(super) known_mx: Option<HashSet<DomainName>>,
    pub(super) claimed: Option<String>,
    /// What keeps it out of the totals, should its domain be known.
    pub(super) held: Option<ReportState>,
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
    pub(super) fn new(
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

    pub(super) fn add(&mut self, policy: Option<&'a Policy>, mx_entry: bool, note: Option<Note>, wanted: &mut Wanted) {
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
    pub(super) fn rows(mut self, id: i64, delivery_ids: &[i64], ids: &Ids) -> (reports::Model, Details) {
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
                network: failure
                    .sending_mta_ip
                    .as_deref()
                    .and_then(address)
                    .map_or(0, |address| Network::of(address).number()),
            });
        }
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
