//! A PostgreSQL of a test's own: started from the installed programs, on a socket in a temporary folder, and gone with
//! the value. Only tests depend on this crate.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use tempfile::TempDir;

/// A server that lives as long as this value.
#[derive(Debug)]
pub struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    /// PostgreSQL refuses to run as root, and tests in a container are root.
    as_root: bool,
    databases: AtomicUsize,
}

impl Postgres {
    /// Starts a server, in about a second.
    ///
    /// # Panics
    /// PostgreSQL is not installed, or does not start.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("waxseal-postgres").tempdir().expect("a temporary folder");
        let as_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
        if as_root {
            let given = Command::new("chown").arg("postgres").arg(folder.path()).status();
            assert!(given.is_ok_and(|status| status.success()), "the folder cannot be given to the user postgres");
        }
        let server = Self { folder, programs: programs(), as_root, databases: AtomicUsize::new(0) };
        let (socket, data) = (server.socket(), format!("{}/data", server.socket()));
        server.run("initdb", &["-D", &data, "-U", "waxseal", "--auth=trust", "--encoding=UTF8", "--no-sync"]);
        // Nothing has to survive the power failing.
        let options = format!("-k {socket} -c listen_addresses='' -c max_connections=100 -c fsync=off");
        server.run("pg_ctl", &["-D", &data, "-w", "-l", &format!("{socket}/log"), "-o", &options, "start"]);
        server
    }

    /// The URL of a fresh database.
    ///
    /// # Panics
    /// The server does not make one.
    pub fn database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run("createdb", &["-h", self.socket(), "-U", "waxseal", &name]);
        format!("postgres://waxseal@localhost/{name}?host={}", self.socket().replace('/', "%2F"))
    }

    /// The folder of its socket.
    fn socket(&self) -> &str {
        self.folder.path().to_str().expect("temporary folders have plain names")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if self.as_root { Command::new("runuser") } else { Command::new(&program) };
        if self.as_root {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        let output = command.args(arguments).current_dir("/").stdin(Stdio::null()).output().expect("it is installed");
        assert!(output.status.success(), "{}: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The first line of this file is the server's process id.
        let pid = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
        if let Some(pid) = pid.lines().next() {
            let _ = Command::new("kill").args(["-QUIT", pid]).status();
        }
    }
}

/// Where the newest PostgreSQL's programs are; Debian keeps them out of PATH.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(|bin| bin.join("initdb").exists());
    debian.or(on_path).expect("this test needs PostgreSQL: apt install postgresql")
}
