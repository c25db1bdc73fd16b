//! The id of the MTA-STS record against the body of the policy, over time: senders fetch a policy again only when the id is
//! another one (RFC 8461 §3.1). Pure.

use model::{
    Finding, Status,
    check::{Facts, Published},
};

use crate::words::{With as _, finding};

/// What follows from what was published before and what is now.
pub(crate) fn judge(before: Option<&Published>, facts: &Facts) -> Option<Finding> {
    let (before, now) = (before?, Published::of(facts)?);
    match (before.body_sha256 == now.body_sha256, before.id == now.id) {
        (false, true) => Some(
            finding(
                "mta-sts-id-unchanged",
                Status::Error,
                "The policy has changed, its id in DNS has not",
                "Senders that know the policy from before keep the old one until it expires.",
                "RFC 8461 §3.1",
            )
            .evidence(format!("id={}, before and after", now.id))
            .remedy("Give the MTA-STS record a new id, such as the date and time of this change."),
        ),
        (true, false) => Some(finding(
            "mta-sts-id-alone",
            Status::Ok,
            "The id has changed, the policy has not",
            "Senders fetch the policy again; that harms nothing.",
            "RFC 8461 §3.1",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::check::{PolicyFacts, Session, Version};

    fn seen(id: &str, body: &str) -> Facts {
        let tls = Session { version: Version::Tls13, chain: vec![], faults: vec![] };
        let (mode, mx, max_age) = (None, vec![], None);
        let policy = PolicyFacts { body_sha256: body.to_owned(), body: String::new(), mode, mx, max_age, tls };
        Facts { mta_sts_id: Some(id.to_owned()), policy: Some(policy), ..Facts::default() }
    }

    fn codes(story: &[(&str, &str)]) -> Vec<Option<String>> {
        let mut kept = None;
        let mut codes = Vec::new();
        for (id, body) in story {
            let facts = seen(id, body);
            codes.push(judge(kept.as_ref(), &facts).map(|finding| finding.code));
            kept = Published::after(kept.as_ref(), &facts);
        }
        codes
    }

    #[test]
    fn a_changed_policy_wants_a_changed_id_for_as_long_as_it_lacks_one() {
        let story = [("1", "a"), ("1", "a"), ("1", "b"), ("1", "b"), ("2", "b"), ("2", "b")];
        let wrong = Some("mta-sts-id-unchanged".to_owned());
        assert_eq!(codes(&story), [None, None, wrong.clone(), wrong, None, None]);
    }

    #[test]
    fn a_policy_that_is_changed_back_is_what_senders_hold() {
        assert_eq!(codes(&[("1", "a"), ("1", "b"), ("1", "a")])[2], None);
    }

    #[test]
    fn a_new_id_alone_harms_nothing() {
        assert_eq!(codes(&[("1", "a"), ("2", "a")])[1].as_deref(), Some("mta-sts-id-alone"));
    }

    #[test]
    fn a_look_without_a_policy_forgets_nothing() {
        let kept = Published { id: "1".to_owned(), body_sha256: "a".to_owned() };
        assert_eq!(Published::after(Some(&kept), &Facts::default()), Some(kept));
    }
}
