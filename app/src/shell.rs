//! The document around every page, and the routes.

use axum::http::{HeaderValue, header};
use engine::Visitor;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};
use server_fn::ServerFn as _;

use crate::{
    components::{Keys, Switcher},
    content_security_policy,
    context::{self, Clock, PublicTools},
    http,
    islands::Shortcuts,
    pages::{
        account::{AccountPage, ConfirmEmailPage, RecoveryCodesPage, SecondStepPage},
        add_domains::{AddDomainsPage, AdditionPage},
        delivery::DeliveryPage,
        domain::{
            DomainHistoryPage, DomainMtaStsPage, DomainNetworksPage, DomainRecordsPage, DomainReportsPage,
            DomainSettingsPage, DomainSummaryPage, MonthlyPage, RemoveDomainPage, SharePage, SharedPage,
            TestReportPage, shared,
        },
        edit_domains::EditDomainsPage,
        help::{
            HelpPage, api::ApiHelpPage, components::ComponentsPage, standards::StandardsPage,
            troubleshooting::TroubleshootingPage,
        },
        incidents::IncidentsPage,
        ingest_log::IngestLogPage,
        join::JoinPage,
        overview::OverviewPage,
        read_again::ReadAgainPage,
        records::RecordsPage,
        report::ReportPage,
        reports::AllReportsPage,
        reset::{ForgotPasswordPage, ResetPasswordPage},
        set_up::SetUpPage,
        settings::{
            AuditPage, EditMailboxPage, MailPage, MailboxesPage, PeoplePage, RetentionPage, SettingsPage, TokensPage,
            TrustPage, WorkspacesPage,
        },
        sign_in::{SignInPage, SignOut},
        sign_in_code::SignInCodePage,
        start::StartPage,
        tools::{BuildPage, LintPage, LookUpPage, ReadReportPage, ToolsPage},
        upload::UploadPage,
    },
    problem::{Problem, ProblemPage},
    view_transition::CalmTransitions,
    wake::WakeIslands,
};

/// The whole document; `options` say where the package with CSS and WASM lies.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let style = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                <link rel="stylesheet" href=style/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <WakeIslands options/>
                <CalmTransitions/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Every page by its path.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(nonce) = use_nonce() {
        let policy = HeaderValue::from_str(&content_security_policy(Some(&nonce)));
        http::set_header(header::CONTENT_SECURITY_POLICY, policy.expect("a nonce is plain ASCII"));
    }
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Waxseal".to_owned() } else { format!("{title} · Waxseal") }/>
        <Router>
            <a class="skip" href="#main">"Skip to content"</a>
            <Header/>
            <main id="main">
                <Routes fallback=|| view! { <ProblemPage problem=Problem::NoPage/> }>
                    <Route path=path!("") view=OverviewPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/add") view=AddDomainsPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/edit") view=EditDomainsPage ssr=SsrMode::Async/>
                    <Route path=path!("additions/:id") view=AdditionPage ssr=SsrMode::Async/>
                    <Route path=path!("records") view=RecordsPage ssr=SsrMode::Async/>
                    <Route path=path!("start") view=StartPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name") view=DomainSummaryPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/reports") view=DomainReportsPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/history") view=DomainHistoryPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/records") view=DomainRecordsPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/networks") view=DomainNetworksPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/mta-sts") view=DomainMtaStsPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/settings") view=DomainSettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/test") view=TestReportPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/monthly") view=MonthlyPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/share") view=SharePage ssr=SsrMode::Async/>
                    <Route path=path!("shared/:token") view=SharedPage ssr=SsrMode::Async/>
                    <Route path=path!("domains/:name/remove") view=RemoveDomainPage ssr=SsrMode::Async/>
                    <Route path=path!("incidents") view=IncidentsPage ssr=SsrMode::Async/>
                    <Route path=path!("reports") view=AllReportsPage ssr=SsrMode::Async/>
                    <Route path=path!("reports/:id") view=ReportPage ssr=SsrMode::Async/>
                    <Route path=path!("upload") view=UploadPage ssr=SsrMode::Async/>
                    <Route path=path!("log") view=IngestLogPage ssr=SsrMode::Async/>
                    <Route path=path!("log/read-again") view=ReadAgainPage ssr=SsrMode::Async/>
                    <Route path=path!("log/:id") view=DeliveryPage ssr=SsrMode::Async/>
                    <Route path=path!("settings") view=SettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("settings/people") view=PeoplePage ssr=SsrMode::Async/>
                    <Route path=path!("settings/workspaces") view=WorkspacesPage ssr=SsrMode::Async/>
                    <Route path=path!("settings/audit") view=AuditPage ssr=SsrMode::Async/>
                    <Route path=path!("settings/mail") view=MailPage ssr=SsrMode::Async/>
                    <Route path=path!("settings/retention") view=RetentionPage ssr=SsrMode::Async/>
                    <Route path=path!("join") view=JoinPage ssr=SsrMode::Async/>
                    <Route path=path!("not-allowed") view=NotAllowed ssr=SsrMode::Async/>
                    <Route path=path!("account") view=AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("account/second-step") view=SecondStepPage ssr=SsrMode::Async/>
                    <Route path=path!("account/recovery-codes") view=RecoveryCodesPage ssr=SsrMode::Async/>
                    <Route path=path!("sign-in") view=SignInPage ssr=SsrMode::Async/>
                    <Route path=path!("sign-in/code") view=SignInCodePage ssr=SsrMode::Async/>
                    <Route path=path!("forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("reset-password") view=ResetPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("confirm-email") view=ConfirmEmailPage ssr=SsrMode::Async/>
                    <Route path=path!("setup") view=SetUpPage ssr=SsrMode::Async/>
                    <Route path=path!("tools") view=ToolsPage ssr=SsrMode::Async/>
                    <Route path=path!("tools/look-up") view=LookUpPage ssr=SsrMode::Async/>
                    <Route path=path!("tools/lint") view=LintPage ssr=SsrMode::Async/>
                    <Route path=path!("tools/build") view=BuildPage ssr=SsrMode::Async/>
                    <Route path=path!("tools/report") view=ReadReportPage ssr=SsrMode::Async/>
                    <Route path=path!("settings/mailboxes") view=MailboxesPage ssr=SsrMode::Async/>
                    <Route path=path!("settings/mailboxes/:id") view=EditMailboxPage ssr=SsrMode::Async/>
                    <Route path=path!("settings/tokens") view=TokensPage ssr=SsrMode::Async/>
                    <Route path=path!("settings/trust") view=TrustPage ssr=SsrMode::Async/>
                    <Route path=path!("help") view=HelpPage ssr=SsrMode::Async/>
                    <Route path=path!("help/api") view=ApiHelpPage ssr=SsrMode::Async/>
                    <Route path=path!("help/standards") view=StandardsPage ssr=SsrMode::Async/>
                    <Route path=path!("help/troubleshooting") view=TroubleshootingPage ssr=SsrMode::Async/>
                    <Route path=path!("help/components") view=ComponentsPage ssr=SsrMode::Async/>
                </Routes>
            </main>
            <Footer/>
        </Router>
    }
}

/// Where a form's POST leads that the visitor's role does not allow.
#[component]
fn NotAllowed() -> impl IntoView {
    view! { <ProblemPage problem=Problem::NotAllowed/> }
}

/// The top of every page: the seal, the places to go, who is signed in.
#[component]
fn Header() -> impl IntoView {
    const PLACES: [(&str, &str); 7] = [
        ("/", "Overview"),
        ("/incidents", "Incidents"),
        ("/reports", "Reports"),
        ("/log", "Ingest log"),
        ("/tools", "Tools"),
        ("/settings", "Settings"),
        ("/help", "Help"),
    ];
    let visitor = context::visitor().ok();
    let public_tools = matches!(use_context(), Some(PublicTools(true)));
    let path = use_location().pathname.get_untracked();
    if path.starts_with(shared::PATH) {
        // Whoever looks has no account: no page of ours is theirs.
        return view! { <header class="top"><span class="brand"><Seal/>"Waxseal"</span></header> }.into_any();
    }
    let places = PLACES
        .into_iter()
        .filter(|(href, _)| visitor.is_some() || *href == "/help" || (public_tools && *href == "/tools"))
        .map(|(href, label)| view! { <a href=href aria-current=is_here(&path, href)>{label}</a> })
        .collect_view();
    view! {
        <header class="top">
            <a class="brand" href="/"><Seal/>"Waxseal"</a>
            <nav aria-label="Main">{places}</nav>
            {match visitor {
                Some(Visitor { email, workspace, workspace_name, memberships, .. }) => {
                    view! {
                        <Switcher current=workspace memberships/>
                        <form class="who" method="post" action=SignOut::url()>
                            <a class="whom" href="/account" title=format!("Your account; workspace {workspace_name}")>{email}</a>
                            <button class="plain">"Sign out"</button>
                        </form>
                    }
                        .into_any()
                }
                None => view! { <a class="who" href="/sign-in">"Sign in"</a> }.into_any(),
            }}
        </header>
    }
    .into_any()
}

/// `page` on the very page, `true` on those below it.
fn is_here(path: &str, place: &str) -> Option<&'static str> {
    match path.strip_prefix(place)? {
        "" => Some("page"),
        rest if place != "/" && rest.starts_with('/') => Some("true"),
        _ => None,
    }
}

/// The only ornament.
#[component]
fn Seal() -> impl IntoView {
    view! {
        <svg class="seal" viewBox="0 0 24 24" aria-hidden="true">
            <path class="wax" d="M12 1.6c1.5 0 2.2 1.2 3.5 1.7s2.7.1 3.7 1.1.6 2.4 1.1 3.7 1.7 2 1.7 3.5-1.2 2.2-1.7 3.5-.1 2.7-1.1 3.7-2.4.6-3.7 1.1-2 1.7-3.5 1.7-2.2-1.2-3.5-1.7-2.7-.1-3.7-1.1-.6-2.4-1.1-3.7S2 13.1 2 11.6s1.2-2.2 1.7-3.5.1-2.7 1.1-3.7 2.4-.6 3.7-1.1S10.5 1.6 12 1.6z"/>
            <path class="mark" d="M7.3 12.2l3.1 3.1 6.3-6.6"/>
        </svg>
    }
    .into_any()
}

/// The foot of every page: which clock, how far the figures are complete, and which keys there are.
#[component]
fn Footer() -> impl IntoView {
    let visitor = context::visitor();
    let complete_to = use_context::<Clock>().map(|Clock(now)| model::time::complete_to(now()));
    view! {
        <footer class="foot">
            "All times UTC"
            {complete_to
                .map(|day| {
                    view! { " · Data complete to " <time datetime=day.to_string()>{day.date().format("%-d %b %Y").to_string()}</time> }
                })}
            {visitor.is_ok().then(|| view! { " " <Shortcuts><h2 id="shortcuts">"Keys"</h2><Keys/></Shortcuts> })}
        </footer>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_one_is_at_is_marked() {
        assert_eq!(is_here("/", "/"), Some("page"));
        assert_eq!(is_here("/log", "/"), None);
        assert_eq!(is_here("/log/7", "/log"), Some("true"));
        assert_eq!(is_here("/logs", "/log"), None);
    }
}
