//! One line of a policy: `key: value` (RFC 8461 §3.2).

use super::{MAX_AGE, VERSION, problem::Key};
use crate::{
    Mode, Pattern,
    mx::PatternFault,
    txt::{self, FieldFault, WSP},
};

/// Why a line is no field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// Nothing is on it, or only white space.
    Empty,
    /// It begins with white space.
    LeadingBlank,
    /// There is no colon.
    NoColon,
    /// What stands before the colon is no name.
    Name(FieldFault),
    /// Nothing stands after the colon.
    NoValue,
    /// A control character is in the value.
    ValueCharacter(char),
}

/// Why a lifetime is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxAgeFault {
    /// Something else than 1 to 10 digits.
    NotDigits,
    /// More than [`MAX_AGE`].
    TooBig,
}

/// A line that has a name and a value.
pub(super) enum Field<'t> {
    Version(Result<(), &'t str>),
    Mode(Result<Mode, &'t str>),
    MaxAge(Result<u64, (&'t str, MaxAgeFault)>),
    Mx(Result<Pattern, (&'t str, PatternFault)>),
    Extension(&'t str),
}

impl<'t> Field<'t> {
    /// Reads a line without the white space at its ends.
    pub(super) fn read(line: &'t str) -> Result<Self, LineFault> {
        let (name, value) = line.split_once(':').ok_or(LineFault::NoColon)?;
        let value = value.trim_start_matches(WSP);
        Ok(match name {
            "version" => Self::Version(if value == VERSION { Ok(()) } else { Err(value) }),
            "mode" => Self::Mode(Mode::from_keyword(value).ok_or(value)),
            "max_age" => Self::MaxAge(max_age(value).map_err(|fault| (value, fault))),
            "mx" => Self::Mx(Pattern::parse(value).map_err(|fault| (value, fault))),
            _ => {
                txt::name(name).map_err(LineFault::Name)?;
                extension_value(value)?;
                Self::Extension(name)
            }
        })
    }

    /// Which of the fields it is that the RFC defines.
    pub(super) const fn key(&self) -> Option<Key> {
        match self {
            Self::Version(_) => Some(Key::Version),
            Self::Mode(_) => Some(Key::Mode),
            Self::MaxAge(_) => Some(Key::MaxAge),
            Self::Mx(_) => Some(Key::Mx),
            Self::Extension(_) => None,
        }
    }

    /// Whether its value is not one that its name may have.
    pub(super) const fn is_bad(&self) -> bool {
        matches!(self, Self::Version(Err(_)) | Self::Mode(Err(_)) | Self::MaxAge(Err(_)) | Self::Mx(Err(_)))
    }
}

/// `1*10(DIGIT)`, "maximum value of 31557600".
fn max_age(value: &str) -> Result<u64, MaxAgeFault> {
    if value.len() > 10 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(MaxAgeFault::NotDigits);
    }
    match value.parse::<u64>() {
        Ok(seconds) if seconds <= MAX_AGE => Ok(seconds),
        Ok(_) => Err(MaxAgeFault::TooBig),
        Err(_) => Err(MaxAgeFault::NotDigits),
    }
}

/// `sts-policy-vchar [*(%x20 / sts-policy-vchar) sts-policy-vchar]`, where a vchar is any visible ASCII or any character
/// beyond ASCII.
fn extension_value(value: &str) -> Result<(), LineFault> {
    if value.is_empty() {
        return Err(LineFault::NoValue);
    }
    match value.chars().find(|c| matches!(c, '\0'..='\x1f' | '\x7f')) {
        Some(odd) => Err(LineFault::ValueCharacter(odd)),
        None => Ok(()),
    }
}
