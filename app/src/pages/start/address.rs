//! The public address: what to configure, for the program, for the proxy in front of it, and in DNS.

use leptos::prelude::*;
use model::{
    DomainName,
    start::{Seen, Way},
};

use crate::components::{Code, said};

/// What stands in the lines while no host is known.
const EXAMPLE: &str = "tlsrpt.example.com";

/// The form that asks for a host name, and the lines for it.
#[component]
pub fn Address(
    /// What was observed.
    seen: Seen,
    /// The host as typed; empty for that of the base URL.
    host: String,
    /// Where the program listens.
    local: String,
) -> impl IntoView {
    if matches!(seen.way, Some(Way::Upload | Way::Imap)) {
        return ().into_any();
    }
    // An address in place of a name is what this form is there to change, and nothing that was typed.
    let configured = seen.base_url.as_deref().and_then(host_of).filter(|host| DomainName::parse(host).is_ok());
    let typed = if host.trim().is_empty() { configured.unwrap_or_default() } else { host.trim().to_owned() };
    let parsed = (!typed.is_empty()).then(|| DomainName::parse(&typed));
    let wrong = match &parsed {
        Some(Err(error)) => Some(format!("“{}” is no host name: {error}.", said(&typed))),
        _ => None,
    };
    let name = parsed.and_then(Result::ok).map_or_else(|| EXAMPLE.to_owned(), |name| name.to_string());
    let lines = lines(&name, &local);
    view! {
        <form class="filters" method="get" action="/start#address">
            <label><span>"The host name to use"</span><input name="host" value=typed placeholder=EXAMPLE spellcheck="false" autocapitalize="off"/></label>
            <button class="plain">"Show the lines for it"</button>
        </form>
        {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        <p>"In the environment of Waxseal, and then restart it:"</p>
        <div class="command"><Code what="the environment" text=lines.environment/></div>
        <details class="steps">
            <summary>"The same in waxseal.toml"</summary>
            <div class="command"><Code what="the configuration" text=lines.toml/></div>
        </details>
        <p>"In front of it a proxy that speaks HTTPS. With Caddy, this is its whole configuration (docs/nginx.conf has nginx):"</p>
        <div class="command"><Code what="the proxy’s configuration" text=lines.caddy/></div>
        <p>"In DNS, with the public addresses of this machine in place of those in angle brackets:"</p>
        <div class="command"><Code what="the records" text=lines.dns/></div>
    }
    .into_any()
}

/// The host of a URL.
pub(super) fn host_of(url: &str) -> Option<String> {
    let authority = url.split_once("://")?.1.split('/').next()?;
    Some(authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_owned())
}

/// What to write where.
struct Lines {
    environment: String,
    toml: String,
    caddy: String,
    dns: String,
}

fn lines(host: &str, local: &str) -> Lines {
    let listen = local.split_once("://").map_or(local, |(_, rest)| rest);
    Lines {
        environment: format!("WAXSEAL_HTTP__BASE_URL=https://{host}\nWAXSEAL_HTTP__TRUSTED_PROXIES=127.0.0.1"),
        toml: format!("[http]\nbase_url = \"https://{host}\"\ntrusted_proxies = [\"127.0.0.1\"]"),
        caddy: format!("{host} {{\n\treverse_proxy {listen}\n}}"),
        dns: format!("{host}. IN A <IPv4 address>\n{host}. IN AAAA <IPv6 address, if there is one>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_name_the_host_and_the_port() {
        let lines = lines("tlsrpt.example.net", "http://127.0.0.1:3000");
        assert_eq!(lines.caddy, "tlsrpt.example.net {\n\treverse_proxy 127.0.0.1:3000\n}");
        assert!(lines.environment.starts_with("WAXSEAL_HTTP__BASE_URL=https://tlsrpt.example.net\n"));
        assert!(lines.toml.contains("base_url = \"https://tlsrpt.example.net\""));
        assert!(lines.dns.starts_with("tlsrpt.example.net. IN A "));
    }

    #[test]
    fn the_host_of_a_url_has_no_port() {
        assert_eq!(host_of("https://tlsrpt.example.net:8443").as_deref(), Some("tlsrpt.example.net"));
        assert_eq!(host_of("nonsense"), None);
    }
}
