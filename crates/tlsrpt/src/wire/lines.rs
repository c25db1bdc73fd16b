//! A list of texts, however deep, or one text in its place.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::value::{Context, Kind, Wire};

/// A list of texts: the value of policy-string and mx-host.
#[derive(Debug, Default)]
pub(crate) struct Lines<'de> {
    /// The texts, nested lists flattened.
    pub(crate) items: Vec<Cow<'de, str>>,
    /// Whether this is anything but a plain list of texts: one text, nested lists, numbers among them.
    pub(crate) irregular: bool,
    /// The first value that is no text, left out.
    pub(crate) odd: Option<Kind>,
    /// How many were left out over the limit.
    pub(crate) cut: u32,
}

impl<'de> Lines<'de> {
    /// Bytes of one element: a whole policy may stand in it (RFC 8461 §3.3 suggests a limit of 64 KB for one).
    const ELEMENT: usize = 64 << 10;

    fn push(&mut self, text: Cow<'de, str>, context: &Context<'_>) {
        if self.items.len() >= context.limits.lines {
            self.cut += 1;
            return;
        }
        let end = text.floor_char_boundary(Self::ELEMENT);
        self.items.push(match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
            Cow::Owned(text) if end == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text[..end].to_owned()),
        });
    }

    fn fill<A: SeqAccess<'de>>(&mut self, mut list: A, context: &Context<'_>) -> Result<(), A::Error> {
        while list.next_element_seed(Element { lines: self, context })?.is_some() {}
        Ok(())
    }
}

impl<'de> Wire<'de> for Lines<'de> {
    fn odd(&mut self, kind: Kind) {
        *self = Self { odd: (kind != Kind::Null).then_some(kind), ..Self::default() };
    }

    fn text(&mut self, text: Cow<'de, str>, context: &Context<'_>) {
        *self = Self::default();
        if !text.trim_ascii().is_empty() {
            self.irregular = true;
            self.push(text, context);
        }
    }

    fn list<A: SeqAccess<'de>>(&mut self, list: A, context: &Context<'_>) -> Result<(), A::Error> {
        *self = Self::default();
        self.fill(list, context)
    }
}

/// One element, added to the lines it belongs to.
struct Element<'a, 'de, 'c, 'l> {
    lines: &'a mut Lines<'de>,
    context: &'c Context<'l>,
}

impl<'de> Element<'_, 'de, '_, '_> {
    fn add(self, text: Cow<'de, str>, irregular: bool) {
        self.lines.irregular |= irregular;
        self.lines.push(text, self.context);
    }
}

impl<'de> DeserializeSeed<'de> for Element<'_, 'de, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_, 'de, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.lines.irregular = true;
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.lines.odd.get_or_insert(Kind::Boolean);
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.add(Cow::Owned(number.to_string()), true);
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.add(Cow::Owned(number.to_string()), true);
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.add(Cow::Owned(format!("{number:e}")), true);
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<(), E> {
        self.add(Cow::Borrowed(text), false);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.add(Cow::Owned(text.to_owned()), false);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.lines.irregular = true;
        self.lines.fill(list, self.context)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        self.lines.odd.get_or_insert(Kind::Object);
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}
