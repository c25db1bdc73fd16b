//! Backups made while the server works, and a new installation made of one.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use storage::testing::Engine;

use crate::support::{TestApp, get, gzip, on_each_database, report, waxseal};

/// Limits so high that no test meets them, however long a backup takes.
const SETTINGS: [(&str, &str); 4] = [
    ("http.base_url", "http://waxseal.test"),
    ("receiving.source_burst", "1000000"),
    ("receiving.address_burst", "1000000"),
    ("receiving.domain_per_day", "1000000"),
];

/// Backups that are made one after the other under load.
const BACKUPS: u64 = 5;

/// Makes a copy beside the running server.
fn backup(folder: &Path, app: &TestApp, to: &str) -> Output {
    backup_of(folder, app.database_url(), to)
}

fn backup_of(folder: &Path, url: &str, to: &str) -> Output {
    let mut command = waxseal(folder, &[("database.url", url)]);
    // The tools of PostgreSQL are found there.
    command.env("PATH", std::env::var_os("PATH").unwrap()).args(["backup", to]).output().unwrap()
}

/// Restores as docs/operating.md says: a new installation, the copy in it, and then the server.
fn restore(copy: &Path, engine: Engine) -> TestApp {
    TestApp::filled(&SETTINGS, engine, |url| match engine {
        Engine::Sqlite => {
            fs::copy(copy, url.strip_prefix("sqlite://").unwrap()).unwrap();
        }
        Engine::Postgres => {
            let restored = Command::new("pg_restore")
                .args(["--no-owner", "--exit-on-error", "--dbname", url])
                .arg(copy)
                .output()
                .unwrap();
            assert!(restored.status.success(), "{restored:?}");
        }
    })
}

fn engine(app: &TestApp) -> Engine {
    if app.database_url().starts_with("postgres") { Engine::Postgres } else { Engine::Sqlite }
}

/// The pages that show what is stored.
const PAGES: [&str; 12] = [
    "/",
    "/domains/example.com",
    "/domains/example.com/reports",
    "/domains/example.com/records",
    "/domains/example.com/settings",
    "/domains/example.org",
    "/records",
    "/log",
    "/log?outcome=unreadable",
    "/settings/people",
    "/settings/audit",
    "/settings/tokens",
];

/// What a page shows, without what is made up anew for each answer: the head has nonces.
fn shown(app: &TestApp, cookie: &str, path: &str) -> String {
    let answer = get(app.address(), path, &[("Cookie", cookie), ("Accept", "text/html")]);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    let (_, body) = answer.body.split_once("<body>").unwrap();
    let mut parts = body.split("nonce=\"");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + part.split_once('"').map_or("", |(_, rest)| rest))
}

/// Where links on a page lead that begin like this.
fn links(page: &str, start: &str) -> Vec<String> {
    let all = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter(|link| link.starts_with(start)).map(ToOwned::to_owned).collect()
}

#[test]
fn a_new_installation_made_of_a_backup_shows_the_same_and_counts_nothing_twice() {
    on_each_database(&SETTINGS, |app| {
        let folder = tempfile::tempdir().unwrap();
        let cookie = app.sign_in();
        let (path, other) = (app.report_path("example.com"), app.report_path("example.org"));
        app.token(model::TokenScope::Read);
        for id in ["r1", "r2", "r3"] {
            assert_eq!(app.post(&path, &[], &gzip(&report("example.com", id))).status, 201);
        }
        assert_eq!(app.post(&other, &[], &report("example.org", "r1")).status, 201);
        assert_eq!(app.post(&other, &[], b"no report").status, 400);
        assert_eq!(app.post(&other, &[], &report("stranger.example", "r1")).status, 201);

        let made = backup(folder.path(), app, "copy");
        assert!(made.status.success(), "{made:?}");
        let copy = folder.path().join("copy");
        let access = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&copy).unwrap().permissions());
        assert_eq!(access & 0o777, 0o600, "it holds what only its owner may read");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing lies beside it");

        let new = restore(&copy, engine(app));
        let mut pages: Vec<String> = PAGES.iter().map(|page| (*page).to_owned()).collect();
        let is_delivery = |link: &String| link.trim_start_matches("/log/").parse::<u64>().is_ok();
        pages.extend(links(&shown(app, &cookie, "/log"), "/log/").into_iter().filter(is_delivery));
        pages.extend(links(&shown(app, &cookie, "/domains/example.com/reports"), "/reports/"));
        assert_eq!(pages.len(), PAGES.len() + 6 + 3, "{pages:?}");
        for page in pages {
            assert_eq!(shown(&new, &cookie, &page), shown(app, &cookie, &page), "{page}");
        }

        assert_eq!(new.post(&path, &[], &report("example.com", "r1")).status, 200, "its address is the same");
        for id in ["r1", "r2", "r3"] {
            fs::write(folder.path().join(format!("{id}.json")), report("example.com", id)).unwrap();
        }
        let again = waxseal(folder.path(), &[("database.url", new.database_url())])
            .args(["import", "r1.json", "r2.json", "r3.json"])
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8_lossy(&again.stdout),
            "0 counted, 3 duplicate, 0 quarantined, 0 refused\n",
            "{again:?}"
        );
        let figures = |app: &TestApp| {
            let listing = app.listing("example.com");
            (listing.reports, listing.totals)
        };
        assert_eq!(figures(&new), figures(app));
        assert_eq!(new.post(&path, &[], &report("example.com", "r4")).status, 201, "and it goes on");
    });
}

#[test]
fn what_was_answered_before_a_backup_is_in_it_and_what_comes_meanwhile_is_not_held_up() {
    on_each_database(&SETTINGS, |app| {
        let folder = tempfile::tempdir().unwrap();
        let path = app.report_path("example.com");
        for id in 0..50 {
            assert_eq!(app.post(&path, &[], &report("example.com", &format!("before-{id}"))).status, 201);
        }
        let (done, posted) = (AtomicBool::new(false), AtomicU64::new(0));
        // How many were answered before each of them began.
        let before = thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let body = report("example.com", &format!("meanwhile-{}", posted.load(Ordering::Relaxed)));
                    assert_eq!(app.post(&path, &[], &body).status, 201);
                    posted.fetch_add(1, Ordering::Relaxed);
                }
            });
            let made = (0..BACKUPS).map(|number| {
                let before = posted.load(Ordering::Relaxed);
                (backup(folder.path(), app, &format!("copy-{number}")), before)
            });
            let made: Vec<_> = made.collect();
            done.store(true, Ordering::Relaxed);
            made.into_iter()
                .map(|(output, before)| {
                    assert!(output.status.success(), "{output:?}");
                    50 + before
                })
                .collect::<Vec<_>>()
        });
        let all = 50 + posted.load(Ordering::Relaxed);
        for (number, before) in before.into_iter().enumerate() {
            let new = restore(&folder.path().join(format!("copy-{number}")), engine(app));
            let restored = new.listing("example.com").reports;
            assert!((before..=all).contains(&restored), "copy {number} has {restored} of {before} and {all}");
        }
        assert_eq!(app.listing("example.com").reports, all, "none was lost or refused");
    });
}

#[test]
fn a_backup_that_fails_says_why_and_leaves_nothing() {
    on_each_database(&SETTINGS, |app| {
        let folder = tempfile::tempdir().unwrap();
        let refused = |output: &Output, said: &str| {
            let told = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
            assert_eq!(output.status.code(), Some(1), "{output:?}");
            assert!(told.contains(said), "{said}: {told}");
        };
        fs::write(folder.path().join("there"), "before").unwrap();
        refused(&backup(folder.path(), app, "there"), "a backup overwrites nothing");
        assert_eq!(fs::read_to_string(folder.path().join("there")).unwrap(), "before");
        refused(&backup(folder.path(), app, "no/such/folder/copy"), "cannot be written");
        let elsewhere = match engine(app) {
            Engine::Sqlite => format!("sqlite://{}/none.db", folder.path().display()),
            Engine::Postgres => app.database_url().replace("/test_", "/none_"),
        };
        refused(&backup_of(folder.path(), &elsewhere, "copy"), "does not exist");
        if engine(app) == Engine::Postgres {
            let without = waxseal(folder.path(), &[("database.url", app.database_url())])
                .env("PATH", folder.path())
                .args(["backup", "copy"])
                .output()
                .unwrap();
            refused(&without, "pg_dump is not on this machine");
            assert!(String::from_utf8_lossy(&without.stderr).contains("pg_dump --format=custom"), "{without:?}");
        }
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(left, ["there"]);
    });
}

#[test]
fn a_folder_gets_a_file_with_the_time_in_its_name() {
    on_each_database(&SETTINGS, |app| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = waxseal(folder.path(), &[("database.url", app.database_url())]);
        command.env("PATH", std::env::var_os("PATH").unwrap());
        let output = command.args(["backup", "--json", "."]).output().unwrap();
        let made: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let file = folder.path().join(made["file"].as_str().unwrap());
        assert_eq!(fs::metadata(&file).unwrap().len(), made["bytes"].as_u64().unwrap());
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let ending = if engine(app) == Engine::Sqlite { ".db" } else { ".dump" };
        assert!(name.starts_with("waxseal-20") && name.ends_with(&format!("Z{ending}")), "{name}");
    });
}
