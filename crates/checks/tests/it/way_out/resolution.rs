//! A host is resolved once, and what was judged is what is dialled: no second answer counts, however fast answers turn.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::Ordering,
    time::Duration,
};

use checks::testing::{
    SMTP, World,
    dns::{RecordType, Signing, tricks},
    mail,
};
use futures::{StreamExt as _, stream};

use super::sentinels_beside;

#[tokio::test]
async fn a_host_is_resolved_once_so_that_no_second_answer_counts() {
    let mut world = World::new();
    let visits = mail::says(world.at(1, SMTP), "", "").await;
    let records = "@ MX 1 mx\nmx A $1\nmta-sts A $1\n_mta-sts TXT \"v=STSv1; id=1\"";
    world.zone("once.test", Signing::Unsigned, records);
    world.check("once.test").await;
    assert_eq!(visits.load(Ordering::Relaxed), 1);
    for host in ["mx.once.test", "mta-sts.once.test"] {
        for kind in [RecordType::A, RecordType::AAAA] {
            assert_eq!(world.zones.asked(host, kind), 1, "{host} {kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_turns_inside_each_second_time_never_leads_there() {
    const CHECKS: u32 = 500;
    let mut world = World::new();
    let (outside, inside) = (world.ip(1), IpAddr::from(Ipv4Addr::LOCALHOST));
    let (seen_outside, seen_inside) = sentinels_beside(&mut world, outside).await;
    world.settings.allow = vec![outside.into()];
    // Nothing is remembered from one check to the next.
    let limits = &mut world.settings.limits;
    (limits.keep, limits.dials_at_once, limits.smtp_time) = (Duration::ZERO, 1_000_000, Duration::from_millis(200));
    let records = "@ MX 1 mx\n_mta-sts TXT \"v=STSv1; id=1\"";
    world.zone("turns.test", Signing::Unsigned, records);
    for host in ["mx.turns.test", "mta-sts.turns.test"] {
        world.zones.trick(host, tricks::turns([outside, inside]));
    }
    let runner = world.runner().await;
    let checks = (0..CHECKS).map(|_| world.check_with(&runner, "turns.test"));
    stream::iter(checks).buffer_unordered(8).for_each(async |_| {}).await;
    // Two hosts each time; about every second answer was the one outside.
    let outside = seen_outside.load(Ordering::Relaxed);
    assert!(outside > CHECKS / 2, "{outside} connections outside");
    assert_eq!(seen_inside.load(Ordering::Relaxed), 0);
}
