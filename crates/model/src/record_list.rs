//! The records that many domains are to publish, in the forms in which people carry them to their DNS: a zone file, CSV.

use std::fmt::Write as _;

use mtasts::Mode;
use serde::{Deserialize, Serialize};

use crate::{
    DomainName, Status, Timestamp,
    csv::inert,
    plan::{Wishes, plan},
    view::DnsRecord,
};

/// One domain and its TLS-RPT record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToPublish {
    /// The domain.
    pub domain: DomainName,
    /// What to publish: destinations that stand there already are kept. None while no destination works from outside.
    pub record: Option<DnsRecord>,
    /// What stands there now, as last seen.
    pub published: Option<String>,
    /// How that is to what should be.
    pub state: Publication,
    /// Until when resolvers may go on with what stood there before; only of what was published just now.
    pub stale_until: Option<Timestamp>,
    /// The zone that the record is to stand in, where that was seen.
    pub zone: Option<DomainName>,
    /// What proves that the domain is the workspace's own, where its TLS-RPT record cannot: all domains of one bare mailbox have
    /// the same one.
    pub proof: Option<ProofRecord>,
    /// How the domain could begin with MTA-STS; only where it was seen to have none, and its MX hosts are known.
    pub mta_sts: Option<MtaSts>,
}

/// The record of [`proof::text_record`](crate::proof::text_record).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofRecord {
    /// The record.
    #[serde(flatten)]
    pub record: DnsRecord,
    /// Whether it was seen.
    pub seen: bool,
}

impl ProofRecord {
    /// How it stands, in words.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        if self.seen { Publication::Published.words() } else { Publication::NotSeen.words() }
    }
}

/// The two things that announce MTA-STS (RFC 8461 §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MtaSts {
    /// The record; to be published once the policy is served.
    pub record: DnsRecord,
    /// Where the policy is to be served.
    pub url: String,
    /// The policy, in testing: senders report and deliver as before.
    pub policy: String,
}

impl MtaSts {
    /// A beginning in testing for a domain with these MX hosts; none without hosts that a policy can name. The record's id is
    /// `at`.
    #[must_use]
    pub fn beginning(domain: &DomainName, hosts: &[String], at: Timestamp) -> Option<Self> {
        let wishes = Wishes { destinations: "", hosts: &hosts.join(" "), mode: Mode::Testing };
        let plan = plan(domain, wishes, at);
        let url = format!("https://mta-sts.{domain}/.well-known/mta-sts.txt");
        Some(Self { record: plan.mta_sts?, url, policy: plan.policy? })
    }
}

/// How what is published is to what should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publication {
    /// The record names our address.
    Published,
    /// There is a record, and it does not name our address.
    Other,
    /// There is no record.
    Absent,
    /// Nobody has looked yet, or the name servers did not answer.
    NotSeen,
}

impl Publication {
    /// The status that goes with it.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Published => Status::Ok,
            Self::Other | Self::Absent => Status::Waiting,
            Self::NotSeen => Status::CannotTell,
        }
    }

    /// What it means, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Other => "another record stands there: change it",
            Self::Absent => "no record yet",
            Self::NotSeen => "not seen yet",
        }
    }
}

/// A record in the presentation format of zone files; strings of TXT records hold 255 bytes at most (RFC 1035 §3.3).
#[must_use]
pub fn zone_line(record: &DnsRecord) -> String {
    format!("{}. IN {} {}", record.name, record.kind, quoted(&record.value))
}

/// A value as a zone file has it: in strings of at most 255 bytes.
#[must_use]
pub fn quoted(value: &str) -> String {
    let strings = value
        .as_bytes()
        .chunks(255)
        .map(|part| format!("\"{}\"", String::from_utf8_lossy(part).replace('\\', "\\\\").replace('"', "\\\"")));
    strings.collect::<Vec<_>>().join(" ")
}

/// A name as a DNS panel wants it that adds the zone by itself: `_smtp._tls`, `_smtp._tls.mail`.
#[must_use]
pub fn relative_name<'a>(name: &'a str, zone: &DomainName) -> &'a str {
    name.strip_suffix(zone.as_str()).map_or(name, |front| front.trim_end_matches('.'))
}

impl ToPublish {
    /// The name of a record as a DNS panel wants it that adds the zone by itself: `_smtp._tls`, `_smtp._tls.mail`. Where the
    /// zone was not seen, it is taken to be the registered domain.
    #[must_use]
    pub fn relative_name<'a>(&self, record: &'a DnsRecord) -> &'a str {
        let registered = self.domain.organizational();
        relative_name(&record.name, self.zone.as_ref().unwrap_or(&registered))
    }

    /// Its records, each with how it stands: the TLS-RPT record, and after it the proof.
    pub fn records(&self) -> impl Iterator<Item = (&DnsRecord, &'static str)> {
        let proof = self.proof.as_ref().map(|proof| (&proof.record, proof.words()));
        self.record.as_ref().map(|record| (record, self.state.words())).into_iter().chain(proof)
    }
}

/// All records as a snippet of a zone file; a domain without one is a comment.
#[must_use]
pub fn zone_file(rows: &[ToPublish]) -> String {
    let mut file = String::new();
    for row in rows {
        if row.record.is_none() {
            let _ = writeln!(file, "; nothing to publish yet for {}", row.domain);
        }
        for (record, _) in row.records() {
            let _ = writeln!(file, "{}", zone_line(record));
        }
    }
    file
}

/// The columns of [`csv()`].
pub const CSV_HEADING: [&str; 7] = ["domain", "name", "name_in_zone", "type", "value", "value_quoted", "state"];

/// All records as CSV (RFC 4180).
#[must_use]
pub fn csv(rows: &[ToPublish]) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    let mut write = |cells: [&str; 7]| {
        // Writing to memory does not fail.
        let _ = writer.write_record(cells.map(|cell| inert(cell).into_owned()));
    };
    write(CSV_HEADING);
    for row in rows {
        let domain = row.domain.as_str();
        if row.record.is_none() {
            write([domain, "", "", "", "", "", row.state.words()]);
        }
        for (record, state) in row.records() {
            let DnsRecord { name, kind, value } = record;
            write([domain, name, row.relative_name(record), kind, value, &quoted(value), state]);
        }
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, value: &str) -> DnsRecord {
        DnsRecord { name: name.to_owned(), kind: "TXT".to_owned(), value: value.to_owned() }
    }

    fn row(domain: &str, value: Option<&str>) -> ToPublish {
        ToPublish {
            domain: domain.parse().unwrap(),
            record: value.map(|value| record(&format!("_smtp._tls.{domain}"), value)),
            published: None,
            state: Publication::Absent,
            stale_until: None,
            zone: None,
            proof: None,
            mta_sts: None,
        }
    }

    #[test]
    fn long_values_are_cut_into_strings() {
        assert_eq!(
            zone_line(&record("_smtp._tls.a.example", "v=TLSRPTv1")),
            "_smtp._tls.a.example. IN TXT \"v=TLSRPTv1\""
        );
        let long = zone_line(&record("_smtp._tls.a.example", &"x".repeat(300)));
        assert!(long.ends_with(&format!("\" \"{}\"", "x".repeat(45))));
        assert_eq!(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
    }

    #[test]
    fn names_are_also_told_as_panels_want_them() {
        let name = |domain: &str, zone: Option<&str>| {
            let zone = zone.map(|zone| zone.parse().unwrap());
            let row = ToPublish { zone, ..row(domain, Some("")) };
            row.relative_name(row.record.as_ref().unwrap()).to_owned()
        };
        assert_eq!(name("example.com", None), "_smtp._tls");
        assert_eq!(name("mail.example.co.uk", None), "_smtp._tls.mail");
        assert_eq!(name("a.mail.example.com", Some("mail.example.com")), "_smtp._tls.a");
    }

    #[test]
    fn mta_sts_begins_in_testing() {
        let at = Timestamp(1_769_860_800_000);
        let hosts = ["mx1.example.org".to_owned(), "mx2.example.org".to_owned()];
        let begun = MtaSts::beginning(&"example.org".parse().unwrap(), &hosts, at).unwrap();
        assert_eq!(
            begun.policy,
            "version: STSv1\nmode: testing\nmx: mx1.example.org\nmx: mx2.example.org\nmax_age: 604800\n"
        );
        assert_eq!(begun.record.name, "_mta-sts.example.org");
        assert_eq!(begun.url, "https://mta-sts.example.org/.well-known/mta-sts.txt");
        assert_eq!(MtaSts::beginning(&"example.org".parse().unwrap(), &[], at), None);
    }

    #[test]
    fn all_records_in_one_file() {
        let rows = [row("a.example", Some("v=TLSRPTv1; rua=mailto:x@b.example")), row("b.example", None)];
        assert_eq!(
            zone_file(&rows),
            "_smtp._tls.a.example. IN TXT \"v=TLSRPTv1; rua=mailto:x@b.example\"\n; nothing to publish yet for b.example\n"
        );
        let csv = csv(&rows);
        let lines: Vec<_> = csv.lines().collect();
        assert_eq!(lines[0], "domain,name,name_in_zone,type,value,value_quoted,state");
        assert_eq!(
            lines[1],
            "a.example,_smtp._tls.a.example,_smtp._tls,TXT,v=TLSRPTv1; rua=mailto:x@b.example,\
             \"\"\"v=TLSRPTv1; rua=mailto:x@b.example\"\"\",no record yet"
        );
        assert_eq!(lines[2], "b.example,,,,,,no record yet");
    }

    #[test]
    fn a_proof_of_its_own_goes_with_the_record_and_tells_how_it_stands_itself() {
        let domain = "a.example".parse().unwrap();
        let record = crate::proof::text_record(&domain, "abc").unwrap();
        let of = |seen| ToPublish {
            proof: Some(ProofRecord { record: record.clone(), seen }),
            state: Publication::Published,
            ..row("a.example", Some("v=TLSRPTv1; rua=mailto:x@b.example"))
        };
        let zone = zone_file(&[of(false), row("b.example", None)]);
        let lines: Vec<_> = zone.lines().collect();
        assert_eq!(lines[1], "_waxseal.a.example. IN TXT \"waxseal-proof=abc\"");
        assert_eq!((lines.len(), lines[2]), (3, "; nothing to publish yet for b.example"));
        let csv = csv(&[of(false), of(true)]);
        let proofs: Vec<_> = csv.lines().filter(|line| line.contains("waxseal-proof")).collect();
        assert_eq!(
            proofs[0],
            "a.example,_waxseal.a.example,_waxseal,TXT,waxseal-proof=abc,\"\"\"waxseal-proof=abc\"\"\",not seen yet"
        );
        assert!(proofs[1].ends_with(",published"));
        let json = serde_json::to_value(of(true)).unwrap();
        assert_eq!((&json["proof"]["value"], &json["proof"]["seen"]), (&"waxseal-proof=abc".into(), &true.into()));
    }

    #[test]
    fn no_cell_is_a_formula() {
        for evil in ["=1+1", "+1", "-1", "@x", "\tx", "\rx"] {
            assert!(inert(evil).starts_with('\''));
        }
        assert_eq!(inert("v=1"), "v=1");
    }
}
