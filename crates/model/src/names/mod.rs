//! Reading domain names out of whatever people paste or upload: lists, CSV with tags and customers, zone files, mails, URLs.
//!
//! Nothing is silently dropped: every line with something in it has at least one [`Entry`], which says what became of it.
//!
//! - `decode`: bytes of a file to text
//! - `mail`: the head of a mail, quoting and the signature are passed over
//! - `zone`: of a zone file, the names that take mail
//! - `table`: CSV whose heading names its columns
//! - `list`: everything else, word by word
//! - `item`: one word: a name, a URL, an e-mail address

mod decode;
mod item;
mod list;
mod mail;
mod table;
mod zone;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub use self::decode::decode;
use crate::{DomainName, text};

/// What one reading may bring.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Domains in one go.
    pub names: usize,
    /// Entries of any kind.
    pub entries: usize,
    /// Characters that are kept of what was typed.
    pub typed: usize,
    /// Tags of one domain.
    pub tags: usize,
    /// Characters of a tag, and of a customer's name.
    pub label: usize,
    /// Characters of notes.
    pub notes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { names: 10_000, entries: 20_000, typed: 200, tags: 20, label: 60, notes: 2_000 }
    }
}

/// What an owner notes about a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// Words to find it by, each once.
    pub tags: Vec<String>,
    /// Whose it is; empty when that is nobody's business.
    pub customer: String,
    /// Anything else.
    pub notes: String,
}

/// One thing that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line it stands on, from 1.
    pub line: u32,
    /// What stands there, made visible and cut.
    pub typed: String,
    /// What it is.
    pub verdict: Verdict,
}

/// What a thing that was read is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A domain, with what the table says about it.
    Domain(DomainName, Particulars),
    /// A domain that came before, on this line.
    Repeated(DomainName, u32),
    /// Meant as a domain and none: why.
    Wrong(String),
    /// Not meant as a domain: why it is left aside.
    PassedOver(String),
}

/// Reads names out of a text in any of the forms.
#[must_use]
pub fn read(text: &str, limits: &Limits) -> Vec<Entry> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Line ends of every system.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut found = Found::new(limits);
    if let Some(body) = mail::body(&text, &mut found) {
        mail::read(&text, body, &mut found);
    } else if zone::is_zone(&text) {
        zone::read(&text, &mut found);
    } else if let Some(delimiter) = table::delimiter(&text) {
        table::read(&text, delimiter, &mut found);
    } else {
        list::read(&text, 1, &mut found);
    }
    found.entries
}

/// Tags as people type them: apart by commas, semicolons or white space; each once, in lower case.
///
/// # Errors
/// Says which of them is too long, or that there are too many.
pub fn tags(text: &str, limits: &Limits) -> Result<Vec<String>, String> {
    let mut tags: Vec<String> = vec![];
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|word| !word.is_empty());
    for word in words {
        let tag = word.trim_start_matches('#').to_lowercase();
        if tag.is_empty() || tags.contains(&tag) {
            continue;
        }
        if tag.chars().count() > limits.label {
            return Err(format!("the tag “{}” is longer than {} characters", shown(&tag, 30), limits.label));
        }
        if tag.contains(text::acts) {
            return Err(format!("the tag “{}” has characters that cannot be seen", shown(&tag, 30)));
        }
        tags.push(tag);
    }
    if tags.len() > limits.tags {
        return Err(format!("{} tags; a domain can have {}", tags.len(), limits.tags));
    }
    Ok(tags)
}

fn shown(text: &str, most: usize) -> String {
    text::visible_short(text, most).into_owned()
}

/// What was found so far.
struct Found<'a> {
    limits: &'a Limits,
    entries: Vec<Entry>,
    /// Where each name came first.
    first: HashMap<DomainName, u32>,
    full: bool,
}

impl<'a> Found<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self { limits, entries: vec![], first: HashMap::new(), full: false }
    }

    /// Adds what was read of an item: its name, or why it is none.
    fn item(&mut self, line: u32, typed: &str, read: Result<DomainName, String>) {
        self.labelled(line, typed, read.map(|name| (name, Particulars::default())));
    }

    fn labelled(&mut self, line: u32, typed: &str, read: Result<(DomainName, Particulars), String>) {
        let verdict = match read {
            Err(why) => Verdict::Wrong(why),
            Ok((name, particulars)) => match self.first.get(&name) {
                Some(first) => Verdict::Repeated(name, *first),
                None if self.first.len() >= self.limits.names => return self.stop(line, typed),
                None => {
                    self.first.insert(name.clone(), line);
                    Verdict::Domain(name, particulars)
                }
            },
        };
        self.push(line, typed, verdict);
    }

    fn passed_over(&mut self, line: u32, typed: &str, why: &str) {
        self.push(line, typed, Verdict::PassedOver(why.to_owned()));
    }

    fn push(&mut self, line: u32, typed: &str, verdict: Verdict) {
        if self.full {
            return;
        }
        if self.entries.len() >= self.limits.entries {
            return self.stop(line, typed);
        }
        self.entries.push(Entry { line, typed: shown(typed.trim(), self.limits.typed), verdict });
    }

    /// Says where reading ended because it was too much.
    fn stop(&mut self, line: u32, typed: &str) {
        if self.full {
            return;
        }
        self.full = true;
        let why = format!(
            "this and all that comes after it was not read: one go takes {} names; add the rest in another",
            crate::format::thousands(self.limits.names as u64)
        );
        self.entries.push(Entry { line, typed: shown(typed.trim(), self.limits.typed), verdict: Verdict::Wrong(why) });
    }
}

/// The number of a line, from 1, whatever its place.
fn number(index: usize, first: u32) -> u32 {
    u32::try_from(index).map_or(u32::MAX, |index| index.saturating_add(first))
}

#[cfg(test)]
mod tests;
