//! One domain, in tabs: what the reports say, the reports themselves, what failed and was mended, failures by address, what to
//! publish, MTA-STS, settings.

pub mod asked;
pub mod causes;
pub mod checks;
pub mod digest;
pub mod history;
pub mod monthly;
pub mod mta_sts;
pub mod networks;
pub mod records;
pub mod reports;
pub mod settings;
pub mod share;
pub mod shared;
pub mod summary;
pub mod take_away;
pub mod test_report;

pub use history::DomainHistoryPage;
pub use monthly::MonthlyPage;
pub use mta_sts::DomainMtaStsPage;
pub use networks::DomainNetworksPage;
pub use records::DomainRecordsPage;
pub use records::Records;
pub use reports::DomainReportsPage;
pub use settings::{DomainSettingsPage, RemoveDomainPage};
pub use share::SharePage;
pub use shared::SharedPage;
pub use summary::DomainSummaryPage;
pub use test_report::TestReportPage;

use engine::Visitor;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{DomainName, Role, Status};

use super::parameter;
use crate::{components::StatusWord, context, http, problem::Problem};

/// The domain that this page's path names.
fn named() -> Result<DomainName, Problem> {
    let name = parameter("name");
    DomainName::parse(&name).map_err(|_| Problem::NoDomain(model::text::visible_short(&name, 80).into_owned()))
}

/// Who edits the domain that a form names, the domain, and its page of this name; none after the visitor was led away.
fn edited(domain: &str, page: &str) -> Option<(Visitor, DomainName, String)> {
    let Some(name) = DomainName::parse_lenient(domain) else {
        http::see_other("/");
        return None;
    };
    let page = format!("/domains/{name}/{page}");
    let visitor = context::admitted(context::member(Role::Editor), &page)?;
    Some((visitor, name, page))
}

/// A tab of the domain's page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What the reports say.
    Summary,
    /// The reports themselves.
    Reports,
    /// What failed, and when it was over.
    History,
    /// What failed, by network and address.
    Networks,
    /// What to publish.
    Records,
    /// The policy, and how to another.
    MtaSts,
    /// Its addresses, what is noted about it, removing it.
    Settings,
}

/// The top of a domain's page, on each of its tabs.
#[component]
pub fn DomainHead(
    /// Its name.
    name: DomainName,
    /// How it stands, and why.
    #[prop(optional)]
    judgement: Option<(Status, String)>,
    /// Which tab this is.
    tab: Tab,
) -> impl IntoView {
    let base = format!("/domains/{name}");
    let tabs = [
        (Tab::Summary, "Summary", base.clone()),
        (Tab::Reports, "Reports", format!("{base}/reports")),
        (Tab::History, "History", format!("{base}/history")),
        (Tab::Networks, "Networks", format!("{base}/networks")),
        (Tab::Records, "Records", format!("{base}/records")),
        (Tab::MtaSts, "MTA-STS", format!("{base}/mta-sts")),
        (Tab::Settings, "Settings", format!("{base}/settings")),
    ];
    let title = match tabs.iter().find(|(this, ..)| *this == tab && tab != Tab::Summary) {
        Some((_, label, _)) => format!("{label} · {name}"),
        None => name.to_unicode().into_owned(),
    };
    view! {
        <Title text=title/>
        <p class="crumbs"><a href="/">"Overview"</a>" / "{name.to_unicode().into_owned()}</p>
        <div class="title">
            <h1 class="name">{name.to_unicode().into_owned()}</h1>
            {judgement
                .map(|(status, reason)| {
                    view! { <p class="lede"><StatusWord status/>" "{reason}</p> }
                })}
            <nav class="tabs" aria-label="Domain">
                {tabs
                    .into_iter()
                    .map(|(this, label, href)| {
                        view! { <a href=href aria-current=(this == tab).then_some("page")>{label}</a> }
                    })
                    .collect_view()}
            </nav>
        </div>
    }
    .into_any()
}
