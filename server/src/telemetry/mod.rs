//! What the program tells about itself: logs and metrics.

pub(crate) mod domains;
pub mod logs;
pub mod names;
pub mod recorder;
