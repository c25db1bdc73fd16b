//! What a user types.

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    path::Path,
    process::{Output, Stdio},
};

use serde_json::Value;
use storage::{Settings, Storage};
use tokio::runtime::Runtime;

use crate::support::{Program, count_unsigned_mail, gzip, mail_of, post, report, watching, waxseal};

const PUBLIC: (&str, &str) = ("http.base_url", "https://tlsrpt.example.com");

fn run(folder: &Path, settings: &[(&str, &str)], args: &[&str]) -> Output {
    waxseal(folder, settings).args(args).output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Each line of standard output as JSON.
fn json(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{output:?}");
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn domain_add_says_where_reports_arrive_and_what_to_publish() {
    let folder = tempfile::tempdir().unwrap();
    let added = json(&run(folder.path(), &[PUBLIC], &["domain", "add", "--json", "Example.COM", "bücher.example"]));
    assert_eq!(added.len(), 2);
    let (first, second) = (&added[0], &added[1]);
    assert_eq!((&first["domain"], &second["domain"]), (&"example.com".into(), &"xn--bcher-kva.example".into()));
    let address = first["address"].as_str().unwrap();
    assert!(
        address.len() == 26 && address.bytes().all(|b| b.is_ascii_lowercase() || b"234567".contains(&b)),
        "{address}"
    );
    let url = format!("https://tlsrpt.example.com/r/{address}");
    assert_eq!(first["report_url"], url);
    assert_eq!(first["report_email"], Value::Null);
    let records = first["records"].as_array().unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["name"], "_smtp._tls.example.com");
    assert_eq!(records[0]["type"], "TXT");
    assert_eq!(records[0]["value"], format!("v=TLSRPTv1; rua={url}"));
    let again = json(&run(folder.path(), &[PUBLIC], &["domain", "add", "--json", "example.com."]));
    assert_eq!(again[0]["address"], address, "adding twice is no error and changes nothing");
}

#[test]
fn nothing_is_to_be_published_that_cannot_work_from_outside() {
    for base_url in [
        "",
        "http://tlsrpt.example.com",
        "https://localhost",
        "https://192.168.1.1",
        "https://127.0.0.1:3000",
        "https://[::1]",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let added =
            json(&run(folder.path(), &[("http.base_url", base_url)], &["domain", "add", "--json", "example.com"]));
        assert_eq!(added[0]["records"], Value::Array(vec![]), "{base_url}");
        assert!(
            added[0]["why"].as_str().unwrap().contains("WAXSEAL_HTTP__BASE_URL"),
            "{base_url}: {}",
            added[0]["why"]
        );
    }
}

#[test]
fn a_slip_in_one_name_adds_none() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &[], &["domain", "add", "example.com", "https://example.org", "\u{1b}[31m"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: nothing was added; \"https://example.org\": "), "{}", stderr(&output));
    assert!(!stderr(&output).contains('\u{1b}'));
    assert!(json(&run(folder.path(), &[], &["domain", "list", "--json"])).is_empty());
    let output = run(folder.path(), &[], &["domain", "add", "example.com", "--workspace", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is no workspace \"nowhere\""), "{}", stderr(&output));
}

#[test]
fn commands_work_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let server = Program::serve(folder.path(), &[]);
    let listed = || json(&run(folder.path(), &[], &["domain", "list", "--json"]));
    assert!(listed().is_empty());
    let added = json(&run(folder.path(), &[], &["domain", "add", "--json", "example.com"]));
    let path = format!("/r/{}", added[0]["address"].as_str().unwrap());
    assert_eq!(post(server.address, &path, &[], &report("example.com", "r1")).status, 201, "known at once");
    let listed = listed();
    let figures = |key: &str| listed[0][key].as_u64().unwrap();
    assert_eq!((figures("reports"), figures("successful"), figures("failed")), (1, 97, 3));
    assert_eq!(listed[0]["domain"], "example.com");
    assert!(listed[0]["last_report"].as_str().unwrap().ends_with('Z'));
    let table = run(folder.path(), &[], &["domain", "list"]);
    assert!(stdout(&table).contains("example.com") && stdout(&table).contains("97"), "{}", stdout(&table));

    fs::write(folder.path().join("a.json"), report("example.com", "r2")).unwrap();
    let imported = run(folder.path(), &[], &["import", "a.json"]);
    assert_eq!(stdout(&imported), "1 counted, 0 duplicate, 0 quarantined, 0 refused\n");

    let at = server.address.to_string();
    let health = run(folder.path(), &[("http.listen", &at)], &["health"]);
    assert_eq!((health.status.code(), stdout(&health)), (Some(0), format!("The server at {at} is alive.\n").as_str()));
}

#[test]
fn health_tells_when_nobody_answers() {
    let folder = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let health = run(folder.path(), &[("http.listen", &free)], &["health"]);
    assert_eq!(health.status.code(), Some(1));
    assert!(stderr(&health).contains(&format!("the server at {free} does not answer")), "{}", stderr(&health));
}

/// An e-mail with a report, as Google sends it.
fn mail(id: &str) -> Vec<u8> {
    let encoded = data_encoding(&gzip(&report("example.com", id)));
    format!(
        "From: noreply-smtp-tls-reporting@google.com\r\nTo: tls@example.com\r\nSubject: Report Domain: example.com \
         Submitter: google.com Report-ID: <{id}>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; \
         report-type=\"tlsrpt\"; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThis is a report.\r\n--b\r\n\
         Content-Type: application/tlsrpt+gzip; name=\"r.json.gz\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"r.json.gz\"\r\n\r\n{encoded}\r\n--b--\r\n"
    )
    .into_bytes()
}

fn data_encoding(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (n, three) in bytes.chunks(3).enumerate() {
        if n > 0 && n % 19 == 0 {
            out.push_str("\r\n");
        }
        let bits = three.iter().chain([&0, &0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

#[test]
fn import_takes_files_folders_and_mailboxes() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[], &["domain", "add", "example.com"]);
    let reports = folder.path().join("reports");
    fs::create_dir_all(reports.join("deeper")).unwrap();
    fs::write(reports.join("a.json"), report("example.com", "a")).unwrap();
    fs::write(reports.join("deeper/b.json.gz"), gzip(&report("example.com", "b"))).unwrap();
    fs::write(reports.join("deeper/c.eml"), mail("c")).unwrap();
    fs::write(reports.join("stranger.json"), report("stranger.example", "s")).unwrap();
    fs::write(reports.join("notes.txt"), "buy milk \u{1b}[31m").unwrap();
    let mbox: Vec<u8> = ["d", "e", "d"]
        .iter()
        .flat_map(|id| {
            [b"From sender@example.net Thu Jan 15 06:00:00 2026\r\n".as_slice(), &mail(id), b"\r\n"].concat()
        })
        .collect();
    fs::write(folder.path().join("mbox"), mbox).unwrap();
    for sub in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.path().join("maildir").join(sub)).unwrap();
    }
    fs::write(folder.path().join("maildir/cur/1.host:2,S"), mail("f")).unwrap();

    let output = run(folder.path(), &[], &["import", "reports", "mbox", "maildir"]);
    assert_eq!(output.status.code(), Some(1), "one was refused: {output:?}");
    let text = stdout(&output);
    assert_eq!(text.lines().last(), Some("6 counted, 1 duplicate, 1 quarantined, 1 refused"), "{text}");
    assert!(text.contains("notes.txt: refused: ") && text.contains("stranger.json: quarantined: "), "{text}");
    assert!(!text.contains('\u{1b}'));

    let again = run(folder.path(), &[], &["import", "mbox"]);
    assert_eq!((again.status.code(), stdout(&again)), (Some(0), "0 counted, 3 duplicate, 0 quarantined, 0 refused\n"));
}

#[test]
fn import_reads_standard_input_and_speaks_json() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[], &["domain", "add", "example.com"]);
    let mut child = waxseal(folder.path(), &[])
        .args(["import", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&gzip(&report("example.com", "a"))).unwrap();
    let lines = json(&child.wait_with_output().unwrap());
    assert_eq!((&lines[0]["file"], &lines[0]["outcome"]), (&"standard input".into(), &"counted".into()));
    assert_eq!(lines[1]["sums"]["counted"], 1);
    let missing = run(folder.path(), &[], &["import", "missing.json"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(stdout(&missing).contains("missing.json: refused: "), "{missing:?}");
}

/// Hands bytes to `waxseal import -` as a mail server does; gives the exit code and what was said on standard error.
fn piped(folder: &Path, settings: &[(&str, &str)], bytes: &[u8]) -> (Option<i32>, String) {
    let streams = || Stdio::piped();
    let mut command = waxseal(folder, settings);
    let mut child = command.args(["import", "-"]).stdin(streams()).stdout(streams()).stderr(streams()).spawn().unwrap();
    // One that ends at once reads nothing.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    let output = child.wait_with_output().unwrap();
    (output.status.code(), stderr(&output).to_owned())
}

#[test]
fn a_pipe_is_told_by_its_code_whether_the_mail_shall_come_again() {
    let folder = tempfile::tempdir().unwrap();
    // The database is not there yet, and then it is.
    run(folder.path(), &[], &["domain", "add", "example.com"]);
    count_unsigned_mail(folder.path());
    let code = |bytes: &[u8]| piped(folder.path(), &[], bytes).0;
    assert_eq!(code(&mail("a")), Some(0));
    assert_eq!(code(&mail("a")), Some(0), "a repetition is no fault");
    let from = b"From MAILER-DAEMON Thu Jan 15 06:00:00 2026\n";
    assert_eq!(code(&[&from[..], &mail("b")].concat()), Some(0), "as .forward hands it over");
    let broken = mail_of("example.com", "c", b"\x1f\x8bno gzip");
    assert_eq!(code(&broken), Some(0), "what cannot be read is kept");
    assert_eq!(code(b"From: a@example.com\r\nSubject: Lunch?\r\n\r\nAt noon.\r\n"), Some(65));
    assert_eq!(code(b""), Some(65));
    let listed = json(&run(folder.path(), &[], &["domain", "list", "--json"]));
    assert_eq!(listed[0]["reports"], 2);
}

#[test]
fn what_is_not_the_mails_fault_is_temporary_for_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[], &["domain", "add", "example.com"]);
    let told = |settings: &[(&str, &str)]| piped(folder.path(), settings, &mail("a"));
    for settings in [
        [("database.url", "postgres://waxseal@127.0.0.1:1/waxseal")],
        [("database.url", "sqlite:///proc/none/waxseal.db")],
        [("limits.body", "ten")],
    ] {
        let (code, said) = told(&settings);
        assert!(code == Some(75) && said.starts_with("error: "), "{settings:?}: {code:?} {said}");
    }
    // What breaks while it is read: a folder opens like a file, and no byte of it can be read.
    let mut command = waxseal(folder.path(), &[]);
    let unreadable = command.args(["import", "-"]).stdin(fs::File::open(folder.path()).unwrap()).output().unwrap();
    assert_eq!(unreadable.status.code(), Some(75), "{unreadable:?}");
    assert!(stderr(&unreadable).contains("standard input cannot be read"), "{unreadable:?}");

    fs::write(folder.path().join("data/waxseal.db"), "no database").unwrap();
    assert_eq!(told(&[]).0, Some(75));
}

#[test]
fn inspect_needs_no_database() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), report("example.com", "a")).unwrap();
    fs::write(folder.path().join("b.json"), "rubbish").unwrap();
    let output = run(folder.path(), &[], &["inspect", "--json", "a.json"]);
    let lines = json(&output);
    assert_eq!(lines[0]["reports"][0]["report_id"], "a");
    let both = run(folder.path(), &[], &["inspect", "b.json", "a.json"]);
    assert_eq!(both.status.code(), Some(1));
    assert!(stdout(&both).contains("example.com"), "the rest is still printed");
    assert_eq!(run(folder.path(), &[], &["inspect"]).status.code(), Some(2));
    assert!(!folder.path().join("data").exists());
}

#[test]
fn the_last_line_of_each_start_is_a_link_until_there_is_a_user() {
    let folder = tempfile::tempdir().unwrap();
    let link = |program: &Program| program.printed.lines().last().unwrap().to_owned();
    let first = Program::serve(folder.path(), &[]);
    let first_link = link(&first);
    assert!(first_link.starts_with(&format!("http://{}/setup?code=", first.address)), "{first_link}");
    first.kill();
    let second = Program::serve(folder.path(), &[]);
    let second_link = link(&second);
    assert!(second_link.contains("/setup?code="), "{second_link}");
    let code = second_link.split("code=").nth(1).unwrap();
    let form = format!("code={code}&email=owner%40example.com&password=correct-horse-battery");
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "same-origin")];
    let created = post(second.address, "/do/create_first_user", &headers, form.as_bytes());
    assert!(created.header("set-cookie").is_some(), "{created:?}");
    second.kill();
    let third = Program::serve(folder.path(), &[]);
    assert!(!third.printed.contains("code="), "{}", third.printed);
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(!log.contains(code), "no code in the log");
}

#[test]
fn a_taken_port_names_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(folder.path(), &[("http.listen", &address)], &["serve"]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert!(told.contains(&address) && told.contains("http.listen") && told.contains("WAXSEAL_HTTP__LISTEN"), "{told}");
    assert!(!folder.path().join("data").exists(), "nothing else has happened");
}

#[test]
fn migrate_creates_the_database_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &[], &["migrate"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "The database is up to date.\n"));
    assert!(folder.path().join("data/waxseal.db").exists());
}

#[test]
fn expire_asks_whether_the_clock_is_right_when_it_has_jumped() {
    let (folder, _) = watching("example.com");
    let expire = |args: &[&str]| run(folder.path(), &[], &[&["expire"], args].concat());
    assert!(expire(&[]).status.success());

    let now = server::running::now();
    let url = format!("sqlite://{}", folder.path().join("data/waxseal.db").display());
    Runtime::new().unwrap().block_on(async {
        let storage = Storage::open(&Settings { url, may_upgrade: false }).await.unwrap();
        storage.note_duty("expire", now.plus_seconds(-10 * 365 * 86_400)).await.unwrap();
        storage.close().await;
    });
    let asks = expire(&[]);
    let today = now.day();
    assert_eq!(asks.status.code(), Some(1), "{asks:?}");
    assert!(stderr(&asks).contains(&format!("run: waxseal expire --today {today}")), "{asks:?}");
    let wrong = expire(&["--today", "2016-01-01"]);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    assert!(stderr(&wrong).contains(&format!("the clock says {today}, not 2016-01-01")), "{wrong:?}");
    assert!(expire(&["--today", &today.to_string()]).status.success());
    assert!(expire(&[]).status.success(), "and it stays confirmed");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = waxseal(folder.path(), &[])
        .args(["config", "show"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    assert_eq!(run(folder.path(), &[], &[]).status.code(), Some(2), "no command: help");
}

#[test]
fn users_and_workspaces_are_made_listed_and_shut_out() {
    let folder = tempfile::tempdir().unwrap();
    let waxseal = |args: &[&str]| run(folder.path(), &[], args);
    let first = &json(&waxseal(&["user", "create", "--json", "Ada@Example.com"]))[0];
    assert!(first["password"].as_str().unwrap().len() >= 20, "{first}");
    let made = waxseal(&["workspace", "create", "Customer 1", "--owner", "ada@example.com"]);
    assert_eq!(stdout(&made), "ada@example.com owns the workspace Customer 1.\n");
    let create = ["user", "create", "bob@example.com", "--role", "viewer"];
    let several = waxseal(&create);
    assert_eq!(several.status.code(), Some(2), "it must be said which workspace");
    assert!(stderr(&several).contains("--workspace NAME"));
    let mut typed =
        waxseal_with_stdin(folder.path(), &[&create[..], &["--workspace", "default", "--password-stdin"]].concat());
    typed.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
    let typed = typed.wait_with_output().unwrap();
    assert_eq!(stdout(&typed), "bob@example.com can sign in.\n", "{}", stderr(&typed));

    for (args, complaint) in [
        (&["user", "create", "bob@example.com", "--workspace", "default"][..], "already"),
        (&["user", "create", "nobody", "--workspace", "default"], "not an e-mail address"),
        (&["user", "create", "eve@example.com", "--workspace", "Nowhere"], "there is no workspace"),
        (&["user", "disable", "eve@example.com"], "there is no user"),
        (&["workspace", "create", "default"], "already"),
        (&["workspace", "create", " "], "1 to 60 characters"),
        (&["workspace", "create", "Customer 2", "--owner", "eve@example.com"], "nothing was made"),
    ] {
        let refused = waxseal(args);
        assert_eq!(refused.status.code(), Some(2), "{args:?}: {}", stderr(&refused));
        assert!(stderr(&refused).contains(complaint), "{args:?}: {}", stderr(&refused));
    }

    assert!(waxseal(&["user", "disable", "bob@example.com"]).status.success());
    let users = json(&waxseal(&["user", "list", "--json"]));
    assert_eq!((&users[0]["email"], &users[0]["administrator"]), (&"ada@example.com".into(), &true.into()));
    assert_eq!(users[0]["workspaces"][1], serde_json::json!({ "workspace": "Customer 1", "role": "owner" }));
    assert_eq!((&users[1]["email"], &users[1]["administrator"]), (&"bob@example.com".into(), &false.into()));
    assert!(users[1]["disabled"].is_string());
    assert!(waxseal(&["user", "enable", "bob@example.com"]).status.success());
    assert!(json(&waxseal(&["user", "list", "--json"]))[1]["disabled"].is_null());
    let spaces = json(&waxseal(&["workspace", "list", "--json"]));
    let told: Vec<_> = spaces.iter().map(|space| (space["workspace"].as_str().unwrap(), &space["members"])).collect();
    assert_eq!(told, [("Customer 1", &1.into()), ("default", &2.into())]);
    assert!(stdout(&waxseal(&["user", "list"])).contains("bob@example.com"));
    assert!(stdout(&waxseal(&["workspace", "list"])).contains("Customer 1"));
    let trusted = |name: &str| {
        let spaces = json(&waxseal(&["workspace", "list", "--json"]));
        spaces.iter().find(|space| space["workspace"] == name).unwrap()["trusted"].clone()
    };
    assert_eq!(
        (trusted("default"), trusted("Customer 1")),
        (true.into(), false.into()),
        "the first need prove nothing"
    );
    assert!(stdout(&waxseal(&["workspace", "trust", "Customer 1"])).contains("need not prove"));
    assert_eq!(trusted("Customer 1"), true);
    assert!(stdout(&waxseal(&["workspace", "trust", "Customer 1", "--revoke"])).contains("must prove"));
    assert_eq!(trusted("Customer 1"), false);
    assert_eq!(waxseal(&["workspace", "trust", "nobody"]).status.code(), Some(2));

    let unsigned = |more: &[&str]| waxseal(&[&["workspace", "unsigned", "Customer 1"], more].concat());
    let expected = |smtp: &str, https: &str| {
        let rest = serde_json::json!({ "workspace": "Customer 1", "imap": "quarantine", "pipe": "quarantine" });
        let mut all = rest.as_object().unwrap().clone();
        all.extend([("smtp".to_owned(), smtp.into()), ("https".to_owned(), https.into())]);
        serde_json::Value::from(all)
    };
    assert_eq!(json(&unsigned(&["--json"]))[0], expected("quarantine", "count"), "as RFC 8460 asks");
    assert_eq!(json(&unsigned(&["--smtp", "count", "--json"]))[0], expected("count", "count"));
    assert!(stdout(&unsigned(&[])).contains("smtp   count\nimap   quarantine\n"), "the rest stays, and it is kept");
    let wrong = unsigned(&["--https", "ignore"]);
    assert!(wrong.status.code() == Some(2) && stderr(&wrong).contains("quarantine or count"), "{wrong:?}");
    assert_eq!(waxseal(&["workspace", "unsigned", "nobody"]).status.code(), Some(2));
}

fn waxseal_with_stdin(folder: &Path, args: &[&str]) -> std::process::Child {
    let piped = || Stdio::piped();
    waxseal(folder, &[]).args(args).stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap()
}
