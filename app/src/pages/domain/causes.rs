//! The causes of a domain's failures as incidents: how each stands, what it does to mail, whose it is, what the live check
//! says now, what to do.

use leptos::prelude::*;
use model::{
    Day, DomainName, Impact, explain, format,
    incident::{self, Incident, State},
    view::Cause,
};
use mtasts::Mode;
use tlsrpt::ResultType;

use super::take_away::in_file;
use crate::components::{
    Exports, LiveCheck, StateWord, incident_status, link, resolved_words, said, since, status_class, steps,
};

/// All causes, most failed sessions first.
#[component]
pub fn Causes(
    /// The causes, with the figures of the range that is shown.
    causes: Vec<Cause>,
    /// The domain's incidents: the lives of these causes.
    #[prop(default = vec![])]
    incidents: Vec<Incident>,
    /// Whose they are.
    domain: DomainName,
    /// The days and failures shown, as links tell them.
    shown: Vec<(&'static str, String)>,
    /// Today.
    today: Day,
    /// The domain's mode, for the words about its policy.
    mode: Option<Mode>,
) -> impl IntoView {
    let causes = lives(causes, incidents)
        .into_iter()
        .enumerate()
        .map(|(i, (cause, life))| view! { <OneCause cause life domain=domain.clone() today mode open=i == 0/> })
        .collect_view();
    let history = format!("/domains/{domain}/history");
    let query = in_file(&domain, shown);
    view! {
        <section aria-labelledby="causes">
            <h2 id="causes">"Causes"</h2>
            {causes}
            <p class="hint"><a href=history>"History of all causes"</a>": opened, fix seen, resolved, with the evidence."</p>
            <Exports list="failures" query/>
        </section>
    }
    .into_any()
}

/// Each cause with its life; what is not over comes first.
fn lives(causes: Vec<Cause>, mut incidents: Vec<Incident>) -> Vec<(Cause, Option<Incident>)> {
    let mut all: Vec<_> = causes
        .into_iter()
        .map(|cause| {
            let place = |one: &Incident| one.result_type == cause.result_type && one.mx == cause.mx;
            let life = incidents.iter().position(place).map(|found| incidents.swap_remove(found));
            (cause, life)
        })
        .collect();
    all.sort_by_key(|(_, life)| life.as_ref().map_or(State::Open, Incident::state));
    all
}

/// What the domain's policy has to do with an impact.
const fn under(cause: &Cause, mode: Option<Mode>) -> &'static str {
    match (cause.impact, mode) {
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
    }
}

/// Whose fault it is where no life is known: what the type alone tells.
fn whose_by_type(cause: &Cause, domain: &DomainName) -> String {
    let words = explain::result_type(&cause.result_type).whose.words().replace("<domain>", domain.as_str());
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default() + "."
}

/// One cause.
#[component]
pub fn OneCause(
    /// Which.
    cause: Cause,
    /// Its life, where it is known.
    life: Option<Incident>,
    /// Whose it is.
    domain: DomainName,
    /// Today.
    today: Day,
    /// The domain's mode.
    mode: Option<Mode>,
    /// Whether all of it is shown at once.
    open: bool,
) -> impl IntoView {
    let help = format!("/help#{}", explain::meaning(&cause.result_type).1);
    let state = life.as_ref().map_or(State::Open, Incident::state);
    let reopened = life.as_ref().is_some_and(Incident::reopened);
    let days = life.as_ref().map_or_else(
        || since(State::Open, cause.first, false, cause.last, today),
        |life| {
            let episode = &life.latest().episode;
            since(state, episode.opened, life.earlier && life.episodes.len() == 1, episode.last, today)
        },
    );
    let facts = format!(
        "{} {}, {days} · {}",
        format::counted(cause.failed, "session"),
        cause.impact.words(),
        format::counted(u64::from(cause.reporters), "reporter"),
    );
    let doubt = incident::doubt(cause.trust);
    let whose = life.as_ref().map_or_else(|| whose_by_type(&cause, &domain), |life| said(&life.whose(domain.as_str())));
    let steps = steps(&cause.result_type, cause.mx.as_deref(), Some(&domain));
    let first = steps.first().cloned().unwrap_or_default();
    let number = format::counted(steps.len() as u64, "step");
    let steps = steps.into_iter().map(|step| view! { <li>{step}</li> }).collect_view();
    let status = incident_status(state, cause.impact);
    let life_words = life.as_ref().map(|life| life_words(life, today));
    let check = life.map(|life| life.live);
    view! {
        <details class=format!("cause {}", status_class(status)) open=open>
            <summary>
                <StateWord state impact=cause.impact reopened/>
                <h3>{incident::heading(&cause.result_type, cause.mx.as_deref())}</h3>
                <p class="told">{facts}</p>
            </summary>
            <dl>
                <div><dt>"What it does"</dt><dd>{explain::impact(cause.impact)}{under(&cause, mode)}</dd></div>
                <div><dt>"Whose fault"</dt><dd>{whose}</dd></div>
                {check.map(|live| view! { <div><dt>"The live check"</dt><dd><LiveCheck live/></dd></div> })}
                {life_words.map(|words| view! { <div><dt>"Its life"</dt><dd>{words}</dd></div> })}
                <div><dt>"What to do first"</dt><dd>{first}</dd></div>
                {doubt.map(|words| view! { <div><dt>"Evidence"</dt><dd>{words}" "<a href="/help#trust">"More"</a></dd></div> })}
            </dl>
            <details class="steps">
                <summary>{format!("All {number}")}</summary>
                <ol>{steps}</ol>
                <p>
                    <a href=help>"More about this failure"</a>" · "
                    <a href=link("/incidents", &[("q", cause.mx.as_deref().unwrap_or(cause.result_type.as_str()))])>
                        "Other domains with this cause"
                    </a>
                </p>
            </details>
        </details>
    }
    .into_any()
}

/// What became of an incident, in sentences.
fn life_words(life: &Incident, today: Day) -> String {
    let episode = &life.latest().episode;
    let before = life.episodes.len() - 1;
    let words = match (episode.resolved, episode.fix_seen) {
        (Some(resolved), _) => resolved_words(&resolved, today),
        (None, Some(at)) => format!(
            "The live check saw it mended on {}. It is resolved once reporters that saw it report three complete days without \
             it.",
            at.day().in_words(today)
        ),
        (None, None) => "Open: resolved once reporters that saw it report three complete days without it.".to_owned(),
    };
    let times = match before {
        0 => return words,
        1 => "once".to_owned(),
        more => format!("{more} times"),
    };
    format!("{words} It was over {times} before, and came again.")
}

#[cfg(test)]
mod tests {
    use model::{
        ReporterId, Trust,
        incident::{Chapter, Episode, Evidence, Fault, How, Light, Live, Resolved},
    };

    use super::*;

    fn cause(result_type: ResultType, failed: u64) -> Cause {
        Cause {
            result_type,
            mx: None,
            impact: Impact::NotDelivered,
            failed,
            first: Day(0),
            last: Day(1),
            reporters: 1,
            trust: Trust::Signed,
        }
    }

    fn incident(result_type: ResultType, resolved: bool) -> Incident {
        let how = How::ReportedWithout { heard: 1, of: 1 };
        let episode = Episode {
            opened: Day(20_000),
            last: Day(20_001),
            reporters: [ReporterId(1)].into(),
            fix_seen: None,
            resolved: resolved.then_some(Resolved { day: Day(20_004), how }),
        };
        let (impact, trust) = (Impact::NotDelivered, Trust::Signed);
        Incident {
            result_type,
            mx: None,
            failed: 1,
            episodes: vec![Chapter { episode, impact, trust, reporters: vec![] }],
            earlier: false,
            evidence: Evidence {
                reporters: vec![],
                network: None,
                others: 0,
                light: Light::Unknown,
                seen: "",
                one_sided: false,
            },
            fault: Fault::Unknown,
            live: Live { light: Light::Unknown, words: String::new() },
        }
    }

    #[test]
    fn what_is_not_over_comes_first_and_each_cause_has_its_own_life() {
        let causes = vec![cause(ResultType::CertificateExpired, 9), cause(ResultType::TlsaInvalid, 1)];
        let incidents = vec![incident(ResultType::TlsaInvalid, false), incident(ResultType::CertificateExpired, true)];
        let all = lives(causes, incidents);
        let told: Vec<_> =
            all.iter().map(|(cause, life)| (cause.result_type.clone(), life.as_ref().map(Incident::state))).collect();
        assert_eq!(
            told,
            [(ResultType::TlsaInvalid, Some(State::Open)), (ResultType::CertificateExpired, Some(State::Resolved)),]
        );
    }

    #[test]
    fn a_life_is_told_with_what_was_before() {
        let mut life = incident(ResultType::TlsaInvalid, true);
        assert!(
            life_words(&life, Day(20_010)).starts_with("Resolved with 8 Oct. The reporter that saw it"),
            "{}",
            life_words(&life, Day(20_010))
        );
        life.episodes.push(incident(ResultType::TlsaInvalid, false).episodes.remove(0));
        assert!(life_words(&life, Day(20_010)).ends_with("It was over once before, and came again."));
    }
}
