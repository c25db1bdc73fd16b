//! What the time of an answer tells: not whether there is such a user, nor how near a guess came to a report address.
//!
//! Answers of two kinds are timed in turn, in an order made by chance, and compared by rank (Mann and Whitney): how often does one
//! of the first kind take longer than one of the second? Whoever can tell them apart by one answer makes that differ from one half;
//! ranks do not mind the few answers that are slow for reasons of their own. With nothing to tell, the share lies within five of its
//! standard deviations but for once in two million times.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use model::{DomainName, Role};
use server::running;

use crate::support::{MailClient, TestApp};

/// Users there are, and as many that there are not. Each is asked about few times: more are turned away, whoever they are.
const USERS: usize = 134;
/// Times that each is asked about.
const TIMES: usize = 3;

/// Standard deviations that chance alone never makes.
const SIGMAS: f64 = 5.0;

/// Numbers that look like chance and are the same each time (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// What something takes, with what came of it.
fn clocked<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let done = work();
    (started.elapsed(), done)
}

/// Times so many of each kind, in turn: of each two, chance says which comes first.
fn timed(count: usize, mut ask: impl FnMut(bool, usize) -> Duration) -> [Vec<Duration>; 2] {
    let mut dice = Dice(7);
    let mut times = [vec![], vec![]];
    for number in 0..count {
        let first = dice.number().is_multiple_of(2);
        for kind in [first, !first] {
            times[usize::from(kind)].push(ask(kind, number));
        }
    }
    times
}

/// How often one of the first takes longer than one of the second; of two that take the same time, half.
fn share_of_longer(first: &[Duration], second: &[Duration]) -> f64 {
    let mut second = second.to_vec();
    second.sort_unstable();
    let halves: usize = first
        .iter()
        .map(|time| second.partition_point(|other| other < time) + second.partition_point(|other| other <= time))
        .sum();
    real(halves) / (2.0 * real(first.len()) * real(second.len()))
}

/// How far that share may be from one half by chance, of two times `count` answers.
fn bound(count: usize) -> f64 {
    SIGMAS * (1.0 / (6.0 * real(count))).sqrt()
}

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

/// Says what was measured; as an error where the two can be told apart.
fn judged(what: &str, [one, other]: &[Vec<Duration>; 2]) -> Result<String, String> {
    let (share, bound) = (share_of_longer(one, other), bound(one.len()));
    let told = format!(
        "{what}: medians {:?} and {:?}; of {} each, the first takes longer in {:.1} % (50 ± {:.1} allowed)",
        median(one),
        median(other),
        one.len(),
        share * 100.0,
        bound * 100.0
    );
    if (share - 0.5).abs() > bound { Err(told) } else { Ok(told) }
}

/// Posts a form from an address of its own, so that none is one too many.
fn submit(app: &TestApp, number: &mut u32, path: &str, form: &str) -> String {
    *number += 1;
    let client = format!("198.18.{}.{}", *number / 250, *number % 250);
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "text/html"),
        ("Sec-Fetch-Site", "same-origin"),
        ("X-Forwarded-For", client.as_str()),
    ];
    let answer = app.post(path, &headers, form.as_bytes());
    let mut told = format!("{} {:?}", answer.status, answer.header("location"));
    let _ = write!(told, " {}", answer.body);
    told
}

#[test]
#[ignore = "takes minutes"]
fn nobody_learns_by_its_time_whether_there_is_such_a_user() {
    // A mail server that is not there: what a link to reset would be mailed by.
    let app = TestApp::with(&[
        ("http.trusted_proxies", "127.0.0.1"),
        ("http.base_url", "http://waxseal.test"),
        ("mail.server", "127.0.0.1"),
        ("mail.port", "1"),
        ("mail.tls", "none"),
        ("mail.from", "waxseal@example.com"),
    ]);
    let workspace = app.workspace();
    for user in 0..USERS {
        let email = format!("person-{user}@example.com");
        let making =
            app.engine().create_user(&email, "correct-horse-battery", workspace, Role::Viewer, false, running::now());
        app.wait(making).unwrap().unwrap();
    }
    let email = |there: bool, number: usize| {
        let name = if there { "person" } else { "nobody" };
        format!("{name}-{}%40example.com", number % USERS)
    };
    let mut number = 0;
    let mut wrong = vec![];
    for (path, rest) in [("/do/sign_in", "&password=an-entirely-wrong-one"), ("/do/request_reset", "")] {
        let mut answers = [None, None];
        let times = timed(USERS * TIMES, |there, nth| {
            let form = format!("email={}{rest}", email(there, nth));
            let (took, told) = clocked(|| submit(&app, &mut number, path, &form));
            // Who is turned away for asking too often would be quick, whoever they are.
            let before = answers[usize::from(there)].get_or_insert_with(|| told.clone());
            assert_eq!(*before, told, "{path}");
            took
        });
        assert_eq!(answers[0], answers[1], "{path}: the same answer");
        let told = judged(path, &times);
        println!("{told:?}");
        wrong.extend(told.err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "takes minutes"]
fn nobody_learns_by_its_time_how_near_a_report_address_is() {
    let app = TestApp::with(&[("smtp.listen", "127.0.0.1:0"), ("smtp.host", "in.example")]);
    let real = app.add_domain("example.com").address;
    let old = app.add_domain("removed.example").address;
    let removed = DomainName::parse("removed.example").unwrap();
    assert!(app.wait(app.engine().remove_domain(app.workspace(), &removed)).unwrap());
    let mut dice = Dice(11);
    let far =
        (0..26).map(|_| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[usize::try_from(dice.number() % 32).unwrap()]));
    let far: String = far.collect();
    // All but its last character.
    let near = format!("{}{}", &real[..25], if real.ends_with('a') { 'b' } else { 'a' });
    let mut wrong = vec![];
    for (what, other) in [("nearly an address", &near), ("that of a removed domain", &old)] {
        let times = timed(USERS * TIMES, |of_other, _| {
            let address = if of_other { other } else { &far };
            let (took, answer) = clocked(|| app.post(&format!("/r/{address}"), &[], b"{}"));
            assert_eq!(answer.status, 404);
            took
        });
        let told = judged(&format!("POST, {what}"), &times);
        println!("{told:?}");
        wrong.extend(told.err());
        let mut client = None;
        let times = timed(USERS, |of_other, nth| {
            // A session ends after twenty mistakes.
            if nth.is_multiple_of(5) && !of_other {
                client = None;
            }
            let client = client.get_or_insert_with(|| {
                let mut client = MailClient::connect(app.smtp());
                client.say("MAIL FROM:<>");
                client
            });
            let address = if of_other { other } else { &far };
            let (took, answer) = clocked(|| client.say(&format!("RCPT TO:<{address}@in.example>")));
            assert_eq!(answer.0, 550);
            took
        });
        let told = judged(&format!("RCPT, {what}"), &times);
        println!("{told:?}");
        wrong.extend(told.err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_differs_is_found_and_what_does_not_is_not() {
    let mut dice = Dice(3);
    let mut sample = |shift: u64| -> Vec<Duration> {
        (0..USERS * TIMES).map(|_| Duration::from_micros(1_000 + dice.number() % 400 + shift)).collect()
    };
    let same = [sample(0), sample(0)];
    assert!(judged("the same", &same).is_ok());
    assert!(judged("a quarter of what chance adds", &[sample(0), sample(100)]).is_err());
    assert!((share_of_longer(&same[0], &same[0]) - 0.5).abs() < 1e-9, "of two equal ones each counts half");
}
