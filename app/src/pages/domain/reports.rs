//! A domain's reports, latest first.

use leptos::prelude::*;
use model::{
    Day, DomainName,
    report_list::{ReportList, ReportQuery},
};

use super::{DomainHead, Tab, named};
use crate::{
    components::when_ready,
    context,
    pages::reports::{Listed, asked},
    problem::Problem,
};

/// The page.
#[component]
pub fn DomainReportsPage() -> impl IntoView {
    let (name, asked) = (named(), ReportQuery { domain: String::new(), ..asked() });
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let name = name?;
        let list = engine.reports(visitor?.workspace, &name, &asked).await?;
        let list = list.ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        Ok(view! { <ReportsView name list asked today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn ReportsView(
    /// Whose reports.
    name: DomainName,
    /// The reports.
    list: ReportList,
    /// Which ones were asked for.
    asked: ReportQuery,
    /// Today.
    today: Day,
) -> impl IntoView {
    let path = format!("/domains/{name}/reports");
    view! {
        <DomainHead name=name.clone() tab=Tab::Reports/>
        <Listed path only=Some(name) list asked today/>
    }
    .into_any()
}
