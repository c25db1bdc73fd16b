//! A program with three workspaces: one to protect, that of a stranger, and that of whoever runs the installation.

use engine::{Arrival, AuditOf, CreatedShareLink, Destination, Peer, ShareLinkRequest, SignedIn, TokenRequest};
use model::{
    Channel, DeliveryId, DomainName, MailboxId, ReportId, Role, TokenId, TokenScope, UserId, WorkspaceId,
    audit::AuditQuery,
    mailbox::{AfterReport, MailboxSettings, MailboxSignIn, MailboxTls},
    view::LogQuery,
};
use server::running;

use super::{Row, Visitor};
use crate::support::{Answer, TestApp, get, mail_of, report_of};

/// What the workspace is called.
const NAME: &str = "Private GmbH";

const PASSWORD: &str = "correct-horse-battery";

/// What the tests act upon.
pub(crate) struct Stage {
    pub(crate) app: TestApp,
    /// The workspace to protect.
    pub(crate) workspace: WorkspaceId,
    /// A workspace that nobody minds being joined.
    pub(crate) lobby: WorkspaceId,
    pub(crate) report: ReportId,
    pub(crate) delivery: DeliveryId,
    pub(crate) addition: i64,
    /// What only members of the workspace may read.
    secrets: Vec<String>,
    /// The cookie of each visitor, as browsers send it.
    cookies: Vec<String>,
    /// Makes names new.
    count: std::cell::Cell<u32>,
}

impl Stage {
    pub(crate) fn set() -> Self {
        // So that each request can come from an address of its own, and none is one too many.
        let app = TestApp::with(&[("http.trusted_proxies", "127.0.0.1"), ("checks.name_servers", "127.0.0.1:1")]);
        let engine = app.engine().clone();
        let now = running::now();
        let (workspace, lobby, address, addition) = app.wait(async {
            let make = async |name: &str| engine.create_workspace(name, None, now).await.unwrap().unwrap();
            let default = engine.workspace(Some("default")).await.unwrap().unwrap();
            let (private, elsewhere, lobby) = (make(NAME).await, make("Elsewhere").await, make("Lobby").await);
            for (visitor, workspace, role) in [
                (Visitor::Administrator, default, Role::Owner),
                (Visitor::Outsider, elsewhere, Role::Owner),
                (Visitor::Viewer, private, Role::Viewer),
                (Visitor::Editor, private, Role::Editor),
                (Visitor::Owner, private, Role::Owner),
            ] {
                let user = engine.create_user(&email(visitor), PASSWORD, workspace, role, false, now).await;
                user.unwrap().unwrap();
            }
            engine.trust_workspace(private, true).await.unwrap();
            let name = DomainName::parse("private.example").unwrap();
            let address = engine.add_domain(private, &name, now).await.unwrap().address;
            let text = "added.private.example";
            let addition = engine.add_text(private, UserId(1), "a list", text, now).await.unwrap();
            (private, lobby, address, addition)
        });
        let posted = app.post(&format!("/r/{address}"), &[], &report_of("Secret Sender", "private.example", "1"));
        assert_eq!(posted.status, 201, "{posted:?}");
        let log = LogQuery { page: 1, ..LogQuery::default() };
        let log = app.wait(engine.ingest_log(workspace, &log)).unwrap();
        let mut stage = Self {
            app,
            workspace,
            lobby,
            report: log.rows[0].reports[0],
            delivery: log.rows[0].id,
            addition,
            secrets: ["Secret Sender", "staff.example", &address, NAME].map(str::to_owned).to_vec(),
            cookies: vec![String::new(); Visitor::ALL.len()],
            count: std::cell::Cell::new(0),
        };
        for visitor in Visitor::ALL {
            stage.sign_in_anew(visitor);
        }
        stage
    }

    /// Gives a visitor a new session.
    pub(crate) fn sign_in_anew(&mut self, visitor: Visitor) {
        if visitor == Visitor::Anonymous {
            return;
        }
        // An address of their own, so that none is taken for somebody who tries passwords.
        let peer = Peer { ip: format!("192.0.2.{}", visitor as u8), agent: "test".to_owned() };
        let email = email(visitor);
        let signed_in = self.app.engine().sign_in(&email, PASSWORD, &peer, running::now());
        let SignedIn::Session(token) = self.app.wait(signed_in).unwrap().unwrap() else {
            panic!("nobody has switched codes on")
        };
        self.cookies[visitor as usize] = format!("waxseal={}", token.0);
    }

    pub(crate) fn cookie(&self, visitor: Visitor) -> &str {
        &self.cookies[visitor as usize]
    }

    /// Asks for a row's page, or sends its form, as a browser without script does.
    pub(crate) fn ask(&self, row: &Row, visitor: Visitor) -> Answer {
        self.send(row, &(row.at)(self), ("Cookie", self.cookie(visitor)))
    }

    fn send(&self, row: &Row, at: &str, who: (&str, &str)) -> Answer {
        let client = format!("198.51.100.{}", self.number() % 250);
        let headers = [who, ("Accept", "text/html"), ("X-Forwarded-For", &client)];
        match row.form {
            Some(form) => {
                let form = form(self);
                let kind = if form.starts_with("--x") {
                    "multipart/form-data; boundary=x"
                } else {
                    "application/x-www-form-urlencoded"
                };
                let own = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", kind)];
                self.app.post(at, &[&headers[..], &own].concat(), form.as_bytes())
            }
            None => get(self.app.address(), at, &headers),
        }
    }

    /// Asks as nobody who has signed in, with something in each place where a request says who it is.
    pub(crate) fn ask_with(&self, row: &Row, secret: &str) -> Vec<(&'static str, Answer)> {
        let bearer = format!("Bearer {secret}");
        let cookies = format!("waxseal={secret}; __Host-waxseal={secret}; waxseal-share={secret}");
        let at = (row.at)(self);
        let asked = if at.contains('?') { format!("{at}&token={secret}") } else { format!("{at}?token={secret}") };
        // A list with a filter of its own does not take what it does not know.
        let strict = at.starts_with("/export") || at.starts_with("/api/") || at.contains("/chart.");
        let places = [("a session", &at, ("Cookie", &cookies)), ("a token", &at, ("Authorization", &bearer))];
        let query = (!strict).then_some(("a parameter", &asked, ("X-Nothing", &bearer)));
        places
            .into_iter()
            .chain(query)
            .map(|(what, at, header)| (what, self.send(row, at, (header.0, header.1))))
            .collect()
    }

    /// What this visitor, who does not belong to the workspace, must not learn. Who runs the installation knows which
    /// workspaces there are.
    pub(crate) fn secrets_from(&self, visitor: Visitor) -> impl Iterator<Item = &str> {
        let secrets = self.secrets.iter().map(String::as_str);
        secrets.filter(move |secret| visitor != Visitor::Administrator || *secret != NAME)
    }

    /// All that a form could change in the workspace.
    pub(crate) fn snapshot(&self) -> String {
        let (engine, workspace) = (self.app.engine(), self.workspace);
        self.app.wait(async {
            let mut domains = engine.domains(workspace).await.unwrap();
            // Those that a form is to act upon.
            domains.retain(|domain| !domain.name.as_str().starts_with("spare-"));
            let mut members = engine.members(workspace).await.unwrap();
            // Those that a form is to act upon.
            members.retain(|member| !member.email.starts_with("guest-") || member.role != Role::Viewer);
            let log = engine.audit_log(AuditOf::Workspace(workspace), &AuditQuery::default()).await.unwrap();
            let acts: Vec<_> = log.rows.into_iter().map(|entry| entry.act).collect();
            format!("{:?} {members:?} {acts:?}", domains.iter().map(|domain| &domain.name).collect::<Vec<_>>())
        })
    }

    /// A number that was not given before.
    pub(crate) fn number(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// A new delivery of the workspace that is quarantined.
    pub(crate) fn aside(&self) -> DeliveryId {
        let body = report_of("Secret Sender", "stranger.example", &self.number().to_string());
        let arrival = Arrival {
            to: Destination::Workspace(self.workspace),
            channel: Channel::Import,
            remote: None,
            body,
            received: running::now(),
            in_mailbox: None,
        };
        self.app.wait(self.app.engine().receive(arrival)).unwrap().delivery
    }

    /// A new report of the workspace that is put aside, since nothing proves who sent it.
    pub(crate) fn unproven(&self) -> ReportId {
        let body = report_of("Secret Sender", "private.example", &format!("unproven-{}", self.number()));
        let arrival = Arrival {
            to: Destination::Workspace(self.workspace),
            channel: Channel::Pipe,
            remote: None,
            body: mail_of("private.example", "unproven", &body),
            received: running::now(),
            in_mailbox: None,
        };
        self.app.wait(async {
            let delivery = self.app.engine().receive(arrival).await.unwrap().delivery;
            self.app.engine().delivery_row(self.workspace, delivery).await.unwrap().unwrap().reports[0]
        })
    }

    /// A new member of the workspace, who may be changed.
    pub(crate) fn guest(&self) -> UserId {
        let email = format!("guest-{}@staff.example", self.number());
        let made = self.app.engine().create_user(&email, PASSWORD, self.workspace, Role::Viewer, false, running::now());
        self.app.wait(made).unwrap().unwrap()
    }

    /// A new domain of the workspace, which may be removed.
    pub(crate) fn spare(&self) -> DomainName {
        let name = DomainName::parse(&format!("spare-{}.example", self.number())).unwrap();
        self.app.wait(self.app.engine().add_domain(self.workspace, &name, running::now())).unwrap();
        name
    }

    /// A new token of the workspace, which may be revoked.
    pub(crate) fn token(&self) -> TokenId {
        let request = TokenRequest { name: "spare", scope: TokenScope::Read, days: 1 };
        let made = self.app.engine().create_token(self.workspace, request, None, running::now());
        self.app.wait(made).unwrap().unwrap().id
    }

    /// A new mailbox of the workspace, which may be removed. Its host is nowhere.
    pub(crate) fn mailbox(&self) -> MailboxId {
        let settings = MailboxSettings {
            host: "imap.invalid".to_owned(),
            port: 993,
            tls: MailboxTls::Tls,
            user: format!("spare-{}", self.number()),
            folder: "INBOX".to_owned(),
            after: AfterReport::Keep,
            sign_in: MailboxSignIn::Password,
            form: None,
        };
        let made = self.app.engine().add_mailbox(self.workspace, settings, "secret", running::now());
        self.app.wait(made).unwrap().unwrap()
    }

    /// A new share link to the domain of the workspace.
    pub(crate) fn share_link(&self) -> CreatedShareLink {
        let (engine, now) = (self.app.engine(), running::now());
        let request = ShareLinkRequest { name: "spare", days: 1 };
        self.app.wait(async {
            let members = engine.members(self.workspace).await.unwrap();
            let editor = members.iter().find(|member| member.email == email(Visitor::Editor)).unwrap().user;
            let name = DomainName::parse("private.example").unwrap();
            engine.create_share_link(self.workspace, &name, request, editor, now).await.unwrap().unwrap()
        })
    }

    /// The text of a token of the workspace to protect.
    pub(crate) fn bearer_of_theirs(&self) -> String {
        self.app.token_of(self.workspace, TokenScope::Write)
    }

    /// The text of a token of another workspace.
    pub(crate) fn bearer_of_others(&self) -> String {
        self.app.token_of(self.lobby, TokenScope::Write)
    }

    /// The code of a new invitation to the lobby.
    pub(crate) fn code(&self) -> String {
        let made = self.app.engine().invite(self.lobby, None, Role::Viewer, running::now());
        self.app.wait(made).unwrap().unwrap()
    }

    /// The secret of a new link with which a new member of the workspace can set a password.
    pub(crate) fn reset_link(&self) -> String {
        let email = format!("guest-{}@staff.example", self.number());
        let (engine, now) = (self.app.engine(), running::now());
        let link = self.app.wait(async {
            engine.create_user(&email, PASSWORD, self.workspace, Role::Viewer, false, now).await.unwrap().unwrap();
            engine.reset_link(&email, now).await.unwrap().unwrap()
        });
        link.rsplit_once('=').unwrap().1.to_owned()
    }

    /// The number of a new invitation to the workspace.
    pub(crate) fn invitation(&self) -> i64 {
        let (engine, now) = (self.app.engine(), running::now());
        self.app.wait(async {
            engine.invite(self.workspace, None, Role::Viewer, now).await.unwrap().unwrap();
            engine.invitations(self.workspace, now).await.unwrap()[0].id
        })
    }
}

fn email(visitor: Visitor) -> String {
    let at = if visitor.is_inside() { "staff.example" } else { "elsewhere.example" };
    format!("{visitor:?}@{at}").to_lowercase()
}
