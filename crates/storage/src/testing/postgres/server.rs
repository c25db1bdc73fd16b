//! A PostgreSQL server of one test alone, which may freeze it, kill it, start it again, or reach it only over TLS.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use super::{
    USER,
    programs::{as_user, bin, give_away, init, run, silent, tool},
};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// The server. It ends with this value, and with the thread that started it.
#[derive(Debug)]
pub struct PostgresServer {
    folder: TempDir,
    port: u16,
    process: Option<Child>,
}

impl PostgresServer {
    /// Starts one that is reached through a Unix socket.
    ///
    /// # Panics
    /// It does not start; without PostgreSQL, the message says what to install.
    #[must_use]
    pub fn start() -> Self {
        let mut server = Self::prepare();
        server.run();
        server
    }

    /// Starts one that takes connections over TCP only with TLS. Its certificate is for `localhost` and by the authority in
    /// [`Self::authority`].
    ///
    /// # Panics
    /// It does not start; without PostgreSQL, the message says what to install.
    #[must_use]
    pub fn start_with_tls() -> Self {
        let mut server = Self::prepare();
        let (certificate, key) = server.certify();
        let data = server.folder.path().join("data");
        fs::write(data.join("pg_hba.conf"), "local all all trust\nhostssl all all localhost trust\n")
            .expect("its rules");
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            fs::write(data.join(name), text).expect("a file of the server");
            give_away(&data.join(name));
            let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            fs::set_permissions(data.join(name), private).expect("the file is private");
        }
        fs::write(data.join("postgresql.auto.conf"), "ssl = on\nlisten_addresses = 'localhost'\n")
            .expect("its settings");
        server.run();
        server
    }

    /// The URL of its database through the Unix socket.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://{USER}@localhost:{}/{USER}?host={}", self.port, self.folder.path().display())
    }

    /// The URL of its database over TCP at this name, with these parameters.
    #[must_use]
    pub fn tcp_url(&self, host: &str, parameters: &str) -> String {
        format!("postgres://{USER}@{host}:{}/{USER}?{parameters}", self.port)
    }

    /// The file with the certificate of the authority that its own is from.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// Lets every process of it stand still: connections stay, nothing answers.
    ///
    /// # Panics
    /// It is not running.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    ///
    /// # Panics
    /// It is not running.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Ends it at once, as a crash would.
    ///
    /// # Panics
    /// `pg_ctl` does not run.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let data = self.folder.path().join("data");
            run(tool(&bin(), "pg_ctl").arg("-D").arg(data).args(["-m", "immediate", "stop"]));
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Runs it, again after [`Self::kill`], and waits until it answers.
    ///
    /// # Panics
    /// It does not start.
    pub fn run(&mut self) {
        let (bin, folder) = (bin(), self.folder.path());
        let port = self.port.to_string();
        // It ends with the thread that started it, should that be killed before it can end it.
        let mut command = as_user("setpriv".as_ref());
        command.args(["--pdeathsig", "INT"]).arg(bin.join("postgres"));
        // A process may be killed here, but the power is never cut.
        command.arg("-D").arg(folder.join("data")).args(["-c", "fsync=off", "-p", &port, "-k"]).arg(folder);
        if !folder.join("data/postgresql.auto.conf").metadata().is_ok_and(|file| file.len() > 0) {
            command.args(["-c", "listen_addresses="]);
        }
        let log = fs::File::create(folder.join("log")).expect("a log");
        self.process = Some(silent(&mut command).stderr(log).spawn().expect("setpriv runs"));
        let begun = Instant::now();
        while !run(tool(&bin, "pg_isready").arg("-q").arg("-h").arg(folder).args(["-p", &port])) {
            let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not start: {}", log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn prepare() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        init(&bin(), folder.path());
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
        Self { folder, port, process: None }
    }

    /// Makes an authority and a certificate by it; gives the certificate and its key.
    fn certify(&self) -> (String, String) {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("an authority");
        fs::write(self.authority(), authority.pem()).expect("a file for the authority");
        let key = KeyPair::generate().expect("a key");
        let name = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        (name.signed_by(&key, &authority).expect("a certificate").pem(), key.serialize_pem())
    }

    /// Sends a signal to the server and to the processes it has started.
    fn signal(&self, signal: &str) {
        let pid = self.process.as_ref().expect("it is running").id();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).expect("its processes");
        let send = |process: &str| run(Command::new("kill").args([signal, process]));
        assert!(send(&pid.to_string()), "kill {signal}");
        for child in children.split_whitespace() {
            // It may have ended meanwhile.
            send(child);
        }
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        if self.process.is_some() {
            self.thaw();
            self.kill();
        }
    }
}
