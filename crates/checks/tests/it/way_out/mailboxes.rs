//! The way to mailboxes, and to the servers that give the tokens for them, obeys the same rules.

use std::sync::atomic::Ordering;

use checks::{
    NoWay, WayOut,
    testing::{World, dns::Signing},
};
use model::DomainName;

use super::{sentinels, sentinels_beside, special_addresses::SPECIAL};

fn name(text: &str) -> DomainName {
    DomainName::parse(text).unwrap()
}

#[tokio::test]
async fn special_addresses_are_refused_and_no_connection_is_made() {
    let mut world = World::new();
    let seen = sentinels(&mut world).await;
    world.settings.allow = vec![];
    let port = world.settings.https_port;
    for (n, address) in SPECIAL.iter().enumerate() {
        let kind = if address.contains(':') { "AAAA" } else { "A" };
        // One public address beside it changes nothing.
        let records = format!("imap {kind} {address}\nmixed A 9.9.9.9\nmixed {kind} {address}\nalias CNAME imap");
        world.zone(&format!("d{n}.test"), Signing::Unsigned, &records);
    }
    world.runner().await;
    let way_out = WayOut::new(&world.settings).unwrap();
    for (n, address) in SPECIAL.iter().enumerate() {
        for host in ["imap", "mixed", "alias"] {
            let refused = way_out.connect(&name(&format!("{host}.d{n}.test")), port).await.unwrap_err();
            assert!(matches!(&refused, NoWay::NotAllowed(_)), "{address}: {refused}");
            assert!(refused.to_string().contains("checks.allow"), "{refused}");
        }
    }
    assert_eq!(seen.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn what_the_operator_allows_is_dialled_at_the_port_that_was_named() {
    let mut world = World::new();
    let (at_it, elsewhere) = sentinels_beside(&mut world, [127, 0, 0, 1].into()).await;
    world.settings.allow = vec!["127.0.0.1/32".parse().unwrap()];
    world.zone("seen.test", Signing::Unsigned, "imap A 127.0.0.1\nother A 127.0.0.2");
    world.runner().await;
    let way_out = WayOut::new(&world.settings).unwrap();
    let stream = way_out.connect(&name("imap.seen.test"), world.settings.smtp_port).await.unwrap();
    assert_eq!(stream.peer_addr().unwrap().port(), world.settings.smtp_port);
    assert!(way_out.connect(&name("other.seen.test"), world.settings.smtp_port).await.is_err());
    let nowhere = way_out.connect(&name("nowhere.seen.test"), 993).await.unwrap_err();
    assert!(matches!(nowhere, NoWay::NoAddress(..)), "{nowhere}");
    // What was accepted is counted a moment later.
    for _ in 0..100 {
        if at_it.load(Ordering::Relaxed) > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!((at_it.load(Ordering::Relaxed), elsewhere.load(Ordering::Relaxed)), (1, 0));
}
