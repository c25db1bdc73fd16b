//! All that runs in the browser. Each island works on what the server has already drawn; without a script that stays as it is.

#[expect(missing_docs, reason = "`#[island]` makes a struct that takes no documentation")]
pub mod chart_read_out;
#[expect(missing_docs, reason = "`#[island]` makes a struct that takes no documentation")]
pub mod copyable;
pub mod lint_as_typed;
pub mod live_ticks;
pub mod shortcuts;

pub use chart_read_out::ChartReadOut;
pub use copyable::Copyable;
pub use lint_as_typed::LintAsTyped;
pub use live_ticks::LiveTicks;
pub use shortcuts::Shortcuts;

use leptos::prelude::*;

/// False on the server and until the island lives: a control that needs the script stays hidden so long.
fn alive() -> ReadSignal<bool> {
    let (alive, set_alive) = signal(false);
    Effect::new(move |_| set_alive.set(true));
    alive
}
