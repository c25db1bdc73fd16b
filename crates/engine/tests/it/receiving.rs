//! What arrives in which shape, and what is made of it.

use std::{io::Write as _, time::Instant};

use engine::{Arrival, Destination, Engine, Error, Settings};
use flate2::{Compression, write::GzEncoder};
use model::{Channel, DeliveryOutcome};

use crate::{
    on_both_engines,
    world::{NOW, World, failure, report, sts},
};

fn gzip(pieces: impl Iterator<Item = impl AsRef<[u8]>>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for piece in pieces {
        encoder.write_all(piece.as_ref()).unwrap();
    }
    encoder.finish().unwrap()
}

/// A report of several MiB, as someone with many failures would send.
fn large(domain: &str) -> Vec<u8> {
    let failures: Vec<_> = (0..20_000).map(|_| failure("certificate-expired", "mx.example.com", 1)).collect();
    report("Large", 19, &[sts(domain, "enforce", 5, &failures)]).to_string().into_bytes()
}

on_both_engines! {
    async fn the_same_report_is_one_however_it_is_packed(world: &World) {
        let to = world.watch("example.com").await;
        let json = report("Org", 19, &[sts("example.com", "enforce", 5, &[])]).to_string().into_bytes();
        let mail = format!("From: tls@org.example\nSubject: Report\nContent-Type: application/tlsrpt+json\n\n{}\n",
            String::from_utf8_lossy(&json));
        let plain = world.arrive(Destination::Address(to.clone()), Channel::Https, "192.0.2.7", json.clone()).await;
        assert_eq!(plain.outcome, DeliveryOutcome::Counted);
        for body in [gzip([&json].into_iter()), mail.into_bytes()] {
            let again = world.arrive(Destination::Address(to.clone()), Channel::Https, "192.0.2.7", body).await;
            assert_eq!((again.outcome, &again.reports), (DeliveryOutcome::Duplicate, &plain.reports));
        }
    }

    async fn a_file_goes_to_the_domain_it_names(world: &World) {
        world.watch("example.com").await;
        let json = report("Org", 19, &[sts("example.com", "enforce", 5, &[])]).to_string().into_bytes();
        let to = Destination::Workspace(world.workspace);
        let receipt = world.arrive(to, Channel::Import, "reports/one.json", json).await;
        assert_eq!(receipt.outcome, DeliveryOutcome::Counted);
    }

    async fn what_cannot_be_read_is_kept_and_says_why(world: &World) {
        let to = world.watch("example.com").await;
        for body in [&b""[..], b"hello", b"{\"policies\": [", &[0x1f, 0x8b, 8, 0, 1, 2]] {
            let receipt = world.arrive(Destination::Address(to.clone()), Channel::Https, "192.0.2.7", body.to_vec()).await;
            assert_eq!(receipt.outcome, DeliveryOutcome::Unreadable);
            assert!(receipt.reason.ends_with('.') && receipt.reason.len() > 10, "{}", receipt.reason);
            assert_eq!(receipt.reports, []);
        }
    }

    async fn a_large_report_is_read_beside_the_small_ones(world: &World) {
        let to = world.watch("example.com").await;
        let body = gzip([large("example.com")].into_iter());
        let receipt = world.arrive(Destination::Address(to), Channel::Https, "192.0.2.7", body).await;
        assert_eq!(receipt.outcome, DeliveryOutcome::Counted, "{}", receipt.reason);
    }

    async fn a_bomb_is_refused_soon_and_its_bytes_are_kept(world: &World) {
        let to = world.watch("example.com").await;
        let zeros = vec![b' '; 1 << 20];
        let bomb = gzip(std::iter::repeat_n(zeros, 300));
        let begun = Instant::now();
        let receipt = world.arrive(Destination::Address(to), Channel::Https, "192.0.2.7", bomb).await;
        assert_eq!(receipt.outcome, DeliveryOutcome::Refused);
        assert!(receipt.reason.contains("larger than the limit"), "{}", receipt.reason);
        assert!(begun.elapsed().as_secs() < 5);
    }
}

#[tokio::test]
async fn without_memory_the_sender_is_asked_to_come_again() {
    let world = World::on(storage::testing::Engine::Sqlite).await;
    let to = world.watch("example.com").await;
    let engine = Engine::open(Settings { memory: 1 << 20, ..world.settings.clone() }).await.unwrap();
    let arrival = |body| Arrival {
        to: Destination::Address(to.clone()),
        channel: Channel::Https,
        remote: None,
        body,
        received: NOW,
        in_mailbox: None,
    };
    assert!(matches!(engine.receive(arrival(vec![b'x'; 2 << 20])).await, Err(Error::Busy)));
    let small = report("Org", 19, &[sts("example.com", "enforce", 5, &[])]).to_string().into_bytes();
    assert_eq!(engine.receive(arrival(small)).await.unwrap().outcome, DeliveryOutcome::Counted);
}
