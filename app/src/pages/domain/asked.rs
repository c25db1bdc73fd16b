//! What the URL of a domain's page asks for: which days, and which failing rows. Every link on the page is made from it, so that
//! what was chosen stays chosen.

use model::{Day, DayRange, failing::FailureFilter, span::Span, view::DomainQuery};
use serde::Deserialize;

use crate::{components::link, http};

/// What a URL says, as it says it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    days: String,
    from: String,
    to: String,
    #[serde(rename = "type")]
    result_type: String,
    mx: String,
    reporter: String,
    policy: String,
    mode: String,
    trust: String,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The page's path.
    pub path: String,
    /// The days.
    pub span: Span,
    /// Which failing rows.
    pub filter: FailureFilter,
    /// From when to when, as typed.
    pub typed: (String, String),
    /// Why the days that were typed are not shown.
    pub fault: Option<String>,
}

impl Asked {
    /// What this request asks for.
    pub(crate) fn here(path: String, today: Day) -> Self {
        Self::read(path, http::asked(), today)
    }

    fn read(path: String, typed: Typed, today: Day) -> Self {
        let (span, fault) = match Span::read(&typed.days, &typed.from, &typed.to, today) {
            Ok(span) => (span, None),
            Err(fault) => (Span::default(), Some(fault.to_string())),
        };
        let filter = FailureFilter::read(|key| {
            let value = match key {
                "type" => &typed.result_type,
                "mx" => &typed.mx,
                "reporter" => &typed.reporter,
                "policy" => &typed.policy,
                "mode" => &typed.mode,
                "trust" => &typed.trust,
                _ => return String::new(),
            };
            value.clone()
        });
        Self { path, span, filter, typed: (typed.from, typed.to), fault }
    }

    /// The engine's question.
    pub(crate) fn query(&self, today: Day) -> DomainQuery {
        DomainQuery::filtered(self.span.range(today), self.filter.clone())
    }

    /// The same page over other days.
    pub(crate) fn over(&self, span: Span) -> String {
        Self::at(&self.path, span, &self.filter)
    }

    /// The same page with another filter.
    pub(crate) fn filtered(&self, change: impl FnOnce(&mut FailureFilter)) -> String {
        let mut filter = self.filter.clone();
        change(&mut filter);
        Self::at(&self.path, self.span, &filter)
    }

    /// Another page, for the same days and rows.
    pub(crate) fn elsewhere(&self, path: &str) -> String {
        Self::at(path, self.span, &self.filter)
    }

    /// The start of a link to the same page over days that are yet to be chosen: what follows is `from=…&to=…`.
    pub(crate) fn to_choose(&self) -> String {
        let link = Self::at(&self.path, Span::default(), &self.filter);
        let sign = if link.contains('?') { '&' } else { '?' };
        format!("{link}{sign}")
    }

    fn at(path: &str, span: Span, filter: &FailureFilter) -> String {
        let all: Vec<_> = span.written().into_iter().chain(filter.written()).collect();
        let all: Vec<_> = all.iter().map(|(key, value)| (*key, value.as_str())).collect();
        link(path, &all)
    }

    /// As many days just before, and just after, as far as there can be reports.
    pub(crate) fn around(&self, today: Day) -> (Option<String>, Option<String>) {
        let range = self.span.range(today);
        let after = DayRange { first: range.last.plus(1), last: range.last.plus(range.len()).min(today) };
        let to = |range: DayRange| Span::between(range.first, range.last, today).ok().map(|span| self.over(span));
        (to(range.before()), to(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::from_ymd(2026, 11, 21).unwrap()
    }

    fn asked(change: impl FnOnce(&mut Typed)) -> Asked {
        let mut typed = Typed::default();
        change(&mut typed);
        Asked::read("/domains/example.com".to_owned(), typed, today())
    }

    #[test]
    fn links_keep_what_was_chosen() {
        let asked = asked(|typed| {
            typed.days = "90".to_owned();
            typed.mx = "mx1.example.com".to_owned();
        });
        assert_eq!(asked.over(Span::Last(7)), "/domains/example.com?days=7&mx=mx1.example.com");
        let trusted = asked.filtered(|filter| filter.reporter = Some("A & B".to_owned()));
        assert_eq!(trusted, "/domains/example.com?days=90&mx=mx1.example.com&reporter=A%20%26%20B");
        assert_eq!(asked.filtered(|filter| filter.mx = None), "/domains/example.com?days=90");
        assert_eq!(asked.elsewhere("/x"), "/x?days=90&mx=mx1.example.com");
        assert_eq!(asked.to_choose(), "/domains/example.com?mx=mx1.example.com&");
    }

    #[test]
    fn what_is_no_range_is_said_and_the_usual_one_shown() {
        let asked = asked(|typed| typed.from = "2026-11-01".to_owned());
        assert_eq!(asked.span, Span::default());
        assert!(asked.fault.is_some_and(|fault| fault.contains("two ends")));
    }

    #[test]
    fn the_days_before_and_after_are_a_link_away() {
        let asked = asked(|typed| (typed.from, typed.to) = ("2026-11-01".to_owned(), "2026-11-14".to_owned()));
        let (before, after) = asked.around(today());
        assert_eq!(before.as_deref(), Some("/domains/example.com?from=2026-10-18&to=2026-10-31"));
        assert_eq!(
            after.as_deref(),
            Some("/domains/example.com?from=2026-11-15&to=2026-11-21"),
            "no further than today"
        );
        assert_eq!(self::asked(|_| {}).around(today()).1, None);
    }
}
