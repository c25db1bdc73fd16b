//! Causes in few words: for pages that say what is so and leave the cure to the domain's own page.

use leptos::prelude::*;
use model::{
    Day, explain, format,
    incident::{State, heading},
    view::Cause,
};

use crate::components::{StatusWord, incident_status, said};

/// The first causes, most failed sessions first, and how many more there are.
#[component]
pub fn CauseDigest(
    /// The causes.
    causes: Vec<Cause>,
    /// How many are told.
    most: usize,
    /// Today.
    today: Day,
) -> impl IntoView {
    if causes.is_empty() {
        return view! { <p class="none">"No failure in this time."</p> }.into_any();
    }
    let more = causes.len().saturating_sub(most);
    let lines = causes
        .into_iter()
        .take(most)
        .map(|cause| {
            let status = incident_status(State::Open, cause.impact);
            let told = said(&heading(&cause.result_type, cause.mx.as_deref()));
            view! {
                <li>
                    <p><StatusWord status/>" "<b>{told}</b></p>
                    <p class="told">{facts(&cause, today)}". "{explain::impact(cause.impact)}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="digest">{lines}</ul>
        {(more > 0).then(|| view! { <p class="none">{format!("and {} more", format::counted(more as u64, "cause"))}</p> })}
    }
    .into_any()
}

/// `340 sessions, from 9 Nov to 12 Nov, told by 2 reporters`
fn facts(cause: &Cause, today: Day) -> String {
    let days = model::DayRange { first: cause.first, last: cause.last.max(cause.first) };
    format!(
        "{}, {}, told by {}",
        format::counted(cause.failed, "session"),
        days.in_words(today),
        format::counted(u64::from(cause.reporters), "reporter")
    )
}

#[cfg(test)]
mod tests {
    use model::{Impact, Trust};
    use tlsrpt::ResultType;

    use super::*;

    #[test]
    fn a_cause_is_one_line_of_facts() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let cause = Cause {
            result_type: ResultType::CertificateExpired,
            mx: None,
            impact: Impact::NotDelivered,
            failed: 340,
            first: day("2026-11-09"),
            last: day("2026-11-12"),
            reporters: 1,
            trust: Trust::Signed,
        };
        assert_eq!(facts(&cause, day("2026-11-26")), "340 sessions, from 9 Nov to 12 Nov, told by 1 reporter");
    }
}
