//! Domains as they are found in the world, good and bad.

use checks::{
    Event,
    testing::{
        DNS, HTTPS, SMTP, World, codes,
        dns::{Questioned, RecordType, Said, Signing, Zones, tricks},
        finding, mail, section, web,
    },
};
use model::{DomainName, Publish, Status, check::Check};

const POLICY: &str = "version: STSv1\nmode: enforce\nmx: mx1.good.test\nmax_age: 604800\n";

/// A domain with everything right.
async fn good(world: &mut World, signing: Signing) {
    let identity = world.ca.identity(&["mx1.good.test"]);
    mail::serve(world.at(1, SMTP), &identity).await;
    let policy_host = world.ca.identity(&["mta-sts.good.test"]);
    web::serve(world.at(2, HTTPS), &policy_host, web::policy(POLICY)).await;
    let records = format!(
        "@ MX 10 mx1
         mx1 A $1
         _25._tcp.mx1 TLSA 3 1 1 {}
         _smtp._tls.mx1 TXT \"v=TLSRPTv1; rua=mailto:r@good.test\"
         _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:abc@in.example\"
         _mta-sts TXT \"v=STSv1; id=1\"
         mta-sts A $2",
        identity.key_sha256()
    );
    world.zone("good.test", signing, &records);
    world.context.destinations = vec!["mailto:abc@in.example".to_owned()];
}

#[tokio::test]
async fn a_domain_with_everything_right_is_ok() {
    let mut world = World::new();
    good(&mut world, Signing::Signed).await;
    let outcome = world.check("good.test").await;
    assert_eq!(outcome.status, Status::Ok);
    for (check, code) in [
        (Check::TlsRpt, "tls-rpt-found"),
        (Check::MtaSts, "mta-sts-found"),
        (Check::Policy, "policy-found"),
        (Check::Mx, "mx-found"),
        (Check::Starttls, "starttls-ok"),
        (Check::Dane, "dane-ok"),
        (Check::MxReports, "mx-tls-rpt-found"),
    ] {
        assert_eq!(codes(&outcome, check), [code]);
    }
    assert_eq!(outcome.facts.name_servers, ["ns.good.test"]);
    assert_eq!(outcome.facts.mx[0].tlsa.len(), 1);
    assert!(outcome.queries < 100, "{} queries", outcome.queries);
    assert!(outcome.notices.is_empty());
}

#[tokio::test]
async fn a_check_can_run_as_a_task_and_tells_what_it_does() {
    let mut world = World::new();
    good(&mut world, Signing::Signed).await;
    let (runner, context) = (world.runner().await, world.context.clone());
    let (events, mut told) = tokio::sync::mpsc::unbounded_channel();
    let check = tokio::spawn(async move {
        let tell = |event: Event<'_>| {
            let _ = events.send(match event {
                Event::Looking(check, _) => (check, None),
                Event::Found(section) => (section.check, Some(section.status)),
            });
        };
        runner.check(&DomainName::parse("good.test").unwrap(), &context, &tell).await
    });
    assert_eq!(check.await.unwrap().status, Status::Ok);
    let mut all = vec![];
    told.recv_many(&mut all, 100).await;
    for check in [Check::TlsRpt, Check::MtaSts, Check::Policy, Check::Mx, Check::Starttls] {
        let looking = all.iter().position(|event| *event == (check, None)).unwrap();
        let found = all.iter().position(|event| *event == (check, Some(Status::Ok))).unwrap();
        assert!(looking < found, "{check:?}");
    }
}

#[tokio::test]
async fn without_dnssec_dane_is_not_in_use() {
    let mut world = World::new();
    good(&mut world, Signing::Unsigned).await;
    let outcome = world.check("good.test").await;
    assert_eq!(codes(&outcome, Check::Dane), ["dane-insecure"]);
    assert_eq!(section(&outcome, Check::TlsRpt).status, Status::Ok);
    assert_eq!(section(&outcome, Check::Starttls).status, Status::Ok);
}

#[tokio::test]
async fn a_bogus_zone_is_bogus_and_not_empty() {
    let mut world = World::new();
    good(&mut world, Signing::Bogus).await;
    let outcome = world.check("good.test").await;
    assert_eq!(finding(&outcome, "tls-rpt-bogus").status, Status::Error);
    assert_eq!(finding(&outcome, "mta-sts-bogus").status, Status::Error);
    assert_eq!(finding(&outcome, "mx-bogus").status, Status::Error);
}

#[tokio::test]
async fn a_resolver_that_strips_dnssec_leaves_dane_open() {
    let mut world = World::new();
    good(&mut world, Signing::Signed).await;
    world.zones.strips = true;
    let outcome = world.check("good.test").await;
    assert_eq!(outcome.notices[0].code, "dnssec-not-seen");
    assert_eq!(codes(&outcome, Check::Dane), ["dane-no-dnssec-here"]);
    assert_eq!(section(&outcome, Check::Dane).status, Status::CannotTell);
    assert_eq!(section(&outcome, Check::TlsRpt).status, Status::Ok);
    assert_eq!(section(&outcome, Check::Policy).status, Status::Ok);
}

#[tokio::test]
async fn no_answer_is_never_absence() {
    type Trick = fn(&Questioned) -> Said;
    let all: [(&str, Trick); 2] = [("SERVFAIL", tricks::servfail), ("silence", tricks::silence)];
    for (word, trick) in all {
        let mut world = World::new();
        good(&mut world, Signing::Signed).await;
        world.settings.limits.dns_time = std::time::Duration::from_secs(4);
        world.zones.trick("_smtp._tls.good.test", trick);
        world.zones.trick("_mta-sts.good.test", trick);
        world.zones.trick("_25._tcp.mx1.good.test", trick);
        let outcome = world.check("good.test").await;
        assert_eq!(section(&outcome, Check::TlsRpt).status, Status::CannotTell, "{word}");
        assert_eq!(section(&outcome, Check::MtaSts).status, Status::CannotTell, "{word}");
        assert_eq!(section(&outcome, Check::Dane).status, Status::CannotTell, "{word}");
    }
}

#[tokio::test]
async fn a_record_at_the_wrong_name_is_found_there() {
    let record = "v=TLSRPTv1; rua=mailto:r@example.test";
    for place in [
        "_tlsrpt",
        "_host._tlsrpt",
        "_smtp_tls",
        "_tls._smtp",
        "_smtp-tlsrpt",
        "_smtp._tcp",
        "@",
        "_smtp._tls.place.test",
    ] {
        let mut world = World::new();
        world.zone("place.test", Signing::Unsigned, &format!("{place} TXT \"{record}\"\n@ MX 0 ."));
        let outcome = world.check("place.test").await;
        let wrong = finding(&outcome, "tls-rpt-wrong-name");
        let Some(Publish::Record(publish)) = &wrong.publish else { panic!("{place}") };
        assert_eq!((publish.name.as_str(), publish.value.as_str()), ("_smtp._tls.place.test", record));
        assert!(codes(&outcome, Check::TlsRpt).contains(&"tls-rpt-missing"));
    }
}

#[tokio::test]
async fn a_wildcard_is_no_record_and_no_record_at_wrong_names() {
    let mut world = World::new();
    world.zone("any.test", Signing::Signed, "* TXT \"v=spf1 -all\"\n@ MX 0 .");
    let outcome = world.check("any.test").await;
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-missing"]);
    assert!(finding(&outcome, "tls-rpt-missing").title.contains("wildcard"));

    let mut world = World::new();
    world.zone("any.test", Signing::Signed, "* TXT \"v=TLSRPTv1; rua=mailto:a@b.test\"\n@ MX 0 .");
    let outcome = world.check("any.test").await;
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-found", "advice-no-authorisation", "tls-rpt-wildcard"]);
}

#[tokio::test]
async fn a_wildcard_beside_a_record_is_no_record_at_wrong_names() {
    let mut world = World::new();
    let any = "* TXT \"v=TLSRPTv1; rua=mailto:any@b.test\"\n* TXT \"v=spf1 -all\"\n@ MX 0 .";
    world.zone("both.test", Signing::Unsigned, any);
    // Below a name that exists the wildcard does not answer, which the name server behind this does not know.
    let record = tricks::records(RecordType::TXT, vec!["\"v=TLSRPTv1; rua=mailto:a@b.test\"".to_owned()]);
    world.zones.trick("_tls.both.test", move |asked| {
        let is_there = asked.query().name().to_string() == "_smtp._tls.both.test.";
        if is_there { record(asked) } else { tricks::nothing(asked) }
    });
    let outcome = world.check("both.test").await;
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-found", "advice-no-authorisation"]);
    assert_eq!(outcome.facts.destinations, ["mailto:a@b.test"]);
}

#[tokio::test]
async fn aliases_are_followed_and_named_and_circles_are_left() {
    let mut world = World::new();
    world.zone(
        "alias.test",
        Signing::Signed,
        "_smtp._tls CNAME alias.provider.test.\n_mta-sts CNAME a\na CNAME b\nb CNAME a\n@ MX 0 .",
    );
    world.zone("provider.test", Signing::Signed, "alias TXT \"v=TLSRPTv1; rua=mailto:x@provider.test\"");
    let outcome = world.check("alias.test").await;
    assert!(finding(&outcome, "tls-rpt-found").title.contains("alias.provider.test"));
    assert_eq!(codes(&outcome, Check::MtaSts), ["mta-sts-alias-loop"]);
    assert_eq!(section(&outcome, Check::MtaSts).status, Status::Error);
}

#[tokio::test]
async fn that_something_is_absent_is_proven_in_either_way() {
    for signing in [Signing::Signed, Signing::SignedNsec3] {
        let mut world = World::new();
        let identity = world.ca.identity(&["mx.bare.test"]);
        mail::serve(world.at(1, SMTP), &identity).await;
        world.zone("bare.test", signing, "@ MX 1 mx\nmx A $1\na.b A $1");
        let outcome = world.check("bare.test").await;
        assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-missing"]);
        let evidence = section(&outcome, Check::TlsRpt).evidence.join(" ");
        assert!(evidence.contains("no such name (secure)"), "{signing:?}: {evidence}");
        assert_eq!(codes(&outcome, Check::MtaSts), ["mta-sts-missing"]);
        assert_eq!(codes(&outcome, Check::Mx), ["mx-found"]);
        // The zone is signed: what could be published is said.
        let Some(Publish::Record(record)) = &finding(&outcome, "dane-could-be").publish else { panic!("{signing:?}") };
        assert_eq!(record.value, format!("3 1 1 {}", identity.key_sha256()));
    }
}

/// A domain whose TLS-RPT record is that of another domain, with these destinations.
async fn by_an_alias(destinations: &str) -> checks::Outcome {
    let mut world = World::new();
    world.context.destinations = vec!["https://in.example/r/own".to_owned()];
    world.zone("alias.test", Signing::Signed, "_smtp._tls CNAME _smtp._tls.other.test.\n@ MX 0 .");
    let record = format!("_smtp._tls TXT \"v=TLSRPTv1; rua={destinations}\"");
    world.zone("other.test", Signing::Signed, &record);
    world.check("alias.test").await
}

#[tokio::test]
async fn a_record_of_another_domain_is_not_this_ones_by_an_alias() {
    let outcome = by_an_alias("https://in.example/r/other").await;
    let found = finding(&outcome, "tls-rpt-cname-other");
    assert!(found.evidence.as_deref().unwrap().contains("CNAME _smtp._tls.other.test"), "{found:?}");
    let Some(Publish::Record(record)) = &found.publish else { panic!("{found:?}") };
    assert_eq!(record.name, "_smtp._tls.alias.test");
    assert_eq!(record.value, "v=TLSRPTv1; rua=https://in.example/r/own", "the other one's address is not kept");

    let outcome = by_an_alias("https://in.example/r/other,https://in.example/r/own").await;
    assert!(!codes(&outcome, Check::TlsRpt).contains(&"tls-rpt-cname-other"), "{outcome:?}");
}

#[tokio::test]
async fn nothing_at_the_end_of_an_alias_is_nothing_and_not_bogus() {
    let mut world = World::new();
    world.zone(
        "alias.test",
        Signing::Signed,
        "_mta-sts CNAME half.provider.test.\n_smtp._tls CNAME no.provider.test.\n@ MX 0 .",
    );
    world.zone("provider.test", Signing::Signed, "half A 192.0.2.1\nz A 192.0.2.1");
    let outcome = world.check("alias.test").await;
    assert_eq!(codes(&outcome, Check::MtaSts), ["mta-sts-missing"]);
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-missing"]);
    assert!(section(&outcome, Check::TlsRpt).evidence.join(" ").contains("CNAME no.provider.test"));
}

#[tokio::test]
async fn strings_are_joined_and_two_records_are_none() {
    let mut world = World::new();
    world.zone(
        "two.test",
        Signing::Unsigned,
        "_smtp._tls TXT \"v=TLSR\" \"PTv1; rua=mailto:a@b.test\"
         _mta-sts TXT \"v=STSv1; id=1\"
         _mta-sts TXT \"v=STSv1; id=2\"
         @ MX 0 .",
    );
    let outcome = world.check("two.test").await;
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-found", "advice-no-authorisation"]);
    assert_eq!(codes(&outcome, Check::MtaSts), ["answer-multiple"]);
    assert_eq!(codes(&outcome, Check::Mx), ["mx-null"]);
}

#[tokio::test]
async fn whose_address_the_record_has_is_said() {
    let mut world = World::new();
    world.zone("mine.test", Signing::Unsigned, "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:other@in.example\"\n@ MX 0 .");
    world.context.destinations = vec!["mailto:mine@in.example".to_owned()];
    let runner = world.runner().await;
    let outcome = world.check_with(&runner, "mine.test").await;
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-other-address", "advice-no-authorisation"]);
    let Some(Publish::Record(record)) = &finding(&outcome, "tls-rpt-other-address").publish else { panic!("a record") };
    assert_eq!(record.value, "v=TLSRPTv1; rua=mailto:mine@in.example");
    world.context.destinations = vec!["mailto:mine@elsewhere.example".to_owned()];
    let outcome = world.check_with(&runner, "mine.test").await;
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-elsewhere", "advice-no-authorisation"]);
    let Some(Publish::Record(record)) = &finding(&outcome, "tls-rpt-elsewhere").publish else { panic!("a record") };
    assert_eq!(record.value, "v=TLSRPTv1; rua=mailto:other@in.example,mailto:mine@elsewhere.example");
}

#[tokio::test]
async fn one_record_mends_all_that_is_wrong_and_keeps_what_is_good() {
    let ours = "mailto:mine@in.example";
    let mended = "v=TLSRPTv1; rua=mailto:a@b.test,mailto:mine@in.example";
    for (published, code) in [
        ("v=TLSRPTv1; rua=mailto:a@b.test,rua=mailto:c@in.example", "tls-rpt-rua-repeated"),
        ("v=TLSRPTv1; rua=a@b.test", "tls-rpt-mailto-missing"),
        ("V=TLSRPTv1; rua=mailto:a@b.test", "record-version-case"),
    ] {
        let mut world = World::new();
        world.zone("mend.test", Signing::Unsigned, &format!("_smtp._tls TXT \"{published}\"\n@ MX 0 ."));
        world.context.destinations = vec![ours.to_owned()];
        let outcome = world.check("mend.test").await;
        let found = codes(&outcome, Check::TlsRpt);
        let Some(Publish::Record(record)) = &finding(&outcome, code).publish else { panic!("{published}: {found:?}") };
        assert_eq!((record.name.as_str(), record.value.as_str()), ("_smtp._tls.mend.test", mended), "{published}");
        assert!(!found.contains(&"tls-rpt-found"), "{published}: {found:?}");
    }
}

#[tokio::test]
async fn advice_is_about_what_was_seen() {
    let mut world = World::new();
    let record = "$TTL 300\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@wise.test\"";
    world.zone("wise.test", Signing::Unsigned, &format!("{record}\nns A $3\n@ MX 0 ."));
    // How long it lives, only the zone's own name server knows.
    let mut there = Zones::default();
    there.add("wise.test", Signing::Unsigned, record);
    there.serve(world.at(3, DNS)).await;
    let outcome = world.check("wise.test").await;
    let found = codes(&outcome, Check::TlsRpt);
    assert_eq!(found, ["tls-rpt-found", "advice-reports-at-home", "advice-short-ttl"]);
    assert_eq!(section(&outcome, Check::TlsRpt).status, Status::Suggestion);
}

#[tokio::test]
async fn what_was_just_published_is_seen_past_every_cache() {
    let ours = "mailto:mine@in.example";
    let records = "@ MX 0 .\nns A $3\n_smtp._tls 600 TXT \"v=TLSRPTv1; rua=mailto:a@b.test\"";
    let mut world = World::new();
    world.zone("new.test", Signing::Unsigned, records);
    world.context.destinations = vec![ours.to_owned()];
    let runner = world.runner().await;
    let outcome = world.check_with(&runner, "new.test").await;
    assert_eq!(outcome.facts.destinations, ["mailto:a@b.test"], "its own name server cannot be reached");
    assert!(!codes(&outcome, Check::TlsRpt).contains(&"tls-rpt-just-published"));

    // The zone's own name server has the new record; the one that is configured still has the old.
    let mut there = Zones::default();
    there.add("new.test", Signing::Unsigned, &format!("_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@b.test,{ours}\""));
    there.serve(world.at(3, DNS)).await;
    let outcome = world.check_with(&runner, "new.test").await;
    assert_eq!(outcome.facts.destinations, ["mailto:a@b.test", ours]);
    let fresh = finding(&outcome, "tls-rpt-just-published");
    assert_eq!(fresh.status, Status::Ok);
    assert!(fresh.consequence.contains("until ") && fresh.consequence.contains(" UTC"), "{}", fresh.consequence);
    assert!(codes(&outcome, Check::TlsRpt).contains(&"tls-rpt-found"));
}

#[tokio::test]
async fn a_name_server_at_an_address_that_is_not_public_is_not_asked() {
    let mut world = World::new();
    world.zone("inner.test", Signing::Unsigned, "@ MX 0 .\nns A $3");
    world.context.destinations = vec!["mailto:mine@in.example".to_owned()];
    world.settings.allow.clear();
    let mut inner = Zones::default();
    inner.add("inner.test", Signing::Unsigned, "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:mine@in.example\"");
    inner.serve(world.at(3, DNS)).await;
    let outcome = world.check("inner.test").await;
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-missing"]);
    assert_eq!(inner.asked("_smtp._tls.inner.test", RecordType::TXT), 0);
}

#[tokio::test]
async fn dane_at_one_of_two_hosts_is_none_at_all() {
    let mut world = World::new();
    let identity = world.ca.identity(&["mx1.part.test", "mx2.part.test"]);
    for host in [1, 2] {
        mail::serve(world.at(host, SMTP), &identity).await;
    }
    let records =
        format!("@ MX 10 mx1\n@ MX 20 mx2\nmx1 A $1\nmx2 A $2\n_25._tcp.mx1 TLSA 3 1 1 {}", identity.key_sha256());
    world.zone("part.test", Signing::Signed, &records);
    let outcome = world.check("part.test").await;
    let dane = outcome.sections.iter().filter(|section| section.check == Check::Dane);
    let found: Vec<_> = dane.flat_map(|section| &section.findings).map(|finding| finding.code.as_str()).collect();
    assert_eq!(found, ["dane-ok", "dane-partial"]);
    assert_eq!(finding(&outcome, "dane-partial").status, Status::Warning);
}
