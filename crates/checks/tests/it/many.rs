//! A thousand domains against a local name server.

use std::time::{Duration, Instant};

use checks::testing::{HTTPS, SMTP, World, dns::Signing, mail, web};
use futures::{StreamExt as _, stream};
use model::Status;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes up to a minute; run it with --run-ignored all"]
async fn a_thousand_domains_are_checked_within_a_minute() {
    let mut world = World::new();
    let identity = world.ca.identity(&["mx.provider.test"]);
    mail::serve(world.at(1, SMTP), &identity).await;
    let provider = format!("mx A $1\n_25._tcp.mx TLSA 3 1 1 {}", identity.key_sha256());
    world.zone("provider.test", Signing::Signed, &provider);
    let names: Vec<String> = (0..1000).map(|n| format!("d{n}.test")).collect();
    let policy = "version: STSv1\nmode: enforce\nmx: mx.provider.test\nmax_age: 604800\n";
    let policy_host = world.ca.identity(&["*.d0.test"]);
    web::serve(world.at(2, HTTPS), &policy_host, web::policy(policy)).await;
    for (n, name) in names.iter().enumerate() {
        let signing = if n % 2 == 0 { Signing::Signed } else { Signing::Unsigned };
        let records = "@ MX 1 mx.provider.test.
            _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@in.example\"
            _mta-sts TXT \"v=STSv1; id=1\"
            mta-sts A $2";
        world.zone(name, signing, records);
    }
    let runner = world.runner().await;
    let begun = Instant::now();
    let checks = names.iter().map(|name| world.check_with(&runner, name));
    let outcomes: Vec<_> = stream::iter(checks).buffered(16).collect().await;
    let took = begun.elapsed();
    let queries: u32 = outcomes.iter().map(|outcome| outcome.queries).sum();
    println!("1000 domains in {took:?}, {queries} queries");
    assert!(outcomes.iter().all(|outcome| outcome.status != Status::CannotTell));
    assert!(outcomes.iter().all(|outcome| outcome.facts.tls_rpt.is_some()));
    assert!(took < Duration::from_mins(1), "{took:?}");
}
