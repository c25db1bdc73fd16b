//! Mails with real signatures, and their keys in a DNS of our own.

#![expect(clippy::similar_names, reason = "a signer, and what is signed")]

use checks::{
    TextFinder,
    testing::{self as internet, dns::Signing, dns::tricks},
};
use engine::{Arrival, Destination, Engine, InMailbox, Receipt, Receiver, Settings};
use ingest::testing::Signer;
use model::{
    Channel, DeliveryOutcome, ReportState, Timestamp, Trust,
    dkim::Judgement,
    view::{DeliveryPage, ReportPage},
};
use serde_json::Value;

use crate::{
    on_both_engines,
    world::{NOW, World, last_month, name_of, report, sts},
};

const DOMAIN: &str = "example.com";
const HOUR: i64 = 3_600;

/// A report of `Sender`, whose contact is at `sender.example`, with so many sessions.
fn told(sessions: u64) -> Value {
    report("Sender", 19, &[sts(DOMAIN, "enforce", sessions, &[])])
}

/// A mail with a report, as its sender would sign it.
fn mail(report: &Value) -> Vec<u8> {
    format!(
        "From: reports@sender.example\r\nTo: tls@example.com\r\nSubject: Report Domain: {DOMAIN} Submitter: sender.example \
         Report-ID: <1@sender.example>\r\nTLS-Report-Domain: {DOMAIN}\r\nTLS-Report-Submitter: sender.example\r\n\
         MIME-Version: 1.0\r\nContent-Type: application/tlsrpt+json\r\n\r\n{report}\r\n"
    )
    .into_bytes()
}

/// The same database with an engine that asks this DNS for keys.
async fn asking(world: &World, internet: &mut internet::World) -> Engine {
    internet.runner().await;
    let keys = Some(TextFinder::new(&internet.settings).unwrap());
    Engine::open(Settings { keys, ..world.settings.clone() }).await.unwrap()
}

/// A DNS that has the keys of these signers.
fn having(signers: &[&Signer]) -> internet::World {
    let mut internet = internet::World::new();
    for signer in signers {
        let (place, text) = signer.record();
        internet.zone(&signer.domain, Signing::Unsigned, &format!("{place} TXT \"{text}\""));
    }
    internet
}

async fn send(engine: &Engine, to: &Receiver, channel: Channel, body: Vec<u8>) -> Receipt {
    let to = Destination::Address(to.clone());
    engine.receive(Arrival { to, channel, remote: None, body, received: NOW, in_mailbox: None }).await.unwrap()
}

async fn page_of(world: &World, receipt: &Receipt) -> ReportPage {
    world.engine.report(world.workspace, receipt.reports[0], NOW).await.unwrap().unwrap()
}

async fn delivery_of(world: &World, receipt: &Receipt) -> DeliveryPage {
    world.engine.delivery(world.workspace, receipt.delivery).await.unwrap().unwrap()
}

async fn judgements(world: &World, receipt: &Receipt) -> Vec<Judgement> {
    let verdict = delivery_of(world, receipt).await.verdict.expect("a verdict");
    verdict.signatures.iter().map(|signature| signature.judgement).collect()
}

on_both_engines! {
    async fn a_signed_mail_counts_and_says_who_signed_it(world: &World) {
        let signer = Signer::of("sender.example");
        let engine = asking(world, &mut having(&[&signer])).await;
        let to = world.watch(DOMAIN).await;
        for (number, channel) in (1_u64..).zip([Channel::Smtp, Channel::Imap, Channel::Pipe]) {
            let mut report = told(number);
            report["report-id"] = number.to_string().into();
            let receipt = send(&engine, &to, channel, signer.sign(&mail(&report))).await;
            assert_eq!(receipt.outcome, DeliveryOutcome::Counted, "{channel:?}: {}", receipt.reason);
            let page = page_of(world, &receipt).await;
            assert_eq!((page.trust, page.signer, page.reporter.as_str()), (Trust::Signed, Some(name_of("sender.example")), "sender.example"));
            assert_eq!(judgements(world, &receipt).await, [Judgement::Valid]);
        }
    }

    async fn a_mail_that_does_not_prove_its_sender_is_put_aside(world: &World) {
        let (signer, list) = (Signer::of("sender.example"), Signer::of("list.example"));
        let engine = asking(world, &mut having(&[&signer, &list])).await;
        let to = world.watch(DOMAIN).await;
        let plain = mail(&told(1));
        let changed = String::from_utf8(signer.sign(&mail(&told(2)))).unwrap().replace("\"total-successful-session-count\":2", "\"total-successful-session-count\":9");
        let short = Signer { length: true, ..signer.clone() };
        let unknown = Signer { selector: "gone".to_owned(), ..signer.clone() };
        for (body, said) in [
            (plain, vec![]),
            (changed.into_bytes(), vec![Judgement::BodyChanged]),
            (list.sign(&mail(&told(3))), vec![Judgement::NotAligned]),
            (short.sign(&mail(&told(4))), vec![Judgement::LengthLimited]),
            (unknown.sign(&mail(&told(5))), vec![Judgement::KeyMissing]),
        ] {
            let receipt = send(&engine, &to, Channel::Smtp, body).await;
            assert_eq!(receipt.outcome, DeliveryOutcome::Quarantined, "{said:?}: {}", receipt.reason);
            assert_eq!(judgements(world, &receipt).await, said);
            let page = page_of(world, &receipt).await;
            assert_eq!((page.trust, page.state, page.signer), (Trust::Unverified, ReportState::Quarantined, None));
            assert_eq!(page.domain, Some(name_of(DOMAIN)), "it is shown where it belongs");
        }
    }

    async fn the_same_report_by_https_and_signed_is_one_that_is_signed(world: &World) {
        let signer = Signer::of("sender.example");
        let engine = asking(world, &mut having(&[&signer])).await;
        let to = world.watch(DOMAIN).await;
        let posted = world.post(&to, &told(7)).await;
        assert_eq!(page_of(world, &posted).await.trust, Trust::Unsigned);
        let mailed = send(&engine, &to, Channel::Smtp, signer.sign(&mail(&told(7)))).await;
        assert_eq!((mailed.outcome, &mailed.reports), (DeliveryOutcome::Duplicate, &posted.reports));
        let page = page_of(world, &posted).await;
        assert_eq!((page.trust, page.arrivals, page.totals.sessions), (Trust::Signed, 2, 7));
    }

    async fn a_forged_signer_takes_nobodys_place(world: &World) {
        let (signer, evil) = (Signer::of("sender.example"), Signer::of("evil.example"));
        let engine = asking(world, &mut having(&[&signer, &evil])).await;
        let to = world.watch(DOMAIN).await;
        let posted = world.post(&to, &told(7)).await;
        // It says that it is of somebody else, and signs that with its own name.
        let forged = String::from_utf8(mail(&told(99))).unwrap().replace("Submitter: sender.example", "Submitter: evil.example");
        let forged = send(&engine, &to, Channel::Smtp, evil.sign(forged.as_bytes())).await;
        assert_eq!(page_of(world, &forged).await.signer, Some(name_of("evil.example")));
        assert_eq!(page_of(world, &posted).await.state, ReportState::Counted, "it displaces nobody");
        let signed = send(&engine, &to, Channel::Smtp, signer.sign(&mail(&told(8)))).await;
        assert_eq!(page_of(world, &signed).await.state, ReportState::Counted);
        assert_eq!(page_of(world, &posted).await.state, ReportState::Conflict, "the signer itself does");
    }

    async fn a_backlog_is_judged_by_the_time_it_came_and_is_never_lost(world: &World) {
        let signer = Signer { expires: 604_800, ..Signer::of("sender.example") };
        let engine = asking(world, &mut having(&[&signer])).await;
        let to = world.watch(DOMAIN).await;
        let far = Timestamp(NOW.0 * 2);
        let take = async |sessions, since: Timestamp, connected: Timestamp| {
            let mut report = told(sessions);
            report["report-id"] = sessions.to_string().into();
            let in_mailbox = Some(InMailbox { since, connected });
            let (to, body) = (Destination::Address(to.clone()), signer.sign(&mail(&report)));
            let arrival = Arrival { to, channel: Channel::Imap, remote: None, body, received: NOW, in_mailbox };
            let receipt = engine.receive(arrival).await.unwrap();
            (receipt.outcome, page_of(world, &receipt).await.trust)
        };
        assert_eq!(take(1, Timestamp(0), Timestamp(0)).await, (DeliveryOutcome::Counted, Trust::Signed));
        assert_eq!(take(2, far, Timestamp(0)).await, (DeliveryOutcome::Quarantined, Trust::Unverified), "expired");
        let connected = far.plus_seconds(1);
        assert_eq!(take(3, far, connected).await, (DeliveryOutcome::Counted, Trust::Unverified), "older than the mailbox");
    }

    async fn what_waits_for_a_key_counts_once_dns_tells_it(world: &World) {
        let signer = Signer::of("sender.example");
        let mut silent = having(&[&signer]);
        silent.zones.trick("sender.example", tricks::servfail);
        let engine = asking(world, &mut silent).await;
        let to = world.watch(DOMAIN).await;
        let receipt = send(&engine, &to, Channel::Smtp, signer.sign(&mail(&told(7)))).await;
        assert_eq!(receipt.outcome, DeliveryOutcome::Waiting, "{}", receipt.reason);
        assert_eq!(judgements(world, &receipt).await, [Judgement::KeyNotTold]);
        assert_eq!(page_of(world, &receipt).await.state, ReportState::Waiting);

        assert_eq!(engine.judge_waiting(NOW).await.unwrap(), 0, "not at once");
        assert_eq!(engine.judge_waiting(NOW.plus_seconds(60)).await.unwrap(), 1);
        assert_eq!(engine.judge_waiting(NOW.plus_seconds(61)).await.unwrap(), 0, "then after a longer while");
        assert_eq!(page_of(world, &receipt).await.state, ReportState::Waiting, "DNS says nothing yet");

        // Another process, which finds DNS mended.
        let engine = asking(world, &mut having(&[&signer])).await;
        assert_eq!(engine.judge_waiting(NOW.plus_seconds(HOUR)).await.unwrap(), 1);
        let page = page_of(world, &receipt).await;
        assert_eq!((page.state, page.trust, page.arrivals), (ReportState::Counted, Trust::Signed, 1));
        let delivery = delivery_of(world, &receipt).await;
        assert_eq!((delivery.row.outcome, delivery.row.trust), (DeliveryOutcome::Counted, Trust::Signed));
        assert_eq!(engine.judge_waiting(NOW.plus_seconds(1_000 * HOUR)).await.unwrap(), 0);
    }

    async fn waiting_has_an_end(world: &World) {
        // No name server is known at all.
        let signer = Signer::of("sender.example");
        let to = world.watch(DOMAIN).await;
        let receipt = send(&world.engine, &to, Channel::Smtp, signer.sign(&mail(&told(7)))).await;
        assert_eq!(receipt.outcome, DeliveryOutcome::Waiting);
        let mut tries = 0;
        for hour in 0..200 {
            tries += world.engine.judge_waiting(NOW.plus_seconds(hour * HOUR)).await.unwrap();
        }
        assert_eq!(tries, 10);
        let delivery = delivery_of(world, &receipt).await;
        assert_eq!(delivery.row.outcome, DeliveryOutcome::Quarantined, "{}", delivery.row.reason);
        assert_eq!(page_of(world, &receipt).await.trust, Trust::Unverified);
    }

    async fn a_cause_says_how_far_its_evidence_can_be_believed(world: &World) {
        let signer = Signer::of("sender.example");
        let engine = asking(world, &mut having(&[&signer])).await;
        let to = world.watch(DOMAIN).await;
        let failing = |result| {
            let failure = crate::world::failure(result, "mx.example.com", 2);
            let mut report = report("Sender", 19, &[sts(DOMAIN, "enforce", 5, &[failure])]);
            report["report-id"] = result.into();
            report
        };
        world.post(&to, &failing("certificate-expired")).await;
        let causes = async || {
            let page = world.engine.domain_page(world.workspace, &name_of(DOMAIN), &last_month(NOW), NOW).await.unwrap().unwrap();
            page.causes.into_iter().map(|cause| cause.trust).collect::<Vec<_>>()
        };
        assert_eq!(causes().await, [Trust::Unsigned]);
        send(&engine, &to, Channel::Smtp, signer.sign(&mail(&failing("certificate-expired")))).await;
        assert_eq!(causes().await, [Trust::Signed]);
    }
}
