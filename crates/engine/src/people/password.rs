//! Hashes of passwords: argon2id in a small queue.
//!
//! One hash takes about 24 ms of a core and 19 MiB. So only two are computed at once and a few wait; who comes after
//! those is told to come again. However many people (or programs) sign in, memory and the other pages stay as they are.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version, password_hash::Salt,
};
use tokio::sync::Semaphore;

use super::password_rules::MAX_CHARS;
use crate::{Chance, Error};

/// Hashes computed at the same time.
const AT_ONCE: usize = 2;

/// Hashes computed or waiting. The last of them waits about a quarter of a second.
const ADMITTED: usize = 24;

/// The hash nobody's password has: 32 bytes that no run of argon2 made. Checking against it costs as much as against a
/// real one, so the time of an answer does not tell whether a user exists.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$cXVpZXRseSBub2JvZHkuLg$bm9ib2R5J3MgcGFzc3dvcmQgaGFzIHRoaXMgaGFzaC4";

/// Computes and checks password hashes.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        Self { admitted: Arc::new(Semaphore::new(ADMITTED)), running: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The hash to store for a password, in PHC form, with a salt of its own.
    pub(super) async fn hash(&self, password: String, chance: &Chance) -> Result<String, Error> {
        let salt = data_encoding::BASE64_NOPAD.encode(&chance.bytes::<16>());
        self.run(move || {
            let salt = Salt::from_b64(&salt).expect("16 bytes in base64 are a salt");
            let hash = argon2id().hash_password(password.as_bytes(), salt);
            hash.expect("an acceptable password has a hash").to_string()
        })
        .await
    }

    /// Whether the password has this hash. With none (there is no such user) or an empty one (the user has no password) it takes as
    /// long and says no.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        if password.chars().count() > MAX_CHARS {
            return Ok(false);
        }
        let hash = hash.filter(|hash| !hash.is_empty());
        self.run(move || {
            let stored = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY));
            stored.is_ok_and(|stored| argon2id().verify_password(password.as_bytes(), &stored).is_ok())
        })
        .await
    }

    /// Runs one computation off the async threads, when its turn comes.
    async fn run<T: Send + 'static>(&self, compute: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let _place = self.admitted.try_acquire().map_err(|_| Error::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.expect("the semaphore is never closed");
        // The permit goes along: a visitor who leaves does not let a third computation start.
        let computed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            compute()
        });
        computed.await.map_err(|_| Error::Busy)
    }
}

/// argon2id with the parameters that OWASP and RFC 9106's low-memory profile agree on.
fn argon2id() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance() -> Chance {
        Chance::from_fn(|bytes| bytes.fill(7))
    }

    #[tokio::test]
    async fn the_right_password_verifies_and_others_do_not() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse battery".into(), &chance()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse battery".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct horse batterz".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("x".repeat(1_000_000), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_costs_as_much_as_somebody_and_never_signs_in() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(Params::try_from(&nobody).unwrap().m_cost(), Params::DEFAULT.m_cost());
        assert_eq!(Params::try_from(&nobody).unwrap().t_cost(), Params::DEFAULT.t_cost());
        assert_eq!(nobody.hash.unwrap().len(), 32);
        assert!(!Passwords::new().verify("correct horse battery".into(), None).await.unwrap());
        assert!(!Passwords::new().verify(String::new(), Some(String::new())).await.unwrap());
    }

    #[tokio::test]
    async fn a_crowd_is_told_to_come_again() {
        let passwords = Passwords::new();
        let crowd = (0..ADMITTED + 5).map(|_| passwords.verify("correct horse battery".into(), None));
        let told = futures::future::join_all(crowd).await;
        assert_eq!(told.iter().filter(|answer| matches!(answer, Err(Error::Busy))).count(), 5);
        assert!(passwords.verify("and then it is calm".into(), None).await.is_ok());
    }
}
