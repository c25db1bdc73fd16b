//! The tables as `sea-orm` sees them, one file each. Columns are explained in the migration; codes in [`crate::codes`].

#![expect(unreachable_pub, reason = "the derive makes public items of a model that this crate keeps to itself")]
#![expect(clippy::struct_field_names, reason = "columns are named as they are in SQL")]

pub(crate) mod addresses;
pub(crate) mod bodies;
pub(crate) mod daily_address;
pub(crate) mod daily_domain;
pub(crate) mod daily_failure;
pub(crate) mod daily_policy;
pub(crate) mod daily_reporter;
pub(crate) mod deliveries;
pub(crate) mod delivery_reports;
pub(crate) mod domain_mx;
pub(crate) mod domain_summary;
pub(crate) mod domains;
pub(crate) mod failures;
pub(crate) mod identities;
pub(crate) mod labels;
pub(crate) mod members;
pub(crate) mod policies;
pub(crate) mod recovery_codes;
pub(crate) mod reporters;
pub(crate) mod reports;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod setup_codes;
pub(crate) mod share_links;
pub(crate) mod tickets;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod workspaces;
