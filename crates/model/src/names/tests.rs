//! What people paste, and what is read of it.

use proptest::{collection::vec, prelude::*};

use super::*;

fn read(text: &str) -> Vec<Entry> {
    super::read(text, &Limits::default())
}

fn names(text: &str) -> Vec<String> {
    let domain = |entry: Entry| match entry.verdict {
        Verdict::Domain(name, _) => Some(name.to_string()),
        _ => None,
    };
    read(text).into_iter().filter_map(domain).collect()
}

/// The lines that are wrong, with why.
fn wrong(text: &str) -> Vec<(u32, String)> {
    let wrong = |entry: Entry| match entry.verdict {
        Verdict::Wrong(why) => Some((entry.line, why)),
        _ => None,
    };
    read(text).into_iter().filter_map(wrong).collect()
}

fn passed_over(text: &str) -> Vec<(u32, String)> {
    let passed = |entry: Entry| match entry.verdict {
        Verdict::PassedOver(why) => Some((entry.line, why)),
        _ => None,
    };
    read(text).into_iter().filter_map(passed).collect()
}

#[test]
fn lists_in_every_shape() {
    assert_eq!(names("a.example\r\nB.example.\rc.example"), ["a.example", "b.example", "c.example"]);
    assert_eq!(names("a.example, b.example;c.example\td.example | e.example").len(), 5);
    assert_eq!(names("* a.example\n- b.example\n1. c.example\n(2) d.example").len(), 4);
    assert_eq!(names("\u{feff}bücher.example a.example"), ["xn--bcher-kva.example", "a.example"]);
    assert!(read(" \n\n\t").is_empty());
}

#[test]
fn what_is_wrong_is_named_by_its_line() {
    let wrong = wrong("a.example\nlocalhost\n\nno..domain\n192.0.2.1, *.b.example");
    let lines: Vec<u32> = wrong.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 4, 5, 5], "{wrong:?}");
    assert!(wrong[0].1.contains("one label") && wrong[2].1.contains("IP address") && wrong[3].1.contains("wildcard"));
}

#[test]
fn a_repetition_says_where_the_first_stands() {
    let entries = read("a.example\nb.example\nA.EXAMPLE.\nhttps://www.b.example/x");
    let repeated: Vec<_> = entries.iter().filter(|entry| matches!(entry.verdict, Verdict::Repeated(..))).collect();
    assert!(matches!(&repeated[0].verdict, Verdict::Repeated(name, 1) if name.as_str() == "a.example"));
    assert!(matches!(&repeated[1].verdict, Verdict::Repeated(name, 2) if name.as_str() == "b.example"));
    assert_eq!((repeated[0].line, &*repeated[0].typed), (3, "A.EXAMPLE."));
}

#[test]
fn a_mail_is_read_without_its_head_and_signature() {
    let mail = "From: Jo <jo@hoster.example>\nTo: support@example.net\nSubject: new domains\n\n\
                Hello,\nplease watch example.com and www.example.org too, e.g. today.\n> old.example\n-- \nJo, hoster.example\n";
    assert_eq!(names(mail), ["example.com", "www.example.org", "old.example"]);
    let passed = passed_over(mail);
    assert!(passed[0].1.contains("head of a mail, 3 lines"), "{passed:?}");
    assert!(passed.iter().any(|(line, why)| *line == 8 && why.contains("signature")), "{passed:?}");
    assert!(wrong(mail).iter().all(|(line, _)| *line == 5), "{:?}", wrong(mail));
}

#[test]
fn a_table_brings_tags_and_customers() {
    let csv = "Domain;Customer;Tags;Price\r\nexample.com;\"Acme; Ltd\";web, eu;9\r\n;;;\r\n;nobody;;\r\nlocalhost;;;\r\n\
               example.com;;;\r\n";
    let entries = read(csv);
    let Verdict::Domain(name, particulars) = &entries[1].verdict else { panic!("{entries:?}") };
    assert_eq!(name.as_str(), "example.com");
    assert_eq!(
        (particulars.customer.as_str(), &particulars.tags[..]),
        ("Acme; Ltd", &["web".to_owned(), "eu".to_owned()][..])
    );
    assert!(matches!(&entries[0].verdict, Verdict::PassedOver(why) if why.contains("not used: price")));
    let wrong = wrong(csv);
    assert_eq!(wrong.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5], "{wrong:?}");
    assert!(matches!(entries.last().unwrap().verdict, Verdict::Repeated(_, 2)));
}

#[test]
fn a_table_of_one_column_is_one() {
    assert_eq!(names("domain\na.example\nb.example\n"), ["a.example", "b.example"]);
    assert_eq!(names("\"Name\",\"Tags\"\n\"a.example\",\"x\"\n"), ["a.example"]);
    assert!(wrong("domain,tags\n\"a.example,x\nb.example,y\n")[0].1.contains("quotation mark"));
    let long = format!("domain,customer\na.example,{}\n", "x".repeat(61));
    assert!(wrong(&long)[0].1.contains("60 characters"));
}

#[test]
fn of_a_zone_file_the_names_that_take_mail() {
    let zone = "$ORIGIN example.com.\n$TTL 3600\n@ IN SOA ns1 host ( 1 ; serial\n 2 3 4 5 )\n  IN NS ns1\n  MX 10 mail\n\
                www A 192.0.2.1\nlists 300 IN MX 10 mail\n  MX 20 mail2\nquiet MX 0 .\n; a comment, evil.example\n*.wild MX 10 mail\n\
                example.net. IN MX 5 mail\n";
    assert_eq!(names(zone), ["example.com", "lists.example.com", "example.net"]);
    let wrong = wrong(zone);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].1.contains("wildcard"));
    let passed = passed_over(zone);
    assert!(passed.iter().any(|(line, why)| *line == 7 && why.contains("no MX record")), "{passed:?}");
    assert!(passed.iter().any(|(_, why)| why.contains("takes no mail (RFC 7505)")), "{passed:?}");
}

#[test]
fn zones_in_other_shapes() {
    assert_eq!(
        names("a.example. 3600 IN NS ns.x.example.\nb.example. 3600 IN NS ns.x.example.\n"),
        ["a.example", "b.example"]
    );
    let transfer = "example.com. 300 IN SOA ns. host. 1 2 3 4 5\nexample.com. 300 IN MX 10 m.example.com.\n";
    assert_eq!(names(transfer), ["example.com"]);
    assert!(wrong("@ IN MX 10 mail.example.com.\n")[0].1.contains("$ORIGIN"));
    assert_eq!(names("_smtp._tls.example.com. IN TXT \"v=TLSRPTv1; rua=mailto:a@b.example\"\n"), Vec::<String>::new());
}

#[test]
fn sentences_are_no_zones() {
    assert_eq!(names("example.com a fine domain\nexample.org is one"), ["example.com", "example.org"]);
    assert_eq!(names("example.com MX is broken"), ["example.com"]);
}

#[test]
fn too_many_end_with_a_word_about_it() {
    let limits = Limits { names: 3, ..Limits::default() };
    let entries = super::read("a.example\nb.example\nc.example\nA.example\nd.example\ne.example", &limits);
    assert_eq!(entries.len(), 5);
    assert!(matches!(entries[3].verdict, Verdict::Repeated(..)));
    assert!(matches!(&entries[4].verdict, Verdict::Wrong(why) if why.contains("one go takes 3 names")));
    let nonsense = super::read(&"x\n".repeat(50), &Limits { entries: 10, ..limits });
    assert_eq!(nonsense.len(), 11);
}

#[test]
fn ten_thousand_names_are_read_in_one_go() {
    let text = (0..10_000).map(|i| format!("d{i}.example\n")).collect::<Vec<_>>().concat();
    assert_eq!(names(&text).len(), 10_000);
}

#[test]
fn tags_are_words_in_lower_case() {
    let limits = Limits::default();
    assert_eq!(tags("Web, EU;#web  mail", &limits).unwrap(), ["web", "eu", "mail"]);
    assert!(tags(&"x".repeat(61), &limits).unwrap_err().contains("longer than 60"));
    let many = (0..21).map(|i| format!("t{i} ")).collect::<Vec<_>>().concat();
    assert!(tags(&many, &limits).unwrap_err().contains("21 tags"));
    assert!(tags("a\u{202e}b", &limits).is_err());
}

proptest! {
    #[test]
    fn reading_never_panics_and_finds_each_name_once(text in "\\PC{0,300}|[a-z.,;\\n\\t@:/ \"*$-]{0,300}") {
        let entries = read(&text);
        let mut seen = std::collections::HashSet::new();
        for entry in &entries {
            if let Verdict::Domain(name, _) = &entry.verdict {
                prop_assert!(seen.insert(name.clone()));
            }
            prop_assert!(!entry.typed.contains(crate::text::acts));
        }
    }

    #[test]
    fn no_line_of_a_list_is_dropped(lines in vec("[a-z0-9.,;@:/ *#-]{0,40}", 0..20)) {
        let text = lines.join("\n");
        let mut found = Found::new(&Limits { names: 10_000, entries: 20_000, typed: 200, tags: 1, label: 1, notes: 1 });
        list::read(&text, 1, &mut found);
        for (index, line) in lines.iter().enumerate() {
            let told = found.entries.iter().any(|entry| entry.line == number(index, 1));
            prop_assert_eq!(told, !line.trim().is_empty(), "{:?}", line);
        }
    }

    #[test]
    fn any_spelling_and_any_separator_gives_the_same_names(
        labels in vec("[a-z]{1,8}", 1..30),
        separators in vec(prop::sample::select(vec![", ", ";", "\n", "\r\n", "\t", "\n\n", " | "]), 30),
        dress in vec(0..5_u8, 30),
    ) {
        let mut expected: Vec<String> = vec![];
        let mut text = String::new();
        for (i, label) in labels.iter().enumerate() {
            let name = format!("{label}.example");
            let dressed = match dress[i] {
                0 => name.clone(),
                1 => format!("{}.", name.to_uppercase()),
                2 => format!("https://www.{name}/x"),
                3 => format!("<someone@{name}>"),
                _ => format!("“{name}”"),
            };
            text.push_str(&dressed);
            text.push_str(separators[i]);
            if !expected.contains(&name) {
                expected.push(name);
            }
        }
        prop_assert_eq!(names(&text), expected);
    }
}
