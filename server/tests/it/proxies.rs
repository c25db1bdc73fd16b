//! Behind the reverse proxies of docs/: their files as they are, but for host, ports and certificates.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::{Program, gzip, need, report, waxseal};

const HOST: &str = "tlsrpt.example.com";

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn docs(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)).unwrap()
}

/// A file of docs/ with replacements, each of which must still find its place.
fn replaced(text: String, pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "docs no longer say {from:?}");
        text.replace(from, to)
    })
}

/// A proxy that ends with the test.
struct Proxy {
    child: Child,
    port: u16,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Proxy {
    fn start(mut command: Command, port: u16, folder: &Path) -> Self {
        let log = fs::File::create(folder.join("proxy.log")).unwrap();
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).stdin(Stdio::null()).spawn().unwrap();
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = fs::read_to_string(folder.join("proxy.log")).unwrap();
            assert!(start.elapsed() < Duration::from_secs(20), "the proxy does not start: {log}");
            thread::sleep(Duration::from_millis(50));
        }
        Self { child, port }
    }

    fn nginx(folder: &Path, server: &str) -> Self {
        need("nginx", "nginx");
        need("openssl", "openssl");
        let (http, https) = (free_port(), free_port());
        let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
            .args(["-subj", &format!("/CN={HOST}"), "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let site = replaced(
            docs("nginx.conf"),
            &[
                ("server 127.0.0.1:3000;", &format!("server {server};")),
                ("listen 80;", &format!("listen 127.0.0.1:{http};")),
                ("listen 443 ", &format!("listen 127.0.0.1:{https} ")),
                ("/etc/letsencrypt/live/tlsrpt.example.com/fullchain.pem", certificate.to_str().unwrap()),
                ("/etc/letsencrypt/live/tlsrpt.example.com/privkey.pem", key.to_str().unwrap()),
            ],
        );
        let at = folder.display();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {at}/{kind};"))
            .join("\n");
        // As root nginx would change to a user who cannot enter this folder.
        let user = if Command::new("id").arg("-u").output().unwrap().stdout == b"0\n" { "user root;\n" } else { "" };
        let whole = format!(
            "{user}daemon off;\npid {at}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\n{site}\n}}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, whole).unwrap();
        let mut command = Command::new("nginx");
        command.env("PATH", "/usr/sbin:/usr/bin:/bin").arg("-e").arg("stderr").arg("-c").arg(&file);
        Self::start(command, https, folder)
    }

    fn caddy(folder: &Path, server: &str) -> Self {
        need("caddy", "caddy");
        let https = free_port();
        let site = replaced(
            docs("Caddyfile"),
            &[
                ("\ntlsrpt.example.com {", &format!("\nhttps://{HOST}:{https} {{\n\ttls internal\n\tbind 127.0.0.1")),
                ("127.0.0.1:3000", server),
            ],
        );
        let options = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n";
        let file = folder.join("Caddyfile");
        fs::write(&file, format!("{options}{site}")).unwrap();
        let mut command = Command::new("caddy");
        command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file);
        Self::start(command, https, folder)
    }

    /// Asks through the proxy, from one of this machine's own addresses.
    fn curl(&self, from: &str, path: &str, args: &[&str], body: &Path) -> (u16, String) {
        need("curl", "curl");
        let Output { stdout, .. } = Command::new("curl")
            .args(["--silent", "--insecure", "--max-time", "30", "--interface", from, "--write-out", "\n%{http_code}"])
            .args(["--resolve", &format!("{HOST}:{}:127.0.0.1", self.port)])
            .args(args)
            .arg(format!("https://{HOST}:{}{path}", self.port))
            .arg("--data-binary")
            .arg(format!("@{}", body.display()))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&stdout).into_owned();
        let (body, status) = text.rsplit_once('\n').unwrap();
        (status.parse().unwrap(), body.to_owned())
    }
}

#[test]
fn behind_nginx() {
    behind(Proxy::nginx);
}

#[test]
fn behind_caddy() {
    behind(Proxy::caddy);
}

fn behind(start: impl Fn(&Path, &str) -> Proxy) {
    let folder = tempfile::tempdir().unwrap();
    // The program tells its address in its link, which a base URL would replace; so the port is chosen here.
    let listen = format!("127.0.0.1:{}", free_port());
    let settings = [
        ("http.listen", listen.as_str()),
        ("http.trusted_proxies", "127.0.0.1"),
        ("receiving.source_burst", "2"),
        ("receiving.source_per_minute", "1"),
    ];
    let added = waxseal(folder.path(), &settings).args(["domain", "add", "--json", "example.com"]).output().unwrap();
    let added: serde_json::Value = serde_json::from_slice(&added.stdout).unwrap();
    let path = format!("/r/{}", added["address"].as_str().unwrap());
    let _program = Program::serve(folder.path(), &settings);
    let proxy = start(folder.path(), &listen);
    let send = |from: &str, id: &str, args: &[&str]| {
        let file = folder.path().join("body");
        fs::write(&file, gzip(&report("example.com", id))).unwrap();
        proxy.curl(from, &path, args, &file).0
    };

    assert_eq!(send("127.0.0.2", "1", &[]), 201);
    assert_eq!(send("127.0.0.2", "2", &["--header", "Transfer-Encoding: chunked"]), 201);
    assert_eq!(send("127.0.0.2", "3", &[]), 429, "clients are told apart behind the proxy");
    assert_eq!(
        send("127.0.0.2", "3", &["--header", "X-Forwarded-For: 192.0.2.1"]),
        429,
        "and cannot choose who they are"
    );
    assert_eq!(send("127.0.0.2", "3", &["--header", "Forwarded: for=192.0.2.1"]), 429);
    assert_eq!(send("127.0.0.3", "3", &[]), 201);

    let large = folder.path().join("large");
    fs::write(&large, vec![b' '; 11 << 20]).unwrap();
    let (status, told) = proxy.curl("127.0.0.4", &path, &[], &large);
    assert_eq!(status, 413);
    assert!(told.contains("larger than 10 MiB"), "the program's own answer comes through: {told}");

    let form = folder.path().join("form");
    fs::write(&form, "email=a%40example.com&password=wrong-password").unwrap();
    let sign_in = |origin: &str| {
        proxy.curl("127.0.0.5", "/do/sign_in", &["--header", origin, "--header", "Accept: text/html"], &form).0
    };
    assert_eq!(sign_in(&format!("Origin: https://{HOST}:{}", proxy.port)), 303, "the proxy passes Host on");
    assert_eq!(sign_in("Origin: https://evil.example"), 403);

    let nothing = folder.path().join("nothing");
    fs::write(&nothing, "").unwrap();
    assert_eq!(proxy.curl("127.0.0.1", "/metrics", &["--get"], &nothing).0, 403, "metrics are not for the world");
}

#[test]
fn a_forwarded_address_from_a_stranger_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::serve(folder.path(), &[]);
    for _ in 0..3 {
        crate::support::get(program.address, "/healthz", &[("X-Forwarded-For", "192.0.2.1")]);
    }
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    let told: Vec<_> = log.lines().filter(|line| line.contains("http.trusted_proxies")).collect();
    assert_eq!(told.len(), 1, "{log}");
    assert!(told[0].contains("WAXSEAL_HTTP__TRUSTED_PROXIES") && told[0].contains("127.0.0.1"), "{}", told[0]);
}
