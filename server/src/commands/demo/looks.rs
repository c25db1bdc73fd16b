//! What live checks would have seen of some of the sample's domains, which exist in no DNS: a certificate that is still expired,
//! one that was renewed, and a host that was sound all along while one sender could not speak TLS with it.

use model::{
    Day, DomainName, Finding, Status, Timestamp,
    check::{Check, Section},
};

/// Hours between two looks.
const EVERY: i64 = 6;

/// What was seen at one host from one day to another. Days count back from today.
struct Seen {
    domain: &'static str,
    check: Check,
    host: &'static str,
    code: &'static str,
    first: i32,
    /// The last day; 0 goes on until now.
    last: i32,
}

const fn seen(domain: &'static str, check: Check, host: &'static str, code: &'static str, days: (i32, i32)) -> Seen {
    Seen { domain, check, host, code, first: days.0, last: days.1 }
}

const SEEN: [Seen; 7] = [
    seen("northmail.example", Check::Starttls, "mx2.northmail.example", "starttls-certificate-expired", (10, 0)),
    seen("shop.northmail.example", Check::Starttls, "mx2.northmail.example", "starttls-certificate-expired", (10, 0)),
    seen("kestrel.example", Check::Starttls, "mx1.kestrel.example", "starttls-certificate-expired", (9, 3)),
    seen("kestrel.example", Check::Starttls, "mx1.kestrel.example", "starttls-ok", (2, 0)),
    seen("kestrel.example", Check::Policy, "", "policy-mx-not-covered", (9, 0)),
    seen("orchard.example", Check::Starttls, "mx2.orchard.example", "starttls-ok", (14, 0)),
    seen("harbour.example", Check::Dane, "mx1.harbour.example", "dane-mismatch", (5, 0)),
];

/// One look at a domain.
pub(super) struct Look {
    pub(super) domain: DomainName,
    pub(super) at: Timestamp,
    pub(super) sections: Vec<Section>,
}

/// All looks up to now, those of each domain in their order.
pub(super) fn looks(now: Timestamp) -> impl Iterator<Item = Look> {
    let today = now.day();
    let mut domains: Vec<_> = SEEN.iter().map(|seen| seen.domain).collect();
    domains.dedup();
    domains.into_iter().flat_map(move |name| {
        let first = SEEN.iter().filter(|seen| seen.domain == name).map(|seen| seen.first).max().unwrap_or(0);
        let start = today.plus(-first).start();
        let times = (0..).map(move |n| start.plus_seconds(n * EVERY * 3_600)).take_while(move |at| *at <= now);
        times.filter_map(move |at| {
            let sections = sections(name, today, at);
            let domain = DomainName::parse(name).ok()?;
            (!sections.is_empty()).then_some(Look { domain, at, sections })
        })
    })
}

fn sections(domain: &str, today: Day, at: Timestamp) -> Vec<Section> {
    let ago = today.0 - at.day().0;
    let then = SEEN.iter().filter(|seen| seen.domain == domain && (seen.last..=seen.first).contains(&ago));
    then.map(|seen| {
        let host = (!seen.host.is_empty()).then(|| seen.host.to_owned());
        Section::new(seen.check, host, vec![finding(seen)], vec![])
    })
    .collect()
}

fn finding(seen: &Seen) -> Finding {
    let (status, title, consequence) = match seen.code {
        "starttls-ok" => (Status::Ok, "offers STARTTLS with a valid certificate", "Senders can insist on TLS here."),
        "starttls-certificate-expired" => {
            (Status::Error, "presents an expired certificate", "Senders that honour MTA-STS do not deliver there.")
        }
        "dane-mismatch" => {
            (Status::Error, "has TLSA records that match another key", "Senders that use DANE do not deliver there.")
        }
        _ => (
            Status::Warning,
            "An MX host matches no mx line",
            "Senders report it; under enforce they would not deliver there.",
        ),
    };
    Finding {
        code: seen.code.to_owned(),
        status,
        title: format!("{} {title}", seen.host).trim_start().to_owned(),
        consequence: consequence.to_owned(),
        evidence: None,
        remedy: None,
        publish: None,
        source: "RFC 8461 §4.2".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_of_a_domain_come_in_order_and_up_to_now() {
        let now = Day::from_ymd(2026, 11, 21).unwrap().start().plus_seconds(34_800);
        let all: Vec<_> = looks(now).collect();
        assert!(all.iter().all(|look| look.at <= now && now.plus_seconds(-15 * 86_400) < look.at));
        for runs in all.chunk_by(|one, next| one.domain == next.domain) {
            assert!(runs.is_sorted_by_key(|look| look.at));
            assert!(runs.last().is_some_and(|look| look.at > now.plus_seconds(-EVERY * 3_600)), "up to now");
        }
    }
}
