//! The table: a row for each path of the program's router.

use super::{
    Gets::{self, Does, NotAllowed, Nothing, Refused, Same, Sees, SignIn},
    Stage, Visitor,
};

/// Who gets what of a path.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    /// As the router spells it.
    pub(crate) path: &'static str,
    /// The path with something of the workspace in it.
    pub(crate) at: fn(&Stage) -> String,
    /// What is posted; none where the path is read.
    pub(crate) form: Option<fn(&Stage) -> String>,
    /// What each visitor gets.
    pub(crate) gets: [Gets; Visitor::ALL.len()],
    /// Whether the visitor's session is over afterwards, or sees another workspace.
    pub(crate) spends_session: bool,
}

const fn page(path: &'static str, at: fn(&Stage) -> String, gets: [Gets; Visitor::ALL.len()]) -> Row {
    Row { path, at, form: None, gets, spends_session: false }
}

const fn form(
    path: &'static str,
    at: fn(&Stage) -> String,
    form: fn(&Stage) -> String,
    gets: [Gets; Visitor::ALL.len()],
) -> Row {
    Row { path, at, form: Some(form), gets, spends_session: false }
}

const fn spending(row: Row) -> Row {
    Row { spends_session: true, ..row }
}

macro_rules! at {
    ($path:literal) => {
        |_| $path.to_owned()
    };
}

/// What everybody may read.
const PUBLIC: [Gets; 6] = [Sees; 6];
/// What shows each visitor what is theirs.
const PEOPLE: [Gets; 6] = [SignIn, Sees, Sees, Sees, Sees, Sees];
/// What lies in the workspace.
const MEMBERS: [Gets; 6] = [SignIn, Nothing, Nothing, Sees, Sees, Sees];
/// What shows owners what is theirs.
const OWNERS: [Gets; 6] = [SignIn, Sees, Sees, NotAllowed, NotAllowed, Sees];
/// What shows those who run the installation what is theirs.
const ADMINISTRATORS: [Gets; 6] = [SignIn, NotAllowed, Sees, NotAllowed, NotAllowed, NotAllowed];
/// Forms that change the visitor's own account, with something wrong in them.
const PEOPLE_REFUSED: [Gets; 6] = [SignIn, Refused, Refused, Refused, Refused, Refused];
/// What does not care who asks.
const MACHINE: [Gets; 6] = [Same; 6];
/// Forms that act upon what lies in the workspace, by id, for its owners. To others there is no such thing.
const OWNERS_ACT: [Gets; 6] = [SignIn, Refused, Refused, NotAllowed, NotAllowed, Does];
/// Forms that act upon the visitor's own workspace, or do nothing, for whoever may edit.
const EDITORS_ACT: [Gets; 6] = [SignIn, Does, Does, NotAllowed, Does, Does];

pub(crate) const ROWS: &[Row] = &[
    page("/", at!("/"), PEOPLE),
    page("/domains/add", at!("/domains/add?names=private.example"), PEOPLE),
    page("/domains/edit", at!("/domains/edit?q=private"), [SignIn, Sees, Sees, NotAllowed, Sees, Sees]),
    page("/domains/{name}", at!("/domains/private.example?days=365&policy=sts&mx=mx1.private.example"), MEMBERS),
    page("/domains/{name}/reports", at!("/domains/private.example/reports"), MEMBERS),
    page("/domains/{name}/history", at!("/domains/private.example/history?days=365"), MEMBERS),
    page("/domains/{name}/records", at!("/domains/private.example/records"), MEMBERS),
    page("/domains/{name}/networks", at!("/domains/private.example/networks?address=8.8.8.8"), MEMBERS),
    page("/domains/{name}/mta-sts", at!("/domains/private.example/mta-sts?level=enforce"), MEMBERS),
    page("/domains/{name}/settings", at!("/domains/private.example/settings"), MEMBERS),
    page("/domains/{name}/share", at!("/domains/private.example/share"), MEMBERS),
    page("/domains/{name}/monthly", at!("/domains/private.example/monthly?month=2026-01"), MEMBERS),
    page("/domains/{name}/chart.svg", at!("/domains/private.example/chart.svg?days=365"), MEMBERS),
    page("/domains/{name}/chart.png", at!("/domains/private.example/chart.png?days=365"), MEMBERS),
    // Whoever asks, the link in the path decides: see `a_share_link_opens_its_domain_and_nothing_else`.
    page("/shared/{token}", at!("/shared/guessed"), [Nothing; 6]),
    page("/shared/{token}/chart.svg", at!("/shared/guessed/chart.svg"), [Nothing; 6]),
    page("/shared/{token}/chart.png", at!("/shared/guessed/chart.png"), [Nothing; 6]),
    page("/domains/{name}/test", at!("/domains/private.example/test"), MEMBERS),
    page(
        "/domains/{name}/remove",
        at!("/domains/private.example/remove"),
        [SignIn, Nothing, Nothing, NotAllowed, Sees, Sees],
    ),
    page("/additions/{id}", |stage| format!("/additions/{}", stage.addition), MEMBERS),
    page("/incidents", at!("/incidents?q=private"), PEOPLE),
    page("/records", at!("/records"), PEOPLE),
    page("/records/{file}", at!("/records/records.csv"), PEOPLE),
    page("/start", at!("/start"), PEOPLE),
    page("/reports", at!("/reports?reporter=secret"), PEOPLE),
    page("/reports/{id}", |stage| format!("/reports/{}", stage.report), MEMBERS),
    page("/log", at!("/log"), PEOPLE),
    page("/log/{id}", |stage| format!("/log/{}", stage.delivery), MEMBERS),
    page("/log/{id}/raw", |stage| format!("/log/{}/raw", stage.delivery), MEMBERS),
    page("/reports/{id}/json", |stage| format!("/reports/{}/json", stage.report), MEMBERS),
    page("/log/read-again", at!("/log/read-again"), [SignIn, Sees, Sees, NotAllowed, Sees, Sees]),
    page("/upload", at!("/upload"), [SignIn, Sees, Sees, NotAllowed, Sees, Sees]),
    page("/settings", at!("/settings"), [SignIn, Does, Does, Does, Does, Does]),
    page("/settings/people", at!("/settings/people"), PEOPLE),
    page("/settings/workspaces", at!("/settings/workspaces"), PEOPLE),
    page("/settings/audit", at!("/settings/audit"), OWNERS),
    page("/settings/retention", at!("/settings/retention?bodies=7&failures=7"), OWNERS),
    page("/settings/mail", at!("/settings/mail"), ADMINISTRATORS),
    page("/settings/audit.csv", at!("/settings/audit.csv"), OWNERS),
    page("/settings/mailboxes", at!("/settings/mailboxes"), OWNERS),
    page(
        "/settings/mailboxes/{id}",
        |stage| format!("/settings/mailboxes/{}", stage.mailbox()),
        [SignIn, Nothing, Nothing, NotAllowed, NotAllowed, Sees],
    ),
    page("/settings/tokens", at!("/settings/tokens"), OWNERS),
    page("/settings/trust", at!("/settings/trust"), OWNERS),
    page("/export/{file}", at!("/export/failures.csv?domain=private.example"), MEMBERS),
    page("/join", |stage| format!("/join?code={}", stage.code()), PUBLIC),
    page("/not-allowed", at!("/not-allowed"), [SignIn, NotAllowed, NotAllowed, NotAllowed, NotAllowed, NotAllowed]),
    page("/sign-in", at!("/sign-in"), [Sees, Does, Does, Does, Does, Does]),
    // Without the first step there is no second.
    page("/sign-in/code", at!("/sign-in/code"), [SignIn; 6]),
    // No identity provider is configured here.
    page("/sign-in/openid-connect", at!("/sign-in/openid-connect"), [Nothing; 6]),
    page("/sign-in/openid-connect/callback", at!("/sign-in/openid-connect/callback?code=x&state=x"), [Nothing; 6]),
    page("/forgot-password", at!("/forgot-password"), PUBLIC),
    page("/reset-password", at!("/reset-password?link=guessed"), [Nothing; 6]),
    page("/confirm-email", at!("/confirm-email?link=guessed"), [Nothing; 6]),
    page("/account", at!("/account"), PEOPLE),
    page("/account/second-step", at!("/account/second-step"), [SignIn, Does, Does, Does, Does, Does]),
    page("/account/recovery-codes", at!("/account/recovery-codes"), PEOPLE),
    page("/setup", at!("/setup"), PUBLIC),
    page("/help", at!("/help"), PUBLIC),
    page("/help/api", at!("/help/api"), PUBLIC),
    page("/help/standards", at!("/help/standards"), PUBLIC),
    page("/help/troubleshooting", at!("/help/troubleshooting"), PUBLIC),
    page("/help/components", at!("/help/components"), PUBLIC),
    page("/tools", at!("/tools"), PEOPLE),
    page("/tools/look-up", at!("/tools/look-up"), PEOPLE),
    page("/tools/lint", at!("/tools/lint"), PEOPLE),
    page("/tools/build", at!("/tools/build"), PEOPLE),
    page("/tools/report", at!("/tools/report"), PEOPLE),
    page("/r", at!("/r"), MACHINE),
    page("/r/", at!("/r/"), MACHINE),
    page("/r/{*address}", at!("/r/unknown"), MACHINE),
    // No cookie is looked at; what a token lets through is tried in api/isolation.rs.
    page("/api", at!("/api"), MACHINE),
    page("/api/", at!("/api/"), MACHINE),
    page("/api/{*path}", at!("/api/none"), MACHINE),
    page("/api/v1/openapi.json", at!("/api/v1/openapi.json"), MACHINE),
    page("/api/v1/domains", at!("/api/v1/domains"), MACHINE),
    page("/api/v1/domains/{name}", at!("/api/v1/domains/private.example"), MACHINE),
    page("/api/v1/domains/{name}/addresses", at!("/api/v1/domains/private.example/addresses"), MACHINE),
    page("/api/v1/domains/{name}/records", at!("/api/v1/domains/private.example/records"), MACHINE),
    page("/api/v1/domains/{name}/check", at!("/api/v1/domains/private.example/check"), MACHINE),
    page("/api/v1/domains/{name}/trend", at!("/api/v1/domains/private.example/trend"), MACHINE),
    page("/api/v1/domains/{name}/causes", at!("/api/v1/domains/private.example/causes"), MACHINE),
    page("/api/v1/domains/{name}/failures", at!("/api/v1/domains/private.example/failures"), MACHINE),
    page("/api/v1/incidents", at!("/api/v1/incidents"), MACHINE),
    page("/api/v1/domains/{name}/reports", at!("/api/v1/domains/private.example/reports"), MACHINE),
    page("/api/v1/reports/{id}", |stage| format!("/api/v1/reports/{}", stage.report), MACHINE),
    page("/api/v1/reports/{id}/raw", |stage| format!("/api/v1/reports/{}/raw", stage.report), MACHINE),
    page("/api/v1/deliveries", at!("/api/v1/deliveries"), MACHINE),
    page("/api/v1/deliveries/{id}", |stage| format!("/api/v1/deliveries/{}", stage.delivery), MACHINE),
    page("/api/v1/deliveries/{id}/raw", |stage| format!("/api/v1/deliveries/{}/raw", stage.delivery), MACHINE),
    page("/healthz", at!("/healthz"), MACHINE),
    page("/readyz", at!("/readyz"), MACHINE),
    page("/metrics", at!("/metrics"), MACHINE),
    page("/pkg/{*file}", at!("/pkg/none"), MACHINE),
    page("/favicon.svg", at!("/favicon.svg"), MACHINE),
    page("/robots.txt", at!("/robots.txt"), MACHINE),
    page("/speculation-rules.json", at!("/speculation-rules.json"), MACHINE),
    form(
        "/do/add_domains",
        at!("/do/add_domains"),
        |stage| format!("names=new-{}.example", stage.number()),
        // Outsiders add to their own workspace.
        [SignIn, Does, Does, NotAllowed, Does, Does],
    ),
    form(
        "/do/check_again",
        at!("/do/check_again"),
        |_| "domain=private.example".to_owned(),
        // Outsiders are led to the page of a domain that they do not have.
        [SignIn, Does, Does, NotAllowed, Does, Does],
    ),
    form(
        "/do/add_domains_file",
        at!("/do/add_domains_file"),
        |stage| {
            let name = format!("new-{}.example", stage.number());
            format!(
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{name}\r\n--x--\r\n"
            )
        },
        [SignIn, Does, Does, NotAllowed, Does, Does],
    ),
    form(
        "/do/read_report",
        at!("/do/read_report"),
        |_| "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nnoise\r\n--x--\r\n".to_owned(),
        // Whoever asks is shown what they sent; nothing is stored.
        PEOPLE,
    ),
    // Nothing is dialled here, so for those who may it is refused, too.
    form(
        "/do/send_test_report",
        at!("/do/send_test_report"),
        |_| "domain=private.example&way=https".to_owned(),
        [SignIn, Refused, Refused, NotAllowed, Refused, Refused],
    ),
    form(
        "/do/read_again",
        at!("/do/read_again"),
        |stage| format!("id={}", stage.delivery),
        // To others there is no such delivery.
        [SignIn, Refused, Refused, NotAllowed, Does, Does],
    ),
    form("/do/read_all_again", at!("/do/read_all_again"), |_| "scope=unreadable".to_owned(), EDITORS_ACT),
    form(
        "/do/decide_deliveries",
        at!("/do/decide_deliveries"),
        |stage| format!("decision=discard&ids[0]={}", stage.aside()),
        [SignIn, Refused, Refused, NotAllowed, Does, Does],
    ),
    form(
        "/do/count_report",
        at!("/do/count_report"),
        |stage| format!("id={}", stage.unproven()),
        // To others there is no such report.
        [SignIn, Refused, Refused, NotAllowed, Does, Does],
    ),
    form(
        "/do/upload_reports",
        at!("/do/upload_reports"),
        |_| {
            let head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.json\"";
            format!("--x\r\n{head}\r\n\r\n{{\"policies\": []}}\r\n--x--\r\n")
        },
        // Outsiders bring it to their own workspace.
        [SignIn, Does, Does, NotAllowed, Does, Does],
    ),
    form(
        "/do/create_token",
        at!("/do/create_token"),
        |_| "name=new&scope=read&days=1".to_owned(),
        // Outsiders make one for their own workspace.
        [SignIn, Does, Does, NotAllowed, NotAllowed, Does],
    ),
    form(
        "/do/create_share_link",
        at!("/do/create_share_link"),
        |_| "domain=private.example&name=new&days=7".to_owned(),
        // Outsiders are led to the page of a domain that they do not have.
        EDITORS_ACT,
    ),
    form(
        "/do/revoke_share_link",
        at!("/do/revoke_share_link"),
        |stage| format!("domain=private.example&id={}", stage.share_link().id),
        // To others there is no such link.
        [SignIn, Refused, Refused, NotAllowed, Does, Does],
    ),
    form(
        "/do/set_retention",
        at!("/do/set_retention"),
        |stage| format!("bodies={}&failures=400", 7 + stage.number()),
        // Outsiders decide about their own workspace.
        [SignIn, Does, Does, NotAllowed, NotAllowed, Does],
    ),
    form(
        "/do/add_mailbox",
        at!("/do/add_mailbox"),
        // No server is dialled for a port that may not be named.
        |_| "host=imap.example.com&port=25&tls=tls&user=tls&password=x&after=keep".to_owned(),
        [SignIn, Refused, Refused, NotAllowed, NotAllowed, Refused],
    ),
    form("/do/test_mailbox", at!("/do/test_mailbox"), |stage| format!("id={}", stage.mailbox()), OWNERS_ACT),
    form(
        "/do/edit_mailbox",
        at!("/do/edit_mailbox"),
        |stage| format!("id={}&host=imap.invalid&tls=tls&user=other&password=new&after=seen", stage.mailbox()),
        OWNERS_ACT,
    ),
    form(
        "/do/pause_mailbox",
        at!("/do/pause_mailbox"),
        |stage| format!("id={}&paused=yes", stage.mailbox()),
        OWNERS_ACT,
    ),
    form("/do/remove_mailbox", at!("/do/remove_mailbox"), |stage| format!("id={}", stage.mailbox()), OWNERS_ACT),
    form("/do/revoke_token", at!("/do/revoke_token"), |stage| format!("id={}", stage.token()), OWNERS_ACT),
    form("/do/check_waiting", at!("/do/check_waiting"), |_| String::new(), EDITORS_ACT),
    form("/do/choose_way", at!("/do/choose_way"), |_| "way=upload".to_owned(), EDITORS_ACT),
    form(
        "/do/rotate_address",
        at!("/do/rotate_address"),
        |_| "domain=private.example&grace=30".to_owned(),
        // Outsiders are led to the page of a domain that they do not have.
        EDITORS_ACT,
    ),
    form(
        "/do/retire_address",
        at!("/do/retire_address"),
        |_| "domain=private.example&address=none".to_owned(),
        [SignIn, Refused, Refused, NotAllowed, Refused, Refused],
    ),
    form(
        "/do/note_domain",
        at!("/do/note_domain"),
        |_| "domain=private.example&customer=evil".to_owned(),
        // Outsiders are led back to the form of a domain that they do not have.
        EDITORS_ACT,
    ),
    form(
        "/do/archive_domain",
        at!("/do/archive_domain"),
        |_| "domain=private.example&archived=yes".to_owned(),
        // Outsiders are led back to the settings of a domain that they do not have.
        EDITORS_ACT,
    ),
    form(
        "/do/edit_domains",
        at!("/do/edit_domains"),
        |_| "which=ticked&names%5B%5D=private.example&act=customer&typed=evil".to_owned(),
        // Outsiders are told that nothing was changed.
        EDITORS_ACT,
    ),
    form(
        "/do/remove_domain",
        at!("/do/remove_domain"),
        |stage| {
            let name = stage.spare();
            format!("domain={name}&confirm={name}")
        },
        EDITORS_ACT,
    ),
    form("/do/change_role", at!("/do/change_role"), |stage| format!("user={}&role=editor", stage.guest()), OWNERS_ACT),
    form("/do/remove_member", at!("/do/remove_member"), |stage| format!("user={}", stage.guest()), OWNERS_ACT),
    form(
        "/do/invite",
        at!("/do/invite"),
        |_| "email=&role=viewer".to_owned(),
        // Outsiders invite into their own workspace.
        [SignIn, Does, Does, NotAllowed, NotAllowed, Does],
    ),
    form(
        "/do/revoke_invitation",
        at!("/do/revoke_invitation"),
        |stage| format!("id={}", stage.invitation()),
        OWNERS_ACT,
    ),
    spending(form(
        "/do/create_workspace",
        at!("/do/create_workspace"),
        |stage| format!("name=New+{}", stage.number()),
        [SignIn, NotAllowed, Does, NotAllowed, NotAllowed, NotAllowed],
    )),
    form(
        "/do/trust_workspace",
        at!("/do/trust_workspace"),
        |stage| format!("workspace={}&trusted=yes", stage.lobby),
        [SignIn, NotAllowed, Does, NotAllowed, NotAllowed, NotAllowed],
    ),
    spending(form(
        "/do/enter_workspace",
        at!("/do/enter_workspace"),
        |stage| format!("workspace={}", stage.workspace),
        [SignIn, Refused, Refused, Does, Does, Does],
    )),
    spending(form(
        "/do/join",
        at!("/do/join"),
        |stage| format!("code={}", stage.code()),
        [SignIn, Does, Does, Does, Does, Does],
    )),
    spending(form(
        "/do/join_as",
        at!("/do/join_as"),
        |stage| {
            format!("code={}&email=new-{}%40example.com&password=correct-horse-battery", stage.code(), stage.number())
        },
        [Does; 6],
    )),
    spending(form(
        "/do/sign_in",
        at!("/do/sign_in"),
        |_| "email=outsider%40elsewhere.example&password=correct-horse-battery".to_owned(),
        [Does; 6],
    )),
    form(
        "/do/create_first_user",
        at!("/do/create_first_user"),
        |_| "code=any&email=evil%40example.com&password=correct-horse-battery".to_owned(),
        [SignIn; 6],
    ),
    form("/do/sign_in_code", at!("/do/sign_in_code"), |_| "code=000000".to_owned(), [Refused; 6]),
    form(
        "/do/change_password",
        at!("/do/change_password"),
        |_| "present=a-wrong-password&password=an-evil-password".to_owned(),
        PEOPLE_REFUSED,
    ),
    form(
        "/do/change_email",
        at!("/do/change_email"),
        |_| "present=a-wrong-password&email=evil%40example.com".to_owned(),
        PEOPLE_REFUSED,
    ),
    form("/do/end_session", at!("/do/end_session"), |_| "id=00".to_owned(), PEOPLE_REFUSED),
    form(
        "/do/end_other_sessions",
        at!("/do/end_other_sessions"),
        |_| String::new(),
        [SignIn, Does, Does, Does, Does, Does],
    ),
    form(
        "/do/begin_second_step",
        at!("/do/begin_second_step"),
        |_| "present=a-wrong-password".to_owned(),
        PEOPLE_REFUSED,
    ),
    form("/do/confirm_second_step", at!("/do/confirm_second_step"), |_| "code=000000".to_owned(), PEOPLE_REFUSED),
    form(
        "/do/new_recovery_codes",
        at!("/do/new_recovery_codes"),
        |_| "present=a-wrong-password".to_owned(),
        PEOPLE_REFUSED,
    ),
    form("/do/end_second_step", at!("/do/end_second_step"), |_| "present=a-wrong-password".to_owned(), PEOPLE_REFUSED),
    // Whoever asks is told the same, and a guessed link leads to the page that says that it is over.
    form("/do/request_reset", at!("/do/request_reset"), |_| "email=owner%40staff.example".to_owned(), [Does; 6]),
    form(
        "/do/reset_password",
        at!("/do/reset_password"),
        |stage| format!("link={}&password=short", stage.reset_link()),
        [Refused; 6],
    ),
    form("/do/confirm_email", at!("/do/confirm_email"), |_| "link=guessed".to_owned(), [Does; 6]),
    form(
        "/do/set_treatments",
        at!("/do/set_treatments"),
        |_| "smtp=count&imap=count&pipe=count&https=quarantine".to_owned(),
        [SignIn, Does, Does, NotAllowed, NotAllowed, Does],
    ),
    form(
        "/do/test_mail",
        at!("/do/test_mail"),
        |_| String::new(),
        [SignIn, NotAllowed, Does, NotAllowed, NotAllowed, NotAllowed],
    ),
    spending(form("/do/sign_out", at!("/do/sign_out"), |_| String::new(), [SignIn, Does, Does, Does, Does, Does])),
];
