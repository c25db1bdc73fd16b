//! Finds what help has to say about the words that people bring along: `untrusted root`, `protocol downgrade`, `high failure
//! rate`. A few hundred short texts are searched from end to end; no index is kept.

use crate::{explain, glossary, reason, standards, troubles, unregistered};

/// The most that is shown.
const MOST: usize = 20;

/// Something that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its title.
    pub title: String,
    /// What it is: `result type`, `word`.
    pub kind: &'static str,
    /// Its place: `/help#certificate-expired`.
    pub href: String,
    /// What it says, or the beginning of that.
    pub text: String,
    /// Other words for it.
    pub synonyms: Vec<&'static str>,
}

/// A tool that does what people look for, where words do not.
struct Tool {
    path: &'static str,
    title: &'static str,
    purpose: &'static str,
    synonyms: &'static [&'static str],
}

const TOOLS: [Tool; 4] = [
    Tool {
        path: "/tools/look-up",
        title: "Look up a domain",
        purpose: "What any domain publishes, seen from here: records, policy, MX, DANE; what is wrong, and what to publish.",
        synonyms: &["lookup tool", "DNS checker", "MXToolbox", "TLS-RPT checker", "MTA-STS checker", "test my domain"],
    },
    Tool {
        path: "/tools/lint",
        title: "Lint a record or a policy",
        purpose: "A TLS-RPT record, an MTA-STS record or a policy file, judged by the letter of its RFC.",
        synonyms: &["validator", "TLS-RPT validator", "MTA-STS validator", "linter", "syntax check"],
    },
    Tool {
        path: "/tools/build",
        title: "Build records and a policy",
        purpose: "The records and the policy file to publish, and in which order.",
        synonyms: &["generator", "TLS-RPT generator", "MTA-STS generator", "record generator", "wizard"],
    },
    Tool {
        path: "/tools/report",
        title: "Read a report",
        purpose: "A report that you have as text or as a file, in words. Nothing of it is stored.",
        synonyms: &["report viewer", "report parser", "report analyzer", "JSON reader"],
    },
];

/// Everything that help has, with the tools, but for findings of checks, which are not known here.
pub fn all() -> impl Iterator<Item = Found> {
    let on_help = |anchor: &str| format!("/help#{anchor}");
    let types = explain::RESULT_TYPES.iter().chain([explain::unknown_result_type()]).map(move |one| Found {
        title: format!("{} ({})", one.title, one.anchor),
        kind: "result type",
        href: on_help(one.anchor),
        text: one.meaning.to_owned(),
        synonyms: [one.anchor].iter().chain(one.synonyms).copied().collect(),
    });
    let unregistered = unregistered::UNREGISTERED.iter().map(move |one| Found {
        title: one.name.to_owned(),
        kind: "no result type",
        href: on_help(one.anchor),
        text: one.meaning.to_owned(),
        synonyms: one.synonyms.to_vec(),
    });
    let words = glossary::ENTRIES.iter().map(move |one| Found {
        title: one.word.to_owned(),
        kind: "word",
        href: on_help(one.anchor),
        text: one.meaning.to_owned(),
        synonyms: one.synonyms.to_vec(),
    });
    let topics = standards::TOPICS.iter().map(|one| Found {
        title: one.title.to_owned(),
        kind: "how it works",
        href: format!("/help/standards#{}", one.anchor),
        text: one.paragraphs.iter().chain(one.points).copied().collect::<Vec<_>>().join(" "),
        synonyms: one.synonyms.to_vec(),
    });
    let troubles = troubles::TROUBLES.iter().map(|one| Found {
        title: one.title.to_owned(),
        kind: "troubleshooting",
        href: format!("/help/troubleshooting#{}", one.anchor),
        text: one.steps.iter().map(|step| step.question).collect::<Vec<_>>().join(" "),
        synonyms: one.synonyms.to_vec(),
    });
    let reasons = reason::REASONS.iter().map(move |one| Found {
        title: one.spellings[0].shown(),
        kind: "reason code",
        href: on_help(one.anchor),
        text: one.meaning.to_owned(),
        synonyms: one
            .spellings
            .iter()
            .filter_map(|spelling| match spelling {
                reason::Spelling::Code(text) | reason::Spelling::Words(text) => Some(*text),
                reason::Spelling::Http(..) => None,
            })
            .collect(),
    });
    let tools = TOOLS.iter().map(|one| Found {
        title: one.title.to_owned(),
        kind: "tool",
        href: one.path.to_owned(),
        text: one.purpose.to_owned(),
        synonyms: one.synonyms.to_vec(),
    });
    types.chain(unregistered).chain(tools).chain(topics).chain(troubles).chain(words).chain(reasons)
}

/// What fits some words best, best first; at most twenty.
#[must_use]
pub fn find(words: &str, among: impl IntoIterator<Item = Found>) -> Vec<Found> {
    // People type words; whoever sends more asks for nothing that is here.
    let asked = normal(&words.chars().take(200).collect::<String>());
    if asked.is_empty() {
        return vec![];
    }
    let mut fitting: Vec<(u32, Found)> =
        among.into_iter().map(|one| (score(&asked, &one), one)).filter(|(score, _)| *score > 0).collect();
    // Those that have all words leave no room for those that have some.
    if fitting.iter().any(|(score, _)| *score >= ALL_WORDS) {
        fitting.retain(|(score, _)| *score >= ALL_WORDS);
    }
    // Of equals, the first of the list: it begins with what people mean most often.
    fitting.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    fitting.into_iter().take(MOST).map(|(_, one)| one).collect()
}

/// The least score of what has every word somewhere.
const ALL_WORDS: u32 = 20;

fn score(asked: &[String], one: &Found) -> u32 {
    let names: Vec<Vec<String>> = [one.title.as_str()].iter().chain(&one.synonyms).map(|name| normal(name)).collect();
    let phrase = asked.join(" ");
    if names.iter().any(|name| name.join(" ") == phrase) {
        return 100;
    }
    if names.iter().any(|name| format!(" {} ", name.join(" ")).contains(&format!(" {phrase} "))) {
        return 70;
    }
    let has = |words: &[String], word: &String| words.iter().any(|other| alike(other, word));
    if names.iter().any(|name| asked.iter().all(|word| has(name, word))) {
        return 50;
    }
    let together: Vec<String> = names.concat();
    if asked.iter().all(|word| has(&together, word)) {
        return 40;
    }
    let text = normal(&one.text);
    let met = asked.iter().filter(|word| has(&together, word) || has(&text, word)).count();
    match met {
        all if all == asked.len() => ALL_WORDS,
        0 => 0,
        some => u32::try_from(some * 10 / asked.len()).unwrap_or(0),
    }
}

/// Words in lower case; what is neither letter nor digit parts them.
fn normal(text: &str) -> Vec<String> {
    let parted = text.split(|c: char| !c.is_alphanumeric());
    parted.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Whether two words are the same but for an ending: `certificate`, `certificates`.
fn alike(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short == long || (short.len() >= 4 && long.len() <= short.len() + 3 && long.starts_with(short))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn hrefs(words: &str) -> Vec<String> {
        find(words, all()).into_iter().map(|one| one.href).collect()
    }

    #[rstest]
    #[case("untrusted root", "/help#certificate-not-trusted")]
    #[case("protocol downgrade", "/help#validation-failure")]
    #[case("protocol downgrade", "/help#protocol-downgrade")]
    #[case("certificate-not-valid-yet", "/help#certificate-not-valid-yet")]
    #[case("Weak ciphers", "/help#validation-failure")]
    #[case("TLS version mismatch", "/help#validation-failure")]
    #[case("certificate mismatch", "/help#certificate-host-mismatch")]
    #[case("expired certificates", "/help#certificate-expired")]
    #[case("STS-POLICY-FETCH-ERROR", "/help#sts-policy-fetch-error")]
    #[case("high failure rate", "/help/troubleshooting#many-failures")]
    #[case("missing reports", "/help/troubleshooting#no-reports")]
    #[case("parse error", "/help/troubleshooting#unreadable-reports")]
    #[case("MX_HOSTS_MISMATCH", "/help#validation-failure")]
    #[case("difference between MTA-STS and DANE", "/help/standards#together")]
    #[case("GDPR", "/help/standards#what-reports-do-not-tell")]
    #[case("aggregate report URI", "/help#rua")]
    #[case("enforce without TLS-RPT", "/help/standards#order")]
    #[case("lookup tool", "/tools/look-up")]
    #[case("DNS checker", "/tools/look-up")]
    #[case("MXToolbox", "/tools/look-up")]
    #[case("validator", "/tools/lint")]
    #[case("generator", "/tools/build")]
    #[case("TLS-RPT generator", "/tools/build")]
    #[case("read a report", "/tools/report")]
    #[case("pointer", "/help/standards#reporting-enforces-nothing")]
    #[case("duration", "/help/standards#reporting-enforces-nothing")]
    #[case("fallback", "/help/standards#reporting-enforces-nothing")]
    #[case("dedicated mailbox", "/help/standards#order")]
    #[case("a mailbox of its own that takes mail from outside", "/help/standards#order")]
    #[case("look regularly", "/help/standards#order")]
    #[case("alert", "/help/troubleshooting#being-told")]
    #[case("acknowledge", "/help/troubleshooting#being-told")]
    fn people_find_what_they_have_a_word_for(#[case] words: &str, #[case] href: &str) {
        let found = hrefs(words);
        assert!(found.iter().take(5).any(|found| found == href), "{words}: {found:?}");
    }

    #[test]
    fn what_nobody_explains_is_not_found() {
        assert!(hrefs("").is_empty());
        assert!(hrefs(" -- ?").is_empty());
        assert!(hrefs("marmalade").is_empty());
        assert!(hrefs(&"certificate ".repeat(100_000)).len() <= MOST);
    }

    #[test]
    fn the_best_comes_first() {
        assert_eq!(hrefs("certificate-expired")[0], "/help#certificate-expired");
        assert_eq!(hrefs("trust")[0], "/help#trust");
    }
}
