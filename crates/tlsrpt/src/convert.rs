//! From the wire to our words: every deviation is judged here, and noted.

use std::{borrow::Cow, fmt, net::IpAddr};

use chrono::{DateTime, Utc};
use mtasts::Mode;

use crate::{
    Failure, Limits, Policy, PolicyType, Report, ResultType,
    date::{self, Bound},
    note::{Code, Notes},
    wire::{self, Context, Found, Into, Kind, Lines, List, Scalar},
};

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

/// Whether no text in a JSON document can hold a control character: it has neither escapes nor the bytes that DEL and the
/// characters U+0080 to U+009F are made of, and all others cannot stand in JSON. So it is with most reports.
pub(crate) fn is_plain(json: &str) -> bool {
    // Without an early end within a piece, and compared one by one, many bytes are looked at at once.
    let odd = |b: u8| u8::from(b == b'\\') | u8::from(b == 0x7f) | u8::from(b == 0xc2);
    json.as_bytes().chunks(4 << 10).all(|piece| piece.iter().fold(0, |found, b| found | odd(*b)) == 0)
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

    fn date(&mut self, value: Scalar<'_>, key: &str, bound: Bound) -> Option<DateTime<Utc>> {
        let value = self.single(value, Place::Report, key);
        if value.is_absent() {
            self.notes.add(Code::DateMissing, || format!("{key} is missing"));
            return None;
        }
        let read = match &value {
            Scalar::Unsigned(number) => date::epoch(*number),
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
            Scalar::Float(number) if (0.0..1e15).contains(number) => date::epoch(*number as u64),
            Scalar::Text(text) => date::read(text, bound),
            _ => None,
        };
        let Some((date, code)) = read else {
            self.notes.add(Code::DateUnreadable, || format!("{key} is {}, no point in time", shown(&value)));
            return None;
        };
        match code {
            Some(Code::DateWithoutZone) => self
                .notes
                .add(Code::DateWithoutZone, || format!("{key} is {} without a time zone; taken as UTC", shown(&value))),
            Some(code) => self.notes.add(code, || format!("{key} is {}; understood as {date:?}", shown(&value))),
            None => {}
        }
        Some(date)
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
        let policy_type = self.text(fields.policy_type, place, "policy-type").unwrap_or_else(|| {
            self.notes.add(Code::PolicyTypeMissing, || format!("{place}policy-type is missing"));
            String::new()
        });
        let policy_type = PolicyType::from(Cow::Owned(policy_type));
        if let PolicyType::Other(text) = &policy_type
            && !text.is_empty()
        {
            self.notes.add(Code::PolicyTypeUnknown, || {
                format!("{place}policy-type {} is none of tlsa, sts and no-policy-found", quoted(text))
            });
        }
        let policy_string = self.policy_string(fields.policy_string, &policy_type, place);
        let policy_domain = self.required(fields.policy_domain, place, "policy-domain", Code::PolicyDomainMissing);
        let mx_host = self.mx_host(fields.mx_host, fields.mx_host_pattern, place);
        let (successful, failed) =
            self.summary(entry.summary, entry.flat_summary, entry.failure_details.items.is_empty(), place);
        let failures = self.failures(entry.failure_details, number);
        self.compare(failed, &failures, place);
        Policy {
            mode: Mode::from_policy_lines(policy_string.iter().map(String::as_str)),
            policy_type,
            policy_string,
            policy_domain,
            mx_host,
            successful,
            failed,
            failures,
        }
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
        let result_type = self.text(wire.result_type, place, "result-type").unwrap_or_else(|| {
            self.notes.add(Code::ResultTypeMissing, || format!("{place}result-type is missing"));
            String::new()
        });
        let result_type = ResultType::from(Cow::Owned(result_type));
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

    /// The RFC's key, or the variant's value with a note.
    fn either(
        &mut self,
        [(value, key), (variant, variant_key)]: [(Scalar<'_>, &str); 2],
        place: Place,
    ) -> Option<String> {
        self.text(value, place, key).or_else(|| {
            let text = self.text(variant, place, variant_key)?;
            self.notes.add(Code::KeyVariant, || format!("{place}{variant_key} was read as {key}"));
            Some(text)
        })
    }

    fn ip_address(&mut self, values: [(Scalar<'_>, &str); 2], place: Place) -> Option<String> {
        let key = values[0].1;
        let text = self.either(values, place)?;
        if text.parse::<IpAddr>().is_err() {
            self.notes.add(Code::NotAnIpAddress, || format!("{place}{key} is {}, no IP address", quoted(&text)));
        }
        Some(text)
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

    /// policy-string: one line an element, however it was written.
    fn policy_string(&mut self, wire: Lines<'_>, policy_type: &PolicyType, place: Place) -> Vec<String> {
        let mut irregular = wire.irregular;
        let mut lines = Vec::with_capacity(wire.items.len());
        for element in self.lines_unpacked(wire, place, "policy-string", &mut irregular) {
            // A carriage return at the end is the policy file's own line end (seen from Google).
            let element = element.trim_ascii();
            let separates = |b: u8| matches!(b, b'\n' | b'\r') || (b == b';' && *policy_type == PolicyType::Tlsa);
            if !element.bytes().any(separates) {
                lines.push(self.clean(element, place, "policy-string"));
                continue;
            }
            irregular = true;
            let parts = element.split(|c| u8::try_from(c).is_ok_and(separates)).map(str::trim_ascii);
            lines.extend(parts.filter(|line| !line.is_empty()).map(|line| self.clean(line, place, "policy-string")));
        }
        if irregular {
            self.notes.add(Code::PolicyStringForm, || {
                format!("{place}policy-string is not a plain list of lines; it was taken apart into {}", lines.len())
            });
        }
        self.cut_lines(&mut lines, place, "policy-string");
        lines
    }

    /// mx-host: one name or pattern an element. RFC 8460's own example prints a text (erratum 6241).
    fn mx_host(&mut self, wire: Lines<'_>, pattern: Lines<'_>, place: Place) -> Vec<String> {
        let (wire, key) = if wire.items.is_empty() && !pattern.items.is_empty() {
            self.notes.add(Code::KeyVariant, || format!("{place}mx-host-pattern was read as mx-host"));
            (pattern, "mx-host-pattern")
        } else {
            (wire, "mx-host")
        };
        let mut irregular = wire.irregular;
        let mut names = Vec::with_capacity(wire.items.len());
        for element in self.lines_unpacked(wire, place, key, &mut irregular) {
            let name = element.trim_ascii();
            let name = match name.strip_prefix("mx:") {
                Some(rest) => {
                    irregular = true;
                    rest.trim_ascii()
                }
                None => name,
            };
            if !name.is_empty() {
                names.push(self.clean(name, place, key));
            }
        }
        if irregular {
            self.notes
                .add(Code::MxHostForm, || format!("{place}{key} is not a plain list of names; it was taken apart"));
        }
        self.cut_lines(&mut names, place, key);
        names
    }

    /// The elements of a list; those that are JSON lists themselves (seen from Microsoft) are read as such.
    fn lines_unpacked<'de>(
        &mut self,
        lines: Lines<'de>,
        place: Place,
        key: &str,
        irregular: &mut bool,
    ) -> Vec<Cow<'de, str>> {
        self.note_lines(&lines, place, key);
        if !lines.items.iter().any(|item| item.trim_ascii_start().starts_with('[')) {
            return lines.items;
        }
        let context = Context::new(self.limits);
        let mut out = Vec::with_capacity(lines.items.len());
        for item in lines.items {
            match read_lines(&item, &context) {
                Some(inner) => {
                    *irregular = true;
                    out.extend(inner.items.into_iter().map(|line| Cow::Owned(line.into_owned())));
                }
                None => out.push(item),
            }
        }
        out
    }

    fn lines(&mut self, lines: &Lines<'_>, place: Place, key: &str) -> Vec<String> {
        self.note_lines(lines, place, key);
        lines.items.iter().map(|line| self.clean(line, place, key)).collect()
    }

    fn note_lines(&mut self, lines: &Lines<'_>, place: Place, key: &str) {
        if let Some(kind) = lines.odd {
            self.left_out(place, key, kind);
        }
        if lines.cut > 0 {
            self.note_cut(place, key);
        }
    }

    fn cut_lines(&mut self, lines: &mut Vec<String>, place: Place, key: &str) {
        if lines.len() > self.limits.lines {
            lines.truncate(self.limits.lines);
            self.note_cut(place, key);
        }
    }

    fn note_cut(&mut self, place: Place, key: &str) {
        let limit = self.limits.lines;
        self.notes
            .add(Code::LinesCut, || format!("{place}{key} has more than {limit} lines; the others were left out"));
    }

    fn left_out(&mut self, place: Place, key: &str, kind: Kind) {
        self.notes.add(Code::ValueLeftOut, || format!("{place}{key} holds {kind}, which was left out"));
    }

    /// A text that every report should have.
    fn required(&mut self, value: Scalar<'_>, place: Place, key: &str, missing: Code) -> Option<String> {
        let text = self.text(value, place, key);
        if text.is_none() {
            self.notes.add(missing, || format!("{place}{key} is missing"));
        }
        text
    }

    /// A text as it was written; none when it is absent or blank.
    fn text(&mut self, value: Scalar<'_>, place: Place, key: &str) -> Option<String> {
        let text = match self.single(value, place, key) {
            Scalar::Text(text) => text,
            Scalar::Absent | Scalar::First(_) => return None,
            Scalar::Odd(kind) => {
                self.left_out(place, key, kind);
                return None;
            }
            number => {
                let text = shown(&number);
                self.notes.add(Code::NotText, || format!("{place}{key} is the number {text}; kept as text"));
                Cow::Owned(text)
            }
        };
        (!text.trim_ascii().is_empty()).then(|| self.clean(&text, place, key))
    }

    /// A count; none when it is absent.
    fn count(&mut self, value: Scalar<'_>, place: Place, key: &str) -> Option<u64> {
        let value = self.single(value, place, key);
        let number = match &value {
            Scalar::Absent | Scalar::First(_) => return None,
            Scalar::Unsigned(number) => Some(*number),
            Scalar::Negative(_) => {
                self.notes.add(Code::CountNegative, || format!("{place}{key} is {}; taken as 0", shown(&value)));
                return Some(0);
            }
            Scalar::Float(number) => self.whole(*number, place, key),
            Scalar::Text(text) => {
                let read = match text.trim().parse::<u64>() {
                    Ok(number) => Some(number),
                    Err(_) => text.trim().parse::<f64>().ok().and_then(|number| self.whole(number, place, key)),
                };
                if let Some(number) = read {
                    self.notes.add(Code::CountAsText, || {
                        format!("{place}{key} is the text {}; taken as {number}", shown(&value))
                    });
                }
                read
            }
            Scalar::Odd(_) => None,
        };
        let Some(number) = number else {
            self.notes
                .add(Code::CountNotANumber, || format!("{place}{key} is {}, no number; taken as 0", shown(&value)));
            return Some(0);
        };
        if number > self.limits.count {
            let limit = self.limits.count;
            self.notes.add(Code::CountTooLarge, || format!("{place}{key} is {}; lowered to {limit}", shown(&value)));
        }
        Some(number.min(self.limits.count))
    }

    /// The whole part of a number, no less than 0; none for what is no number.
    fn whole(&mut self, number: f64, place: Place, key: &str) -> Option<u64> {
        if number.is_nan() {
            return None;
        }
        if number < 0.0 {
            self.notes.add(Code::CountNegative, || format!("{place}{key} is {number}; taken as 0"));
        } else if number.fract() != 0.0 {
            self.notes.add(Code::CountFraction, || format!("{place}{key} is {number}; the fraction was cut off"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates at both ends")]
        Some(number as u64)
    }

    /// Takes the first element where a list stands for a value.
    fn single<'de>(&mut self, mut value: Scalar<'de>, place: Place, key: &str) -> Scalar<'de> {
        while let Scalar::First(first) = value {
            self.notes.add(Code::ListInsteadOfValue, || format!("{place}{key} is a list; its first element was taken"));
            value = *first;
        }
        value
    }

    /// A sender's text, fit for any database and page: no control characters, no endless length.
    ///
    /// White space of any kind becomes a blank. What a terminal or a page makes of the rest is theirs to guard.
    fn clean(&mut self, text: &str, place: Place, key: &str) -> String {
        if text.len() <= self.limits.text
            && (self.is_plain || !text.bytes().any(|b| b < b' ' || b == 0x7f || b == 0xc2))
        {
            return text.to_owned();
        }
        let mut clean = String::with_capacity(text.len().min(self.limits.text * 4));
        let mut chars = text.chars();
        for c in chars.by_ref().take(self.limits.text) {
            clean.push(match c {
                '\t' | '\n' | '\r' => ' ',
                _ if c.is_control() => {
                    self.notes.add(Code::ControlCharacters, || {
                        format!("{place}{key} holds control characters; each became U+FFFD")
                    });
                    char::REPLACEMENT_CHARACTER
                }
                _ => c,
            });
        }
        if chars.next().is_some() {
            let limit = self.limits.text;
            self.notes.add(Code::TextCut, || format!("{place}{key} is longer than {limit} characters and was cut"));
        }
        clean
    }
}

/// 2018-01-01: RFC 8460 is of that year.
const RFC_8460: DateTime<Utc> = DateTime::from_timestamp(1_514_764_800, 0).expect("in range");

/// A list inside a text.
fn read_lines<'t>(text: &'t str, context: &Context<'_>) -> Option<Lines<'t>> {
    use serde::de::DeserializeSeed;
    if !text.trim_ascii_start().starts_with('[') {
        return None;
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let mut lines = Lines::default();
    Into::new(&mut lines, context).deserialize(&mut json).ok()?;
    (json.end().is_ok() && lines.odd.is_none() && !lines.items.is_empty()).then_some(lines)
}

/// A value as a note shows it.
fn shown(value: &Scalar<'_>) -> String {
    match value {
        Scalar::Absent => Kind::Null.to_string(),
        Scalar::Text(text) => quoted(text),
        Scalar::Unsigned(number) => number.to_string(),
        Scalar::Negative(number) => number.to_string(),
        Scalar::Float(number) if number.abs() < 1e30 => number.to_string(),
        Scalar::Float(number) => format!("{number:e}"),
        Scalar::First(_) => Kind::List.to_string(),
        Scalar::Odd(kind) => kind.to_string(),
    }
}

/// A sender's text inside a note: in quotes, short, without control characters.
fn quoted(text: &str) -> String {
    let mut out: String =
        text.chars().take(60).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(60).is_some() {
        out.push('…');
    }
    format!("“{out}”")
}
