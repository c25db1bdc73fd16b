//! What the pages show. All of it belongs to a workspace; what belongs to another does not exist here.

mod domain;
mod log;
mod monthly;
mod overview;
mod report;

pub(crate) use self::{overview::Standings, report::Readers};

use model::{DayRange, Timestamp};

/// The longest range a page shows: a year and a day.
const MOST_DAYS: u16 = 366;

/// The days that end with today.
fn range(days: u16, now: Timestamp) -> DayRange {
    DayRange::ending(now.day(), days.clamp(1, MOST_DAYS))
}
