//! Texts for others than checks: what is there, what is not, and what cannot be told.

use checks::{
    TextFinder, Texts,
    testing::{
        World,
        dns::{RecordType, Signing, tricks},
    },
};
use model::DomainName;

fn name(text: &str) -> DomainName {
    DomainName::parse_lenient(text).unwrap()
}

#[tokio::test]
async fn what_is_there_is_found_and_kept_for_a_while() {
    let mut world = World::new();
    let long = "x".repeat(3_000);
    let chunks: Vec<_> =
        long.as_bytes().chunks(200).map(|part| format!("\"{}\"", String::from_utf8_lossy(part))).collect();
    let records = format!(
        "s1._domainkey TXT \"v=DKIM1; \" \"p=abc\"\ns2._domainkey CNAME s1._domainkey\ns3._domainkey TXT {}",
        chunks.join(" ")
    );
    world.zone("own.test", Signing::Signed, &records);
    // Its questions are counted where a name server stands before the zones.
    world.zones.trick("elsewhere.test", tricks::servfail);
    world.runner().await;
    let finder = TextFinder::new(&world.settings).unwrap();
    let key = Some(Texts::Found(vec!["v=DKIM1; p=abc".to_owned()]));
    for place in ["s1", "s2", "s1"] {
        assert_eq!(finder.find(&name(&format!("{place}._domainkey.own.test"))).await, key, "{place}");
    }
    assert_eq!(finder.find(&name("s3._domainkey.own.test")).await, Some(Texts::Found(vec![])), "longer than any key");
    assert_eq!(finder.find(&name("s4._domainkey.own.test")).await, Some(Texts::Absent));
    let asked = || world.zones.asked("s4._domainkey.own.test", RecordType::TXT);
    let before = asked();
    assert!(before > 0);
    assert_eq!(finder.clone().find(&name("s4._domainkey.own.test")).await, Some(Texts::Absent));
    assert_eq!(asked(), before, "it was kept");
}

#[tokio::test]
async fn what_cannot_be_told_is_never_absent_and_asked_for_anew() {
    let mut world = World::new();
    world.zone("forged.test", Signing::Bogus, "s1._domainkey TXT \"v=DKIM1; p=abc\"");
    world.zones.trick("broken.test", tricks::servfail);
    world.runner().await;
    let finder = TextFinder::new(&world.settings).unwrap();
    for domain in ["broken.test", "forged.test"] {
        assert_eq!(finder.find(&name(&format!("s1._domainkey.{domain}"))).await, None, "{domain}");
    }
    let asked = || world.zones.asked("s1._domainkey.broken.test", RecordType::TXT);
    let before = asked();
    assert_eq!(finder.find(&name("s1._domainkey.broken.test")).await, None);
    assert!(asked() > before);
}
