//! Deviations from the RFC that were tolerated.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One tolerated deviation: a stable code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Stable, in kebab case: `date-without-zone`.
    pub code: Cow<'static, str>,
    /// One sentence that says what was found and what was made of it.
    pub text: String,
}
