//! The reader of the record against the grammar as RFC 8460 §3 and RFC 3986 appendix A print it, on mutations of sound
//! records and on any text.

#[path = "../../mtasts/tests/abnf/mod.rs"]
mod abnf;

use abnf::{Rule, extension, many, mutate, optional, some, wsp};
use mtasts::Verdict;
use proptest::{collection::vec, prelude::*};
use tlsrpt::record;

/// RFC 3986 appendix A, without the characters that RFC 8460 wants encoded, and with names for hosts alone.
fn uri() -> Rule {
    let encoded = || {
        let digit = || Rule::One(|c| c.is_ascii_hexdigit());
        Rule::All(vec![Rule::Text("%"), digit(), digit()])
    };
    // unreserved / sub-delims without "!", ",", ";"
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~$&'()*+=".contains(c);
    let of = |class| many(Rule::Any(vec![Rule::One(class), encoded()]));
    let name = || of(plain);
    let segment = || of(|c| c.is_ascii_alphanumeric() || "-._~$&'()*+=:@".contains(c));
    let segments = || many(Rule::All(vec![Rule::Text("/"), segment()]));
    let tail = || of(|c| c.is_ascii_alphanumeric() || "-._~$&'()*+=:@/?".contains(c));
    let userinfo = of(|c| c.is_ascii_alphanumeric() || "-._~$&'()*+=:".contains(c));
    let digits = many(Rule::One(|c| c.is_ascii_digit()));
    let authority = Rule::All(vec![
        optional(Rule::All(vec![userinfo, Rule::Text("@")])),
        name(),
        optional(Rule::All(vec![Rule::Text(":"), digits])),
    ]);
    let rootless = || {
        let pchar = Rule::One(|c| c.is_ascii_alphanumeric() || "-._~$&'()*+=:@".contains(c));
        Rule::All(vec![some(Rule::Any(vec![pchar, encoded()])), segments()])
    };
    let hier_part = Rule::Any(vec![
        Rule::All(vec![Rule::Text("//"), authority, segments()]),
        Rule::All(vec![Rule::Text("/"), optional(rootless())]),
        rootless(),
        Rule::All(vec![]),
    ]);
    let scheme = Rule::All(vec![
        Rule::One(|c| c.is_ascii_alphabetic()),
        many(Rule::One(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))),
    ]);
    let after = |mark| optional(Rule::All(vec![Rule::Text(mark), tail()]));
    Rule::All(vec![scheme, Rule::Text(":"), hier_part, after("?"), after("#")])
}

/// RFC 8460 §3. A field that begins with `rua=` is a `tlsrpt-rua` and nothing else.
fn grammar() -> Rule {
    let further = many(Rule::All(vec![wsp(), Rule::Text(","), wsp(), uri()]));
    let rua = Rule::All(vec![Rule::Text("rua="), uri(), further]);
    abnf::record(record::VERSION, Rule::Any(vec![rua, extension()]))
}

const RECORDS: [&str; 5] = [
    "v=TLSRPTv1; rua=mailto:tls@example.org",
    "v=TLSRPTv1;rua=https://u@reports.example:8443/a%2Cb/?c=d#e;",
    "v=TLSRPTv1 ; rua=mailto:a@example.org , \thttps://reports.example ; x-y=1",
    "v=TLSRPTv1; x=1; rua=ftp:/a/b,x:,mailto:a%21b@example.org",
    "v=TLSRPTv1; v=TLSRPTv1; rua=mailto:a@example.org; rua=mailto:b@example.org",
];

fn character() -> impl Strategy<Value = char> {
    prop_oneof![3 => proptest::sample::select(" \t;=:,.!%/?#@[]<\r\n\u{a0}\u{200b}\\\"aZ09é".chars().collect::<Vec<_>>()),
                1 => any::<char>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_record_is_read_as_the_grammar_has_it(
        base in proptest::sample::select(&RECORDS),
        mutations in vec((any::<u8>(), any::<usize>(), character()), 1..4),
    ) {
        // Addresses in brackets are not in the grammar above.
        let text = mutate(base, &mutations).replace('[', "]");
        let reading = record::read(&text);
        let has_rua = !reading.problems.contains(&record::Problem::RuaMissing);
        match (reading.verdict(), grammar().accepts(&text)) {
            (Verdict::Valid, is_grammatical) => prop_assert!(is_grammatical, "{text:?}"),
            // What the readers of others forgive, and nothing beyond.
            (Verdict::Warning | Verdict::Unusable, false) => {
                let forgiven = text.trim_end_matches([' ', '\t']).split("rua=").map(|part| part.trim_start_matches([' ', '\t']));
                let forgiven = forgiven.collect::<Vec<_>>().join("rua=");
                prop_assert!(grammar().accepts(&forgiven), "{text:?}");
            }
            (Verdict::Invalid, true) => {
                // An `rua=` whose list is bad reads as an extension there.
                let is_bad_list = reading.problems.iter().any(|problem| matches!(problem, record::Problem::Destination { .. }));
                prop_assert!(!has_rua || is_bad_list, "{text:?}: {:?}", reading.problems);
            }
            (Verdict::Warning | Verdict::Unusable, true) | (Verdict::Invalid, false) => {}
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = record::read(&text);
        let _ = record::read(&format!("v=TLSRPTv1;rua={text}"));
        let _ = record::read(&format!("v=TLSRPTv1;rua=mailto:{text},https://{text}"));
    }

    #[test]
    fn what_is_composed_is_valid(destinations in vec(any::<String>(), 0..4), good in any::<bool>()) {
        let mut destinations: Vec<&str> = destinations.iter().map(String::as_str).collect();
        if good {
            destinations = vec!["mailto:a@example.org"];
        }
        let record = record::compose(destinations.iter().copied());
        prop_assert!(record.is_some() || !good);
        if let Some(record) = record {
            prop_assert_eq!(record::read(&record).verdict(), Verdict::Valid);
        }
    }
}

#[test]
fn the_sound_records_are_sound() {
    for text in RECORDS {
        assert!(grammar().accepts(text) && record::read(text).verdict().works(), "{text}");
    }
}
