//! policy-string and mx-host: lists of lines, in the many forms they come in.

use std::borrow::Cow;

use mtasts::record::{self, Problem};
use serde::de::DeserializeSeed;

use super::{Convert, Place, values::quoted};
use crate::{
    PolicyType,
    note::Code,
    wire::{Context, Into, Lines},
};

impl Convert<'_> {
    /// policy-string: one line an element, however it was written.
    pub(super) fn policy_string(&mut self, wire: Lines<'_>, policy_type: &PolicyType, place: Place) -> Vec<String> {
        let mut irregular = wire.irregular;
        let mut lines = Vec::with_capacity(wire.items.len());
        for element in self.lines_unpacked(wire, place, "policy-string", &mut irregular) {
            // A carriage return at the end is the policy file's own line end (seen from Google).
            let element = element.trim_ascii();
            let separates = |b: u8| matches!(b, b'\n' | b'\r') || (b == b';' && *policy_type == PolicyType::Tlsa);
            if !element.bytes().any(separates) {
                lines.push(self.clean(element, place, "policy-string"));
                continue;
            }
            irregular = true;
            let parts = element.split(|c| u8::try_from(c).is_ok_and(separates)).map(str::trim_ascii);
            // One more than the limit shows that there are too many.
            let room = (self.limits.lines + 1).saturating_sub(lines.len());
            let parts = parts.filter(|line| !line.is_empty()).take(room);
            lines.extend(parts.map(|line| self.clean(line, place, "policy-string")));
        }
        if irregular {
            self.notes.add(Code::PolicyStringForm, || {
                format!("{place}policy-string is not a plain list of lines; it was taken apart into {}", lines.len())
            });
        }
        self.cut_lines(&mut lines, place, "policy-string");
        lines
    }

    /// Guides print the record that announces a policy where its lines belong. Nothing in it says what the policy asks for.
    pub(super) fn record_for_policy(&mut self, lines: &[String], place: Place) {
        let begins = |line: &str| {
            line.get(..record::VERSION.len()).is_some_and(|start| start.eq_ignore_ascii_case(record::VERSION))
        };
        let Some(text) = lines.iter().find(|line| begins(line)) else { return };
        self.notes.add(Code::PolicyStringIsRecord, || {
            let id = record::read(text).problems.into_iter().find_map(|problem| match problem {
                Problem::Id(id) => Some(id),
                _ => None,
            });
            let id = id.map(|id| format!("; its id {} is not 1 to 32 letters and digits (RFC 8461 §3.1)", quoted(&id)));
            format!(
                "{place}policy-string holds the DNS record instead of the policy's lines; its mode is not known{}",
                id.unwrap_or_default()
            )
        });
    }

    /// mx-host: one name or pattern an element. RFC 8460's own example prints a text (erratum 6241).
    pub(super) fn mx_host(&mut self, wire: Lines<'_>, pattern: Lines<'_>, place: Place) -> Vec<String> {
        let (wire, key) = if wire.items.is_empty() && !pattern.items.is_empty() {
            self.notes.add(Code::KeyVariant, || format!("{place}mx-host-pattern was read as mx-host"));
            (pattern, "mx-host-pattern")
        } else {
            (wire, "mx-host")
        };
        let mut irregular = wire.irregular;
        let mut names = Vec::with_capacity(wire.items.len());
        for element in self.lines_unpacked(wire, place, key, &mut irregular) {
            let name = element.trim_ascii();
            let name = match name.strip_prefix("mx:") {
                Some(rest) => {
                    irregular = true;
                    rest.trim_ascii()
                }
                None => name,
            };
            if !name.is_empty() {
                names.push(self.clean(name, place, key));
            }
        }
        if irregular {
            self.notes
                .add(Code::MxHostForm, || format!("{place}{key} is not a plain list of names; it was taken apart"));
        }
        self.cut_lines(&mut names, place, key);
        names
    }

    /// The elements of a list; those that are JSON lists themselves (seen from Microsoft) are read as such.
    pub(super) fn lines_unpacked<'de>(
        &mut self,
        lines: Lines<'de>,
        place: Place,
        key: &str,
        irregular: &mut bool,
    ) -> Vec<Cow<'de, str>> {
        self.note_lines(&lines, place, key);
        if !lines.items.iter().any(|item| item.trim_ascii_start().starts_with('[')) {
            return lines.items;
        }
        let context = Context::new(self.limits);
        let mut out = Vec::with_capacity(lines.items.len());
        for item in lines.items {
            match read_lines(&item, &context) {
                Some(inner) => {
                    *irregular = true;
                    out.extend(inner.items.into_iter().map(|line| Cow::Owned(line.into_owned())));
                }
                None => out.push(item),
            }
        }
        out
    }

    pub(super) fn lines(&mut self, lines: &Lines<'_>, place: Place, key: &str) -> Vec<String> {
        self.note_lines(lines, place, key);
        lines.items.iter().map(|line| self.clean(line, place, key)).collect()
    }

    pub(super) fn note_lines(&mut self, lines: &Lines<'_>, place: Place, key: &str) {
        if let Some(kind) = lines.odd {
            self.left_out(place, key, kind);
        }
        if lines.cut > 0 {
            self.note_cut(place, key);
        }
    }

    pub(super) fn cut_lines(&mut self, lines: &mut Vec<String>, place: Place, key: &str) {
        if lines.len() > self.limits.lines {
            lines.truncate(self.limits.lines);
            self.note_cut(place, key);
        }
    }

    pub(super) fn note_cut(&mut self, place: Place, key: &str) {
        let limit = self.limits.lines;
        self.notes
            .add(Code::LinesCut, || format!("{place}{key} has more than {limit} lines; the others were left out"));
    }
}

/// A list inside a text.
fn read_lines<'t>(text: &'t str, context: &Context<'_>) -> Option<Lines<'t>> {
    if !text.trim_ascii_start().starts_with('[') {
        return None;
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let mut lines = Lines::default();
    Into::new(&mut lines, context).deserialize(&mut json).ok()?;
    (json.end().is_ok() && lines.odd.is_none() && !lines.items.is_empty()).then_some(lines)
}
