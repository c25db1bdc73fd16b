//! A private PostgreSQL cluster that all test processes share.
//!
//! The first test that needs it makes it, in a folder of its own below the temporary folder and behind a Unix socket. Every
//! process that uses it holds a shared lock; a watchdog ends the cluster and deletes the folder some seconds after the last
//! lock is gone. No server but this one is touched.

use std::{
    fs::{self, File},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sea_orm::{ConnectionTrait as _, Database};

/// The cluster runs as this user when tests run as root, which PostgreSQL refuses.
const USER: &str = "postgres";

/// Ends the cluster when nobody has used it for ten seconds. `$1` is its folder, the rest runs `pg_ctl`.
const WATCHDOG: &str = r#"
folder=$1; shift
while :; do
    flock -x "$folder/users" true || exit 1
    sleep 10
    (
        flock -n -x 9 || exit 1
        "$@" -D "$folder/data" -m immediate stop
        rm -rf "$folder/data"
    ) 9<"$folder/users" && exit 0
done
"#;

/// Makes a database and gives its URL.
pub(super) async fn new_database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let socket = cluster().folder.display().to_string();
    let url = |name: &str| format!("postgres://{USER}@localhost/{name}?host={socket}");
    let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let server = Database::connect(url("postgres")).await.expect("the cluster answers");
    // A process of this number may have run before.
    for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        server.execute_unprepared(&statement).await.expect("a new database");
    }
    server.close().await.expect("the connection closes");
    url(&name)
}

struct Cluster {
    folder: PathBuf,
    /// Held as long as this process lives.
    _users: File,
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(start)
}

fn start() -> Cluster {
    let bin = bin();
    let folder = std::env::temp_dir().join(format!("waxseal-test-postgres-{}", rustix::process::geteuid().as_raw()));
    fs::create_dir_all(&folder).expect("a folder for the cluster");
    let users = lock(&folder, "users");
    users.lock_shared().expect("the cluster can be shared");
    // One process starts it, the others wait.
    let starting = lock(&folder, "starting");
    starting.lock().expect("one process starts the cluster");
    let data = folder.join("data");
    let running = run(tool(&bin, "pg_ctl").arg("-D").arg(&data).arg("status"));
    if !running {
        let _ = fs::remove_dir_all(&data);
        fs::create_dir(&data).expect("a folder for the data");
        if rustix::process::geteuid().is_root() {
            let id = |flag| {
                let id = Command::new("id").args([flag, USER]).output().expect("`id` runs");
                String::from_utf8_lossy(&id.stdout).trim().parse().expect("the user postgres exists")
            };
            for folder in [&folder, &data] {
                std::os::unix::fs::chown(folder, Some(id("-u")), Some(id("-g"))).expect("the folder is given away");
            }
        }
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).expect("the data is private");
        let made = tool(&bin, "initdb")
            .arg("-D")
            .arg(&data)
            .args(["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"])
            .output();
        let made = made.expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        // Nothing here outlives the tests, so nothing has to survive a power cut.
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c max_connections=300 -c shared_buffers=64MB \
             -c fsync=off -c synchronous_commit=off -c full_page_writes=off",
            folder.display()
        );
        let log = data.join("log");
        let mut start = tool(&bin, "pg_ctl");
        start.arg("-D").arg(&data).arg("-l").arg(&log).args(["-w", "-o", &options, "start"]).process_group(0);
        assert!(run(&mut start), "pg_ctl start: {}", fs::read_to_string(&log).unwrap_or_default());
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "watchdog"]).arg(&folder).args(words(&tool(&bin, "pg_ctl")));
        #[expect(clippy::zombie_processes, reason = "it outlives this process, which is what it is for")]
        silent(&mut watchdog).process_group(0).spawn().expect("the watchdog starts");
    }
    Cluster { folder, _users: users }
}

fn lock(folder: &Path, name: &str) -> File {
    let path = folder.join(name);
    File::options().create(true).truncate(false).write(true).open(&path).expect("a lock file")
}

/// Where PostgreSQL keeps its programs: on the path, or where Debian puts them.
fn bin() -> PathBuf {
    let on_path =
        std::env::var_os("PATH").into_iter().flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let mut debian: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    debian
        .into_iter()
        .rev()
        .chain(on_path)
        .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
        .expect("PostgreSQL is needed for these tests: apt-get install postgresql")
}

/// A program of PostgreSQL, as a user that it accepts.
fn tool(bin: &Path, name: &str) -> Command {
    let mut command;
    if rustix::process::geteuid().is_root() {
        command = Command::new("setpriv");
        let (user, group) = (format!("--reuid={USER}"), format!("--regid={USER}"));
        command.args([&user, &group, "--clear-groups"]).arg(bin.join(name));
    } else {
        command = Command::new(bin.join(name));
    }
    // The folder that tests run in may be closed to that user.
    command.current_dir("/");
    command
}

/// The words of a command.
fn words(command: &Command) -> impl Iterator<Item = &std::ffi::OsStr> {
    std::iter::once(command.get_program()).chain(command.get_args())
}

fn run(command: &mut Command) -> bool {
    silent(command).status().expect("the program runs").success()
}

/// A child that outlives the test must not hold its output open.
fn silent(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}
