//! Deviations from the RFC that were tolerated, and the codes they go by.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One tolerated deviation: a stable code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Stable, in kebab case: `date-without-zone`. Those of reading are listed in [`Code`].
    pub code: Cow<'static, str>,
    /// One sentence that says what was found and what was made of it.
    pub text: String,
}

/// Declares [`Code`]: each variant's text and, as its documentation, its meaning.
macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $variant:ident = $text:literal,)+) => {
        /// Every deviation that reading a report tolerates.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $meaning])+ $variant,)+
        }

        impl Code {
            /// All codes, in the order of a report's way: unpacking, document, report, policy, failure, single values.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// Bytes after the end of the gzip data were ignored (RFC 1952 allows only further members).
    GzipTrailingData = "gzip-trailing-data",
    /// The report was compressed more than once.
    PackedTwice = "packed-twice",
    /// The report came as base64 text without a header that says so.
    Base64Undeclared = "base64-undeclared",
    /// A part of the e-mail or an entry of the archive beside the report could not be read.
    PartUnreadable = "part-unreadable",
    /// The e-mail is not of the type multipart/report with report-type=tlsrpt (RFC 8460 §5.3).
    MailShape = "mail-shape",
    /// The e-mail names another domain than the report. The report is authoritative (RFC 8460 §5.6).
    DomainDiffers = "domain-differs",
    /// The e-mail names another submitter than the domain of contact-info (RFC 8460 §5.3).
    SubmitterDiffers = "submitter-differs",
    /// The file name gives another period than the report. The report is authoritative (RFC 8460 §5.6).
    PeriodDiffers = "period-differs",

    /// The text began with a byte order mark, which I-JSON forbids (RFC 7493 §2.1).
    ByteOrderMark = "byte-order-mark",
    /// The text was in UTF-16; I-JSON is UTF-8 (RFC 7493 §2.1).
    Utf16 = "utf-16",
    /// The text was no valid UTF-8; what could not be decoded became U+FFFD.
    InvalidUtf8 = "invalid-utf-8",
    /// The JSON had a fault that could be repaired without guessing: a raw control character, an unknown escape, a number beyond all range.
    JsonRepaired = "json-repaired",
    /// An escaped half of a surrogate pair stood alone (RFC 7493 §2.1); it became U+FFFD.
    LoneSurrogate = "lone-surrogate",
    /// The document held more than one report; each is kept by itself.
    SeveralReports = "several-reports",
    /// After the report came something that is none; it was ignored.
    TrailingData = "trailing-data",

    /// organization-name is absent or empty.
    OrganizationNameMissing = "organization-name-missing",
    /// contact-info is absent or empty.
    ContactInfoMissing = "contact-info-missing",
    /// report-id is absent or empty.
    ReportIdMissing = "report-id-missing",
    /// The start or the end of the period is absent.
    DateMissing = "date-missing",
    /// The start or the end of the period cannot be read as a point in time.
    DateUnreadable = "date-unreadable",
    /// A date and time without a zone was taken as UTC.
    DateWithoutZone = "date-without-zone",
    /// A date and time in another form than RFC 3339 was understood.
    DateForm = "date-form",
    /// The period ends before it starts; it is in no chart and no total.
    PeriodReversed = "period-reversed",
    /// The period starts before 2018, the year of RFC 8460; it is in no chart and no total.
    PeriodTooEarly = "period-too-early",
    /// There are no policies, or none could be read.
    PoliciesMissing = "policies-missing",
    /// policies is not a list (RFC 8460 §4.4); the one policy was read.
    PoliciesNotAList = "policies-not-a-list",
    /// An element of policies is no policy; it was left out.
    PolicyLeftOut = "policy-left-out",
    /// There are more policies than the limit; the others were left out.
    PoliciesCut = "policies-cut",
    /// Keys that RFC 8460 does not know; they were ignored.
    UnknownKeys = "unknown-keys",

    /// The fields of the policy stand beside the summary instead of inside the key policy.
    PolicyFlat = "policy-flat",
    /// policy-type is absent.
    PolicyTypeMissing = "policy-type-missing",
    /// policy-type is none of tlsa, sts and no-policy-found (RFC 8460 §4.4); it is kept as written.
    PolicyTypeUnknown = "policy-type-unknown",
    /// policy-domain is absent or empty.
    PolicyDomainMissing = "policy-domain-missing",
    /// policy-string is not a list of lines (RFC 8460 §4.4); it was taken apart.
    PolicyStringForm = "policy-string-form",
    /// policy-string holds the DNS record of MTA-STS instead of the policy's lines (RFC 8460 §4.4); the mode is not known.
    PolicyStringIsRecord = "policy-string-is-record",
    /// mx-host is not a list of names (RFC 8460 §4.4); it was taken apart.
    MxHostForm = "mx-host-form",
    /// There are more lines in policy-string or names in mx-host than the limit; the others were left out.
    LinesCut = "lines-cut",
    /// There is no summary; the counts are taken as 0.
    SummaryMissing = "summary-missing",
    /// A total is absent where one is needed; it is taken as 0.
    TotalMissing = "total-missing",
    /// The counts of the failure details add up to something else than the total. Failures may overlap (RFC 8460 §4.4): both are kept.
    DetailsDifferFromTotal = "details-differ-from-total",
    /// Sessions failed, but there are no details.
    DetailsMissing = "details-missing",

    /// failure-details is not a list (RFC 8460 §4.4); the one failure was read.
    FailuresNotAList = "failures-not-a-list",
    /// An element of failure-details is no failure; it was left out.
    FailureLeftOut = "failure-left-out",
    /// There are more failure details than the limit; the others were left out.
    FailuresCut = "failures-cut",
    /// result-type is absent.
    ResultTypeMissing = "result-type-missing",
    /// result-type is not registered with IANA; it is kept as written.
    ResultTypeUnknown = "result-type-unknown",
    /// failed-session-count is absent; one session is assumed.
    FailedCountMissing = "failed-count-missing",
    /// A value stands under another key than the one of RFC 8460 §4.4.
    KeyVariant = "key-variant",
    /// receiving-mx-dns, which RFC 8460 does not know, is kept in this note.
    ReceivingMxDns = "receiving-mx-dns",
    /// An IP address is none; it is kept as written.
    NotAnIpAddress = "not-an-ip-address",

    /// A count was written as text.
    CountAsText = "count-as-text",
    /// A count is no number; it is taken as 0.
    CountNotANumber = "count-not-a-number",
    /// A count is negative; it is taken as 0.
    CountNegative = "count-negative",
    /// A count has a fraction, which was cut off.
    CountFraction = "count-fraction",
    /// A count is above the limit and was lowered to it.
    CountTooLarge = "count-too-large",
    /// A text was written as something else, such as a number; it is kept as text.
    NotText = "not-text",
    /// A list stands where one value is due; its first element was taken.
    ListInsteadOfValue = "list-instead-of-value",
    /// A value of a kind that cannot stand there was left out.
    ValueLeftOut = "value-left-out",
    /// A text is longer than the limit and was cut.
    TextCut = "text-cut",
    /// Control characters were replaced by U+FFFD.
    ControlCharacters = "control-characters",
}

impl Code {
    /// A note with this code.
    #[must_use]
    pub fn note(self, text: impl Into<String>) -> Note {
        Note { code: Cow::Borrowed(self.as_str()), text: text.into() }
    }
}

/// Notes being collected: of each code the first, and how often it came. So a report has at most as many as there are codes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(Vec<(Code, String, usize)>);

impl Notes {
    /// Adds a note; the text is made only for the first of its code.
    pub(crate) fn add(&mut self, code: Code, text: impl FnOnce() -> String) {
        match self.0.iter_mut().find(|(known, ..)| *known == code) {
            Some((.., times)) => *times += 1,
            None => self.0.push((code, text(), 1)),
        }
    }

    /// The notes, in the order of [`Code::ALL`].
    pub(crate) fn finish(mut self) -> Vec<Note> {
        self.0.sort_by_key(|(code, ..)| *code);
        self.0
            .into_iter()
            .map(|(code, text, times)| match times {
                1 => code.note(text),
                _ => code.note(format!("{text} (and {} more of this kind)", times - 1)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_kebab_case_and_explained() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code:?} twice");
            assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            assert!(code.meaning().ends_with('.') || code.meaning().ends_with(')'), "{code:?}: {}", code.meaning());
        }
    }

    #[test]
    fn repeated_notes_are_counted_not_kept() {
        let mut notes = Notes::default();
        notes.add(Code::CountAsText, || "first".to_owned());
        notes.add(Code::CountAsText, || unreachable!());
        notes.add(Code::ByteOrderMark, || "bom".to_owned());
        assert_eq!(
            notes.finish(),
            [Code::ByteOrderMark.note("bom"), Code::CountAsText.note("first (and 1 more of this kind)")]
        );
    }
}
