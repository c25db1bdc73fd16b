//! A value that should be one text or one number.

use std::borrow::Cow;

use serde::de::SeqAccess;

use super::value::{Context, Into, Kind, Wire, drain};

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
    fn odd(&mut self, kind: Kind) {
        *self = if kind == Kind::Null { Self::Absent } else { Self::Odd(kind) };
    }

    fn text(&mut self, text: Cow<'de, str>, context: &Context<'_>) {
        *self = Self::Text(match text {
            Cow::Borrowed(text) => Cow::Borrowed(context.head(text)),
            Cow::Owned(text) => Cow::Owned(context.head(&text).to_owned()),
        });
    }

    fn unsigned(&mut self, number: u64) {
        *self = Self::Unsigned(number);
    }

    fn negative(&mut self, number: i64) {
        *self = Self::Negative(number);
    }

    fn float(&mut self, number: f64) {
        *self = Self::Float(number);
    }

    fn list<A: SeqAccess<'de>>(&mut self, mut list: A, context: &Context<'_>) -> Result<(), A::Error> {
        let mut first = Box::<Self>::default();
        let is_empty = list.next_element_seed(Into::new(&mut *first, context))?.is_none();
        *self = if is_empty { Self::Absent } else { Self::First(first) };
        drain(&mut list)
    }
}
