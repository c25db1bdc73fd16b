//! What is wrong with a single field of a record.

use mtasts::txt::{FieldFault, MAX_NAME, WSP};

use super::{
    Code, Kind,
    draft::{Draft, Drafts, character, quoted},
    residue::residue,
};
use crate::Status;

/// Says what is wrong with a field that is neither known nor an extension.
pub(super) fn field(kind: Kind, text: &str, fault: FieldFault, drafts: &mut Drafts) {
    let error = |code, title: &str| kind.draft(code, Status::Error, title).seen(text);
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let is_spaced = name.ends_with(WSP) || value.starts_with(WSP);
    if is_spaced {
        drafts.add(
            error(Code::RecordBlankAroundEquals, "There is white space around an equals sign")
                .remedy("Write no white space around the equals sign."),
        );
        return;
    }
    if residue(kind, text, drafts) {
        return;
    }
    let name_rule = format!(
        "A name has 1 to {MAX_NAME} letters, digits, underscores, hyphens and dots, and begins with a letter or digit."
    );
    let draft = match fault {
        FieldFault::NoEquals => error(Code::RecordNoEquals, &format!("The field {} has no equals sign", quoted(text)))
            .remedy("Write each field as name=value, or remove it."),
        FieldFault::NoName => error(Code::RecordFieldName, "A field has no name").remedy(name_rule),
        FieldFault::NameLength(length) => {
            error(Code::RecordFieldName, &format!("The name of a field has {length} characters")).remedy(name_rule)
        }
        FieldFault::NameStart(c) => {
            error(Code::RecordFieldName, &format!("The name of a field begins with {}", character(c))).remedy(name_rule)
        }
        FieldFault::NameCharacter(c) => {
            error(Code::RecordFieldName, &format!("The name of a field has {}", character(c))).remedy(name_rule)
        }
        FieldFault::NoValue => error(Code::RecordFieldValue, &format!("The field {} has no value", quoted(text)))
            .remedy("Give it a value, or remove it."),
        FieldFault::ValueCharacter(c) => {
            error(Code::RecordFieldValue, &format!("The value of {} has {}", quoted(name), character(c))).remedy(
                "A value has visible ASCII characters except equals sign and semicolon; remove the field if it serves nothing.",
            )
        }
    };
    drafts.add(draft);
}

/// Says that the version comes twice.
pub(super) fn version_again(kind: Kind, text: &str, drafts: &mut Drafts) {
    let draft = Draft::new(
        Code::RecordVersionTwice,
        Status::Warning,
        "The version stands in the record twice",
        "The grammar takes the second for an unknown field, which senders ignore; strict ones refuse the record.",
    );
    drafts.add(draft.source(kind.source()).seen(text).remedy("Keep only the version at the beginning."));
}
