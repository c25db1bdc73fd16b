//! Everything that linters and live checks can find, each at the place to which its finding links.

use engine::CHECK_CODES;
use leptos::prelude::*;
use model::{help_search::Found, lint};

/// What findings are about, in the order in which a domain is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    TlsRpt,
    MtaSts,
    Policy,
    Mail,
    Dane,
    Installation,
    Advice,
}

impl Subject {
    const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::TlsRpt, "findings-tls-rpt", "TLS-RPT record"),
        (Self::MtaSts, "findings-mta-sts", "MTA-STS record"),
        (Self::Policy, "findings-policy", "MTA-STS policy and its host"),
        (Self::Mail, "findings-mx", "MX and STARTTLS"),
        (Self::Dane, "findings-dane", "DANE, and reports about it"),
        (Self::Installation, "findings-installation", "This installation and its network"),
        (Self::Advice, "findings-advice", "Advice"),
    ];

    /// What a code is about. Those of the form that both records share stand with the first.
    fn of(code: &str) -> Self {
        const BEGINNINGS: [(&str, Subject); 11] = [
            ("mx-tls-rpt-", Subject::Dane),
            ("dane-", Subject::Dane),
            ("dnssec-", Subject::Installation),
            ("name-servers-", Subject::Installation),
            ("mx-", Subject::Mail),
            ("starttls-", Subject::Mail),
            ("port-25-", Subject::Installation),
            ("mta-sts-policy-field", Subject::MtaSts),
            ("policy-", Subject::Policy),
            ("mta-sts-", Subject::MtaSts),
            ("advice-", Subject::Advice),
        ];
        let found = BEGINNINGS.into_iter().find(|(beginning, _)| code.starts_with(beginning));
        found.map_or(Self::TlsRpt, |(_, subject)| subject)
    }
}

/// Code, meaning and rule of everything that can be found.
fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let linted = lint::Code::ALL.iter().map(|code| (code.as_str(), code.meaning(), code.source()));
    CHECK_CODES.iter().map(|code| (code.text, code.meaning, code.source)).chain(linted)
}

/// The same, as the search of help has it.
pub(super) fn searched() -> impl Iterator<Item = Found> {
    all().map(|(code, meaning, _)| Found {
        title: code.to_owned(),
        kind: "finding",
        href: format!("/help#{code}"),
        text: meaning.to_owned(),
        synonyms: vec![],
    })
}

/// The part of the help page.
#[component]
pub fn FindingsHelp() -> impl IntoView {
    let subjects = Subject::ALL
        .into_iter()
        .map(|(subject, anchor, title)| {
            let findings = all()
                .filter(|(code, ..)| Subject::of(code) == subject)
                .map(|(code, meaning, source)| {
                    view! { <div id=code><dt><code>{code}</code></dt><dd>{meaning}<small>{source}</small></dd></div> }
                })
                .collect_view();
            view! { <h3 id=anchor>{title}</h3><dl class="glossary codes">{findings}</dl> }
        })
        .collect_view();
    view! {
        <section aria-labelledby="findings">
            <h2 id="findings" class="part">"Findings"</h2>
            <p class="hint">"What is found about records, policies and mail hosts, by the name under which programs know it."</p>
            {subjects}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::{explain, glossary, unregistered};

    use super::*;

    #[test]
    fn every_place_on_the_help_page_is_one() {
        let types = explain::RESULT_TYPES.iter().chain([explain::unknown_result_type()]).map(|one| one.anchor);
        let words = glossary::ENTRIES.iter().map(|entry| entry.anchor);
        let parts = Subject::ALL.into_iter().map(|(_, anchor, _)| anchor);
        let names = unregistered::UNREGISTERED.iter().map(|one| one.anchor);
        let mut seen = BTreeSet::from([
            "failures",
            "findings",
            "words",
            "main",
            "names",
            "reason-codes",
            "keyboard",
            "found",
            "shortcuts",
        ]);
        for anchor in types.chain(words).chain(parts).chain(names).chain(all().map(|(code, ..)| code)) {
            assert!(seen.insert(anchor), "{anchor} is there twice");
        }
    }

    #[test]
    fn findings_stand_where_they_belong() {
        for (code, subject) in [
            ("tls-rpt-missing", Subject::TlsRpt),
            ("record-empty", Subject::TlsRpt),
            ("mta-sts-id-date", Subject::MtaSts),
            ("mta-sts-policy-field", Subject::MtaSts),
            ("policy-status", Subject::Policy),
            ("policy-mode", Subject::Policy),
            ("mx-is-alias", Subject::Mail),
            ("mx-tls-rpt-found", Subject::Dane),
            ("advice-enforce-early", Subject::Advice),
        ] {
            assert_eq!(Subject::of(code), subject, "{code}");
        }
    }
}
