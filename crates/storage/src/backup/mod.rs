//! A copy of the whole database in one file, made while servers use it.
//!
//! What the copy is called when it is done was verified and is on disk: it is written beside, read again, synced, and only
//! then given its name. It needs no schema of this version, for it is what comes before an upgrade.

mod postgres;
mod sqlite;

use std::{
    fs, io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use crate::{Error, database::Place};

/// A copy that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its size in bytes.
    pub bytes: u64,
}

/// What the name of a copy ends in: it says which programs can read it.
///
/// # Errors
/// The URL names no database of ours.
pub fn backup_extension(url: &str) -> Result<&'static str, Error> {
    Ok(match Place::of(url)? {
        Place::File(_) => "db",
        Place::Server(_) => "dump",
    })
}

/// Copies the database at this URL into a new file: `SQLite` as a database file, `PostgreSQL` as an archive of `pg_dump`.
///
/// # Errors
/// Says why there is no copy, and what to do. Then nothing is left behind.
pub async fn backup(url: &str, to: &Path) -> Result<Backup, Error> {
    let place = Place::of(url)?;
    // A backup is never worth another backup.
    if to.symlink_metadata().is_ok() {
        return Err(Error::Settings(format!("{} is there already; a backup overwrites nothing", to.display())));
    }
    let part = Part::create(to)?;
    match place {
        Place::File(file) => sqlite::copy(&file, &part.path).await?,
        Place::Server(url) => postgres::dump(url, &part.path).await?,
    }
    part.finish(to)
}

/// The copy while it is made: private, since it holds people's mail and the hashes of their passwords. Dropped unfinished, it is
/// deleted.
struct Part {
    path: PathBuf,
}

impl Part {
    fn create(to: &Path) -> Result<Self, Error> {
        let mut name = to.as_os_str().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let path = PathBuf::from(name);
        let made = fs::File::options().write(true).create_new(true).mode(0o600).open(&path);
        made.map_err(|error| failed(&path, &error))?;
        Ok(Self { path })
    }

    /// Makes it durable and gives it its name.
    fn finish(self, to: &Path) -> Result<Backup, Error> {
        let durable = || {
            let file = fs::File::open(&self.path)?;
            file.sync_all()?;
            // Unlike a rename, a link replaces nothing that came there meanwhile. Dropping the part takes its own name away.
            fs::hard_link(&self.path, to)?;
            let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            fs::File::open(folder)?.sync_all()?;
            Ok(Backup { bytes: file.metadata()?.len() })
        };
        durable().map_err(|error| failed(to, &error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // SQLite's own journal of the copy goes with it.
        for suffix in ["", "-journal"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(suffix);
            let _ = fs::remove_file(PathBuf::from(name));
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Error {
    Error::Settings(format!("there is no backup: {} cannot be written: {error}", path.display()))
}

fn broken(why: &str) -> Error {
    Error::Settings(format!("there is no backup: {}", why.trim_end()))
}
