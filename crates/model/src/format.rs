//! Figures as people read them. Every page, command and mail writes numbers through here, so they look alike everywhere.

/// A whole number with separators: `1,234,567`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with its noun: `1 session`, `2,000 sessions`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// A part of a whole in per cent, two decimals: `97.40 %`.
///
/// `100 %` and `0 %` are said only when they are exact, else `> 99.99 %` and `< 0.01 %`; `—` stands for a part of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let (part, whole) = (u128::from(part.min(whole)), u128::from(whole));
    match (part * 20_000 + whole) / (whole * 2) {
        _ if part == whole => "100 %".to_owned(),
        _ if part == 0 => "0 %".to_owned(),
        10_000 => "> 99.99 %".to_owned(),
        0 => "< 0.01 %".to_owned(),
        hundredths => format!("{}.{:02} %", hundredths / 100, hundredths % 100),
    }
}

/// A size in bytes: `812 B`, `9.3 KiB`, `10.0 MiB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const STEPS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match STEPS.into_iter().find(|(step, _)| bytes >= *step) {
        Some((step, unit)) => {
            let tenths = bytes % step * 10 / step;
            format!("{}.{tenths} {unit}", thousands(bytes / step))
        }
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(thousands(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn nouns_agree_with_their_number() {
        assert_eq!(counted(1, "session"), "1 session");
        assert_eq!(counted(0, "session"), "0 sessions");
        assert_eq!(counted(2_000, "report"), "2,000 reports");
    }

    #[test]
    fn a_share_is_exact_at_its_ends_only() {
        assert_eq!(share(1, 3), "33.33 %");
        assert_eq!(share(2, 3), "66.67 %");
        assert_eq!(share(u64::MAX - 1, u64::MAX), "> 99.99 %");
        assert_eq!(share(5, 4), "100 %");
    }

    #[test]
    fn sizes_keep_one_decimal() {
        assert_eq!([size(812), size(1024), size(9_600), size(10 << 20)], ["812 B", "1.0 KiB", "9.3 KiB", "10.0 MiB"]);
    }
}
