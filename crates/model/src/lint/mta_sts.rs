//! The MTA-STS record (RFC 8461 §3.1).

use mtasts::{
    record::{self, MAX_ID, Problem, VERSION},
    txt,
};

use super::{
    Code, Kind, Lint,
    draft::{Draft, Drafts, quoted},
    field, form, mend,
    residue::residue,
};
use crate::{Publish, Status};

const KIND: Kind = Kind::MtaSts;

pub(super) fn lint(text: &str) -> Lint {
    let reading = record::read(text);
    let mut drafts = Drafts::default();
    for problem in &reading.problems {
        match problem {
            Problem::Form(fault) => form::form(KIND, *fault, text, &mut drafts),
            Problem::Field { text: stray, fault } => field::field(KIND, stray, *fault, &mut drafts),
            Problem::Id(id) => bad_id(id, text, &mut drafts),
            Problem::IdAgain { value, is_id } => drafts.add(
                Draft::new(
                    Code::StsIdTwice,
                    Status::Warning,
                    if *is_id { "There is a second id" } else { "There is a second id, and it is none" },
                    "Senders must ignore all but the first; strict ones refuse the record.",
                )
                .seen(value)
                .remedy("Keep one id."),
            ),
            Problem::VersionAgain => field::version_again(KIND, text, &mut drafts),
            Problem::IdMissing => {}
        }
    }
    fields(text, &mut drafts);
    let is_spaced = drafts.has(Code::RecordBlankAroundEquals);
    if reading.problems.contains(&Problem::IdMissing) && !drafts.has(Code::StsIdCase) && !is_spaced {
        drafts.add(
            KIND.draft(Code::StsIdMissing, Status::Error, "There is no id")
                .seen(text)
                .remedy("Add id= with 1 to 32 letters and digits, and change it whenever the policy changes."),
        );
    }
    let publish = mend::mta_sts(text).filter(|mended| mended != text).map(Publish::Value);
    Lint { verdict: reading.verdict(), findings: drafts.finish(publish.as_ref()) }
}

fn bad_id(id: &str, record: &str, drafts: &mut Drafts) {
    let error = |code, title: String, remedy: &str| KIND.draft(code, Status::Error, title).seen(record).remedy(remedy);
    let only = "Use letters and digits alone, such as the time of the change: 20260131T120000.";
    if id.is_empty() {
        drafts.add(error(Code::StsIdEmpty, "The id is empty".to_owned(), only));
    } else if id.starts_with(txt::WSP) {
        drafts.add(error(
            Code::RecordBlankAroundEquals,
            "There is white space around an equals sign".to_owned(),
            "Write no white space around the equals sign.",
        ));
    } else if id.len() > MAX_ID && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let title = format!("The id has {} characters; {MAX_ID} are allowed", id.len());
        drafts.add(error(Code::StsIdLong, title, "Shorten it; each policy needs another id, not a long one."));
    } else if residue(KIND, id, drafts) {
    } else if is_date(id) {
        let title = format!("The id {} is a date with punctuation", quoted(id));
        drafts.add(error(
            Code::StsIdDate,
            title,
            "Leave hyphens, colons and dots out; an id has letters and digits alone.",
        ));
    } else {
        let title = format!("The id {} has something else than letters and digits", quoted(id));
        drafts.add(error(Code::StsIdCharacters, title, only));
    }
}

/// `2026-01-31`, `2026-01-31T12:00:00Z`, `31.01.2026`
fn is_date(id: &str) -> bool {
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6
        && id.starts_with(|c: char| c.is_ascii_digit())
        && id
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | '+' | '/' | '_' | ' ' | 'T' | 'Z' | 't' | 'z'))
}

/// Fields that the grammar allows and that do not do what their author thinks.
fn fields(text: &str, drafts: &mut Drafts) {
    for field in txt::read(text, VERSION).fields {
        if field.name == "id" || field.extension().is_err() {
            continue;
        }
        match field.name.to_ascii_lowercase().as_str() {
            "id" => drafts.add(
                KIND.draft(Code::StsIdCase, Status::Error, "id is not in lower case: case matters")
                    .seen(field.text)
                    .remedy("Write id= in lower case."),
            ),
            "mode" | "mx" | "max_age" | "version" => drafts.add(
                Draft::new(
                    Code::StsPolicyField,
                    Status::Warning,
                    format!("{} belongs into the policy file", quoted(field.name)),
                    "Senders ignore it here: the record only says that there is a policy.",
                )
                .seen(field.text)
                .remedy("Remove it from the record; the policy is served at https://mta-sts.<domain>/.well-known/mta-sts.txt."),
            ),
            _ => {}
        }
    }
}
