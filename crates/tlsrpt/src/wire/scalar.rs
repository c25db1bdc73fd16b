//! A value that should be one text or one number.

use std::borrow::Cow;

use serde::de::SeqAccess;

use super::value::{Context, Kind, Seed, Wire, drain};

/// A value that should be one text or one number. `null` counts as absent.
#[derive(Debug, Default)]
pub(crate) enum Scalar<'de> {
    #[default]
    Absent,
    Text(Cow<'de, str>),
    Unsigned(u64),
    Negative(i64),
    Float(f64),
    /// The first element of a list.
    First(Box<Self>),
    Odd(Kind),
}

impl Scalar<'_> {
    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<'de> Wire<'de> for Scalar<'de> {
    fn odd(kind: Kind) -> Self {
        if kind == Kind::Null { Self::Absent } else { Self::Odd(kind) }
    }

    fn text(text: Cow<'de, str>, context: &Context<'_>) -> Self {
        Self::Text(match text {
            Cow::Borrowed(text) => Cow::Borrowed(context.head(text)),
            Cow::Owned(text) => Cow::Owned(context.head(&text).to_owned()),
        })
    }

    fn unsigned(number: u64) -> Self {
        Self::Unsigned(number)
    }

    fn negative(number: i64) -> Self {
        Self::Negative(number)
    }

    fn float(number: f64) -> Self {
        Self::Float(number)
    }

    fn list<A: SeqAccess<'de>>(mut list: A, context: &Context<'_>) -> Result<Self, A::Error> {
        let first = list.next_element_seed(Seed::<Self>::new(context))?;
        drain(&mut list)?;
        Ok(first.map_or(Self::Absent, |first| Self::First(Box::new(first))))
    }
}
