//! Random bytes as a parameter: the operating system's in the program, chosen ones in a test.

use std::{fmt, sync::Arc};

/// Fills bytes.
type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Where random bytes come from. Cheap to clone.
#[derive(Clone)]
pub struct Chance(Arc<Fill>);

impl Chance {
    /// The operating system's generator.
    ///
    /// # Panics
    /// The first use panics on a system that has none: no secret could be made there.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place where randomness enters the program")]
    pub fn system() -> Self {
        Self::from_fn(|bytes| getrandom::fill(bytes).expect("the operating system has a source of random bytes"))
    }

    /// A generator that fills the bytes it is given.
    pub fn from_fn(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// As many random bytes as are asked for.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

impl Default for Chance {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}
