//! The one way out for everything that is dialled on behalf of a user.
//!
//! 1. A host name must look like one in public DNS ([`host`]): no literals, no numbers that resolvers take for addresses.
//! 2. It is resolved once, and *all* its addresses are judged ([`judge`]); one that is special refuses the host, and so does
//!    one of this machine itself ([`own`]), but for port 25.
//! 3. Exactly the judged address is dialled, with no second resolution, no proxy, no redirect; the peer is checked again.
//!
//! A refusal is data: it becomes "Cannot tell", and names the configuration key that would allow it.

mod connect;
pub(crate) mod gate;
mod host;
mod judge;
mod own;
mod way_out;

pub(crate) use connect::{Connector, DialError};
pub(crate) use judge::{Judged, Purpose, Refusal};
pub use way_out::{NoWay, WayOut};
