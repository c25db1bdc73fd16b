//! What an upload led to, from the route that reads it to the page that tells it.
//!
//! Ids and numbers go by the URL. The names of files that were not taken in are texts, which no link may bring: they go by a
//! cookie that lives for minutes.

use axum::{extract::Query, http::Uri};
use leptos_router::params::ParamsMap;
use model::{DeliveryId, format};

use super::PATH;

/// Results that are shown one by one.
pub const MOST_SHOWN: usize = 50;

/// Bytes of the cookie with names: browsers keep four thousand.
const MOST_NAMED: usize = 3_000;

/// Why a file, or a message of one, was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It is larger than this server reads.
    TooLarge,
    /// It came after as many as one upload may bring.
    TooMany,
    /// There was no memory for it, or the database did not answer.
    NotNow,
    /// The upload ended in the middle of it.
    CutOff,
    /// There is nothing in it.
    Empty,
}

impl NotTaken {
    const ALL: [Self; 5] = [Self::TooLarge, Self::TooMany, Self::NotNow, Self::CutOff, Self::Empty];

    const fn word(self) -> &'static str {
        match self {
            Self::TooLarge => "large",
            Self::TooMany => "many",
            Self::NotNow => "later",
            Self::CutOff => "cut",
            Self::Empty => "empty",
        }
    }

    /// What is said of it, where at most so many bytes of a file are read.
    pub(super) fn words(self, limit: u64) -> String {
        match self {
            Self::TooLarge => format!("larger than {}, the most that this server reads of one", format::size(limit)),
            Self::TooMany => "one too many for one upload: upload it by itself, or use waxseal import".to_owned(),
            Self::NotNow => "could not be stored just now: upload it again in a minute".to_owned(),
            Self::CutOff => "cut off: the upload ended in the middle of it; upload it again".to_owned(),
            Self::Empty => "empty: there is nothing in it".to_owned(),
        }
    }
}

/// What an upload led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Deliveries that were made or met.
    pub done: Vec<DeliveryId>,
    /// Further deliveries, which are not listed here.
    pub more: u32,
    /// Files that were not taken in, by name, with the reason.
    pub left: Vec<(String, NotTaken)>,
    /// Further ones, whose names are not kept.
    pub more_left: u32,
    /// Why there was no upload at all, or no more of it.
    pub error: String,
}

impl Told {
    /// Notes a file that was not taken in.
    pub fn leave(&mut self, name: &str, why: NotTaken) {
        self.left.push((name.to_owned(), why));
        if self.names().len() > MOST_NAMED {
            self.left.pop();
            self.more_left += 1;
        }
    }

    /// The page that tells this.
    #[must_use]
    pub fn link(&self) -> String {
        let done = self.done.iter().take(MOST_SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(",");
        let number = |count: u32| if count == 0 { String::new() } else { count.to_string() };
        crate::link(
            PATH,
            &[
                ("done", &done),
                ("more", &number(self.more)),
                ("left", &number(u32::try_from(self.left.len()).unwrap_or(u32::MAX).saturating_add(self.more_left))),
                ("error", &self.error),
            ],
        )
    }

    /// The names, as the cookie has them.
    #[must_use]
    pub fn names(&self) -> String {
        let names: Vec<_> = self.left.iter().map(|(name, why)| (why.word(), name.as_str())).collect();
        crate::link("", &names).trim_start_matches('?').to_owned()
    }

    /// What the URL and the cookie say.
    pub(super) fn read(query: &ParamsMap, names: Option<&str>) -> Self {
        let number = |name| query.get(name).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
        let done = query.get("done").unwrap_or_default();
        let count = number("left");
        let mut left = names.map(named).unwrap_or_default();
        left.truncate(count as usize);
        Self {
            done: done.split(',').filter_map(|id| id.parse().ok()).take(MOST_SHOWN).collect(),
            more: number("more"),
            more_left: count - u32::try_from(left.len()).unwrap_or(count),
            left,
            error: query.get("error").unwrap_or_default(),
        }
    }
}

/// The names in a cookie; none where it is not one of ours.
fn named(cookie: &str) -> Vec<(String, NotTaken)> {
    let uri = format!("/?{cookie}").parse::<Uri>().ok();
    let pairs = uri.and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    let why = |word: &str| NotTaken::ALL.into_iter().find(|why| why.word() == word);
    pairs
        .map(|Query(pairs)| pairs.into_iter().filter_map(|(word, name)| Some((name, why(&word)?))).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_were_and_only_as_many_as_a_cookie_holds() {
        let mut told = Told::default();
        told.leave("a=b&c;d.json", NotTaken::TooLarge);
        told.leave("Ümläut \u{202e}.eml", NotTaken::CutOff);
        let cookie = told.names();
        assert!(cookie.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';'), "{cookie}");
        assert_eq!(named(&cookie), told.left);
        for number in 0..500 {
            told.leave(&format!("{number} {}", "ж".repeat(90)), NotTaken::NotNow);
        }
        assert!(told.names().len() <= MOST_NAMED && told.left.len() > 4);
        assert_eq!(told.left.len() + told.more_left as usize, 502, "what has no room is counted");
        assert!(told.link().ends_with("left=502"), "{}", told.link());
    }

    #[test]
    fn a_cookie_of_somebody_else_names_nothing() {
        for cookie in ["", "x", "large", "evil=<script>", "%", "large=%FF", "\u{7f}"] {
            assert!(named(cookie).iter().all(|(name, _)| name.is_empty() || name == "\u{fffd}"), "{cookie}");
        }
    }
}
