//! `[secrets]`: the key that secrets are sealed with.

use std::path::PathBuf;

use engine::{KeySource, SecretKey};
use serde::Deserialize;

use super::units;

/// `[secrets]`
#[derive(Clone, Debug, Deserialize)]
pub struct Secrets {
    /// The key itself.
    #[serde(deserialize_with = "units::secret_key")]
    pub key: Option<SecretKey>,
    /// A file that holds it.
    #[serde(deserialize_with = "units::optional")]
    pub key_file: Option<PathBuf>,
}

impl Secrets {
    /// Where the key comes from, for this database.
    pub(crate) fn source(&self, database_url: &str) -> KeySource {
        match (&self.key, &self.key_file) {
            (Some(key), _) => KeySource::Given(key.clone()),
            (None, Some(file)) => KeySource::Named(file.clone()),
            (None, None) => KeySource::beside(database_url),
        }
    }

    pub(super) fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        let twice = self.key.is_some() && self.key_file.is_some();
        twice.then_some(("secrets.key_file", "nothing, since secrets.key is the key already"))
    }
}
