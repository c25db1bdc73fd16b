//! How an incident stands, in words and shape, and what is said of each wherever incidents are shown.

use leptos::prelude::*;
use model::{
    Day, DomainName, Impact, Status, explain,
    incident::{Light, Live, Resolved, State},
};
use tlsrpt::ResultType;

use super::{said, status_class};

/// The shape and colour of an incident: red only for what stops mail.
#[must_use]
pub const fn incident_status(state: State, impact: Impact) -> Status {
    match (state, impact) {
        (State::Resolved, _) => Status::Ok,
        (State::FixSeen, _) => Status::Waiting,
        (State::Open, Impact::NotDelivered) => Status::Error,
        (State::Open, Impact::DeliveredUnprotected | Impact::DeliveredPerhapsClear) => Status::Warning,
        (State::Open, Impact::NotKnown) => Status::CannotTell,
    }
}

/// How an incident stands: word and shape together.
#[component]
pub fn StateWord(
    /// How.
    state: State,
    /// What it did to mail.
    impact: Impact,
    /// Whether it was over before, and came again.
    #[prop(optional)]
    reopened: bool,
) -> impl IntoView {
    let class = format!("status {}", status_class(incident_status(state, impact)));
    let word = if reopened && state == State::Open { "Reopened" } else { state.word() };
    view! { <span class=class><i aria-hidden="true"></i>{word}</span> }.into_any()
}

/// What the live check says now: word, shape and sentence.
#[component]
pub fn LiveCheck(
    /// What it says.
    live: Live,
) -> impl IntoView {
    let (status, word) = match live.light {
        Light::Green => (Status::Ok, "Green"),
        Light::Red => (Status::Error, "Red"),
        Light::Unknown => (Status::CannotTell, "Cannot tell"),
    };
    // The sentence says itself that it cannot be told.
    let word = (live.light != Light::Unknown).then(|| {
        view! { <span class=format!("status {}", status_class(status))><i aria-hidden="true"></i>{word}</span>" " }
    });
    view! { {word}{said(&live.words)} }.into_any()
}

/// `since 12 Nov`, `since 12 Nov or earlier`, `from 12 to 18 Nov`: the days of an episode.
#[must_use]
pub fn since(state: State, opened: Day, earlier: bool, last: Day, today: Day) -> String {
    let or_earlier = if earlier { " or earlier" } else { "" };
    match state {
        State::Open if opened == last => format!("on {}{or_earlier}", opened.in_words(today)),
        State::Open => format!("since {}{or_earlier}, last on {}", opened.in_words(today), last.in_words(today)),
        _ if opened == last => format!("on {}{or_earlier}", opened.in_words(today)),
        _ => format!("from {}{or_earlier} to {}", opened.in_words(today), last.in_words(today)),
    }
}

/// How an incident ended, in a sentence: `Resolved with 21 Nov. 3 of the 4 reporters …`.
#[must_use]
pub fn resolved_words(resolved: &Resolved, today: Day) -> String {
    format!("Resolved with {}. {}", resolved.day.in_words(today), resolved.words())
}

/// The steps that mend a cause, with the reader's own names in them.
#[must_use]
pub fn steps(result_type: &ResultType, mx: Option<&str>, domain: Option<&DomainName>) -> Vec<String> {
    let mx = mx.map(said);
    let own = |step: &&str| own_names(step, mx.as_deref(), domain);
    explain::result_type(result_type).remedy.iter().map(own).collect()
}

/// A step with the reader's own names in it.
fn own_names(text: &str, mx: Option<&str>, domain: Option<&DomainName>) -> String {
    let text = mx.map_or_else(|| text.to_owned(), |mx| text.replace("<mx>", mx));
    domain.map_or_else(|| text.clone(), |domain| text.replace("<domain>", domain.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_name_the_readers_own_hosts() {
        let domain = DomainName::parse("example.com").unwrap();
        assert_eq!(
            own_names("dig <mx> for <domain>", Some("mx2.example.com"), Some(&domain)),
            "dig mx2.example.com for example.com"
        );
        assert_eq!(own_names("ask <mx> for <domain>", None, None), "ask <mx> for <domain>");
    }

    #[test]
    fn only_what_stops_mail_is_red() {
        assert_eq!(incident_status(State::Open, Impact::NotDelivered), Status::Error);
        assert_eq!(incident_status(State::Open, Impact::NotKnown), Status::CannotTell);
        assert_eq!(incident_status(State::FixSeen, Impact::NotDelivered), Status::Waiting);
        assert_eq!(incident_status(State::Resolved, Impact::NotDelivered), Status::Ok);
    }

    #[test]
    fn days_are_told_as_far_as_they_are_known() {
        let day = |day| Day::from_ymd(2026, 11, day).unwrap();
        let words = |state, opened, earlier, last| since(state, day(opened), earlier, day(last), day(21));
        assert_eq!(words(State::Open, 12, false, 20), "since 12 Nov, last on 20 Nov");
        assert_eq!(words(State::Open, 12, true, 20), "since 12 Nov or earlier, last on 20 Nov");
        assert_eq!(words(State::Open, 12, false, 12), "on 12 Nov");
        assert_eq!(words(State::Resolved, 10, false, 12), "from 10 Nov to 12 Nov");
    }
}
