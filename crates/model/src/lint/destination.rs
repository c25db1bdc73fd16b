//! Destinations of a TLS-RPT record that are grammatical and that senders cannot use, or that are no place for reports.

use tlsrpt::record::{Destination, Kind as DestinationKind, Unusable};

use super::{
    Code, Kind,
    draft::{Draft, Drafts, quoted},
};
use crate::Status;

/// Whether a URI is that of an MTA-STS policy (RFC 8461 §3.2): a file, which takes no reports.
#[must_use]
pub fn is_policy_url(uri: &str) -> bool {
    let place = uri.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let Some((_, rest)) = place.split_once("://") else { return false };
    rest.split_once('/').is_some_and(|(_, path)| path == ".well-known/mta-sts.txt")
}

/// A destination that is a URI but cannot be used, or takes no reports.
pub(super) fn tell(destination: &Destination, drafts: &mut Drafts) {
    let uri = destination.uri.as_str();
    let warn = |code, title: String, remedy: &str| {
        Draft::new(code, Status::Warning, title, "No sender can deliver there.")
            .source(Kind::TlsRpt.source())
            .seen(uri)
            .remedy(remedy)
    };
    if destination.is_usable() && is_policy_url(uri) {
        drafts.add(
            Draft::new(
                Code::TlsRptRuaPolicy,
                Status::Warning,
                "rua names the file of the MTA-STS policy",
                "Reports would be posted to it, and a file takes none.",
            )
            .seen(uri)
            .remedy(
                "Name the place that reports shall go to, such as mailto:tls@example.com; senders find the policy by themselves.",
            ),
        );
    }
    let DestinationKind::Unusable(why) = &destination.kind else {
        return;
    };
    drafts.add(match why {
        Unusable::Scheme(scheme) if scheme == "http" => warn(
            Code::TlsRptHttp,
            "A destination is http, and senders take https only".to_owned(),
            "Serve it by https and write https://.",
        ),
        Unusable::Scheme(scheme) => warn(
            Code::TlsRptScheme,
            format!("Senders do not know the scheme {}", quoted(scheme)),
            "Use mailto: or https://, the two that there are.",
        ),
        Unusable::NoAddress if uri.get(7..).is_some_and(|rest| rest.starts_with("//")) => warn(
            Code::TlsRptMailtoSlashes,
            "mailto has slashes, as a URL has".to_owned(),
            "Write the address right after mailto:, without slashes.",
        ),
        Unusable::NoAddress => warn(
            Code::TlsRptMailtoAddress,
            "A mailto names no e-mail address".to_owned(),
            "Write one whole address after mailto:, such as mailto:tls@example.com.",
        ),
        Unusable::NoHost => warn(
            Code::TlsRptHttpsHost,
            "An https URL names no host".to_owned(),
            "Write https:// and then the host, such as https://reports.example.com/.",
        ),
        Unusable::Port => warn(
            Code::TlsRptHttpsHost,
            "An https URL names a port above 65535".to_owned(),
            "Write the right port, or leave it out for 443.",
        ),
    });
}
