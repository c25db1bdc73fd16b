//! What stands in the place of a policy file: a web page, another encoding, the DNS record.

use mtasts::policy::MAX_SIZE;

use super::{Code, draft::Drafts, policy::error};

/// The text of the file, to be read line by line; none when there is nothing to read in it, and that has been said.
pub(super) fn content(bytes: &[u8], drafts: &mut Drafts) -> Option<String> {
    if bytes.len() > MAX_SIZE {
        drafts.add(error(
            Code::PolicyTooLong,
            format!("The file is longer than {} KiB", MAX_SIZE / 1024),
            "Serve the policy alone; it takes a few lines.",
        ));
        return None;
    }
    if let Some(text) = utf_16(bytes) {
        drafts.add(error(Code::PolicyUtf16, "The file is in UTF-16", "Save it as UTF-8 without a byte order mark."));
        return Some(text);
    }
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let Ok(text) = std::str::from_utf8(marked.unwrap_or(bytes)) else {
        drafts.add(error(
            Code::PolicyNotUtf8,
            "The file is not in UTF-8",
            "Save it as UTF-8; a policy needs no more than ASCII.",
        ));
        return None;
    };
    if marked.is_some() {
        drafts.add(
            error(
                Code::PolicyByteOrderMark,
                "The file begins with a byte order mark",
                "Save it as UTF-8 without a byte order mark (BOM); Windows editors put one in unseen.",
            )
            .seen("U+FEFF before the first line"),
        );
    }
    stands_for_itself(text, drafts).then(|| text.to_owned())
}

/// Whether the text should be read line by line.
fn stands_for_itself(text: &str, drafts: &mut Drafts) -> bool {
    let start = text.trim_start();
    let begins = |prefix: &str| start.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let first = start.lines().next().unwrap_or_default();
    let (draft, goes_on) = if start.is_empty() {
        (error(Code::PolicyEmpty, "The file is empty", "Serve a policy of version, mode, mx and max_age."), false)
    } else if begins("<") {
        let remedy = "Serve the policy as plain text with status 200; a server that answers every path with a page is a common cause.";
        (error(Code::PolicyHtml, "The file is a web page", remedy).seen(first), false)
    } else if begins("{\\rtf") {
        let remedy = "Save the file as plain text instead of a word processor's format.";
        (error(Code::PolicyRtf, "The file is an RTF document", remedy).seen(first), false)
    } else if begins("v=STS") {
        let remedy = "Publish this as the TXT record _mta-sts.<domain>, and serve a policy of version, mode, mx and max_age here.";
        (error(Code::PolicyIsRecord, "The file holds the DNS record", remedy).seen(first), false)
    } else if first.trim_end() == "---" {
        let remedy = "Make the site generator serve the file as it is, without the lines between the dashes.";
        (
            error(Code::PolicyFrontMatter, "The file begins with the front matter of a site generator", remedy)
                .seen(first),
            true,
        )
    } else if text.contains('\r') && !text.contains('\n') {
        let remedy = "Save the file with LF or CRLF at the end of each line.";
        (error(Code::PolicyLineEnds, "Lines end with a carriage return alone", remedy), true)
    } else {
        return true;
    };
    drafts.add(draft);
    goes_on
}

/// Decodes UTF-16 when the bytes are that: by their mark, or by a zero in every other byte at the beginning.
fn utf_16(bytes: &[u8]) -> Option<String> {
    let is_little = match bytes {
        [0xff, 0xfe, ..] | [1..=0x7f, 0, 1..=0x7f, 0, ..] => true,
        [0xfe, 0xff, ..] | [0, 1..=0x7f, 0, 1..=0x7f, ..] => false,
        _ => return None,
    };
    let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
    let units = units.map(|pair| if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) });
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(text.trim_start_matches('\u{feff}').to_owned())
}
