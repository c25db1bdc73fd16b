//! How one JSON value of whatever kind becomes a wire type.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    fmt,
    marker::PhantomData,
};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::Limits;

/// The kinds of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

/// What is shared while one report is read.
#[derive(Debug)]
pub(crate) struct Context<'l> {
    pub(crate) limits: &'l Limits,
    /// Failures read so far, over all policies.
    pub(crate) failures: Cell<usize>,
    /// The first keys that nobody knows.
    pub(crate) unknown: RefCell<Vec<String>>,
}

impl<'l> Context<'l> {
    const UNKNOWN: usize = 10;

    pub(crate) const fn new(limits: &'l Limits) -> Self {
        Self { limits, failures: Cell::new(0), unknown: RefCell::new(Vec::new()) }
    }

    pub(crate) fn unknown_key(&self, key: &str) {
        let key = &key[..key.floor_char_boundary(64)];
        let mut unknown = self.unknown.borrow_mut();
        if unknown.len() < Self::UNKNOWN && !unknown.iter().any(|known| known == key) {
            unknown.push(key.to_owned());
        }
    }

    /// As much of a text as decides whether it is over the limit, so that no huge text is copied.
    pub(crate) fn head<'t>(&self, text: &'t str) -> &'t str {
        &text[..text.floor_char_boundary((self.limits.text + 1) * 4)]
    }
}

/// A type that can be made of any JSON value. What it has no use for becomes [`odd`](Wire::odd).
pub(crate) trait Wire<'de>: Sized {
    /// A value of a kind that is not expected; it has been read to its end.
    fn odd(kind: Kind) -> Self;

    fn text(_text: Cow<'de, str>, _context: &Context<'_>) -> Self {
        Self::odd(Kind::Text)
    }

    fn unsigned(_number: u64) -> Self {
        Self::odd(Kind::Number)
    }

    fn negative(_number: i64) -> Self {
        Self::odd(Kind::Number)
    }

    fn float(_number: f64) -> Self {
        Self::odd(Kind::Number)
    }

    fn list<A: SeqAccess<'de>>(mut list: A, _context: &Context<'_>) -> Result<Self, A::Error> {
        drain(&mut list)?;
        Ok(Self::odd(Kind::List))
    }

    fn object<A: MapAccess<'de>>(mut object: A, _context: &Context<'_>) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::odd(Kind::Object))
    }
}

/// Skips the rest of a list.
pub(crate) fn drain<'de, A: SeqAccess<'de>>(list: &mut A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads one value as `T`.
#[derive(Debug)]
pub(crate) struct Seed<'c, 'l, T>(&'c Context<'l>, PhantomData<T>);

impl<'c, 'l, T> Seed<'c, 'l, T> {
    pub(crate) const fn new(context: &'c Context<'l>) -> Self {
        Self(context, PhantomData)
    }
}

impl<'de, T: Wire<'de>> DeserializeSeed<'de> for Seed<'_, '_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Wire<'de>> Visitor<'de> for Seed<'_, '_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::odd(Kind::Null))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<T, E> {
        Ok(T::odd(Kind::Boolean))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Ok(T::unsigned(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Ok(T::negative(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Ok(T::float(number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<T, E> {
        Ok(T::text(Cow::Borrowed(text), self.0))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::text(Cow::Owned(text.to_owned()), self.0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::list(list, self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::object(object, self.0)
    }
}
