//! Reading and writing policies.

use super::*;
use crate::{mx::PatternFault, txt::FieldFault};

fn problems(text: &str) -> Vec<Problem> {
    read(text.as_bytes()).problems
}

/// A sound policy with one line put in before its last.
fn with(line: &str) -> Reading {
    read(format!("version: STSv1\nmode: testing\nmx: mx.example.org\n{line}\nmax_age: 604800\n").as_bytes())
}

#[test]
fn a_policy_says_mode_hosts_and_lifetime() {
    let reading = read(b"version: STSv1\nmode: enforce\nmx: mx1.example.org\nmx: *.example.net\nmax_age: 604800\n");
    assert_eq!(reading.mode, Some(Mode::Enforce));
    assert_eq!(reading.max_age, Some(604_800));
    assert!(reading.covers("mx1.example.org") && reading.covers("a.example.net") && !reading.covers("mx2.example.org"));
    assert_eq!((reading.verdict(), reading.problems), (Verdict::Valid, vec![]));
}

#[test]
fn everything_that_the_grammar_allows_is_valid() {
    for text in [
        "mx: mx.example.org\nmax_age: 0\nmode: testing\nversion: STSv1",
        "version:STSv1\r\nmode:\tenforce \t\r\nmx: \t mx.example.org\nmax_age: 0000000001\r\n",
        "version: STSv1\nmode: none\nmax_age: 86400",
        "version: STSv1\nmode: none\nmx: mx.example.org\nmax_age: 31557600",
        "version: STSv1\nmode: none\nmax_age: 1\nx-1_a.b: ein  Wert: ä ✓\t\nMode: enforce",
        "version: STSv1\nmode: none\nmax_age: 1\nmode: enforce\nversion: STSv1\nmax_age: 2",
    ] {
        assert_eq!(read(text.as_bytes()).verdict(), Verdict::Valid, "{text:?}: {:?}", problems(text));
    }
}

#[test]
fn the_first_of_a_field_counts() {
    let reading = read(b"version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\nmode: none\nmax_age: 2\n");
    assert_eq!((reading.mode, reading.max_age), (Some(Mode::Enforce), Some(1)));
    let again = |line, key| Problem::Again { line, key, is_good: true };
    assert_eq!(reading.problems, [again(5, Key::Mode), again(6, Key::MaxAge)]);
    assert_eq!(with("mode: later").verdict(), Verdict::Warning);
}

#[test]
fn each_departure_is_told_with_its_line() {
    let fault = |line: &str| match with(line).problems.as_slice() {
        [Problem::Line { line: 4, fault, .. }] => *fault,
        other => panic!("{line:?}: {other:?}"),
    };
    assert_eq!(fault(""), LineFault::Empty);
    assert_eq!(fault(" \t"), LineFault::Empty);
    assert_eq!(fault("\r"), LineFault::Empty);
    assert_eq!(fault(" x: 1"), LineFault::LeadingBlank);
    assert_eq!(fault("x=1"), LineFault::NoColon);
    assert_eq!(fault("#x: 1"), LineFault::Name(FieldFault::NameStart('#')));
    assert_eq!(fault("x : 1"), LineFault::Name(FieldFault::NameCharacter(' ')));
    assert_eq!(fault("x:"), LineFault::NoValue);
    assert_eq!(fault("x: a\tb"), LineFault::ValueCharacter('\t'));
    assert_eq!(fault("x: a\rb"), LineFault::ValueCharacter('\r'));
    assert_eq!(fault(&format!("{}: 1", "a".repeat(33))), LineFault::Name(FieldFault::NameLength(33)));
    assert_eq!(
        with("mx: mx.example.org.").problems,
        [Problem::Mx { line: 4, value: "mx.example.org.".to_owned(), fault: PatternFault::EmptyLabel }]
    );
}

#[test]
fn values_are_taken_letter_for_letter() {
    for (key, values) in [
        ("version", &["STSv2", "stsv1", "STSv10", ""][..]),
        ("mode", &["enforced", "report", "Enforce", "enforce;", ""]),
        ("max_age", &["31557601", "01234567890", "-1", "+1", "1d", "1.5", "", "٣"]),
    ] {
        let sound = [("version", "STSv1"), ("mode", "none"), ("max_age", "1")];
        for value in values {
            let line = |(name, good): (&str, _)| format!("{name}: {}", if name == key { *value } else { good });
            let text = sound.map(line).join("\n");
            let reading = read(text.as_bytes());
            assert_eq!(reading.verdict(), Verdict::Invalid, "{text:?}");
        }
    }
}

#[test]
fn what_must_be_there_is_missed() {
    assert_eq!(problems(""), [Problem::Empty]);
    let all = [Key::Version, Key::Mode, Key::MaxAge, Key::Mx].map(Problem::Missing);
    assert_eq!(problems("x: 1"), all);
    assert_eq!(problems("version: STSv1\nmode: testing\nmax_age: 1"), [Problem::Missing(Key::Mx)]);
}

#[test]
fn a_line_ends_with_lf_or_crlf_and_nothing_else() {
    let sound = "version: STSv1\rmode: none\rmax_age: 1\r";
    assert_eq!(read(sound.as_bytes()).verdict(), Verdict::Invalid);
    assert_eq!(read(b"version: STSv1\nmode: none\nmax_age: 1\r").verdict(), Verdict::Invalid, "no LF after it");
    assert_eq!(read(b"version: STSv1\r\r\nmode: none\nmax_age: 1\n").verdict(), Verdict::Invalid);
}

#[test]
fn what_cannot_be_read_is_told_alone() {
    assert_eq!(read(b"version: STSv1\nmx: \xff").problems, [Problem::NotUtf8 { line: 2 }]);
    let long = format!("version: STSv1\nmode: none\nmax_age: 1\nx: {}\n", "y".repeat(MAX_SIZE));
    assert_eq!(problems(&long), [Problem::TooLong(long.len())]);
}

#[test]
fn only_valid_policies_are_composed() {
    let mx = [Pattern::parse("mx.example.org").unwrap()];
    let text = compose(Mode::Testing, &mx, 604_800).unwrap();
    assert_eq!(text, "version: STSv1\nmode: testing\nmx: mx.example.org\nmax_age: 604800\n");
    assert_eq!(compose(Mode::None, &[], 86_400).as_deref(), Some("version: STSv1\nmode: none\nmax_age: 86400\n"));
    assert_eq!(compose(Mode::Enforce, &[], 86_400), None);
    assert_eq!(compose(Mode::None, &[], MAX_AGE + 1), None);
}
