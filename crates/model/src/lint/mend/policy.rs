//! The policy file with what can be recognised in a text.

use mtasts::{
    Mode, Pattern,
    policy::{self, MAX_AGE},
};

use crate::DomainName;

/// A week: what a policy without a readable lifetime gets.
const WEEK: u64 = 604_800;

/// The policy, with an `mx` line for each host that has none yet. None when a host cannot be read: a policy that lacks one
/// would stop mail.
pub(in crate::lint) fn policy(text: &str, hosts: &[&str]) -> Option<String> {
    let (mut mode, mut max_age) = (None, None);
    let mut mx: Vec<Pattern> = Vec::new();
    for line in text.split(['\n', '\r']) {
        let line = super::clean(line.split('#').next().unwrap_or_default());
        let Some((key, value)) = line.split_once([':', '=']) else {
            continue;
        };
        let value = value.trim();
        match spelt(key).as_str() {
            "mode" => mode = mode.or_else(|| meant(value)),
            "maxage" => max_age = max_age.or_else(|| value.parse().ok()),
            "mx" => {
                for pattern in patterns(value)? {
                    if !mx.contains(&pattern) {
                        mx.push(pattern);
                    }
                }
            }
            _ => {}
        }
    }
    let added: Vec<_> = hosts.iter().filter(|host| !mx.iter().any(|pattern| pattern.matches(host))).collect();
    for host in added {
        mx.push(Pattern::parse(DomainName::parse_lenient(host)?.as_str()).ok()?);
    }
    if mx.is_empty() && mode.is_none() {
        return None;
    }
    // Testing is the mode that cannot stop mail.
    let mode = mode.unwrap_or(Mode::Testing);
    let max_age = match max_age.unwrap_or(WEEK).min(MAX_AGE) {
        0 if mode != Mode::None => WEEK,
        max_age => max_age,
    };
    policy::compose(mode, &mx, max_age)
}

/// A key in lower case without what people put between its words.
pub(in crate::lint) fn spelt(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn meant(mode: &str) -> Option<Mode> {
    let lower = mode.to_ascii_lowercase();
    [("enforc", Mode::Enforce), ("test", Mode::Testing), ("report", Mode::Testing), ("none", Mode::None)]
        .into_iter()
        .find(|(start, _)| lower.starts_with(start))
        .map(|(_, mode)| mode)
}

/// The patterns of one `mx` line, which may be a list, have the priorities of MX records, or be spelt as DNS does.
fn patterns(value: &str) -> Option<Vec<Pattern>> {
    let is_priority = |word: &str| word.trim_end_matches(':').bytes().all(|byte| byte.is_ascii_digit());
    value
        .split([',', ';', ' '])
        .filter(|word| !word.is_empty() && !is_priority(word) && !word.eq_ignore_ascii_case("priority"))
        .map(|word| {
            let word = word.trim_end_matches('.');
            let (wildcard, domain) = match word.strip_prefix("*.").or_else(|| word.strip_prefix('.')) {
                Some(domain) => ("*.", domain),
                None => ("", word),
            };
            let domain =
                if domain.is_ascii() { domain.to_owned() } else { DomainName::parse(domain).ok()?.to_string() };
            Pattern::parse(&format!("{wildcard}{domain}")).ok()
        })
        .collect()
}
