//! The ingest log and one delivery.

use engine::Destination;
use model::{
    Channel, DeliveryId, DeliveryOutcome,
    view::{IngestLog, LogQuery},
};

use crate::{
    on_both_engines,
    world::{NOW, World, name_of, report, sts},
};

const ALL: LogQuery =
    LogQuery { outcome: None, channel: None, domain: None, from: None, to: None, trust: None, page: 1 };

async fn log(world: &World, query: &LogQuery) -> IngestLog {
    world.engine.ingest_log(world.workspace, query).await.unwrap()
}

on_both_engines! {
    async fn every_delivery_is_there_with_its_outcome(world: &World) {
        let one = world.watch("one.example").await;
        let two = world.watch("two.example").await;
        let counted = world.post(&one, &report("Alpha", 18, &[sts("one.example", "enforce", 5, &[])])).await;
        let strange = world.post(&two, &report("Alpha", 18, &[sts("three.example", "enforce", 5, &[])])).await;
        let bytes = b"no report at all \xff".to_vec();
        let noise = world.arrive(Destination::Address(two.clone()), Channel::Https, "192.0.2.7", bytes).await;
        assert_eq!(noise.outcome, DeliveryOutcome::Unreadable);

        let all = log(world, &ALL).await;
        assert_eq!(all.matching, 3);
        let ids: Vec<_> = all.rows.iter().map(|row| row.id).collect();
        assert_eq!(ids, [noise.delivery, strange.delivery, counted.delivery], "the latest comes first");
        let row = &all.rows[2];
        assert_eq!((row.outcome, row.reason.as_str(), row.received), (DeliveryOutcome::Counted, "", NOW));
        assert_eq!((row.channel, row.remote.as_deref()), (Channel::Https, Some("192.0.2.7")));
        assert_eq!((row.domain.as_ref().unwrap().as_str(), &row.reports), ("one.example", &counted.reports));
        assert!(!all.rows[0].reason.is_empty() && all.rows[1].reason.contains("three.example"));

        for (outcome, found) in [
            (DeliveryOutcome::Counted, counted.delivery),
            (DeliveryOutcome::Quarantined, strange.delivery),
            (DeliveryOutcome::Unreadable, noise.delivery),
        ] {
            let some = log(world, &LogQuery { outcome: Some(outcome), ..ALL }).await;
            assert_eq!(some.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [found], "{outcome:?}");
        }
        let of_two = LogQuery { domain: Some(name_of("two.example")), ..ALL };
        assert_eq!(log(world, &of_two).await.matching, 2);
        let both = LogQuery { outcome: Some(DeliveryOutcome::Unreadable), ..of_two };
        assert_eq!(log(world, &both).await.matching, 1);
        let nowhere = LogQuery { domain: Some(name_of("four.example")), ..ALL };
        assert_eq!(log(world, &nowhere).await.matching, 0);
    }

    async fn a_delivery_shows_the_beginning_of_its_bytes(world: &World) {
        let receiver = world.watch("example.com").await;
        let mut bytes = b"no report \xff\0".to_vec();
        bytes.resize(200 << 10, b'x');
        let receipt = world.arrive(Destination::Address(receiver), Channel::Https, "192.0.2.7", bytes).await;
        let page = world.engine.delivery(world.workspace, receipt.delivery).await.unwrap().unwrap();
        let body = page.body.unwrap();
        assert!(body.starts_with("no report \u{fffd}\0xxx"));
        assert_eq!(body.chars().count(), 64 << 10);
        assert_eq!(page.row.size, 200 << 10);
    }

    async fn what_another_workspace_has_does_not_exist(world: &World) {
        let receiver = world.watch("example.com").await;
        let receipt = world.post(&receiver, &report("Alpha", 18, &[sts("example.com", "enforce", 5, &[])])).await;
        let other = model::WorkspaceId(world.workspace.0 + 1);
        assert_eq!(world.engine.delivery(other, receipt.delivery).await.unwrap(), None);
        assert_eq!(world.engine.ingest_log(other, &ALL).await.unwrap().matching, 0);
        assert_eq!(world.engine.delivery(world.workspace, DeliveryId(i64::MAX)).await.unwrap(), None);
    }
}
