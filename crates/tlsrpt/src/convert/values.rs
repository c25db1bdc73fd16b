//! Single values: texts, counts, points in time.

use std::{borrow::Cow, net::IpAddr};

use chrono::{DateTime, Utc};

use super::{Convert, Place};
use crate::{
    date::{self, Bound},
    note::Code,
    wire::{Kind, Scalar},
};

/// Whether no text in a JSON document can hold a control character: it has neither escapes nor the bytes that DEL and the
/// characters U+0080 to U+009F are made of, and all others cannot stand in JSON. So it is with most reports.
pub(crate) fn is_plain(json: &str) -> bool {
    // Without an early end within a piece, and compared one by one, many bytes are looked at at once.
    let odd = |b: u8| u8::from(b == b'\\') | u8::from(b == 0x7f) | u8::from(b == 0xc2);
    json.as_bytes().chunks(4 << 10).all(|piece| piece.iter().fold(0, |found, b| found | odd(*b)) == 0)
}

impl Convert<'_> {
    pub(super) fn date(&mut self, value: Scalar<'_>, key: &str, bound: Bound) -> Option<DateTime<Utc>> {
        let value = self.single(value, Place::Report, key);
        if value.is_absent() {
            self.notes.add(Code::DateMissing, || format!("{key} is missing"));
            return None;
        }
        let read = match &value {
            Scalar::Unsigned(number) => date::epoch(*number),
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
            Scalar::Float(number) if (0.0..1e15).contains(number) => date::epoch(*number as u64),
            Scalar::Text(text) => date::read(text, bound),
            _ => None,
        };
        let Some((date, code)) = read else {
            self.notes.add(Code::DateUnreadable, || format!("{key} is {}, no point in time", shown(&value)));
            return None;
        };
        match code {
            Some(Code::DateWithoutZone) => self
                .notes
                .add(Code::DateWithoutZone, || format!("{key} is {} without a time zone; taken as UTC", shown(&value))),
            Some(code) => self.notes.add(code, || format!("{key} is {}; understood as {date:?}", shown(&value))),
            None => {}
        }
        Some(date)
    }

    /// The RFC's key, or the variant's value with a note.
    pub(super) fn either(
        &mut self,
        [(value, key), (variant, variant_key)]: [(Scalar<'_>, &str); 2],
        place: Place,
    ) -> Option<String> {
        self.text(value, place, key).or_else(|| {
            let text = self.text(variant, place, variant_key)?;
            self.notes.add(Code::KeyVariant, || format!("{place}{variant_key} was read as {key}"));
            Some(text)
        })
    }

    pub(super) fn ip_address(&mut self, values: [(Scalar<'_>, &str); 2], place: Place) -> Option<String> {
        let key = values[0].1;
        let text = self.either(values, place)?;
        if text.parse::<IpAddr>().is_err() {
            self.notes.add(Code::NotAnIpAddress, || format!("{place}{key} is {}, no IP address", quoted(&text)));
        }
        Some(text)
    }

    pub(super) fn left_out(&mut self, place: Place, key: &str, kind: Kind) {
        self.notes.add(Code::ValueLeftOut, || format!("{place}{key} holds {kind}, which was left out"));
    }

    /// A text that every report should have.
    pub(super) fn required(&mut self, value: Scalar<'_>, place: Place, key: &str, missing: Code) -> Option<String> {
        let text = self.text(value, place, key);
        if text.is_none() {
            self.notes.add(missing, || format!("{place}{key} is missing"));
        }
        text
    }

    /// A text as it was written; none when it is absent or blank.
    pub(super) fn text(&mut self, value: Scalar<'_>, place: Place, key: &str) -> Option<String> {
        let text = match self.single(value, place, key) {
            Scalar::Text(text) => text,
            Scalar::Absent | Scalar::First(_) => return None,
            Scalar::Odd(kind) => {
                self.left_out(place, key, kind);
                return None;
            }
            number => {
                let text = shown(&number);
                self.notes.add(Code::NotText, || format!("{place}{key} is the number {text}; kept as text"));
                Cow::Owned(text)
            }
        };
        (!text.trim_ascii().is_empty()).then(|| self.clean(&text, place, key))
    }

    /// A keyword of an open set; the empty word when it is absent.
    pub(super) fn keyword<T>(&mut self, value: Scalar<'_>, place: Place, key: &str, missing: Code) -> T
    where
        T: for<'t> From<Cow<'t, str>>,
    {
        if let Scalar::Text(Cow::Borrowed(text)) = value
            && self.is_plain
            && !text.trim_ascii().is_empty()
            && text.len() <= self.limits.text
        {
            // Nothing to clean, so nothing is copied where the word is known.
            return T::from(Cow::Borrowed(text));
        }
        T::from(Cow::Owned(self.required(value, place, key, missing).unwrap_or_default()))
    }

    /// A count; none when it is absent.
    pub(super) fn count(&mut self, value: Scalar<'_>, place: Place, key: &str) -> Option<u64> {
        let value = self.single(value, place, key);
        let number = match &value {
            Scalar::Absent | Scalar::First(_) => return None,
            Scalar::Unsigned(number) => Some(*number),
            Scalar::Negative(_) => {
                self.notes.add(Code::CountNegative, || format!("{place}{key} is {}; taken as 0", shown(&value)));
                return Some(0);
            }
            Scalar::Float(number) => self.whole(*number, place, key),
            Scalar::Text(text) => {
                let read = match text.trim().parse::<u64>() {
                    Ok(number) => Some(number),
                    Err(_) => text.trim().parse::<f64>().ok().and_then(|number| self.whole(number, place, key)),
                };
                if let Some(number) = read {
                    self.notes.add(Code::CountAsText, || {
                        format!("{place}{key} is the text {}; taken as {number}", shown(&value))
                    });
                }
                read
            }
            Scalar::Odd(_) => None,
        };
        let Some(number) = number else {
            self.notes
                .add(Code::CountNotANumber, || format!("{place}{key} is {}, no number; taken as 0", shown(&value)));
            return Some(0);
        };
        if number > self.limits.count {
            let limit = self.limits.count;
            self.notes.add(Code::CountTooLarge, || format!("{place}{key} is {}; lowered to {limit}", shown(&value)));
        }
        Some(number.min(self.limits.count))
    }

    /// The whole part of a number, no less than 0; none for what is no number.
    pub(super) fn whole(&mut self, number: f64, place: Place, key: &str) -> Option<u64> {
        if number.is_nan() {
            return None;
        }
        if number < 0.0 {
            self.notes.add(Code::CountNegative, || format!("{place}{key} is {number}; taken as 0"));
        } else if number.fract() != 0.0 {
            self.notes.add(Code::CountFraction, || format!("{place}{key} is {number}; the fraction was cut off"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates at both ends")]
        Some(number as u64)
    }

    /// Takes the first element where a list stands for a value.
    pub(super) fn single<'de>(&mut self, mut value: Scalar<'de>, place: Place, key: &str) -> Scalar<'de> {
        while let Scalar::First(first) = value {
            self.notes.add(Code::ListInsteadOfValue, || format!("{place}{key} is a list; its first element was taken"));
            value = *first;
        }
        value
    }

    /// A sender's text, fit for any database and page: no control characters, no endless length.
    ///
    /// White space of any kind becomes a blank. What a terminal or a page makes of the rest is theirs to guard.
    pub(super) fn clean(&mut self, text: &str, place: Place, key: &str) -> String {
        if text.len() <= self.limits.text
            && (self.is_plain || !text.bytes().any(|b| b < b' ' || b == 0x7f || b == 0xc2))
        {
            return text.to_owned();
        }
        let mut clean = String::with_capacity(text.len().min(self.limits.text * 4));
        let mut chars = text.chars();
        for c in chars.by_ref().take(self.limits.text) {
            clean.push(match c {
                '\t' | '\n' | '\r' => ' ',
                _ if c.is_control() => {
                    self.notes.add(Code::ControlCharacters, || {
                        format!("{place}{key} holds control characters; each became U+FFFD")
                    });
                    char::REPLACEMENT_CHARACTER
                }
                _ => c,
            });
        }
        if chars.next().is_some() {
            let limit = self.limits.text;
            self.notes.add(Code::TextCut, || format!("{place}{key} is longer than {limit} characters and was cut"));
        }
        clean
    }
}

/// A value as a note shows it.
fn shown(value: &Scalar<'_>) -> String {
    match value {
        Scalar::Absent => Kind::Null.to_string(),
        Scalar::Text(text) => quoted(text),
        Scalar::Unsigned(number) => number.to_string(),
        Scalar::Negative(number) => number.to_string(),
        Scalar::Float(number) if number.abs() < 1e30 => number.to_string(),
        Scalar::Float(number) => format!("{number:e}"),
        Scalar::First(_) => Kind::List.to_string(),
        Scalar::Odd(kind) => kind.to_string(),
    }
}

/// A sender's text inside a note: in quotes, short, without control characters.
pub(super) fn quoted(text: &str) -> String {
    let mut out: String =
        text.chars().take(60).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(60).is_some() {
        out.push('…');
    }
    format!("“{out}”")
}
