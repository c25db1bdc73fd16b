//! A database that is gone for a while, or busy with pages: reports are refused in time or taken in, and none is lost.

#![expect(clippy::print_stdout, reason = "the numbers of an outage belong in its log")]

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use storage::testing::PostgresServer;

use crate::support::{Answer, TestApp, get, on_each_database, report, wait_until};

const DOMAIN: &str = "example.com";
/// Two seconds of patience with the database, and what a busy machine needs.
const REFUSED_WITHIN: Duration = Duration::from_millis(2_500);
const HEALED_WITHIN: Duration = Duration::from_secs(2);

/// One that hangs is worse than one that is gone: connections stay open and nothing answers.
#[test]
fn postgres_may_hang_or_die_and_come_back() {
    outage(Duration::from_secs(4));
}

#[test]
#[ignore = "takes minutes"]
fn postgres_may_be_gone_for_half_a_minute() {
    outage(Duration::from_secs(30));
}

fn outage(duration: Duration) {
    let mut postgres = PostgresServer::start();
    let app = TestApp::with(&[("database.url", &postgres.url())]);
    let path = app.report_path(DOMAIN);
    let cookie = app.sign_in();
    let over = AtomicBool::new(false);
    let acknowledged = Mutex::new(BTreeSet::new());
    let slowest = Mutex::new(Duration::ZERO);
    thread::scope(|scope| {
        for client in 0..4 {
            let (app, path, over, acknowledged, slowest) = (&app, &path, &over, &acknowledged, &slowest);
            // Each repeats a report until it is acknowledged.
            scope.spawn(move || {
                for number in 0.. {
                    let id = format!("{client}-{number}");
                    loop {
                        if over.load(Ordering::Relaxed) {
                            return;
                        }
                        let begun = Instant::now();
                        let answer = app.post(path, &[], &report(DOMAIN, &id));
                        let mut slowest = slowest.lock().unwrap();
                        *slowest = begun.elapsed().max(*slowest);
                        drop(slowest);
                        match answer.status {
                            200 | 201 => break,
                            503 => assert!(answer.header("retry-after").is_some(), "{answer:?}"),
                            _ => panic!("{answer:?}"),
                        }
                    }
                    acknowledged.lock().unwrap().insert(id);
                    thread::sleep(Duration::from_millis(10));
                }
            });
        }
        let stored = || acknowledged.lock().unwrap().len();
        wait_until("reports are taken in", || stored() > 20);

        postgres.freeze();
        shows_why(&app, &cookie);
        thread::sleep(duration);
        postgres.thaw();
        heals(&app, &cookie, stored);

        postgres.kill();
        shows_why(&app, &cookie);
        thread::sleep(duration);
        postgres.run();
        heals(&app, &cookie, stored);
        over.store(true, Ordering::Relaxed);
    });
    let (acknowledged, slowest) = (acknowledged.into_inner().unwrap(), slowest.into_inner().unwrap());
    println!("{} acknowledged, the slowest answer took {slowest:?}", acknowledged.len());
    assert!(slowest < REFUSED_WITHIN, "{slowest:?}");
    for id in &acknowledged {
        assert_eq!(app.post(&path, &[], &report(DOMAIN, id)).status, 200, "{id} was acknowledged and is gone");
    }
    let counted = usize::try_from(app.listing(DOMAIN).reports).unwrap();
    // Of each client, one report may be stored that was not acknowledged.
    assert!((acknowledged.len()..=acknowledged.len() + 4).contains(&counted), "{counted} of {}", acknowledged.len());
}

/// A page says that it is the database, and when to try again.
fn shows_why(app: &TestApp, cookie: &str) {
    let begun = Instant::now();
    let page = page(app, cookie);
    assert_eq!(page.status, 503, "{page:?}");
    assert!(
        page.body.contains("The database cannot be used just now") && page.header("retry-after").is_some(),
        "{page:?}"
    );
    assert!(begun.elapsed() < REFUSED_WITHIN, "{:?}", begun.elapsed());
}

/// Pages and reports are answered again.
fn heals(app: &TestApp, cookie: &str, stored: impl Fn() -> usize) {
    let (begun, before) = (Instant::now(), stored());
    wait_until("it has healed", || stored() > before + 4 && page(app, cookie).status == 200);
    assert!(begun.elapsed() < HEALED_WITHIN, "{:?}", begun.elapsed());
}

fn page(app: &TestApp, cookie: &str) -> Answer {
    get(app.address(), "/", &[("Cookie", cookie), ("Accept", "text/html")])
}

#[test]
fn reports_are_taken_in_while_two_hundred_people_look_at_pages() {
    on_each_database(&[("http.max_connections_per_address", "1000")], |app| {
        for number in 0..60 {
            app.add_domain(&format!("domain-{number}.example"));
        }
        let path = app.report_path(DOMAIN);
        let cookie = app.sign_in();
        let looking = AtomicBool::new(true);
        let mut times = Vec::new();
        thread::scope(|scope| {
            let visitors: Vec<_> = (0..200)
                .map(|_| {
                    scope.spawn(|| get(app.address(), "/", &[("Cookie", &cookie), ("Accept", "text/html")]).status)
                })
                .collect();
            scope.spawn(|| {
                let statuses: Vec<_> = visitors.into_iter().map(|visitor| visitor.join().unwrap()).collect();
                looking.store(false, Ordering::Relaxed);
                assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
            });
            for number in 0.. {
                let begun = Instant::now();
                assert_eq!(app.post(&path, &[], &report(DOMAIN, &number.to_string())).status, 201);
                times.push(begun.elapsed());
                if !looking.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let slowest = times.iter().max().unwrap();
        println!("{} reports beside 200 pages, the slowest took {slowest:?}", times.len());
        assert!(*slowest < Duration::from_secs(2), "{slowest:?}");
    });
}
