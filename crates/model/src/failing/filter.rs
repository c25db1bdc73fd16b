//! Which failing rows are meant: what a URL says, and whether a row fits.

use std::borrow::Cow;

use mtasts::Mode;
use serde::{Deserialize, Serialize};
use tlsrpt::{PolicyType, ResultType};

use super::FailingRow;
use crate::Trust;

/// Which failing rows are meant. Nothing set means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureFilter {
    /// Only those of this result type.
    pub result_type: Option<ResultType>,
    /// Only those at this MX host; `Some(None)` where reports name none.
    pub mx: Option<Option<String>>,
    /// Only those that this reporter tells of.
    pub reporter: Option<String>,
    /// Only those under a policy of this type.
    pub policy_type: Option<PolicyType>,
    /// Only those under a policy of this mode; `Some(None)` where it is not known.
    pub mode: Option<Option<Mode>>,
    /// Only those of reports with this trust.
    pub trust: Option<Trust>,
}

/// What a URL says of a host that no report names, and of a mode that is not known.
pub const NOT_SAID: &str = "-";

impl FailureFilter {
    /// The names by which a URL asks for it.
    pub const KEYS: [&str; 6] = ["type", "mx", "reporter", "policy", "mode", "trust"];

    /// What a URL asks for, by [`FailureFilter::KEYS`]. A value that means nothing filters nothing.
    #[must_use]
    pub fn read(value: impl Fn(&str) -> String) -> Self {
        let text = |key| Some(value(key)).filter(|text| !text.is_empty());
        let known = |text: String| Some(text).filter(|text| text != NOT_SAID);
        let mode = |text: &str| match text {
            NOT_SAID => Some(None),
            keyword => Mode::from_keyword(keyword).map(Some),
        };
        Self {
            result_type: text("type").map(|text| Cow::<str>::Owned(text).into()),
            mx: text("mx").map(known),
            reporter: text("reporter"),
            policy_type: text("policy").map(|text| Cow::<str>::Owned(text).into()),
            mode: text("mode").and_then(|text| mode(&text)),
            trust: text("trust").and_then(|text| Trust::from_word(&text)),
        }
    }

    /// What a URL says to ask for it.
    #[must_use]
    pub fn written(&self) -> Vec<(&'static str, String)> {
        let or_not_said = |text: Option<&str>| text.unwrap_or(NOT_SAID).to_owned();
        [
            ("type", self.result_type.as_ref().map(|of| of.as_str().to_owned())),
            ("mx", self.mx.as_ref().map(|mx| or_not_said(mx.as_deref()))),
            ("reporter", self.reporter.clone()),
            ("policy", self.policy_type.as_ref().map(|of| of.as_str().to_owned())),
            ("mode", self.mode.map(|mode| or_not_said(mode.map(Mode::keyword)))),
            ("trust", self.trust.map(|trust| trust.word().to_owned())),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
    }

    /// Whether all rows are meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it lets a row through.
    #[must_use]
    pub fn admits(&self, row: &FailingRow) -> bool {
        self.result_type.as_ref().is_none_or(|asked| *asked == row.result_type)
            && self.mx.as_ref().is_none_or(|asked| asked.as_deref() == row.mx.as_deref())
            && self.reporter.as_ref().is_none_or(|asked| **asked == *row.reporter)
            && self.policy_type.as_ref().is_none_or(|asked| *asked == row.policy_type)
            && self.mode.is_none_or(|asked| asked == row.mode)
            && self.trust.is_none_or(|asked| asked == row.trust)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Day, Impact};

    fn row(result_type: ResultType, mx: Option<&str>, reporter: &str) -> FailingRow {
        let (mx, reporter) = (mx.map(Into::into), reporter.into());
        FailingRow {
            day: Day(1),
            result_type,
            mx,
            impact: Impact::NotKnown,
            reporter,
            policy_type: PolicyType::Sts,
            mode: Some(Mode::Testing),
            trust: Trust::Signed,
            failed: 1,
        }
    }

    fn rows() -> [FailingRow; 4] {
        use ResultType::{CertificateExpired, StsPolicyFetchError};
        [
            row(CertificateExpired, Some("mx1"), "a"),
            row(CertificateExpired, Some("mx1"), "b"),
            row(CertificateExpired, Some("mx2"), "a"),
            row(StsPolicyFetchError, None, "b"),
        ]
    }

    #[test]
    fn a_filter_is_written_as_it_is_read() {
        let filter = FailureFilter {
            result_type: Some(ResultType::Other("odd&one".into())),
            mx: Some(None),
            reporter: Some("Google Inc.".into()),
            policy_type: Some(PolicyType::Sts),
            mode: Some(None),
            trust: Some(Trust::Unsigned),
        };
        let read = |filter: &FailureFilter| {
            let written = filter.written();
            FailureFilter::read(|key| {
                written.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone()).unwrap_or_default()
            })
        };
        assert_eq!(read(&filter), filter);
        let host = FailureFilter { mx: Some(Some("mx1".into())), mode: Some(Some(Mode::Enforce)), ..filter };
        assert_eq!(read(&host), host);
        assert_eq!(read(&FailureFilter::default()), FailureFilter::default());
        let nonsense =
            FailureFilter::read(|key| if key == "mode" || key == "trust" { "x".into() } else { String::new() });
        assert!(nonsense.is_empty());
    }

    #[test]
    fn a_filter_lets_through_what_fits_all_of_it() {
        let of = |filter: FailureFilter| rows().iter().filter(|row| filter.admits(row)).count();
        let expired = FailureFilter { result_type: Some(ResultType::CertificateExpired), ..FailureFilter::default() };
        assert_eq!(of(FailureFilter::default()), 4);
        assert_eq!(of(expired.clone()), 3);
        assert_eq!(of(FailureFilter { reporter: Some("a".into()), ..expired.clone() }), 2);
        assert_eq!(of(FailureFilter { mx: Some(None), ..expired.clone() }), 0);
        assert_eq!(of(FailureFilter { mx: Some(None), ..FailureFilter::default() }), 1);
        assert_eq!(of(FailureFilter { mode: Some(None), ..expired.clone() }), 0);
        assert_eq!(of(FailureFilter { mode: Some(Some(Mode::Testing)), ..expired.clone() }), 3);
        assert_eq!(of(FailureFilter { policy_type: Some(PolicyType::Sts), ..expired.clone() }), 3);
        assert_eq!(of(FailureFilter { policy_type: Some(PolicyType::Tlsa), ..expired.clone() }), 0);
        assert_eq!(of(FailureFilter { trust: Some(Trust::Signed), ..expired.clone() }), 3);
        assert_eq!(of(FailureFilter { trust: Some(Trust::Unsigned), ..expired }), 0);
    }
}
