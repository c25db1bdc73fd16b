//! Host names that resolvers of the system take for addresses, and redirects: neither is followed anywhere.

use std::sync::atomic::Ordering;

use checks::testing::{
    World, codes,
    dns::{RecordType, Signing, tricks},
    section, web,
};
use model::{Status, check::Check};

use super::{sentinels, sentinels_beside};

/// Spellings of inner addresses as `inet_aton` reads them, and names that only a hosts file knows.
const ODD: [&str; 40] = [
    "0",
    "1",
    "127",
    "0x0",
    "0x7f",
    "127.1",
    "127.0.1",
    "127.0.0.1",
    "0x7f.1",
    "0x7f.0.1",
    "0x7f.0x0.0x0.0x1",
    "0x7f000001",
    "0x7f.0.0.1",
    "2130706433",
    "017700000001",
    "0177.1",
    "0177.0.0.1",
    "127.0.0.0x1",
    "127.000.000.001",
    "0.0.0.0",
    "10.1",
    "10.0.0.1",
    "0xa.1",
    "012.1",
    "167772161",
    "192.168.1",
    "192.168.1.1",
    "0xc0.0xa8.1.1",
    "3232235777",
    "172.16.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "255.255.255.255",
    "4294967295",
    "1.2.3.4.5",
    "localhost",
    "broadcasthost",
    "mx",
];

#[tokio::test]
async fn names_that_look_like_addresses_are_not_dialled() {
    let mut world = World::new();
    let seen = sentinels(&mut world).await;
    // Without DNSSEC whatever a name server says of them passes for an answer.
    world.zones.strips = true;
    for name in ODD {
        world.zones.trick(name, tricks::records(RecordType::A, vec!["127.0.0.1".to_owned()]));
    }
    for (number, names) in ODD.chunks(20).enumerate() {
        let records: Vec<_> = names.iter().map(|name| format!("@ MX 1 {name}.")).collect();
        world.zone(&format!("odd{number}.test"), Signing::Unsigned, &records.join("\n"));
    }
    world.zone("even.test", Signing::Unsigned, "@ MX 1 mx.even.test.\nmx A 127.0.0.1");
    let runner = world.runner().await;
    for number in 0..ODD.len() / 20 {
        let outcome = world.check_with(&runner, &format!("odd{number}.test")).await;
        let hosts: Vec<_> = outcome.sections.iter().filter(|section| section.check == Check::Starttls).collect();
        assert_eq!(hosts.len(), 20);
        for host in hosts {
            assert_eq!(host.findings[0].code, "starttls-not-dialled", "{host:#?}");
        }
    }
    assert_eq!(seen.load(Ordering::Relaxed), 0);
    world.check_with(&runner, "even.test").await;
    assert_eq!(seen.load(Ordering::Relaxed), 1, "one with a name is dialled at the same address");
}

#[tokio::test]
async fn redirects_lead_nowhere() {
    let mut world = World::new();
    let (_, inside) = sentinels_beside(&mut world, "192.0.2.1".parse().unwrap()).await;
    let port = world.settings.https_port + 1;
    world.settings.https_port = port;
    let identity = world.ca.identity(&["*.away.test"]);
    let inner = world.settings.smtp_port;
    let targets = [
        format!("https://127.0.0.1:{inner}/.well-known/mta-sts.txt"),
        format!("https://[::1]:{inner}/"),
        format!("http://127.0.0.1:{inner}/"),
        format!("//127.0.0.1:{inner}/"),
        format!("https://2130706433:{inner}/"),
        format!("https://user:password@127.0.0.1:{inner}/"),
        format!("https://localhost:{inner}/"),
        "/elsewhere".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1:25/_HELO".to_owned(),
    ];
    let codes_of_status = ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"];
    for (n, target) in (10..).zip(&targets) {
        let status = codes_of_status[usize::from(n) % codes_of_status.len()];
        let redirect = web::response(status, &format!("Location: {target}\r\n"), "");
        let visits = web::serve(world.at(n, port), &identity, redirect).await;
        let mut one = World::new();
        one.settings = world.settings.clone();
        let mta_sts = format!("@ MX 0 .\n_mta-sts TXT \"v=STSv1; id=1\"\nmta-sts A {}", world.ip(n));
        one.settings.extra_ca = Some(world.ca.pem());
        one.zone("away.test", Signing::Unsigned, &mta_sts);
        let outcome = one.check("away.test").await;
        assert_eq!(codes(&outcome, Check::Policy), ["policy-redirect"], "{target}");
        assert_eq!(section(&outcome, Check::Policy).status, Status::Error);
        assert_eq!(visits.load(Ordering::Relaxed), 1, "{target}");
    }
    assert_eq!(inside.load(Ordering::Relaxed), 0);
}
