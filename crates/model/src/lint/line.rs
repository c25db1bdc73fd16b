//! Lines of a policy that are no fields.

use mtasts::{
    policy::{Key, LineFault, Reading},
    txt::{FieldFault, MAX_NAME},
};

use super::{
    Code,
    draft::{Draft, Drafts, character, quoted},
    mend::spelt,
    policy::error,
};

pub(super) fn comment() -> Draft {
    error(Code::PolicyComment, "There is a comment", "Remove it; a policy has no comments.")
}

/// Says what is wrong with a line.
pub(super) fn tell(number: usize, text: &str, fault: LineFault, drafts: &mut Drafts) {
    let key = text.split([':', '=']).next().unwrap_or_default();
    let draft = match fault {
        LineFault::Empty => error(
            Code::PolicyBlankLine,
            "There is an empty line",
            "Remove it; the file ends with the end of its last line.",
        ),
        LineFault::LeadingBlank => {
            error(Code::PolicyLeadingBlank, "A line begins with white space", "Begin each line with its key.")
        }
        _ if is_comment(text) => comment(),
        LineFault::NoColon if text.contains('=') && is_key(key) => {
            error(Code::PolicyEquals, "There is an equals sign in place of a colon", "Write key: value.")
        }
        LineFault::NoColon => {
            error(Code::PolicyLine, "A line has no colon", "Write each line as key: value, and remove what is none.")
        }
        LineFault::Name(FieldFault::NameCharacter(' ' | '\t')) if is_key(key) => error(
            Code::PolicyBlankBeforeColon,
            "There is white space before a colon",
            "Write the colon right after the key.",
        ),
        LineFault::Name(fault) => error(
            Code::PolicyFieldName,
            name_title(fault),
            format!(
                "Remove the line, or begin it with a key of up to {MAX_NAME} letters, digits, underscores, hyphens and dots."
            ),
        ),
        LineFault::NoValue => error(
            Code::PolicyFieldValue,
            format!("{} has no value", quoted(key)),
            "Remove the line; senders ignore such keys anyway.",
        ),
        LineFault::ValueCharacter(c) => error(
            Code::PolicyFieldValue,
            format!("The value of {} has {}", quoted(key), character(c)),
            "Remove the line; senders ignore such keys anyway.",
        ),
    };
    drafts.add(draft.seen(format!("line {number}: {text}")));
}

fn name_title(fault: FieldFault) -> String {
    match fault {
        FieldFault::NameLength(length) => format!("A key has {length} characters"),
        FieldFault::NameStart(c) => format!("A line begins with {}", character(c)),
        FieldFault::NameCharacter(c) => format!("A key has {}", character(c)),
        _ => "A line has no key".to_owned(),
    }
}

fn is_comment(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('#') || text.starts_with("//") || text.starts_with(';') || text.starts_with("/*")
}

/// Whether people mean one of the RFC's keys by this.
fn is_key(key: &str) -> bool {
    Key::ALL.iter().any(|known| spelt(known.name()) == spelt(key))
}

/// Whether a key that the grammar takes for an unknown one is a misspelt one of the RFC.
pub(super) fn is_spelling(key: &str) -> bool {
    is_key(key) && !Key::ALL.iter().any(|known| known.name() == key)
}

/// Whether a missing key is there in another spelling, or on a line whose fault has been told.
pub(super) fn is_misspelt(key: Key, reading: &Reading, drafts: &mut Drafts) -> bool {
    let meant = |name: &str| spelt(name) == spelt(key.name());
    let spelling = reading.extensions.iter().find(|(_, name)| meant(name));
    if let Some((line, name)) = spelling {
        drafts.add(
            error(
                Code::PolicyKeySpelling,
                format!("{} is not how a key is spelt", quoted(name)),
                format!("Write {}, letter for letter.", Key::ALL.map(Key::name).join(", ")),
            )
            .seen(format!("line {line}: {name}")),
        );
    }
    let on_faulty_line = reading.problems.iter().any(|problem| match problem {
        mtasts::policy::Problem::Line { text, .. } => {
            text.split_once([':', '=']).is_some_and(|(name, _)| meant(name)) && !is_comment(text)
        }
        _ => false,
    });
    spelling.is_some() || on_faulty_line
}
