//! The audit log: who did what, when, from where.

use crate::{Day, Timestamp, UserId};

/// Who acts, when and from where: a person who signed in, somebody who has not (yet), or the command line. What the program
/// does by itself has no actor, and is not in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person, where it is one who signed in.
    pub user: Option<UserId>,
    /// Their e-mail address, or what else acts; empty while nobody has signed in.
    pub name: String,
    /// The client's address; empty where there is none.
    pub from: String,
    /// When.
    pub at: Timestamp,
}

impl Actor {
    /// Whoever may run commands on the server.
    #[must_use]
    pub fn command_line(at: Timestamp) -> Self {
        Self { user: None, name: "command line".to_owned(), from: String::new(), at }
    }

    /// Somebody at this client address who has not signed in.
    #[must_use]
    pub fn stranger(from: &str, at: Timestamp) -> Self {
        Self { user: None, name: String::new(), from: from.to_owned(), at }
    }

    /// A person at this client address.
    #[must_use]
    pub fn person(user: UserId, email: &str, from: &str, at: Timestamp) -> Self {
        Self { user: Some(user), name: email.to_owned(), from: from.to_owned(), at }
    }

    /// A program that brings the token of this name, at this client address.
    #[must_use]
    pub fn token(name: &str, from: &str, at: Timestamp) -> Self {
        Self { user: None, name: format!("token {name}"), from: from.to_owned(), at }
    }

    /// The same once it is known who it is.
    #[must_use]
    pub fn known_as(&self, user: UserId, email: &str) -> Self {
        Self { user: Some(user), name: email.to_owned(), ..self.clone() }
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident = $word:literal, $sentence:literal;)+) => {
        /// What somebody did. Its word stands in the database, in URLs and in exports, and never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Act {
            $($(#[$doc])* $act,)+
        }

        impl Act {
            /// All acts, as filters list them.
            pub const ALL: &'static [Self] = &[$(Self::$act),+];

            /// The word for programs.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$act => $word),+
                }
            }

            /// The words for people.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$act => $sentence),+
                }
            }
        }
    };
}

acts! {
    /// A session began.
    SignedIn = "signed_in", "Signed in";
    /// A password was wrong, or there is no such user.
    SignInFailed = "sign_in_failed", "Failed to sign in";
    /// A session was ended by its holder.
    SignedOut = "signed_out", "Signed out";
    /// Sessions were ended by their holder, from another one.
    SessionsEnded = "sessions_ended", "Signed out elsewhere";
    /// A person got a new password, by the present one.
    PasswordChanged = "password_changed", "Changed a password";
    /// A person got a new password, by a link.
    PasswordReset = "password_reset", "Reset a password";
    /// A link was made with which a person can set a new password.
    ResetLinkMade = "reset_link_made", "Made a link to reset a password";
    /// A person got another e-mail address.
    EmailChanged = "email_changed", "Changed an e-mail address";
    /// Signing in asks a person for a code from now on.
    SecondStepOn = "second_step_on", "Switched the second step on";
    /// Signing in no longer asks a person for a code.
    SecondStepOff = "second_step_off", "Switched the second step off";
    /// A person got new recovery codes.
    RecoveryCodesMade = "recovery_codes_made", "Made new recovery codes";
    /// A session turned to this workspace.
    WorkspaceEntered = "workspace_entered", "Turned to this workspace";
    /// The workspace was made.
    WorkspaceCreated = "workspace_created", "Made the workspace";
    /// A person got an account.
    UserCreated = "user_created", "Created a user";
    /// A person was shut out.
    UserDisabled = "user_disabled", "Disabled a user";
    /// A person was let in again.
    UserEnabled = "user_enabled", "Enabled a user";
    /// A link to join was made.
    Invited = "invited", "Made an invitation";
    /// A link to join was made invalid.
    InvitationRevoked = "invitation_revoked", "Revoked an invitation";
    /// A person became a member.
    Joined = "joined", "Joined the workspace";
    /// A member got another role.
    RoleChanged = "role_changed", "Changed a role";
    /// A member was removed.
    MemberRemoved = "member_removed", "Removed a member";
    /// A token for a program was made.
    TokenCreated = "token_created", "Made an API token";
    /// A token was ended.
    TokenRevoked = "token_revoked", "Revoked an API token";
    /// A link was made with which others see a domain's summary.
    ShareLinkMade = "share_link_made", "Made a share link";
    /// A share link was ended.
    ShareLinkRevoked = "share_link_revoked", "Revoked a share link";
    /// A mailbox is read from now on.
    MailboxAdded = "mailbox_added", "Added a mailbox";
    /// A mailbox has other settings, or another secret.
    MailboxEdited = "mailbox_edited", "Changed a mailbox";
    /// A mailbox is not read until it is resumed.
    MailboxPaused = "mailbox_paused", "Paused a mailbox";
    /// A mailbox is read again.
    MailboxResumed = "mailbox_resumed", "Resumed a mailbox";
    /// A mailbox is read no more.
    MailboxRemoved = "mailbox_removed", "Removed a mailbox";
    /// A domain is watched from now on.
    DomainAdded = "domain_added", "Added a domain";
    /// Names were read out of a text or a file, to be watched from now on.
    DomainsAdded = "domains_added", "Added domains";
    /// A domain got a new report address.
    AddressRotated = "address_rotated", "Rotated a report address";
    /// The grace time of an old report address was ended.
    AddressRetired = "address_retired", "Ended an old report address";
    /// What is noted about a domain was changed.
    DomainNoted = "domain_noted", "Changed a domain's settings";
    /// Many domains were edited at once, or one was archived.
    DomainsEdited = "domains_edited", "Edited domains";
    /// The workspace need not prove its domains any more.
    WorkspaceTrusted = "workspace_trusted", "Asked for no more proof of control";
    /// The workspace must prove the domains it adds from now on.
    WorkspaceDistrusted = "workspace_distrusted", "Asked for proof of control";
    /// What is done with reports without a valid signature was changed.
    TreatmentsChanged = "treatments_changed", "Changed what is done with unsigned reports";
    /// A look at a domain was asked for.
    CheckAsked = "check_asked", "Asked to check a domain";
    /// Files were brought in by hand.
    ReportsUploaded = "reports_uploaded", "Uploaded files";
    /// What of a delivery was quarantined was judged anew.
    DeliveryReleased = "delivery_released", "Released a delivery";
    /// What of a delivery was quarantined was taken out for good.
    DeliveryDiscarded = "delivery_discarded", "Discarded a delivery";
    /// Deliveries are read again as they came.
    DeliveriesReadAgain = "deliveries_read_again", "Had deliveries read again";
    /// A test report was sent.
    TestReportSent = "test_report_sent", "Sent a test report";
    /// Of two reports with one identity, the other is counted.
    ReportChosen = "report_chosen", "Chose a report";
    /// A report was taken out of the totals.
    ReportDiscarded = "report_discarded", "Discarded a report";
    /// What the workspace keeps in full is kept for another time.
    RetentionChanged = "retention_changed", "Changed how long things are kept";
    /// A domain is no longer watched, and all about it is gone.
    DomainDeleted = "domain_deleted", "Deleted a domain";
}

impl Act {
    /// The act of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.word() == word)
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number; later ones are greater.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who: an e-mail address as it was then, or the command line.
    pub who: String,
    /// What.
    pub act: Act,
    /// Whom or what it was done to; empty where the act says all.
    pub subject: String,
    /// From what to what, or how.
    pub detail: String,
    /// The client's address; empty where there is none.
    pub from: String,
}

/// Which part of the log is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// What this person did, and what was done to them: an e-mail address.
    pub person: Option<String>,
    /// Only this.
    pub act: Option<Act>,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to and with this day.
    pub to: Option<Day>,
    /// Page, from 1; [`Page::ROWS`](crate::Page::ROWS) rows each.
    pub page: u32,
}

/// A page of the log, latest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLog {
    /// How many match.
    pub matching: u64,
    /// This page, from 1.
    pub page: u32,
    /// The entries, at most 50.
    pub rows: Vec<AuditEntry>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_act_has_a_word_of_its_own() {
        for act in Act::ALL {
            assert_eq!(Act::from_word(act.word()), Some(*act));
            assert!(act.word().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{act:?}");
        }
    }
}
