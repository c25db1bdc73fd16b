//! The form that the TXT records of MTA-STS (RFC 8461 §3.1) and TLSRPT (RFC 8460 §3) share:
//!
//! ```text
//! record      = version 1*(field-delim field) [field-delim]
//! field-delim = *WSP ";" *WSP
//! extension   = ext-name "=" ext-value
//! ext-name    = (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")
//! ext-value   = 1*(%x21-3A / %x3C / %x3E-7E)   ; no "=", ";", SP, control characters
//! ```
//!
//! No field can hold a semicolon or end in white space, so a semicolon always ends a field.

use crate::Verdict;

/// The characters that are WSP: space and tab, nothing else (RFC 5234 §B.1).
pub const WSP: [char; 2] = [' ', '\t'];

/// The longest name of an extension field.
pub const MAX_NAME: usize = 32;

/// A record taken apart into its fields, whatever these hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form<'t> {
    /// The fields after the version, in order; those without any text are left out and told as a fault.
    pub fields: Vec<Field<'t>>,
    /// What departs from the form.
    pub faults: Vec<Fault>,
}

/// How a record departs from the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not begin with the version; nothing more was read.
    NotBegun,
    /// After the version stands something else than a delimiter, or nothing; nothing more was read.
    NoDelimiter,
    /// White space stands between the version and its semicolon. The ABNF allows that; the rule that picks the record out of
    /// an answer wants the semicolon at once (RFC 8460 §3; RFC 8461 §3.1 and erratum 6285).
    BlankBeforeDelimiter,
    /// No field follows the version.
    NoField,
    /// Two semicolons with nothing between them.
    EmptyField,
    /// White space at the end, without a semicolon to belong to.
    TrailingBlank,
}

impl Fault {
    /// What the fault makes of the record.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::BlankBeforeDelimiter | Self::TrailingBlank => Verdict::Warning,
            Self::NotBegun | Self::NoDelimiter | Self::NoField | Self::EmptyField => Verdict::Invalid,
        }
    }
}

/// One field: what stands between two delimiters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'t> {
    /// The whole of it.
    pub text: &'t str,
    /// What stands before the first equals sign; the whole when there is none.
    pub name: &'t str,
    /// What stands after the first equals sign.
    pub value: Option<&'t str>,
    /// Whether no white space stands between the semicolon before it and the field.
    pub is_tight: bool,
}

/// How a field departs from the grammar of an extension field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldFault {
    /// There is no equals sign.
    NoEquals,
    /// Nothing stands before the equals sign.
    NoName,
    /// The name is longer than [`MAX_NAME`] characters: so many.
    NameLength(usize),
    /// The name begins with something else than a letter or a digit.
    NameStart(char),
    /// A character that a name cannot hold.
    NameCharacter(char),
    /// Nothing stands after the equals sign.
    NoValue,
    /// A character that a value cannot hold.
    ValueCharacter(char),
}

impl<'t> Field<'t> {
    fn new(text: &'t str, is_tight: bool) -> Self {
        match text.split_once('=') {
            Some((name, value)) => Self { text, name, value: Some(value), is_tight },
            None => Self { text, name: text, value: None, is_tight },
        }
    }

    /// Reads the field as an extension.
    ///
    /// # Errors
    /// The first departure from the grammar, from left to right.
    pub fn extension(&self) -> Result<(), FieldFault> {
        let Some(value) = self.value else {
            return Err(FieldFault::NoEquals);
        };
        name(self.name)?;
        if value.is_empty() {
            return Err(FieldFault::NoValue);
        }
        match value.chars().find(|c| !matches!(c, '\x21'..='\x7e') || matches!(c, ';' | '=')) {
            Some(odd) => Err(FieldFault::ValueCharacter(odd)),
            None => Ok(()),
        }
    }
}

/// Reads the name of an extension; policies have the same kind (RFC 8461 §3.2).
pub(crate) fn name(name: &str) -> Result<(), FieldFault> {
    let mut characters = name.chars();
    match characters.next() {
        None => return Err(FieldFault::NoName),
        Some(first) if !first.is_ascii_alphanumeric() => return Err(FieldFault::NameStart(first)),
        Some(_) => {}
    }
    if let Some(odd) = characters.find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))) {
        return Err(FieldFault::NameCharacter(odd));
    }
    if name.len() > MAX_NAME {
        return Err(FieldFault::NameLength(name.len()));
    }
    Ok(())
}

/// Takes a record apart.
#[must_use]
pub fn read<'t>(text: &'t str, version: &str) -> Form<'t> {
    let mut form = Form { fields: Vec::new(), faults: Vec::new() };
    let Some(rest) = text.strip_prefix(version) else {
        form.faults.push(Fault::NotBegun);
        return form;
    };
    let Some(fields) = rest.trim_start_matches(WSP).strip_prefix(';') else {
        form.faults.push(Fault::NoDelimiter);
        return form;
    };
    if !rest.starts_with(';') {
        form.faults.push(Fault::BlankBeforeDelimiter);
    }
    let mut parts = fields.split(';').peekable();
    while let Some(part) = parts.next() {
        let begun = part.trim_start_matches(WSP);
        let field = begun.trim_end_matches(WSP);
        let is_last = parts.peek().is_none();
        if !field.is_empty() {
            form.fields.push(Field::new(field, begun.len() == part.len()));
            if is_last && field.len() < begun.len() {
                form.faults.push(Fault::TrailingBlank);
            }
        } else if !is_last {
            form.faults.push(Fault::EmptyField);
        }
    }
    if form.fields.is_empty() {
        form.faults.push(Fault::NoField);
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> (Vec<&str>, Vec<Fault>) {
        let form = read(text, "v=X1");
        (form.fields.iter().map(|field| field.text).collect(), form.faults)
    }

    #[test]
    fn a_record_is_its_version_and_its_fields() {
        assert_eq!(texts("v=X1;a=1"), (vec!["a=1"], vec![]));
        assert_eq!(texts("v=X1; \ta=1 ;\tb=2 ; "), (vec!["a=1", "b=2"], vec![]));
    }

    #[test]
    fn each_departure_is_told() {
        assert_eq!(texts(""), (vec![], vec![Fault::NotBegun]));
        assert_eq!(texts(" v=X1;a=1"), (vec![], vec![Fault::NotBegun]));
        assert_eq!(texts("v=X1"), (vec![], vec![Fault::NoDelimiter]));
        assert_eq!(texts("v=X1 a=1"), (vec![], vec![Fault::NoDelimiter]));
        assert_eq!(texts("v=X12;a=1"), (vec![], vec![Fault::NoDelimiter]));
        assert_eq!(texts("v=X1\u{a0};a=1"), (vec![], vec![Fault::NoDelimiter]));
        assert_eq!(texts("v=X1;"), (vec![], vec![Fault::NoField]));
        assert_eq!(texts("v=X1;;"), (vec![], vec![Fault::EmptyField, Fault::NoField]));
        assert_eq!(texts("v=X1;;a=1"), (vec!["a=1"], vec![Fault::EmptyField]));
        assert_eq!(texts("v=X1;a=1; ;"), (vec!["a=1"], vec![Fault::EmptyField]));
        assert_eq!(texts("v=X1 \t;a=1"), (vec!["a=1"], vec![Fault::BlankBeforeDelimiter]));
        assert_eq!(texts("v=X1;a=1 "), (vec!["a=1"], vec![Fault::TrailingBlank]));
        assert_eq!(texts("v=X1;a=1\n"), (vec!["a=1\n"], vec![]), "a line feed is no WSP, the field holds it");
    }

    #[test]
    fn an_extension_is_a_name_and_a_visible_value() {
        let fault = |text: &str| Field::new(text, true).extension().err();
        for good in ["a=1", "0=:<>", "a1234567890_abcdefg.hijklmn-opqr=x", "x=!\"#$%&'()*+,-./"] {
            assert_eq!(fault(good), None, "{good}");
        }
        assert_eq!(fault("a"), Some(FieldFault::NoEquals));
        assert_eq!(fault("=1"), Some(FieldFault::NoName));
        assert_eq!(fault("_a=1"), Some(FieldFault::NameStart('_')));
        assert_eq!(fault("a b=1"), Some(FieldFault::NameCharacter(' ')));
        assert_eq!(fault("ä=1"), Some(FieldFault::NameStart('ä')));
        assert_eq!(fault(&format!("{}=1", "a".repeat(33))), Some(FieldFault::NameLength(33)));
        assert_eq!(fault("a="), Some(FieldFault::NoValue));
        assert_eq!(fault("a=b=c"), Some(FieldFault::ValueCharacter('=')));
        assert_eq!(fault("a=b c"), Some(FieldFault::ValueCharacter(' ')));
        assert_eq!(fault("a=\u{7f}"), Some(FieldFault::ValueCharacter('\u{7f}')));
        assert_eq!(fault("a=é"), Some(FieldFault::ValueCharacter('é')));
    }
}
