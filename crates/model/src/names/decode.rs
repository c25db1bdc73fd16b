//! The text of an uploaded file: UTF-8, or UTF-16 as spreadsheets save it.

/// Reads the bytes of a file as text.
///
/// # Errors
/// Says what the file seems to be, and how to save it instead.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Err("the file is a ZIP archive or a workbook; save the sheet as “CSV UTF-8” and upload that".to_owned());
    }
    if bytes.starts_with(b"%PDF") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err("the file is no plain text; copy its names into a text file, or paste them".to_owned());
    }
    let utf16 = |from: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]]));
        char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| wrong_encoding())
    };
    match bytes {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).map_err(|_| wrong_encoding()),
    }
}

fn wrong_encoding() -> String {
    "the file is neither UTF-8 nor UTF-16; save it as “CSV UTF-8”, or paste its text".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheets_save_in_two_encodings() {
        assert_eq!(decode("bücher.example".as_bytes()).unwrap(), "bücher.example");
        assert_eq!(decode(&[0xff, 0xfe, b'a', 0, 0xfc, 0]).unwrap(), "aü");
        assert_eq!(decode(&[0xfe, 0xff, 0, b'a', 0, 0xfc]).unwrap(), "aü");
    }

    #[test]
    fn what_is_no_text_says_what_to_do() {
        assert!(decode(b"PK\x03\x04xlsx").unwrap_err().contains("CSV UTF-8"));
        assert!(decode(b"b\xfccher.example").unwrap_err().contains("UTF-8"));
        assert!(decode(&[0xff, 0xfe, 0, 0xd8]).is_err());
        assert!(decode(b"%PDF-1.7").unwrap_err().contains("plain text"));
    }
}
