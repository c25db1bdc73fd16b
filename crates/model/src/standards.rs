//! How the standards fit together, in words: what TLS-RPT, MTA-STS and DANE each do, how they differ from DMARC, SPF and DKIM,
//! how a report comes about, and what reports do not tell.

/// Something told in a few paragraphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Where it stands on its page: `/help/standards#who-reports`.
    pub anchor: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What there is to say.
    pub paragraphs: &'static [&'static str],
    /// Steps or points, each a sentence.
    pub points: &'static [&'static str],
    /// Other words people search for.
    pub synonyms: &'static [&'static str],
}

/// A table that compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What is compared.
    pub heads: [&'static str; 3],
    /// Each question with the answer for each of them.
    pub rows: &'static [(&'static str, [&'static str; 3])],
}

/// What protects mail on its way, and what tells of it.
pub const TRANSPORT: Comparison = Comparison {
    heads: ["TLS-RPT", "MTA-STS", "DANE"],
    rows: &[
        (
            "What it does",
            [
                "Asks senders to report how their TLS sessions went. It changes no delivery.",
                "Tells senders that mail must be encrypted, and to which hosts.",
                "Tells senders which certificate or key an MX host has.",
            ],
        ),
        (
            "Where it is published",
            [
                "A TXT record at _smtp._tls.<domain>.",
                "A TXT record at _mta-sts.<domain>, and a file on https://mta-sts.<domain>.",
                "TLSA records at _25._tcp.<mx host>.",
            ],
        ),
        (
            "What it needs",
            [
                "Nothing but the record, and somebody who reads the reports.",
                "A web server with a certificate of a public authority.",
                "DNSSEC, for the domain and for the MX hosts.",
            ],
        ),
        (
            "What a failing host means",
            [
                "It is counted and reported.",
                "enforce: no delivery to that host. testing: delivery, and a report. none: as though there were no policy.",
                "No delivery to that host. There is no testing mode.",
            ],
        ),
        (
            "In reports",
            ["The report itself.", "policy-type sts.", "policy-type tlsa; its policy domain is mostly the MX host."],
        ),
        ("RFC", ["RFC 8460", "RFC 8461", "RFC 7672"]),
    ],
};

/// What says who wrote a mail.
pub const AUTHORSHIP: Comparison = Comparison {
    heads: ["SPF", "DKIM", "DMARC"],
    rows: &[
        (
            "What it answers",
            [
                "May this server send for that domain?",
                "Did that domain sign this mail, and is it unchanged?",
                "Does either of them fit the domain in the From line, and what shall be done if not?",
            ],
        ),
        (
            "Whom it protects",
            [
                "Everybody who gets mail in your name.",
                "Everybody who gets mail in your name.",
                "Everybody who gets mail in your name.",
            ],
        ),
        (
            "Who reports",
            ["Nobody.", "Nobody.", "The receiving side, about mail in your name: rua and ruf in _dmarc.<domain>."],
        ),
    ],
};

/// All topics, in their order on the page.
pub const TOPICS: &[Topic] = &[
    Topic {
        anchor: "how-a-report-comes-about",
        title: "How a report comes about",
        paragraphs: &[],
        points: &[
            "A mail server that has mail for your domain looks up your MX hosts, and whether you have an MTA-STS policy or TLSA \
             records.",
            "It connects to an MX host, says STARTTLS, and checks the certificate by that policy, or checks nothing where there is \
             none.",
            "It counts the session: succeeded, or failed with a result type. The mail is delivered, held back or sent to another \
             host as the policy says; the count changes nothing about that.",
            "After the end of the UTC day it sends one report to each domain that asks for them, as JSON, by mail or by HTTPS. \
             It may wait for four hours and try again for a day.",
        ],
        synonyms: &["handshake", "how it works", "workflow"],
    },
    Topic {
        anchor: "who-reports",
        title: "Who reports, about what, and when",
        paragraphs: &[
            "The sending servers report, about mail to your domain. Your own mail server reports nothing about it: it could \
             not see what a sender refused to send. If your server sends mail, it may report to others in the same way.",
            "Success is reported, too. A report with no failure is the sign that all is well and that the reporter still \
             watches: when one who reported every day falls silent, the record, the address or the flow of mail has changed.",
            "Reports come once a day for a full UTC day (RFC 8460 §4.1). Some servers can be set to other periods, so any period \
             is taken. The first ones come 24 to 48 hours after the record is published, if a sender that reports has sent \
             you mail.",
            "Few senders report: the large mailbox providers and those whose administrators switched it on. A domain without \
             mail from them gets no reports, and nothing is wrong.",
        ],
        points: &[],
        synonyms: &[
            "receiving server",
            "receiver reports",
            "weekly report",
            "heartbeat",
            "frequency",
            "which providers",
        ],
    },
    Topic {
        anchor: "reporting-enforces-nothing",
        title: "Reporting enforces nothing",
        paragraphs: &[
            "TLS-RPT prevents no interception and stops no mail: it tells afterwards, once a day. MTA-STS in enforce and DANE \
             protect. Without them, failures are informative, since mail goes out all the same, perhaps in clear text; with \
             them, the same failure keeps mail back. So Waxseal says of each failure what it did to mail.",
            "A TLS-RPT record has no mode, no duration and no fallback: those are the MTA-STS policy's.",
        ],
        points: &[],
        synonyms: &[
            "prevents interception",
            "real time",
            "does TLS-RPT block mail",
            "delivery impact",
            "pointer",
            "duration",
            "fallback",
        ],
    },
    Topic {
        anchor: "together",
        title: "How TLS-RPT, MTA-STS and DANE work together",
        paragraphs: &[
            "TLS-RPT is the eye, MTA-STS and DANE are the lock. Either lock alone will do, and both may be published: a sender \
             that knows both must follow DANE (RFC 8461 §2), and what fails DANE is not saved by MTA-STS. They must say \
             the same: the hosts in the policy are the MX hosts, and each has TLSA records that fit its certificate.",
        ],
        points: &[],
        synonyms: &["difference between MTA-STS and DANE", "comparison", "which one do I need"],
    },
    Topic {
        anchor: "order",
        title: "In which order to set them up",
        paragraphs: &["Never enforce without TLS-RPT: nobody would tell you which mail does not arrive."],
        points: &[
            "TLS on each MX host, with a certificate of a public authority that names the host, renewed automatically.",
            "The TLS-RPT record. Look it up from outside once it is published: a wrong name or a typing error is not reported by \
             anybody. Reports go where someone reads them: by mail to a mailbox of its own that takes mail from outside and does \
             not fill up.",
            "MTA-STS in testing, with every MX host in the policy. Two weeks without failures from several reporters is a good \
             sign.",
            "MTA-STS in enforce: the mode in the file, and a new id in the record. Small counts of failures are worth a look \
             before: each is mail that would wait.",
            "DANE where your zone and your MX hosts have DNSSEC, with a plan for the day on which the key changes.",
            "From then on look regularly, mend promptly: certificates end, hosts are added and keys change, and mail waits until \
             somebody sees it.",
        ],
        synonyms: &[
            "best practices",
            "setup",
            "getting started",
            "enforce without TLS-RPT",
            "roll-out",
            "dedicated mailbox",
            "monitor regularly",
        ],
    },
    Topic {
        anchor: "dmarc-spf-dkim",
        title: "How they differ from DMARC, SPF and DKIM",
        paragraphs: &[
            "TLS-RPT, MTA-STS and DANE are about mail to you: is it encrypted on its way, and does it reach your own hosts? SPF, \
             DKIM and DMARC are about mail from you: did you write it? Neither stands in for the other.",
            "The reports look alike and are not: DMARC's are XML and come from receivers about mail in your name; TLS reports \
             are JSON and come from senders about connections to your hosts. Tags of DMARC (p, ruf, fo, ri, a size limit such as \
             !10m) mean nothing in a TLS-RPT record, and no _report._tls record permits another domain to take reports: none is \
             needed.",
        ],
        points: &[],
        synonyms: &["DMARC", "SPF", "DKIM", "spoofing", "ruf", "email authentication", "_report._tls"],
    },
    Topic {
        anchor: "what-reports-do-not-tell",
        title: "What reports do not tell",
        paragraphs: &[],
        points: &[
            "Which mail: no subject, no text, no person. They name servers and counts, so they hold no personal data of your \
             users; they do show with whom your hosts talk, so treat them with care.",
            "When on that day: only the period is known, mostly a day.",
            "How many mails: they count sessions. One session may carry several mails, and one mail may need several sessions.",
            "A rate: it is computed here from the counts. Failure types overlap, so they need not add up.",
            "Whether a mail was lost: after a failure under enforce the sender tries other hosts and comes again for days.",
            "What senders see that do not report, and hosts that did not answer at all.",
            "An attack for certain: a firewall that takes STARTTLS away looks the same as somebody who listens.",
        ],
        synonyms: &[
            "privacy",
            "personal data",
            "GDPR",
            "limitations",
            "message content",
            "time of failure",
            "percentage",
        ],
    },
    Topic {
        anchor: "fields",
        title: "What stands in a report",
        paragraphs: &[
            "The page of a report shows all of it, and under \"As it came\" the JSON itself. Guides print samples with names \
             that do not exist; they are read all the same, with a note.",
        ],
        points: &[
            "organization-name, contact-info, report-id, date-range: who reports, whom to ask, and the period.",
            "policy-type, policy-string, policy-domain, mx-host: which policy was applied. policy-string is a list of the policy's \
             lines, from which the mode is read; mx-host is a list of its patterns.",
            "total-successful-session-count and total-failure-session-count: how many sessions went well, and how many did not.",
            "result-type, sending-mta-ip, receiving-mx-hostname, receiving-ip, failed-session-count: what failed, between whom, how \
             often.",
            "receiving-mx-helo, additional-information, failure-reason-code: what many guides leave out. The reason code is free \
             text, and often the best hint there is.",
            "There is no failure percentage, no time of the failure, no sending-ip (it is sending-mta-ip) and no \
             receiving-mx-dns.",
        ],
        synonyms: &["JSON", "report format", "field names", "sending-ip", "receiving-mx-dns", "mx-host-pattern"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> impl Iterator<Item = &'static str> {
        let tables =
            [TRANSPORT, AUTHORSHIP].into_iter().flat_map(|table| table.rows).flat_map(|(_, cells)| cells.iter());
        let told = TOPICS.iter().flat_map(|topic| topic.paragraphs.iter().chain(topic.points));
        told.chain(tables).copied()
    }

    #[test]
    fn every_text_is_in_good_order() {
        for text in texts() {
            assert!(!text.contains("  ") && !text.is_empty(), "{text}");
        }
        for topic in TOPICS {
            assert!(!topic.paragraphs.is_empty() || topic.points.len() > 2, "{}", topic.title);
        }
    }

    #[test]
    fn the_direction_is_right() {
        let told = |anchor: &str| {
            let topic = TOPICS.iter().find(|topic| topic.anchor == anchor).expect("the topic");
            topic.paragraphs.join(" ")
        };
        assert!(told("who-reports").contains("The sending servers report"));
        assert!(told("who-reports").contains("Success is reported, too"));
        assert!(told("reporting-enforces-nothing").contains("stops no mail"));
        assert!(texts().all(|text| !text.contains("receiving server generates")));
    }
}
