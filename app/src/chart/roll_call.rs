//! Who reported on which day: a silent reporter is seen as a gap.

use std::fmt::Write as _;

use leptos::prelude::*;
use model::view::RollCall;

/// What each mark looks like, in a box one unit wide a day and 16 high: class, top, height.
const MARKS: [(RollCall, &str, u8, u8); 3] =
    [(RollCall::Well, "well", 4, 8), (RollCall::Failures, "failures", 0, 16), (RollCall::Silent, "silent", 7, 2)];

/// The outline of all days with one mark.
fn outline(days: &[RollCall], mark: RollCall, top: u8, height: u8) -> String {
    let mut path = String::new();
    for (day, _) in days.iter().enumerate().filter(|(_, day)| **day == mark) {
        let _ = write!(path, "M{day} {top}h.75v{height}h-.75z");
    }
    path
}

/// In words: `reported on 28 of 30 days, failures on 9`.
fn words(days: &[RollCall]) -> String {
    let count = |mark| days.iter().filter(|day| **day == mark).count();
    let failures = count(RollCall::Failures);
    let reported = format!("reported on {} of {} days", failures + count(RollCall::Well), days.len());
    if failures == 0 { reported } else { format!("{reported}, failures on {failures}") }
}

/// A reporter's days.
#[component]
pub fn RollCallMarks(
    /// One for each day.
    days: Vec<RollCall>,
) -> impl IntoView {
    let marks = MARKS
        .into_iter()
        .map(|(mark, class, top, height)| (class, outline(&days, mark, top, height)))
        .filter(|(_, path)| !path.is_empty())
        .map(|(class, path)| view! { <path class=class d=path/> })
        .collect_view();
    let frame = format!("0 0 {} 16", days.len().max(1));
    view! {
        <svg class="roll-call" viewBox=frame preserveAspectRatio="none" height="16" role="img" aria-label=words(&days)>
            {marks}
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use RollCall::{Failures, Silent, Well};

    #[test]
    fn each_day_has_its_mark() {
        assert_eq!(outline(&[Well, Silent, Well], Well, 4, 8), "M0 4h.75v8h-.75zM2 4h.75v8h-.75z");
        assert_eq!(outline(&[Well, Silent, Well], Failures, 0, 16), "");
    }

    #[test]
    fn those_who_listen_hear_the_sum() {
        assert_eq!(words(&[Well, Failures, Silent]), "reported on 2 of 3 days, failures on 1");
        assert_eq!(words(&[Well, Silent]), "reported on 1 of 2 days");
    }
}
