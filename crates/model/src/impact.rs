//! What a failure did to mail.

use mtasts::Mode;
use serde::{Deserialize, Serialize};
use tlsrpt::{PolicyType, ResultType};

/// What a failed session meant for the mail, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Not delivered through that host (enforce, DANE); the sender retries elsewhere or later.
    NotDelivered,
    /// Delivered without the protection asked for (testing).
    DeliveredUnprotected,
    /// Delivered, perhaps in clear text (no policy).
    DeliveredPerhapsClear,
    /// The report does not say enough.
    NotKnown,
}

impl Impact {
    /// The impact of a failure under a policy.
    #[must_use]
    pub fn of(policy_type: &PolicyType, mode: Option<Mode>, result_type: &ResultType) -> Self {
        match (policy_type, mode) {
            // DANE has no testing mode: a host that fails it is skipped (RFC 7672 §2.2).
            (PolicyType::Tlsa, _) | (PolicyType::Sts, Some(Mode::Enforce)) => Self::NotDelivered,
            (PolicyType::Sts, Some(Mode::Testing)) => Self::DeliveredUnprotected,
            (PolicyType::Sts, Some(Mode::None)) | (PolicyType::NoPolicyFound, _) => Self::DeliveredPerhapsClear,
            // No policy could be had "for any reason" and none is quoted: delivered as if there were none (RFC 8461 §3.3).
            (PolicyType::Sts, None)
                if matches!(
                    result_type,
                    ResultType::StsPolicyFetchError | ResultType::StsPolicyInvalid | ResultType::StsWebpkiInvalid
                ) =>
            {
                Self::DeliveredPerhapsClear
            }
            (PolicyType::Sts, None) | (PolicyType::Other(_), _) => Self::NotKnown,
        }
    }

    /// The glossary's words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotDelivered => "not delivered",
            Self::DeliveredUnprotected => "delivered without the protection asked for",
            Self::DeliveredPerhapsClear => "delivered, perhaps in clear text",
            Self::NotKnown => "not known",
        }
    }
}

#[cfg(test)]
mod tests {
    use Impact::{DeliveredPerhapsClear, DeliveredUnprotected, NotDelivered, NotKnown};
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::enforce_stops_mail(PolicyType::Sts, Some(Mode::Enforce), NotDelivered)]
    #[case::dane_has_no_mode_and_stops_mail(PolicyType::Tlsa, None, NotDelivered)]
    #[case::testing_only_reports(PolicyType::Sts, Some(Mode::Testing), DeliveredUnprotected)]
    #[case::mode_none_is_no_policy(PolicyType::Sts, Some(Mode::None), DeliveredPerhapsClear)]
    #[case::no_policy_stops_nothing(PolicyType::NoPolicyFound, None, DeliveredPerhapsClear)]
    #[case::a_mode_nobody_told(PolicyType::Sts, None, NotKnown)]
    #[case::an_unknown_policy(PolicyType::Other("x".into()), Some(Mode::Enforce), NotKnown)]
    fn impact_follows_policy_and_mode(
        #[case] policy_type: PolicyType,
        #[case] mode: Option<Mode>,
        #[case] impact: Impact,
    ) {
        assert_eq!(Impact::of(&policy_type, mode, &ResultType::CertificateExpired), impact);
    }

    #[test]
    fn a_failed_fetch_without_a_cached_policy_delivers_as_if_there_were_none() {
        let of = |mode| Impact::of(&PolicyType::Sts, mode, &ResultType::StsPolicyFetchError);
        assert_eq!(of(None), DeliveredPerhapsClear);
        // A cached policy is quoted, and still holds (RFC 8461 §3.3).
        assert_eq!(of(Some(Mode::Enforce)), NotDelivered);
    }

    #[test]
    fn the_worst_impact_sorts_first() {
        let mut all = [NotKnown, DeliveredPerhapsClear, NotDelivered, DeliveredUnprotected];
        all.sort();
        assert_eq!(all, [NotDelivered, DeliveredUnprotected, DeliveredPerhapsClear, NotKnown]);
    }
}
