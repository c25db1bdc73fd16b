//! A real Dovecot: its own configuration, mail and ports, in a folder that is thrown away.

#![expect(clippy::print_stdout, reason = "what is left out should be seen")]

use std::{
    fs,
    net::{IpAddr, TcpStream},
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use data_encoding::BASE64;
use tempfile::TempDir;

use super::{Pem, free_port, need, wait_until};

/// The user whose mail it keeps, and the password.
const USER: &str = "tls@example.com";
pub(crate) const PASSWORD: &str = "p:@ss, 100%";

/// Who owns the mail: Dovecot touches none for root.
const NOBODY: u32 = 65_534;

/// A running Dovecot; stopped when dropped.
pub(crate) struct Dovecot {
    folder: TempDir,
    child: Mutex<Child>,
    address: IpAddr,
    /// The port for TLS, and the one for STARTTLS.
    pub(crate) imaps: u16,
    pub(crate) imap: u16,
    /// Its certificate, for the host that was asked for.
    pub(crate) pem: Pem,
}

impl Dovecot {
    /// Starts one at this address whose certificate names this host.
    pub(crate) fn start(address: IpAddr, host: &str) -> Self {
        Self::with(address, host, "")
    }

    /// The same with these lines behind what it needs to run at all.
    pub(crate) fn with(address: IpAddr, host: &str, configuration: &str) -> Self {
        need("dovecot", "dovecot-imapd");
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_owned();
        // Its programs run as other users, who must get to the mail.
        fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).unwrap();
        let pem = Pem::write(&home, host);
        let (imap, imaps) = (free_port(), free_port());
        fs::create_dir(home.join("run")).unwrap();
        let home = home.display();
        let basics = format!(
            "base_dir = {home}/run\nlog_path = {home}/log\nprotocols = imap\nlisten = {address}\nssl = required\n\
             ssl_cert = <{home}/cert.pem\nssl_key = <{home}/key.pem\nmail_location = maildir:{home}/mail\n\
             first_valid_uid = 1\nmail_max_userip_connections = 100\n\
             service imap-login {{\n inet_listener imap {{\n port = {imap}\n }}\n inet_listener imaps {{\n port = {imaps}\n \
             ssl = yes\n }}\n}}\nservice stats {{\n unix_listener stats-writer {{\n mode = 0666\n }}\n}}\n\
             auth_failure_delay = 0\nservice anvil {{\n unix_listener anvil-auth-penalty {{\n mode = 0\n }}\n}}\n\
             passdb {{\n driver = passwd-file\n args = {home}/users\n}}\n\
             userdb {{\n driver = static\n args = uid={NOBODY} gid={NOBODY} home={home}\n}}\n{configuration}"
        );
        let password = BASE64.encode(PASSWORD.as_bytes());
        fs::write(folder.path().join("users"), format!("{USER}:{{PLAIN.b64}}{password}\n")).unwrap();
        fs::write(folder.path().join("dovecot.conf"), basics).unwrap();
        for part in ["mail", "mail/new", "mail/cur", "mail/tmp"] {
            fs::create_dir(folder.path().join(part)).unwrap();
            chown(folder.path().join(part), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let dovecot = Self { child: Mutex::new(run(folder.path())), folder, address, imaps, imap, pem };
        dovecot.wait();
        dovecot
    }

    fn wait(&self) {
        wait_until("Dovecot listens", || TcpStream::connect((self.address, self.imaps)).is_ok());
    }

    /// Puts a mail into the inbox, as though it had come so long ago.
    pub(crate) fn deliver(&self, name: &str, mail: &[u8], ago: Duration) {
        let [draft, place] = ["tmp", "new"].map(|part| self.path(part).join(name));
        fs::write(&draft, mail).unwrap();
        let file = fs::File::options().write(true).open(&draft).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - ago).unwrap();
        chown(&draft, Some(NOBODY), Some(NOBODY)).unwrap();
        fs::rename(draft, place).unwrap();
    }

    /// The mails of a folder by the names of their files, with their flags behind `:2,`; those of the inbox for an empty name.
    pub(crate) fn mails(&self, folder: &str) -> Vec<String> {
        let base = if folder.is_empty() { String::new() } else { format!(".{folder}/") };
        let mut names: Vec<String> = ["new", "cur"]
            .into_iter()
            .filter_map(|part| fs::read_dir(self.path(&format!("{base}{part}"))).ok())
            .flatten()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Takes a mail away.
    pub(crate) fn remove(&self, folder: &str, name: &str) {
        let base = if folder.is_empty() { String::new() } else { format!(".{folder}/") };
        let places = ["new", "cur"].map(|part| self.path(&format!("{base}{part}")).join(name));
        assert!(places.iter().any(|place| fs::remove_file(place).is_ok()), "{name}");
    }

    /// Makes a folder.
    pub(crate) fn make_folder(&self, name: &str) {
        for part in ["", "/new", "/cur", "/tmp"] {
            let path = self.path(&format!(".{name}{part}"));
            fs::create_dir(&path).unwrap();
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }

    /// Forgets which UID each mail had: from now on UIDVALIDITY is another. All sessions end with that.
    pub(crate) fn forget_uids(&self) {
        let mut child = self.child.lock().unwrap();
        end(&mut child);
        for entry in fs::read_dir(self.path("")).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_string_lossy().starts_with("dovecot") {
                fs::remove_file(path).unwrap();
            }
        }
        *child = run(self.folder.path());
        drop(child);
        self.wait();
    }

    /// What it wrote down.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Its inbox as `imap.mailboxes` names it.
    pub(crate) fn url(&self, host: &str, parameters: &str) -> String {
        format!("imaps://tls%40example.com:p%3A%40ss%2C%20100%25@{host}:{}/INBOX{parameters}", self.imaps)
    }

    fn path(&self, part: &str) -> PathBuf {
        self.folder.path().join("mail").join(part)
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", self.log());
        }
        end(&mut self.child.lock().unwrap());
    }
}

fn run(folder: &Path) -> Child {
    Command::new("dovecot")
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .args(["-F", "-c"])
        .arg(folder.join("dovecot.conf"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn end(child: &mut Child) {
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    let _ = child.wait();
}

/// Whether this user may start one. Where tests must not be left out, it is an error not to be.
pub(crate) fn may_run_dovecot() -> bool {
    let root = rustix::process::geteuid().is_root();
    assert!(root || std::env::var_os("CI").is_none(), "only root may start a Dovecot, so run these tests as root");
    if !root {
        println!("left out: only root may start a Dovecot");
    }
    root
}
