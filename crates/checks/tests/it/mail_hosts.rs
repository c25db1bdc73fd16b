//! Mail hosts that behave in every way but the right one.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use checks::{
    Outcome,
    testing::{SMTP, World, codes, dns::Signing, mail, records, section},
};
use model::{Status, check::Check};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn world() -> World {
    let mut world = World::new();
    world.zone("mail.test", Signing::Unsigned, "@ MX 10 mx\nmx A $1");
    world
}

async fn in_time(world: &mut World) -> Outcome {
    let begun = Instant::now();
    let outcome = world.check("mail.test").await;
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    outcome
}

fn is(outcome: &Outcome, code: &str, status: Status) {
    assert_eq!(codes(outcome, Check::Starttls), [code]);
    assert_eq!(section(outcome, Check::Starttls).status, status);
}

async fn says(extensions: &'static str, starttls: &'static str) -> Outcome {
    let mut world = world();
    mail::says(world.at(1, SMTP), extensions, starttls).await;
    in_time(&mut world).await
}

async fn babbles(what: &'static [u8], pause: Duration) -> Outcome {
    let mut world = world();
    mail::babbles(world.at(1, SMTP), what, pause).await;
    in_time(&mut world).await
}

#[tokio::test]
async fn without_starttls_mail_comes_in_clear_text() {
    is(&says("250-SIZE 1\r\n", "").await, "starttls-missing", Status::Error);
    is(&says("250-XSTARTTLS\r\n250-STARTTLSX\r\n", "").await, "starttls-missing", Status::Error);
    let old = b"220 x\r\n502 what?\r\n";
    is(&babbles(old, Duration::from_secs(9)).await, "starttls-missing", Status::Error);
    is(&says("250-starttls\r\n", "454 no\r\n").await, "starttls-declined", Status::Error);
}

#[tokio::test]
async fn clear_text_after_the_switch_is_found_out() {
    let injected = "220 go\r\n250-mail.test\r\n250 AUTH PLAIN\r\n";
    is(&says("250-STARTTLS\r\n", injected).await, "starttls-injection", Status::Error);
}

#[tokio::test]
async fn a_failing_handshake_is_an_error() {
    let mut world = world();
    mail::answer(world.at(1, SMTP), |mut stream| async move {
        let _ = stream.write_all(b"220 x\r\n").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let _ = stream.write_all(b"250-x\r\n250 STARTTLS\r\n").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let _ = stream.write_all(b"220 go\r\n").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let _ = stream.write_all(b"I have never heard of TLS\r\n").await;
    })
    .await;
    is(&in_time(&mut world).await, "starttls-handshake", Status::Error);
}

#[tokio::test]
async fn a_server_of_old_versions_alone_is_named_so() {
    let mut world = world();
    mail::answer(world.at(1, SMTP), |stream| async move {
        if let Some(mut stream) = mail::up_to_starttls(stream, "250-STARTTLS\r\n", "220 go\r\n").await {
            let _ = stream.read_u8().await;
            // An alert of TLS 1.0: fatal, protocol_version.
            let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 70]).await;
        }
    })
    .await;
    let outcome = in_time(&mut world).await;
    is(&outcome, "starttls-handshake", Status::Error);
    let evidence = section(&outcome, Check::Starttls).findings[0].evidence.as_deref().unwrap();
    assert!(evidence.contains("no TLS 1.2 or later"), "{evidence}");
}

#[tokio::test]
async fn a_megabyte_of_certificates_is_not_read() {
    let mut world = world();
    let identity = world.ca.identity(&["mx.mail.test"]).with_chain_of(2_500);
    mail::serve(world.at(1, SMTP), &identity).await;
    let outcome = in_time(&mut world).await;
    is(&outcome, "starttls-handshake", Status::Error);
    let evidence = section(&outcome, Check::Starttls).findings[0].evidence.as_deref().unwrap();
    assert!(evidence.contains("64 KiB"), "{evidence}");
}

#[tokio::test]
async fn a_chain_with_much_in_it_holds_all_the_same() {
    let mut world = world();
    let identity = world.ca.identity(&["mx.mail.test"]).with_chain_of(60);
    mail::serve(world.at(1, SMTP), &identity).await;
    is(&in_time(&mut world).await, "starttls-ok", Status::Ok);
}

#[tokio::test]
async fn peers_that_never_stop_end_in_time_and_are_no_error_of_the_domain() {
    is(&babbles(b"220-and so on and so on\r\n", Duration::ZERO).await, "starttls-broke-off", Status::CannotTell);
    is(&babbles(b"xxxxxxxxxxxxxxxxxxxxxxxxxxxx", Duration::ZERO).await, "starttls-broke-off", Status::CannotTell);
    is(&babbles(b"2", Duration::from_millis(300)).await, "starttls-slow", Status::CannotTell);
    is(&babbles(b"", Duration::from_millis(300)).await, "starttls-slow", Status::CannotTell);
    is(&babbles(b"SSH-2.0-x\r\n", Duration::from_secs(9)).await, "starttls-broke-off", Status::CannotTell);
    is(&babbles(b"554 go away\r\n", Duration::from_secs(9)).await, "starttls-rejected", Status::CannotTell);
    is(&babbles(b"220 x\r\n250-x\r\n", Duration::from_millis(1)).await, "starttls-broke-off", Status::CannotTell);
}

#[tokio::test]
async fn if_no_host_ever_answered_it_may_be_this_network() {
    let mut world = world();
    let outcome = in_time(&mut world).await;
    is(&outcome, "starttls-refused", Status::CannotTell);
    assert_eq!(outcome.notices[0].code, "port-25-blocked");
}

#[tokio::test]
async fn once_one_answered_a_refusal_is_the_hosts_own() {
    let mut world = world();
    world.zone("other.test", Signing::Unsigned, "@ MX 10 mx\nmx A $2");
    let identity = world.ca.identity(&["mx.other.test"]);
    mail::serve(world.at(2, SMTP), &identity).await;
    let runner = world.runner().await;
    assert_eq!(codes(&world.check_with(&runner, "other.test").await, Check::Starttls), ["starttls-ok"]);
    let outcome = world.check_with(&runner, "mail.test").await;
    is(&outcome, "starttls-refused", Status::Warning);
    assert!(outcome.notices.is_empty());
}

#[tokio::test]
async fn what_was_seen_of_a_host_is_shared_by_all_its_domains() {
    let mut world = World::new();
    let identity = world.ca.identity(&["mx.shared.test"]);
    let visits = mail::serve(world.at(1, SMTP), &identity).await;
    world.zone("shared.test", Signing::Unsigned, "mx A $1\n@ MX 1 mx");
    let domains: Vec<String> = (0..30).map(|n| format!("d{n}.test")).collect();
    for domain in &domains {
        world.zone(domain, Signing::Unsigned, "@ MX 1 mx.shared.test.");
    }
    let runner = world.runner().await;
    let all = domains.iter().map(|domain| world.check_with(&runner, domain));
    for outcome in futures::future::join_all(all).await {
        assert_eq!(codes(&outcome, Check::Starttls), ["starttls-ok"]);
    }
    assert_eq!(visits.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn one_address_is_not_dialled_for_every_name_it_has() {
    let mut world = World::new();
    let identity = world.ca.identity(&["*.many.test"]);
    let visits = mail::serve(world.at(1, SMTP), &identity).await;
    let records = records(0..20, |n| format!("@ MX 1 mx{n}\nmx{n} A $1"));
    world.zone("many.test", Signing::Unsigned, &records);
    let outcome = world.check("many.test").await;
    assert_eq!(visits.load(Ordering::Relaxed), world.settings.limits.dials_at_once);
    let cannot_tell = outcome.sections.iter().filter(|section| section.status == Status::CannotTell).count();
    assert_eq!(cannot_tell, 16);
}
