//! Whose fault a cause is: one table, and a sentence with the evidence for each of its rows.

use serde::{Deserialize, Serialize};
use tlsrpt::ResultType;

use super::Light;
use crate::{by_address::Network, format, text};

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fault {
    /// Ours, or of whoever runs the MX host.
    Ours,
    /// The policy host's: ours if we run it.
    PolicyHost,
    /// The sender's own setting.
    SenderSetting,
    /// The sender's, or of the path between.
    SenderOrPath,
    /// Of the path, perhaps on purpose: someone between a sender and the MX host meddles with the connection.
    Interception,
    /// One reporter alone tells of it, and no live check can be compared.
    Unknown,
}

impl Fault {
    /// In few words, after "Whose fault".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::PolicyHost => "the policy host's",
            Self::SenderSetting => "the sender's setting",
            Self::SenderOrPath => "the sender's or the path's",
            Self::Interception => "possible interception",
            Self::Unknown => "cannot tell",
        }
    }

    /// As programs have it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::PolicyHost => "policy_host",
            Self::SenderSetting => "sender_setting",
            Self::SenderOrPath => "sender_or_path",
            Self::Interception => "interception",
            Self::Unknown => "unknown",
        }
    }
}

/// What the table judges by: how a cause looks from several sides on the days of its failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Who told of it, by the names people know; sender text, safe to print.
    pub reporters: Vec<String>,
    /// The network from which all of it came; none where reports do not say, or say several.
    pub network: Option<Network>,
    /// How many other reporters reported on those days and did not tell of it: most on one day.
    pub others: usize,
    /// The worst that live checks saw on those days.
    pub light: Light,
    /// What they saw, or why they could not tell.
    pub seen: &'static str,
    /// Whether one reporter or one network alone saw it, and a day is among them on which other reporters did not tell of it and
    /// the check was green.
    pub one_sided: bool,
}

impl Evidence {
    /// Whether one reporter or one network alone saw it.
    pub(super) fn is_of_one_side(&self) -> bool {
        self.reporters.len() == 1 || self.network.is_some()
    }

    /// The evidence of one cause at several domains, put together.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.network = self.network.filter(|network| other.network == Some(*network));
        for name in &other.reporters {
            if !self.reporters.contains(name) {
                self.reporters.push(name.clone());
            }
        }
        self.others = self.others.max(other.others);
        if other.light > self.light {
            (self.light, self.seen) = (other.light, other.seen);
        }
        self.one_sided &= other.one_sided && self.is_of_one_side();
        self
    }

    /// Whose fault it is. The first row that fits:
    ///
    /// | what | whose |
    /// |---|---|
    /// | `dane-required` | the sender's setting |
    /// | `sts-policy-fetch-error`, `sts-policy-invalid`, `sts-webpki-invalid` | the policy host's, ours if we run it |
    /// | one reporter or network, STARTTLS missing or a wrong certificate, others and the check of that day without | interception? |
    /// | a red live check, or several reporters | ours |
    /// | one reporter and a green check | the sender's, or of the path |
    /// | one reporter, and no check that can tell | cannot tell |
    #[must_use]
    pub fn judge(&self, result_type: &ResultType) -> Fault {
        match (result_type, self.light, self.reporters.len()) {
            (ResultType::DaneRequired, ..) => Fault::SenderSetting,
            (ResultType::StsPolicyFetchError | ResultType::StsPolicyInvalid | ResultType::StsWebpkiInvalid, ..) => {
                Fault::PolicyHost
            }
            (_, Light::Green, _) if self.one_sided && may_be_intercepted(result_type) => Fault::Interception,
            (_, Light::Red, _) | (_, _, 2..) => Fault::Ours,
            (_, Light::Green, _) => Fault::SenderOrPath,
            (_, Light::Unknown, _) => Fault::Unknown,
        }
    }

    /// The judgement in sentences, with what it rests on. `domain` is named where one alone is touched.
    #[must_use]
    pub fn sentence(&self, result_type: &ResultType, mx: Option<&str>, domain: Option<&str>) -> String {
        let (names, seen, others) = (self.names(), self.seen, format::counted(self.others as u64, "other reporter"));
        let place = mx.map_or_else(|| "the MX host".to_owned(), |mx| text::visible_short(mx, 80).into_owned());
        let check = match (self.light, seen) {
            (Light::Red, seen) => format!("the live check saw it too: {seen}"),
            (Light::Green, "") => "the live check of those days saw nothing of it".to_owned(),
            (Light::Green, seen) => format!("the live check says: {seen}"),
            (Light::Unknown, "") => "no live check of those days can tell".to_owned(),
            (Light::Unknown, seen) => format!("the live check cannot tell: {seen}"),
        };
        let do_not = if self.others == 1 { "does not" } else { "do not" };
        let from_one =
            self.network.map_or_else(String::new, |network| format!(", all of it from the network {network}"));
        let several = format::counted(self.reporters.len() as u64, "reporter");
        match self.judge(result_type) {
            Fault::SenderSetting => {
                format!("The sender's setting: {names} insists on DANE here. Other senders are not affected.")
            }
            Fault::PolicyHost => {
                let host = domain.map_or_else(|| "the policy host".to_owned(), |domain| format!("mta-sts.{domain}"));
                format!("The policy host's: ours if we run {host}, else of whoever does. {several} ({names}); {check}.")
            }
            Fault::Ours if self.light == Light::Red => {
                format!("Ours, or of whoever runs {place}: {check}. {several} ({names}).")
            }
            Fault::Ours => format!(
                "Ours, or of whoever runs {place}: {several} that know nothing of each other tell of it ({names}); {check}."
            ),
            Fault::Interception => {
                let (side, tell) = match self.network {
                    Some(network) if self.reporters.len() > 1 => (network.to_string(), "tell"),
                    _ => (names.clone(), "alone tells"),
                };
                format!(
                    "Possible interception or middlebox between {side} and {place}: {names} {tell} of it{from_one}, {others} of \
                     the same days {do_not}, and the live check of those days was green."
                )
            }
            Fault::SenderOrPath => {
                let others =
                    if self.others == 0 { String::new() } else { format!(", {others} of the same days {do_not}") };
                format!(
                    "The sender's, or on the way from there: {names} alone tells of it{from_one}{others}, and {check}."
                )
            }
            Fault::Unknown => format!("Cannot tell: {names} alone tells of it, and {check}."),
        }
    }

    /// The first names, and how many more there are.
    fn names(&self) -> String {
        /// Names that a sentence bears.
        const NAMED: usize = 3;
        let named = self.reporters.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        match self.reporters.len().saturating_sub(NAMED) {
            0 => named,
            more => format!("{named} and {more} more"),
        }
    }
}

/// Whether someone on the way could bring this about: by keeping STARTTLS back, or by a certificate of their own.
const fn may_be_intercepted(result_type: &ResultType) -> bool {
    matches!(
        result_type,
        ResultType::StarttlsNotSupported
            | ResultType::CertificateHostMismatch
            | ResultType::CertificateNotTrusted
            | ResultType::TlsaInvalid
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::by_address::address;
    use Light::{Green, Red, Unknown};

    fn evidence(reporters: &[&str], others: usize, light: Light) -> Evidence {
        Evidence {
            reporters: reporters.iter().map(|name| (*name).to_owned()).collect(),
            network: None,
            others,
            light,
            seen: if light == Red { "the certificate has expired" } else { "" },
            one_sided: others > 0 && light == Green && reporters.len() == 1,
        }
    }

    #[rstest]
    #[case::several(ResultType::CertificateExpired, &["Google", "Yahoo"], 0, Unknown, Fault::Ours)]
    #[case::several_whatever_the_check_says(ResultType::CertificateExpired, &["Google", "Yahoo"], 4, Green, Fault::Ours)]
    #[case::one_and_red(ResultType::CertificateExpired, &["Google"], 4, Red, Fault::Ours)]
    #[case::one_and_green(ResultType::CertificateExpired, &["Google"], 4, Green, Fault::SenderOrPath)]
    #[case::one_and_unknown(ResultType::CertificateExpired, &["Google"], 4, Unknown, Fault::Unknown)]
    #[case::nobody_else_was_there(ResultType::StarttlsNotSupported, &["Google"], 0, Green, Fault::SenderOrPath)]
    #[case::stripped(ResultType::StarttlsNotSupported, &["Google"], 2, Green, Fault::Interception)]
    #[case::another_certificate(ResultType::CertificateHostMismatch, &["Google"], 1, Green, Fault::Interception)]
    #[case::another_key(ResultType::TlsaInvalid, &["Google"], 1, Green, Fault::Interception)]
    #[case::stripped_says_one_side(ResultType::StarttlsNotSupported, &["Google"], 2, Unknown, Fault::Unknown)]
    #[case::the_check_sees_it(ResultType::StarttlsNotSupported, &["Google"], 2, Red, Fault::Ours)]
    #[case::a_handshake_breaks_for_many_reasons(ResultType::ValidationFailure, &["A"], 2, Green, Fault::SenderOrPath)]
    #[case::fetch(ResultType::StsPolicyFetchError, &["Google", "Yahoo"], 0, Red, Fault::PolicyHost)]
    #[case::invalid(ResultType::StsPolicyInvalid, &["Google"], 0, Green, Fault::PolicyHost)]
    #[case::webpki(ResultType::StsWebpkiInvalid, &["Google"], 0, Unknown, Fault::PolicyHost)]
    #[case::demanded(ResultType::DaneRequired, &["A", "B"], 0, Red, Fault::SenderSetting)]
    #[case::unregistered(ResultType::Other("x".into()), &["A"], 0, Unknown, Fault::Unknown)]
    #[case::unregistered_by_many(ResultType::Other("x".into()), &["A", "B"], 0, Unknown, Fault::Ours)]
    fn the_table(
        #[case] result_type: ResultType,
        #[case] reporters: &[&str],
        #[case] others: usize,
        #[case] light: Light,
        #[case] fault: Fault,
    ) {
        let evidence = evidence(reporters, others, light);
        assert_eq!(evidence.judge(&result_type), fault);
        let sentence = evidence.sentence(&result_type, Some("mx1.example.com"), Some("example.com"));
        assert!(sentence.contains(reporters[0]) && sentence.ends_with('.'), "{sentence}");
        assert_eq!(sentence.contains("nterception"), fault == Fault::Interception, "{sentence}");
    }

    #[test]
    fn sentences_name_who_saw_what_and_who_did_not() {
        let mx = Some("mx1.example.com");
        assert_eq!(
            evidence(&["Google"], 3, Green).sentence(&ResultType::StarttlsNotSupported, mx, None),
            "Possible interception or middlebox between Google and mx1.example.com: Google alone tells of it, 3 other \
             reporters of the same days do not, and the live check of those days was green."
        );
        assert_eq!(
            evidence(&["A", "B", "C", "D", "E"], 0, Red).sentence(&ResultType::CertificateExpired, mx, None),
            "Ours, or of whoever runs mx1.example.com: the live check saw it too: the certificate has expired. 5 reporters \
             (A, B, C and 2 more)."
        );
        let network = address("203.0.113.7").map(Network::of);
        let from_there = |reporters, light| Evidence { network, one_sided: true, ..evidence(reporters, 3, light) };
        assert_eq!(
            from_there(&["Google"], Green).sentence(&ResultType::StarttlsNotSupported, mx, None),
            "Possible interception or middlebox between Google and mx1.example.com: Google alone tells of it, all of it from \
             the network 203.0.113.0/24, 3 other reporters of the same days do not, and the live check of those days was green."
        );
        assert_eq!(
            from_there(&["Google", "Yahoo"], Green).sentence(&ResultType::StarttlsNotSupported, mx, None),
            "Possible interception or middlebox between 203.0.113.0/24 and mx1.example.com: Google, Yahoo tell of it, all of it \
             from the network 203.0.113.0/24, 3 other reporters of the same days do not, and the live check of those days was \
             green."
        );
        assert_eq!(
            Evidence { others: 1, ..from_there(&["Google"], Green) }.sentence(&ResultType::ValidationFailure, mx, None),
            "The sender's, or on the way from there: Google alone tells of it, all of it from the network 203.0.113.0/24, 1 \
             other reporter of the same days does not, and the live check of those days saw nothing of it."
        );
        assert!(
            evidence(&["A"], 0, Red)
                .sentence(&ResultType::StsPolicyFetchError, None, Some("example.com"))
                .contains("mta-sts.example.com")
        );
    }

    #[test]
    fn one_domain_seen_by_another_reporter_is_another_side() {
        let (one, other) = (evidence(&["Google"], 2, Green), evidence(&["Yahoo"], 2, Green));
        let both = one.clone().with(&other);
        assert_eq!(both.judge(&ResultType::StarttlsNotSupported), Fault::Ours);
        assert_eq!(one.clone().with(&one).judge(&ResultType::StarttlsNotSupported), Fault::Interception);
        let network = address("203.0.113.7").map(Network::of);
        let there = |evidence: &Evidence| Evidence { network, ..evidence.clone() };
        let fault = |evidence: Evidence| evidence.judge(&ResultType::StarttlsNotSupported);
        assert_eq!(fault(there(&one).with(&there(&other))), Fault::Interception, "one network, whoever tells of it");
        assert_eq!(fault(there(&one).with(&other)), Fault::Ours, "it came from elsewhere too");
        let red = one.with(&evidence(&["Google"], 0, Red));
        assert_eq!(
            (red.judge(&ResultType::StarttlsNotSupported), red.seen),
            (Fault::Ours, "the certificate has expired")
        );
    }
}
