//! What copying leaves in a record: quotation marks and backslashes of a zone file, line breaks, characters nobody sees.

use mtasts::txt::WSP;

use super::{
    Code, Kind,
    draft::{Drafts, character},
};
use crate::{Status, text::acts};

/// What is in the text that nobody sees or that a zone file left there. Says whether it found anything.
pub(super) fn residue(kind: Kind, text: &str, drafts: &mut Drafts) -> bool {
    let error = |code, title: &str| kind.draft(code, Status::Error, title).seen(text);
    if text.contains(['\r', '\n']) {
        drafts.add(error(Code::RecordLineBreak, "A line break is part of the record").remedy(
            "Publish the record on one line; a zone file continues a long one with further strings in quotation marks.",
        ));
        return true;
    }
    if let Some(hidden) = text.chars().find(|c| is_hidden(*c)) {
        let title = format!("{} is part of the record and looks like nothing", capital(&character(hidden)));
        drafts.add(error(Code::RecordInvisibleCharacter, &title).remedy("Type the record anew instead of pasting it."));
        return true;
    }
    if text.contains('\\') {
        drafts.add(error(Code::RecordBackslash, "A backslash is part of the record").remedy(
            "Leave the backslash out: only zone files need one before a semicolon, web forms and APIs publish it.",
        ));
        return true;
    }
    if text.contains(['"', '“', '”', '„', '‘', '’']) || (text.starts_with('\'') && text.ends_with('\'')) {
        drafts.add(
            error(Code::RecordQuotes, "Quotation marks are part of the record")
                .remedy("Leave the quotation marks out: only zone files need them, web forms and APIs publish them."),
        );
        return true;
    }
    false
}

/// Blanks that are no WSP, and characters without width.
pub(super) fn is_hidden(c: char) -> bool {
    !WSP.contains(&c) && (c.is_whitespace() || acts(c))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
