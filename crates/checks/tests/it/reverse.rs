//! The names of addresses: what is there, what is not, what cannot be told, and whom nobody asks about.

use checks::{
    Names,
    testing::{
        World,
        dns::{RecordType, Signing, tricks},
    },
};

#[tokio::test]
async fn an_address_has_names_or_none_or_there_is_no_telling() {
    let mut world = World::new();
    world.zone("8.8.8.in-addr.arpa", Signing::Unsigned, "8 PTR dns.google.test.\n8 PTR Another.google.test.");
    world.zones.trick("1.1.1.in-addr.arpa", tricks::servfail);
    let runner = world.runner().await;
    let names = async |address: &str| runner.names_of(address.parse().unwrap()).await;
    let Names::Found(mut found) = names("8.8.8.8").await else { panic!("it has names") };
    found.sort();
    assert_eq!(found, ["another.google.test", "dns.google.test"]);
    assert_eq!(names("::ffff:8.8.8.8").await, names("8.8.8.8").await);
    assert_eq!(names("8.8.8.9").await, Names::Absent);
    assert!(matches!(names("1.1.1.1").await, Names::CannotTell(_)));
}

#[tokio::test]
async fn of_private_addresses_nobody_is_asked() {
    let mut world = World::new();
    world.zone("10.in-addr.arpa", Signing::Unsigned, "1.0.0 PTR secret.test.");
    world.zones.trick("elsewhere.test", tricks::servfail);
    // Even where checks may dial them.
    world.settings.allow.push("10.0.0.0/8".parse().unwrap());
    let runner = world.runner().await;
    for address in ["10.0.0.1", "::ffff:10.0.0.1", "127.0.0.1", "192.168.1.1", "fe80::1", "fd00::1", "198.51.100.3"] {
        assert_eq!(runner.names_of(address.parse().unwrap()).await, Names::NotPublic, "{address}");
    }
    assert_eq!(world.zones.asked("1.0.0.10.in-addr.arpa", RecordType::PTR), 0);
}
