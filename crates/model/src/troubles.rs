//! What to do when something is not as expected: each step names the page whose evidence answers it.

/// Something that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where it stands on its page: `/help/troubleshooting#no-reports`.
    pub anchor: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What to look at, in order.
    pub steps: &'static [Step],
    /// Other words people search for.
    pub synonyms: &'static [&'static str],
}

/// One thing to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The question.
    pub question: &'static str,
    /// What the answer means, and what to do.
    pub answer: &'static str,
    /// The page with the evidence, and how its link is called.
    pub evidence: (&'static str, &'static str),
}

/// All of them, the most frequent first.
pub const TROUBLES: &[Trouble] = &[
    Trouble {
        anchor: "no-reports",
        title: "No reports come",
        steps: &[
            Step {
                question: "Is the record there, at the right name, and without a mistake?",
                answer: "Senders look at _smtp._tls.<domain> and nowhere else; with two records there they take none. The list \
                         says of each domain whether its record was seen, and the tool looks at any domain.",
                evidence: ("/records?show=waiting", "Records that are not published yet"),
            },
            Step {
                question: "Is the report address of this installation in it?",
                answer: "Each domain has an address of its own. That of another domain, or one that was replaced long ago, leads \
                         nowhere.",
                evidence: ("/records", "What each domain is to publish"),
            },
            Step {
                question: "Have 48 hours passed?",
                answer: "A day is reported after its end, with up to four hours of delay and a day of retries. The overview says \
                         of each domain that waits when its first report is due.",
                evidence: ("/?status=waiting", "Domains that wait"),
            },
            Step {
                question: "Does the address work from outside?",
                answer: "Send a test report: it takes the same way as a sender's and says where it got stuck.",
                evidence: ("/start", "How reports come in, and test reports"),
            },
            Step {
                question: "Did something come that could not be counted?",
                answer: "A report for a name that is not watched here, or a mail without a valid signature, is put aside and \
                         shown.",
                evidence: ("/log?outcome=quarantined", "What was put aside"),
            },
            Step {
                question: "Is the mailbox read, and is it full?",
                answer: "Where reports come by way of a mailbox, its line says when it was last read and what went wrong.",
                evidence: ("/settings/mailboxes", "Mailboxes"),
            },
            Step {
                question: "Does the domain get mail from somebody who reports?",
                answer: "Few senders report. Write to yourself from an account at a large provider; its report comes in a day or \
                         two.",
                evidence: ("/help/standards#who-reports", "Who reports, and when"),
            },
            Step {
                question: "Did a reporter fall silent?",
                answer: "The roll-call on a domain's page shows who reported on which day.",
                evidence: ("/", "The domains"),
            },
        ],
        synonyms: &["missing reports", "not receiving reports", "empty", "waiting", "first report"],
    },
    Trouble {
        anchor: "many-failures",
        title: "Many sessions fail",
        steps: &[
            Step {
                question: "What is it: which result type, at which MX host?",
                answer: "Failures of one type at one host have one cause. Each is told with whose fault it is and the steps that \
                         mend it.",
                evidence: ("/incidents", "Incidents"),
            },
            Step {
                question: "Which reports tell of it?",
                answer: "Those with the lowest rate first. When several reporters see the same, it is yours; when one does alone, \
                         look at that sender and the way between.",
                evidence: ("/reports?failing=yes&sort=rate", "Reports with failures, the worst first"),
            },
            Step {
                question: "What does the live check say?",
                answer: "It looks at the certificate's dates, names and chain, at STARTTLS, TLSA and the policy, from outside, each \
                         hour. A red finding names what to publish or to renew.",
                evidence: ("/?status=error", "Domains with errors"),
            },
            Step {
                question: "Are policy and MX records in step?",
                answer: "A new MX host that the policy does not list fails under MTA-STS although its certificate is good.",
                evidence: ("/tools/lint?kind=policy", "Lint a policy with its MX hosts"),
            },
            Step {
                question: "Does the sender give a reason code?",
                answer: "The report's page decodes those that are known.",
                evidence: ("/help#reason-codes", "Reason codes"),
            },
            Step {
                question: "Is it few, and for one day only?",
                answer: "A handful of failures at a large domain is the noise of the internet. Do not dismiss it when it goes on: \
                         the same sender or address day after day is a trend.",
                evidence: ("/reports?failing=yes", "Reports with failures"),
            },
        ],
        synonyms: &["high failure rate", "low success rate", "failed sessions", "mail not delivered"],
    },
    Trouble {
        anchor: "unreadable-reports",
        title: "A report cannot be read",
        steps: &[
            Step {
                question: "What came, and why was it no report?",
                answer: "The bytes are kept with the reason. gzip, zip, JSON and mails are known by their first bytes, whatever \
                         their name or Content-Type says; a file that was changed on its way, say by a virus scanner, is not.",
                evidence: ("/log?outcome=unreadable", "What could not be read"),
            },
            Step {
                question: "Was it too large?",
                answer: "The largest report that is read is a setting of the installation. What was refused is in the log.",
                evidence: ("/log?outcome=refused", "What was refused"),
            },
            Step {
                question: "What does a single file say?",
                answer: "Paste or drop it: it is read as any report is, and nothing is stored.",
                evidence: ("/tools/report", "Read a report"),
            },
            Step {
                question: "Would a newer version read it?",
                answer: "After an upgrade, let it be read again: what can be read then is counted.",
                evidence: ("/log/read-again", "Read again"),
            },
            Step {
                question: "Was it read with notes?",
                answer: "Senders differ: a missing time zone, a text for a list, names that no RFC has. Such a report is read and \
                         counted, and its page says what was tolerated.",
                evidence: ("/reports", "Reports"),
            },
        ],
        synonyms: &["parse error", "invalid gzip", "Content-Type", "format", "corrupt", "unreadable"],
    },
    Trouble {
        anchor: "policy-missing",
        title: "The policy cannot be fetched, or has expired",
        steps: &[
            Step {
                question: "What do senders do without it?",
                answer: "Who holds an earlier policy goes on applying it until its max_age has passed; everybody else delivers as \
                         though there were none. So nothing breaks at once, and nobody new is protected.",
                evidence: ("/help#sts-policy-fetch-error", "MTA-STS policy not fetched"),
            },
            Step {
                question: "What does the policy host answer from outside?",
                answer: "The look-up fetches the file as senders do: certificate, status, type, size, text.",
                evidence: ("/tools/look-up", "Look up a domain"),
            },
        ],
        synonyms: &["fallback", "max_age", "policy expired", "fetch error", "cached policy"],
    },
    Trouble {
        anchor: "being-told",
        title: "How am I told when something breaks?",
        steps: &[
            Step {
                question: "Does Waxseal send alerts, and can I take an incident on?",
                answer: "No. It mails people only about their own accounts. Incidents are assigned to nobody and acknowledged by \
                         nobody: they open and end by what reports and live checks say. Look here, or let another program ask.",
                evidence: ("/incidents", "Incidents"),
            },
            Step {
                question: "Is there an alerting system that reads Prometheus metrics?",
                answer: "Let it read /metrics of this installation: waxseal_domain_failures and waxseal_domain_sessions tell of \
                         failures, waxseal_domain_last_report_timestamp_seconds tells of silence. docs/operating.md has rules to \
                         copy.",
                evidence: ("/?status=error", "Domains with errors"),
            },
            Step {
                question: "Is there a script or a ticket system that can ask?",
                answer: "GET /api/v1/incidents?state=open gives what is broken, whose fault it is and the steps that mend it; a token \
                         that may only read will do.",
                evidence: ("/help/api", "The API"),
            },
            Step {
                question: "Does somebody without an account want to see one domain?",
                answer: "Give them a share link: it shows the summary of one domain, and ends on a day that you choose. It is made on \
                         the domain's page.",
                evidence: ("/", "The domains"),
            },
            Step {
                question: "Is it a spreadsheet that somebody goes through?",
                answer: "Below each list are links to the whole of it as CSV and JSON.",
                evidence: ("/reports?failing=yes", "Reports with failures"),
            },
        ],
        synonyms: &[
            "alert",
            "alerting",
            "notification",
            "notify me",
            "webhook",
            "Slack",
            "assign",
            "acknowledge",
            "monitoring",
            "on call",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_leads_to_a_page_of_ours() {
        for trouble in TROUBLES {
            assert!(!trouble.steps.is_empty() && !trouble.synonyms.is_empty());
            for step in trouble.steps {
                assert!(step.question.ends_with('?') && step.answer.ends_with('.'), "{}", step.question);
                assert!(step.evidence.0.starts_with('/') && !step.answer.contains("  "), "{}", step.question);
            }
        }
    }
}
