//! Identifiers of stored things. Inside they are `i64`; outside (JSON, URLs) they are opaque strings.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

id!(
    /// A workspace: a tenant with people, domains and channels.
    WorkspaceId
);
id!(
    /// A watched mail domain of one workspace.
    DomainId
);
id!(
    /// One stored report row: the part of a report document that speaks of one domain.
    ReportId
);
id!(
    /// One thing received: a POST, a mail, an upload, a file.
    DeliveryId
);
id!(
    /// Who sends reports, within one workspace.
    ReporterId
);
id!(
    /// A person who can sign in.
    UserId
);
id!(
    /// A mailbox that is read by IMAP.
    MailboxId
);
id!(
    /// A token with which programs use the API.
    TokenId
);
id!(
    /// A link with which people without an account see one domain's summary.
    ShareLinkId
);
