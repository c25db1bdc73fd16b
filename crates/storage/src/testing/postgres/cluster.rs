//! A private PostgreSQL cluster that all test processes share.
//!
//! The first test that needs it makes it, in a folder of its own below the temporary folder and behind a Unix socket. Every
//! process that uses it holds a shared lock; a watchdog ends the cluster and deletes the folder some seconds after the last
//! lock is gone.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sea_orm::{ConnectionTrait as _, Database};

use super::{
    USER,
    programs::{bin, init, run, silent, tool},
};

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
pub(in super::super) async fn new_database() -> String {
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
        init(&bin, &folder);
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

/// The words of a command.
fn words(command: &Command) -> impl Iterator<Item = &std::ffi::OsStr> {
    std::iter::once(command.get_program()).chain(command.get_args())
}
