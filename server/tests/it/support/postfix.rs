//! A real Postfix: its own configuration, queue and ports, in a folder that is thrown away.

#![expect(clippy::print_stdout, reason = "what is left out should be seen")]

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{need, wait_until};

/// Its programs as `master` starts them, none of them in a chroot, and nothing that delivers on this machine.
const SERVICES: &str = "\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";

/// A running Postfix; stopped when dropped.
pub(crate) struct Postfix {
    folder: TempDir,
    /// Where it takes mail.
    pub(crate) address: SocketAddr,
}

impl Postfix {
    /// Starts one with these lines behind what it needs to run at all.
    pub(crate) fn start(configuration: &str) -> Self {
        need("postfix", "postfix");
        need("smtp-source", "postfix");
        let folder = tempfile::tempdir().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let home = folder.path().to_owned();
        // Its programs run as another user, who must get to the queue.
        fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).unwrap();
        for part in ["conf", "queue", "data"] {
            fs::create_dir(home.join(part)).unwrap();
        }
        assert!(Command::new("chown").arg("postfix").arg(home.join("data")).status().unwrap().success());
        fs::write(home.join("conf/master.cf"), format!("{address} inet n - n - - smtpd\n{SERVICES}")).unwrap();
        let home = home.display();
        let basics = format!(
            "compatibility_level = 3.6\nqueue_directory = {home}/queue\ndata_directory = {home}/data\n\
             maillog_file = {home}/mail.log\nmaillog_file_prefixes = {home}\nmyhostname = relay.example\nmydestination =\n\
             mynetworks = 127.0.0.0/8\ninet_interfaces = loopback-only\nsmtp_dns_support_level = disabled\n\
             smtpd_peername_lookup = no\n{configuration}"
        );
        fs::write(folder.path().join("conf/main.cf"), basics).unwrap();
        let postfix = Self { folder, address };
        let started = postfix.command("postfix").arg("start").output().unwrap();
        assert!(started.status.success(), "{started:?}\n{}", postfix.log());
        wait_until("Postfix listens", || std::net::TcpStream::connect(address).is_ok());
        postfix
    }

    /// Hands it each of these files as a message of its own, a few at once, as `smtp-source` sends them.
    pub(crate) fn send(&self, to: &str, messages: &[PathBuf]) {
        send(self.address, to, messages);
    }

    /// What it wrote down.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("mail.log")).unwrap_or_default()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").arg("-c").arg(self.folder.path().join("conf"));
        command
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // `abort` does not wait for mail that nobody takes.
        let _ = self.command("postfix").arg("abort").output();
    }
}

/// Whether this user may start one. Where tests must not be left out, it is an error not to be.
pub(crate) fn may_run_postfix() -> bool {
    let root = rustix::process::geteuid().is_root();
    assert!(root || std::env::var_os("CI").is_none(), "only root may start a Postfix, so run these tests as root");
    if !root {
        println!("left out: only root may start a Postfix");
    }
    root
}

/// Sends each of these files to a server with `smtp-source`, eight at once.
pub(crate) fn send(server: SocketAddr, to: &str, messages: &[PathBuf]) {
    std::thread::scope(|scope| {
        for part in messages.chunks(messages.len().div_ceil(8).max(1)) {
            scope.spawn(move || part.iter().for_each(|message| send_one(server, to, message)));
        }
    });
}

fn send_one(server: SocketAddr, to: &str, message: &Path) {
    let sent = Command::new("/usr/sbin/smtp-source")
        .args(["-f", "reports@sender.example", "-t", to, "-F"])
        .arg(message)
        .arg(server.to_string())
        .output()
        .unwrap();
    assert!(sent.status.success(), "{sent:?}");
}

/// A port that nobody listens on just now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
