//! Which failing rows: what is chosen, as chips that can be taken away, and a form to choose more.

use leptos::prelude::*;
use model::{Trust, explain, failing::FailureFilter, format, view::DomainPage};
use mtasts::Mode;
use tlsrpt::PolicyType;

use crate::{
    components::{TrustChoice, said},
    pages::domain::asked::Asked,
};

/// What is said of a host that no report names.
pub(super) const NO_HOST: &str = "not said by the report";

/// One thing that is chosen: its name, its value, and the page without it.
struct Chip {
    name: &'static str,
    value: String,
    without: String,
}

fn chips(asked: &Asked) -> Vec<Chip> {
    let FailureFilter { result_type, mx, reporter, policy_type, mode, trust } = &asked.filter;
    let mut chips = vec![];
    let mut chip = |name, value: Option<String>, without: fn(&mut FailureFilter)| {
        chips.extend(value.map(|value| Chip { name, value, without: asked.filtered(without) }));
    };
    chip("Result type", result_type.as_ref().map(|of| said(of.as_str())), |filter| filter.result_type = None);
    chip("MX host", mx.as_ref().map(|mx| host_words(mx.as_deref())), |filter| filter.mx = None);
    chip("Reporter", reporter.as_deref().map(said), |filter| filter.reporter = None);
    chip("Policy", policy_type.as_ref().map(|of| said(explain::policy_type(of).0)), |filter| filter.policy_type = None);
    chip("Mode", mode.map(mode_words).map(str::to_owned), |filter| filter.mode = None);
    chip("Trust", trust.map(|trust| trust.word().to_owned()), |filter| filter.trust = None);
    chips
}

pub(super) fn host_words(mx: Option<&str>) -> String {
    mx.map_or_else(|| NO_HOST.to_owned(), said)
}

const fn mode_words(mode: Option<Mode>) -> &'static str {
    match mode {
        Some(mode) => mode.keyword(),
        None => "not known",
    }
}

/// What is chosen.
#[component]
pub fn Chips(
    /// What is asked for.
    asked: Asked,
) -> impl IntoView {
    let all = asked.filtered(|filter| *filter = FailureFilter::default());
    let chips = chips(&asked);
    (!chips.is_empty()).then(|| {
        let several = chips.len() > 1;
        let chips = chips
            .into_iter()
            .map(|Chip { name, value, without }| {
                view! {
                    <li>
                        <a class="chip" href=without>
                            <span>{name}": "<b>{value}</b></span>
                            <span aria-hidden="true">"×"</span>
                            <span class="unseen">"(remove this filter)"</span>
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="chips" aria-label="Filters">
                {chips}
                {several.then(|| view! { <li><a href=all>"Remove all"</a></li> })}
            </ul>
        }
    })
}

/// How much of what failed the filter lets through.
#[component]
pub fn Fits(
    /// What is shown.
    page: DomainPage,
) -> impl IntoView {
    let cut = page.failing.cut.then_some(
        " There is more than is read at once, so the smallest are missing: choose fewer days to see all of them.",
    );
    if page.failing.filter.is_empty() {
        return cut.map(|cut| view! { <p class="hint">{cut}</p> }).into_any();
    }
    let fitting = page.failed_shown();
    view! {
        <p class="hint">
            {format!(
                "{} of {} fit these filters. Sessions are those of all.",
                format::thousands(fitting),
                format::counted(page.totals.failed, "failed session"),
            )}
            {cut}
        </p>
    }
    .into_any()
}

const POLICIES: [PolicyType; 3] = [PolicyType::Sts, PolicyType::Tlsa, PolicyType::NoPolicyFound];
const MODES: [Option<Mode>; 4] = [Some(Mode::Enforce), Some(Mode::Testing), Some(Mode::None), None];

/// The form. Closed until it is wanted: most people follow the links of the tables.
#[component]
pub fn FilterForm(
    /// What is asked for.
    asked: Asked,
    /// Which result types there are, by their value and what is shown.
    types: Vec<(String, String)>,
    /// Which MX hosts.
    hosts: Vec<(String, String)>,
    /// Which reporters.
    reporters: Vec<(String, String)>,
) -> impl IntoView {
    let filter = &asked.filter;
    let written = filter.written();
    let chosen = move |key: &str| {
        written.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let kept =
        asked.span.written().into_iter().map(|(key, value)| view! { <input type="hidden" name=key value=value/> });
    let kept = kept.collect_view();
    let policies: Vec<_> =
        POLICIES.iter().map(|of| (of.as_str().to_owned(), explain::policy_type(of).0.to_owned())).collect();
    let modes: Vec<_> = MODES
        .into_iter()
        .map(|mode| (mode.map_or("-", Mode::keyword).to_owned(), mode_words(mode).to_owned()))
        .collect();
    let trust: Option<Trust> = filter.trust;
    view! {
        <details class="custom">
            <summary>"Filter failures…"</summary>
            <form class="filters" method="get" action=asked.path.clone()>
                {kept}
                <Choice name="type" label="Result type" chosen=chosen("type") choices=types/>
                <Choice name="mx" label="MX host" chosen=chosen("mx") choices=hosts/>
                <Choice name="reporter" label="Reporter" chosen=chosen("reporter") choices=reporters/>
                <Choice name="policy" label="Policy" chosen=chosen("policy") choices=policies/>
                <Choice name="mode" label="Mode" chosen=chosen("mode") choices=modes/>
                <TrustChoice asked=trust/>
                <button class="plain">"Filter"</button>
            </form>
        </details>
    }
    .into_any()
}

/// One field: any, what there is, and what is chosen already, be it there or not.
#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    chosen: String,
    mut choices: Vec<(String, String)>,
) -> impl IntoView {
    if !chosen.is_empty() && !choices.iter().any(|(value, _)| *value == chosen) {
        choices.push((chosen.clone(), said(&chosen)));
    }
    let options = choices
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <label>
            <span>{label}</span>
            <select name=name><option value="">"any"</option>{options}</select>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chip_takes_itself_away() {
        let filter = FailureFilter {
            mx: Some(None),
            reporter: Some("Evil\u{202e}".to_owned()),
            mode: Some(None),
            ..FailureFilter::default()
        };
        let asked = Asked { path: "/d".to_owned(), filter, ..Asked::default() };
        let chips: Vec<_> = chips(&asked).into_iter().map(|chip| (chip.name, chip.value, chip.without)).collect();
        assert_eq!(chips[0], ("MX host", NO_HOST.to_owned(), "/d?reporter=Evil%E2%80%AE&mode=-".to_owned()));
        assert_eq!(chips[1].1, "Evil\\u{202e}");
        assert_eq!(chips[2], ("Mode", "not known".to_owned(), "/d?mx=-&reporter=Evil%E2%80%AE".to_owned()));
    }
}
