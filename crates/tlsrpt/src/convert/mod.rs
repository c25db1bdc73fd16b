//! From the wire to our words: every deviation is judged here, and noted.

mod lines;
mod values;

use std::fmt;

use chrono::{DateTime, Utc};
use mtasts::Mode;

use crate::{
    Failure, Limits, Policy, PolicyType, Report, ResultType,
    date::Bound,
    note::{Code, Notes},
    wire::{self, Context, Found, Kind, Lines, List, Scalar},
};

pub(crate) use self::values::is_plain;
use self::values::quoted;

/// Makes a report of what was read. `notes` holds what is known of the whole document.
pub(crate) fn report(wire: wire::Report<'_>, context: &Context<'_>, is_plain: bool, notes: Notes) -> Report {
    let mut convert = Convert { limits: context.limits, is_plain, notes };
    let place = Place::Report;
    let organization_name =
        convert.required(wire.organization_name, place, "organization-name", Code::OrganizationNameMissing);
    let contact_info = convert.required(wire.contact_info, place, "contact-info", Code::ContactInfoMissing);
    let report_id = convert.required(wire.id, place, "report-id", Code::ReportIdMissing);
    let (start, end) = convert.period(wire.date_range, wire.flat);
    let policies = convert.policies(wire.policies);
    let unknown = context.unknown.borrow();
    if !unknown.is_empty() {
        let keys = unknown.iter().map(|key| quoted(key)).collect::<Vec<_>>().join(", ");
        convert
            .notes
            .add(Code::UnknownKeys, || format!("RFC 8460 does not know these keys, which were ignored: {keys}"));
    }
    Report { organization_name, contact_info, report_id, start, end, policies, notes: convert.notes.finish() }
}

/// Where in the report something stands, for notes. Counted from 1.
#[derive(Clone, Copy)]
enum Place {
    Report,
    Policy(u32),
    Failure(u32, u32),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Report => Ok(()),
            Self::Policy(policy) => write!(f, "policy {policy}: "),
            Self::Failure(policy, failure) => write!(f, "policy {policy}, failure {failure}: "),
        }
    }
}

struct Convert<'l> {
    limits: &'l Limits,
    /// Whether the document can hold no control character, so that none need be looked for.
    is_plain: bool,
    notes: Notes,
}

impl Convert<'_> {
    fn period(
        &mut self,
        range: Found<wire::DateRange<'_>>,
        flat: Option<Box<wire::DateRange<'_>>>,
    ) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let range = match range {
            Found::Object(range) => range,
            Found::Odd(kind) => {
                self.left_out(Place::Report, "date-range", kind);
                flat.map_or_else(Default::default, |flat| *flat)
            }
            Found::Absent => flat.map_or_else(Default::default, |flat| *flat),
        };
        let start = self.date(range.start, "start-datetime", Bound::Start);
        let end = self.date(range.end, "end-datetime", Bound::End);
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            self.notes.add(Code::PeriodReversed, || {
                format!("the period ends ({end:?}) before it starts ({start:?}); it is in no chart and no total")
            });
        }
        if let Some(start) = start.filter(|start| *start < RFC_8460) {
            self.notes.add(Code::PeriodTooEarly, || {
                format!("the period starts ({start:?}) before there were TLS reports; it is in no chart and no total")
            });
        }
        (start, end)
    }

    fn policies(&mut self, list: List<wire::Entry<'_>>) -> Vec<Policy> {
        match (list.instead, list.items.is_empty()) {
            (Some(Kind::Object), _) => self.notes.add(Code::PoliciesNotAList, || {
                "policies is one object instead of a list; it was read as the only policy".to_owned()
            }),
            (Some(kind), _) => {
                self.notes.add(Code::PoliciesMissing, || format!("policies is {kind}, so there are none"));
            }
            (None, true) => self.notes.add(Code::PoliciesMissing, || "there are no policies".to_owned()),
            (None, false) => {}
        }
        if let Some((count, place, kind)) = list.odd {
            self.notes.add(Code::PolicyLeftOut, || match count {
                1 => format!("policy {place} is {kind} instead of an object; it was left out"),
                _ => format!("policy {place} is {kind} instead of an object; it and {} more were left out", count - 1),
            });
        }
        let (limit, cut) = (self.limits.policies, list.cut);
        if cut > 0 {
            self.notes.add(Code::PoliciesCut, || {
                format!("there are {cut} policies beyond the {limit} that are read of one report")
            });
        }
        list.items.into_iter().map(|item| self.policy(item.object, item.place)).collect()
    }

    fn policy(&mut self, entry: wire::Entry<'_>, number: u32) -> Policy {
        let place = Place::Policy(number);
        let fields = self.policy_fields(entry.policy, entry.flat, place);
        let policy_type = self.keyword::<PolicyType>(fields.policy_type, place, "policy-type", Code::PolicyTypeMissing);
        if let PolicyType::Other(text) = &policy_type
            && !text.is_empty()
        {
            self.notes.add(Code::PolicyTypeUnknown, || {
                format!("{place}policy-type {} is none of tlsa, sts and no-policy-found", quoted(text))
            });
        }
        let policy_string = self.policy_string(fields.policy_string, &policy_type, place);
        let policy_domain = self.required(fields.policy_domain, place, "policy-domain", Code::PolicyDomainMissing);
        let mode = Mode::from_policy_lines(policy_string.iter().map(String::as_str));
        if mode.is_none() && policy_type != PolicyType::Tlsa {
            self.record_for_policy(&policy_string, place);
        }
        let mx_host = self.mx_host(fields.mx_host, fields.mx_host_pattern, place);
        let (successful, failed) =
            self.summary(entry.summary, entry.flat_summary, entry.failure_details.items.is_empty(), place);
        let failures = self.failures(entry.failure_details, number);
        self.compare(failed, &failures, place);
        Policy { policy_type, policy_string, policy_domain, mx_host, mode, successful, failed, failures }
    }

    fn policy_fields<'de>(
        &mut self,
        nested: Found<wire::PolicyFields<'de>>,
        flat: Option<Box<wire::PolicyFields<'de>>>,
        place: Place,
    ) -> wire::PolicyFields<'de> {
        if let Found::Object(fields) = nested {
            return fields;
        }
        if let Found::Odd(kind) = nested {
            self.left_out(place, "policy", kind);
        }
        if flat.is_some() {
            self.notes.add(Code::PolicyFlat, || {
                format!("{place}the fields of the policy stand beside the summary instead of under the key policy")
            });
        }
        flat.map_or_else(Default::default, |flat| *flat)
    }

    fn summary(
        &mut self,
        nested: Found<wire::Summary<'_>>,
        flat: Option<Box<wire::Summary<'_>>>,
        no_failures: bool,
        place: Place,
    ) -> (u64, u64) {
        let is_present = nested.is_present() || flat.is_some();
        let summary = match nested {
            Found::Object(summary) => summary,
            Found::Odd(kind) => {
                self.left_out(place, "summary", kind);
                flat.map_or_else(Default::default, |flat| *flat)
            }
            Found::Absent => flat.map_or_else(Default::default, |flat| *flat),
        };
        if !is_present {
            self.notes.add(Code::SummaryMissing, || format!("{place}there is no summary; both totals are taken as 0"));
        } else if summary.successful.is_absent() {
            self.notes
                .add(Code::TotalMissing, || format!("{place}total-successful-session-count is missing; taken as 0"));
        } else if summary.failed.is_absent() && !no_failures {
            // Without failures its absence is how some senders write 0 (seen from Google).
            self.notes.add(Code::TotalMissing, || {
                format!("{place}total-failure-session-count is missing, though there are failure details; taken as 0")
            });
        }
        (
            self.count(summary.successful, place, "total-successful-session-count").unwrap_or(0),
            self.count(summary.failed, place, "total-failure-session-count").unwrap_or(0),
        )
    }

    fn failures(&mut self, list: List<wire::Failure<'_>>, policy: u32) -> Vec<Failure> {
        let place = Place::Policy(policy);
        match list.instead {
            Some(Kind::Object) => self.notes.add(Code::FailuresNotAList, || {
                format!("{place}failure-details is one object instead of a list; it was read as the only failure")
            }),
            Some(kind) => self.left_out(place, "failure-details", kind),
            None => {}
        }
        if let Some((count, failure, kind)) = list.odd {
            let place = Place::Failure(policy, failure);
            self.notes.add(Code::FailureLeftOut, || match count {
                1 => format!("{place}it is {kind} instead of an object, and was left out"),
                _ => format!("{place}it is {kind} instead of an object; it and {} more were left out", count - 1),
            });
        }
        let (limit, cut) = (self.limits.failures, list.cut);
        if cut > 0 {
            self.notes.add(Code::FailuresCut, || {
                format!("{place}{cut} failures are beyond the {limit} that are read of one report")
            });
        }
        list.items.into_iter().map(|item| self.failure(item.object, Place::Failure(policy, item.place))).collect()
    }

    fn failure(&mut self, wire: wire::Failure<'_>, place: Place) -> Failure {
        let result_type = self.keyword::<ResultType>(wire.result_type, place, "result-type", Code::ResultTypeMissing);
        if let ResultType::Other(text) = &result_type
            && !text.is_empty()
        {
            self.notes
                .add(Code::ResultTypeUnknown, || format!("{place}result-type {} is not registered", quoted(text)));
        }
        let other = wire.other.map_or_else(Default::default, |other| *other);
        self.receiving_mx_dns(&other.receiving_mx_dns, place);
        Failure {
            result_type,
            sending_mta_ip: self
                .ip_address([(wire.sending_mta_ip, "sending-mta-ip"), (other.sending_ip, "sending-ip")], place),
            receiving_mx_hostname: self.either(
                [
                    (wire.receiving_mx_hostname, "receiving-mx-hostname"),
                    (other.receiving_mx_host_name, "receiving-mx-host-name"),
                ],
                place,
            ),
            receiving_mx_helo: self.text(wire.receiving_mx_helo, place, "receiving-mx-helo"),
            receiving_ip: self
                .ip_address([(wire.receiving_ip, "receiving-ip"), (Scalar::Absent, "receiving-ip")], place),
            failed: self.count(wire.failed, place, "failed-session-count").unwrap_or_else(|| {
                self.notes
                    .add(Code::FailedCountMissing, || format!("{place}failed-session-count is missing; taken as 1"));
                1
            }),
            additional_information: self.information(wire.additional_information, other.additional_info_uri, place),
            failure_reason_code: self.text(wire.reason_code, place, "failure-reason-code"),
        }
    }

    /// RFC 8460 §4.4 itself calls the value additional-info-uri, so neither name is a deviation.
    fn information(&mut self, information: Scalar<'_>, uri: Scalar<'_>, place: Place) -> Option<String> {
        self.text(information, place, "additional-information").or_else(|| self.text(uri, place, "additional-info-uri"))
    }

    /// Guides print this list; RFC 8460 has no place for it.
    fn receiving_mx_dns(&mut self, lines: &Lines<'_>, place: Place) {
        if !lines.items.is_empty() {
            let names = self.lines(lines, place, "receiving-mx-dns").join(", ");
            self.notes.add(Code::ReceivingMxDns, || {
                format!("{place}receiving-mx-dns, which RFC 8460 does not know, says {}", quoted(&names))
            });
        }
    }

    fn compare(&mut self, failed: u64, failures: &[Failure], place: Place) {
        let sum = failures.iter().fold(0_u64, |sum, failure| sum.saturating_add(failure.failed));
        if failures.is_empty() && failed > 0 {
            self.notes
                .add(Code::DetailsMissing, || format!("{place}{failed} sessions failed, but there are no details"));
        } else if !failures.is_empty() && sum != failed {
            self.notes.add(Code::DetailsDifferFromTotal, || {
                format!("{place}the failure details add up to {sum}, the total says {failed}; both are kept")
            });
        }
    }
}

/// 2018-01-01: RFC 8460 is of that year.
const RFC_8460: DateTime<Utc> = DateTime::from_timestamp(1_514_764_800, 0).expect("in range");
