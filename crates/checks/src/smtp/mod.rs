//! How a mail host takes mail: greeting, EHLO, STARTTLS, handshake, goodbye. No mail is sent, no sender or recipient named; but
//! for test reports to the operator's own report host (`deliver`).

mod deliver;
mod probe;
mod talk;

pub(crate) use deliver::{Letter, deliver};
pub(crate) use probe::{Manner, Obstacle, Seen, probe};
