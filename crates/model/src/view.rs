//! What the pages show, as plain data: filled by the engine, drawn by the app.
//!
//! Figures are already counted (see [`crate::counting`]); every range is dense, one entry a day.

use mtasts::Mode;
use serde::{Deserialize, Serialize};
use tlsrpt::{Note, PolicyType, ResultType};

use crate::{
    Channel, Day, DayQuota, DayRange, DeliveryId, DeliveryOutcome, DomainId, DomainName, Finding, Impact, ReportId,
    ReportState, Status, Timestamp, Totals, Trust,
    check::{Change, Facts, Section},
    dkim::Verdict,
    failing::{FailureFilter, HeatRow},
    incident::{Group, State},
    policy_seen::PublishedPolicy,
    readiness::Readiness,
    rhythm::Presence,
    test_report::TestReport,
};

/// One day of a trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPoint {
    /// The UTC day.
    pub day: Day,
    /// That day's sessions.
    pub totals: Totals,
    /// Failed sessions of the range's first cause; the rest of `totals.failed` has other causes. At most `totals.failed`.
    pub first_cause: u64,
}

/// What to show on Overview. All of it stands in the URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewQuery {
    /// Only domains whose name contains this.
    pub search: String,
    /// Only domains of this status.
    pub status: Option<Status>,
    /// Order of the rows.
    pub sort: OverviewSort,
    /// Days of the range: 7, 30, 90 or 365.
    pub days: u16,
    /// Page, from 1; [`Page::ROWS`](crate::Page::ROWS) rows each.
    pub page: u32,
}

/// Order of Overview's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverviewSort {
    /// Worst first, then by name.
    #[default]
    Status,
    /// By name.
    Name,
    /// Most sessions first.
    Sessions,
    /// Most failures first.
    Failed,
    /// Latest report first.
    LastReport,
}

/// Overview: all domains of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The days shown.
    pub range: DayRange,
    /// Today, for words such as "12 Nov".
    pub today: Day,
    /// Domains of the workspace, before search and filter.
    pub domains: u64,
    /// Domains whose status is Error, and Warning, before search and filter.
    pub errors: u64,
    /// See `errors`.
    pub warnings: u64,
    /// Incidents of the last days that are not known to be over, by cause, most urgent first: the first few.
    pub broken: BrokenNow,
    /// Domains that match search and filter.
    pub matching: u64,
    /// This page, from 1.
    pub page: u32,
    /// The rows of this page, at most 50.
    pub rows: Vec<DomainRow>,
    /// All domains' sessions in the range.
    pub totals: Totals,
    /// The last delivery of any kind.
    pub last_delivery: Option<Timestamp>,
    /// Whether all steps of getting started were seen to be done, once.
    pub started: bool,
    /// Domains that wait for their record; none where nobody looks, since that is not known.
    pub waiting: u64,
    /// The last day that can be complete (RFC 8460 §4.1 and §5.5: four hours of delay, 24 of retries).
    pub complete_to: Day,
}

/// What is broken now, whichever domains a page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenNow {
    /// The most urgent causes, each with the first of its domains.
    pub first: Vec<Group>,
    /// How many causes there are.
    pub causes: usize,
}

/// Which incidents a page shows. All of it stands in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentQuery {
    /// Only causes and domains that contain this.
    pub search: String,
    /// Only incidents that stand so.
    pub state: Option<State>,
    /// Page, from 1; [`Page::ROWS`](crate::Page::ROWS) causes each.
    pub page: u32,
}

/// The incidents of a workspace, by cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentList {
    /// Today.
    pub today: Day,
    /// The days whose failures are looked at.
    pub range: DayRange,
    /// How many causes there are in each state, before search and filter.
    pub counts: [(State, u64); 3],
    /// How many match.
    pub matching: u64,
    /// This page, from 1.
    pub page: u32,
    /// The causes of this page, at most 50.
    pub groups: Vec<Group>,
    /// Domains that are watched.
    pub domains: u64,
}

/// One domain on Overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainRow {
    /// Its name.
    pub name: DomainName,
    /// How it stands.
    pub status: Status,
    /// Why, in a few words: `certificate-expired on mx2.example.com`, `first report due by 23 Nov`; empty when all is well.
    pub reason: String,
    /// The range, one point a day.
    pub points: Vec<DayPoint>,
    /// The range's sessions.
    pub totals: Totals,
    /// MTA-STS mode last reported.
    pub mode: Option<Mode>,
    /// Reporters seen in the range.
    pub reporters: u32,
    /// When the last counted report arrived.
    pub last_report: Option<Timestamp>,
}

/// What to show on the page of one domain. All of it stands in the URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainQuery {
    /// The days shown.
    pub range: DayRange,
    /// The days they are compared with.
    pub before: DayRange,
    /// Which failing rows.
    pub filter: FailureFilter,
}

impl DomainQuery {
    /// All of these days, compared with as many before them.
    #[must_use]
    pub fn all_of(range: DayRange) -> Self {
        Self { range, before: range.before(), filter: FailureFilter::default() }
    }

    /// The failing rows of these days that a filter admits.
    #[must_use]
    pub fn filtered(range: DayRange, filter: FailureFilter) -> Self {
        Self { filter, ..Self::all_of(range) }
    }
}

/// The page of one domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainPage {
    /// Which domain.
    pub id: DomainId,
    /// Its name.
    pub name: DomainName,
    /// When it was added.
    pub added: Timestamp,
    /// How it stands.
    pub status: Status,
    /// Why; see [`DomainRow::reason`].
    pub reason: String,
    /// The days shown.
    pub range: DayRange,
    /// Today.
    pub today: Day,
    /// The last day that can be complete.
    pub complete_to: Day,
    /// The range's sessions, whatever the filter.
    pub totals: Totals,
    /// Sessions of the days they are compared with, whatever the filter.
    pub before: Totals,
    /// The range, one point a day; with a filter, the failed sessions are those that it lets through.
    pub points: Vec<DayPoint>,
    /// What checks saw to have changed in the range, oldest first.
    pub changes: Vec<HistoryEntry>,
    /// Causes, most failed sessions first, as far as the filter lets them through.
    pub causes: Vec<Cause>,
    /// What failed, summed up in other ways.
    pub failing: Failing,
    /// Sessions by policy type and mode; each by itself, never added up, whatever the filter.
    pub policies: Vec<PolicyRow>,
    /// Who reports, most sessions first, whatever the filter.
    pub reporters: Vec<ReporterRow>,
    /// MTA-STS mode last reported.
    pub mode: Option<Mode>,
    /// Whether the domain may go to enforce.
    pub readiness: Readiness,
    /// Reports that have arrived in all time.
    pub reports: u64,
}

impl DomainPage {
    /// Failed sessions of the days shown that fit the filter.
    #[must_use]
    pub fn failed_shown(&self) -> u64 {
        self.points.iter().map(|point| point.totals.failed).fold(0, u64::saturating_add)
    }
}

/// The failing rows of a domain's page, as far as its filter lets them through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// The filter.
    pub filter: FailureFilter,
    /// Whether there were more rows than are read: then the smallest are missing.
    pub cut: bool,
    /// Which result types a filter can choose: those of all failing rows.
    pub types: Vec<ResultType>,
    /// Which MX hosts a filter can choose.
    pub hosts: Vec<Option<String>>,
    /// Failed sessions by what they did to mail, worst first; they overlap, so their sum may exceed the sessions that failed.
    pub impacts: Vec<(Impact, u64)>,
    /// By what went wrong, most first.
    pub by_type: Vec<(ResultType, u64)>,
    /// By MX host, where reports name one; most first.
    pub by_mx: Vec<(Option<String>, u64)>,
    /// By who told of it, most first.
    pub by_reporter: Vec<(String, u64)>,
    /// The MX hosts that failed most, day by day.
    pub mx_days: Vec<HeatRow>,
    /// The reporters that told of most failures, day by day.
    pub reporter_days: Vec<HeatRow>,
}

/// What is known of a domain of which no report has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreported {
    /// Where its reports arrive, and what to publish.
    pub setup: DomainSetup,
    /// What the last look at it found.
    pub checks: CheckPage,
    /// The latest test report.
    pub test: Option<TestReport>,
}

/// One cause of failures: a result type at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What went wrong.
    pub result_type: ResultType,
    /// The MX host it went wrong at, where the reports say.
    pub mx: Option<String>,
    /// What it did to mail: the worst that was reported.
    pub impact: Impact,
    /// Failed sessions in the range.
    pub failed: u64,
    /// First day in the range on which it was reported.
    pub first: Day,
    /// Last day on which it was reported.
    pub last: Day,
    /// How many reporters reported failures of this kind in the range.
    pub reporters: u32,
    /// The best trust that a report telling of it had.
    pub trust: Trust,
}

/// Sessions under one kind of policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRow {
    /// The policy type.
    pub policy_type: PolicyType,
    /// The mode, for `sts`.
    pub mode: Option<Mode>,
    /// Sessions.
    pub totals: Totals,
}

/// One reporter in the roll-call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReporterRow {
    /// The name people know it by.
    pub name: String,
    /// The best trust its reports had.
    pub trust: Trust,
    /// The range, one mark a day.
    pub days: Vec<RollCall>,
    /// The range's sessions.
    pub totals: Totals,
    /// How often it reports, and whether it still does; none of several that are put together.
    pub presence: Option<Presence>,
}

/// One reporter on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RollCall {
    /// No report.
    Silent,
    /// Reported, all well.
    Well,
    /// Reported failures.
    Failures,
}

/// Where a domain's reports arrive, and what to publish so that they come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainSetup {
    /// The report address: 26 characters.
    pub address: String,
    /// `https://<host>/r/<address>`: what the configured base URL makes of it, reachable or not.
    pub report_url: String,
    /// `<address>@<report host>`, once a way in for mail is configured.
    pub report_email: Option<String>,
    /// The destinations that senders can reach, as URIs: what the TLS-RPT record should name.
    pub destinations: Vec<String>,
    /// The DNS records to publish; empty while no destination can work from outside.
    pub records: Vec<DnsRecord>,
    /// Why there are no records: names the configuration keys.
    pub why: Option<String>,
}

/// A DNS record to publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    /// Owner name, absolute, without the final dot: `_smtp._tls.example.com`.
    pub name: String,
    /// `TXT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The value without quotes.
    pub value: String,
}

/// What was seen of a domain that someone asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedUp {
    /// When it was looked at.
    pub at: Timestamp,
    /// What was found.
    pub sections: Vec<Section>,
    /// What concerns the installation rather than the domain.
    pub notices: Vec<Finding>,
    /// Whether the look came to its end in time; else more may be there than was found.
    pub in_time: bool,
}

/// What the last check of a domain found, and what changed over time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckPage {
    /// Whether checks are switched off.
    pub off: bool,
    /// Whether the domain is archived, so that it is not looked at.
    pub archived: bool,
    /// When the next check is due.
    pub due: Option<Timestamp>,
    /// Whether one is under way.
    pub running: bool,
    /// When the domain was last looked at; none before the first time.
    pub checked: Option<Timestamp>,
    /// When something was last seen to have changed; of the first look, that one.
    pub changed: Option<Timestamp>,
    /// The worst of all findings.
    pub status: Option<Status>,
    /// What was found.
    pub sections: Vec<Section>,
    /// What concerns this installation rather than the domain.
    pub notices: Vec<Finding>,
    /// What was seen.
    pub facts: Facts,
    /// Latest first; the oldest entry, without changes, is the first look.
    pub history: Vec<HistoryEntry>,
}

/// What was seen to have changed at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When it was seen.
    pub at: Timestamp,
    /// What changed.
    pub changes: Vec<Change>,
}

/// One report in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// Its id, for the link.
    pub id: ReportId,
    /// The domain it speaks of; none while quarantined.
    pub domain: Option<DomainName>,
    /// The reporter's name.
    pub reporter: String,
    /// Start of its period.
    pub start: Option<Timestamp>,
    /// End of its period.
    pub end: Option<Timestamp>,
    /// When it arrived.
    pub received: Timestamp,
    /// Its sessions for this domain.
    pub totals: Totals,
    /// The kinds of policy it speaks of, each with its mode, each once.
    pub policies: Vec<(PolicyType, Option<Mode>)>,
    /// Trust in its origin.
    pub trust: Trust,
    /// Whose signature it bears, where it is signed.
    pub signer: Option<DomainName>,
    /// What became of it.
    pub state: ReportState,
    /// How many notes it carries.
    pub notes: u32,
}

/// The page of one report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPage {
    /// Its id.
    pub id: ReportId,
    /// The domain it is counted for; none when quarantined.
    pub domain: Option<DomainName>,
    /// The reporter's name.
    pub reporter: String,
    /// organization-name, as written.
    pub organization_name: Option<String>,
    /// contact-info, as written.
    pub contact_info: Option<String>,
    /// report-id, as written.
    pub report_id: Option<String>,
    /// Start of its period.
    pub start: Option<Timestamp>,
    /// End of its period.
    pub end: Option<Timestamp>,
    /// Today.
    pub today: Day,
    /// When it first arrived.
    pub received: Timestamp,
    /// How it first arrived.
    pub channel: Channel,
    /// From which address, where that is known.
    pub remote: Option<String>,
    /// How often the same bytes arrived.
    pub arrivals: u32,
    /// Trust in its origin.
    pub trust: Trust,
    /// Whose signature it bears, where it is signed.
    pub signer: Option<DomainName>,
    /// What became of it.
    pub state: ReportState,
    /// Sessions counted for the domain.
    pub totals: Totals,
    /// The policies that speak of this domain.
    pub policies: Vec<ReportPolicy>,
    /// The policies of MTA-STS that were published up to the end of its days, as far as live checks saw them, oldest first.
    pub published: Vec<PublishedPolicy>,
    /// Deviations that were tolerated.
    pub notes: Vec<Note>,
    /// Other reports with the same identity and other content.
    pub conflicts: Vec<ReportRow>,
    /// Parts of the same document that speak of other domains of this workspace.
    pub siblings: Vec<(ReportId, DomainName)>,
    /// The unpacked JSON as text, while the body is kept.
    pub raw: Option<String>,
    /// The last report before it of the same reporter to the same domain, with its day.
    pub previous: Option<(ReportId, Day)>,
    /// The first after it.
    pub next: Option<(ReportId, Day)>,
    /// The delivery that brought it.
    pub delivery: DeliveryId,
    /// Every delivery that brought the same document, the first one in front; at most a hundred.
    pub came: Vec<CameBy>,
}

/// One arrival of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameBy {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// When.
    pub received: Timestamp,
    /// How.
    pub channel: Channel,
    /// From which address or file.
    pub remote: Option<String>,
}

/// One policy of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPolicy {
    /// The policy as reported, failures included.
    pub policy: tlsrpt::Policy,
    /// Whether it names an MX host of the domain rather than the domain (RFC 8460 §1.1).
    pub mx_entry: bool,
    /// One for each failure of `policy.failures`, in their order.
    pub impacts: Vec<Impact>,
}

/// Which deliveries the ingest log shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogQuery {
    /// Only deliveries of this outcome.
    pub outcome: Option<DeliveryOutcome>,
    /// Only deliveries that came this way.
    pub channel: Option<Channel>,
    /// Only deliveries to this domain's address.
    pub domain: Option<DomainName>,
    /// Only deliveries from this day (UTC) on.
    pub from: Option<Day>,
    /// Only deliveries up to and with this day (UTC).
    pub to: Option<Day>,
    /// Only deliveries of this trust.
    pub trust: Option<Trust>,
    /// Page, from 1; [`Page::ROWS`](crate::Page::ROWS) rows each.
    pub page: u32,
}

/// The ingest log, latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngestLog {
    /// How many match.
    pub matching: u64,
    /// This page, from 1.
    pub page: u32,
    /// The rows, at most 50.
    pub rows: Vec<DeliveryRow>,
}

/// What was turned away today because addresses had taken in their quota.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedAway {
    /// The quota of each address and day.
    pub quota: DayQuota,
    /// Domains with the number of deliveries their addresses turned away, most first; at most twenty.
    pub domains: Vec<(DomainName, u64)>,
    /// Mails to report addresses that are nobody's, in the last thirty days. They belong to no workspace, so this is for those
    /// who run the installation.
    pub unknown: u64,
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// Its id.
    pub id: DeliveryId,
    /// When.
    pub received: Timestamp,
    /// How.
    pub channel: Channel,
    /// From which address or file.
    pub remote: Option<String>,
    /// To which domain's address.
    pub domain: Option<DomainName>,
    /// Trust in its origin.
    pub trust: Trust,
    /// Whose signature it bears, where it is signed.
    pub signer: Option<DomainName>,
    /// What became of it.
    pub outcome: DeliveryOutcome,
    /// Why, in a sentence; empty when there is nothing to say.
    pub reason: String,
    /// Size of the body in bytes, as received.
    pub size: u64,
    /// The report rows it made or met.
    pub reports: Vec<ReportId>,
}

/// One delivery with what was in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryPage {
    /// The row of the log.
    pub row: DeliveryRow,
    /// What was in it.
    pub parts: Vec<DeliveryPart>,
    /// What DKIM said of it; none where nothing was asked of it.
    pub verdict: Option<Verdict>,
    /// The first 64 KiB of the body as text, unreadable bytes replaced; absent once retention has deleted it.
    pub body: Option<String>,
}

/// A report that a delivery made or met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryPart {
    /// Its id.
    pub report: ReportId,
    /// The domain it belongs to; none while quarantined.
    pub domain: Option<DomainName>,
    /// The name it speaks of, as written, where that is no domain watched here.
    pub claimed: Option<String>,
    /// Who wrote it.
    pub reporter: String,
    /// What became of it.
    pub state: ReportState,
    /// How many deviations from the RFC were tolerated.
    pub notes: u32,
}

/// One failure of a counted report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureRow {
    /// The report that tells of it.
    pub report: ReportId,
    /// The day on which that report counts.
    pub day: Day,
    /// The reporter's name.
    pub reporter: String,
    /// The type of the policy that was applied.
    pub policy_type: PolicyType,
    /// Its mode, for `sts`.
    pub mode: Option<Mode>,
    /// policy-domain as written.
    pub policy_domain: Option<String>,
    /// What went wrong.
    pub result_type: ResultType,
    /// What it did to mail.
    pub impact: Impact,
    /// Failed sessions.
    pub failed: u64,
    /// Between whom.
    pub at: Place,
    /// additional-information as written.
    pub additional_information: Option<String>,
    /// failure-reason-code as written.
    pub failure_reason_code: Option<String>,
}

/// Between whom sessions failed, as a sender wrote it (RFC 8460 §4.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// sending-mta-ip.
    pub sending_mta_ip: Option<String>,
    /// receiving-mx-hostname.
    pub receiving_mx_hostname: Option<String>,
    /// receiving-mx-helo.
    pub receiving_mx_helo: Option<String>,
    /// receiving-ip.
    pub receiving_ip: Option<String>,
}
