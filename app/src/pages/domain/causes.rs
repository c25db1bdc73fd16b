//! The causes of a domain's failures: what each does to mail, whose it is, what to do.

use leptos::prelude::*;
use model::{
    Day, DomainName, Impact, Status, Trust,
    explain::{self, Whose},
    format,
    view::Cause,
};
use mtasts::Mode;
use tlsrpt::ResultType;

use crate::components::{Exports, StatusWord, said, status_class};

/// All causes, most failed sessions first.
#[component]
pub fn Causes(
    /// The causes.
    causes: Vec<Cause>,
    /// Whose they are.
    domain: DomainName,
    /// Today.
    today: Day,
    /// The domain's mode, for the words about its policy.
    mode: Option<Mode>,
) -> impl IntoView {
    let causes = causes
        .into_iter()
        .enumerate()
        .map(|(i, cause)| view! { <OneCause cause domain=domain.clone() today mode open=i == 0/> })
        .collect_view();
    view! {
        <section aria-labelledby="causes">
            <h2 id="causes">"Causes"</h2>
            {causes}
            <Exports list="failures" query=vec![("domain", domain.to_string())]/>
        </section>
    }
    .into_any()
}

/// Red only for what stops mail.
pub(super) const fn status(impact: Impact) -> Status {
    match impact {
        Impact::NotDelivered => Status::Error,
        Impact::DeliveredUnprotected | Impact::DeliveredPerhapsClear => Status::Warning,
        Impact::NotKnown => Status::CannotTell,
    }
}

/// A step with the reader's own names in it.
fn own_names(text: &str, mx: Option<&str>, domain: &DomainName) -> String {
    let text = mx.map_or_else(|| text.to_owned(), |mx| text.replace("<mx>", mx));
    text.replace("<domain>", domain.as_str())
}

/// `certificate-expired on mx2.example.com` as a heading: `Certificate expired on mx2.example.com`.
pub(super) fn heading(cause: &Cause, mx: Option<&str>) -> String {
    let what = match &cause.result_type {
        ResultType::Other(name) => format!("{}: {}", explain::unknown_result_type().title, said(name)),
        known => explain::result_type(known).title.to_owned(),
    };
    mx.map_or_else(|| what.clone(), |mx| format!("{what} on {mx}"))
}

/// What is to be known of a cause that no signed report tells of; none where one does.
const fn evidence(trust: Trust) -> Option<&'static str> {
    match trust {
        Trust::Signed => None,
        Trust::Unsigned => {
            Some("Only unsigned reports tell of this: whoever knows the report address could have sent them.")
        }
        Trust::Unverified => Some("Only reports tell of this of which nothing proves who sent them."),
    }
}

fn whose_words(whose: Whose, domain: &DomainName) -> String {
    let words = own_names(whose.words(), None, domain);
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default() + "."
}

/// One cause.
#[component]
pub fn OneCause(
    /// Which.
    cause: Cause,
    /// Whose it is.
    domain: DomainName,
    /// Today.
    today: Day,
    /// The domain's mode.
    mode: Option<Mode>,
    /// Whether all of it is shown at once.
    open: bool,
) -> impl IntoView {
    let explanation = explain::result_type(&cause.result_type);
    let mx = cause.mx.as_deref().map(said);
    let help = format!("/help#{}", explanation.anchor);
    let since = if cause.first == cause.last {
        format!("on {}", cause.last.in_words(today))
    } else {
        format!("from {} to {}", cause.first.in_words(today), cause.last.in_words(today))
    };
    let facts = format!(
        "{} {}, {since} · {}",
        format::counted(cause.failed, "session"),
        cause.impact.words(),
        format::counted(u64::from(cause.reporters), "reporter"),
    );
    let under = match (cause.impact, mode) {
        // DANE has no mode, whatever the MTA-STS policy beside it says.
        _ if matches!(
            cause.result_type,
            ResultType::TlsaInvalid | ResultType::DnssecInvalid | ResultType::DaneRequired
        ) =>
        {
            ""
        }
        (Impact::NotDelivered, Some(Mode::Enforce)) => " Your policy says enforce.",
        (Impact::DeliveredUnprotected, Some(Mode::Testing)) => " Your policy says testing.",
        _ => "",
    };
    let evidence = evidence(cause.trust);
    let mut steps = explanation.remedy.iter().map(|step| own_names(step, mx.as_deref(), &domain)).peekable();
    let first = steps.peek().cloned().unwrap_or_default();
    let steps = steps.map(|step| view! { <li>{step}</li> }).collect_view();
    view! {
        <details class=format!("cause {}", status_class(status(cause.impact))) open=open>
            <summary>
                <StatusWord status=status(cause.impact)/>
                <h3>{heading(&cause, mx.as_deref())}</h3>
                <p class="told">{facts}</p>
            </summary>
            <dl>
                <div><dt>"What it does"</dt><dd>{explain::impact(cause.impact)}{under}</dd></div>
                <div><dt>"Whose fault"</dt><dd>{whose_words(explanation.whose, &domain)}</dd></div>
                <div><dt>"What to do first"</dt><dd>{first}</dd></div>
                {evidence.map(|words| view! { <div><dt>"Evidence"</dt><dd>{words}" "<a href="/help#trust">"More"</a></dd></div> })}
            </dl>
            <details class="steps">
                <summary>{format!("All {}", format::counted(explanation.remedy.len() as u64, "step"))}</summary>
                <ol>{steps}</ol>
                <p><a href=help>"More about this failure"</a></p>
            </details>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_name_the_readers_own_hosts() {
        let domain = DomainName::parse("example.com").unwrap();
        assert_eq!(
            own_names("dig <mx> for <domain>", Some("mx2.example.com"), &domain),
            "dig mx2.example.com for example.com"
        );
        assert_eq!(own_names("ask <mx>", None, &domain), "ask <mx>");
    }

    #[test]
    fn only_what_nobody_signed_says_so() {
        assert_eq!(evidence(Trust::Signed), None);
        assert!(evidence(Trust::Unsigned).is_some_and(|words| words.contains("unsigned")));
        assert!(evidence(Trust::Unverified).is_some());
    }

    #[test]
    fn only_what_stops_mail_is_red() {
        assert_eq!(status(Impact::NotDelivered), Status::Error);
        assert_eq!(status(Impact::NotKnown), Status::CannotTell);
    }
}
