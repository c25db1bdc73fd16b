//! Tools for any domain, watched or not: look up, lint, build, read a report. What is asked for stands in the URL, but for the
//! report; nothing is stored.

pub mod build;
pub mod lint;
pub mod look_up;
pub mod report;

pub use build::BuildPage;
pub use lint::LintPage;
pub use look_up::LookUpPage;
pub use report::{ReadOutcome, ReadReportPage};

use leptos::prelude::*;
use leptos_meta::Title;

/// One of the tools.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Looks at a domain from outside.
    LookUp,
    /// Judges a record or a policy.
    Lint,
    /// Makes records and a policy.
    Build,
    /// Reads a report.
    Report,
}

impl Tool {
    const ALL: [Self; 4] = [Self::LookUp, Self::Lint, Self::Build, Self::Report];

    const fn path(self) -> &'static str {
        match self {
            Self::LookUp => "/tools/look-up",
            Self::Lint => "/tools/lint",
            Self::Build => "/tools/build",
            Self::Report => "/tools/report",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::LookUp => "Look up",
            Self::Lint => "Lint",
            Self::Build => "Build",
            Self::Report => "Read a report",
        }
    }

    const fn purpose(self) -> &'static str {
        match self {
            Self::LookUp => {
                "What any domain publishes, seen from here: records, policy, MX, DANE; what is wrong, and what to publish."
            }
            Self::Lint => "A TLS-RPT record, an MTA-STS record or a policy file, judged by the letter of its RFC.",
            Self::Build => "The records and the policy file to publish, and in which order.",
            Self::Report => "A report that you have as text or as a file, in words. Nothing of it is stored.",
        }
    }
}

/// What tools there are.
#[component]
pub fn ToolsPage() -> impl IntoView {
    let tools = Tool::ALL
        .into_iter()
        .map(|tool| {
            view! { <div><dt><a href=tool.path()>{tool.label()}</a></dt><dd>{tool.purpose()}</dd></div> }
        })
        .collect_view();
    view! {
        <Title text="Tools"/>
        <div class="title">
            <h1>"Tools"</h1>
            <p class="lede">"For any domain, watched here or not. Nothing you enter is stored."</p>
        </div>
        <look_up::Form domain=String::new()/>
        <dl class="glossary">{tools}</dl>
    }
    .into_any()
}

/// The top of a tool's page.
#[component]
fn ToolHead(
    /// Which.
    tool: Tool,
) -> impl IntoView {
    let tabs = Tool::ALL
        .into_iter()
        .map(|this| view! { <a href=this.path() aria-current=(this == tool).then_some("page")>{this.label()}</a> })
        .collect_view();
    view! {
        <Title text=format!("{} · Tools", tool.label())/>
        <p class="crumbs"><a href="/tools">"Tools"</a>" / "{tool.label()}</p>
        <div class="title">
            <h1>{tool.label()}</h1>
            <p class="lede">{tool.purpose()}</p>
            <nav class="tabs" aria-label="Tools">{tabs}</nav>
        </div>
    }
    .into_any()
}
