//! What must fit together when somebody comes back from the identity provider.

use data_encoding::BASE64URL_NOPAD;
use engine::Chance;

/// One way to the provider and back.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Comes back by way of the browser.
    pub(super) state: String,
    /// Comes back within the ID token.
    pub(super) nonce: String,
    /// Proves to the provider that who brings the code is who asked for it.
    pub(super) verifier: String,
    /// The page to go to, a path.
    pub(crate) next: String,
}

impl Flow {
    /// A new one: 256 random bits for each.
    pub(crate) fn new(chance: &Chance, next: &str) -> Self {
        let random = || BASE64URL_NOPAD.encode(&chance.bytes::<32>());
        Self { state: random(), nonce: random(), verifier: random(), next: next.to_owned() }
    }

    /// As the value of a cookie.
    pub(crate) fn to_cookie(&self) -> String {
        [&self.state, &self.nonce, &self.verifier, &BASE64URL_NOPAD.encode(self.next.as_bytes())]
            .map(String::as_str)
            .join(".")
    }

    /// What a cookie brings back; nothing where it is none of ours.
    pub(crate) fn from_cookie(value: &str) -> Option<Self> {
        let [state, nonce, verifier, next] = value.split('.').collect::<Vec<_>>().try_into().ok()?;
        let secret = |text: &str| (text.len() == 43).then(|| text.to_owned());
        let next = String::from_utf8(BASE64URL_NOPAD.decode(next.as_bytes()).ok()?).ok()?;
        Some(Self { state: secret(state)?, nonce: secret(nonce)?, verifier: secret(verifier)?, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_brings_back_what_it_took() {
        let flow = Flow::new(&Chance::system(), "/domains/a.example?x=\"1;2\"");
        let cookie = flow.to_cookie();
        assert!(cookie.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{cookie}");
        assert!(Flow::from_cookie(&cookie).is_some_and(|back| back == flow));
        assert!(flow.state != flow.nonce && flow.nonce != flow.verifier);
    }

    #[test]
    fn anything_else_is_none_of_ours() {
        for value in ["", "...", "a.b.c.Lw", "a.b.c", &"x".repeat(9_000)] {
            assert!(Flow::from_cookie(value).is_none(), "{value}");
        }
    }
}
