//! What can be wrong with a configuration, said so that the operator can mend it.

use std::path::PathBuf;

/// Why the configuration cannot be used. Print it and end with exit code 2.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// The file cannot be read: check the path and its permissions.
    #[error("cannot read the configuration file {}: {reason}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file is not TOML: mend the line that the reason names.
    #[error("the configuration file {} is not valid TOML: {reason}", path.display())]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// There is no such key: use the nearest one, or remove it.
    #[error("{place}: there is no key {key}; {}", hint(nearest.as_deref()))]
    UnknownKey {
        /// As written: `http.lisen` or `WAXSEAL_HTTP__LISEN`.
        key: String,
        /// The file, or "the environment".
        place: String,
        /// The existing key that looks most like it, in the same spelling.
        nearest: Option<String>,
    },
    /// The value is not allowed there: write one that is.
    #[error("{place}: {key} = {value} is not allowed; allowed is {allowed}")]
    WrongValue {
        /// `http.listen`
        key: String,
        /// As written; hidden where it may hold a secret.
        value: String,
        /// The file or the environment variable.
        place: String,
        /// What is allowed, with an example.
        allowed: String,
    },
}

/// What to write instead of a key that does not exist.
fn hint(nearest: Option<&str>) -> String {
    nearest
        .map_or_else(|| "`waxseal config show` lists all keys".to_owned(), |nearest| format!("did you mean {nearest}?"))
}
