//! Policy hosts that answer in every way but the right one; each ends in time with its own diagnosis.

use std::time::{Duration, Instant};

use checks::{
    Outcome,
    testing::{
        HTTPS, World, codes,
        dns::Signing,
        finding, section,
        web::{self, Peer},
    },
};
use model::{Status, check::Check};
use tokio::io::AsyncWriteExt as _;

const POLICY: &str = "version: STSv1\nmode: enforce\nmx: *.web.test\nmax_age: 604800\n";

fn world() -> World {
    let mut world = World::new();
    world.zone("web.test", Signing::Unsigned, "@ MX 10 mx\nmx A $9\nmta-sts A $2\n_mta-sts TXT \"v=STSv1; id=1\"");
    world
}

async fn response(response: String) -> Outcome {
    let mut world = world();
    let identity = world.ca.identity(&["mta-sts.web.test"]);
    web::serve(world.at(2, HTTPS), &identity, response).await;
    in_time(&mut world).await
}

async fn in_time(world: &mut World) -> Outcome {
    let begun = Instant::now();
    let outcome = world.check("web.test").await;
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    outcome
}

/// A host that goes on and on.
async fn endless(head: &'static str, what: &'static str, pause: Duration) -> Outcome {
    let mut world = world();
    let identity = world.ca.identity(&["mta-sts.web.test"]);
    let reply = move |mut peer: Peer| async move {
        let _ = peer.write_all(head.as_bytes()).await;
        while peer.write_all(what.as_bytes()).await.is_ok() && peer.flush().await.is_ok() {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
    };
    web::answer(world.at(2, HTTPS), &identity, reply).await;
    in_time(&mut world).await
}

fn is(outcome: &Outcome, code: &str) {
    assert_eq!(codes(outcome, Check::Policy), [code]);
    assert_eq!(section(outcome, Check::Policy).status, Status::Error);
    assert_eq!(outcome.facts.policy, None);
}

#[tokio::test]
async fn only_status_200_is_a_policy() {
    for status in ["204 No Content", "206 Partial Content", "404 Not Found", "500 Oops"] {
        is(&response(web::response(status, "Content-Type: text/plain\r\n", "")).await, "policy-status");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = "Location: https://127.0.0.1/.well-known/mta-sts.txt\r\n";
        is(&response(web::response(status, location, "")).await, "policy-redirect");
    }
}

#[tokio::test]
async fn compressed_policies_are_refused_unread() {
    let gzip = web::response("200 OK", "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n", "\u{1f}bomb");
    is(&response(gzip).await, "policy-encoded");
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";
    let line = "mx: mx.web.test\nmx: mx.web.test\nmx: mx.web.test\nmx: mx.web.test\nmx: mx.web.test\n";
    is(&endless(head, line, Duration::ZERO).await, "policy-too-large");
}

#[tokio::test]
async fn a_body_of_just_64_kib_is_read() {
    let padded = format!("{POLICY}{}", "x: y\n".repeat(20_000));
    let exact = &padded[..64 << 10];
    assert_eq!(response(web::policy(exact)).await.facts.policy.unwrap().body.len(), 64 << 10);
    is(&response(web::policy(&padded[..=64 << 10])).await, "policy-too-large");
}

#[tokio::test]
async fn a_byte_now_and_then_is_too_slow() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 60000\r\n\r\n";
    is(&endless(head, "v", Duration::from_millis(300)).await, "policy-too-slow");
    is(&endless("", "", Duration::from_millis(300)).await, "policy-too-slow");
}

#[tokio::test]
async fn endless_headers_are_cut_off() {
    let header = "X-Header: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n";
    is(&endless("HTTP/1.1 200 OK\r\n", header, Duration::ZERO).await, "policy-http");
    is(&endless("HTTP/1.1 200 OK\r\nX: ", "xxxxxxxxxxxxxxxxxxxxxxxx", Duration::ZERO).await, "policy-http");
}

#[tokio::test]
async fn what_is_no_http_is_said() {
    is(&response("SSH-2.0-OpenSSH\r\n".to_owned()).await, "policy-http");
    is(&response("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".to_owned()).await, "policy-http");
}

#[tokio::test]
async fn another_media_type_is_a_warning() {
    let html = web::response("200 OK", "Content-Type: text/html; charset=utf-8\r\n", POLICY);
    let outcome = response(html).await;
    assert_eq!(finding(&outcome, "policy-media-type").status, Status::Warning);
    let plain = web::response("200 OK", "Content-Type: Text/Plain;charset=us-ascii\r\n", POLICY);
    assert!(!codes(&response(plain).await, Check::Policy).contains(&"policy-media-type"));
}

#[tokio::test]
async fn an_uncovered_mx_host_is_an_error_in_enforce() {
    let body = "version: STSv1\nmode: enforce\nmx: *.mx.web.test\nmax_age: 604800\n";
    let outcome = response(web::policy(body)).await;
    assert_eq!(finding(&outcome, "policy-mx-not-covered").status, Status::Error);
    let testing = response(web::policy(&body.replace("enforce", "testing"))).await;
    assert_eq!(finding(&testing, "policy-mx-not-covered").status, Status::Warning);
    let none = response(web::policy(&body.replace("enforce", "none"))).await;
    assert_eq!(codes(&none, Check::Policy), ["policy-found", "policy-mode-none"]);
}

#[tokio::test]
async fn enforce_without_reports_is_flying_blind() {
    let outcome = response(web::policy(POLICY)).await;
    assert_eq!(finding(&outcome, "advice-enforce-without-tls-rpt").status, Status::Warning);
    let testing = response(web::policy(&POLICY.replace("enforce", "testing"))).await;
    assert_eq!(finding(&testing, "advice-testing-without-tls-rpt").status, Status::Warning);
}

#[tokio::test]
async fn nobody_listening_is_an_error_and_a_missing_host_too() {
    let outcome = in_time(&mut world()).await;
    is(&outcome, "policy-unreachable");
    let mut world = World::new();
    world.zone("web.test", Signing::Unsigned, "@ MX 0 .\n_mta-sts TXT \"v=STSv1; id=1\"");
    is(&in_time(&mut world).await, "policy-host-missing");
}

#[tokio::test]
async fn a_family_that_fails_beside_one_that_works_is_a_warning() {
    let mut world = World::new();
    let records = "@ MX 0 .\nmta-sts A $2\nmta-sts AAAA ::1\n_mta-sts TXT \"v=STSv1; id=1\"";
    world.zone("web.test", Signing::Unsigned, records);
    world.settings.allow.push("::1/128".parse().unwrap());
    let identity = world.ca.identity(&["mta-sts.web.test"]);
    web::serve(world.at(2, HTTPS), &identity, web::policy(POLICY)).await;
    let outcome = in_time(&mut world).await;
    let failed = finding(&outcome, "policy-unreachable");
    assert_eq!(failed.status, Status::Warning);
    assert!(failed.title.contains("IPv6"), "{}", failed.title);
    assert!(outcome.facts.policy.is_some());
}

#[tokio::test]
async fn a_policy_without_a_record_is_not_announced() {
    let mut world = World::new();
    world.zone("web.test", Signing::Unsigned, "@ MX 0 .\nmta-sts A $2");
    let identity = world.ca.identity(&["mta-sts.web.test"]);
    web::serve(world.at(2, HTTPS), &identity, web::policy(POLICY)).await;
    let outcome = in_time(&mut world).await;
    assert_eq!(finding(&outcome, "policy-unannounced").status, Status::Warning);
}

#[tokio::test]
async fn a_changed_policy_with_the_old_id_is_found_out() {
    let mut world = world();
    let identity = world.ca.identity(&["mta-sts.web.test"]);
    web::serve(world.at(2, HTTPS), &identity, web::policy(POLICY)).await;
    world.context.published = Some(model::check::Published { id: "1".to_owned(), body_sha256: "another".to_owned() });
    let outcome = in_time(&mut world).await;
    assert_eq!(finding(&outcome, "mta-sts-id-unchanged").status, Status::Error);
}
