//! Any text, line by line: names apart by commas, semicolons, bars, tabs or blanks, or standing in a sentence.

use super::{Found, item, number};

/// Reads lines; the first has this number.
pub(super) fn read(text: &str, first: u32, found: &mut Found<'_>) {
    for (index, line) in text.lines().enumerate() {
        self::line(line, number(index, first), found);
    }
}

/// Reads one line.
pub(super) fn line(line: &str, number: u32, found: &mut Found<'_>) {
    let text = line.trim();
    if text.is_empty() {
        return;
    }
    if text.starts_with('#') || text.starts_with("//") {
        return found.passed_over(number, text, "a comment");
    }
    let separators = |c: char| matches!(c, ',' | ';' | '|' | '\t' | '，' | '、');
    let pieces: Vec<&str> = text.split(separators).map(str::trim).filter(|piece| !piece.is_empty()).collect();
    if pieces.is_empty() {
        return found.passed_over(number, text, "nothing but punctuation");
    }
    for piece in pieces {
        self::piece(piece, number, found);
    }
}

/// Reads what stands between two commas.
fn piece(piece: &str, number: u32, found: &mut Found<'_>) {
    let words: Vec<&str> = piece.split_whitespace().skip_while(|word| is_bullet(word)).collect();
    match words[..] {
        [] => found.passed_over(number, piece, "nothing but punctuation"),
        // Alone it is meant as a name, whatever it looks like.
        [word] => found.item(number, word, item::read(word)),
        _ => {
            let (names, rest): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|word| item::looks_like_one(word));
            for word in &names {
                found.item(number, word, item::read(word));
            }
            let rest = rest.join(" ");
            if names.is_empty() {
                found.passed_over(number, &rest, "no domain name is in it");
            } else if !rest.is_empty() {
                found.passed_over(number, &rest, "words beside a name");
            }
        }
    }
}

/// `*`, `-`, `1.`, `(2)`: what stands before an entry of a list.
fn is_bullet(word: &str) -> bool {
    let inner = word.trim_matches(['(', ')', '.', '*', '-', '•', '·', '–', '—', '>']);
    inner.bytes().all(|byte| byte.is_ascii_digit()) && inner.len() <= 5 && inner.len() < word.len()
}
