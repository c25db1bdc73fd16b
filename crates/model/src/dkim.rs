//! What DKIM says of a mail (RFC 6376), as RFC 8460 §3 asks for it: judged when the mail came, and kept with it, because keys
//! rotate and signatures expire.

use serde::{Deserialize, Serialize};

use crate::{DomainName, text};

/// What was said of each signature of a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// One for each `DKIM-Signature` that was looked at, in the order of the header; empty where there is none.
    pub signatures: Vec<Signature>,
}

/// One signature, and what was said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Its `d=`, as it stands there, safe to print.
    pub domain: String,
    /// Its `s=`, likewise.
    pub selector: String,
    /// What was said.
    pub judgement: Judgement,
}

/// What is said of a signature. All but the first keep a mail from being signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It holds, and it is the reporting domain's own.
    Valid,
    /// It is not what the grammar of RFC 6376 §3.5 allows.
    Malformed,
    /// It has `l=`, which RFC 8460 §3 forbids: anything could have been appended.
    LengthLimited,
    /// It uses SHA-1, which proves nothing any more (RFC 8301 §3.1), or an algorithm that is not known.
    Algorithm,
    /// It does not cover the From field (RFC 6376 §5.4).
    FromNotSigned,
    /// Its `i=` is no name at or below its `d=` (RFC 6376 §3.5).
    IdentityElsewhere,
    /// It had expired when the mail came.
    Expired,
    /// Its domain is neither that of the report's contact nor that of a signed `TLS-Report-Submitter`.
    NotAligned,
    /// There is no key at its selector.
    KeyMissing,
    /// The key was withdrawn: `p=` is empty.
    KeyRevoked,
    /// What stands at its selector is no key, is too short (RFC 8301 §3.2), or is not for this kind of signature.
    KeyUnusable,
    /// The key is for another service than mail or TLS reports (`s=`).
    OtherService,
    /// The domain says that it is only trying DKIM out (`t=y`): then a mail counts as not signed (RFC 6376 §3.6.1).
    KeyTesting,
    /// The body is not the one that was signed.
    BodyChanged,
    /// The header is not the one that was signed, or the key is not the one that signed it.
    Mismatch,
    /// DNS did not tell just now whether there is a key.
    KeyNotTold,
}

impl Judgement {
    /// What was said, as the rest of a sentence about the signature.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Valid => "holds",
            Self::Malformed => "is not written as RFC 6376 says",
            Self::LengthLimited => "covers only the beginning of the mail (l=), which RFC 8460 forbids",
            Self::Algorithm => "uses an algorithm that proves nothing any more (SHA-1), or one that is not known",
            Self::FromNotSigned => "does not cover the From field",
            Self::IdentityElsewhere => "names an identity (i=) outside its own domain",
            Self::Expired => "had expired when the mail came",
            Self::NotAligned => "is of a domain that is neither the report's contact nor a signed TLS-Report-Submitter",
            Self::KeyMissing => "has no key in DNS",
            Self::KeyRevoked => "has a key that was withdrawn",
            Self::KeyUnusable => "has something in DNS that is no key it could be checked with",
            Self::OtherService => "has a key that is for another service (s=)",
            Self::KeyTesting => "has a key that says DKIM is only being tried out (t=y)",
            Self::BodyChanged => "does not fit the body: it was changed on the way",
            Self::Mismatch => "does not fit the header or the key",
            Self::KeyNotTold => "cannot be checked: DNS did not tell its key",
        }
    }
}

impl Verdict {
    /// The `d=` of the signature that holds; none where none does.
    #[must_use]
    pub fn signer(&self) -> Option<DomainName> {
        let valid = |signature: &&Signature| signature.judgement == Judgement::Valid;
        self.signatures.iter().find(valid).and_then(|signature| DomainName::parse_lenient(&signature.domain))
    }

    /// Whether a key is all that is missing: no signature holds, and one might.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.signer().is_none() && self.signatures.iter().any(|signature| signature.judgement == Judgement::KeyNotTold)
    }

    /// One sentence for each signature, or one that says that there is none.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        if self.signatures.is_empty() {
            return vec!["It has no DKIM signature.".to_owned()];
        }
        self.signatures.iter().map(Signature::sentence).collect()
    }
}

impl Signature {
    /// What was said of it, as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let whose = match (self.domain.as_str(), self.selector.as_str()) {
            ("", _) => "A signature".to_owned(),
            (domain, "") => format!("The signature of {}", text::visible_short(domain, 100)),
            (domain, selector) => format!(
                "The signature of {} (selector {})",
                text::visible_short(domain, 100),
                text::visible_short(selector, 60)
            ),
        };
        format!("{whose} {}.", self.judgement.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(judgements: &[(&str, Judgement)]) -> Verdict {
        let signature = |(domain, judgement): &(&str, Judgement)| Signature {
            domain: (*domain).to_owned(),
            selector: "s1".to_owned(),
            judgement: *judgement,
        };
        Verdict { signatures: judgements.iter().map(signature).collect() }
    }

    #[test]
    fn one_signature_that_holds_is_enough() {
        let two = verdict(&[("list.example", Judgement::KeyNotTold), ("google.com", Judgement::Valid)]);
        assert_eq!(two.signer().unwrap().as_str(), "google.com");
        assert!(!two.waits());
    }

    #[test]
    fn a_key_that_is_not_told_is_waited_for() {
        assert!(verdict(&[("a.example", Judgement::NotAligned), ("b.example", Judgement::KeyNotTold)]).waits());
        assert!(!verdict(&[("a.example", Judgement::Expired)]).waits());
        assert!(!Verdict::default().waits());
    }

    #[test]
    fn each_signature_gets_a_sentence() {
        assert_eq!(Verdict::default().sentences(), ["It has no DKIM signature."]);
        assert_eq!(
            verdict(&[("a\u{202e}.example", Judgement::BodyChanged)]).sentences(),
            ["The signature of a\\u{202e}.example (selector s1) does not fit the body: it was changed on the way."]
        );
    }
}
