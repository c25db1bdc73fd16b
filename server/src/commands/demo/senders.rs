//! How each sender writes its reports: the shapes that real ones have, quirks included.

use model::{Day, Timestamp};

use super::{
    dice::Dice,
    stories::{Policy, Sender, Story, Trouble},
    wire,
};

/// What one sender saw of one domain on one day.
struct Seen<'a> {
    story: &'a Story,
    /// A-labels, as reports have it (RFC 8460 §4.4).
    domain: &'a str,
    day: Day,
    ago: i32,
    successful: u64,
    failures: Vec<(&'static Trouble, u64)>,
}

/// The report of one day and when it arrives; none when the sender had no sessions.
pub(super) fn report(
    sender: Sender,
    story: &Story,
    domain: &str,
    day: Day,
    ago: i32,
) -> Option<(Timestamp, wire::Report)> {
    let mut dice = Dice::of(&[story.name, sender.organization()], day.0);
    let sessions = dice.share(story.sessions * rhythm(day) / 100, sender.weight());
    if sessions == 0 {
        return None;
    }
    let mut left = sessions;
    let mut failures = vec![];
    for trouble in story.troubles(sender, ago) {
        let failed = dice.share(sessions, trouble.share).min(left);
        if failed > 0 {
            left -= failed;
            failures.push((trouble, failed));
        }
    }
    let seen = Seen { story, domain, day, ago, successful: left, failures };
    // Between the end of the day and four hours later (RFC 8460 §4.1), each at its usual hour.
    let minutes = sender.weight() % 180 + dice.below(60);
    let received = day.plus(1).start().plus_seconds(i64::try_from(minutes * 60).unwrap_or(0));
    Some((received, sender.write(&seen, &mut dice)))
}

/// Per cent of an ordinary day: less mail on Saturdays and Sundays.
fn rhythm(day: Day) -> u64 {
    match (day.0 + 4).rem_euclid(7) {
        0 => 52,
        6 => 58,
        1 => 96,
        _ => 104,
    }
}

impl Sender {
    pub(super) const fn organization(self) -> &'static str {
        match self {
            Self::Google => "Google Inc.",
            Self::Microsoft => "Microsoft Corporation",
            Self::Yahoo => "Yahoo Inc.",
            Self::Comcast => "Comcast",
            Self::MailRu => "Mail.ru",
            Self::SocketLabs => "socketlabs.com",
            Self::Gateway => "mx.gateway.example",
            Self::University => "smtp.uni-feldberg.example",
            Self::Family => "hearth.example",
        }
    }

    /// The address its reports come from, of those set aside for documents (RFC 5737, RFC 3849).
    pub(super) const fn address(self) -> &'static str {
        match self {
            Self::Google => "2001:db8:9::25",
            Self::Microsoft => "192.0.2.40",
            Self::Yahoo => "192.0.2.61",
            Self::Comcast => "192.0.2.96",
            Self::MailRu => "192.0.2.177",
            Self::SocketLabs => "192.0.2.142",
            Self::Gateway => "2001:db8:51::9",
            Self::University => "192.0.2.203",
            Self::Family => "2001:db8:77::3",
        }
    }

    /// The usual thousandths of a domain's sessions.
    const fn weight(self) -> u64 {
        match self {
            Self::Google => 560,
            Self::Microsoft => 270,
            Self::Yahoo => 64,
            Self::Comcast => 48,
            Self::MailRu => 18,
            Self::SocketLabs => 8,
            Self::Gateway => 14,
            Self::University => 11,
            Self::Family => 7,
        }
    }

    fn contact(self) -> Option<String> {
        match self {
            Self::Google => Some("smtp-tls-reporting@google.com".to_owned()),
            Self::Microsoft => Some("tlsrpt-noreply@microsoft.com".to_owned()),
            Self::Yahoo => Some("tlsrpt@yahooinc.com".to_owned()),
            Self::Comcast => Some("tlsrpt@comcast.net".to_owned()),
            Self::MailRu => Some("tls_support@corp.mail.ru".to_owned()),
            Self::SocketLabs => Some("tlsrpt-feedback@socketlabs.com".to_owned()),
            // Stalwart behind a proxy writes null.
            Self::Gateway => None,
            Self::University | Self::Family => Some(format!("postmaster@{}", self.organization())),
        }
    }

    fn report_id(self, seen: &Seen<'_>, dice: &mut Dice) -> String {
        let (day, domain) = (seen.day, seen.domain);
        match self {
            Self::Google | Self::Yahoo | Self::Comcast => format!("{day}T00:00:00Z_{domain}"),
            Self::Microsoft => format!("{}+{domain}", 133_900_000_000_000_000 + dice.below(99_999_999_999_999)),
            Self::MailRu => {
                let (a, b) = (dice.next(), dice.next());
                format!(
                    "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}@mail.ru",
                    a >> 32,
                    (a >> 16) & 0xffff,
                    a & 0xffff,
                    b >> 48,
                    b & 0xffff_ffff_ffff
                )
            }
            Self::SocketLabs => format!("{:016X}{:016X}", dice.next(), dice.next()),
            Self::Gateway => format!("{}_{}", day.start().0 / 1000, dice.next()),
            // The same for every sender with tlsrpt-reporter.
            Self::University => format!("{day}T00:00:00Z_idx1_{domain}"),
            Self::Family => format!("{}.{domain}@hearth.example", day.to_string().replace('-', "")),
        }
    }

    fn write(self, seen: &Seen<'_>, dice: &mut Dice) -> wire::Report {
        let midnight = matches!(self, Self::MailRu | Self::SocketLabs | Self::Gateway);
        // Microsoft writes no zone.
        let zone = if self == Self::Microsoft { "" } else { "Z" };
        wire::Report {
            organization_name: self.organization().to_owned(),
            date_range: wire::DateRange {
                start_datetime: format!("{}T00:00:00{zone}", seen.day),
                end_datetime: if midnight {
                    format!("{}T00:00:00{zone}", seen.day.plus(1))
                } else {
                    format!("{}T23:59:59{zone}", seen.day)
                },
            },
            contact_info: self.contact(),
            report_id: self.report_id(seen, dice),
            policies: self.policies(seen, dice),
        }
    }

    fn policies(self, seen: &Seen<'_>, dice: &mut Dice) -> Vec<wire::PolicyEntry> {
        let failures: Vec<_> = seen.failures.iter().map(|(trouble, n)| (*trouble, *n)).collect();
        let (fetch, rest): (Vec<_>, Vec<_>) = failures.into_iter().partition(|(trouble, _)| trouble.mx.is_none());
        let mut entries = match seen.story.policy {
            Policy::None => self.no_policy(seen),
            // Google looks at no TLSA records.
            Policy::Dane if self == Self::Google => self.no_policy(seen),
            Policy::Dane | Policy::DaneAndEnforce if self != Self::Google => self.dane(seen, &rest, dice),
            _ => vec![self.entry(sts(seen), seen.successful, self.details(seen, &rest, dice))],
        };
        if !fetch.is_empty() {
            // No policy could be had, so none is quoted.
            let unfetched = wire::Policy {
                policy_type: "sts",
                policy_domain: Some(seen.domain.to_owned()),
                ..wire::Policy::default()
            };
            entries.push(self.entry(unfetched, 0, self.details(seen, &fetch, dice)));
        }
        entries
    }

    fn no_policy(self, seen: &Seen<'_>) -> Vec<wire::PolicyEntry> {
        let entry = |name: Option<&str>, n| {
            let policy = wire::Policy {
                policy_type: "no-policy-found",
                policy_domain: name.map(str::to_owned),
                ..wire::Policy::default()
            };
            self.entry(policy, n, vec![])
        };
        // tlsrpt-reporter leaves the domain out.
        vec![entry((self != Self::University).then_some(seen.domain), seen.successful)]
    }

    fn dane(self, seen: &Seen<'_>, failures: &[(&'static Trouble, u64)], dice: &mut Dice) -> Vec<wire::PolicyEntry> {
        let records: Vec<_> = seen.story.mx.iter().map(|mx| format!("3 1 1 {}", key(mx))).collect();
        let failed: u64 = failures.iter().map(|(_, n)| n).sum();
        if self == Self::Microsoft {
            // Microsoft names the domain, puts all records into one string, and lists the sessions under MTA-STS again.
            let quoted = records.iter().map(|record| format!("\"{}\"", record.to_uppercase())).collect::<Vec<_>>();
            let tlsa = wire::Policy {
                policy_type: "tlsa",
                policy_string: vec![format!("[{}]", quoted.join(","))],
                policy_domain: Some(seen.domain.to_owned()),
                mx_host: vec![],
            };
            let mut entries = vec![self.entry(tlsa, seen.successful, self.details(seen, failures, dice))];
            if seen.story.policy == Policy::DaneAndEnforce {
                entries.insert(0, self.entry(sts(seen), seen.successful + failed, vec![]));
            }
            return entries;
        }
        // One entry for each host, which is the policy domain (RFC 8460 §1.1).
        let hosts = u64::try_from(seen.story.mx.len()).unwrap_or(1);
        let mut left = seen.successful;
        let mut entries = vec![];
        for (i, mx) in seen.story.mx.iter().enumerate() {
            let here: Vec<_> = failures.iter().filter(|(trouble, _)| trouble.mx == Some(i)).copied().collect();
            let successful = if i + 1 == seen.story.mx.len() { left } else { seen.successful / hosts };
            left -= successful;
            let policy = wire::Policy {
                policy_type: "tlsa",
                policy_string: vec![records[i].clone()],
                policy_domain: Some((*mx).to_owned()),
                mx_host: vec![],
            };
            entries.push(self.entry(policy, successful, self.details(seen, &here, dice)));
        }
        entries.retain(|entry| {
            entry.summary.total_successful_session_count + entry.summary.total_failure_session_count > 0
        });
        entries
    }

    fn entry(self, policy: wire::Policy, successful: u64, details: Vec<wire::FailureDetail>) -> wire::PolicyEntry {
        let failed = details.iter().map(|detail| detail.failed_session_count).sum();
        wire::PolicyEntry {
            policy,
            summary: wire::Summary { total_successful_session_count: successful, total_failure_session_count: failed },
            // Where there are none, the large senders leave the key out.
            failure_details: (!details.is_empty() || matches!(self, Self::Gateway | Self::University | Self::Family))
                .then_some(details),
        }
    }

    fn details(
        self,
        seen: &Seen<'_>,
        failures: &[(&'static Trouble, u64)],
        dice: &mut Dice,
    ) -> Vec<wire::FailureDetail> {
        let mut details = vec![];
        for (trouble, failed) in failures {
            let mx = trouble.mx.map(|i| seen.story.mx[i]);
            let detail = wire::FailureDetail {
                result_type: trouble.result_type,
                sending_mta_ip: mx.map(|_| format!("203.0.113.{}", self.weight() % 200 + dice.below(20))),
                receiving_mx_hostname: mx.map(str::to_owned),
                receiving_ip: mx.map(|mx| format!("198.51.100.{}", mx.bytes().map(u64::from).sum::<u64>() % 250)),
                failed_session_count: *failed,
                failure_reason_code: trouble.reason,
            };
            // Large senders have several machines, each with a line of its own.
            let first = failed - failed / 3;
            if *failed >= 12 && mx.is_some() {
                let other = Some(format!("203.0.113.{}", self.weight() % 200 + 20 + dice.below(20)));
                details.push(wire::FailureDetail {
                    sending_mta_ip: other,
                    failed_session_count: failed - first,
                    ..detail.clone()
                });
                details.push(wire::FailureDetail { failed_session_count: first, ..detail });
            } else {
                details.push(detail);
            }
        }
        details
    }
}

/// The MTA-STS policy in force on that day, as it is quoted.
fn sts(seen: &Seen<'_>) -> wire::Policy {
    let enforce = match seen.story.policy {
        Policy::Enforce | Policy::DaneAndEnforce => true,
        Policy::EnforceSince(since) => seen.ago <= since,
        Policy::Testing | Policy::None | Policy::Dane => false,
    };
    // Hosts that came after the policy was written are not in it.
    let listed = if seen.story.policy == Policy::Testing { seen.story.mx.len().min(2) } else { seen.story.mx.len() };
    let mx = &seen.story.mx[..listed];
    let lines = ["version: STSv1".to_owned(), format!("mode: {}", if enforce { "enforce" } else { "testing" })];
    wire::Policy {
        policy_type: "sts",
        policy_string: lines
            .into_iter()
            .chain(mx.iter().map(|mx| format!("mx: {mx}")))
            .chain(["max_age: 604800".to_owned()])
            .collect(),
        policy_domain: Some(seen.domain.to_owned()),
        mx_host: mx.iter().map(|mx| (*mx).to_owned()).collect(),
    }
}

/// The digest of a host's key: 64 hexadecimal digits.
fn key(mx: &str) -> String {
    let mut dice = Dice::of(&[mx], 0);
    [(); 4].map(|()| format!("{:016x}", dice.next())).concat()
}
