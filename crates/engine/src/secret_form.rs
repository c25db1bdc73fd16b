//! What secrets look like that people copy and keep: API tokens and share links.
//!
//! One is a prefix that says what it is for, so that scanners for leaked secrets recognise it and neither passes for the other,
//! then forty characters: 160 random bits and a check sum. What was mistyped or invented is refused before the database is asked.

use sha2::{Digest as _, Sha256};

use crate::{Chance, people::base32};

/// Random bytes: 160 bits, in 32 characters.
const RANDOM: usize = 20;
/// Bytes of the check sum, in 8 characters.
const CHECK: usize = 5;
/// How much of one its list shows: the prefix and 20 of 160 bits.
const HINT: usize = 8;

/// The form of one kind of secret.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecretForm {
    prefix: &'static str,
}

impl SecretForm {
    /// With which programs use the API.
    pub(crate) const API_TOKEN: Self = Self { prefix: "wxs_" };
    /// With which others see one domain's summary.
    pub(crate) const SHARE_LINK: Self = Self { prefix: "wxl_" };

    /// A new secret.
    pub(crate) fn make(self, chance: &Chance) -> String {
        let random = chance.bytes::<RANDOM>();
        let bytes = [&random[..], &self.check_sum(&random)].concat();
        format!("{}{}", self.prefix, base32().encode(&bytes))
    }

    /// What was sent as such a secret, if it can be one.
    pub(crate) fn recognise(self, text: &str) -> Option<&str> {
        let bytes = base32().decode(text.strip_prefix(self.prefix)?.as_bytes()).ok()?;
        let (random, check) = bytes.split_first_chunk::<RANDOM>()?;
        (check == self.check_sum(random)).then_some(text)
    }

    /// How a secret begins.
    pub(crate) fn hint(secret: &str) -> &str {
        secret.get(..HINT).unwrap_or_default()
    }

    fn check_sum(self, random: &[u8; RANDOM]) -> [u8; CHECK] {
        let sum = Sha256::new().chain_update(self.prefix).chain_update(random).finalize();
        sum.first_chunk().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: SecretForm = SecretForm::API_TOKEN;

    fn secret(form: SecretForm) -> String {
        form.make(&Chance::from_fn(|bytes| bytes.fill(0xfb)))
    }

    #[test]
    fn a_secret_is_recognised_by_its_form() {
        let token = secret(FORM);
        assert_eq!(token.len(), 44);
        assert!(token.starts_with("wxs_7p57x6737p57x6737p57x6737p57x673"), "{token}");
        assert_eq!(FORM.recognise(&token), Some(token.as_str()));
        assert_eq!(SecretForm::hint(&token), "wxs_7p57");
    }

    #[test]
    fn what_was_mistyped_or_invented_is_none() {
        let token = secret(FORM);
        for at in FORM.prefix.len()..token.len() {
            let other = if &token[at..=at] == "a" { "b" } else { "a" };
            let mistyped = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            assert_eq!(FORM.recognise(&mistyped), None, "{mistyped}");
        }
        for text in ["", "wxs_", "wxs_é", &token[4..], &token[..43], &token.to_uppercase(), &format!("{token}a")] {
            assert_eq!(FORM.recognise(text), None, "{text}");
        }
    }

    #[test]
    fn one_kind_does_not_pass_for_the_other() {
        let (token, link) = (secret(FORM), secret(SecretForm::SHARE_LINK));
        assert_eq!(SecretForm::SHARE_LINK.recognise(&token), None);
        assert_eq!(FORM.recognise(&link), None);
        // Not even where somebody swaps the prefix.
        assert_eq!(FORM.recognise(&link.replace("wxl_", "wxs_")), None);
    }
}
