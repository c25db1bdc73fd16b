//! Incidents as a whole: evidence from several sides, and what belongs to which episode.

use super::*;
use crate::{by_address::address, check::Check};

const TODAY: i32 = 20_002;
const YESTERDAY: i32 = 20_001;

fn noon(day: i32) -> Timestamp {
    Day(day).start().plus_seconds(43_200)
}

fn bits(days: &[i32]) -> Vec<(i32, u64)> {
    let mut chunks = BTreeMap::<i32, u64>::new();
    for day in days {
        *chunks.entry(day.div_euclid(CHUNK)).or_default() |= 1 << day.rem_euclid(CHUNK);
    }
    chunks.into_iter().collect()
}

fn failing(reporter: i64, result_type: &ResultType, impact: Impact, days: &[i32]) -> Vec<ToldFailing> {
    let one = |(chunk, days)| ToldFailing {
        result_type: result_type.clone(),
        mx: Some("mx1.example.com".to_owned()),
        impact,
        reporter: ReporterId(reporter),
        chunk,
        days,
        failed: 5,
        network: None,
    };
    bits(days).into_iter().map(one).collect()
}

fn anything(reporter: i64, trust: Trust, days: &[i32], failing: &[i32]) -> Vec<ToldAnything> {
    let failing: HashMap<_, _> = bits(failing).into_iter().collect();
    let one = |(chunk, days)| ToldAnything {
        reporter: ReporterId(reporter),
        name: format!("Reporter {reporter}"),
        trust,
        chunk,
        days,
        failing: failing.get(&chunk).copied().unwrap_or(0),
    };
    bits(days).into_iter().map(one).collect()
}

fn sighted(from: i32, until: i32, code: &str) -> Sighted {
    let mx = Some("mx1.example.com".to_owned());
    let sightings = vec![Sighting { check: Check::Starttls, host: mx, codes: vec![code.to_owned()] }];
    Sighted { from: noon(from), until: noon(until), sightings }
}

fn told(failing: &[ToldFailing], anything: &[ToldAnything], sighted: &[Sighted]) -> Vec<Incident> {
    incidents(failing, anything, sighted, Day(YESTERDAY - 58), noon(TODAY))
}

#[test]
fn one_side_alone_is_never_called_interception() {
    let days = [YESTERDAY - 1, YESTERDAY];
    let missing = failing(1, &ResultType::StarttlsNotSupported, Impact::NotDelivered, &days);
    let mine = anything(1, Trust::Signed, &days, &days);
    let others = anything(2, Trust::Signed, &days, &[]);
    let both: Vec<_> = mine.iter().chain(&others).cloned().collect();
    let green = [sighted(YESTERDAY - 5, TODAY, "starttls-ok")];
    let fault = |anything: &[_], sighted: &[_]| told(&missing, anything, sighted)[0].fault;
    assert_eq!(fault(&both, &green), Fault::Interception);
    assert_eq!(fault(&mine, &green), Fault::SenderOrPath, "nobody else reported on those days");
    assert_eq!(fault(&both, &[]), Fault::Unknown, "no check looked on those days");
    let later = [sighted(TODAY, TODAY, "starttls-ok")];
    assert_eq!(fault(&both, &later), Fault::Unknown, "today's check says nothing of those days");
    let once = [sighted(YESTERDAY - 1, YESTERDAY - 1, "starttls-missing"), sighted(YESTERDAY, TODAY, "starttls-ok")];
    assert_eq!(fault(&both, &once), Fault::Ours, "a check saw it too");
    let apart: Vec<_> = mine.iter().cloned().chain(anything(2, Trust::Signed, &[YESTERDAY - 9], &[])).collect();
    assert_eq!(fault(&apart, &green), Fault::SenderOrPath, "the other one reported on other days");
}

#[test]
fn one_network_is_one_side_whoever_tells_of_it() {
    let days = [YESTERDAY];
    let missing = |networks: [Option<&str>; 2]| {
        let told = (1_i64..).zip(networks).flat_map(|(reporter, network)| {
            let network = network.and_then(address).map(Network::of);
            let told = failing(reporter, &ResultType::StarttlsNotSupported, Impact::NotDelivered, &days);
            told.into_iter().map(move |told| ToldFailing { network, ..told })
        });
        told.collect::<Vec<_>>()
    };
    let mut anyone: Vec<_> = (1..=2).flat_map(|reporter| anything(reporter, Trust::Signed, &days, &days)).collect();
    let green = [sighted(YESTERDAY - 5, TODAY, "starttls-ok")];
    let one = missing([Some("203.0.113.7"), Some("203.0.113.9")]);
    assert_eq!(told(&one, &anyone, &green)[0].fault, Fault::Ours, "nobody else reported on that day");
    anyone.extend(anything(3, Trust::Signed, &days, &[]));
    let incident = &told(&one, &anyone, &green)[0];
    assert_eq!(incident.fault, Fault::Interception);
    assert!(incident.whose("example.com").contains("between 203.0.113.0/24 and mx1.example.com"));
    assert_eq!(told(&one, &anyone, &[])[0].fault, Fault::Ours, "no check looked on that day");
    for several in [[Some("203.0.113.7"), Some("198.51.100.7")], [Some("203.0.113.7"), None], [None, None]] {
        assert_eq!(told(&missing(several), &anyone, &green)[0].fault, Fault::Ours, "{several:?}");
    }
}

#[test]
fn an_episode_has_its_own_impact_trust_and_reporters() {
    let (early, late) = ([YESTERDAY - 30], [YESTERDAY]);
    let mut all = failing(1, &ResultType::CertificateExpired, Impact::NotDelivered, &early);
    all.extend(failing(2, &ResultType::CertificateExpired, Impact::DeliveredUnprotected, &late));
    let days: Vec<_> = (YESTERDAY - 40..=YESTERDAY).collect();
    let mut anyone = anything(1, Trust::Signed, &days, &early);
    anyone.extend(anything(2, Trust::Unsigned, &days, &late));
    anyone.extend(anything(2, Trust::Signed, &days, &[YESTERDAY - 20]));
    let [incident] = &told(&all, &anyone, &[])[..] else { panic!("one incident") };
    let [first, second] = &incident.episodes[..] else { panic!("two episodes") };
    assert_eq!((first.impact, first.trust), (Impact::NotDelivered, Trust::Signed));
    assert_eq!((second.impact, second.trust), (Impact::DeliveredUnprotected, Trust::Unsigned));
    assert_eq!(
        (&first.reporters[..], &second.reporters[..]),
        (&["Reporter 1".to_owned()][..], &["Reporter 2".to_owned()][..])
    );
    assert!(incident.reopened() && incident.state() == State::Open && !incident.earlier);
    assert_eq!(incident.failed, 10);
}

#[test]
fn who_saw_most_is_named_first() {
    let days = [YESTERDAY];
    let seen = |reporter, failed| {
        let told = failing(reporter, &ResultType::CertificateExpired, Impact::NotDelivered, &days);
        told.into_iter().map(move |told| ToldFailing { failed, ..told })
    };
    // In the order of their arrival.
    let all: Vec<_> = seen(1, 2).chain(seen(2, 9)).chain(seen(4, 2)).chain(seen(3, 2)).collect();
    let anyone: Vec<_> = (1..=4).flat_map(|reporter| anything(reporter, Trust::Signed, &days, &days)).collect();
    let named = told(&all, &anyone, &[])[0].latest().reporters.clone();
    assert_eq!(named[..], ["Reporter 2", "Reporter 1", "Reporter 3", "Reporter 4"]);
}

#[test]
fn what_needs_attention_comes_first() {
    let days: Vec<_> = (YESTERDAY - 40..=YESTERDAY).collect();
    let anyone = anything(1, Trust::Signed, &days, &days);
    let mut all = failing(1, &ResultType::CertificateExpired, Impact::NotDelivered, &[YESTERDAY - 20]);
    all.extend(failing(1, &ResultType::ValidationFailure, Impact::DeliveredUnprotected, &[YESTERDAY]));
    all.extend(failing(1, &ResultType::TlsaInvalid, Impact::NotDelivered, &[YESTERDAY]));
    let order: Vec<_> = told(&all, &anyone, &[]).iter().map(|one| (one.result_type.clone(), one.state())).collect();
    assert_eq!(
        order,
        [
            (ResultType::TlsaInvalid, State::Open),
            (ResultType::ValidationFailure, State::Open),
            (ResultType::CertificateExpired, State::Resolved),
        ]
    );
}

#[test]
fn what_was_there_from_the_start_may_have_begun_before() {
    let days = [YESTERDAY - 50];
    let all = failing(1, &ResultType::CertificateExpired, Impact::NotDelivered, &days);
    assert!(told(&all, &anything(1, Trust::Signed, &days, &days), &[])[0].earlier);
}

#[test]
fn headings_are_safe_to_print() {
    assert_eq!(heading(&ResultType::CertificateExpired, Some("mx\u{202e}1")), "Certificate expired on mx\\u{202e}1");
    assert_eq!(heading(&ResultType::Other("x\n".into()), None), "Unknown result type: x\\n");
}

#[test]
fn of_invented_types_the_largest_are_enough() {
    let days = [YESTERDAY];
    let all: Vec<_> = (0..500)
        .flat_map(|n| failing(1, &ResultType::Other(format!("x{n}")), Impact::NotKnown, &days))
        .zip(1..)
        .map(|(told, failed)| ToldFailing { failed, ..told })
        .collect();
    let told = told(&all, &anything(1, Trust::Unsigned, &days, &days), &[]);
    assert_eq!((told.len(), told[0].failed, told[199].failed), (200, 500, 301));
}
