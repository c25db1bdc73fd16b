//! Secrets at rest: what is kept readable for the program, and for nobody who has only the database.
//!
//! A secret is sealed with ChaCha20-Poly1305 (RFC 8439) under a key that is not in the database: from the configuration, or
//! from a file beside the SQLite file (`key`). What it is for goes into the seal, so that a sealed secret that somebody moves
//! to another row, or whose row is changed to point elsewhere, does not open.

mod key;

use std::{fmt, sync::Arc};

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

pub use self::key::{KeySource, SecretKey};
use crate::{Chance, Error};

/// The form of what is stored, its first byte.
const VERSION: u8 = 1;
/// Bytes that say which key it was, so that a wrong key is told from damage.
const ID_LEN: usize = key::ID_LEN;
/// What comes before the sealed text: version, key, nonce.
const HEAD_LEN: usize = 1 + ID_LEN + NONCE_LEN;

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Vault(Option<Arc<Lock>>);

struct Lock {
    id: [u8; ID_LEN],
    key: LessSafeKey,
}

/// Why a secret cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no key: the operator has to give one.
    #[error(
        "there is no key to keep secrets with: set secrets.key, the same on every server (in the environment: \
         WAXSEAL_SECRETS__KEY)"
    )]
    NoKey,
    /// It was sealed with another key: put that one back, or enter the secret anew.
    #[error("the secret was sealed with another key: put the key back that was in use then, or enter the secret anew")]
    OtherKey,
    /// It was altered, or sealed for something else: enter it anew.
    #[error("the sealed secret does not belong here, or is damaged: enter it anew")]
    Damaged,
}

impl Vault {
    /// A vault with this key; without one it neither seals nor opens.
    pub(crate) fn new(key: Option<&SecretKey>) -> Self {
        let lock = |key: &SecretKey| {
            let unbound = UnboundKey::new(&CHACHA20_POLY1305, key.bytes()).ok()?;
            Some(Arc::new(Lock { id: key.id(), key: LessSafeKey::new(unbound) }))
        };
        Self(key.and_then(lock))
    }

    /// Opens the vault that the settings speak of; `may_create` says whether a key that is not there yet is made.
    pub(crate) fn open(source: &KeySource, may_create: bool, chance: &Chance) -> Result<Self, Error> {
        Ok(Self::new(source.key(may_create, chance)?.as_ref()))
    }

    /// Whether there is a key.
    pub(crate) const fn has_key(&self) -> bool {
        self.0.is_some()
    }

    /// Seals a secret for one purpose. Nonces are random: 96 bits suffice for 2³² secrets under one key (NIST SP 800-38D §8.3).
    pub(crate) fn seal(&self, purpose: &str, secret: &[u8], chance: &Chance) -> Result<Vec<u8>, VaultError> {
        let lock = self.0.as_deref().ok_or(VaultError::NoKey)?;
        let nonce = chance.bytes::<NONCE_LEN>();
        let mut sealed = secret.to_vec();
        lock.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), &mut sealed)
            .map_err(|_| VaultError::Damaged)?;
        Ok([&[VERSION][..], &lock.id, &nonce, &sealed].concat())
    }

    /// Opens what was sealed for this purpose.
    pub(crate) fn unseal(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let lock = self.0.as_deref().ok_or(VaultError::NoKey)?;
        let (head, text) = sealed.split_at_checked(HEAD_LEN).ok_or(VaultError::Damaged)?;
        let (id, nonce) = head[1..].split_at(ID_LEN);
        if head[0] != VERSION {
            return Err(VaultError::Damaged);
        }
        if id != lock.id {
            return Err(VaultError::OtherKey);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Damaged)?;
        let mut text = text.to_vec();
        let opened = lock.key.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text);
        Ok(opened.map_err(|_| VaultError::Damaged)?.to_vec())
    }
}

/// Never shows the key.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Vault").field(&self.has_key()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(Some(&SecretKey::from_bytes([byte; 32])))
    }

    #[test]
    fn a_secret_comes_back_for_its_purpose_alone() {
        let (vault, chance) = (vault(7), Chance::system());
        let sealed = vault.seal("mailbox 1", b"hunter2", &chance).unwrap();
        assert_eq!(vault.unseal("mailbox 1", &sealed).unwrap(), b"hunter2");
        assert_eq!(vault.unseal("mailbox 2", &sealed), Err(VaultError::Damaged));
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
        assert_ne!(vault.seal("mailbox 1", b"hunter2", &chance).unwrap(), sealed, "each time another nonce");
    }

    #[test]
    fn another_key_is_told_from_damage() {
        let sealed = vault(7).seal("x", b"hunter2", &Chance::system()).unwrap();
        assert_eq!(vault(8).unseal("x", &sealed), Err(VaultError::OtherKey));
        assert_eq!(Vault::new(None).unseal("x", &sealed), Err(VaultError::NoKey));
        assert_eq!(Vault::new(None).seal("x", b"", &Chance::system()), Err(VaultError::NoKey));
    }

    #[test]
    fn what_was_altered_does_not_open() {
        let sealed = vault(7).seal("x", b"hunter2", &Chance::system()).unwrap();
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(vault(7).unseal("x", &altered).is_err(), "byte {at}");
            assert!(vault(7).unseal("x", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_vault_does_not_show_its_key() {
        assert_eq!(format!("{:?}", vault(7)), "Vault(true)");
    }
}
