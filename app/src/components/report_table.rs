//! Reports as rows of a table.

use leptos::prelude::*;
use model::{Day, ReportState, explain, format, view::ReportRow};
use mtasts::Mode;
use tlsrpt::PolicyType;

use super::{Instant, Period, said};

/// Reports as rows.
#[component]
pub fn ReportTable(
    /// The rows.
    rows: Vec<ReportRow>,
    /// Whether they are of several domains, so that each says of which.
    #[prop(optional)]
    of_all: bool,
    /// Today.
    today: Day,
) -> impl IntoView {
    let rows = rows.into_iter().map(|row| view! { <OneRow row of_all today/> }).collect_view();
    view! {
        <table class="list reports">
            <thead>
                <tr>
                    <th scope="col">"Reporter"</th>
                    <th scope="col">"Period"</th>
                    {of_all.then(|| view! { <th scope="col">"Domain"</th> })}
                    <th scope="col">"Policy"</th>
                    <th scope="col" class="n">"Sessions"</th>
                    <th scope="col" class="n">"Failed"</th>
                    <th scope="col" class="n">"Succeeded"</th>
                    <th scope="col">"Trust"</th>
                    <th scope="col" class="n">"Received"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn OneRow(row: ReportRow, of_all: bool, today: Day) -> impl IntoView {
    let failed = row.totals.failed;
    let fails = if failed > 0 { "n fails bad" } else { "n fails" };
    let notes = (row.notes > 0).then(|| format::counted(u64::from(row.notes), "note"));
    // Nearly all are counted: only what is not says what it is.
    let state = (row.state != ReportState::Counted).then(|| row.state.word().to_owned());
    let remarks: Vec<_> = state.into_iter().chain(notes).collect();
    let domain = row.domain.map(|name| {
        let href = format!("/domains/{name}");
        view! { <a href=href>{name.to_unicode().into_owned()}</a> }
    });
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/reports/{}", row.id)>{said(&row.reporter)}</a>
                {(!remarks.is_empty()).then(|| view! { <small>{remarks.join(" · ")}</small> })}
            </th>
            <td class="when"><Period start=row.start end=row.end today/></td>
            {of_all.then(|| view! { <td class="name of">{domain}</td> })}
            <td class="under">{policies_in_words(&row.policies)}</td>
            <td class="n count">{format::thousands(row.totals.sessions)}</td>
            <td class=fails>{format::thousands(failed)}</td>
            <td class="n">{row.totals.rate_words()}</td>
            <td>{row.trust.told(row.signer.as_ref())}</td>
            <td class="n"><Instant at=row.received today/></td>
        </tr>
    }
    .into_any()
}

/// `MTA-STS enforce, DANE`
fn policies_in_words(policies: &[(PolicyType, Option<Mode>)]) -> String {
    let words = |(kind, mode): &(PolicyType, Option<Mode>)| {
        let name = match kind {
            PolicyType::Other(written) => format!("“{}”", model::text::visible_short(written, 40)),
            known => explain::policy_type(known).0.to_owned(),
        };
        mode.map_or_else(|| name.clone(), |mode| format!("{name} {}", mode.keyword()))
    };
    policies.iter().map(words).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_told_with_their_mode() {
        let policies = [(PolicyType::Sts, Some(Mode::Enforce)), (PolicyType::Tlsa, None)];
        assert_eq!(policies_in_words(&policies), "MTA-STS enforce, DANE");
        assert_eq!(policies_in_words(&[(PolicyType::Other("x\u{7}".into()), None)]), "“x\\u{7}”");
        assert_eq!(policies_in_words(&[]), "");
    }
}
