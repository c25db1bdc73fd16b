//! The second step of signing in: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for the day it is lost.

use data_encoding::BASE32_NOPAD;
use model::{Timestamp, UserId};
use totp_rs::{Algorithm, TOTP};

use super::{
    AccountRefusal, Peer, letters,
    secret::{self, hash},
    tries::Network,
};
use crate::{Engine, Error};

/// How long a code is shown (RFC 6238 §4.1).
const STEP_SECONDS: u64 = 30;

/// Digits of a code. This, SHA-1 and 30 seconds are what every authenticator app knows.
const DIGITS: usize = 6;

/// Random bytes of the shared secret (RFC 4226 §4 recommends 20).
const SECRET_BYTES: usize = 20;

/// How many recovery codes there are at a time.
const RECOVERY_CODES: usize = 10;

/// What an authenticator app must be told.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondStepSetUp {
    /// The secret in base32, to be typed.
    pub secret: String,
    /// All of it as `otpauth://…`, for a QR code.
    pub uri: String,
}

impl Engine {
    /// Makes a secret for an authenticator app; it counts once a code of it was confirmed.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed: nothing has changed.
    pub async fn begin_second_step(
        &self,
        user: UserId,
        password: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<(), AccountRefusal>, Error> {
        if let Err(refusal) = self.prove(user, password, peer).await? {
            return Ok(Err(refusal));
        }
        let secret = self.kept(user, &self.chance.bytes::<SECRET_BYTES>())?;
        let begun = self.storage.begin_second_factor(user, &secret, now).await?;
        Ok(if begun { Ok(()) } else { Err(AccountRefusal::Outdated) })
    }

    /// What to tell the authenticator app, until it has proven that it knows.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn second_step_set_up(&self, user: UserId) -> Result<Option<SecondStepSetUp>, Error> {
        let Some(known) = self.storage.user(user).await? else { return Ok(None) };
        let factor = self.storage.second_factor(user).await?.filter(|factor| !factor.confirmed);
        Ok(factor.and_then(|factor| self.shared_secret(user, &factor.secret)).map(|secret| {
            let secret = BASE32_NOPAD.encode(&secret);
            let uri = format!("otpauth://totp/Waxseal:{}?secret={secret}&issuer=Waxseal", percent(&known.email));
            SecondStepSetUp { secret, uri }
        }))
    }

    /// Switches the second step on with a first code, and gives the recovery codes: they can be shown this once.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn confirm_second_step(
        &self,
        user: UserId,
        code: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<Vec<String>, AccountRefusal>, Error> {
        if !self.tries.admits_from(&Network::of(&peer.ip)) {
            return Ok(Err(AccountRefusal::TooMany));
        }
        let factor = self.storage.second_factor(user).await?.filter(|factor| !factor.confirmed);
        let (Some(factor), Some(known)) = (factor, self.storage.user(user).await?) else {
            return Ok(Err(AccountRefusal::Outdated));
        };
        let step = self.shared_secret(user, &factor.secret).and_then(|secret| step_of(&secret, code, now));
        let Some(step) = step else { return Ok(Err(AccountRefusal::WrongCode)) };
        let (codes, hashes) = self.recovery_codes();
        if !self.storage.confirm_second_factor(user, &factor.secret, step, &hashes, now).await? {
            return Ok(Err(AccountRefusal::Outdated));
        }
        self.post_later(letters::second_step(&known.email, true, self.base_url()), now);
        Ok(Ok(codes))
    }

    /// Puts new recovery codes in the place of those that are left: they can be shown this once.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed: nothing has changed.
    pub async fn new_recovery_codes(
        &self,
        user: UserId,
        password: &str,
        peer: &Peer,
    ) -> Result<Result<Vec<String>, AccountRefusal>, Error> {
        if let Err(refusal) = self.prove(user, password, peer).await? {
            return Ok(Err(refusal));
        }
        if !self.storage.second_factor(user).await?.is_some_and(|factor| factor.confirmed) {
            return Ok(Err(AccountRefusal::Outdated));
        }
        let (codes, hashes) = self.recovery_codes();
        self.storage.replace_recovery_codes(user, &hashes).await?;
        Ok(Ok(codes))
    }

    /// Switches the second step off.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed: nothing has changed.
    pub async fn end_second_step(
        &self,
        user: UserId,
        password: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<(), AccountRefusal>, Error> {
        let known = match self.prove(user, password, peer).await? {
            Ok(known) => known,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if self.storage.end_second_factor(user).await? {
            self.post_later(letters::second_step(&known.email, false, self.base_url()), now);
        }
        Ok(Ok(()))
    }

    /// Whether a code lets this user in: one of the app, which is used up with all before it, or a recovery code, which is used up.
    pub(super) async fn takes_code(&self, user: UserId, code: &str, now: Timestamp) -> Result<bool, Error> {
        let Some(factor) = self.storage.second_factor(user).await?.filter(|factor| factor.confirmed) else {
            return Ok(false);
        };
        let code = tidy(code);
        if is_of_an_app(&code) {
            let secret = self.shared_secret(user, &factor.secret);
            return match secret.and_then(|secret| step_of(&secret, &code, now)) {
                Some(step) => Ok(self.storage.use_step(user, step).await?),
                None => Ok(false),
            };
        }
        Ok(self.storage.use_recovery_code(user, &recovery_hash(&code)).await?)
    }

    /// Seals the secrets that were stored before there was a key.
    pub(crate) async fn seal_second_factors(&self) -> Result<(), Error> {
        if !self.vault.has_key() {
            return Ok(());
        }
        for (user, stored) in self.storage.second_factor_secrets().await? {
            if stored.len() == SECRET_BYTES {
                self.storage.reseal_second_factor(user, &stored, &self.kept(user, &stored)?).await?;
            }
        }
        Ok(())
    }

    /// A secret as it is stored: sealed where there is a key.
    fn kept(&self, user: UserId, secret: &[u8]) -> Result<Vec<u8>, Error> {
        if !self.vault.has_key() {
            return Ok(secret.to_vec());
        }
        let sealed = self.vault.seal(&purpose(user), secret, &self.chance);
        sealed.map_err(|error| Error::Defect(error.to_string()))
    }

    /// A stored secret as the app knows it. None where the key it was sealed with is gone: then recovery codes are what is left.
    fn shared_secret(&self, user: UserId, stored: &[u8]) -> Option<Vec<u8>> {
        if stored.len() == SECRET_BYTES {
            return Some(stored.to_vec());
        }
        let opened = self.vault.unseal(&purpose(user), stored);
        opened.inspect_err(|error| tracing::error!(%error, %user, "nobody can check this user's codes")).ok()
    }

    /// Recovery codes, and what is stored of them.
    fn recovery_codes(&self) -> (Vec<String>, Vec<Vec<u8>>) {
        let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| secret::recovery_code(&self.chance)).collect();
        let hashes = codes.iter().map(|code| recovery_hash(&tidy(code))).collect();
        (codes, hashes)
    }
}

/// What the secret of this user is sealed for.
fn purpose(user: UserId) -> String {
    format!("second step of user {user}")
}

/// A code as it is compared: without the blanks and dashes by which people group it, in lower case.
fn tidy(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_lowercase).take(100).collect()
}

fn is_of_an_app(code: &str) -> bool {
    code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn recovery_hash(code: &str) -> Vec<u8> {
    hash(&format!("recovery code {code}"))
}

/// The step whose code this is: now, or one step before or after, since clocks differ (RFC 6238 §5.2).
fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let code = tidy(code);
    let totp = TOTP::new_unchecked(Algorithm::SHA1, DIGITS, 0, STEP_SECONDS, secret.to_vec());
    let this = u64::try_from(now.0).ok()? / 1000 / STEP_SECONDS;
    let step =
        [this, this.saturating_sub(1), this + 1].into_iter().find(|step| totp.check(&code, step * STEP_SECONDS))?;
    i64::try_from(step).ok()
}

/// The text as part of a URL.
fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's test vectors.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(step_of(SECRET, code, Timestamp(second * 1000)), Some(second / 30), "{code}");
        }
    }

    #[test]
    fn clocks_may_differ_by_one_step() {
        let at = |second: i64| step_of(SECRET, "287 082", Timestamp(second * 1000));
        assert_eq!(at(59), Some(1));
        assert_eq!((at(0), at(89)), (Some(1), Some(1)), "one step early, one step late");
        assert_eq!(at(90), None);
        assert_eq!(step_of(SECRET, "287083", Timestamp(59_000)), None);
        assert_eq!(step_of(SECRET, "", Timestamp(59_000)), None);
        assert_eq!(step_of(SECRET, "287082", Timestamp(-1)), None);
    }

    #[test]
    fn a_recovery_code_is_read_as_people_type_it() {
        assert_eq!(tidy(" 7P57-x673 7p57-X673\n"), "7p57x6737p57x673");
        assert!(!is_of_an_app("7p57x6737p57x673") && is_of_an_app("123456") && !is_of_an_app("١٢٣٤٥٦"));
    }

    #[test]
    fn an_address_fits_into_the_uri() {
        assert_eq!(percent("ada+tls@example.com"), "ada%2Btls%40example.com");
    }
}
