//! How one JSON value of whatever kind becomes a wire type.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    fmt,
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

/// A type that can be read from any JSON value, in place: values may be large and lists long, so they are not moved about.
///
/// An earlier value in that place is replaced: of duplicate keys the last wins. What a type has no use for becomes
/// [`odd`](Wire::odd).
pub(crate) trait Wire<'de>: Default {
    /// A value of a kind that is not expected; it has been read to its end.
    fn odd(&mut self, kind: Kind);

    fn text(&mut self, _text: Cow<'de, str>, _context: &Context<'_>) {
        self.odd(Kind::Text);
    }

    fn unsigned(&mut self, _number: u64) {
        self.odd(Kind::Number);
    }

    fn negative(&mut self, _number: i64) {
        self.odd(Kind::Number);
    }

    fn float(&mut self, _number: f64) {
        self.odd(Kind::Number);
    }

    fn list<A: SeqAccess<'de>>(&mut self, mut list: A, _context: &Context<'_>) -> Result<(), A::Error> {
        self.odd(Kind::List);
        drain(&mut list)
    }

    fn object<A: MapAccess<'de>>(&mut self, mut object: A, _context: &Context<'_>) -> Result<(), A::Error> {
        self.odd(Kind::Object);
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Skips the rest of a list.
pub(crate) fn drain<'de, A: SeqAccess<'de>>(list: &mut A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads one value into a place.
#[derive(Debug)]
pub(crate) struct Into<'p, 'l, T> {
    place: &'p mut T,
    context: &'p Context<'l>,
}

impl<'p, 'l, T> Into<'p, 'l, T> {
    pub(crate) const fn new(place: &'p mut T, context: &'p Context<'l>) -> Self {
        Self { place, context }
    }
}

impl<'de, T: Wire<'de>> DeserializeSeed<'de> for Into<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Wire<'de>> Visitor<'de> for Into<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.place.odd(Kind::Null);
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.place.odd(Kind::Boolean);
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.place.unsigned(number);
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.place.negative(number);
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.place.float(number);
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<(), E> {
        self.place.text(Cow::Borrowed(text), self.context);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.place.text(Cow::Owned(text.to_owned()), self.context);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.place.list(list, self.context)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<(), A::Error> {
        self.place.object(object, self.context)
    }
}
