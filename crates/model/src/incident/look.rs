//! What live checks saw of the place of a cause: green, red, or not to be told.
//!
//! Of each check only the codes of its findings are kept, with the place they are about ([`Sighting`]). Which of them speak of
//! which result type is said here, and nowhere else.

use serde::{Deserialize, Serialize};
use tlsrpt::ResultType;

use super::codes::{
    BLOCKED, BOGUS, CERTIFICATE, DANE_UNKNOWN, EXPIRED, HANDSHAKE, NO_DANE, NO_POLICY, NO_POLICY_HOST, NO_STARTTLS,
    NOT_SPOKEN, NOT_YET_VALID, POLICY_CERTIFICATE, POLICY_TLS, POLICY_UNKNOWN, SPOKE, TLSA, UNCOVERED, UNTRUSTED,
    WRONG_NAME, Words,
};
use crate::{
    Finding, Timestamp,
    check::{Check, Section},
    unregistered,
};

/// What one check found at one place, in few words: the codes of its findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// What was looked at.
    pub check: Check,
    /// The MX host, where it is about one.
    pub host: Option<String>,
    /// The codes, sorted.
    pub codes: Vec<String>,
}

/// What was seen in the same way from one check to a later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighted {
    /// The first check that saw it so.
    pub from: Timestamp,
    /// The last one.
    pub until: Timestamp,
    /// What it saw.
    pub sightings: Vec<Sighting>,
}

/// What is kept of a check for incidents. A blocked port is said at each host that could not be looked at for it.
#[must_use]
pub fn sightings(sections: &[Section], notices: &[Finding]) -> Vec<Sighting> {
    let blocked = notices.iter().any(|notice| notice.code == BLOCKED);
    let concerns = |check| matches!(check, Check::Policy | Check::Mx | Check::Starttls | Check::Dane);
    sections
        .iter()
        .filter(|section| concerns(section.check))
        .map(|section| {
            let mut codes: Vec<_> = section.findings.iter().map(|finding| finding.code.clone()).collect();
            if section.check == Check::Starttls && blocked {
                codes.push(BLOCKED.to_owned());
            }
            codes.sort_unstable();
            codes.dedup();
            Sighting { check: section.check, host: section.host.clone(), codes }
        })
        .collect()
}

/// What a live check says of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Light {
    /// It cannot tell.
    Unknown,
    /// It sees nothing of it.
    Green,
    /// It sees it too.
    Red,
}

/// What live checks saw of the place of a cause, from one time to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The first check that saw it so.
    pub from: Timestamp,
    /// The last one.
    pub until: Timestamp,
    /// What they say.
    pub light: Light,
    /// What they saw, or why they could not tell: `the certificate has expired`. Empty where all is well.
    pub words: &'static str,
}

/// What live checks saw of the place of a cause, oldest first; what looks the same follows only after something else.
#[must_use]
pub fn looks(seen: &[Sighted], result_type: &ResultType, mx: Option<&str>) -> Vec<Look> {
    let mut looks: Vec<Look> = Vec::new();
    for Sighted { from, until, sightings } in seen {
        let (light, words) = judge(sightings, result_type, mx);
        match looks.last_mut() {
            Some(last) if (last.light, last.words) == (light, words) => last.until = *until,
            _ => looks.push(Look { from: *from, until: *until, light, words }),
        }
    }
    looks
}

type Judgement = (Light, &'static str);

/// What one check says of a cause.
fn judge(sightings: &[Sighting], result_type: &ResultType, mx: Option<&str>) -> Judgement {
    let covered = || first(sightings.iter().filter(|one| one.check == Check::Policy), &[UNCOVERED]);
    match result_type {
        ResultType::StarttlsNotSupported => at_hosts(sightings, mx, Check::Starttls, |one| {
            spoken(one, &[NO_STARTTLS], &["starttls-ok", "starttls-handshake"])
        }),
        ResultType::CertificateExpired => {
            at_hosts(sightings, mx, Check::Starttls, |one| spoken(one, &[EXPIRED], &["starttls-ok"]))
        }
        ResultType::CertificateNotTrusted => {
            at_hosts(sightings, mx, Check::Starttls, |one| spoken(one, &[UNTRUSTED], &["starttls-ok"]))
        }
        // Some senders call a host that the policy does not list a mismatch.
        ResultType::CertificateHostMismatch => covered().map_or_else(
            || at_hosts(sightings, mx, Check::Starttls, |one| spoken(one, &[WRONG_NAME], &["starttls-ok"])),
            |words| (Light::Red, words),
        ),
        ResultType::ValidationFailure => covered().map_or_else(
            || {
                let faults = [HANDSHAKE, EXPIRED, WRONG_NAME, UNTRUSTED];
                at_hosts(sightings, mx, Check::Starttls, |one| spoken(one, &faults, SPOKE))
            },
            |words| (Light::Red, words),
        ),
        ResultType::TlsaInvalid => at_hosts(sightings, mx, Check::Dane, |one| of_dane(one, &[TLSA])),
        ResultType::DnssecInvalid => at_hosts(sightings, mx, Check::Dane, |one| of_dane(one, &[BOGUS])),
        ResultType::DaneRequired => at_hosts(sightings, mx, Check::Dane, |one| of_dane(one, &[NO_DANE])),
        ResultType::StsPolicyFetchError => of_policy(sightings, &[NO_POLICY_HOST, NO_POLICY, POLICY_TLS], false),
        ResultType::StsWebpkiInvalid => of_policy(sightings, &[POLICY_TLS], false),
        ResultType::StsPolicyInvalid => of_policy(sightings, &[], true),
        // The name is not registered; the finding it stands for is there all the same.
        ResultType::Other(name) if is_not_yet_valid(name) => {
            at_hosts(sightings, mx, Check::Starttls, |one| spoken(one, &[NOT_YET_VALID], &["starttls-ok"]))
        }
        ResultType::Other(_) => (Light::Unknown, "no live check answers for this type"),
    }
}

/// Whether a type that is not registered means a certificate whose first day is still to come.
fn is_not_yet_valid(name: &str) -> bool {
    unregistered::named(name).is_some_and(|one| one.anchor == "certificate-not-valid-yet")
}

/// The words of the first code that is among the findings.
fn first<'a>(sightings: impl IntoIterator<Item = &'a Sighting>, faults: &[Words]) -> Option<&'static str> {
    sightings.into_iter().find_map(|one| {
        faults.iter().flat_map(|words| words.iter()).find(|(code, _)| has(one, code)).map(|(_, words)| *words)
    })
}

fn has(one: &Sighting, code: &str) -> bool {
    one.codes.iter().any(|known| known == code)
}

/// At one MX host; without a name, at all of them: one that is red makes all red, and one that cannot be told hides the green.
fn at_hosts(
    sightings: &[Sighting],
    mx: Option<&str>,
    check: Check,
    judge: impl Fn(&Sighting) -> Judgement,
) -> Judgement {
    let mut hosts = sightings.iter().filter(|one| one.check == check).peekable();
    if hosts.peek().is_none() {
        return (Light::Unknown, "the MX hosts could not be looked at");
    }
    let Some(mx) = mx else {
        let order = |judged: &Judgement| match judged.0 {
            Light::Green => 0,
            Light::Unknown => 1,
            Light::Red => 2,
        };
        return hosts.map(judge).max_by_key(order).unwrap_or((Light::Unknown, ""));
    };
    let is_it =
        |one: &&Sighting| one.host.as_deref().is_some_and(|host| host.eq_ignore_ascii_case(mx.trim_end_matches('.')));
    hosts.find(is_it).map_or((Light::Green, "it is no MX host of the domain now"), judge)
}

/// What a conversation with a host shows; `sound` are codes that show that this part of it went well.
fn spoken(one: &Sighting, faults: &[Words], sound: &[&str]) -> Judgement {
    if let Some(words) = first([one], faults) {
        return (Light::Red, words);
    }
    // Another fault of the certificate shows that this one is not there.
    let seen = sound.iter().any(|code| has(one, code)) || one.codes.iter().any(|code| code.starts_with(CERTIFICATE));
    if seen {
        return (Light::Green, "");
    }
    (Light::Unknown, first([one], &[NOT_SPOKEN, NO_STARTTLS, HANDSHAKE]).unwrap_or("the host could not be looked at"))
}

fn of_dane(one: &Sighting, faults: &[Words]) -> Judgement {
    match (first([one], faults), first([one], &[DANE_UNKNOWN])) {
        (Some(words), _) => (Light::Red, words),
        (None, Some(words)) => (Light::Unknown, words),
        (None, None) => (Light::Green, ""),
    }
}

/// `invalid`: what was fetched and is no policy is the fault.
fn of_policy(sightings: &[Sighting], faults: &[Words], invalid: bool) -> Judgement {
    let Some(policy) = sightings.iter().find(|one| one.check == Check::Policy) else {
        return (Light::Unknown, "the policy host could not be looked at");
    };
    if let Some(words) = first([policy], faults) {
        return (Light::Red, words);
    }
    if has(policy, "policy-found") {
        return (Light::Green, "");
    }
    if has(policy, "policy-none") {
        return (Light::Green, "no policy is announced now");
    }
    if let Some(words) = first([policy], &[POLICY_UNKNOWN]) {
        return (Light::Unknown, words);
    }
    let fetched = first([policy], &[NO_POLICY_HOST, NO_POLICY, POLICY_TLS]).is_none();
    // Past the certificate, whatever came then, the certificate was good.
    let authenticated = !policy.codes.iter().any(|code| code.starts_with(POLICY_CERTIFICATE));
    match (invalid, fetched) {
        (true, true) => (Light::Red, "the policy is not valid"),
        (false, _) if authenticated => (Light::Green, ""),
        _ => (Light::Unknown, "the policy cannot be fetched"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{
        super::codes::NOT_COVERED,
        Light::{Green, Red, Unknown},
        *,
    };

    fn one(check: Check, host: Option<&str>, codes: &[&str]) -> Sighting {
        Sighting { check, host: host.map(str::to_owned), codes: codes.iter().map(|code| (*code).to_owned()).collect() }
    }

    fn host(codes: &[&str]) -> Vec<Sighting> {
        vec![one(Check::Starttls, Some("mx1.example.com"), codes)]
    }

    #[rstest]
    #[case::sound(&["starttls-ok"], ResultType::CertificateExpired, Green)]
    #[case::expired(&["starttls-certificate-expired"], ResultType::CertificateExpired, Red)]
    #[case::expired_is_no_wrong_name(&["starttls-certificate-expired"], ResultType::CertificateHostMismatch, Green)]
    #[case::one_address_is_silent(&["starttls-ok", "starttls-silent"], ResultType::CertificateExpired, Green)]
    #[case::silent(&["starttls-silent"], ResultType::CertificateExpired, Unknown)]
    #[case::no_certificate_without_starttls(&["starttls-missing"], ResultType::CertificateExpired, Unknown)]
    #[case::no_starttls(&["starttls-missing"], ResultType::StarttlsNotSupported, Red)]
    #[case::bad_certificate_over_starttls(&["starttls-certificate-expired"], ResultType::StarttlsNotSupported, Green)]
    #[case::a_bad_certificate_fails_validation(&["starttls-certificate-untrusted"], ResultType::ValidationFailure, Red)]
    #[case::not_trusted(&["starttls-certificate-self-signed"], ResultType::CertificateNotTrusted, Red)]
    #[case::unregistered(&["starttls-ok"], ResultType::Other("x".into()), Unknown)]
    #[case::not_yet_valid(&["starttls-certificate-not-yet-valid"], ResultType::Other("certificate-not-valid-yet".into()), Red)]
    #[case::valid_by_now(&["starttls-ok"], ResultType::Other("certificate-not-valid-yet".into()), Green)]
    #[case::expired_began_once(&["starttls-certificate-expired"], ResultType::Other("certificate-not-valid-yet".into()), Green)]
    #[case::no_certificate_to_date(&["starttls-silent"], ResultType::Other("certificate-not-valid-yet".into()), Unknown)]
    fn a_host_is_judged_by_what_the_type_is_about(
        #[case] codes: &[&str],
        #[case] result_type: ResultType,
        #[case] light: Light,
    ) {
        assert_eq!(judge(&host(codes), &result_type, Some("MX1.example.com.")).0, light);
    }

    #[rstest]
    #[case(&["dane-ok"], ResultType::TlsaInvalid, Green)]
    #[case(&["dane-mismatch"], ResultType::TlsaInvalid, Red)]
    #[case(&["dane-none"], ResultType::TlsaInvalid, Green)]
    #[case(&["dane-not-compared"], ResultType::TlsaInvalid, Unknown)]
    #[case(&["dane-none"], ResultType::DaneRequired, Red)]
    #[case(&["dane-tlsa-bogus"], ResultType::DnssecInvalid, Red)]
    #[case(&["dane-tlsa-no-answer"], ResultType::DnssecInvalid, Unknown)]
    fn dane_is_judged_by_its_own_findings(
        #[case] codes: &[&str],
        #[case] result_type: ResultType,
        #[case] light: Light,
    ) {
        let seen = [one(Check::Dane, Some("mx1.example.com"), codes)];
        assert_eq!(judge(&seen, &result_type, Some("mx1.example.com")).0, light);
    }

    #[rstest]
    #[case(&["policy-found"], ResultType::StsPolicyFetchError, Green)]
    #[case(&["policy-status"], ResultType::StsPolicyFetchError, Red)]
    #[case(&["policy-status"], ResultType::StsWebpkiInvalid, Green)]
    #[case(&["policy-certificate-expired"], ResultType::StsWebpkiInvalid, Red)]
    #[case(&["policy-certificate-expired"], ResultType::StsPolicyInvalid, Unknown)]
    #[case(&["policy-mode-missing"], ResultType::StsPolicyInvalid, Red)]
    #[case(&["policy-mode-missing"], ResultType::StsPolicyFetchError, Green)]
    #[case(&["policy-silent"], ResultType::StsPolicyFetchError, Unknown)]
    #[case(&["policy-none"], ResultType::StsPolicyFetchError, Green)]
    fn the_policy_host_is_judged_by_what_came_of_going_there(
        #[case] codes: &[&str],
        #[case] result_type: ResultType,
        #[case] light: Light,
    ) {
        assert_eq!(judge(&[one(Check::Policy, None, codes)], &result_type, None).0, light);
    }

    #[test]
    fn without_a_host_all_count_and_one_that_is_gone_is_green() {
        let mut seen = host(&["starttls-ok"]);
        let of = |seen: &[Sighting], mx| judge(seen, &ResultType::CertificateExpired, mx).0;
        assert_eq!(of(&seen, None), Green);
        assert_eq!(of(&seen, Some("old.example.com")), Green);
        assert_eq!(of(&[], Some("mx1.example.com")), Unknown, "nothing was looked at");
        seen.push(one(Check::Starttls, Some("mx2.example.com"), &["starttls-silent"]));
        assert_eq!(of(&seen, None), Unknown);
        seen.push(one(Check::Starttls, Some("mx3.example.com"), &["starttls-certificate-expired"]));
        assert_eq!(of(&seen, None), Red);
    }

    #[test]
    fn a_host_that_the_policy_does_not_list_is_a_mismatch_to_some() {
        let mut seen = host(&["starttls-ok"]);
        seen.push(one(Check::Policy, None, &["policy-found", NOT_COVERED]));
        assert_eq!(judge(&seen, &ResultType::CertificateHostMismatch, Some("mx1.example.com")).0, Red);
        assert_eq!(judge(&seen, &ResultType::CertificateExpired, Some("mx1.example.com")).0, Green);
    }

    #[test]
    fn a_blocked_port_is_why_nothing_can_be_told() {
        let finding = |code: &str| Finding {
            code: code.to_owned(),
            status: crate::Status::CannotTell,
            title: String::new(),
            consequence: String::new(),
            evidence: None,
            remedy: None,
            publish: None,
            source: String::new(),
        };
        let mx = || Some("mx1.example.com".to_owned());
        let sections = [
            Section::new(Check::TlsRpt, None, vec![finding("tls-rpt-found")], vec![]),
            Section::new(Check::Starttls, mx(), vec![finding("starttls-silent"), finding("starttls-silent")], vec![]),
        ];
        let seen = sightings(&sections, &[finding(BLOCKED)]);
        assert_eq!(seen, [one(Check::Starttls, Some("mx1.example.com"), &[BLOCKED, "starttls-silent"])]);
        let judged = judge(&seen, &ResultType::CertificateExpired, Some("mx1.example.com"));
        assert_eq!(judged, (Unknown, "port 25 is blocked here"));
    }

    #[test]
    fn looks_change_only_when_what_they_say_does() {
        let at = |from, until, codes: &[&str]| Sighted {
            from: Timestamp(from),
            until: Timestamp(until),
            sightings: host(codes),
        };
        let seen = [
            at(0, 10, &["starttls-ok"]),
            at(20, 30, &["starttls-ok", "certificate-expires-soon"]),
            at(40, 50, &["starttls-certificate-expired"]),
        ];
        let looks = looks(&seen, &ResultType::CertificateExpired, Some("mx1.example.com"));
        let told: Vec<_> = looks.iter().map(|look| (look.from.0, look.until.0, look.light)).collect();
        assert_eq!(told, [(0, 30, Green), (40, 50, Red)]);
    }
}
