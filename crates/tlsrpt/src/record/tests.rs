//! Reading and writing records: our own cases for each rule of the ABNF.

use super::*;

fn verdict(text: &str) -> Verdict {
    read(text).verdict()
}

#[test]
fn a_record_names_destinations() {
    let reading = read("v=TLSRPTv1; rua=mailto:a@example.org , https://reports.example/x ;x-y=1;");
    let uris: Vec<_> = reading.destinations.iter().map(|destination| destination.uri.as_str()).collect();
    assert_eq!(uris, ["mailto:a@example.org", "https://reports.example/x"]);
    assert_eq!(reading.problems, []);
}

#[test]
fn everything_that_the_grammar_allows_is_valid() {
    for text in [
        "v=TLSRPTv1;rua=mailto:a@example.org",
        "v=TLSRPTv1;\t rua=mailto:a@example.org \t; ",
        "v=TLSRPTv1; x=1; rua=mailto:a@example.org",
        "v=TLSRPTv1; v=TLSRPTv1; rua=mailto:a@example.org",
        "v=TLSRPTv1; rua=mailto:a@example.org; rua=https://reports.example",
        "v=TLSRPTv1; rua=ftp://files.example/,mailto:example.org,MAILTO:a@example.org",
        "v=TLSRPTv1; RUA=x; rua=mailto:a@example.org",
        "v=TLSRPTv1;rua=https://reports.example/a?b=1;c=2",
    ] {
        assert_eq!(verdict(text), Verdict::Valid, "{text}");
    }
}

#[test]
fn what_the_grammar_refuses_is_invalid() {
    for text in [
        "",
        "v=spf1 -all",
        "V=TLSRPTv1; rua=mailto:a@example.org",
        "v=tlsrptv1; rua=mailto:a@example.org",
        " v=TLSRPTv1; rua=mailto:a@example.org",
        "\u{feff}v=TLSRPTv1; rua=mailto:a@example.org",
        "v =TLSRPTv1; rua=mailto:a@example.org",
        "rua=mailto:a@example.org; v=TLSRPTv1",
        "v=TLSRPTv1 rua=mailto:a@example.org",
        "v=TLSRPTv1, rua=mailto:a@example.org",
        "v=TLSRPTv1\n; rua=mailto:a@example.org",
        "v=TLSRPTv1",
        "v=TLSRPTv1;",
        "v=TLSRPTv1; x=1",
        "v=TLSRPTv1; rua=",
        "v=TLSRPTv1; rua",
        "v=TLSRPTv1; Rua=mailto:a@example.org",
        "v=TLSRPTv1; rua =mailto:a@example.org",
        "v=TLSRPTv1;; rua=mailto:a@example.org",
        "v=TLSRPTv1; rua=mailto:a@example.org;;",
        "v=TLSRPTv1; rua=mailto:a@example.org,",
        "v=TLSRPTv1; rua=,mailto:a@example.org",
        "v=TLSRPTv1; rua=mailto:a@example.org,rua=mailto:b@example.org",
        "v=TLSRPTv1; rua=mailto:a@example.org mailto:b@example.org",
        "v=TLSRPTv1; rua=mailto:a@example.org;mailto:b@example.org",
        "v=TLSRPTv1; rua=mailto:a@example.org!10m",
        "v=TLSRPTv1; rua=a@example.org",
        "v=TLSRPTv1; rua=mailto:a@example.org\u{a0}",
        "v=TLSRPTv1; rua=mailto:a@example.org\u{200b}",
        "v=TLSRPTv1; rua=mailto:a@example.org\r\n",
        "v=TLSRPTv1; rua=mailto:a@example.org; x=",
        "v=TLSRPTv1; rua=mailto:a@example.org; x=a=b",
        "v=TLSRPTv1; rua=mailto:a@example.org; -x=a",
        "v=TLSRPTv1; rua=mailto:a@example.org; rua=b",
    ] {
        assert_eq!(verdict(text), Verdict::Invalid, "{text:?}");
    }
}

#[test]
fn what_is_commonly_accepted_is_a_warning() {
    for text in [
        "v=TLSRPTv1 ; rua=mailto:a@example.org",
        "v=TLSRPTv1; rua= mailto:a@example.org",
        "v=TLSRPTv1; rua=\tmailto:a@example.org",
        "v=TLSRPTv1; rua=mailto:a@example.org ",
    ] {
        assert_eq!(verdict(text), Verdict::Warning, "{text:?}");
    }
}

#[test]
fn a_record_without_a_supported_destination_is_unusable() {
    for text in ["v=TLSRPTv1; rua=mailto:", "v=TLSRPTv1; rua=http://reports.example/", "v=TLSRPTv1; rua=https://"] {
        assert_eq!(verdict(text), Verdict::Unusable, "{text}");
        assert_eq!(read(text).problems, [Problem::NothingUsable]);
    }
}

#[test]
fn good_destinations_of_a_bad_record_are_told() {
    let reading = read("v=TLSRPTv1; rua=a@example.org,mailto:b@example.org; =");
    assert_eq!(reading.destinations.len(), 1);
    assert_eq!(reading.verdict(), Verdict::Invalid);
    let position = reading.problems.iter().find_map(|problem| match problem {
        Problem::Destination { position, .. } => Some(*position),
        _ => None,
    });
    assert_eq!(position, Some(0));
}

#[test]
fn only_valid_records_are_composed() {
    let record = compose(["mailto:a@example.org", "https://reports.example/x"]);
    assert_eq!(record.as_deref(), Some("v=TLSRPTv1; rua=mailto:a@example.org,https://reports.example/x"));
    assert_eq!(compose([]), None);
    assert_eq!(compose(["mailto:a@example.org", "b@example.org"]), None);
    assert_eq!(compose(["http://reports.example/"]), None);
}
