//! Lists of MX hosts as they are found in the world.

use super::*;
use crate::dns::{
    Failure,
    scripted::{Script, name},
};

async fn look(script: Script) -> (Vec<String>, MxSet) {
    let (section, set) = check(&script, &name("example.test"), &Limits::default()).await;
    (section.findings.into_iter().map(|finding| finding.code).collect(), set)
}

#[tokio::test]
async fn hosts_come_by_preference() {
    let script = Script::default()
        .mx("example.test", 20, "b.test")
        .mx("example.test", 10, "a.test")
        .address("a.test", "192.0.2.1")
        .address("b.test", "2001:db8::1");
    let (codes, set) = look(script).await;
    assert_eq!(codes, ["mx-found"]);
    assert_eq!(set.hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["a.test", "b.test"]);
}

#[tokio::test]
async fn the_domain_is_its_own_host_without_mx() {
    let script = Script::default().address("example.test", "192.0.2.1").with("example.test", Type::A, |_| {});
    let no_data = |answer: &mut Answer| answer.reply = Reply::NoData;
    let script = script.mx("example.test", 0, "x").with("example.test", Type::Mx, no_data);
    let (codes, set) = look(script).await;
    assert_eq!(codes, ["mx-found", "mx-implicit"]);
    assert_eq!(set.hosts[0].name.as_str(), "example.test");
}

#[tokio::test]
async fn null_mx_is_no_mail_unless_others_stand_beside_it() {
    let (codes, set) = look(Script::default().mx("example.test", 0, "")).await;
    assert_eq!(codes, ["mx-null"]);
    assert!(set.takes_no_mail);
    let both = Script::default().mx("example.test", 0, "").mx("example.test", 1, "a.test");
    let (codes, set) = look(both.address("a.test", "192.0.2.1")).await;
    assert_eq!(codes, ["mx-null-among-others"]);
    assert_eq!(set.hosts.len(), 1);
}

#[tokio::test]
async fn what_no_mail_can_reach_is_named() {
    assert_eq!(look(Script::default()).await.0, ["mx-no-domain"]);
    assert_eq!(look(Script::default().mx("example.test", 1, "a.test")).await.0, ["mx-no-address"]);
    assert_eq!(look(Script::default().mx("example.test", 1, "192.0.2.1")).await.0, ["mx-is-address"]);
    assert_eq!(look(Script::default().mx("example.test", 1, "a b.test")).await.0, ["mx-not-a-host"]);
    let servfail = Script::default().fails("example.test", Type::Mx, Failure::ServFail);
    let (codes, set) = look(servfail).await;
    assert_eq!(codes, ["mx-no-answer"]);
    assert!(set.unknown);
}

#[tokio::test]
async fn of_very_many_hosts_the_first_are_looked_at() {
    let add = |script: Script, n: u16| {
        let host = format!("mx{n}.test");
        script.mx("example.test", n, &host).address(&host, "192.0.2.1")
    };
    let (codes, set) = look((0..1000).fold(Script::default(), add)).await;
    assert_eq!(codes, ["mx-many"]);
    assert_eq!(set.hosts.len(), 20);
}

#[tokio::test]
async fn what_is_no_host_name_is_told_once_however_often_it_stands_there() {
    let add = |script: Script, n: u16| script.mx("example.test", n, &format!("a b{n}.test"));
    let (codes, set) = look((0..1000).fold(Script::default(), add)).await;
    assert_eq!(codes, ["mx-not-a-host"]);
    assert!(set.hosts.is_empty());
}

#[tokio::test]
async fn an_alias_is_named() {
    let script = Script::default().mx("example.test", 1, "a.test").address("a.test", "192.0.2.1");
    let script = script.with("a.test", Type::A, |answer| answer.aliases = vec!["b.test".to_owned()]);
    assert_eq!(look(script).await.0, ["mx-is-alias"]);
}
