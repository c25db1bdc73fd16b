//! What to publish so that reports come: the TLS-RPT record of a domain (RFC 8460 §3), or why there is none yet.

use std::net::IpAddr;

use crate::{
    DomainName, MailForm,
    address::is_public,
    proof, publish,
    view::{DnsRecord, DomainSetup},
};

/// Where this installation can be reached, as configured.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// `http.base_url`, or the address listened on while none is configured; without a final slash or with one.
    pub base_url: &'a str,
    /// The host of report addresses for mail, once a way in for mail is configured.
    pub mail_host: Option<&'a str>,
    /// How report addresses look where a mailbox of the workspace takes their mail; it comes before the host.
    pub mail_form: Option<&'a MailForm>,
}

/// What the record of a domain names besides our own destinations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kept<'a> {
    /// The destinations that are published now: those of others stay.
    pub published: &'a [String],
    /// Every report address the domain has or had. A destination with one of them is ours, and not kept when it is old.
    pub addresses: &'a [String],
    /// Where its owner wants reports as well, as URIs.
    pub recipients: &'a [String],
}

/// Where the reports of a domain arrive, and what to publish.
///
/// A record holds only destinations that work from outside; while there are none of ours it is left out, and `why` names the
/// keys that are missing.
#[must_use]
pub fn domain_setup(domain: &DomainName, address: &str, reach: Reach<'_>, kept: Kept<'_>) -> DomainSetup {
    let report_url = format!("{}/r/{address}", reach.base_url.trim_end_matches('/'));
    let of_form = reach.mail_form.map(|form| form.mailbox(address));
    let report_email = of_form.or_else(|| reach.mail_host.map(|host| format!("{address}@{host}")));

    let mail_host = reach.mail_form.map(|form| form.host().as_str()).or(reach.mail_host);
    let mail = report_email.as_ref().filter(|_| mail_host.is_some_and(|host| unreachable(host).is_none()));
    let obstacle = url_obstacle(reach.base_url);
    let destinations: Vec<String> = mail
        .map(|mail| format!("mailto:{mail}"))
        .into_iter()
        .chain(obstacle.is_none().then(|| report_url.clone()))
        .collect();
    let records: Vec<DnsRecord> = if destinations.is_empty() {
        vec![]
    } else {
        let others = kept.published.iter().filter(|uri| !proof::names_one_of(uri, kept.addresses));
        let others: Vec<&str> = others.chain(kept.recipients).map(String::as_str).collect();
        let ours: Vec<&str> = destinations.iter().map(String::as_str).collect();
        // A mailbox that many domains share does not tell whose a record is.
        let is_bare = reach.mail_form.is_some_and(MailForm::is_bare);
        let text = is_bare.then(|| proof::text_record(domain, address)).flatten();
        publish::tls_rpt(domain, &others, &ours).into_iter().chain(text).collect()
    };
    let why = obstacle.filter(|_| records.is_empty()).map(|obstacle| {
        format!(
            "Nothing can be published yet: the base URL {} {obstacle}, so no sender could deliver there. Set http.base_url \
             (in the environment: WAXSEAL_HTTP__BASE_URL) to the public https address of this installation, such as \
             https://tlsrpt.example.com.",
            reach.base_url
        )
    });
    DomainSetup { address: address.to_owned(), report_url, report_email, destinations, records, why }
}

/// What keeps senders from this base URL; none when nothing is seen to.
#[must_use]
pub fn url_obstacle(base_url: &str) -> Option<String> {
    let Some((scheme, rest)) = base_url.split_once("://") else {
        return Some("is not a URL".to_owned());
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    if let Some(obstacle) = unreachable(host) {
        return Some(obstacle);
    }
    // "mailto" and "https" are the only schemes there are (RFC 8460 §3).
    (!scheme.eq_ignore_ascii_case("https")).then(|| format!("is {scheme}, and senders take https only (RFC 8460 §3)"))
}

/// Why a host cannot be reached from outside.
pub(crate) fn unreachable(host: &str) -> Option<String> {
    const NOT_PUBLIC: [&str; 13] = [
        "localhost",
        "local",
        "localdomain",
        "internal",
        "intranet",
        "lan",
        "home",
        "home.arpa",
        "corp",
        "private",
        "test",
        "invalid",
        "onion",
    ];
    if let Ok(address) = host.parse::<IpAddr>() {
        return (!is_public(address)).then(|| format!("names {address}, an address that only this network can reach"));
    }
    match DomainName::parse(host) {
        Err(error) => Some(format!("names no public host: {error}")),
        Ok(name) => NOT_PUBLIC
            .iter()
            .find(|top| name.as_str().strip_suffix(**top).is_some_and(|left| left.ends_with('.')))
            .map(|top| format!("names a host under .{top}, which public DNS does not have")),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const ADDRESS: &str = "abcdefghijklmnopqrstuvwxyz";

    fn setup(base_url: &str, mail_host: Option<&str>) -> DomainSetup {
        let name = DomainName::parse("example.com").unwrap();
        domain_setup(&name, ADDRESS, Reach { base_url, mail_host, mail_form: None }, Kept::default())
    }

    #[test]
    fn a_mailbox_may_be_the_report_host() {
        let setup = |form: &str| {
            let form = MailForm::parse(form).unwrap();
            let reach = Reach { base_url: "http://127.0.0.1:3000", mail_host: None, mail_form: Some(&form) };
            domain_setup(&DomainName::parse("example.com").unwrap(), ADDRESS, reach, Kept::default())
        };
        let by_template = setup("tls+{address}@provider.example");
        assert_eq!(by_template.report_email.unwrap(), format!("tls+{ADDRESS}@provider.example"));
        assert_eq!(by_template.records.len(), 1);
        assert_eq!(by_template.records[0].value, format!("v=TLSRPTv1; rua=mailto:tls+{ADDRESS}@provider.example"));
        let bare = setup("tls@example.net");
        let records: Vec<_> = bare.records.iter().map(|record| (record.name.as_str(), record.value.as_str())).collect();
        assert_eq!(
            records,
            [
                ("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:tls@example.net"),
                ("_waxseal.example.com", format!("waxseal-proof={ADDRESS}").as_str())
            ]
        );
    }

    #[test]
    fn what_others_receive_stays_and_old_addresses_go() {
        const OLD: &str = "zyxwvutsrqponmlkjihgfedcba";
        let published = ["mailto:tls@example.net".to_owned(), format!("https://tlsrpt.example.net/r/{OLD}")];
        let kept = Kept {
            published: &published,
            addresses: &[OLD.to_owned(), ADDRESS.to_owned()],
            recipients: &["mailto:team@example.com".to_owned()],
        };
        let reach = |base_url| Reach { base_url, mail_host: None, mail_form: None };
        let name = DomainName::parse("example.com").unwrap();
        let setup = domain_setup(&name, ADDRESS, reach("https://tlsrpt.example.net"), kept);
        assert_eq!(
            setup.records[0].value,
            format!(
                "v=TLSRPTv1; rua=mailto:tls@example.net,mailto:team@example.com,https://tlsrpt.example.net/r/{ADDRESS}"
            )
        );
        assert_eq!(setup.destinations.len(), 1);
        let nowhere = domain_setup(&name, ADDRESS, reach("http://127.0.0.1:3000"), kept);
        assert_eq!(nowhere.records, [], "a record without us would bring nothing here");
    }

    #[test]
    fn the_record_names_both_ways_in() {
        let setup = setup("https://tlsrpt.example.net/", Some("in.example.net"));
        assert_eq!(setup.report_url, format!("https://tlsrpt.example.net/r/{ADDRESS}"));
        assert_eq!(setup.report_email.unwrap(), format!("{ADDRESS}@in.example.net"));
        assert_eq!(setup.records[0].name, "_smtp._tls.example.com");
        assert_eq!(setup.records[0].kind, "TXT");
        assert_eq!(
            setup.records[0].value,
            format!("v=TLSRPTv1; rua=mailto:{ADDRESS}@in.example.net,https://tlsrpt.example.net/r/{ADDRESS}")
        );
        assert_eq!(setup.why, None);
    }

    #[test]
    fn characters_that_end_a_uri_are_encoded() {
        let setup = setup("https://tlsrpt.example.net/a,b;c!d", None);
        assert_eq!(
            setup.records[0].value,
            format!("v=TLSRPTv1; rua=https://tlsrpt.example.net/a%2Cb%3Bc%21d/r/{ADDRESS}")
        );
    }

    #[rstest]
    #[case::plain_http("http://tlsrpt.example.net", "https only")]
    #[case::the_default("http://127.0.0.1:3000", "only this network")]
    #[case::loopback_with_tls("https://127.0.0.1", "only this network")]
    #[case::private("https://10.1.2.3:8443", "only this network")]
    #[case::carrier_nat("https://100.64.0.1", "only this network")]
    #[case::link_local("https://169.254.1.1", "only this network")]
    #[case::v6_loopback("https://[::1]:3000", "only this network")]
    #[case::v6_unique_local("https://[fd00::1]", "only this network")]
    #[case::v4_in_v6("https://[::ffff:192.168.0.1]", "only this network")]
    #[case::localhost("https://localhost:3000", "one label")]
    #[case::single_label("https://waxseal", "one label")]
    #[case::mdns("https://waxseal.local", ".local")]
    #[case::inside("https://waxseal.corp.internal", ".internal")]
    #[case::not_a_url("tlsrpt.example.net", "not a URL")]
    #[case::no_host("https://", "empty")]
    fn a_destination_that_cannot_work_is_never_published(#[case] base_url: &str, #[case] because: &str) {
        let setup = setup(base_url, None);
        assert_eq!(setup.records, []);
        let why = setup.why.unwrap();
        assert!(why.contains(because), "{why}");
        assert!(why.contains("http.base_url") && why.contains("WAXSEAL_HTTP__BASE_URL"), "{why}");
    }

    #[test]
    fn one_way_in_is_enough_and_the_other_is_left_out() {
        let by_mail = setup("http://127.0.0.1:3000", Some("in.example.net"));
        assert_eq!(by_mail.records[0].value, format!("v=TLSRPTv1; rua=mailto:{ADDRESS}@in.example.net"));
        assert_eq!(by_mail.why, None);
        let by_https = setup("https://tlsrpt.example.net", Some("mail.local"));
        assert_eq!(by_https.records[0].value, format!("v=TLSRPTv1; rua=https://tlsrpt.example.net/r/{ADDRESS}"));
    }
}
