//! What wildcard records of the zone answer: at names that nobody has published, each made for one check.

use data_encoding::HEXLOWER;
use model::{DomainName, Finding, Status};
use sha2::{Digest as _, Sha256};

use crate::{
    Context,
    dns::{Answer, Dns, Type, ask, below},
    words::finding,
};

/// The texts of wildcards.
pub(super) struct Wildcard {
    /// Beside the TLS-RPT record, sorted: where they are its own, a wildcard answered in its place.
    pub(super) beside: Vec<String>,
    /// There, or right below the domain. A record at `_smtp._tls` makes `_tls` a name that exists, below which a wildcard of the
    /// domain answers no more, while it does at every other name (RFC 4592 §2.2.2, §3.3.1).
    pub(super) anywhere: Vec<String>,
}

impl Wildcard {
    pub(super) async fn ask(dns: &dyn Dns, domain: &DomainName, context: &Context) -> Self {
        let digest = Sha256::digest(format!("{domain} {}", context.now.0));
        let unlikely = HEXLOWER.encode(&digest[..10]);
        let (beside, below_domain) = tokio::join!(
            ask(dns, below(&format!("{unlikely}._tls"), domain), Type::Txt),
            ask(dns, below(&unlikely, domain), Type::Txt),
        );
        let texts = |answer: &Option<Answer>| -> Vec<String> {
            answer.iter().flat_map(Answer::sorted_texts).map(str::to_owned).collect()
        };
        let beside = texts(&beside);
        Self { anywhere: [beside.clone(), texts(&below_domain)].concat(), beside }
    }

    /// Whether a wildcard gave this answer.
    pub(super) fn gave(&self, answer: &Answer) -> bool {
        !self.beside.is_empty() && answer.sorted_texts() == self.beside
    }
}

pub(super) fn answered_by_wildcard() -> Finding {
    finding(
        "tls-rpt-wildcard",
        Status::Suggestion,
        "A wildcard record answers here",
        "Every name below the domain answers with it, which may surprise other services that look for text records.",
        "RFC 4592 §2",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Data, Question, Reply, scripted::name};

    fn gave(wildcard: &[&str], answer: &[&str]) -> bool {
        let texts = answer.iter().map(|text| Data::Txt((*text).to_owned())).collect();
        let question = Question { name: name("_smtp._tls.example.org"), kind: Type::Txt };
        let beside = wildcard.iter().map(|text| (*text).to_owned()).collect();
        Wildcard { beside, anywhere: vec![] }.gave(&Answer::unproven(question, Reply::Found(texts), None))
    }

    #[test]
    fn a_wildcard_is_known_by_its_texts_in_whatever_order_they_come() {
        assert!(gave(&["a", "b"], &["b", "a"]));
        assert!(!gave(&["a", "b"], &["a"]));
        assert!(!gave(&[], &[]));
    }
}
