//! What is said of the TLS-RPT record, and what is offered in its place.

use checks::{
    Outcome,
    testing::{
        DNS, World, codes,
        dns::{RecordType, Signing, Zones},
        finding, section,
    },
};
use model::{Publish, Status, check::Check};

const OURS: [&str; 2] = ["mailto:own@in.example", "https://in.example/r/own"];

/// A look at a domain that takes mail, of which nothing is known but where its reports should go.
async fn look(records: &str, ours: &[&str]) -> Outcome {
    look_with(&format!("{records}\n@ MX 1 mx\nmx A 192.0.2.1"), ours).await
}

async fn look_with(records: &str, ours: &[&str]) -> Outcome {
    let mut world = World::new();
    world.context.dial_mail = false;
    world.context.destinations = ours.iter().map(|uri| (*uri).to_owned()).collect();
    world.zone("look.test", Signing::Unsigned, records);
    world.zone(
        "provider.test",
        Signing::Unsigned,
        "good TXT \"v=TLSRPTv1; rua=mailto:a@b.test\"\nbad TXT \"V=TLSRPTv1\"",
    );
    world.check("look.test").await
}

/// The record that a finding offers.
fn offered<'a>(outcome: &'a Outcome, code: &str) -> Option<&'a str> {
    match &finding(outcome, code).publish {
        Some(Publish::Record(record)) => {
            assert_eq!(record.name, "_smtp._tls.look.test");
            Some(record.value.as_str())
        }
        _ => None,
    }
}

fn remedy<'a>(outcome: &'a Outcome, code: &str) -> &'a str {
    finding(outcome, code).remedy.as_deref().unwrap()
}

#[tokio::test]
async fn half_a_destination_is_never_offered() {
    for text in ["v=TLSRPTv1; rua=mailto:a@exam ple.net", "rua=mailto:a@exam ple.net"] {
        let outcome = look(&format!("_smtp._tls TXT \"{text}\""), &OURS[..1]).await;
        let offers: Vec<_> =
            section(&outcome, Check::TlsRpt).findings.iter().filter_map(|found| found.publish.as_ref()).collect();
        assert!(!offers.is_empty(), "{text}");
        for offer in offers {
            let Publish::Record(record) = offer else { panic!("{offer:?}") };
            assert_eq!(record.value, "v=TLSRPTv1; rua=mailto:own@in.example", "{text}");
        }
    }
}

#[tokio::test]
async fn what_is_left_in_a_cache_is_no_short_life() {
    let record = "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@cached.test\"";
    let mut world = World::new();
    world.zone("cached.test", Signing::Unsigned, &format!("$TTL 300\n{record}\nns A $3\n@ MX 0 ."));
    let runner = world.runner().await;
    let as_it_should = ["tls-rpt-found", "advice-reports-at-home"];
    let outcome = world.check_with(&runner, "cached.test").await;
    assert_eq!(codes(&outcome, Check::TlsRpt), as_it_should, "its own name server does not answer");

    let mut there = Zones::default();
    there.add("cached.test", Signing::Unsigned, record);
    there.serve(world.at(3, DNS)).await;
    let outcome = world.check_with(&runner, "cached.test").await;
    assert_eq!(codes(&outcome, Check::TlsRpt), as_it_should);
    assert_eq!(there.asked("_smtp._tls.cached.test", RecordType::TXT), 1);
}

#[tokio::test]
async fn two_ways_to_us_are_one_destination() {
    let code = "tls-rpt-several-destinations";
    let both = format!("_smtp._tls TXT \"v=TLSRPTv1; rua={}\"", OURS.join(","));
    let outcome = look(&both, &OURS).await;
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-found"]);
    assert_eq!(section(&outcome, Check::TlsRpt).status, Status::Ok);
    let one = look(&both, &OURS[..1]).await;
    let nobody_knows = look(&both, &[]).await;
    let besides = look(&both.replace("rua=", "rua=mailto:a@b.test,"), &OURS).await;
    for outcome in [one, nobody_knows, besides] {
        assert!(codes(&outcome, Check::TlsRpt).contains(&code), "{outcome:#?}");
    }
}

#[tokio::test]
async fn a_form_that_adds_the_zone_wants_the_name_relative_to_it() {
    let record = "TXT \"v=TLSRPTv1; rua=mailto:r@example.test\"";
    for (name, place, typed) in [
        ("zone.test", "_smtp._tls.zone.test", "_smtp._tls"),
        ("mail.zone.test", "_smtp._tls.mail.zone.test", "_smtp._tls.mail"),
        ("mail.zone.test", "_smtp._tls.mail.zone.test.mail", "_smtp._tls"),
    ] {
        let mut world = World::new();
        let records = format!("{place} {record}\n@ MX 0 .\nmail MX 0 .");
        world.zone("zone.test", Signing::Unsigned, &records);
        let outcome = world.check(name).await;
        assert_eq!(
            remedy(&outcome, "tls-rpt-wrong-name"),
            format!(
                "Move it to _smtp._tls.{name}: the form added the zone once more, so type only the name relative to the zone: {typed}."
            )
        );
        assert_eq!(world.zones.asked("zone.test", RecordType::NS), 1, "the zone is looked up once");
    }
}

#[tokio::test]
async fn where_a_cname_leads_to_the_record_it_is_said_where_to_change_it() {
    let elsewhere = look("_smtp._tls CNAME good.provider.test.", &OURS).await;
    let at = "The record stands at good.provider.test, by a CNAME: have it changed there, or publish this in place of the CNAME.";
    assert!(remedy(&elsewhere, "tls-rpt-elsewhere").ends_with(at), "{elsewhere:#?}");

    let faulty = look("_smtp._tls CNAME bad.provider.test.", &[]).await;
    let own = "The record stands at bad.provider.test, by a CNAME: have it changed there, or publish one of this domain's own in place \
               of the CNAME.";
    assert!(remedy(&faulty, "record-version-case").ends_with(own), "{faulty:#?}");

    let records = "_smtp._tls CNAME no.provider.test.\n_tlsrpt TXT \"v=TLSRPTv1; rua=mailto:a@b.test\"";
    let nothing = look(records, &OURS).await;
    let none = "A CNAME leads from _smtp._tls.look.test to no.provider.test: have the record published there, or publish it in place of \
                the CNAME.";
    for code in ["tls-rpt-missing", "tls-rpt-wrong-name"] {
        assert!(remedy(&nothing, code).ends_with(none), "{nothing:#?}");
    }

    let right = look("_smtp._tls CNAME good.provider.test.", &["mailto:a@b.test"]).await;
    assert_eq!(codes(&right, Check::TlsRpt), ["tls-rpt-found"]);
}

#[tokio::test]
async fn a_text_at_the_right_name_is_told_what_keeps_it_from_being_a_record() {
    let mended = Some("v=TLSRPTv1; rua=mailto:a@b.test,mailto:own@in.example");
    let ours = Some("v=TLSRPTv1; rua=mailto:own@in.example");
    for (text, code, publish) in [
        ("rua=mailto:a@b.test", "record-version-missing", mended),
        ("v=TLS-RPTv1; rua=mailto:a@b.test", "record-version-other", mended),
        ("v=STSv1; id=1", "record-other-protocol", ours),
        ("v=DMARC1; p=none; rua=mailto:a@b.test", "record-other-protocol", mended),
        ("reports, please", "record-not-begun", ours),
    ] {
        let outcome = look(&format!("_smtp._tls TXT \"{text}\""), &OURS[..1]).await;
        assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-missing", code], "{text}");
        assert_eq!(finding(&outcome, "tls-rpt-missing").evidence.as_deref(), Some(text));
        assert_eq!(offered(&outcome, code), publish, "{text}");
        assert_eq!(offered(&outcome, "tls-rpt-missing"), publish, "{text}");
        let no_mail = look_with(&format!("_smtp._tls TXT \"{text}\"\n@ MX 0 ."), &OURS[..1]).await;
        assert_eq!(codes(&no_mail, Check::TlsRpt), ["tls-rpt-missing"], "it needs no record: {text}");
        assert_eq!(section(&no_mail, Check::TlsRpt).status, Status::NotApplicable, "{text}");
    }
}

#[tokio::test]
async fn of_several_texts_or_a_wildcards_none_was_meant_to_be_the_record() {
    let several = look("_smtp._tls TXT \"one\"\n_smtp._tls TXT \"two\"", &[]).await;
    assert_eq!(codes(&several, Check::TlsRpt), ["tls-rpt-missing"]);
    let evidence = finding(&several, "tls-rpt-missing").evidence.as_deref().unwrap();
    assert!(evidence.contains("one") && evidence.contains("two"), "{evidence}");
    let wildcard = look("* TXT \"rua=mailto:a@b.test\"", &[]).await;
    assert_eq!(codes(&wildcard, Check::TlsRpt), ["tls-rpt-missing"]);
    // At another name, such as the domain itself, other text is as it should be.
    let spf = look("@ TXT \"v=spf1 -all\"\n_tlsrpt TXT \"rua=mailto:a@b.test\"", &[]).await;
    assert_eq!(codes(&spf, Check::TlsRpt), ["tls-rpt-missing"]);
}

#[tokio::test]
async fn the_file_of_the_policy_is_no_destination_to_keep() {
    let url = "https://mta-sts.look.test/.well-known/mta-sts.txt";
    let records = format!("_smtp._tls TXT \"v=TLSRPTv1; rua={url}\"");
    let outcome = look(&records, &OURS[..1]).await;
    assert_eq!(codes(&outcome, Check::TlsRpt), ["tls-rpt-rua-policy", "tls-rpt-elsewhere"]);
    assert_eq!(offered(&outcome, "tls-rpt-rua-policy"), Some("v=TLSRPTv1; rua=mailto:own@in.example"));
    assert_eq!(offered(&look(&records, &[]).await, "tls-rpt-rua-policy"), None);
}
