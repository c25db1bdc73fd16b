//! The audit log: who did what, when, from where; by person, act and time, and as a file.

use engine::AuditOf;
use leptos::prelude::*;
use model::{
    Act, Day, Role,
    audit::{AuditEntry, AuditLog, AuditQuery},
    format,
};

use super::Settings;
use crate::{
    components::{Instant, Pager, link, said, when_ready},
    context,
    pages::{page_number, query},
};

/// This tab.
const PATH: &str = "/settings/audit";

/// The same entries as CSV; the server answers it.
pub const EXPORT: &str = "/settings/audit.csv";

/// What `of` says for what concerns no workspace.
pub const INSTALLATION: &str = "installation";

/// What the URL asks for, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// An e-mail address.
    pub person: String,
    /// The word of an act.
    pub act: String,
    /// A day.
    pub from: String,
    /// A day.
    pub to: String,
    /// [`INSTALLATION`], or empty for the workspace that one is in.
    pub of: String,
}

impl Asked {
    /// The keys by which a URL asks.
    pub const KEYS: [&str; 5] = ["person", "act", "from", "to", "of"];

    /// What a URL asks for, by [`Asked::KEYS`].
    #[must_use]
    pub fn read(get: impl Fn(&str) -> String) -> Self {
        Self { person: get("person"), act: get("act"), from: get("from"), to: get("to"), of: get("of") }
    }

    /// What it means; what cannot be read asks for nothing.
    #[must_use]
    pub fn query(&self, page: u32) -> AuditQuery {
        let person = self.person.trim().to_lowercase();
        AuditQuery {
            person: Some(person).filter(|person| !person.is_empty()),
            act: Act::from_word(&self.act),
            from: self.from.parse().ok(),
            to: self.to.parse().ok(),
            page,
        }
    }

    /// Whether it is about what concerns no workspace.
    #[must_use]
    pub fn of_installation(&self) -> bool {
        self.of == INSTALLATION
    }

    fn link(&self, path: &str, page: &str) -> String {
        let of = if self.of_installation() { INSTALLATION } else { "" };
        link(
            path,
            &[
                ("person", &self.person),
                ("act", &self.act),
                ("from", &self.from),
                ("to", &self.to),
                ("of", of),
                ("page", page),
            ],
        )
    }
}

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = query();
    let (asked, page) = (Asked::read(|key| query.get(key).unwrap_or_default()), page_number(&query));
    let visitor = if asked.of_installation() { context::administrator() } else { context::member(Role::Owner) };
    let (engine, now) = (context::engine(), context::now());
    when_ready(async move {
        let visitor = visitor?;
        let of = if asked.of_installation() { AuditOf::Installation } else { AuditOf::Workspace(visitor.workspace) };
        let log = engine.audit_log(of, &asked.query(page)).await?;
        let administrator = visitor.administrator;
        Ok(view! { <AuditView log asked administrator role=visitor.role today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn AuditView(
    /// The entries.
    log: AuditLog,
    /// What was asked for.
    asked: Asked,
    /// Whether the visitor runs the installation.
    administrator: bool,
    /// What they may do in the workspace.
    role: Role,
    /// Today.
    today: Day,
) -> impl IntoView {
    let AuditLog { matching, page, rows } = log;
    let export = asked.link(EXPORT, "");
    let to = {
        let asked = asked.clone();
        move |page: u32| asked.link(PATH, &page.to_string())
    };
    let filtered = asked.query(1) != AuditQuery { page: 1, ..AuditQuery::default() };
    let count = if matching == 1 { "1 entry".to_owned() } else { format!("{} entries", format::thousands(matching)) };
    view! {
        <Settings at=PATH lede="Who did what in this workspace, when, and from where. Nobody can change it." role>
            <Filters asked administrator/>
            <div class="bar">
                <p class="none">{count}</p>
                {(matching > 0).then(|| view! { <a href=export download="">"Export as CSV"</a> })}
            </div>
            {match (rows.is_empty(), filtered) {
                (true, true) => {
                    view! { <p class="panel none">"No entry is like this. "<a href=PATH>"Show all"</a></p> }.into_any()
                }
                (true, false) => view! { <p class="panel none">"Nothing has happened yet."</p> }.into_any(),
                (false, _) => view! { <Entries rows today/> }.into_any(),
            }}
            <Pager matching page to/>
        </Settings>
    }
    .into_any()
}

#[component]
fn Filters(asked: Asked, administrator: bool) -> impl IntoView {
    let acts = Act::ALL
        .iter()
        .map(|act| view! { <option value=act.word() selected=asked.act == act.word()>{act.sentence()}</option> })
        .collect_view();
    let installation = asked.of_installation();
    let scope = administrator.then(|| {
        view! {
            <label>
                <span>"Of"</span>
                <select name="of">
                    <option value="">"this workspace"</option>
                    <option value=INSTALLATION selected=installation>"the installation"</option>
                </select>
            </label>
        }
    });
    view! {
        <form class="filters" method="get" action=PATH role="search">
            <label>
                <span>"Person"</span>
                <input type="search" name="person" value=asked.person placeholder="ada@example.com"/>
            </label>
            <label><span>"Did"</span><select name="act"><option value="">"anything"</option>{acts}</select></label>
            <label><span>"From day"</span><input type="date" name="from" value=asked.from/></label>
            <label><span>"To day"</span><input type="date" name="to" value=asked.to/></label>
            {scope}
            <button class="plain">"Show"</button>
        </form>
    }
    .into_any()
}

#[component]
fn Entries(rows: Vec<AuditEntry>, today: Day) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|entry| {
            let who = if entry.who.is_empty() { "not signed in".to_owned() } else { said(&entry.who) };
            let about = [said(&entry.subject), said(&entry.detail)];
            let about = about.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
            view! {
                <tr>
                    <th scope="row">{who}<small>{said(&entry.from)}</small></th>
                    <td>{entry.act.sentence()}<small>{about}</small></td>
                    <td class="n"><Instant at=entry.at today/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list audit">
            <thead>
                <tr><th scope="col">"Who"</th><th scope="col">"What"</th><th scope="col" class="n">"When"</th></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
