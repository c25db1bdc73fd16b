//! Build what a domain publishes: the TLS-RPT record, the policy, the record that announces it, and the order of steps.

pub mod steps;

use leptos::prelude::*;
use model::{
    DomainName, DomainNameError,
    plan::{self, Plan, Wishes},
};
use mtasts::Mode;
use serde::Deserialize;

use self::steps::Built;
use super::{Tool, ToolHead};
use crate::{
    components::{TextBox, said},
    context, http,
};

/// What is to be built, as the URL has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The domain.
    pub domain: String,
    /// Where reports shall go.
    pub rua: String,
    /// The MX hosts.
    pub mx: String,
    /// What the policy shall ask senders to do.
    pub mode: Mode,
}

impl Default for Asked {
    fn default() -> Self {
        Self { domain: String::new(), rua: String::new(), mx: String::new(), mode: Mode::Testing }
    }
}

/// The modes, in the order in which a domain takes them.
const MODES: [(Mode, &str); 3] = [
    (Mode::Testing, "testing: deliver and report (begin here)"),
    (Mode::Enforce, "enforce: do not deliver to hosts that fail"),
    (Mode::None, "none: take MTA-STS down"),
];

/// The page.
#[component]
pub fn BuildPage() -> impl IntoView {
    let asked: Asked = http::asked();
    let built = (!asked.domain.trim().is_empty()).then(|| {
        let name = DomainName::parse(&asked.domain)?;
        let wishes = Wishes { destinations: &asked.rua, hosts: &asked.mx, mode: asked.mode };
        let plan = plan::plan(&name, wishes, context::now());
        Ok((name, plan))
    });
    view! { <BuildView asked built/> }
}

/// The page, drawn.
#[component]
pub fn BuildView(
    /// What is to be built.
    asked: Asked,
    /// What was built, or why the name is no domain.
    built: Option<Result<(DomainName, Plan), DomainNameError>>,
) -> impl IntoView {
    let mode = asked.mode;
    let modes = MODES
        .into_iter()
        .map(|(this, label)| view! { <option value=this.keyword() selected=this == mode>{label}</option> })
        .collect_view();
    view! {
        <ToolHead tool=Tool::Build/>
        <form class="panel fields" method="get" action=Tool::Build.path()>
            <label>
                <span>"Domain"</span>
                <input
                    name="domain"
                    value=asked.domain
                    required
                    maxlength="300"
                    placeholder="example.com"
                    spellcheck="false"
                    autocapitalize="off"
                />
            </label>
            <label class="wide">
                <span>"Where reports shall go"</span>
                <TextBox name="rua" rows=2 value=asked.rua placeholder="mailto:tls-reports@example.net"/>
                <small>
                    "Each begins with mailto: or https://. Of a domain that is watched here, its Records tab has the address. Empty: no \
                     TLS-RPT record."
                </small>
            </label>
            <label class="wide">
                <span>"MX hosts"</span>
                <TextBox name="mx" rows=3 value=asked.mx placeholder="mx1.example.com\nmx2.example.com"/>
                <small>"All of them, one on each line, as the MX records have them. Empty: no MTA-STS."</small>
            </label>
            <label>
                <span>"Mode of MTA-STS"</span>
                <select name="mode">{modes}</select>
            </label>
            <button class="button">"Build"</button>
        </form>
        {built
            .map(|built| match built {
                Err(error) => view! { <p class="alert" role="alert">{said(&error.to_string())}</p> }.into_any(),
                Ok((name, plan)) => view! { <Built name plan mode/> }.into_any(),
            })}
    }
    .into_any()
}
