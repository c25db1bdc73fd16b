//! Failures by the addresses between which they happened.

use model::{DayRange, failing::FailureFilter};
use rstest::rstest;
use storage::testing::Engine;
use tlsrpt::{Failure, ResultType};

use crate::support::{NOW, World, failure, name, report};

#[rstest]
#[tokio::test]
async fn the_latest_rows_are_looked_at_and_it_says_so(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let one = failure(ResultType::CertificateExpired, "mx.example.com", 1);
    let nobody = FailureFilter { reporter: Some("Nobody".to_owned()), ..FailureFilter::default() };
    let told = async |filter: &FailureFilter| {
        let range = DayRange::ending(NOW.day(), 30);
        world.storage.failures_by_address(world.workspace, &name("example.com"), range, filter).await.unwrap().unwrap()
    };
    assert_eq!(told(&FailureFilter::default()).await, (vec![], false));
    for part in 0..20 {
        let from = |host: u32| Failure { sending_mta_ip: Some(format!("2001:db8:{part:x}::{host:x}")), ..one.clone() };
        let mut many = report(&part.to_string(), 0, 1_000);
        many.policies[0].failures = (0..1_000).map(from).collect();
        world.post(&many).await;
    }
    let (rows, cut) = told(&FailureFilter::default()).await;
    assert_eq!((rows.len(), cut), (5_000, true), "of all that are looked at, those with most failures");
    assert_eq!(told(&nobody).await, (vec![], false), "all were looked at");
    world.post(&report("one more", 0, 7)).await;
    let (rows, _) = told(&FailureFilter::default()).await;
    assert_eq!((rows[0].sending, rows[0].failed), ("192.0.2.9".parse().ok(), 7));
    assert_eq!(told(&nobody).await, (vec![], true), "what else there is may fit");
}
