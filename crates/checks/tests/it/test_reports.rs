//! Test reports on their way out: to a mail host, and to a web server.

use std::sync::{Arc, Mutex};

use checks::testing::{HTTPS, SMTP, World, dns::Signing, mail, now, pki};
use model::{
    DomainName,
    test_report::{Stage, Step},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

const TEXT: &str = "Subject: a test\r\n\r\nThis is a test.\r\n";

fn name(text: &str) -> DomainName {
    DomainName::parse(text).unwrap()
}

async fn mailed(world: &mut World) -> (bool, Vec<Step>) {
    let runner = world.runner().await;
    let mut steps = vec![];
    let mut tell = |step| steps.push(step);
    let taken = runner.mail_test_report(&name("in.test"), "a@in.test", TEXT, now(), &mut tell).await;
    (taken, steps)
}

async fn posted(world: &mut World) -> (bool, Vec<Step>) {
    let runner = world.runner().await;
    let mut steps = vec![];
    let mut tell = |step| steps.push(step);
    let taken = runner.post_test_report((&name("in.test"), None), "/r/abc", "{}", now(), &mut tell).await;
    (taken, steps)
}

fn stages(steps: &[Step]) -> Vec<(Stage, bool)> {
    steps.iter().map(|step| (step.stage, step.passed)).collect()
}

/// A mail server that takes a message over TLS, and answers recipients with this.
async fn takes_mail(world: &World, host: u8, recipient: &'static str) -> Arc<Mutex<String>> {
    let acceptor = world.ca.identity(&["mx.in.test"]).acceptor();
    let taken = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&taken);
    mail::answer(world.at(host, SMTP), move |stream| {
        let (acceptor, kept) = (acceptor.clone(), Arc::clone(&kept));
        async move {
            let Some(stream) = mail::up_to_starttls(stream, "250-STARTTLS\r\n", "220 go\r\n").await else { return };
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let mut stream = BufReader::new(stream);
            let mut message = false;
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return;
                }
                let reply = if message {
                    if line != ".\r\n" {
                        kept.lock().unwrap().push_str(&line);
                        continue;
                    }
                    message = false;
                    "250 2.0.0 stored\r\n"
                } else {
                    match line.split([' ', ':']).next().unwrap_or_default().trim_end() {
                        "RCPT" => recipient,
                        "DATA" => {
                            message = true;
                            "354 go on\r\n"
                        }
                        "QUIT" => return,
                        _ => "250 ok\r\n",
                    }
                };
                let _ = stream.write_all(reply.as_bytes()).await;
            }
        }
    })
    .await;
    taken
}

#[tokio::test]
async fn a_report_goes_to_the_first_mail_host_over_tls() {
    let mut world = World::new();
    world.zone("in.test", Signing::Unsigned, "@ MX 20 other\n@ MX 10 mx\nmx A $1\nother A $2");
    let taken = takes_mail(&world, 1, "250 ok\r\n").await;
    let (well, steps) = mailed(&mut world).await;
    assert!(well, "{steps:?}");
    let all = [Stage::LookUp, Stage::Connect, Stage::Encrypt, Stage::HandOver].map(|stage| (stage, true));
    assert_eq!(stages(&steps), all);
    assert!(steps[0].said.contains("MX mx.in.test") && steps[0].said.contains(&world.ip(1).to_string()), "{steps:?}");
    assert!(steps[2].said.starts_with("TLS 1.3"), "{steps:?}");
    assert_eq!(steps[3].said, "250 2.0.0 stored");
    assert_eq!(*taken.lock().unwrap(), TEXT);
}

#[tokio::test]
async fn each_fault_is_told_at_its_step() {
    let mut world = World::new();
    world.zone("in.test", Signing::Unsigned, "@ MX 10 mx\nmx A $1");
    takes_mail(&world, 1, "550 5.1.1 no such user\r\n").await;
    let (well, steps) = mailed(&mut world).await;
    let last = steps.last().unwrap();
    assert!(!well && last.stage == Stage::HandOver && last.said.contains("550 5.1.1 no such user"), "{steps:?}");
    assert!(last.remedy.contains("does not know the report address"), "{last:?}");

    let mut world = World::new();
    world.zone("in.test", Signing::Unsigned, "@ MX 10 mx\nmx A $9");
    let (well, steps) = mailed(&mut world).await;
    assert!(!well && stages(&steps) == [(Stage::LookUp, true), (Stage::Connect, false)], "{steps:?}");
    assert!(steps[1].said.contains("refused") && steps[1].remedy.contains("smtp.listen"), "{steps:?}");

    for (records, said) in [
        ("@ MX 0 .", "takes no mail"),
        ("@ MX 10 mx", "mx.in.test has no address"),
        ("@ A $1\n@ MX 10 in.elsewhere.test.", "in.elsewhere.test"),
        ("@ MX 10 mx\nmx A 10.0.0.1", "no public address"),
    ] {
        let mut world = World::new();
        world.zone("in.test", Signing::Unsigned, records);
        let (well, steps) = mailed(&mut world).await;
        assert!(!well && stages(&steps) == [(Stage::LookUp, false)], "{records}: {steps:?}");
        assert!(steps[0].said.contains(said) && !steps[0].remedy.is_empty(), "{said}: {steps:?}");
    }
}

#[tokio::test]
async fn without_starttls_it_is_delivered_all_the_same() {
    let mut world = World::new();
    world.zone("in.test", Signing::Unsigned, "@ A $1");
    mail::says(world.at(1, SMTP), "", "").await;
    let (well, steps) = mailed(&mut world).await;
    // This server knows nothing beyond EHLO.
    assert!(!well && steps[2].passed && steps[2].said.contains("no STARTTLS"), "{steps:?}");
    assert!(
        steps[0].said.contains("has no MX record") && steps[3].said.contains("MAIL FROM:<> is answered with 500"),
        "{steps:?}"
    );
}

/// A web server that answers each POST with this.
async fn takes_posts(world: &World, identity: &pki::Identity, status: &'static str) -> Arc<Mutex<String>> {
    let listener = TcpListener::bind(world.at(1, HTTPS)).await.unwrap();
    let acceptor = identity.acceptor();
    let asked = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut peer) = acceptor.accept(stream).await else { continue };
            let mut request = vec![];
            while !request.ends_with(b"\r\n\r\n{}") {
                match peer.read_u8().await {
                    Ok(byte) => request.push(byte),
                    Err(_) => break,
                }
            }
            kept.lock().unwrap().push_str(&String::from_utf8_lossy(&request));
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 6\r\n\r\nstored");
            let _ = peer.write_all(answer.as_bytes()).await;
            let _ = peer.shutdown().await;
        }
    });
    asked
}

#[tokio::test]
async fn a_report_is_posted_over_https() {
    let mut world = World::new();
    world.zone("in.test", Signing::Unsigned, "@ A $1");
    let identity = world.ca.identity(&["in.test"]);
    let asked = takes_posts(&world, &identity, "201 Created").await;
    let (well, steps) = posted(&mut world).await;
    assert!(well && steps.len() == 4 && steps.iter().all(|step| step.passed), "{steps:?}");
    assert_eq!(steps[3].said, "201 stored");
    let asked = asked.lock().unwrap().clone();
    assert!(asked.starts_with("POST /r/abc HTTP/1.1\r\n") && asked.contains("host: in.test"), "{asked}");
}

#[tokio::test]
async fn a_redirect_or_a_bad_certificate_is_a_fault() {
    let mut world = World::new();
    world.zone("in.test", Signing::Unsigned, "@ A $1");
    let identity = world.ca.identity(&["in.test"]);
    takes_posts(&world, &identity, "301 Moved Permanently").await;
    let (well, steps) = posted(&mut world).await;
    let last = steps.last().unwrap();
    assert!(!well && last.stage == Stage::HandOver && last.said.contains("301"), "{steps:?}");
    assert!(last.remedy.contains("redirect"), "{last:?}");

    let mut world = World::new();
    world.zone("in.test", Signing::Unsigned, "@ A $1");
    let asked = takes_posts(&world, &pki::self_signed(&["in.test"]), "201 Created").await;
    let (well, steps) = posted(&mut world).await;
    assert!(!well && stages(&steps).last() == Some(&(Stage::Encrypt, false)), "{steps:?}");
    assert_eq!(*asked.lock().unwrap(), "", "nothing was sent to who did not prove the name");
}
