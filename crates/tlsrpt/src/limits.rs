//! Caps on what is read from one document.

/// Caps on what is read from one document. What is over a cap is cut with a note; only `document` refuses.
///
/// Nesting deeper than 128 is refused by the JSON reader itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole document.
    pub document: usize,
    /// Reports in one document.
    pub reports: usize,
    /// Policies in one report.
    pub policies: usize,
    /// Failure details in one report, over all its policies. Once the reports of one document hold as many policies and
    /// failures together, no further report of it is read.
    pub failures: usize,
    /// Elements of one policy-string or mx-host.
    pub lines: usize,
    /// Characters of one text.
    pub text: usize,
    /// The largest count. Sums over any number of reports stay far inside 64 bits, and inside what JSON numbers can say.
    pub count: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document: 32 << 20,
            reports: 1_000,
            policies: 1_000,
            failures: 50_000,
            lines: 500,
            text: 1_024,
            count: 1_000_000_000_000,
        }
    }
}
