//! A tiny interpreter of ABNF (RFC 5234), so that the readers can be held against the grammar as it is printed.
//!
//! It follows every alternative at once: a rule maps a place in the text to all places where a match may end.

use std::collections::BTreeSet;

/// A rule of a grammar.
pub(crate) enum Rule {
    /// One character of this class.
    One(fn(char) -> bool),
    /// These characters, with regard to case (`%s"…"`).
    Text(&'static str),
    /// One rule after another.
    All(Vec<Rule>),
    /// One of several.
    Any(Vec<Rule>),
    /// `min*max(rule)`
    Repeat(usize, usize, Box<Rule>),
}

impl Rule {
    /// Whether the rule matches the whole text.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.ends(&text, 0).contains(&text.len())
    }

    fn ends(&self, text: &[char], start: usize) -> BTreeSet<usize> {
        match self {
            Self::One(class) => text.get(start).filter(|c| class(**c)).map(|_| start + 1).into_iter().collect(),
            Self::Text(word) => {
                let word: Vec<char> = word.chars().collect();
                text[start..].starts_with(&word).then_some(start + word.len()).into_iter().collect()
            }
            Self::All(rules) => rules.iter().fold(BTreeSet::from([start]), |places, rule| {
                places.into_iter().flat_map(|place| rule.ends(text, place)).collect()
            }),
            Self::Any(rules) => rules.iter().flat_map(|rule| rule.ends(text, start)).collect(),
            Self::Repeat(min, max, rule) => {
                let (mut ends, mut places) = (BTreeSet::new(), BTreeSet::from([start]));
                for times in 0..=*max {
                    if times >= *min {
                        let before = ends.len();
                        ends.extend(&places);
                        if ends.len() == before {
                            break;
                        }
                    }
                    places = places.into_iter().flat_map(|place| rule.ends(text, place)).collect();
                }
                ends
            }
        }
    }
}

/// `1*rule`, `*rule`, `[rule]`
pub(crate) fn some(rule: Rule) -> Rule {
    Rule::Repeat(1, usize::MAX, Box::new(rule))
}

pub(crate) fn many(rule: Rule) -> Rule {
    Rule::Repeat(0, usize::MAX, Box::new(rule))
}

pub(crate) fn optional(rule: Rule) -> Rule {
    Rule::Repeat(0, 1, Box::new(rule))
}

pub(crate) fn wsp() -> Rule {
    many(Rule::One(|c| matches!(c, ' ' | '\t')))
}

/// `field-delim = *WSP ";" *WSP`
pub(crate) fn delimiter() -> Rule {
    Rule::All(vec![wsp(), Rule::Text(";"), wsp()])
}

/// `(ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")`
pub(crate) fn extension_name() -> Rule {
    let rest = Rule::One(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    Rule::All(vec![Rule::One(|c| c.is_ascii_alphanumeric()), Rule::Repeat(0, 31, Box::new(rest))])
}

/// `ext-name "=" 1*(%x21-3A / %x3C / %x3E-7E)`
pub(crate) fn extension() -> Rule {
    let value = some(Rule::One(|c| matches!(c, '\x21'..='\x3a' | '\x3c' | '\x3e'..='\x7e')));
    Rule::All(vec![extension_name(), Rule::Text("="), value])
}

/// `version 1*(field-delim field) [field-delim]`
pub(crate) fn record(version: &'static str, field: Rule) -> Rule {
    let fields = some(Rule::All(vec![delimiter(), field]));
    Rule::All(vec![Rule::Text(version), fields, optional(delimiter())])
}

/// A mutation of a text: a character put in, taken out, or replaced.
pub(crate) fn mutate(text: &str, mutations: &[(u8, usize, char)]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for (kind, at, c) in mutations {
        let at = at % (text.len() + 1);
        match (kind % 3, text.get(at).is_some()) {
            (0, true) => drop(text.remove(at)),
            (1, true) => text[at] = *c,
            _ => text.insert(at, *c),
        }
    }
    text.into_iter().collect()
}
