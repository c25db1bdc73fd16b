//! `kill -9` at any moment: a message that was answered 250 is there, once.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use super::DOMAIN;
use crate::support::{Program, audit, count_unsigned_mail, counted, delivery, free_port, lost, mail, watching};

const CLIENTS: u32 = 4;

#[test]
fn what_is_answered_250_survives_twenty_kills() {
    let (folder, path) = watching(DOMAIN);
    count_unsigned_mail(folder.path());
    let address = format!("{}@in.example", path.trim_start_matches("/r/"));
    let smtp = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let listen = smtp.to_string();
    let settings = [
        ("smtp.listen", listen.as_str()),
        ("smtp.host", "in.example"),
        ("receiving.source_burst", "1000000"),
        ("receiving.address_burst", "1000000"),
        ("receiving.domain_per_day", "1000000"),
    ];
    let over = AtomicBool::new(false);
    let acknowledged = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (over, acknowledged, address) = (&over, &acknowledged, &address);
            // Each repeats a report until it is acknowledged.
            scope.spawn(move || {
                for number in 0.. {
                    let id = format!("{client}-{number}");
                    while delivery(smtp, address, &mail(DOMAIN, &id)) != Some(250) {
                        if over.load(Ordering::Relaxed) {
                            return;
                        }
                        thread::sleep(Duration::from_millis(5));
                    }
                    acknowledged.lock().unwrap().insert(id);
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    thread::sleep(Duration::from_millis(3));
                }
            });
        }
        for kill in 0..20_u64 {
            let program = Program::serve(folder.path(), &settings);
            thread::sleep(Duration::from_millis(50 + kill * 37 % 250));
            program.kill();
        }
        // Once more without a kill, so that each client finishes the report it holds.
        let last = Program::serve(folder.path(), &settings);
        thread::sleep(Duration::from_millis(500));
        over.store(true, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(500));
        last.kill();
    });
    let acknowledged = acknowledged.into_inner().unwrap();
    let last = Program::serve(folder.path(), &settings);
    let counted = counted(folder.path());
    let missing = lost(last.address, &path, DOMAIN, &acknowledged);
    println!("20 kills, {} acknowledged, {counted} counted, {} lost", acknowledged.len(), missing.len());
    assert!(acknowledged.len() > 100, "the storm was a breeze: {}", acknowledged.len());
    assert_eq!(missing, [""; 0], "acknowledged and lost");
    // Each client may have been cut off in the last report it held.
    assert!((acknowledged.len()..=acknowledged.len() + CLIENTS as usize).contains(&counted), "{counted}");
    last.kill();
    assert_eq!(audit(folder.path()), [""; 0], "the sums say what the reports say");
}
