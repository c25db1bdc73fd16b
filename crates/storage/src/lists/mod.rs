//! Whole lists, some rows at a time: each call goes on after the last row of the one before.
//!
//! Pages number their rows and end after ten thousand; a program or an export wants all of them. So these queries start where
//! an index says the last row was: the millionth row costs what the first did, and nothing is held between two calls.

mod days;
mod deliveries;
mod domains;
mod failures;
mod reports;

pub use self::{
    deliveries::DeliveryFilter,
    domains::DomainItem,
    failures::{FailureItem, FailurePlace},
    reports::ReportPlace,
};
