//! Getting started: the five steps from an installed program to the first report, and which of them are done.
//!
//! A step is done when that was observed, never because somebody said so.

use serde::{Deserialize, Serialize};

use crate::{Channel, DomainName, Status, format, setup};

/// How reports shall arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A mail listener of our own on port 25.
    Smtp,
    /// Behind the owner's mail server, by LMTP.
    Lmtp,
    /// From a mailbox that exists, by IMAP.
    Imap,
    /// By HTTPS POST alone.
    Https,
    /// Brought in by hand.
    Upload,
}

impl Way {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Smtp, Self::Lmtp, Self::Imap, Self::Https, Self::Upload];

    /// Its word in forms.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Lmtp => "lmtp",
            Self::Imap => "imap",
            Self::Https => "https",
            Self::Upload => "upload",
        }
    }

    /// The way of this word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }

    /// What it is, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Smtp => "By mail, to a port 25 of its own",
            Self::Lmtp => "By mail, behind my mail server (LMTP)",
            Self::Imap => "By mail, from a mailbox I have (IMAP)",
            Self::Https => "By HTTPS only",
            Self::Upload => "From files only",
        }
    }
}

/// What was observed of an installation and a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The configured base URL; none while it is empty.
    pub base_url: Option<String>,
    /// Whether this page was asked for under the base URL.
    pub through_base_url: bool,
    /// How reports shall arrive, where that was chosen.
    pub way: Option<Way>,
    /// The host of report addresses for mail; none while no mail is received.
    pub report_host: Option<String>,
    /// Mailboxes that are read.
    pub mailboxes: u64,
    /// Those of them that cannot be read just now.
    pub unreadable_mailboxes: u64,
    /// The channels by which something has arrived.
    pub arrived: Vec<Channel>,
    /// Domains of the workspace.
    pub domains: u64,
    /// Those whose record was seen to name our address.
    pub published: u64,
    /// Some of those whose record was not.
    pub waiting: Vec<DomainName>,
    /// Whether domains are looked at from outside.
    pub looks: bool,
    /// Counted reports.
    pub reports: u64,
    /// Whether a test report has come all the way.
    pub tested: bool,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The address under which the world reaches the installation.
    PublicAddress,
    /// How reports arrive.
    Arrival,
    /// Domains to watch.
    Domains,
    /// Their TLS-RPT records.
    Records,
    /// The first report.
    TestReport,
}

impl Step {
    /// All of them in order.
    pub const ALL: [Self; 5] = [Self::PublicAddress, Self::Arrival, Self::Domains, Self::Records, Self::TestReport];

    /// Its name.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::PublicAddress => "Public address",
            Self::Arrival => "How reports arrive",
            Self::Domains => "Domains",
            Self::Records => "DNS records",
            Self::TestReport => "A test report",
        }
    }

    /// Where it stands on the page.
    #[must_use]
    pub const fn anchor(self) -> &'static str {
        match self {
            Self::PublicAddress => "address",
            Self::Arrival => "arrival",
            Self::Domains => "domains",
            Self::Records => "records",
            Self::TestReport => "report",
        }
    }

    /// How the step stands, and what was observed.
    #[must_use]
    pub fn judge(self, seen: &Seen) -> (Status, String) {
        match self {
            Self::PublicAddress => public_address(seen),
            Self::Arrival => arrival(seen),
            Self::Domains if seen.domains == 0 => (Status::Waiting, "No domain is watched yet.".to_owned()),
            Self::Domains => {
                let are = if seen.domains == 1 { "is" } else { "are" };
                (Status::Ok, format!("{} {are} watched.", format::counted(seen.domains, "domain")))
            }
            Self::Records => records(seen),
            Self::TestReport if seen.reports == 0 && seen.tested => {
                (Status::Ok, "A test report came all the way. Real ones come once a day.".to_owned())
            }
            Self::TestReport if seen.reports == 0 => (Status::Waiting, "No report has come yet.".to_owned()),
            Self::TestReport => {
                let have = if seen.reports == 1 { "has" } else { "have" };
                (Status::Ok, format!("{} {have} been counted.", format::counted(seen.reports, "report")))
            }
        }
    }
}

/// Whether every step is done, or not needed.
#[must_use]
pub fn is_done(seen: &Seen) -> bool {
    Step::ALL.iter().all(|step| matches!(step.judge(seen).0, Status::Ok | Status::NotApplicable))
}

/// How many steps are done or not needed.
#[must_use]
pub fn done(seen: &Seen) -> usize {
    Step::ALL.iter().filter(|step| matches!(step.judge(seen).0, Status::Ok | Status::NotApplicable)).count()
}

fn public_address(seen: &Seen) -> (Status, String) {
    match seen.way {
        Some(Way::Upload) => return (Status::NotApplicable, "Not needed while reports come from files.".to_owned()),
        Some(Way::Imap) => {
            return (Status::NotApplicable, "Not needed for reports while they come from a mailbox.".to_owned());
        }
        _ => {}
    }
    let Some(base_url) = &seen.base_url else {
        return (
            Status::Waiting,
            "http.base_url is not set, so nobody outside can reach this installation.".to_owned(),
        );
    };
    match setup::url_obstacle(base_url) {
        Some(obstacle) => (Status::Warning, format!("http.base_url is {base_url}, which {obstacle}.")),
        None if seen.through_base_url || seen.arrived.contains(&Channel::Https) => {
            (Status::Ok, format!("{base_url} leads here: it was used."))
        }
        None => (Status::Waiting, format!("{base_url} is set. Open this page there: then it is known to lead here.")),
    }
}

fn arrival(seen: &Seen) -> (Status, String) {
    let Some(way) = seen.way else { return (Status::Waiting, "Choose one; it can be changed.".to_owned()) };
    let by_hand = [Channel::Import, Channel::Upload];
    match way {
        Way::Upload if seen.arrived.iter().any(|channel| by_hand.contains(channel)) => {
            (Status::Ok, "Reports from files have arrived.".to_owned())
        }
        Way::Upload => (Status::Waiting, "Nothing was brought in from files yet.".to_owned()),
        Way::Smtp => mail(seen, "smtp.listen"),
        Way::Lmtp => mail(seen, "lmtp.listen"),
        Way::Imap => mailbox(seen),
        Way::Https if seen.arrived.contains(&Channel::Https) => {
            (Status::Ok, "Something has arrived by HTTPS.".to_owned())
        }
        Way::Https => (Status::Waiting, "Nothing has arrived by HTTPS yet; the test report below will do.".to_owned()),
    }
}

/// Whether reports arrive from mailboxes.
fn mailbox(seen: &Seen) -> (Status, String) {
    if seen.arrived.contains(&Channel::Imap) {
        return (Status::Ok, "Something has arrived from a mailbox.".to_owned());
    }
    match (seen.mailboxes, seen.unreadable_mailboxes) {
        (0, _) => (Status::Waiting, "No mailbox is read yet.".to_owned()),
        (all, bad) if bad >= all => (Status::Error, "No mailbox can be read; Settings, Mailboxes says why.".to_owned()),
        (all, _) => {
            let are = if all == 1 { "mailbox is" } else { "mailboxes are" };
            (Status::Waiting, format!("{} {are} read. No report was in there yet.", format::thousands(all)))
        }
    }
}

/// Whether mail arrives, where this key switches it on.
fn mail(seen: &Seen, key: &str) -> (Status, String) {
    if seen.arrived.contains(&Channel::Smtp) {
        return (Status::Ok, "Something has arrived by mail.".to_owned());
    }
    let Some(host) = &seen.report_host else {
        return (Status::Waiting, format!("{key} is not set, so no mail is received."));
    };
    match setup::unreachable(host) {
        Some(obstacle) => (Status::Warning, format!("Mail is received at {host}. This {obstacle}.")),
        None => (Status::Waiting, format!("Mail is received at {host}. Nothing has come yet.")),
    }
}

fn records(seen: &Seen) -> (Status, String) {
    if seen.way == Some(Way::Upload) {
        return (
            Status::NotApplicable,
            "Reports come from files, so your records name a mailbox of yours and not this installation.".to_owned(),
        );
    }
    if seen.way == Some(Way::Imap) {
        return (
            Status::NotApplicable,
            "Reports come from a mailbox, so your records name that mailbox and not this installation.".to_owned(),
        );
    }
    if seen.domains == 0 {
        return (Status::Waiting, "First add a domain.".to_owned());
    }
    if seen.published >= seen.domains {
        return (Status::Ok, "Every domain’s record names its address here.".to_owned());
    }
    if !seen.looks {
        return (Status::CannotTell, "Domains are not looked at (checks.enabled), so this cannot be seen.".to_owned());
    }
    let waiting = seen.domains - seen.published;
    let wait = if waiting == 1 { "domain still waits for its record" } else { "domains still wait for their record" };
    (Status::Waiting, format!("{} {wait}.", format::thousands(waiting)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready() -> Seen {
        Seen {
            base_url: Some("https://tlsrpt.example.net".to_owned()),
            through_base_url: true,
            way: Some(Way::Https),
            report_host: None,
            mailboxes: 0,
            unreadable_mailboxes: 0,
            arrived: vec![Channel::Https],
            domains: 2,
            published: 2,
            waiting: vec![],
            looks: true,
            reports: 1,
            tested: false,
        }
    }

    fn status(step: Step, seen: &Seen) -> Status {
        step.judge(seen).0
    }

    #[test]
    fn a_fresh_installation_waits_for_everything() {
        let fresh = Seen { looks: true, ..Seen::default() };
        assert!(Step::ALL.iter().all(|step| status(*step, &fresh) == Status::Waiting));
        assert_eq!((is_done(&fresh), done(&fresh)), (false, 0));
    }

    #[test]
    fn each_step_turns_green_by_what_was_observed() {
        assert!(is_done(&ready()));
        for (step, seen) in [
            (Step::PublicAddress, Seen { through_base_url: false, arrived: vec![Channel::Import], ..ready() }),
            (Step::PublicAddress, Seen { base_url: Some("http://127.0.0.1:3000".to_owned()), ..ready() }),
            (Step::Arrival, Seen { arrived: vec![], ..ready() }),
            (Step::Arrival, Seen { way: None, ..ready() }),
            (Step::Records, Seen { published: 1, ..ready() }),
            (Step::TestReport, Seen { reports: 0, ..ready() }),
        ] {
            assert_ne!(status(step, &seen), Status::Ok, "{step:?}");
            assert!(!is_done(&seen));
        }
        assert!(is_done(&Seen { reports: 0, tested: true, ..ready() }), "a test report is as good as a real one");
    }

    #[test]
    fn a_mailbox_is_green_when_a_report_was_in_it() {
        let judged = |mailboxes, unreadable_mailboxes, arrived: &[Channel]| {
            let arrived = arrived.to_vec();
            let seen = Seen { way: Some(Way::Imap), mailboxes, unreadable_mailboxes, arrived, ..ready() };
            Step::Arrival.judge(&seen)
        };
        assert_eq!(judged(0, 0, &[Channel::Https]).0, Status::Waiting);
        assert_eq!(judged(2, 2, &[]).0, Status::Error);
        let (status, why) = judged(1, 0, &[]);
        assert!(status == Status::Waiting && why.starts_with("1 mailbox is read."), "{why}");
        assert_eq!(judged(2, 2, &[Channel::Imap]).0, Status::Ok);
    }

    #[test]
    fn mail_is_green_when_some_has_come() {
        for (way, key) in [(Way::Smtp, "smtp.listen"), (Way::Lmtp, "lmtp.listen")] {
            let judged = |host: Option<&str>, arrived| {
                let report_host = host.map(str::to_owned);
                Step::Arrival.judge(&Seen { way: Some(way), report_host, arrived: vec![arrived], ..ready() })
            };
            let (status, why) = judged(None, Channel::Https);
            assert!(status == Status::Waiting && why.contains(key), "{why}");
            let (status, why) = judged(Some("in.example.net"), Channel::Https);
            assert!(status == Status::Waiting && why.contains("at in.example.net"), "{why}");
            let (status, why) = judged(Some("localhost"), Channel::Https);
            assert!(status == Status::Warning && why.contains("names no public host"), "{why}");
            assert_eq!(judged(Some("in.example.net"), Channel::Smtp).0, Status::Ok);
        }
    }

    #[test]
    fn files_need_neither_address_nor_records() {
        let files = Seen {
            base_url: None,
            through_base_url: false,
            way: Some(Way::Upload),
            arrived: vec![Channel::Import],
            published: 0,
            ..ready()
        };
        assert!(is_done(&files));
    }

    #[test]
    fn without_looking_records_cannot_be_told() {
        let blind = Seen { looks: false, published: 0, ..ready() };
        assert_eq!(status(Step::Records, &blind), Status::CannotTell);
    }

    #[test]
    fn words_of_forms_lead_back() {
        for way in Way::ALL {
            assert_eq!(Way::from_key(way.key()), Some(way));
        }
        assert_eq!(Way::from_key("pigeon"), None);
    }
}
