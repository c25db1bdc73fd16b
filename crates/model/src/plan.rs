//! What a domain is to publish, made from what its administrator typed: records and policy that lint valid, and what is wrong
//! with the rest. Only what is right goes into them.

use mtasts::Mode;

use crate::{
    DomainName, Finding, Timestamp,
    lint::{self, Kind},
    publish,
    view::DnsRecord,
};

/// The lifetime of a policy: a week, so that a mistake is over in a week, and senders hold the policy over most outages.
const MAX_AGE: u64 = 604_800;
/// That of a policy in mode none, which shall be forgotten soon (RFC 8461 §8.3).
const MAX_AGE_NONE: u64 = 86_400;

/// What an administrator asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wishes<'a> {
    /// Where reports shall go: URIs, apart by white space or commas.
    pub destinations: &'a str,
    /// The MX hosts, apart by white space or commas; what an MX record has before them is passed over.
    pub hosts: &'a str,
    /// What the policy shall ask senders to do.
    pub mode: Mode,
}

/// What to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The TLS-RPT record; none without a destination that senders can use.
    pub tls_rpt: Option<DnsRecord>,
    /// The policy file; none without MX hosts, but in mode none.
    pub policy: Option<String>,
    /// The MTA-STS record that announces it.
    pub mta_sts: Option<DnsRecord>,
    /// What was left out.
    pub refused: Vec<Refused>,
}

/// Something that was typed and cannot be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No destination for reports, and what the linter says of it.
    Destination(String, Vec<Finding>),
    /// No host, and why not. Without it the policy would stop mail, so there is none.
    Host(String, String),
}

/// Makes the plan for a domain. The id of its MTA-STS record is `now`.
#[must_use]
pub fn plan(domain: &DomainName, wishes: Wishes<'_>, now: Timestamp) -> Plan {
    let mut refused = vec![];
    let (usable, rest): (Vec<&str>, Vec<&str>) =
        parts(wishes.destinations).partition(|uri| publish::tls_rpt(domain, &[], &[uri]).is_some());
    refused.extend(rest.into_iter().map(|uri| {
        let findings = lint::record(Kind::TlsRpt, &format!("v=TLSRPTv1; rua={uri}")).findings;
        Refused::Destination(uri.to_owned(), findings)
    }));

    // `10 mx1.example.com`: the number is the host's preference.
    let hosts: Vec<&str> = parts(wishes.hosts).filter(|host| !host.bytes().all(|byte| byte.is_ascii_digit())).collect();
    refused.extend(hosts.iter().filter(|host| publish::policy(Mode::Enforce, &[host], MAX_AGE).is_none()).map(
        |host| {
            let why = DomainName::parse(host)
                .err()
                .map_or_else(|| "no host has such a name".to_owned(), |why| why.to_string());
            Refused::Host((*host).to_owned(), why)
        },
    ));
    let policy = match wishes.mode {
        Mode::None => publish::policy(Mode::None, &[], MAX_AGE_NONE),
        mode => publish::policy(mode, &hosts, MAX_AGE),
    };
    Plan {
        tls_rpt: publish::tls_rpt(domain, &[], &usable),
        mta_sts: policy.is_some().then(|| publish::mta_sts(domain, now)).flatten(),
        policy,
        refused,
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(destinations: &str, hosts: &str, mode: Mode) -> Plan {
        let domain = DomainName::parse("example.org").unwrap();
        plan(&domain, Wishes { destinations, hosts, mode }, Timestamp(1_769_860_800_000))
    }

    #[test]
    fn lists_come_as_people_paste_them() {
        let plan = make(
            "https://r.example/x,\r\nmailto:a@example.net",
            "10 MX1.example.org.\r\n20 mx2.example.org.\r\n",
            Mode::Testing,
        );
        assert_eq!(plan.tls_rpt.unwrap().value, "v=TLSRPTv1; rua=mailto:a@example.net,https://r.example/x");
        assert_eq!(
            plan.policy.unwrap(),
            "version: STSv1\nmode: testing\nmx: mx1.example.org\nmx: mx2.example.org\nmax_age: 604800\n"
        );
        assert_eq!(plan.mta_sts.unwrap().name, "_mta-sts.example.org");
        assert_eq!(plan.refused, []);
    }

    #[test]
    fn a_policy_that_would_lack_a_host_is_none() {
        let plan = make("", "mx1.example.org mx_2.example.org", Mode::Enforce);
        assert_eq!((plan.policy, plan.mta_sts, plan.tls_rpt), (None, None, None));
        assert!(
            matches!(&plan.refused[..], [Refused::Host(host, why)] if host == "mx_2.example.org" && why.contains('_'))
        );
    }

    #[test]
    fn what_is_wrong_with_a_destination_is_the_linters_to_say() {
        let plan = make("tls@example.net mailto:b@example.net ftp://x/", "", Mode::Testing);
        assert_eq!(plan.tls_rpt.unwrap().value, "v=TLSRPTv1; rua=mailto:b@example.net");
        let codes: Vec<_> = plan
            .refused
            .iter()
            .map(|refused| match refused {
                Refused::Destination(_, findings) => findings[0].code.as_str(),
                Refused::Host(..) => "",
            })
            .collect();
        assert_eq!(codes.first(), Some(&"tls-rpt-mailto-missing"));
        assert_eq!(codes.len(), 2);
    }

    #[test]
    fn taking_down_needs_no_hosts_and_is_forgotten_soon() {
        let plan = make("", "mx1.example.org", Mode::None);
        assert_eq!(plan.policy.unwrap(), "version: STSv1\nmode: none\nmax_age: 86400\n");
        assert!(plan.mta_sts.is_some());
    }
}
