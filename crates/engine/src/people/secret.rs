//! Secrets that are handed out once: session tokens, links, invitations, set-up and recovery codes. The database holds only their hashes.

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, Encoding};
use sha2::{Digest as _, Sha256};

use crate::Chance;

/// A new session: it goes into the cookie and nowhere else; the database holds its hash.
#[derive(Clone)]
pub struct SessionToken(pub String);

impl SessionToken {
    /// 256 random bits, as 43 characters that a cookie may hold.
    pub(super) fn new(chance: &Chance) -> Self {
        Self(link(chance))
    }
}

/// The first step of signing in is done: it goes into a cookie until the code of the second step has come.
#[derive(Clone)]
pub struct StepToken(pub String);

impl StepToken {
    /// 256 random bits, as 43 characters that a cookie may hold.
    pub(super) fn new(chance: &Chance) -> Self {
        Self(link(chance))
    }
}

/// Never shows the token.
impl fmt::Debug for StepToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StepToken(…)")
    }
}

/// Never shows the token.
impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// A code that lets somebody in once: 128 random bits, 26 characters of lower-case base32, so that it can also be typed.
pub(super) fn code(chance: &Chance) -> String {
    base32().encode(&chance.bytes::<16>())
}

/// What makes a link good: 256 random bits, as 43 characters that a URL may hold.
pub(super) fn link(chance: &Chance) -> String {
    BASE64URL_NOPAD.encode(&chance.bytes::<32>())
}

/// A recovery code: 80 random bits in four groups, so that it can be copied from paper.
pub(super) fn recovery_code(chance: &Chance) -> String {
    let letters = base32().encode(&chance.bytes::<10>());
    [&letters[..4], &letters[4..8], &letters[8..12], &letters[12..]].join("-")
}

/// What is stored in place of a secret. Plain SHA-256 is enough: nobody can guess 80 random bits or more.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Lower-case base32 without padding (RFC 4648 §6), as in report addresses.
pub(crate) fn base32() -> Encoding {
    let mut specification = data_encoding::Specification::new();
    specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    specification.encoding().expect("32 different symbols are an encoding")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_a_cookie_and_a_code_can_be_typed() {
        let chance = Chance::from_fn(|bytes| bytes.fill(0xfb));
        assert_eq!(SessionToken::new(&chance).0, "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s");
        assert_eq!(code(&chance), "7p57x6737p57x6737p57x6737m");
        assert_eq!(recovery_code(&chance), "7p57-x673-7p57-x673");
    }

    #[test]
    fn the_system_never_hands_out_the_same_secret_twice() {
        let tokens: std::collections::HashSet<_> =
            (0..10_000).map(|_| SessionToken::new(&Chance::system()).0).collect();
        assert_eq!(tokens.len(), 10_000);
    }

    #[test]
    fn a_token_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", SessionToken("secret".into())), "SessionToken(…)");
        assert_eq!(format!("{:?}", StepToken("secret".into())), "StepToken(…)");
    }
}
