//! The key that secrets are sealed with, and where it is kept.

use std::{
    fmt, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use data_encoding::{BASE64, BASE64_NOPAD};
use sha2::{Digest as _, Sha256};

use crate::{Chance, Error};

/// Bytes of a key.
const KEY_LEN: usize = 32;
/// Bytes by which a key is told from others.
pub(super) const ID_LEN: usize = 4;

/// A key. It is written as base64 of 32 random bytes, as `openssl rand -base64 32` makes it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey([u8; KEY_LEN]);

/// Never shows the key.
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// A key of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; KEY_LEN]) -> Self {
        Self(bytes)
    }

    /// Reads a key; none where the text is no base64 of 32 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = BASE64.decode(text.as_bytes()).or_else(|_| BASE64_NOPAD.decode(text.as_bytes())).ok()?;
        bytes.try_into().ok().map(Self)
    }

    pub(super) const fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// What tells this key from others, and nothing about it.
    pub(super) fn id(&self) -> [u8; ID_LEN] {
        let hash = Sha256::new().chain_update("waxseal: which key").chain_update(self.0).finalize();
        hash.first_chunk().copied().unwrap_or_default()
    }
}

/// Where the key comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeySource {
    /// From nowhere: no secrets can be kept.
    #[default]
    Nowhere,
    /// From the configuration.
    Given(SecretKey),
    /// From a file that the operator brings.
    Named(PathBuf),
    /// From a file in the data directory; whoever may upgrade the database makes it where there is none.
    Beside(PathBuf),
}

impl KeySource {
    /// The file of the key beside this SQLite database, or nowhere for a database that is elsewhere: its servers may be
    /// several, and must all have one key.
    #[must_use]
    pub fn beside(database_url: &str) -> Self {
        match storage::sqlite_file(database_url) {
            Some(file) => Self::Beside(file.with_file_name("secrets.key")),
            None => Self::Nowhere,
        }
    }

    /// The key; none where there is none.
    pub(super) fn key(&self, may_create: bool, chance: &Chance) -> Result<Option<SecretKey>, Error> {
        match self {
            Self::Nowhere => Ok(None),
            Self::Given(key) => Ok(Some(key.clone())),
            Self::Named(path) => read(path)?.map(Some).ok_or_else(|| told(path, "there is no such file")),
            Self::Beside(path) => match read(path)? {
                None if may_create => {
                    create(path, &chance.bytes()).map_err(|error| told(path, &error.to_string()))?;
                    read(path)
                }
                found => Ok(found),
            },
        }
    }
}

/// The key in a file; none where there is no such file.
fn read(path: &Path) -> Result<Option<SecretKey>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let wrong = || told(path, "it does not hold base64 of 32 bytes, as `openssl rand -base64 32` makes it");
            SecretKey::parse(&text).map(Some).ok_or_else(wrong)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(told(path, &error.to_string())),
    }
}

fn told(path: &Path, why: &str) -> Error {
    Error::Settings(format!("the key that secrets are sealed with cannot be had from {}: {why}", path.display()))
}

/// Writes a new key, whole or not at all, for its owner alone. A key that another process has written meanwhile stays.
fn create(path: &Path, key: &[u8; KEY_LEN]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = path.with_file_name(format!("secrets.key.{}", std::process::id()));
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // What a process of the same number left behind when it was killed here is no key yet.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = options.open(&draft)?;
    file.write_all(format!("{}\n", BASE64.encode(key)).as_bytes())?;
    file.sync_all()?;
    // Unlike a renaming, a link never replaces what is there; but not every file system has links.
    match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !path.exists() => fs::rename(&draft, path)?,
        _ => fs::remove_file(&draft)?,
    }
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beside(folder: &Path) -> KeySource {
        KeySource::beside(&format!("sqlite://{}", folder.join("waxseal.db").display()))
    }

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let source = beside(folder.path());
        assert_eq!(source.key(false, &Chance::system()).unwrap(), None, "only who may upgrade makes one");
        let key = source.key(true, &Chance::system()).unwrap().unwrap();
        assert_eq!(source.key(true, &Chance::system()).unwrap(), Some(key.clone()));
        assert_eq!(source.key(false, &Chance::system()).unwrap(), Some(key.clone()));
        let path = folder.path().join("secrets.key");
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left behind");
        create(&path, &[1; KEY_LEN]).unwrap();
        assert_eq!(source.key(true, &Chance::system()).unwrap(), Some(key), "a key that is there stays");
    }

    #[test]
    fn a_file_that_holds_no_key_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secrets.key"), "hunter2").unwrap();
        let told = beside(folder.path()).key(true, &Chance::system()).unwrap_err().to_string();
        assert!(told.contains("secrets.key") && told.contains("openssl rand -base64 32"), "{told}");
        let missing =
            KeySource::Named(folder.path().join("none")).key(true, &Chance::system()).unwrap_err().to_string();
        assert!(missing.contains("there is no such file"), "{missing}");
    }

    #[test]
    fn a_database_elsewhere_has_no_key_beside_it() {
        assert_eq!(KeySource::beside("postgres://waxseal@db/waxseal"), KeySource::Nowhere);
        assert_eq!(KeySource::beside("sqlite://data/waxseal.db"), KeySource::Beside("data/secrets.key".into()));
    }

    #[test]
    fn a_key_is_read_with_and_without_padding() {
        let text = BASE64.encode(&[5; KEY_LEN]);
        assert_eq!(SecretKey::parse(&format!(" {text}\n")), Some(SecretKey([5; KEY_LEN])));
        assert_eq!(SecretKey::parse(text.trim_end_matches('=')), Some(SecretKey([5; KEY_LEN])));
        for wrong in ["", "hunter2", &text[4..], &format!("{text}AAAA")] {
            assert_eq!(SecretKey::parse(wrong), None, "{wrong:?}");
        }
        assert_eq!(format!("{:?}", SecretKey([5; KEY_LEN])), "SecretKey(…)");
    }
}
