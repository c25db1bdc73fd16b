//! Which passwords may be chosen: long enough, and none of those that everybody tries first (OWASP ASVS 5.0, 6.2.1 to
//! 6.2.12; NIST SP 800-63B §3.1.1.2). No kind of character is demanded or forbidden, and none is changed or cut off.
//!
//! `common_passwords.txt` holds the 19,626 most common passwords, in lower case and sorted: the list that Django ships
//! (BSD-3-Clause; compiled by Royce Williams from Pwned Passwords) without its few lines that are not ASCII.

use std::{collections::HashSet, sync::LazyLock};

/// Fewest characters. ASVS 6.2.1 asks for 8 and recommends 15; with 12 the shortest of four random words will do.
pub(super) const MIN_CHARS: usize = 12;

/// Most characters: enough for any sentence, and too few to make hashing slow.
pub(super) const MAX_CHARS: usize = 256;

/// So many characters before and after a common word do not make it a good password.
const AROUND: usize = 6;

/// What is repeated must have more characters than this to be more than a pattern.
const PATTERN: usize = 4;

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Why a password may not be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// It has fewer than 12 characters.
    #[error("a password has 12 characters or more")]
    TooShort,
    /// It has more than 256 characters.
    #[error("a password has 256 characters at most")]
    TooLong,
    /// It is among the most common ones, one of these with something put around it or repeated, or a run such as `1234…`.
    #[error("this password is among the first that anybody would try")]
    Common,
    /// It is little else than the e-mail address, a part of it, or the name of this program.
    #[error("this password is little else than the e-mail address or the name of this program")]
    Own,
}

/// Judges a password that the holder of this e-mail address would like.
pub(super) fn judge(password: &str, email: &str) -> Result<(), PasswordProblem> {
    let length = password.chars().count();
    if length < MIN_CHARS {
        return Err(PasswordProblem::TooShort);
    }
    if length > MAX_CHARS {
        return Err(PasswordProblem::TooLong);
    }
    let password = password.to_lowercase();
    let unit = repeated(&password);
    for core in [password.as_str(), unit, bare(&password), bare(unit)] {
        if COMMON.contains(core) || is_run(core) || (core.len() < password.len() && core.chars().count() <= PATTERN) {
            return Err(PasswordProblem::Common);
        }
        if own_words(email).any(|own| own == core) {
            return Err(PasswordProblem::Own);
        }
    }
    Ok(())
}

/// What the text repeats: `abcabc` is twice `abc`. A text that repeats nothing is its own unit.
fn repeated(text: &str) -> &str {
    let units = text.char_indices().skip(1).map(|(at, _)| &text[..at]);
    let mut units = units.take_while(|unit| unit.len() <= text.len() / 2);
    units
        .find(|unit| text.len().is_multiple_of(unit.len()) && text == unit.repeat(text.len() / unit.len()))
        .unwrap_or(text)
}

/// Whether each character is the next one, or each the one before: `1234567890`, `zyxw`.
fn is_run(text: &str) -> bool {
    let step = |(one, next)| match (one, next) {
        ('9', '0') => 1,
        ('0', '9') => -1,
        (one, next) => i64::from(u32::from(next)) - i64::from(u32::from(one)),
    };
    let mut steps = text.chars().zip(text.chars().skip(1)).map(step);
    matches!(steps.next(), Some(first @ (1 | -1)) if steps.all(|step| step == first))
}

/// The text without the few digits and signs around its letters, or without the signs around its digits.
fn bare(text: &str) -> &str {
    let letters = text.trim_matches(|c: char| !c.is_alphabetic());
    let around = text.chars().count() - letters.chars().count();
    match letters {
        "" => text.trim_matches(|c: char| !c.is_alphanumeric()),
        _ if around > AROUND => text,
        _ => letters,
    }
}

/// What somebody with this address would be expected to take.
fn own_words(email: &str) -> impl Iterator<Item = &str> {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let name = domain.split('.').next().unwrap_or_default();
    [email, local, domain, name, "waxseal"].into_iter()
}

#[cfg(test)]
mod tests {
    use super::{PasswordProblem::*, *};

    fn problem(password: &str) -> Option<PasswordProblem> {
        judge(password, "ada.lovelace@analytical.example").err()
    }

    #[test]
    fn a_password_has_12_to_256_characters_of_any_kind() {
        assert_eq!(problem("elevenchars"), Some(TooShort));
        assert_eq!(problem("twelve chars"), None);
        assert_eq!(problem("žluťoučký kůň"), None, "characters are counted, not bytes");
        assert_eq!(problem(&"ůéí".repeat(3)), Some(TooShort), "18 bytes, 9 characters");
        assert_eq!(problem(&"sixteen letters ".repeat(16)), None);
        assert_eq!(problem(&format!("{}!", "sixteen letters ".repeat(16))), Some(TooLong));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for common in [
            "qwertyuiop123",
            "QWERTYUIOP123",
            "Password2026!",
            "**sunshine**",
            "123456789012",
            "987654321098!",
            "abcdefghijklm",
            "passwordpassword",
            "Sunshine7Sunshine7",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123412341234",
            "žažažažažažaža",
        ] {
            assert_eq!(problem(common), Some(Common), "{common}");
        }
    }

    #[test]
    fn what_is_known_of_its_holder_is_refused() {
        for own in ["ada.lovelace@analytical.example", "Ada.Lovelace1815", "analytical-01", "waxsealwaxseal"] {
            assert_eq!(problem(own), Some(Own), "{own}");
        }
    }

    #[test]
    fn words_that_only_contain_a_common_one_are_fine() {
        for good in ["correct horse battery", "password of my cat", "sunshine 48151623", "correct-horse-battery"] {
            assert_eq!(problem(good), None, "{good}");
        }
    }

    #[test]
    fn the_list_is_whole() {
        assert!(COMMON.len() > 19_000, "{}", COMMON.len());
        assert!(COMMON.iter().all(|word| word.is_ascii() && *word == word.to_lowercase() && *word == word.trim()));
        for word in ["123456", "password", "letmein", "fallen_angel"] {
            assert!(COMMON.contains(word), "{word}");
        }
    }
}
