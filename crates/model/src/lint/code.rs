//! The stable names of everything that a linter can find, in one list: for programs, for the help page, and for the test
//! that sees to it that each is found somewhere.

/// Declares [`Code`]: each variant's text, the rule it rests on and, as its documentation, its meaning.
macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $variant:ident = $text:literal, $source:literal;)+) => {
        /// Everything that a linter can find.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $meaning])+ $variant,)+
        }

        impl Code {
            /// All codes: of both records, of TLS-RPT, of MTA-STS, of policies, of advice.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable text, as in [`crate::Finding::code`].
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+).trim_ascii(),)+ }
            }

            /// The rule: `RFC 8460 §3`.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $(Self::$variant => $source,)+ }
            }
        }
    };
}

codes! {
    /// The record is empty.
    RecordEmpty = "record-empty", "RFC 8460 §3, RFC 8461 §3.1";
    /// The record begins with something that is no version at all.
    RecordNotBegun = "record-not-begun", "RFC 8460 §3, RFC 8461 §3.1";
    /// The version is in the wrong case.
    RecordVersionCase = "record-version-case", "RFC 8460 §3, RFC 8461 §3.1, RFC 7405";
    /// The version is another.
    RecordVersionOther = "record-version-other", "RFC 8460 §3, RFC 8461 §3.1";
    /// The version is not the first field.
    RecordVersionNotFirst = "record-version-not-first", "RFC 8460 §3, RFC 8461 §3.1";
    /// There is no version.
    RecordVersionMissing = "record-version-missing", "RFC 8460 §3, RFC 8461 §3.1";
    /// There is white space inside the version.
    RecordVersionBlank = "record-version-blank", "RFC 8460 §3, RFC 8461 §3.1";
    /// There is a second version, which is ignored.
    RecordVersionTwice = "record-version-twice", "RFC 8460 §3, RFC 8461 §3.1";
    /// There is white space before the version.
    RecordLeadingBlank = "record-leading-blank", "RFC 8460 §3, RFC 8461 §3.1";
    /// Quotation marks are part of the record.
    RecordQuotes = "record-quotes", "RFC 8460 §3, RFC 8461 §3.1";
    /// A backslash of a zone file is part of the record.
    RecordBackslash = "record-backslash", "RFC 8460 §3, RFC 8461 §3.1";
    /// A character that nobody sees is part of the record.
    RecordInvisibleCharacter = "record-invisible-character", "RFC 8460 §3, RFC 8461 §3.1, RFC 5234 §B.1";
    /// A line break is part of the record.
    RecordLineBreak = "record-line-break", "RFC 8460 §3, RFC 8461 §3.1, RFC 5234 §B.1";
    /// There is no semicolon after the version.
    RecordNoSemicolon = "record-no-semicolon", "RFC 8460 §3, RFC 8461 §3.1";
    /// There is white space before the semicolon of the version, about which the RFC contradicts itself.
    RecordBlankBeforeSemicolon = "record-blank-before-semicolon", "RFC 8460 §3, RFC 8461 §3.1";
    /// Nothing follows the version.
    RecordNoFields = "record-no-fields", "RFC 8460 §3, RFC 8461 §3.1";
    /// There are two semicolons in a row.
    RecordEmptyField = "record-empty-field", "RFC 8460 §3, RFC 8461 §3.1";
    /// There is white space at the end.
    RecordTrailingBlank = "record-trailing-blank", "RFC 8460 §3, RFC 8461 §3.1";
    /// There is white space around an equals sign.
    RecordBlankAroundEquals = "record-blank-around-equals", "RFC 8460 §3, RFC 8461 §3.1";
    /// A field has no equals sign.
    RecordNoEquals = "record-no-equals", "RFC 8460 §3, RFC 8461 §3.1";
    /// The name of an additional field is none.
    RecordFieldName = "record-field-name", "RFC 8460 §3, RFC 8461 §3.1";
    /// The value of an additional field is none.
    RecordFieldValue = "record-field-value", "RFC 8460 §3, RFC 8461 §3.1";
    /// It is a record of another protocol.
    RecordOtherProtocol = "record-other-protocol", "RFC 8460 §3, RFC 8461 §3.1";
    /// An MTA-STS policy stands in the DNS instead of in its file.
    RecordIsPolicy = "record-is-policy", "RFC 8461 §3.1, RFC 8461 §3.2";
    /// The answer has no such record.
    AnswerNone = "answer-none", "RFC 8460 §3, RFC 8461 §3.1";
    /// The answer has several such records.
    AnswerMultiple = "answer-multiple", "RFC 8460 §3, RFC 8461 §3.1";
    /// The answer has other records, which are discarded.
    AnswerOthers = "answer-others", "RFC 8460 §3, RFC 8461 §3.1";

    /// There is no rua.
    TlsRptRuaMissing = "tls-rpt-rua-missing", "RFC 8460 §3";
    /// The name rua is in the wrong case.
    TlsRptRuaCase = "tls-rpt-rua-case", "RFC 8460 §3, RFC 7405";
    /// The list of rua is empty.
    TlsRptRuaEmpty = "tls-rpt-rua-empty", "RFC 8460 §3";
    /// There is white space after rua=.
    TlsRptRuaBlank = "tls-rpt-rua-blank", "RFC 8460 §3";
    /// There are several rua fields.
    TlsRptRuaSeveral = "tls-rpt-rua-several", "RFC 8460 §3";
    /// rua= is repeated inside its list.
    TlsRptRuaRepeated = "tls-rpt-rua-repeated", "RFC 8460 §3";
    /// There is a comma with nothing before or after it.
    TlsRptComma = "tls-rpt-comma", "RFC 8460 §3";
    /// Destinations are separated by something else than a comma.
    TlsRptSeparator = "tls-rpt-separator", "RFC 8460 §3";
    /// mailto: is missing.
    TlsRptMailtoMissing = "tls-rpt-mailto-missing", "RFC 8460 §3";
    /// mailto is not followed by a colon.
    TlsRptMailtoColon = "tls-rpt-mailto-colon", "RFC 8460 §3, RFC 6068 §2";
    /// mailto:// has slashes.
    TlsRptMailtoSlashes = "tls-rpt-mailto-slashes", "RFC 8460 §3, RFC 6068 §2";
    /// A mailto names no address.
    TlsRptMailtoAddress = "tls-rpt-mailto-address", "RFC 8460 §3, RFC 6068 §2";
    /// https:// is missing.
    TlsRptHttpsMissing = "tls-rpt-https-missing", "RFC 8460 §3";
    /// An https URL names no host, or a port that there is not.
    TlsRptHttpsHost = "tls-rpt-https-host", "RFC 8460 §3, RFC 9110 §4.2.2";
    /// A destination is http.
    TlsRptHttp = "tls-rpt-http", "RFC 8460 §3";
    /// A destination has another scheme than mailto and https.
    TlsRptScheme = "tls-rpt-scheme", "RFC 8460 §3";
    /// A comma inside a URL is not encoded.
    TlsRptUriComma = "tls-rpt-uri-comma", "RFC 8460 §3";
    /// A semicolon inside a URL is not encoded.
    TlsRptUriSemicolon = "tls-rpt-uri-semicolon", "RFC 8460 §3";
    /// An exclamation mark inside a URI is not encoded.
    TlsRptUriExclamation = "tls-rpt-uri-exclamation", "RFC 8460 §3";
    /// There is a limit of size, as DMARC has.
    TlsRptSizeSuffix = "tls-rpt-size-suffix", "RFC 8460 §3";
    /// There is white space inside a URI.
    TlsRptUriBlank = "tls-rpt-uri-blank", "RFC 8460 §3, RFC 3986 §2";
    /// A URI is in angle brackets or in quotation marks.
    TlsRptUriBrackets = "tls-rpt-uri-brackets", "RFC 8460 §3, RFC 3986 §2";
    /// A URI has a character beyond ASCII.
    TlsRptUriNotAscii = "tls-rpt-uri-not-ascii", "RFC 8460 §3, RFC 3986 §2";
    /// A percent sign in a URI begins no encoded character.
    TlsRptUriPercent = "tls-rpt-uri-percent", "RFC 8460 §3, RFC 3986 §2.1";
    /// A URI is none for another reason.
    TlsRptUriMalformed = "tls-rpt-uri-malformed", "RFC 8460 §3, RFC 3986 §3";
    /// There is a tag of DMARC.
    TlsRptDmarcTag = "tls-rpt-dmarc-tag", "RFC 8460 §3";
    /// There is a field of MTA-STS.
    TlsRptStsField = "tls-rpt-sts-field", "RFC 8460 §3, RFC 8461 §3.2";
    /// No destination can be used.
    TlsRptNothingUsable = "tls-rpt-nothing-usable", "RFC 8460 §3";
    /// A destination is named twice.
    TlsRptDestinationTwice = "tls-rpt-destination-twice", "RFC 8460 §3";
    /// rua names the file of the MTA-STS policy, as if the record pointed to it.
    TlsRptRuaPolicy = "tls-rpt-rua-policy", "RFC 8460 §3, RFC 8461 §3.2";
    /// There are several destinations, and a sender may try only one.
    TlsRptSeveralDestinations = "tls-rpt-several-destinations", "RFC 8460 §3";

    /// There is no id.
    StsIdMissing = "mta-sts-id-missing", "RFC 8461 §3.1";
    /// The name id is in the wrong case.
    StsIdCase = "mta-sts-id-case", "RFC 8461 §3.1, RFC 7405";
    /// The id is empty.
    StsIdEmpty = "mta-sts-id-empty", "RFC 8461 §3.1";
    /// The id is a date with hyphens or colons.
    StsIdDate = "mta-sts-id-date", "RFC 8461 §3.1";
    /// The id is too long.
    StsIdLong = "mta-sts-id-long", "RFC 8461 §3.1";
    /// The id has something else than letters and digits.
    StsIdCharacters = "mta-sts-id-characters", "RFC 8461 §3.1";
    /// There is a second id, which is ignored.
    StsIdTwice = "mta-sts-id-twice", "RFC 8461 §3.2";
    /// A field of the policy stands in the record.
    StsPolicyField = "mta-sts-policy-field", "RFC 8461 §3.1, RFC 8461 §3.2";

    /// The file is empty.
    PolicyEmpty = "policy-empty", "RFC 8461 §3.2";
    /// The file is longer than senders read.
    PolicyTooLong = "policy-too-long", "RFC 8461 §3.3";
    /// The file is not in UTF-8.
    PolicyNotUtf8 = "policy-not-utf-8", "RFC 8461 §3.2";
    /// The file is in UTF-16.
    PolicyUtf16 = "policy-utf-16", "RFC 8461 §3.2";
    /// The file begins with a byte order mark.
    PolicyByteOrderMark = "policy-byte-order-mark", "RFC 8461 §3.2";
    /// The file is a web page.
    PolicyHtml = "policy-html", "RFC 8461 §3.2, RFC 8461 §3.3";
    /// The file is a document of a word processor.
    PolicyRtf = "policy-rtf", "RFC 8461 §3.2";
    /// The file begins with the front matter of a site generator.
    PolicyFrontMatter = "policy-front-matter", "RFC 8461 §3.2";
    /// The file holds the DNS record.
    PolicyIsRecord = "policy-is-record", "RFC 8461 §3.1, RFC 8461 §3.2";
    /// Lines end with a carriage return alone.
    PolicyLineEnds = "policy-line-ends", "RFC 8461 §3.2";
    /// There is an empty line.
    PolicyBlankLine = "policy-blank-line", "RFC 8461 §3.2";
    /// There is a comment.
    PolicyComment = "policy-comment", "RFC 8461 §3.2";
    /// A line begins with white space.
    PolicyLeadingBlank = "policy-leading-blank", "RFC 8461 §3.2";
    /// There is white space before a colon.
    PolicyBlankBeforeColon = "policy-blank-before-colon", "RFC 8461 §3.2";
    /// There is an equals sign in place of a colon.
    PolicyEquals = "policy-equals", "RFC 8461 §3.2";
    /// A line is no field.
    PolicyLine = "policy-line", "RFC 8461 §3.2";
    /// The name of an additional field is none.
    PolicyFieldName = "policy-field-name", "RFC 8461 §3.2";
    /// The value of an additional field is none.
    PolicyFieldValue = "policy-field-value", "RFC 8461 §3.2";
    /// A key is spelt wrongly.
    PolicyKeySpelling = "policy-key-spelling", "RFC 8461 §3.2";
    /// A key comes again, which is ignored.
    PolicyKeyTwice = "policy-key-twice", "RFC 8461 §3.2";
    /// A key is unknown and ignored.
    PolicyKeyUnknown = "policy-key-unknown", "RFC 8461 §3.2";
    /// There is no version.
    PolicyVersionMissing = "policy-version-missing", "RFC 8461 §3.2";
    /// The version is another.
    PolicyVersion = "policy-version", "RFC 8461 §3.2";
    /// There is no mode.
    PolicyModeMissing = "policy-mode-missing", "RFC 8461 §3.2";
    /// The mode is in the wrong case.
    PolicyModeCase = "policy-mode-case", "RFC 8461 §3.2, RFC 7405";
    /// The mode is none of the three.
    PolicyMode = "policy-mode", "RFC 8461 §3.2";
    /// The mode is none.
    PolicyModeNone = "policy-mode-none", "RFC 8461 §5, RFC 8461 §8.3";
    /// There is no lifetime.
    PolicyMaxAgeMissing = "policy-max-age-missing", "RFC 8461 §3.2";
    /// The lifetime is no number of seconds.
    PolicyMaxAge = "policy-max-age", "RFC 8461 §3.2";
    /// The lifetime is above a year.
    PolicyMaxAgeTooBig = "policy-max-age-too-big", "RFC 8461 §3.2";
    /// The lifetime is 0.
    PolicyMaxAgeZero = "policy-max-age-zero", "RFC 8461 §3.2";
    /// The lifetime is short.
    PolicyMaxAgeShort = "policy-max-age-short", "RFC 8461 §3.2, RFC 8461 §10.2";
    /// There is no mx.
    PolicyMxMissing = "policy-mx-missing", "RFC 8461 §3.2";
    /// An mx is empty.
    PolicyMxEmpty = "policy-mx-empty", "RFC 8461 §3.2";
    /// An mx lists several hosts.
    PolicyMxList = "policy-mx-list", "RFC 8461 §3.2";
    /// An mx has the priority of the MX record.
    PolicyMxPriority = "policy-mx-priority", "RFC 8461 §3.2";
    /// An mx ends with a dot.
    PolicyMxTrailingDot = "policy-mx-trailing-dot", "RFC 8461 §3.2, RFC 5321 §4.1.2";
    /// An mx begins with a dot.
    PolicyMxLeadingDot = "policy-mx-leading-dot", "RFC 8461 §3.2";
    /// An mx is an IP address.
    PolicyMxAddress = "policy-mx-address", "RFC 8461 §3.2, RFC 1123 §2.1";
    /// An mx is not in A-labels.
    PolicyMxNotAscii = "policy-mx-not-ascii", "RFC 8461 §3.2";
    /// An mx has an asterisk where none can be.
    PolicyMxWildcard = "policy-mx-wildcard", "RFC 8461 §3.2, RFC 8461 §4.1";
    /// An mx is no domain for another reason.
    PolicyMx = "policy-mx", "RFC 8461 §3.2, RFC 5321 §4.1.2";
    /// An mx covers hosts of strangers.
    PolicyMxWide = "policy-mx-wide", "RFC 8461 §4.1, RFC 8461 §10.4";
    /// An mx has only one label.
    PolicyMxSingleLabel = "policy-mx-single-label", "RFC 8461 §4.1";
    /// An mx comes twice.
    PolicyMxTwice = "policy-mx-twice", "RFC 8461 §3.2";
    /// An MX host matches no mx.
    PolicyMxNotCovered = "policy-mx-not-covered", "RFC 8461 §4.1, RFC 8461 §5";
    /// An mx matches no MX host.
    PolicyMxUnused = "policy-mx-unused", "RFC 8461 §4.1, RFC 8461 §8.4";

    /// MTA-STS is in testing, and no reports are asked for.
    AdviceTestingWithoutTlsRpt = "advice-testing-without-tls-rpt", "RFC 8461 §5, RFC 8460 §3";
    /// MTA-STS is in enforce, and no reports are asked for.
    AdviceEnforceWithoutTlsRpt = "advice-enforce-without-tls-rpt", "RFC 8461 §5, RFC 8460 §3";
    /// MTA-STS is in enforce before it was seen to do no harm.
    AdviceEnforceEarly = "advice-enforce-early", "RFC 8461 §5";
    /// Reports go to an address inside the domain they are about.
    AdviceReportsAtHome = "advice-reports-at-home", "RFC 8460 §3, RFC 8460 §5.3";
    /// Reports go to another domain, which needs no authorisation.
    AdviceNoAuthorisation = "advice-no-authorisation", "RFC 8460 §3, RFC 8460 §7";
    /// The record's time to live is short.
    AdviceShortTtl = "advice-short-ttl", "RFC 8460 §7";
    /// A certificate expires soon.
    AdviceCertificateExpires = "advice-certificate-expires", "RFC 8461 §3.3, RFC 8461 §4.2";
}
