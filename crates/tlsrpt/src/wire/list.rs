//! A list of objects, or one object in its place.

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use super::{
    object::{Found, Object},
    value::{Context, Kind, Seed, Wire},
};

/// A list of objects: policies and failure-details.
#[derive(Debug)]
pub(crate) struct List<T> {
    /// The objects, each with its place in the list, from 1.
    pub(crate) items: Vec<(u32, T)>,
    /// What stands there instead of a list: one object (then read as the only item), or something else.
    pub(crate) instead: Option<Kind>,
    /// Elements that are no objects: how many, and the first's place and kind.
    pub(crate) odd: Option<(u32, u32, Kind)>,
    /// Elements over the limit.
    pub(crate) cut: u32,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), instead: None, odd: None, cut: 0 }
    }
}

impl<'de, T: Object<'de>> Wire<'de> for List<T> {
    fn odd(kind: Kind) -> Self {
        Self { instead: (kind != Kind::Null).then_some(kind), ..Self::default() }
    }

    fn list<A: SeqAccess<'de>>(mut elements: A, context: &Context<'_>) -> Result<Self, A::Error> {
        let mut list = Self::default();
        for place in 1.. {
            if !T::admit(list.items.len(), context) {
                while elements.next_element::<IgnoredAny>()?.is_some() {
                    list.cut += 1;
                }
                break;
            }
            match elements.next_element_seed(Seed::<Found<T>>::new(context))? {
                None => break,
                Some(Found::Object(item)) => {
                    T::admitted(context);
                    if list.items.is_empty() {
                        // Most reports have one policy, and policies are large.
                        list.items.reserve_exact(1);
                    }
                    list.items.push((place, item));
                }
                Some(Found::Absent) => list.add_odd(place, Kind::Null),
                Some(Found::Odd(kind)) => list.add_odd(place, kind),
            }
        }
        Ok(list)
    }

    fn object<A: MapAccess<'de>>(object: A, context: &Context<'_>) -> Result<Self, A::Error> {
        let item = T::read(object, context)?;
        Ok(Self { items: vec![(1, item)], instead: Some(Kind::Object), ..Self::default() })
    }
}

impl<T> List<T> {
    fn add_odd(&mut self, place: u32, kind: Kind) {
        self.odd.get_or_insert((0, place, kind)).0 += 1;
    }
}
