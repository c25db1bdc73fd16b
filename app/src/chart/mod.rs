//! Charts as inline SVG: pure geometry with tests, and thin views over it. Complete without a script.
//!
//! Horizontal places are per cents and vertical ones pixels, so that a chart fills any width and its text is never stretched.

pub mod day_chart;
pub mod drawing;
pub mod heat_map;
pub mod picture;
pub mod roll_call;
pub mod scale;
pub mod share_bar;
pub mod spark;

pub use day_chart::{DayChart, DayMark};
pub use roll_call::RollCallMarks;
pub use share_bar::ShareBar;
pub use spark::Spark;
