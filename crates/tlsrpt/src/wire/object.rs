//! The objects of RFC 8460 §4.4, key by key. Of duplicate keys the last wins.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::{
    lines::Lines,
    list::List,
    scalar::Scalar,
    value::{Context, Into, Kind, Wire},
};

/// A type that is read from an object.
pub(crate) trait Object<'de>: Default {
    /// Reads the value of `key` when the key is known, and says whether it is.
    fn set<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, context: &Context<'_>) -> Result<bool, A::Error>;

    /// Told of each key that [`set`](Object::set) does not know.
    fn unknown(&mut self, key: &str, context: &Context<'_>) {
        context.unknown_key(key);
    }

    /// Whether a list that holds `count` of these may take one more.
    fn admit(_count: usize, _context: &Context<'_>) -> bool {
        true
    }

    /// Told of each that a list took.
    fn admitted(_context: &Context<'_>) {}

    /// Reads the whole object.
    fn read<A: MapAccess<'de>>(&mut self, mut map: A, context: &Context<'_>) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            if !self.set(&key, &mut map, context)? {
                self.unknown(&key, context);
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// An object, or what stands in its place.
#[derive(Debug, Default)]
pub(crate) enum Found<T> {
    #[default]
    Absent,
    Object(T),
    Odd(Kind),
}

impl<T> Found<T> {
    /// Any value but null.
    pub(crate) const fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

impl<'de, T: Object<'de>> Wire<'de> for Found<T> {
    fn odd(&mut self, kind: Kind) {
        *self = if kind == Kind::Null { Self::Absent } else { Self::Odd(kind) };
    }

    fn object<A: MapAccess<'de>>(&mut self, object: A, context: &Context<'_>) -> Result<(), A::Error> {
        *self = Self::Object(T::default());
        match self {
            Self::Object(place) => place.read(object, context),
            Self::Absent | Self::Odd(_) => Ok(()),
        }
    }
}

/// Declares an object: in brackets where other keys may belong, then the type of each value and its key.
macro_rules! object {
    ($(#[$doc:meta])+ $name:ident $([$other:ident: $others:ident])? { $($field:ident: $type:ty = $key:literal,)+ } $($rest:item)*) => {
        $(#[$doc])+
        #[derive(Debug, Default)]
        pub(crate) struct $name<'de> {
            $(pub(crate) $field: $type,)+
            $(pub(crate) $other: Option<Box<$others<'de>>>,)?
        }

        impl<'de> Object<'de> for $name<'de> {
            fn set<A: MapAccess<'de>>(
                &mut self,
                key: &str,
                map: &mut A,
                context: &Context<'_>,
            ) -> Result<bool, A::Error> {
                match key {
                    $($key => map.next_value_seed(Into::new(&mut self.$field, context))?,)+
                    $(_ if set_flat(&mut self.$other, key, map, context)? => {})?
                    _ => return Ok(false),
                }
                Ok(true)
            }

            $($rest)*
        }
    };
}

object! {
    /// `date-range`.
    DateRange {
        start: Scalar<'de> = "start-datetime",
        end: Scalar<'de> = "end-datetime",
    }
}

object! {
    /// `policy`.
    PolicyFields {
        policy_type: Scalar<'de> = "policy-type",
        policy_string: Lines<'de> = "policy-string",
        policy_domain: Scalar<'de> = "policy-domain",
        mx_host: Lines<'de> = "mx-host",
        mx_host_pattern: Lines<'de> = "mx-host-pattern",
    }
}

object! {
    /// `summary`.
    Summary {
        successful: Scalar<'de> = "total-successful-session-count",
        failed: Scalar<'de> = "total-failure-session-count",
    }
}

object! {
    /// Other names that keys of a failure go by, and one that RFC 8460 does not know. Rare, so they take no room in
    /// [`Failure`].
    OtherNames {
        sending_ip: Scalar<'de> = "sending-ip",
        receiving_mx_host_name: Scalar<'de> = "receiving-mx-host-name",
        receiving_mx_dns: Lines<'de> = "receiving-mx-dns",
        additional_info_uri: Scalar<'de> = "additional-info-uri",
    }
}

object! {
    /// An element of `failure-details`.
    Failure [other: OtherNames] {
        result_type: Scalar<'de> = "result-type",
        sending_mta_ip: Scalar<'de> = "sending-mta-ip",
        receiving_mx_hostname: Scalar<'de> = "receiving-mx-hostname",
        receiving_mx_helo: Scalar<'de> = "receiving-mx-helo",
        receiving_ip: Scalar<'de> = "receiving-ip",
        failed: Scalar<'de> = "failed-session-count",
        additional_information: Scalar<'de> = "additional-information",
        reason_code: Scalar<'de> = "failure-reason-code",
    }
    fn admit(_: usize, context: &Context<'_>) -> bool {
        context.failures.get() < context.limits.failures
    }

    fn admitted(context: &Context<'_>) {
        context.failures.set(context.failures.get() + 1);
    }
}

/// An element of `policies`.
#[derive(Debug, Default)]
pub(crate) struct Entry<'de> {
    pub(crate) policy: Found<PolicyFields<'de>>,
    pub(crate) summary: Found<Summary<'de>>,
    pub(crate) failure_details: List<Failure<'de>>,
    /// Keys of `policy` that stand here.
    pub(crate) flat: Option<Box<PolicyFields<'de>>>,
    /// Keys of `summary` that stand here.
    pub(crate) flat_summary: Option<Box<Summary<'de>>>,
}

impl<'de> Object<'de> for Entry<'de> {
    fn set<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, context: &Context<'_>) -> Result<bool, A::Error> {
        match key {
            "policy" => map.next_value_seed(Into::new(&mut self.policy, context))?,
            "summary" => map.next_value_seed(Into::new(&mut self.summary, context))?,
            "failure-details" => map.next_value_seed(Into::new(&mut self.failure_details, context))?,
            _ => {
                return Ok(set_flat(&mut self.flat, key, map, context)?
                    || set_flat(&mut self.flat_summary, key, map, context)?);
            }
        }
        Ok(true)
    }

    fn admit(count: usize, context: &Context<'_>) -> bool {
        count < context.limits.policies
    }
}

/// The whole report.
#[derive(Debug, Default)]
pub(crate) struct Report<'de> {
    pub(crate) organization_name: Scalar<'de>,
    pub(crate) date_range: Found<DateRange<'de>>,
    pub(crate) contact_info: Scalar<'de>,
    pub(crate) id: Scalar<'de>,
    pub(crate) policies: List<Entry<'de>>,
    /// Keys of `date-range` that stand here.
    pub(crate) flat: Option<Box<DateRange<'de>>>,
    /// How many keys of a report it has.
    pub(crate) known: usize,
    /// The first other keys.
    pub(crate) others: Vec<String>,
}

impl Report<'_> {
    /// Whether this is a report at all: it has a policy, or two keys of one.
    pub(crate) fn is_report(&self) -> bool {
        !self.policies.items.is_empty() || self.known >= 2
    }
}

impl<'de> Object<'de> for Report<'de> {
    fn set<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, context: &Context<'_>) -> Result<bool, A::Error> {
        match key {
            "organization-name" => map.next_value_seed(Into::new(&mut self.organization_name, context))?,
            "date-range" => map.next_value_seed(Into::new(&mut self.date_range, context))?,
            "contact-info" => map.next_value_seed(Into::new(&mut self.contact_info, context))?,
            "report-id" => map.next_value_seed(Into::new(&mut self.id, context))?,
            "policies" => {
                context.failures.set(0);
                map.next_value_seed(Into::new(&mut self.policies, context))?;
            }
            _ => return set_flat(&mut self.flat, key, map, context),
        }
        self.known += 1;
        Ok(true)
    }

    fn unknown(&mut self, key: &str, context: &Context<'_>) {
        if self.others.len() < 5 {
            self.others.push(key[..key.floor_char_boundary(64)].to_owned());
        }
        context.unknown_key(key);
    }
}

/// Tries a key on an object that should be nested but is not.
fn set_flat<'de, T: Object<'de>, A: MapAccess<'de>>(
    flat: &mut Option<Box<T>>,
    key: &str,
    map: &mut A,
    context: &Context<'_>,
) -> Result<bool, A::Error> {
    if let Some(object) = flat {
        return object.set(key, map, context);
    }
    let mut object = T::default();
    let is_known = object.set(key, map, context)?;
    if is_known {
        *flat = Some(Box::new(object));
    }
    Ok(is_known)
}

/// A key, borrowed where it holds no escape.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}
