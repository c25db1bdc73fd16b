//! Mail hosts are dialled for those who may, and one address no more often than a neighbour would.

use std::sync::atomic::Ordering;

use checks::testing::{SMTP, World, codes, dns::Signing, mail, section};
use futures::{StreamExt as _, stream};
use model::{Status, check::Check};

#[tokio::test]
async fn strangers_have_no_mail_host_dialled() {
    let mut world = World::new();
    let identity = world.ca.identity(&["mx.inner.test"]);
    let visits = mail::serve(world.at(1, SMTP), &identity).await;
    world.zone("inner.test", Signing::Unsigned, "@ MX 1 mx\nmx A $1");
    world.context.dial_mail = false;
    let outcome = world.check("inner.test").await;
    assert_eq!(section(&outcome, Check::Starttls).status, Status::CannotTell);
    assert_eq!(visits.load(Ordering::Relaxed), 0);
    assert!(outcome.notices.is_empty());
}

#[tokio::test]
async fn however_many_domains_name_one_address_it_is_dialled_a_few_times() {
    let mut world = World::new();
    let identity = world.ca.identity(&["*.many.test"]);
    let visits = mail::serve(world.at(1, SMTP), &identity).await;
    for n in 0..200 {
        world.zone(&format!("d{n}.test"), Signing::Unsigned, "@ MX 1 mx\nmx A $1");
    }
    let runner = world.runner().await;
    let names: Vec<String> = (0..200).map(|n| format!("d{n}.test")).collect();
    let checks = names.iter().map(|name| world.check_with(&runner, name));
    let outcomes: Vec<_> = stream::iter(checks).buffer_unordered(16).collect().await;
    let at_once = world.settings.limits.dials_at_once;
    assert_eq!(visits.load(Ordering::Relaxed), at_once);
    let not_dialled = outcomes.iter().filter(|outcome| codes(outcome, Check::Starttls) == ["starttls-not-dialled"]);
    assert_eq!(not_dialled.count(), 200 - at_once as usize);
}
