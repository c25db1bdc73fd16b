//! Mailboxes that owners add on the page: tried out, read, removed, and never a way to inner hosts.

use std::time::Duration;

use checks::testing::{World, dns::Signing};
use model::mailbox::AfterReport;
use storage::testing::Engine;

use super::{DOMAIN, HERE};
use crate::support::{Dovecot, TestApp, get, mail, may_run_dovecot, on_each_database, wait_until};

const PAGE: &str = "/settings/mailboxes";
/// A key as `openssl rand -base64 32` makes it.
const KEY: &str = "aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMjEyMzQ=";

fn form(port: u16, password: &str) -> String {
    let password =
        password.replace('%', "%25").replace(' ', "+").replace(':', "%3A").replace('@', "%40").replace(',', "%2C");
    format!(
        "host=imap.own.test&port={port}&tls=tls&user=tls%40example.com&password={password}&folder=&after=keep&archive="
    )
}

#[test]
fn an_owner_adds_a_mailbox_and_sees_how_reading_it_goes() {
    if !may_run_dovecot() {
        return;
    }
    let internet = tokio::runtime::Runtime::new().unwrap();
    let mut world = World::new();
    let _entered = internet.enter();
    world.zone("own.test", Signing::Unsigned, "imap A $1");
    internet.block_on(world.runner());
    let name_server = world.settings.name_servers[0].to_string();
    let dovecot = Dovecot::start(world.ip(1), "imap.own.test");
    let port = dovecot.imaps.to_string();
    let ca = dovecot.pem.certificate.to_str().unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let settings = [
            ("checks.name_servers", name_server.as_str()),
            ("checks.allow", "127.0.0.0/8"),
            ("imap.ports", &port),
            ("imap.extra_ca", ca),
            ("imap.every", "500ms"),
            ("secrets.key", KEY),
        ];
        let app = TestApp::on(&settings, engine);
        let cookie = app.sign_in();
        app.count_unsigned_mail();
        app.add_domain(DOMAIN);
        let page = || get(app.address(), PAGE, &[("Cookie", &cookie)]).body;
        assert!(page().contains("No mailbox is read yet."));

        let answer = app.submit("/do/add_mailbox", &cookie, &form(dovecot.imaps, "wrong"));
        assert_eq!((answer.status, answer.header("location")), (303, Some(PAGE)), "{answer:?}");
        let shown = page();
        assert!(shown.contains("the test failed: ") && shown.contains("Authentication failed"), "{shown}");
        let id = shown.split_once("name=\"id\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
        assert_eq!(app.submit("/do/remove_mailbox", &cookie, &format!("id={id}")).header("location"), Some(PAGE));
        assert!(page().contains("No mailbox is read yet."));

        let name = format!("{engine:?}");
        dovecot.deliver(&name, &mail(DOMAIN, &name), Duration::ZERO);
        app.submit("/do/add_mailbox", &cookie, &form(dovecot.imaps, crate::support::IMAP_PASSWORD));
        assert!(page().contains("the test went well"), "{}", page());
        wait_until("the report is counted", || app.listing(DOMAIN).reports > 0);
        wait_until("the page says so", || page().contains("Last read"));
        let shown = page();
        assert!(shown.contains("tls@example.com") && !shown.contains("p:@ss"), "{shown}");

        // Changed without the password: it is kept, and reading goes on with it.
        let id = shown.split_once("name=\"id\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
        let edit = format!("{}&id={id}", form(dovecot.imaps, "").replace("after=keep", "after=seen"));
        assert_eq!(app.submit("/do/edit_mailbox", &cookie, &edit).header("location"), Some(PAGE));
        let shown = page();
        assert!(shown.contains("the test went well") && shown.contains("marked as read"), "{shown}");
        app.submit("/do/pause_mailbox", &cookie, &format!("id={id}&paused=yes"));
        // The mails of the other database's turn are there, too.
        let known = app.listing(DOMAIN).reports;
        let late = format!("{name} late");
        dovecot.deliver(&late, &mail(DOMAIN, &late), Duration::ZERO);
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(app.listing(DOMAIN).reports, known, "it is not read while it is paused");
        app.submit("/do/pause_mailbox", &cookie, &format!("id={id}&paused="));
        wait_until("it goes on where it was", || app.listing(DOMAIN).reports == known + 1);
        let file = format!("{:?}", app.wait(app.engine().mailboxes(app.workspace())).unwrap());
        assert!(!file.contains("p:@ss"), "{file}");
    }
}

#[test]
fn inner_hosts_and_other_ports_are_out_of_reach() {
    let internet = tokio::runtime::Runtime::new().unwrap();
    let mut world = World::new();
    let _entered = internet.enter();
    world.zone("own.test", Signing::Unsigned, "imap A 127.0.0.1\nmixed A 9.9.9.9\nmixed A 10.0.0.1");
    internet.block_on(world.runner());
    let name_server = world.settings.name_servers[0].to_string();
    let sentinel = std::net::TcpListener::bind((HERE, 0)).unwrap();
    sentinel.set_nonblocking(true).unwrap();
    let port = sentinel.local_addr().unwrap().port();
    let ports = port.to_string();
    let app = TestApp::with(&[("checks.name_servers", &name_server), ("imap.ports", &ports)]);
    let cookie = app.sign_in();
    let page = || get(app.address(), PAGE, &[("Cookie", &cookie)]).body;
    app.submit("/do/add_mailbox", &cookie, &form(port, "x"));
    let shown = page();
    assert!(shown.contains("imap.own.test is 127.0.0.1 from here, which is no public address"), "{shown}");
    assert!(shown.contains("checks.allow"), "{shown}");
    app.submit("/do/add_mailbox", &cookie, &form(port, "x").replace("imap.own", "mixed.own"));
    assert!(page().contains("mixed.own.test is 10.0.0.1 from here"), "{}", page());
    for (change, code) in [
        (form(25, "x"), "port"),
        (form(port, "x").replace("imap.own.test", "127.0.0.1%3A80"), "host"),
        (form(port, "x").replace("tls=tls", "tls=none"), "tls"),
        (form(port, "x").replace("after=keep", "after=move"), "after"),
        (form(port, ""), "secret"),
    ] {
        let answer = app.submit("/do/add_mailbox", &cookie, &change);
        assert_eq!(answer.header("location"), Some(format!("{PAGE}?error={code}").as_str()), "{change}");
    }
    assert!(sentinel.accept().is_err(), "nobody was dialled");
}

#[test]
fn a_mailbox_is_changed_and_its_password_goes_nowhere_else() {
    on_each_database(&[("checks.name_servers", "127.0.0.1:1"), ("secrets.key", KEY)], |app| {
        let cookie = app.sign_in();
        let mailbox = || app.wait(app.engine().mailboxes(app.workspace())).unwrap().remove(0);
        app.submit("/do/add_mailbox", &cookie, &form(993, "hunter2hunter2"));
        let (id, as_it_is) = (mailbox().id, form(993, ""));
        let edit = |change: &str| {
            let answer = app.submit("/do/edit_mailbox", &cookie, &format!("{change}&id={id}"));
            answer.header("location").unwrap().to_owned()
        };
        let page = |path: &str| get(app.address(), path, &[("Cookie", &cookie)]).body;
        let own = format!("{PAGE}/{id}");
        let shown = page(&own);
        assert!(shown.contains("value=\"tls@example.com\"") && shown.contains("value=\"993\""), "{shown}");
        assert!(!shown.contains("hunter2"), "a secret is never shown again");

        // What says nothing about where the password goes is changed without it.
        assert_eq!(edit(&as_it_is.replace("folder=&after=keep", "folder=TLS&after=delete")), PAGE);
        assert_eq!((mailbox().settings.folder, mailbox().settings.after), ("TLS".to_owned(), AfterReport::Delete));
        let oauth = "sign_in=device_code&client_id=x&token_url=https%3A%2F%2Fevil.test%2F&device_url=https%3A%2F%2Fevil.test%2F";
        for elsewhere in [
            as_it_is.replace("imap.own.test", "imap.evil.test"),
            as_it_is.replace("port=993", "port=143"),
            as_it_is.replace("tls%40example.com", "eve%40example.com"),
            format!("{as_it_is}&{}", oauth.replace("device_code", "client_credentials")),
        ] {
            assert_eq!(edit(&elsewhere), format!("{own}?error=secret-anew"), "{elsewhere}");
        }
        assert!(page(&format!("{own}?error=secret-anew")).contains("Enter it anew"));
        assert_eq!(mailbox().settings.host, "imap.own.test", "nothing was changed");
        assert_eq!(edit(&form(993, "sesame-of-mine").replace("imap.own.test", "imap.new.test")), PAGE);
        assert_eq!(mailbox().settings.host, "imap.new.test");
        // A public client needs no secret: what there was is forgotten, and goes nowhere.
        assert_eq!(edit(&format!("{as_it_is}&{oauth}")), PAGE);
        assert_eq!(edit(&format!("{as_it_is}&{oauth}&forget=yes")), PAGE);
        for (wrong, code) in
            [(as_it_is.replace("port=993", "port=25"), "port"), (as_it_is.replace("tls=tls", "tls=x"), "tls")]
        {
            assert_eq!(edit(&wrong), format!("{own}?error={code}"));
        }

        let pause = |paused: &str| {
            let answer = app.submit("/do/pause_mailbox", &cookie, &format!("id={id}&paused={paused}"));
            answer.header("location").unwrap().to_owned()
        };
        assert_eq!(pause("yes"), PAGE);
        let shown = page(PAGE);
        assert!(shown.contains("it is not read") && shown.contains("Resume tls@example.com"), "{shown}");
        assert_eq!(pause("yes"), format!("{PAGE}?error=no-mailbox"));
        assert_eq!(pause(""), PAGE);
        assert!(mailbox().paused.is_none());
        let log = page("/settings/audit?act=mailbox_edited");
        assert!(log.contains("4 entries") && log.contains("folder, what becomes of reports"), "{log}");
        assert!(log.contains("server, secret") && !log.contains("sesame"), "{log}");
        assert_eq!(get(app.address(), &format!("{PAGE}/999"), &[("Cookie", &cookie)]).status, 404);
    });
}

#[test]
fn without_a_key_no_password_is_kept() {
    let app = TestApp::on(&[("checks.name_servers", "127.0.0.1:1")], Engine::Postgres);
    let cookie = app.sign_in();
    let page = get(app.address(), PAGE, &[("Cookie", &cookie)]).body;
    assert!(page.contains("WAXSEAL_SECRETS__KEY") && !page.contains("Add and test"), "{page}");
    let answer = app.submit("/do/add_mailbox", &cookie, &form(993, "x"));
    assert_eq!(answer.header("location"), Some("/settings/mailboxes?error=no-key"));
}
