//! A disk that takes no more: what was acknowledged is there, pages go on, and it heals by itself.

use std::{
    collections::BTreeSet,
    fs, thread,
    time::{Duration, Instant},
};

use crate::support::{
    Answer, Program, audit, counted, exchange, get, lost, post, report, request, session_cookie, watching,
};

const DOMAIN: &str = "example.com";

/// The system refuses each write beyond a size, so commits fail in the middle as they do on a disk that is full or broken.
#[test]
fn what_the_disk_refuses_is_not_acknowledged_and_nothing_else_suffers() {
    let (folder, path) = watching(DOMAIN);
    let program = Program::serve_on_a_bad_disk(folder.path(), &[]);
    let cookie = first_user(&program);
    let send = |id: &str| exchange(program.address, &request("POST", &path, &[], &report(DOMAIN, id))).unwrap();
    let mut acknowledged = BTreeSet::new();
    for number in 0..20 {
        let id = format!("before-{number}");
        assert_eq!(send(&id).status, 201);
        acknowledged.insert(id);
    }

    let largest = fs::read_dir(folder.path().join("data")).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    program.let_files_grow_to(largest.max().map(|bytes| bytes + (100 << 10)));
    let mut refused = 0;
    for number in 0..200 {
        let id = format!("during-{number}");
        let answer = send(&id);
        match answer.status {
            201 => drop(acknowledged.insert(id)),
            503 => {
                assert!(answer.header("retry-after").is_some(), "{answer:?}");
                refused += 1;
            }
            _ => panic!("{answer:?}"),
        }
        if refused > 0 && number % 20 == 0 {
            assert_eq!(page(&program, &cookie).status, 200, "what is stored can be read");
        }
    }
    assert!(refused > 50, "the disk took nearly all of it: {refused} were refused");

    program.let_files_grow_to(None);
    let healed = Instant::now();
    while send("after").status == 503 {
        assert!(healed.elapsed() < Duration::from_secs(10), "it does not heal");
        thread::sleep(Duration::from_millis(50));
    }
    acknowledged.insert("after".to_owned());
    println!("{} acknowledged, {refused} refused, healed in {:?}", acknowledged.len(), healed.elapsed());
    program.kill();
    let program = Program::serve(folder.path(), &[]);
    assert_eq!(counted(folder.path()), acknowledged.len(), "what was acknowledged is there, and nothing else");
    assert_eq!(lost(program.address, &path, DOMAIN, &acknowledged), [""; 0]);
    program.kill();
    assert_eq!(audit(folder.path()), [""; 0], "the sums say what the reports say");
}

fn page(program: &Program, cookie: &str) -> Answer {
    get(program.address, "/", &[("Cookie", cookie), ("Accept", "text/html")])
}

/// Creates the first user with the link that was printed, and gives their cookie.
fn first_user(program: &Program) -> String {
    let code = program.printed.split_once("code=").map(|(_, code)| code.trim()).unwrap();
    let form = format!("code={code}&email=owner%40example.com&password=correct-horse-battery");
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "text/html"),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    let answer = post(program.address, "/do/create_first_user", &headers, form.as_bytes());
    session_cookie(&answer).unwrap_or_else(|| panic!("no cookie: {answer:?}"))
}
