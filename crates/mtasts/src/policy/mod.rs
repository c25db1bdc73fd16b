//! The policy file of MTA-STS, `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 §3.2):
//!
//! ```text
//! sts-policy-record = sts-policy-field *WSP *(sts-policy-term sts-policy-field *WSP) [sts-policy-term]
//! sts-policy-field  = sts-policy-version / sts-policy-mode / sts-policy-mx / sts-policy-max-age / sts-policy-extension
//! sts-policy-term   = LF / CRLF
//! ```
//!
//! White space may end a line but not begin it; no line is empty. Each field but `mx` counts once: the first.

mod line;
mod problem;

pub use line::{LineFault, MaxAgeFault};
pub use problem::{Key, Problem};

use self::line::Field;
use crate::{Mode, Pattern, Verdict, txt::WSP};

/// The value of `version`.
pub const VERSION: &str = "STSv1";
/// The longest `max_age`, in seconds: about a year.
pub const MAX_AGE: u64 = 31_557_600;
/// The longest file that senders read, in bytes: the limit that RFC 8461 §3.3 suggests.
pub const MAX_SIZE: usize = 64 * 1024;

/// A policy as it was read: what can be used of it, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The mode, when it is one.
    pub mode: Option<Mode>,
    /// The lifetime in seconds, when it is one.
    pub max_age: Option<u64>,
    /// The `mx` lines that are patterns, in order.
    pub mx: Vec<Pattern>,
    /// Fields that RFC 8461 does not know and senders ignore, with the line each stands on, counted from 1.
    pub extensions: Vec<(usize, String)>,
    /// Every departure from the grammar and everything odd within it, in the order of the text.
    pub problems: Vec<Problem>,
}

impl Reading {
    /// The policy as a whole.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.problems.iter().map(Problem::verdict).max().unwrap_or(Verdict::Valid)
    }

    /// Whether some `mx` line matches an MX host (RFC 8461 §4.1).
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        self.mx.iter().any(|pattern| pattern.matches(host))
    }
}

/// Reads a policy file.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    if bytes.len() > MAX_SIZE {
        reading.problems.push(Problem::TooLong(bytes.len()));
        return reading;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok("") => {
            reading.problems.push(Problem::Empty);
            return reading;
        }
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            reading.problems.push(Problem::NotUtf8 { line });
            return reading;
        }
    };
    let mut seen = Seen::default();
    for (number, line) in lines(text).enumerate() {
        reading.line(number + 1, line, &mut seen);
    }
    let needed = [Key::Version, Key::Mode, Key::MaxAge];
    let missing = needed.into_iter().filter(|key| !seen.has(*key)).map(Problem::Missing);
    reading.problems.extend(missing);
    if !seen.has(Key::Mx) && reading.mode != Some(Mode::None) {
        reading.problems.push(Problem::Missing(Key::Mx));
    }
    reading
}

/// The lines without their ends. A carriage return belongs to an end only before a line feed.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let (text, ends) = text.strip_suffix('\n').map_or((text, false), |text| (text, true));
    let last = text.split('\n').count();
    text.split('\n').zip(1..).map(
        move |(line, number)| {
            if number < last || ends { line.strip_suffix('\r').unwrap_or(line) } else { line }
        },
    )
}

/// Which keys have come, good or bad.
#[derive(Default)]
struct Seen(Vec<Key>);

impl Seen {
    fn has(&self, key: Key) -> bool {
        self.0.contains(&key)
    }
}

impl Reading {
    fn line(&mut self, line: usize, text: &str, seen: &mut Seen) {
        let fault = |fault| Problem::Line { line, text: text.to_owned(), fault };
        let begun = text.trim_start_matches(WSP);
        if begun.is_empty() {
            self.problems.push(fault(LineFault::Empty));
            return;
        }
        if begun.len() < text.len() {
            // The rest is read all the same, so that nothing is called missing that is merely indented.
            self.problems.push(fault(LineFault::LeadingBlank));
        }
        let field = match Field::read(begun.trim_end_matches(WSP)) {
            Ok(field) => field,
            Err(error) => return self.problems.push(fault(error)),
        };
        if let Some(key) = field.key() {
            if key != Key::Mx && seen.has(key) {
                let is_good = !field.is_bad();
                return self.problems.push(Problem::Again { line, key, is_good });
            }
            if !seen.has(key) {
                seen.0.push(key);
            }
        }
        match field {
            Field::Version(Ok(())) => {}
            Field::Version(Err(value)) => self.problems.push(Problem::Version { line, value: value.to_owned() }),
            Field::Mode(Ok(mode)) => self.mode = Some(mode),
            Field::MaxAge(Ok(max_age)) => self.max_age = Some(max_age),
            Field::Mx(Ok(pattern)) => self.mx.push(pattern),
            Field::Extension(name) => self.extensions.push((line, name.to_owned())),
            Field::Mode(Err(value)) => self.problems.push(Problem::Mode { line, value: value.to_owned() }),
            Field::MaxAge(Err((value, fault))) => {
                self.problems.push(Problem::MaxAge { line, value: value.to_owned(), fault });
            }
            Field::Mx(Err((value, fault))) => self.problems.push(Problem::Mx { line, value: value.to_owned(), fault }),
        }
    }
}

/// The policy file with these values, its lines ended by LF; none when they make no valid policy: a lifetime above
/// [`MAX_AGE`], or no `mx` in another mode than none.
#[must_use]
pub fn compose(mode: Mode, mx: &[Pattern], max_age: u64) -> Option<String> {
    if max_age > MAX_AGE || (mx.is_empty() && mode != Mode::None) {
        return None;
    }
    let mut lines = vec![format!("version: {VERSION}"), format!("mode: {}", mode.keyword())];
    lines.extend(mx.iter().map(|pattern| format!("mx: {pattern}")));
    lines.push(format!("max_age: {max_age}\n"));
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests;
