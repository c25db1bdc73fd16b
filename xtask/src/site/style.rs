//! One style sheet out of `style/`.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, anyhow};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};

/// The file that names the cascade layers in their order; the others fill them, so their own order does not matter.
const FIRST: &str = "layers.css";

/// Joins the files of a folder and minifies them.
pub(super) fn bundle(folder: &Path) -> Result<String> {
    let unreadable = || format!("{} cannot be read", folder.display());
    let mut files = fs::read_dir(folder)
        .with_context(unreadable)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .with_context(unreadable)?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "css"));
    files.sort_by_key(|file| (file.file_name() != Some(FIRST.as_ref()), file.clone()));

    let mut sheet = String::new();
    for file in files {
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        // Minified file by file, so that an error names its file.
        sheet += &minify(&text).with_context(|| format!("{} is not CSS", file.display()))?;
    }
    Ok(sheet)
}

fn minify(text: &str) -> Result<String> {
    let mut sheet = StyleSheet::parse(text, ParserOptions::default()).map_err(|error| anyhow!("{error}"))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{error}"))?;
    Ok(sheet.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() })?.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_gets_smaller_and_keeps_both_colour_schemes() {
        let css = minify("@layer base { a { color: light-dark( #112233, #ffffff ); } }").unwrap();
        assert_eq!(css, "@layer base{a{color:light-dark(#123,#fff)}}");
    }

    #[test]
    fn a_mistake_says_where_it_is() {
        assert!(minify("a {{").unwrap_err().to_string().contains(':'));
    }
}
