//! Copying the whole database. No engine is opened for it: a copy is what one makes before the schema is upgraded.

use std::path::Path;

pub use storage::Backup;

use crate::Error;

/// What the name of a copy of this database ends in, see [`backup`].
///
/// # Errors
/// The URL names no database of ours.
pub fn backup_extension(database_url: &str) -> Result<&'static str, Error> {
    Ok(storage::backup_extension(database_url)?)
}

/// Copies the database into a new file, also while servers use it. When this returns, the copy is on disk and was read again.
///
/// # Errors
/// Says why there is no copy, and what to do.
pub async fn backup(database_url: &str, to: &Path) -> Result<Backup, Error> {
    Ok(storage::backup(database_url, to).await?)
}
