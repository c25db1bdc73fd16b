//! The installed programs of PostgreSQL, run as a user that they accept.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::USER;

/// Where PostgreSQL keeps its programs: on the path, or where Debian puts them.
pub(super) fn bin() -> PathBuf {
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
pub(super) fn tool(bin: &Path, name: &str) -> Command {
    as_user(&bin.join(name))
}

/// Any program, as a user that PostgreSQL accepts.
pub(super) fn as_user(program: &Path) -> Command {
    let mut command;
    if rustix::process::geteuid().is_root() {
        command = Command::new("setpriv");
        let (user, group) = (format!("--reuid={USER}"), format!("--regid={USER}"));
        command.args([&user, &group, "--clear-groups"]).arg(program);
    } else {
        command = Command::new(program);
    }
    // The folder that tests run in may be closed to that user.
    command.current_dir("/");
    command
}

/// Makes the files of a fresh server in `folder/data`.
pub(super) fn init(bin: &Path, folder: &Path) {
    let data = folder.join("data");
    fs::create_dir(&data).expect("a folder for the data");
    give_away(folder);
    give_away(&data);
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).expect("the data is private");
    let made = tool(bin, "initdb")
        .arg("-D")
        .arg(&data)
        .args(["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"])
        .output();
    let made = made.expect("initdb runs");
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
}

/// Gives a file or folder to the user that PostgreSQL runs as.
pub(super) fn give_away(path: &Path) {
    if rustix::process::geteuid().is_root() {
        let id = |flag| {
            let id = Command::new("id").args([flag, USER]).output().expect("`id` runs");
            String::from_utf8_lossy(&id.stdout).trim().parse().expect("the user postgres exists")
        };
        std::os::unix::fs::chown(path, Some(id("-u")), Some(id("-g"))).expect("it is given away");
    }
}

/// Runs a program to its end; whether it succeeded.
pub(super) fn run(command: &mut Command) -> bool {
    silent(command).status().expect("the program runs").success()
}

/// A child that outlives the test must not hold its output open.
pub(super) fn silent(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}
