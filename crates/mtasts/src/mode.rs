//! The mode of an MTA-STS policy (RFC 8461 §3.2).

use serde::{Deserialize, Serialize};

/// What a policy asks senders to do when a host fails it (RFC 8461 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Do not deliver to hosts that fail.
    Enforce,
    /// Deliver, and report.
    Testing,
    /// As though there were no policy.
    None,
}

impl Mode {
    /// The keyword of the policy file.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Testing => "testing",
            Self::None => "none",
        }
    }

    /// The mode with that keyword, which is case-sensitive.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        [Self::Enforce, Self::Testing, Self::None].into_iter().find(|mode| mode.keyword() == keyword)
    }

    /// Reads the mode from a policy's lines as a report repeats them: white space around a line or before the colon,
    /// `\r` at its end and several lines in one text are forgiven, since they come from the reporter.
    ///
    /// The first `mode` counts (RFC 8461 §3.2). Its value is as strict as the RFC: a sender does not apply
    /// `mode: Enforce` either, so that is no mode.
    #[must_use]
    pub fn from_policy_lines<'a>(lines: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let value = lines.into_iter().flat_map(str::lines).find_map(|line| {
            let value = line.trim_ascii_start().strip_prefix("mode")?.trim_ascii_start().strip_prefix(':')?;
            Some(value.trim_ascii())
        })?;
        Self::from_keyword(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Mode;

    #[test]
    fn the_mode_is_read_as_reporters_write_it() {
        for (lines, mode) in [
            (&["version: STSv1", "mode: enforce", "mx: mx.example.org", "max_age: 86400"][..], Some(Mode::Enforce)),
            (&["version:STSv1\r", "mode:testing\r"], Some(Mode::Testing)),
            (&["version: STSv1\r\nmode: none  \r\nmax_age: 86400\r\n"], Some(Mode::None)),
            (&["version: STSv1\nmode: testing"], Some(Mode::Testing)),
            (&["  mode :\tenforce "], Some(Mode::Enforce)),
            (&["mode: enforce", "mode: none"], Some(Mode::Enforce)),
            (&["mode: enforced", "mode: none"], None),
            (&["mode: Enforce"], None),
            (&["Mode: enforce"], None),
            (&["3 1 1 0D6FCE3E"], None),
            (&["v=STSv1; id=1"], None),
            (&["mode"], None),
            (&[], None),
        ] {
            assert_eq!(Mode::from_policy_lines(lines.iter().copied()), mode, "{lines:?}");
        }
    }
}
