//! Keys of DKIM as they stand in DNS (RFC 6376 §3.6).

use mail_auth::common::{parse::TxtRecordParser as _, verify::DomainKey};
use model::dkim::Judgement;

use super::tags::Tags;

/// The shortest key of RSA that proves anything, in bits (RFC 8301 §3.2).
const SHORTEST: usize = 1_024;

/// What DNS said of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// The texts at its name.
    Found(Vec<String>),
    /// There are none.
    Absent,
}

impl Key {
    /// The first text that is a key for signatures under reports; `below` says whether it must hold for names below its own
    /// domain.
    pub(super) fn usable(&self, below: bool) -> Result<DomainKey, Judgement> {
        let Self::Found(texts) = self else { return Err(Judgement::KeyMissing) };
        let mut fault = None;
        for text in texts {
            match usable(text, below) {
                Ok(key) => return Ok(key),
                Err(other) => _ = fault.get_or_insert(other),
            }
        }
        Err(fault.unwrap_or(Judgement::KeyMissing))
    }
}

fn usable(text: &str, below: bool) -> Result<DomainKey, Judgement> {
    let tags = Tags::parse(text.as_bytes()).ok_or(Judgement::KeyUnusable)?;
    let has = |tag: &str, item: &str| tags.items(tag).is_some_and(|items| items.iter().any(|known| known == item));
    if tags.get("v").is_some_and(|version| version != "DKIM1") {
        return Err(Judgement::KeyUnusable);
    }
    if tags.get("p").ok_or(Judgement::KeyUnusable)?.is_empty() {
        return Err(Judgement::KeyRevoked);
    }
    // RFC 8460 §3 asks for `s=tlsrpt`; no large sender writes it, and a key without `s=` is for all services.
    if tags.get("s").is_some() && !["*", "email", "tlsrpt"].iter().any(|service| has("s", service)) {
        return Err(Judgement::OtherService);
    }
    if tags.get("h").is_some() && !has("h", "sha256") {
        return Err(Judgement::KeyUnusable);
    }
    if has("t", "y") {
        return Err(Judgement::KeyTesting);
    }
    if has("t", "s") && below {
        return Err(Judgement::IdentityElsewhere);
    }
    let key = DomainKey::parse(text.as_bytes()).map_err(|_| Judgement::KeyUnusable)?;
    if key.p.public_key_bits() < SHORTEST { Err(Judgement::KeyUnusable) } else { Ok(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of Ed25519 (RFC 8463 §A.2).
    const ED25519: &str = "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    fn judged(record: &str, below: bool) -> Option<Judgement> {
        Key::Found(vec![record.to_owned()]).usable(below).err()
    }

    #[test]
    fn keys_for_mail_or_for_reports_will_do() {
        for services in ["", "s=tlsrpt; ", "s=email; ", "s=*; ", "s=other : TLSRPT; ", "v=DKIM1; h=sha1:sha256; "] {
            assert_eq!(judged(&format!("{services}{ED25519}"), true), None, "{services}");
        }
    }

    #[test]
    fn other_keys_will_not() {
        for (record, fault) in [
            (format!("s=chat; {ED25519}"), Judgement::OtherService),
            (format!("s=; {ED25519}"), Judgement::OtherService),
            (format!("t=y; {ED25519}"), Judgement::KeyTesting),
            (format!("t=s; {ED25519}"), Judgement::IdentityElsewhere),
            (format!("h=sha1; {ED25519}"), Judgement::KeyUnusable),
            (format!("v=DKIM2; {ED25519}"), Judgement::KeyUnusable),
            ("v=DKIM1; p=".to_owned(), Judgement::KeyRevoked),
            ("v=DKIM1; p=!".to_owned(), Judgement::KeyUnusable),
            ("v=spf1 -all".to_owned(), Judgement::KeyUnusable),
            (String::new(), Judgement::KeyUnusable),
        ] {
            assert_eq!(judged(&record, true), Some(fault), "{record}");
        }
        assert_eq!(judged(&format!("t=s; {ED25519}"), false), None);
        assert_eq!(Key::Absent.usable(false).err(), Some(Judgement::KeyMissing));
    }

    #[test]
    fn of_several_texts_one_that_is_a_key_is_enough() {
        let texts = ["v=spf1 -all".to_owned(), ED25519.to_owned()];
        assert!(Key::Found(texts.to_vec()).usable(false).is_ok());
    }
}
