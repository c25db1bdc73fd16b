//! Mailboxes that are opened with a token of an OAuth server, which is renewed by itself.

use std::{
    io::{BufRead as _, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use checks::testing::{World, dns::Signing};

use super::{DOMAIN, HERE, settings};
use crate::support::{
    Dovecot, Pem, TestApp, free_port, get, mail, may_run_dovecot, need, on_each_database, wait_until,
};

/// A running OAuth server that is not ours; stopped when dropped.
struct Oauth {
    child: Child,
    port: u16,
    /// Held, since it would end when nobody takes what it says.
    _said: Lines<BufReader<ChildStdout>>,
}

impl Oauth {
    /// Starts it; tokens are good for so many seconds.
    fn start(pem: Option<&Pem>, seconds: u32) -> Self {
        need("node", "nodejs");
        let port = free_port();
        let harness = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/harness/oauth-server.mjs");
        let file = |path: Option<&std::path::PathBuf>| path.map(|path| path.as_os_str().to_owned()).unwrap_or_default();
        let mut child = Command::new("node")
            .arg(harness)
            .arg(port.to_string())
            .arg(file(pem.map(|pem| &pem.certificate)))
            .arg(file(pem.map(|pem| &pem.key)))
            .arg(seconds.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listens = lines.any(|line| line.is_ok_and(|line| line == "listening"));
        assert!(listens, "this test needs npm's oidc-provider: npm ci --prefix end2end");
        Self { child, port, _said: lines }
    }

    /// What Dovecot must be told to ask it whose a token is.
    fn configuration(&self, attribute: &str, home: &Path) -> String {
        let scheme = "http";
        let text = format!(
            "introspection_mode = post\nintrospection_url = {scheme}://dovecot:dovecot@127.0.0.1:{}/token/introspection\n\
             force_introspection = yes\nactive_attribute = active\nactive_value = true\nusername_attribute = {attribute}\n",
            self.port
        );
        std::fs::write(home.join("oauth.conf"), text).unwrap();
        format!(
            "auth_mechanisms = plain xoauth2\npassdb {{\n driver = oauth2\n mechanisms = xoauth2\n args = {}/oauth.conf\n}}\n",
            home.display()
        )
    }

    fn ask(&self, path: &str) -> String {
        get(([127, 0, 0, 1], self.port).into(), path, &[]).body
    }

    /// How often a grant was used.
    fn used(&self, grant: &str) -> usize {
        self.ask("/log").lines().filter(|line| line.ends_with(grant)).count()
    }
}

impl Drop for Oauth {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn client_credentials_open_a_mailbox_and_are_renewed() {
    if !may_run_dovecot() {
        return;
    }
    // Good for a minute and three seconds: it is renewed when a minute is left.
    let oauth = Oauth::start(None, 63);
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let dovecot = Dovecot::with(HERE, "localhost", &oauth.configuration("client_id", home.path()));
    let parameters = format!(
        "?token_url=http%3A%2F%2F127.0.0.1%3A{}%2Ftoken&client_id=tls%40example.com&scope=mail&after=delete",
        oauth.port
    );
    let url = dovecot.url("localhost", &parameters).replace("p%3A%40ss%2C%20100%25", "a%20secret%20of%20the%20client");
    on_each_database(&settings(&dovecot, &url), |app| {
        app.count_unsigned_mail();
        app.add_domain(DOMAIN);
        let name = app.address().port().to_string();
        dovecot.deliver(&name, &mail(DOMAIN, &name), Duration::ZERO);
        wait_until("the report is counted", || app.listing(DOMAIN).reports == 1);
        let row = || app.wait(app.engine().mailboxes(app.workspace())).unwrap().remove(0);
        wait_until("it is deleted", || dovecot.mails("").is_empty());
        let before = oauth.used("client_credentials");
        // Another session than the one that waits: with another token, once the first is about to be over.
        wait_until("the token is renewed", || {
            app.wait(app.engine().test_mailbox(app.workspace(), row().id, server::running::now())).unwrap();
            assert_eq!(row().tested.unwrap().1, None);
            oauth.used("client_credentials") > before
        });
    });
}

#[test]
fn a_refused_client_is_told() {
    if !may_run_dovecot() {
        return;
    }
    let oauth = Oauth::start(None, 60);
    let dovecot = Dovecot::start(HERE, "localhost");
    let parameters = format!("?token_url=http%3A%2F%2F127.0.0.1%3A{}%2Ftoken&client_id=tls%40example.com", oauth.port);
    let url = dovecot.url("localhost", &parameters);
    let app = TestApp::with(&settings(&dovecot, &url));
    let error = || app.wait(app.engine().mailboxes(app.workspace())).unwrap().remove(0).error;
    wait_until("the fault is told", || error().is_some());
    let why = error().unwrap().1;
    assert!(why.contains("the OAuth server refuses: invalid_client"), "{why}");
}

#[test]
fn a_device_code_is_entered_once_and_the_token_renews_itself() {
    if !may_run_dovecot() {
        return;
    }
    let internet = tokio::runtime::Runtime::new().unwrap();
    let mut world = World::new();
    let _entered = internet.enter();
    world.zone("own.test", Signing::Unsigned, "imap A $1\nid A 127.0.0.1");
    internet.block_on(world.runner());
    let name_server = world.settings.name_servers[0].to_string();
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    // One speaks HTTPS to the program, and the same server plain HTTP to Dovecot and the test would be two: so Dovecot trusts it.
    let identity = Pem::write(home.path(), "id.own.test");
    let oauth = Oauth::start(Some(&identity), 62);
    let dovecot = Dovecot::with(world.ip(1), "imap.own.test", &{
        let plain = oauth.configuration("sub", home.path());
        let file = home.path().join("oauth.conf");
        let text = std::fs::read_to_string(&file).unwrap().replace("http://", "https://");
        std::fs::write(
            &file,
            format!("{text}tls_ca_cert_file = {}\ntls_allow_invalid_cert = yes\n", identity.certificate.display()),
        )
        .unwrap();
        plain
    });
    let bundle =
        [&dovecot.pem.certificate, &identity.certificate].map(|path| std::fs::read_to_string(path).unwrap()).concat();
    let ca = home.path().join("bundle.pem");
    std::fs::write(&ca, bundle).unwrap();
    let (imaps, https) = (dovecot.imaps.to_string(), oauth.port.to_string());
    let app = TestApp::with(&[
        ("checks.name_servers", &name_server),
        ("checks.allow", "127.0.0.0/8"),
        ("checks.https_port", &https),
        ("imap.ports", &imaps),
        ("imap.extra_ca", ca.to_str().unwrap()),
        ("imap.every", "500ms"),
        ("imap.lease", "1s"),
    ]);
    let cookie = app.sign_in();
    app.count_unsigned_mail();
    app.add_domain(DOMAIN);
    dovecot.deliver("1", &mail(DOMAIN, "1"), Duration::ZERO);
    let form = format!(
        "host=imap.own.test&port={imaps}&tls=tls&user=tls%40example.com&password=a+secret+of+the+client&after=keep&sign_in=device_code\
         &client_id=device&token_url=https%3A%2F%2Fid.own.test%3A{https}%2Ftoken\
         &device_url=https%3A%2F%2Fid.own.test%3A{https}%2Fdevice%2Fauth&scope=openid+offline_access"
    );
    let added = app.submit("/do/add_mailbox", &cookie, &form);
    assert_eq!(added.header("location"), Some("/settings/mailboxes"), "{added:?}");
    let row = || app.wait(app.engine().mailboxes(app.workspace())).unwrap().remove(0);
    let told = row().tested.unwrap().1.unwrap();
    let code =
        told.split_once("enter the code ").unwrap_or_else(|| panic!("{told}")).1.split(' ').next().unwrap().to_owned();
    assert!(get(app.address(), "/settings/mailboxes", &[("Cookie", &cookie)]).body.contains(&code));
    let approve =
        Command::new("curl").args(["-sk", &format!("https://127.0.0.1:{https}/approve/{code}")]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&approve.stdout), "approved");
    wait_until("the report is counted", || app.listing(DOMAIN).reports == 1);
    let used = || {
        let log = Command::new("curl").args(["-sk", &format!("https://127.0.0.1:{https}/log")]).output().unwrap();
        String::from_utf8_lossy(&log.stdout).into_owned()
    };
    wait_until("the token is renewed", || {
        app.wait(app.engine().test_mailbox(app.workspace(), row().id, server::running::now())).unwrap();
        assert_eq!(row().tested.unwrap().1, None);
        used().contains("refresh_token")
    });
    assert_eq!(used().matches("device_code").count(), 1, "{}", used());
}
