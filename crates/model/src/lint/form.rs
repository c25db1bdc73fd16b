//! What is wrong with the form that both records share.

use mtasts::txt::{Fault, WSP};

use super::{
    Code, Kind,
    draft::{Drafts, status},
    residue::{is_hidden, residue},
};
use crate::Status;

/// Says what a departure from the form is.
pub(super) fn form(kind: Kind, fault: Fault, text: &str, drafts: &mut Drafts) {
    let draft = |code, title: &str| kind.draft(code, status(fault.verdict()), title).seen(text);
    let version = kind.version();
    let (code, title, remedy) = match fault {
        Fault::NotBegun => return not_begun(kind, text, drafts),
        Fault::NoDelimiter => return no_delimiter(kind, text, drafts),
        Fault::BlankBeforeDelimiter => (
            Code::RecordBlankBeforeSemicolon,
            format!("There is white space between {version} and its semicolon"),
            "Remove the white space: the grammar allows it, but the rule that finds the record wants the semicolon at once."
                .to_owned(),
        ),
        Fault::NoField => (
            Code::RecordNoFields,
            format!("Nothing follows {version}"),
            format!("Add the field {}=.", kind.needed()),
        ),
        Fault::EmptyField => (
            Code::RecordEmptyField,
            "There are two semicolons with nothing between them".to_owned(),
            "Keep one semicolon.".to_owned(),
        ),
        Fault::TrailingBlank => (
            Code::RecordTrailingBlank,
            "The record ends with white space".to_owned(),
            "Remove it: white space may only stand beside a semicolon.".to_owned(),
        ),
    };
    drafts.add(draft(code, &title).remedy(remedy));
}

fn not_begun(kind: Kind, text: &str, drafts: &mut Drafts) {
    let version = kind.version();
    let error = |code, title: String| kind.draft(code, Status::Error, title).seen(text);
    let lower = text.to_ascii_lowercase();
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && !is_hidden(*c)).collect();
    let begins = |prefix: &str| compact.to_ascii_lowercase().starts_with(prefix);
    let must = || format!("Begin the record with {version}; letter for letter, before everything else.");
    if compact.is_empty() {
        drafts.add(error(Code::RecordEmpty, "The record is empty".to_owned()).remedy(must()));
        return;
    }
    if begins("version:stsv1") || begins("mode:") {
        drafts.add(error(Code::RecordIsPolicy, "The MTA-STS policy stands in the DNS".to_owned()).remedy(
            "Serve the policy at https://mta-sts.<domain>/.well-known/mta-sts.txt; the record holds only v and id.",
        ));
        return;
    }
    let has_residue = residue(kind, text, drafts);
    let bare = compact.trim_matches(['"', '\'', '“', '”', '„']);
    let draft = if let Some(other) = other_protocol(kind, bare) {
        error(Code::RecordOtherProtocol, format!("This is {other}, not a {}", kind.name()))
            .remedy(format!("Publish the {} under its own name, beside the other.", kind.name()))
    } else if bare.starts_with(version) {
        if compact.starts_with(version)
            && text.trim_start_matches(|c: char| c.is_whitespace() || is_hidden(c)).starts_with(version)
        {
            error(Code::RecordLeadingBlank, format!("Something stands before {version}")).remedy(must())
        } else if !has_residue {
            error(Code::RecordVersionBlank, format!("There is white space inside {version}"))
                .remedy("Write no white space around the equals sign.")
        } else {
            return;
        }
    } else if bare.to_ascii_lowercase().starts_with(&version.to_ascii_lowercase()) {
        error(Code::RecordVersionCase, format!("The version is not spelt {version}: case matters"))
            .remedy(format!("Write {version}."))
    } else if lower.contains(&format!("{};", version.to_ascii_lowercase()))
        || lower.trim_end().ends_with(&version.to_ascii_lowercase())
    {
        error(Code::RecordVersionNotFirst, format!("{version} is not at the beginning")).remedy(must())
    } else if is_version_like(kind, bare) {
        error(Code::RecordVersionOther, format!("The version is not {version}")).remedy(must())
    } else if begins(&format!("{}=", kind.needed())) {
        error(Code::RecordVersionMissing, format!("{version} is missing")).remedy(must())
    } else if has_residue {
        return;
    } else {
        error(Code::RecordNotBegun, format!("This is no {}: it does not begin with {version}", kind.name()))
            .remedy(must())
    };
    drafts.add(draft);
}

/// `v=TLSRPTv2`, `v=TLSRPT1`, `v-TLSRPTv1`, `v:STSv1`, `v=TLS-RPTv1`
fn is_version_like(kind: Kind, text: &str) -> bool {
    let token = kind.version().trim_start_matches("v=").trim_end_matches("v1").to_ascii_lowercase();
    let text = text.to_ascii_lowercase().replace('-', "");
    text.trim_start_matches('v').trim_start_matches(['=', ':']).starts_with(&token)
}

fn other_protocol(kind: Kind, text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let other = match kind {
        Kind::TlsRpt => ("v=stsv", "an MTA-STS record"),
        Kind::MtaSts => ("v=tlsrpt", "a TLS-RPT record"),
    };
    [
        other,
        ("v=spf", "an SPF record"),
        ("v=dmarc", "a DMARC record"),
        ("v=dkim", "a DKIM key"),
        ("v=bimi", "a BIMI record"),
    ]
    .into_iter()
    .find(|(prefix, _)| lower.starts_with(prefix))
    .map(|(_, name)| name)
}

fn no_delimiter(kind: Kind, text: &str, drafts: &mut Drafts) {
    let version = kind.version();
    let error = |code, title: String| kind.draft(code, Status::Error, title).seen(text);
    let rest = text.strip_prefix(version).unwrap_or_default();
    if rest.trim_matches(WSP).is_empty() {
        drafts.add(
            error(Code::RecordNoFields, format!("Nothing follows {version}"))
                .remedy(format!("Add the field {}=, after a semicolon.", kind.needed())),
        );
    } else if rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        drafts.add(
            error(Code::RecordVersionOther, format!("The version is not {version}"))
                .remedy(format!("Begin the record with {version} and a semicolon.")),
        );
    } else if !residue(kind, text, drafts) {
        drafts.add(
            error(Code::RecordNoSemicolon, format!("There is no semicolon after {version}"))
                .remedy(format!("Write {version}; and then the field {}=.", kind.needed())),
        );
    }
}
