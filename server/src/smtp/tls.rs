//! The certificate shown to senders, read anew whenever its files have changed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use anyhow::Context as _;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

/// The certificate and its key.
#[derive(Debug)]
pub(super) struct Certificates {
    certificate: PathBuf,
    key: PathBuf,
    loaded: Mutex<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    /// Of the files as they were when they were last read, whether or not they were of use.
    stamps: [Stamp; 2],
    config: Arc<ServerConfig>,
}

/// What changes when a file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

impl Certificates {
    /// Reads both files.
    ///
    /// # Errors
    /// Names the file and the key that are to be mended.
    pub(super) fn load(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        let stamps = [stamp(certificate), stamp(key)].map(Option::unwrap_or_default);
        let config = Arc::new(read(certificate, key)?);
        let loaded = Mutex::new(Loaded { stamps, config });
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), loaded })
    }

    /// What to shake hands with. When the files have changed they are read; should they be of no use, such as when only one of
    /// them is new yet, the old ones are shown on.
    pub(super) async fn current(self: &Arc<Self>) -> Arc<ServerConfig> {
        let this = Arc::clone(self);
        let current = tokio::task::spawn_blocking(move || this.refreshed());
        match current.await {
            Ok(config) => config,
            Err(_) => Arc::clone(&self.loaded.lock().unwrap_or_else(PoisonError::into_inner).config),
        }
    }

    fn refreshed(&self) -> Arc<ServerConfig> {
        let stamps = [stamp(&self.certificate), stamp(&self.key)].map(Option::unwrap_or_default);
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if loaded.stamps != stamps {
            loaded.stamps = stamps;
            match read(&self.certificate, &self.key) {
                Ok(config) => {
                    loaded.config = Arc::new(config);
                    tracing::info!(certificate = %self.certificate.display(), "the certificate was read anew");
                }
                Err(error) => {
                    tracing::warn!(
                        error = format!("{error:#}"),
                        "the new certificate is of no use; the old one is shown on"
                    );
                }
            }
        }
        Arc::clone(&loaded.config)
    }
}

impl Default for Stamp {
    /// Of a file that is not there.
    fn default() -> Self {
        Self { length: 0, modified: None, inode: 0 }
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt as _;

    let file = fs::metadata(path).ok()?;
    Some(Stamp { length: file.len(), modified: file.modified().ok(), inode: file.ino() })
}

fn read(certificate: &Path, key: &Path) -> anyhow::Result<ServerConfig> {
    let pem = |path: &Path, setting: &str| {
        fs::read(path).with_context(|| format!("cannot read {}, which {setting} names", path.display()))
    };
    let chain = pem(certificate, "smtp.tls_certificate")?;
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<_, _>>()
        .map_err(io::Error::other)
        .with_context(|| {
            format!("{}, which smtp.tls_certificate names, holds no certificates in PEM form", certificate.display())
        })?;
    anyhow::ensure!(
        !chain.is_empty(),
        "{}, which smtp.tls_certificate names, holds no certificate in PEM form: first that of this host, then its issuers'",
        certificate.display()
    );
    let private = PrivateKeyDer::from_pem_slice(&pem(key, "smtp.tls_key")?)
        .map_err(io::Error::other)
        .with_context(|| format!("{}, which smtp.tls_key names, holds no private key in PEM form", key.display()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .with_context(|| format!("{} and {} do not belong together", certificate.display(), key.display()))?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str) -> (String, String) {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        fs::write(folder.join("cert.pem"), &certificate).unwrap();
        (certificate, key)
    }

    #[test]
    fn new_files_are_shown_once_both_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        fs::write(&key, write(folder.path(), "old.example").1).unwrap();
        let certificates = Certificates::load(&certificate, &key).unwrap();
        let first = certificates.refreshed();
        assert!(Arc::ptr_eq(&first, &certificates.refreshed()), "nothing has changed");

        let (_, new_key) = write(folder.path(), "new.example");
        assert!(Arc::ptr_eq(&first, &certificates.refreshed()), "the key is still that of the old one");
        fs::write(&key, new_key).unwrap();
        let second = certificates.refreshed();
        assert!(!Arc::ptr_eq(&first, &second));
        fs::remove_file(&key).unwrap();
        assert!(Arc::ptr_eq(&second, &certificates.refreshed()), "files that are gone end nothing");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let told = || format!("{:#}", Certificates::load(&certificate, &key).unwrap_err());
        assert!(told().contains("smtp.tls_certificate"), "{}", told());
        write(folder.path(), "a.example");
        assert!(told().contains("smtp.tls_key"), "{}", told());
        fs::write(&key, "rubbish").unwrap();
        assert!(told().contains("no private key"), "{}", told());
        fs::write(&key, write(folder.path(), "b.example").1).unwrap();
        write(folder.path(), "a.example");
        assert!(told().contains("do not belong together"), "{}", told());
        fs::write(&certificate, "rubbish").unwrap();
        assert!(told().contains("holds no certificate"), "{}", told());
    }
}
