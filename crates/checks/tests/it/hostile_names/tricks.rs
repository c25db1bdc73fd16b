//! Name servers that do every thing but answer, one after the other: each ends in its diagnosis, within the budget.

use std::{sync::Arc, time::Duration};

use checks::{
    Outcome,
    testing::{
        World, codes,
        dns::{Questioned, RecordType, ResponseCode, Said, Signing, tricks},
        finding, peak_memory, section,
    },
};
use futures::{StreamExt as _, stream};
use model::{Status, check::Check};

type Trick = Arc<dyn Fn(&Questioned) -> Said + Send + Sync>;

/// Checks at one time: silent ones take seconds each.
const AT_ONCE: usize = 9;

const RECORD: &str = "\"v=TLSRPTv1; rua=mailto:a@b.test\"";

/// What is played, and what it makes of the TLS-RPT record in a zone that is not signed.
fn all() -> Vec<(&'static str, Trick, &'static str)> {
    fn case(
        name: &'static str,
        trick: impl Fn(&Questioned) -> Said + Send + Sync + 'static,
        code: &'static str,
    ) -> (&'static str, Trick, &'static str) {
        (name, Arc::new(trick), code)
    }
    let texts = |count: u16| (0..count).map(|n| format!("\"v=TLSRPTv1; rua=mailto:a{n}@b.test\"")).collect();
    vec![
        case("silence", tricks::silence, "tls-rpt-no-answer"),
        case("servfail", tricks::servfail, "tls-rpt-no-answer"),
        case("refusal", tricks::refusal, "tls-rpt-no-answer"),
        case("notimp", tricks::code(ResponseCode::NotImp), "tls-rpt-no-answer"),
        case("formerr", tricks::code(ResponseCode::FormErr), "tls-rpt-no-answer"),
        case("yxdomain", tricks::code(ResponseCode::YXDomain), "tls-rpt-no-answer"),
        case("lame", tricks::referral, "tls-rpt-no-answer"),
        case("cut", tricks::cut, "tls-rpt-no-answer"),
        case("cut-silent", tricks::cut_and_silent, "tls-rpt-no-answer"),
        case("garbage", tricks::garbage, "tls-rpt-no-answer"),
        case("counts", tricks::lying_counts, "tls-rpt-no-answer"),
        case("pointers", tricks::pointer_loop, "tls-rpt-no-answer"),
        case("other-question", tricks::other_question, "tls-rpt-no-answer"),
        case("other-id", tricks::other_id, "tls-rpt-no-answer"),
        case("too-late", tricks::late(Duration::from_secs(4), tricks::nothing), "tls-rpt-no-answer"),
        case("many-names", tricks::sprawling(500), "tls-rpt-no-answer"),
        case("endless", tricks::endless_aliases, "tls-rpt-alias-loop"),
        case("chain", tricks::chain_of_aliases(11), "tls-rpt-alias-loop"),
        case("long-chain", tricks::chain_of_aliases(500), "tls-rpt-alias-loop"),
        case("circle", tricks::circle, "tls-rpt-alias-loop"),
        case("signatures", tricks::signatures(500, "elsewhere.test.", RECORD), "tls-rpt-bogus"),
        case("late", tricks::late(Duration::from_millis(800), tricks::nothing), "tls-rpt-missing"),
        case("nothing", tricks::nothing, "tls-rpt-missing"),
        case("about-others", tricks::about_others(RecordType::TXT, RECORD), "tls-rpt-missing"),
        case("long-text", tricks::text(60_000), "tls-rpt-missing"),
        case("several", tricks::records(RecordType::TXT, texts(400)), "answer-multiple"),
    ]
}

/// Nothing costs more than one check may.
fn within_budget(trick: &str, outcome: &Outcome) {
    assert!(outcome.duration < Duration::from_secs(20), "{trick}: {:?}", outcome.duration);
    assert!(outcome.queries <= 300, "{trick}: {} queries", outcome.queries);
    let kept = serde_json::to_string(outcome).unwrap().len();
    assert!(kept < 256 << 10, "{trick}: {kept} bytes are kept");
    assert!(!outcome.blind, "{trick}: it is not our name servers");
    assert!(outcome.notices.is_empty(), "{trick}: {:?}", outcome.notices);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_at_one_name_ends_in_its_diagnosis() {
    let mut world = World::new();
    for (name, trick, _) in all() {
        world.zone(&format!("{name}.test"), Signing::Unsigned, "@ MX 0 .\nx A 192.0.2.1");
        world.zones.trick(&format!("_smtp._tls.{name}.test"), move |asked| trick(asked));
    }
    let runner = world.runner().await;
    let check = async |name| world.check_with(&runner, &format!("{name}.test")).await;
    let outcomes: Vec<_> = stream::iter(all()).map(|(name, ..)| check(name)).buffered(AT_ONCE).collect().await;
    for ((name, _, code), outcome) in all().iter().zip(&outcomes) {
        within_budget(name, outcome);
        assert!(codes(outcome, Check::TlsRpt).contains(code), "{name}: {:#?}", section(outcome, Check::TlsRpt));
        // The rest of the zone is as it was.
        for (check, code) in [(Check::MtaSts, "mta-sts-missing"), (Check::Mx, "mx-null")] {
            assert_eq!(codes(outcome, check), [code], "{name}: {:#?}", section(outcome, check));
        }
    }
}

/// From a zone that its parent says is signed nothing of this is an answer, and so nothing is "absent".
#[tokio::test(flavor = "multi_thread")]
async fn each_throughout_a_signed_zone_says_nothing_is_absent() {
    let mut world = World::new();
    for (name, trick, _) in all() {
        world.zone(&format!("{name}.test"), Signing::Signed, "@ MX 0 .\nx A 192.0.2.1");
        world.zones.trick(&format!("{name}.test"), move |asked| trick(asked));
    }
    let runner = world.runner().await;
    let before = peak_memory();
    let check = async |name| world.check_with(&runner, &format!("{name}.test")).await;
    let outcomes: Vec<_> = stream::iter(all()).map(|(name, ..)| check(name)).buffered(AT_ONCE).collect().await;
    for ((name, ..), outcome) in all().iter().zip(&outcomes) {
        within_budget(name, outcome);
        for check in [Check::TlsRpt, Check::MtaSts, Check::Policy, Check::Mx] {
            for code in codes(outcome, check) {
                let end = ["-no-answer", "-bogus", "-alias-loop"].iter().any(|end| code.ends_with(end));
                assert!(end, "{name}: {:#?}", section(outcome, check));
            }
        }
    }
    let grown = peak_memory().saturating_sub(before) >> 20;
    println!("{grown} MiB more memory than before");
    assert!(grown < 96, "{grown} MiB, name servers included");
}

/// A record is there, its zone is said to be signed, and nobody hands out the keys: that is no record to act on, and not the
/// fault of its signatures either.
#[tokio::test]
async fn what_the_keys_would_prove_cannot_be_told_without_them() {
    let mut world = World::new();
    world.zone("keyless.test", Signing::Signed, "@ MX 0 .\nx A 192.0.2.1");
    let record = tricks::records(RecordType::TXT, vec![RECORD.to_owned()]);
    world.zones.trick("keyless.test", move |asked| match asked.query().query_type() {
        RecordType::TXT => record(asked),
        _ => tricks::silence(asked),
    });
    let outcome = world.check("keyless.test").await;
    within_budget("keyless", &outcome);
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-no-answer"]);
    assert!(finding(&outcome, "tls-rpt-no-answer").title.contains("could not be fetched"));
    assert_eq!(section(&outcome, Check::TlsRpt).status, Status::CannotTell);
}

/// Our name server itself answers slowly over TCP: that connection is lost, and no other.
#[tokio::test]
async fn an_answer_that_comes_byte_by_byte_is_not_waited_for() {
    let mut world = World::new();
    world.zone("dripping.test", Signing::Unsigned, "@ MX 0 .\nx A 192.0.2.1");
    world.zones.trick("_smtp._tls.dripping.test", tricks::cut_and_dripping);
    let outcome = world.check("dripping.test").await;
    within_budget("dripping", &outcome);
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-no-answer"]);
    assert_eq!(codes(&outcome, Check::Mx), ["mx-null"]);
}

#[tokio::test]
async fn records_in_thousands_are_cut_to_what_is_looked_at() {
    let mut world = World::new();
    let hosts = (0..1_200).map(|n| format!("{n} m{n}.big.test.")).collect();
    let addresses = (0..2_500).map(|n| format!("10.0.{}.{}", n / 256, n % 256)).collect();
    world.zone("big.test", Signing::Unsigned, "@ MX 0 .\nx A 192.0.2.1");
    world.zones.trick("m0.big.test", tricks::records(RecordType::A, addresses));
    world.zone("listed.test", Signing::Unsigned, "x A 192.0.2.1");
    world.zones.trick("mail.listed.test", tricks::records(RecordType::MX, hosts));
    let outcome = world.check("mail.listed.test").await;
    within_budget("thousands", &outcome);
    assert_eq!(outcome.facts.mx.len(), 20);
    assert!(codes(&outcome, Check::Mx).contains(&"mx-many"));
    let evidence = section(&outcome, Check::Mx).evidence.join("\n");
    assert!(evidence.contains("records more"), "{evidence}");
}

#[tokio::test]
async fn proofs_that_cost_too_many_hashes_are_not_computed() {
    for (iterations, code) in [(150, "tls-rpt-missing"), (5_000, "tls-rpt-bogus")] {
        let mut world = World::new();
        world.zone("costly.test", Signing::Nsec3Iterations(iterations), "@ MX 0 .\nx A 192.0.2.1");
        let outcome = world.check("costly.test").await;
        within_budget("iterations", &outcome);
        assert!(codes(&outcome, Check::TlsRpt).contains(&code), "{:#?}", section(&outcome, Check::TlsRpt));
        assert_ne!(outcome.status, Status::Ok);
    }
}
