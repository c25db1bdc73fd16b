//! The program as its own process: what a user types, what a supervisor starts and kills.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// `waxseal` in a folder of its own, with no setting but those given.
pub(crate) fn waxseal(folder: &Path, settings: &[(&str, &str)]) -> Command {
    configured(Command::new(env!("CARGO_BIN_EXE_waxseal")), folder, settings)
}

fn configured(mut command: Command, folder: &Path, settings: &[(&str, &str)]) -> Command {
    command.current_dir(folder).env_clear().env("WAXSEAL_HTTP__LISTEN", "127.0.0.1:0");
    // No test asks the name servers of this machine.
    command.env("WAXSEAL_CHECKS__ENABLED", "false");
    for (key, value) in settings {
        command.env(format!("WAXSEAL_{}", key.replace('.', "__").to_ascii_uppercase()), value);
    }
    command
}

/// A folder with a database that knows this domain, and the path for its reports.
pub(crate) fn watching(domain: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = waxseal(folder.path(), &[]).args(["domain", "add", "--json", domain]).output().unwrap();
    let added: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let path = format!("/r/{}", added["address"].as_str().unwrap());
    (folder, path)
}

/// A running `waxseal serve`; killed when dropped.
pub(crate) struct Program {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// All it printed to standard output until it was ready.
    pub(crate) printed: String,
}

impl Program {
    /// Starts it and waits for its last line, the link.
    pub(crate) fn serve(folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start(folder, waxseal(folder, settings).arg("serve"))
    }

    /// The same where writes may fail, see [`Self::let_files_grow_to`]: without this, the system would end the program instead.
    pub(crate) fn serve_on_a_bad_disk(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut command = configured(Command::new("sh"), folder, settings);
        let ignoring = "trap '' XFSZ; exec \"$0\" serve";
        Self::start(folder, command.args(["-c", ignoring, env!("CARGO_BIN_EXE_waxseal")]))
    }

    /// From here on, to write any of its files beyond so many bytes fails; none: no write fails.
    pub(crate) fn let_files_grow_to(&self, bytes: Option<u64>) {
        let limit = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let (pid, limit) = (self.pid().to_string(), format!("--fsize={limit}:"));
        assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
    }

    fn start(folder: &Path, command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(fs::File::options().create(true).append(true).open(folder.join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut printed = String::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                panic!("it ended: {printed}{}", fs::read_to_string(folder.join("log")).unwrap())
            };
            printed.push_str(&line);
            printed.push('\n');
            let host = line.split_once("http://").map(|(_, link)| link.split('/').next().unwrap_or_default());
            if let Some(address) = host {
                break address.parse().unwrap();
            }
        };
        Self { child, address, printed }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal: `TERM`, `INT`, `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end and gives the exit code.
    pub(crate) fn wait(mut self, at_most: Duration) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < at_most, "still running after {at_most:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Fails with the way to install it when a program of the test is missing.
pub(crate) fn need(program: &str, package: &str) {
    let found = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).chain(["/usr/sbin".into()]).any(|dir| dir.join(program).exists())
    });
    assert!(found, "this test needs {program}: apt install {package}");
}
