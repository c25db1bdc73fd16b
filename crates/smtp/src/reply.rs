//! What is answered: a code (RFC 5321 §4.2), an enhanced code (RFC 3463), a sentence of our own.

use std::{borrow::Cow, fmt};

/// One answer of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    enhanced: &'static str,
    text: Cow<'static, str>,
}

impl Reply {
    /// An answer. An empty enhanced code is left out, as in greetings and after DATA.
    ///
    /// Nothing that came from outside belongs into the text.
    #[must_use]
    pub const fn new(code: u16, enhanced: &'static str, text: &'static str) -> Self {
        Self { code, enhanced, text: Cow::Borrowed(text) }
    }

    /// The same with a text made for the occasion.
    #[must_use]
    pub fn with_text(code: u16, enhanced: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code, enhanced, text: text.into() }
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// Whether it says no, for now or for good.
    #[must_use]
    pub const fn is_error(&self) -> bool {
        self.code >= 400
    }
}

/// One line with its CR LF.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, enhanced, text } = self;
        if enhanced.is_empty() { write!(f, "{code} {text}\r\n") } else { write!(f, "{code} {enhanced} {text}\r\n") }
    }
}
