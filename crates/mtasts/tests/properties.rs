//! The readers of MTA-STS against the grammar as RFC 8461 prints it, on mutations of sound texts and on any text.

mod abnf;

use abnf::{Rule, extension, extension_name, many, mutate, optional, some, wsp};
use mtasts::{Mode, Pattern, Verdict, policy, record};
use proptest::{collection::vec, prelude::*};

/// RFC 8461 §3.1.
fn record_grammar() -> Rule {
    let id = Rule::Repeat(1, 32, Box::new(Rule::One(|c| c.is_ascii_alphanumeric())));
    abnf::record("v=STSv1", Rule::Any(vec![Rule::All(vec![Rule::Text("id="), id]), extension()]))
}

/// RFC 8461 §3.2, with the domain of RFC 5321 §4.1.2.
fn policy_grammar() -> Rule {
    let field = |name, value| Rule::All(vec![Rule::Text(name), Rule::Text(":"), wsp(), value]);
    let term = Rule::Any(vec![Rule::Text("\n"), Rule::Text("\r\n")]);
    let mode = Rule::Any(vec![Rule::Text("testing"), Rule::Text("enforce"), Rule::Text("none")]);
    let label = || {
        let inner = many(Rule::One(|c| c.is_ascii_alphanumeric() || c == '-'));
        let alphanumeric = || Rule::One(|c| c.is_ascii_alphanumeric());
        Rule::All(vec![alphanumeric(), optional(Rule::All(vec![inner, alphanumeric()]))])
    };
    let domain = Rule::All(vec![label(), many(Rule::All(vec![Rule::Text("."), label()]))]);
    let visible = || Rule::One(|c| matches!(c, '\x21'..='\x7e') || !c.is_ascii());
    let spaced = many(Rule::Any(vec![Rule::Text(" "), visible()]));
    let text = Rule::All(vec![visible(), optional(Rule::All(vec![spaced, visible()]))]);
    let max_age = Rule::Repeat(1, 10, Box::new(Rule::One(|c| c.is_ascii_digit())));
    let field = Rule::Any(vec![
        field("version", Rule::Text("STSv1")),
        field("mode", mode),
        field("mx", Rule::All(vec![optional(Rule::Text("*.")), domain])),
        field("max_age", max_age),
        Rule::All(vec![extension_name(), Rule::Text(":"), wsp(), text]),
    ]);
    some(Rule::All(vec![field, wsp(), term]))
}

const RECORDS: [&str; 5] = [
    "v=STSv1; id=20260101T000000",
    "v=STSv1;id=1;",
    "v=STSv1 \t;x_y=a:b ; id=Ab9 ; ",
    "v=STSv1; v=STSv1; id=1; id=2",
    "v=STSv1; id=12345678901234567890123456789012; a1234567890_abcdefg.hijklmn-opqr=x",
];

const POLICIES: [&str; 3] = [
    "version: STSv1\nmode: testing\nmx: mx1.example.org\nmx: *.example.net\nmax_age: 604800\n",
    "mode:\tnone \r\nversion:STSv1\r\nmax_age: 31557600\t\r\nx-y: ein Wert ä\r\n",
    "version: STSv1\nmode: enforce\nmode: none\nmx: a.b-c.example\nmax_age: 1\n",
];

fn character() -> impl Strategy<Value = char> {
    prop_oneof![3 => proptest::sample::select(" \t;=:,.*-_\r\n\u{a0}\u{200b}\\\"aZ09é".chars().collect::<Vec<_>>()),
                1 => any::<char>()]
}

fn mutations() -> impl Strategy<Value = Vec<(u8, usize, char)>> {
    vec((any::<u8>(), any::<usize>(), character()), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_record_is_read_as_the_grammar_has_it(base in proptest::sample::select(&RECORDS), mutations in mutations()) {
        let text = mutate(base, &mutations);
        let verdict = record::read(&text).verdict();
        let grammar = record_grammar();
        if verdict == Verdict::Valid {
            prop_assert!(grammar.accepts(&text), "{text:?} is refused by the grammar");
        } else if !grammar.accepts(&text) {
            // Only white space at the end and a later id that is none are forgiven.
            let forgiven = text.trim_end_matches([' ', '\t']);
            let is_later_id = text.matches("id=").count() > 1;
            prop_assert!(verdict == Verdict::Invalid || grammar.accepts(forgiven) || is_later_id, "{text:?}: {verdict:?}");
        } else {
            // The grammar alone knows nothing of the required id, and takes a bad one for an extension.
            let reading = record::read(&text);
            prop_assert!(verdict == Verdict::Warning || reading.id.is_none(), "{text:?}: {:?}", reading.problems);
        }
    }

    #[test]
    fn a_policy_is_read_as_the_grammar_has_it(base in proptest::sample::select(&POLICIES), mutations in mutations()) {
        let text = mutate(base, &mutations);
        let reading = policy::read(text.as_bytes());
        let terminated = if text.ends_with('\n') { text.clone() } else { format!("{text}\n") };
        let bare_cr = text.ends_with('\r');
        let is_grammatical = policy_grammar().accepts(&terminated) && !bare_cr;
        if reading.verdict() == Verdict::Valid {
            prop_assert!(is_grammatical, "{text:?} is refused by the grammar");
        } else if is_grammatical {
            // Beyond the grammar: keys that must be there, limits of values. A bad value reads as an extension there.
            use policy::Problem;
            let is_beyond = |problem: &Problem| matches!(problem, Problem::Missing(_) | Problem::Version { .. }
                | Problem::Mode { .. } | Problem::MaxAge { .. } | Problem::Mx { .. } | Problem::Again { .. });
            prop_assert!(reading.problems.iter().all(is_beyond), "{text:?}: {:?}", reading.problems);
        }
    }

    #[test]
    fn no_text_makes_the_readers_panic(bytes in vec(any::<u8>(), 0..200), text in any::<String>()) {
        let _ = policy::read(&bytes);
        let _ = policy::read(text.as_bytes());
        let _ = record::read(&text);
        let _ = record::read(&format!("v=STSv1{text}"));
        let _ = Pattern::parse(&text).map(|pattern| pattern.matches(&text));
    }

    #[test]
    fn what_is_composed_is_valid(
        id in "[a-zA-Z0-9]{1,32}",
        names in vec("(\\*\\.)?[a-z0-9]{1,9}(\\.[a-z]{1,9}){0,3}", 1..5),
        mode in proptest::sample::select(&[Mode::Enforce, Mode::Testing, Mode::None]),
        max_age in 0..=policy::MAX_AGE,
    ) {
        prop_assert_eq!(record::read(&record::compose(&id).unwrap()).id, Some(id));
        let mx: Vec<Pattern> = names.iter().map(|name| Pattern::parse(name).unwrap()).collect();
        let reading = policy::read(policy::compose(mode, &mx, max_age).unwrap().as_bytes());
        prop_assert_eq!(&reading.problems, &[]);
        prop_assert_eq!((reading.mode, reading.max_age, reading.mx), (Some(mode), Some(max_age), mx));
    }
}

#[test]
fn the_sound_texts_are_sound() {
    for text in RECORDS {
        assert!(record_grammar().accepts(text) && record::read(text).verdict().works(), "{text}");
    }
    for text in POLICIES {
        assert!(policy_grammar().accepts(text), "{text}");
        assert_eq!(policy::read(text.as_bytes()).verdict(), Verdict::Valid, "{text}");
    }
}
