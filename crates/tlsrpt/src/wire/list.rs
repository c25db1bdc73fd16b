//! A list of objects, or one object in its place.

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use super::{
    object::Object,
    value::{Context, Into, Kind, Wire},
};

/// A list of objects: policies and failure-details.
#[derive(Debug)]
pub(crate) struct List<T> {
    /// The objects.
    pub(crate) items: Vec<Item<T>>,
    /// What stands there instead of a list: one object (then read as the only item), or something else.
    pub(crate) instead: Option<Kind>,
    /// Elements that are no objects: how many, and the first's place and kind.
    pub(crate) odd: Option<(u32, u32, Kind)>,
    /// Elements over the limit.
    pub(crate) cut: u32,
}

/// One object of a list.
#[derive(Debug, Default)]
pub(crate) struct Item<T> {
    pub(crate) object: T,
    /// Its place in the list, from 1.
    pub(crate) place: u32,
    /// What stands there instead, while it is read.
    instead: Option<Kind>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), instead: None, odd: None, cut: 0 }
    }
}

impl<'de, T: Object<'de>> Wire<'de> for List<T> {
    fn odd(&mut self, kind: Kind) {
        *self = Self { instead: (kind != Kind::Null).then_some(kind), ..Self::default() };
    }

    fn list<A: SeqAccess<'de>>(&mut self, mut elements: A, context: &Context<'_>) -> Result<(), A::Error> {
        *self = Self::default();
        for place in 1.. {
            if !T::admit(self.items.len(), context) {
                while elements.next_element::<IgnoredAny>()?.is_some() {
                    self.cut += 1;
                }
                break;
            }
            // The place is made first and the element read into it, since objects are large to move.
            let item = self.make_room();
            if elements.next_element_seed(Into::new(item, context))?.is_none() {
                self.items.pop();
                break;
            }
            if let Some(kind) = item.instead {
                self.items.pop();
                self.odd.get_or_insert((0, place, kind)).0 += 1;
            } else {
                item.place = place;
                T::admitted(context);
            }
        }
        Ok(())
    }

    fn object<A: MapAccess<'de>>(&mut self, object: A, context: &Context<'_>) -> Result<(), A::Error> {
        *self = Self { instead: Some(Kind::Object), ..Self::default() };
        let item = self.make_room();
        item.place = 1;
        item.object.read(object, context)
    }
}

impl<T: Default> List<T> {
    fn make_room(&mut self) -> &mut Item<T> {
        if self.items.is_empty() {
            // Most reports have one policy.
            self.items.reserve_exact(1);
        }
        self.items.push_mut(Item::default())
    }
}

impl<'de, T: Object<'de>> Wire<'de> for Item<T> {
    fn odd(&mut self, kind: Kind) {
        self.instead = Some(kind);
    }

    fn object<A: MapAccess<'de>>(&mut self, object: A, context: &Context<'_>) -> Result<(), A::Error> {
        self.object.read(object, context)
    }
}
