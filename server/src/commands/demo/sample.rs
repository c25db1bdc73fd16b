//! Ninety days of report bytes, as senders would have sent them.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use model::{Day, DomainName, Timestamp};

use super::{
    oddities, senders,
    stories::{STORIES, Sender, Story},
};

/// Days of sample data before today.
pub(super) const DAYS: i32 = 90;

/// A domain to add.
pub(super) struct SampleDomain {
    pub(super) name: DomainName,
    pub(super) added: Timestamp,
}

/// One body that arrives at a domain's address.
pub(super) struct Sample {
    /// The domain, as an index into [`domains`].
    pub(super) domain: usize,
    pub(super) received: Timestamp,
    /// Where it comes from.
    pub(super) remote: &'static str,
    pub(super) body: Vec<u8>,
    /// Whether it has to come alone and need not be counted.
    pub(super) odd: bool,
}

/// The domains, in the order of the stories.
pub(super) fn domains(today: Day) -> anyhow::Result<Vec<SampleDomain>> {
    STORIES
        .iter()
        .map(|story| {
            let added = today.plus(-story.added).start();
            Ok(SampleDomain { name: DomainName::parse(story.name)?, added })
        })
        .collect()
}

/// The daily reports that have arrived by now.
pub(super) fn usual(domains: &[SampleDomain], now: Timestamp) -> impl Iterator<Item = Sample> {
    let today = now.day();
    STORIES.iter().enumerate().flat_map(move |(i, story)| {
        days(story, today)
            .filter_map(move |(sender, day, ago)| {
                let (received, report) = senders::report(sender, story, domains[i].name.as_str(), day, ago)?;
                let pretty = matches!(sender, Sender::MailRu | Sender::University | Sender::Family);
                let json = if pretty { serde_json::to_vec_pretty(&report) } else { serde_json::to_vec(&report) };
                Some(Sample { domain: i, received, remote: sender.address(), body: gzip(&json.ok()?), odd: false })
            })
            .filter(move |sample| sample.received <= now)
    })
}

/// What is out of the ordinary.
pub(super) fn odd(now: Timestamp) -> impl Iterator<Item = Sample> {
    oddities::oddities(now.day()).into_iter().filter_map(|oddity| {
        let domain = STORIES.iter().position(|story| story.name == oddity.domain)?;
        Some(Sample { domain, received: oddity.received, remote: "192.0.2.7", body: oddity.body, odd: true })
    })
}

fn days(story: &Story, today: Day) -> impl Iterator<Item = (Sender, Day, i32)> {
    // The first day is the one after it was added.
    (1..DAYS.min(story.added + 1))
        .rev()
        .flat_map(move |ago| story.reports(ago).map(move |sender| (sender, today.plus(-ago), ago)))
}

fn gzip(json: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::with_capacity(json.len() / 2), Compression::fast());
    // Writing to memory does not fail.
    let _ = gzip.write_all(json);
    gzip.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    /// 21 Nov 2026, 09:40.
    fn now() -> Timestamp {
        Day::from_ymd(2026, 11, 21).unwrap().start().plus_seconds(34_800)
    }

    fn read(body: &[u8]) -> Vec<tlsrpt::Report> {
        let mut json = vec![];
        GzDecoder::new(body).read_to_end(&mut json).unwrap();
        tlsrpt::parse(&json, &tlsrpt::Limits::default()).unwrap()
    }

    fn all() -> (Vec<SampleDomain>, Vec<Sample>) {
        let domains = domains(now().day()).unwrap();
        let samples = usual(&domains, now()).collect();
        (domains, samples)
    }

    #[test]
    fn one_date_always_gives_the_same_bytes() {
        let bodies = || all().1.into_iter().map(|sample| sample.body).collect::<Vec<_>>();
        assert!(bodies() == bodies());
    }

    #[test]
    fn every_usual_report_reads_and_speaks_of_its_domain() {
        let (domains, samples) = all();
        assert!((3_000..9_000).contains(&samples.len()), "{}", samples.len());
        for sample in &samples {
            let [report] = &*read(&sample.body) else { panic!("one body, one report") };
            let domain = &domains[sample.domain].name;
            assert!(report.start.is_some() && report.end.is_some());
            for policy in &report.policies {
                let name = policy.policy_domain.as_deref().and_then(DomainName::parse_lenient);
                assert!(name.is_none_or(|name| name == *domain || name.is_subdomain_of(domain)), "{domain}");
                assert!(policy.failed == 0 || !policy.failures.is_empty(), "{domain}");
            }
            assert!(sample.received <= now() && sample.received > domains[sample.domain].added);
        }
    }

    #[test]
    fn the_stories_are_told() {
        let (domains, samples) = all();
        let failures = |name: &str, result_type: tlsrpt::ResultType| -> u64 {
            samples
                .iter()
                .filter(|sample| domains[sample.domain].name == DomainName::parse(name).unwrap())
                .flat_map(|sample| read(&sample.body))
                .flat_map(|report| report.policies)
                .flat_map(|policy| policy.failures)
                .filter(|failure| failure.result_type == result_type)
                .map(|failure| failure.failed)
                .sum()
        };
        assert!(failures("northmail.example", tlsrpt::ResultType::CertificateExpired) > 2_000);
        assert!(failures("harbour.example", tlsrpt::ResultType::TlsaInvalid) > 300);
        assert!(failures("lindenhof.example", tlsrpt::ResultType::StsPolicyFetchError) > 100);
        assert_eq!(failures("museum-am-see.example", tlsrpt::ResultType::ValidationFailure), 0);
        assert!(!samples.iter().any(|sample| domains[sample.domain].name.as_str() == "alte-muehle.example"));
    }

    #[test]
    fn the_oddities_come_in_order_to_domains_that_exist() {
        let odd: Vec<_> = odd(now()).collect();
        assert_eq!(odd.len(), 7);
        assert!(odd.is_sorted_by_key(|sample| sample.received) && odd.iter().all(|sample| sample.received < now()));
    }
}
