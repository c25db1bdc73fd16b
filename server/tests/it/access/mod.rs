//! Who gets what: every route and every form of the program, for every kind of visitor. A route without a row in [`rows`]
//! fails here, so nobody forgets to think about it.

mod rows;
mod stage;

use std::collections::BTreeSet;

pub(crate) use self::{
    rows::{ROWS, Row},
    stage::Stage,
};
use crate::support::{Answer, get};

/// Who asks. The columns of [`Row::gets`], in this order; who brings a token or a share link is tried below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visitor {
    /// Nobody who has signed in.
    Anonymous,
    /// The owner of another workspace.
    Outsider,
    /// Who runs the installation, and belongs to another workspace.
    Administrator,
    /// Members of the workspace.
    Viewer,
    Editor,
    Owner,
}

impl Visitor {
    pub(crate) const ALL: [Self; 6] =
        [Self::Anonymous, Self::Outsider, Self::Administrator, Self::Viewer, Self::Editor, Self::Owner];

    /// Whether they belong to the workspace.
    fn is_inside(self) -> bool {
        matches!(self, Self::Viewer | Self::Editor | Self::Owner)
    }
}

/// What they get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gets {
    /// 200.
    Sees,
    /// 404, as though there were no such thing.
    Nothing,
    /// The way to the sign-in page.
    SignIn,
    /// 403, or the way to the page that says so: nothing has happened.
    NotAllowed,
    /// The way on: what the form asked for is done, or the page is elsewhere.
    Does,
    /// The way back with the reason: nothing has happened.
    Refused,
    /// What everybody gets.
    Same,
}

fn told(answer: &Answer) -> Option<Gets> {
    let location = answer.header("location").unwrap_or_default();
    Some(match answer.status {
        200 => Gets::Sees,
        404 | 410 => Gets::Nothing,
        403 => Gets::NotAllowed,
        303 if location == "/not-allowed" => Gets::NotAllowed,
        303 if location.contains("error=") => Gets::Refused,
        303 if location.starts_with("/sign-in") && answer.header("set-cookie").is_none() => Gets::SignIn,
        303 => Gets::Does,
        _ => return None,
    })
}

#[test]
fn every_route_has_a_row() {
    let stage = Stage::set();
    let routes: BTreeSet<String> = stage.app.wait(async { server::http::paths() }).into_iter().collect();
    let rows: BTreeSet<String> = ROWS.iter().map(|row| row.path.to_owned()).collect();
    assert_eq!(rows.len(), ROWS.len(), "each path once");
    let missing: Vec<_> = routes.difference(&rows).collect();
    assert!(missing.is_empty(), "say in access/rows.rs who gets what of {missing:?}");
    let gone: Vec<_> = rows.difference(&routes).collect();
    assert!(gone.is_empty(), "there are no such routes (any more): {gone:?}");
}

#[test]
fn everybody_gets_what_the_table_says_and_nothing_of_another_workspace() {
    let mut stage = Stage::set();
    let mut wrong = vec![];
    for row in ROWS {
        let usual = row.gets.contains(&Gets::Same).then(|| stage.ask(row, Visitor::Anonymous).status);
        for (visitor, gets) in Visitor::ALL.into_iter().zip(row.gets) {
            let before = stage.snapshot();
            let answer = stage.ask(row, visitor);
            let what = format!("{} for {visitor:?}", row.path);
            let right = match (gets, usual) {
                (Gets::Same, Some(usual)) => answer.status == usual,
                _ => told(&answer) == Some(gets),
            };
            if !right {
                wrong.push(format!("{what}: {gets:?} is expected, but it is {} {:?}", answer.status, answer.headers));
            }
            if !(visitor.is_inside() && gets == Gets::Does) && stage.snapshot() != before {
                wrong.push(format!("{what}: the workspace has changed"));
            }
            if !visitor.is_inside() {
                let leaks = stage.secrets_from(visitor).filter(|secret| answer.body.contains(*secret));
                wrong.extend(leaks.map(|secret| format!("{what}: {secret} is none of their business")));
            }
            if row.spends_session {
                stage.sign_in_anew(visitor);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_token_opens_the_api_of_its_workspace_and_nothing_else() {
    let stage = Stage::set();
    let (inside, outside) = (stage.bearer_of_theirs(), stage.bearer_of_others());
    let mut wrong = vec![];
    for row in ROWS.iter().filter(|row| row.form.is_none()) {
        let asked = |token: &str| {
            let bearer = format!("Bearer {token}");
            get(
                stage.app.address(),
                &(row.at)(&stage),
                &[("Authorization", &bearer), ("Accept", "text/html"), ("X-Forwarded-For", "198.51.100.251")],
            )
        };
        let (own, other, none) = (asked(&inside), asked(&outside), stage.ask(row, Visitor::Anonymous));
        let is_api = row.path.starts_with("/api/v1/") && row.path != "/api/v1/openapi.json";
        if own.status != if is_api { 200 } else { none.status } {
            wrong.push(format!("{} with a token of the workspace: {}", row.path, own.status));
        }
        let finds = if row.path.contains('{') { 404 } else { 200 };
        if other.status != if is_api { finds } else { none.status } {
            wrong.push(format!("{} with a token of another workspace: {}", row.path, other.status));
        }
        let leaks = stage.secrets_from(Visitor::Outsider).filter(|secret| other.body.contains(*secret));
        wrong.extend(leaks.map(|secret| format!("{} with a token of another workspace: {secret}", row.path)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everything a share link could be taken for: a session, a token of the API, a code in a URL.
#[test]
fn a_share_link_opens_its_domain_and_nothing_else() {
    let stage = Stage::set();
    let link = stage.share_link().secret.0;
    let mut wrong = vec![];
    for row in ROWS {
        let usual = stage.ask(row, Visitor::Anonymous);
        for (what, answer) in stage.ask_with(row, &link) {
            let what = format!("{} with a share link as {what}", row.path);
            if answer.status != usual.status || told(&answer) != told(&usual) {
                wrong.push(format!("{what}: {} {:?}", answer.status, answer.headers));
            }
            let leaks = stage.secrets_from(Visitor::Outsider).filter(|secret| answer.body.contains(*secret));
            wrong.extend(leaks.map(|secret| format!("{what}: {secret}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let open = |secret: &str, rest: &str| {
        let path = format!("/shared/{secret}{rest}");
        get(stage.app.address(), &path, &[("Accept", "text/html"), ("X-Forwarded-For", "198.51.100.252")])
    };
    let page = open(&link, "?days=365");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("private.example") && page.body.contains("Secret Sender"), "{}", page.body);
    // Its report address, its people, its workspace, its other domains, ways to any of them.
    let hidden = stage.secrets_from(Visitor::Outsider).filter(|secret| *secret != "Secret Sender");
    let hidden = hidden.chain(["added.private", "/domains/", "/reports", "/log", "/settings", "/export", "/r/"]);
    for hidden in hidden {
        assert!(!page.body.contains(hidden), "{hidden} is shared: {}", page.body);
    }
    for picture in ["/chart.svg?days=365", "/chart.png?days=365"] {
        assert_eq!(open(&link, picture).status, 200);
    }
    // Nor is anything else taken for a share link.
    let session = stage.cookie(Visitor::Owner).split_once('=').unwrap().1.to_owned();
    for other in [stage.bearer_of_theirs(), session, stage.code(), stage.reset_link()] {
        for rest in ["", "/chart.svg", "/chart.png"] {
            assert_eq!(open(&other, rest).status, 404, "{other}{rest}");
        }
    }
}

#[test]
fn the_secrets_are_there_to_be_leaked() {
    let stage = Stage::set();
    let page = |path: &str| {
        let row = ROWS.iter().find(|row| row.path == path).unwrap();
        stage.ask(row, Visitor::Viewer).body
    };
    let seen =
        ["/domains/{name}", "/domains/{name}/records", "/settings/people", "/settings/workspaces"].map(page).join("");
    for secret in stage.secrets_from(Visitor::Outsider) {
        assert!(seen.contains(secret), "a member sees {secret}");
    }
}
