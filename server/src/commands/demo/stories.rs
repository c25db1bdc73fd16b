//! A dozen domains, each with a story: what an administrator meets in the first months.

/// One domain and what happens to it. Days count back from today.
pub(super) struct Story {
    pub(super) name: &'static str,
    /// The day on which it was added.
    pub(super) added: i32,
    pub(super) mx: &'static [&'static str],
    pub(super) policy: Policy,
    /// Sessions on an ordinary working day, all senders together.
    pub(super) sessions: u64,
    pub(super) senders: &'static [Sender],
    /// Senders that reported up to this day and never since.
    pub(super) silent: &'static [(Sender, i32)],
    pub(super) troubles: &'static [Trouble],
}

/// The policy senders find.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    None,
    Testing,
    Enforce,
    /// Testing, and enforce since that day.
    EnforceSince(i32),
    Dane,
    /// MTA-STS in enforce as well.
    DaneAndEnforce,
}

/// Something that goes wrong for a while.
pub(super) struct Trouble {
    pub(super) first: i32,
    /// The last day; 0 goes on.
    pub(super) last: i32,
    pub(super) result_type: &'static str,
    /// The MX host, as an index into the story's; none when it is about the policy.
    pub(super) mx: Option<usize>,
    /// Thousandths of the sessions that fail.
    pub(super) share: u64,
    pub(super) reason: Option<&'static str>,
    /// Who reports it; empty means everybody.
    pub(super) seen_by: &'static [Sender],
}

/// Who reports. How each of them writes is in `senders`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    Google,
    Microsoft,
    Yahoo,
    Comcast,
    MailRu,
    SocketLabs,
    /// A gateway that runs Stalwart.
    Gateway,
    /// A university with Postfix and tlsrpt-reporter.
    University,
    /// A family's server with mox.
    Family,
}

use Sender::{Comcast, Family, Gateway, Google, MailRu, Microsoft, SocketLabs, University, Yahoo};

const USUAL: &[Sender] = &[Google, Microsoft, Yahoo, MailRu, Gateway];
const ALL: &[Sender] = &[Google, Microsoft, Yahoo, Comcast, MailRu, SocketLabs, Gateway, University, Family];

/// Failures that any large domain sees now and then.
const NOISE: Trouble = Trouble {
    first: 90,
    last: 6,
    result_type: "validation-failure",
    mx: Some(0),
    share: 1,
    reason: None,
    seen_by: &[Google],
};

pub(super) const STORIES: [Story; 12] = [
    // The certificate of one of three hosts ran out, under enforce: mail waits. Its shop uses the same hosts.
    Story {
        name: "northmail.example",
        added: 90,
        mx: &["mx1.northmail.example", "mx2.northmail.example", "mx3.northmail.example"],
        policy: Policy::EnforceSince(23),
        sessions: 5_200,
        senders: ALL,
        silent: &[],
        troubles: &[
            NOISE,
            Trouble {
                first: 10,
                last: 0,
                result_type: "certificate-expired",
                mx: Some(1),
                share: 74,
                reason: None,
                seen_by: &[],
            },
        ],
    },
    Story {
        name: "shop.northmail.example",
        added: 90,
        mx: &["mx1.northmail.example", "mx2.northmail.example"],
        policy: Policy::Enforce,
        sessions: 760,
        senders: USUAL,
        silent: &[],
        troubles: &[Trouble {
            first: 10,
            last: 0,
            result_type: "certificate-expired",
            mx: Some(1),
            share: 61,
            reason: None,
            seen_by: &[],
        }],
    },
    // A third host was added and the policy was not told.
    Story {
        name: "kestrel.example",
        added: 90,
        mx: &["mx1.kestrel.example", "mx2.kestrel.example", "mx3.kestrel.example"],
        policy: Policy::Testing,
        sessions: 1_350,
        senders: ALL,
        silent: &[],
        troubles: &[
            Trouble {
                first: 17,
                last: 0,
                result_type: "validation-failure",
                mx: Some(2),
                share: 22,
                reason: Some("MX_HOSTS_MISMATCH"),
                seen_by: &[Microsoft],
            },
            Trouble {
                first: 17,
                last: 0,
                result_type: "certificate-host-mismatch",
                mx: Some(2),
                share: 19,
                reason: None,
                seen_by: &[Google, Yahoo],
            },
            // Its first host had an expired certificate, which was renewed: checks see it, reports have still to say so.
            Trouble {
                first: 9,
                last: 3,
                result_type: "certificate-expired",
                mx: Some(0),
                share: 41,
                reason: None,
                seen_by: &[],
            },
        ],
    },
    // Clean in testing: ready for enforce.
    Story {
        name: "fjord-travel.example",
        added: 71,
        mx: &["mail.fjord-travel.example"],
        policy: Policy::Testing,
        sessions: 560,
        senders: USUAL,
        silent: &[],
        troubles: &[Trouble {
            first: 64,
            last: 58,
            result_type: "certificate-not-trusted",
            mx: Some(0),
            share: 310,
            reason: Some("X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
            seen_by: &[],
        }],
    },
    // Clean and small; one of its reporters fell silent.
    Story {
        name: "brasserie-lune.example",
        added: 90,
        mx: &["mx.brasserie-lune.example"],
        policy: Policy::Enforce,
        sessions: 88,
        senders: &[Google, Microsoft, Yahoo],
        silent: &[(MailRu, 26)],
        troubles: &[],
    },
    // Large and clean but for the noise of any large domain, and a network that kept STARTTLS from one sender.
    Story {
        name: "orchard.example",
        added: 90,
        mx: &["mx1.orchard.example", "mx2.orchard.example"],
        policy: Policy::Enforce,
        sessions: 2_050,
        senders: ALL,
        silent: &[],
        troubles: &[
            Trouble { first: 22, last: 22, share: 2, ..NOISE },
            Trouble {
                first: 12,
                last: 11,
                result_type: "starttls-not-supported",
                mx: Some(1),
                share: 900,
                reason: None,
                seen_by: &[University],
            },
        ],
    },
    // Friends with small servers of every make.
    Story {
        name: "museum-am-see.example",
        added: 90,
        mx: &["mx1.museum-am-see.example", "mx2.museum-am-see.example"],
        policy: Policy::Enforce,
        sessions: 320,
        senders: &[Google, Gateway, University, Family, SocketLabs],
        silent: &[],
        troubles: &[],
    },
    // No policy at all: senders encrypt, and check nobody.
    Story {
        name: "bücherstube.example",
        added: 52,
        mx: &["mx.xn--bcherstube-9db.example"],
        policy: Policy::None,
        sessions: 140,
        senders: &[Google, Gateway, University, Family],
        silent: &[],
        troubles: &[],
    },
    // Added yesterday.
    Story {
        name: "alte-muehle.example",
        added: 0,
        mx: &["mx.alte-muehle.example"],
        policy: Policy::Testing,
        sessions: 0,
        senders: &[],
        silent: &[],
        troubles: &[],
    },
    // DANE: the key changed and the TLSA record did not. Microsoft reports each session twice.
    Story {
        name: "harbour.example",
        added: 90,
        mx: &["mx1.harbour.example", "mx2.harbour.example"],
        policy: Policy::DaneAndEnforce,
        sessions: 940,
        senders: &[Google, Microsoft, Comcast, Gateway, University, Family],
        silent: &[],
        troubles: &[Trouble {
            first: 5,
            last: 0,
            result_type: "tlsa-invalid",
            mx: Some(0),
            share: 480,
            reason: None,
            seen_by: &[Microsoft, Comcast, Gateway, University, Family],
        }],
    },
    // The policy host was down for some days; mended.
    Story {
        name: "lindenhof.example",
        added: 90,
        mx: &["mx1.lindenhof.example", "mx2.lindenhof.example"],
        policy: Policy::Enforce,
        sessions: 430,
        senders: USUAL,
        silent: &[],
        troubles: &[Trouble {
            first: 37,
            last: 33,
            result_type: "sts-policy-fetch-error",
            mx: None,
            share: 240,
            reason: Some("bad https response code: 503"),
            seen_by: &[MailRu, Google, Yahoo],
        }],
    },
    // Everybody fell silent: the record was lost when the zone moved.
    Story {
        name: "observatory.example",
        added: 90,
        mx: &["mx.observatory.example"],
        policy: Policy::Dane,
        sessions: 210,
        senders: &[],
        silent: &[(Google, 19), (Microsoft, 19), (Comcast, 20), (Gateway, 21)],
        troubles: &[],
    },
];

impl Story {
    /// Whether this sender reports on that many days before today.
    pub(super) fn reports(&self, ago: i32) -> impl Iterator<Item = Sender> {
        let still = self.senders.iter().copied();
        still.chain(self.silent.iter().filter(move |(_, until)| ago >= *until).map(|(sender, _)| *sender))
    }

    /// The troubles this sender sees on that many days before today.
    pub(super) fn troubles(&self, sender: Sender, ago: i32) -> impl Iterator<Item = &'static Trouble> {
        self.troubles.iter().filter(move |trouble| {
            (trouble.last..=trouble.first).contains(&ago)
                && (trouble.seen_by.is_empty() || trouble.seen_by.contains(&sender))
        })
    }
}
