//! What the pages show. All of it belongs to a workspace; what belongs to another does not exist here.

mod domain;
mod incidents;
mod kept;
mod log;
mod monthly;
mod overview;
mod report;

pub use self::incidents::{HistoryRow, IncidentFilter, IncidentItem, IncidentPlace};
pub(crate) use self::{
    incidents::Incidents,
    kept::{Figures, OfDomain, Versions},
    report::{Readers, shown},
};

use model::{DayRange, Timestamp, span::MOST_DAYS};

/// The days that end with today.
fn range(days: u16, now: Timestamp) -> DayRange {
    DayRange::ending(now.day(), days.clamp(1, MOST_DAYS))
}
