//! The words of Waxseal and of the RFCs, with what else people call them.

/// One word explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands on the help page: `/help#mta-sts`.
    pub anchor: &'static str,
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Other words people search for.
    pub synonyms: &'static [&'static str],
}

/// All entries, those about the standards first, then those about Waxseal.
pub const ENTRIES: &[Entry] = &[
    Entry {
        anchor: "tls-rpt",
        word: "TLS-RPT",
        meaning: "SMTP TLS Reporting (RFC 8460). Sending servers report once a day how their TLS connections to a domain went, \
                  successes included. It reports; it enforces nothing. A domain asks for reports with one TXT record at \
                  _smtp._tls.<domain>; no other domain has to permit where they go.",
        synonyms: &["TLSRPT", "SMTP TLS Reporting", "TLS report"],
    },
    Entry {
        anchor: "rua",
        word: "rua",
        meaning: "The destinations in a TLS-RPT record, separated by commas: mailto: addresses and https: URLs. There is no \
                  ruf and no size limit as in DMARC. A sender may use only one of them.",
        synonyms: &["report URI", "aggregate report URI", "ruf", "reporting address"],
    },
    Entry {
        anchor: "mta-sts",
        word: "MTA-STS",
        meaning: "A domain's policy that mail to it must be encrypted and to whom (RFC 8461): a file on \
                  https://mta-sts.<domain>, announced by a TXT record at _mta-sts.<domain>, that lists the MX hosts and a mode. The record \
                  holds only v and id; mode, mx and max_age stand in the file.",
        synonyms: &["SMTP strict transport security", "mta-sts.txt", "STS"],
    },
    Entry {
        anchor: "mode",
        word: "mode",
        meaning: "What an MTA-STS policy asks of senders when a host fails it. enforce: do not deliver to that host. testing: \
                  deliver, and report. none: as though there were no policy.",
        synonyms: &["enforce", "testing", "none", "enforcement level"],
    },
    Entry {
        anchor: "policy-host",
        word: "policy host",
        meaning: "The web server mta-sts.<domain> that serves the MTA-STS policy. It has a certificate of its own, which has \
                  nothing to do with those of the MX hosts.",
        synonyms: &["mta-sts host", "well-known"],
    },
    Entry {
        anchor: "dane",
        word: "DANE",
        meaning: "Certificates checked by DNS (RFC 7672): TLSA records at _25._tcp.<mx host>, secured by DNSSEC, say which \
                  certificate or key is right. It has no testing mode. The policy domain of a DANE entry in a report is the MX \
                  host.",
        synonyms: &["TLSA", "DNSSEC", "3 1 1"],
    },
    Entry {
        anchor: "no-policy-found",
        word: "no-policy-found",
        meaning: "The sender found neither MTA-STS nor DANE. Success then means that TLS worked, not that anybody was \
                  authenticated.",
        synonyms: &["opportunistic TLS", "no policy"],
    },
    Entry {
        anchor: "mx-host",
        word: "MX host",
        meaning: "A server that takes mail for a domain, as its MX records name it.",
        synonyms: &["mail server", "receiving MTA", "mail exchanger"],
    },
    Entry {
        anchor: "starttls",
        word: "STARTTLS",
        meaning: "The command by which an SMTP connection becomes encrypted. Without a policy a sender that is not offered it \
                  goes on in clear text.",
        synonyms: &["opportunistic encryption", "SMTP TLS"],
    },
    Entry {
        anchor: "session",
        word: "session",
        meaning: "One attempt of a sender to connect to an MX host. Reports count sessions, not messages: one session may carry \
                  several messages, and one message may need several sessions.",
        synonyms: &["connection", "message count"],
    },
    Entry {
        anchor: "domain",
        word: "domain",
        meaning: "A mail domain that a workspace watches. Subdomains that receive mail need a record of their own.",
        synonyms: &["policy domain", "recipient domain"],
    },
    Entry {
        anchor: "report-address",
        word: "report address",
        meaning: "The name of one domain to which its reports are sent, by mail or by HTTPS. It stands in public DNS, so it says \
                  where a report goes, and proves nothing about who sent it.",
        synonyms: &["reporting address", "token", "endpoint"],
    },
    Entry {
        anchor: "delivery",
        word: "delivery",
        meaning: "One thing received: a POST, a mail, an upload, a file. Its bytes are kept with its outcome: waiting, counted, in \
                  part, duplicate, conflict, quarantined, unreadable or refused.",
        synonyms: &["ingest log", "upload", "POST"],
    },
    Entry {
        anchor: "report",
        word: "report",
        meaning: "What one sender says about one period, usually a full UTC day. A day is complete at 04:00 UTC of the second \
                  day after: senders may wait four hours and retry for a day.",
        synonyms: &["aggregate report", "daily report", "missing report"],
    },
    Entry {
        anchor: "reporter",
        word: "reporter",
        meaning: "Who sent a report: the domain that signed the mail, else the organisation and contact that the report names. \
                  The roll-call shows on which days each reported.",
        synonyms: &["organization-name", "contact-info", "submitter", "sender"],
    },
    Entry {
        anchor: "note",
        word: "note",
        meaning: "A deviation from the standard that was tolerated, shown with the report. Nothing a sender wrote makes a report \
                  disappear.",
        synonyms: &["quirk", "malformed", "parse error"],
    },
    Entry {
        anchor: "trust",
        word: "trust",
        meaning: "How far a report's sender can be believed. signed: a mail with a valid DKIM signature of the sender. unsigned: \
                  by HTTPS, which has no signature. unverified: an upload, a file, or a mail whose signature does not hold. Settings → Trust says what is done with \
                  reports that are not signed.",
        synonyms: &["DKIM", "signed", "unsigned", "unverified", "forged"],
    },
    Entry {
        anchor: "status",
        word: "status",
        meaning: "Error: mail is not delivered, or a record does not work. Warning: something is wrong, mail still arrives. \
                  Suggestion: it works and could be better. Ok: nothing to do. Cannot tell: the question could not be answered. \
                  Waiting: nothing has come yet.",
        synonyms: &["severity", "health"],
    },
    Entry {
        anchor: "impact",
        word: "impact",
        meaning: "What a failure did to mail: not delivered through that host (enforce, DANE); delivered without the protection \
                  asked for (testing); delivered, perhaps in clear text (no policy); or not known.",
        synonyms: &["delivery impact", "bounced", "deferred", "lost mail"],
    },
    Entry {
        anchor: "incident",
        word: "incident",
        meaning: "One cause of failures at one place: a result type at an MX host or a policy host. It is open; fix seen, once a \
                  live check finds it mended; resolved, once those who reported it report again without it; and reopened by \
                  any new failure.",
        synonyms: &["cause", "problem", "outage", "alert", "root cause"],
    },
    Entry {
        anchor: "success-rate",
        word: "success rate",
        meaning: "Sessions that met the policy, of all sessions. It is never rounded up to 100 % while anything failed. Failure \
                  types overlap, so their numbers may add up to more than the failed sessions.",
        synonyms: &["failure rate", "percentage"],
    },
    Entry {
        anchor: "conflict",
        word: "conflict",
        meaning: "Two reports with the same sender, id and period that say different things. The better trusted is counted, else \
                  the first; both are shown.",
        synonyms: &["duplicate report", "same report-id"],
    },
    Entry {
        anchor: "quarantined",
        word: "quarantined",
        meaning: "Received, kept and shown, but counted nowhere: it speaks of no domain watched here, or it came by mail and no \
                  valid DKIM signature proves who sent it.",
        synonyms: &["unknown domain", "not counted"],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::explain;

    #[test]
    fn every_anchor_of_the_help_page_is_its_own() {
        let anchors: Vec<_> = ENTRIES
            .iter()
            .map(|entry| entry.anchor)
            .chain(explain::RESULT_TYPES.iter().map(|one| one.anchor))
            .chain([explain::unknown_result_type().anchor])
            .collect();
        assert_eq!(anchors.iter().collect::<BTreeSet<_>>().len(), anchors.len());
        assert!(anchors.iter().all(|anchor| anchor.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
    }

    #[test]
    fn the_record_of_mta_sts_is_said_to_hold_no_policy() {
        let entry = ENTRIES.iter().find(|entry| entry.anchor == "mta-sts").expect("the entry");
        assert!(entry.meaning.contains("The record holds only v and id"), "{}", entry.meaning);
    }

    #[test]
    fn every_entry_is_a_sentence_in_good_order() {
        for entry in ENTRIES {
            assert!(entry.meaning.ends_with('.') && !entry.meaning.contains("  "), "{}", entry.word);
        }
    }
}
