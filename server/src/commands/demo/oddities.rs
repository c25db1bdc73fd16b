//! What also arrives: the same report twice, two that contradict each other, one about a stranger, one that nobody can
//! read, one from an impossible day.

use model::{Day, Timestamp};
use serde_json::json;

/// Something odd that comes to the address of `domain`.
pub(super) struct Oddity {
    pub(super) domain: &'static str,
    pub(super) received: Timestamp,
    /// Not yet compressed.
    pub(super) body: Vec<u8>,
}

/// All of them, in order of arrival.
pub(super) fn oddities(today: Day) -> Vec<Oddity> {
    let at = |ago: i32, hour: i64| today.plus(-ago).start().plus_seconds(hour * 3600);
    let twice = report(
        "Fernpost GmbH",
        "postmaster@fernpost.example",
        "fernpost-20",
        today.plus(-13),
        "kestrel.example",
        14,
        0,
    );
    vec![
        // A sender that sends again after a year of silence, with the year wrong.
        Oddity {
            domain: "fjord-travel.example",
            received: at(16, 5),
            body: report("clockless.example", "tls@clockless.example", "1", Day(0), "fjord-travel.example", 9, 0),
        },
        Oddity { domain: "kestrel.example", received: at(12, 3), body: twice.clone() },
        // The answer was lost, so the sender tried again.
        Oddity { domain: "kestrel.example", received: at(12, 4), body: twice },
        // Two machines of one sender that do not know of each other use one report-id.
        Oddity {
            domain: "orchard.example",
            received: at(8, 2),
            body: report("twins.example", "tls@twins.example", "daily-7", today.plus(-9), "orchard.example", 31, 0),
        },
        Oddity {
            domain: "orchard.example",
            received: at(8, 3),
            body: report("twins.example", "tls@twins.example", "daily-7", today.plus(-9), "orchard.example", 27, 2),
        },
        // The address of northmail.example was copied into the record of a domain that nobody watches.
        Oddity {
            domain: "northmail.example",
            received: at(6, 7),
            body: report(
                "Fernpost GmbH",
                "postmaster@fernpost.example",
                "fernpost-27",
                today.plus(-7),
                "stranger.example",
                5,
                0,
            ),
        },
        Oddity {
            domain: "museum-am-see.example",
            received: at(4, 11),
            body: b"<!doctype html><title>502 Bad Gateway</title><h1>The report generator is being restarted</h1>"
                .to_vec(),
        },
    ]
}

fn report(
    organization: &str,
    contact: &str,
    id: &str,
    day: Day,
    domain: &str,
    successful: u64,
    failed: u64,
) -> Vec<u8> {
    let details: Vec<_> = (failed > 0)
        .then(|| json!({ "result-type": "starttls-not-supported", "failed-session-count": failed }))
        .into_iter()
        .collect();
    json!({
        "organization-name": organization,
        "date-range": { "start-datetime": format!("{day}T00:00:00Z"), "end-datetime": format!("{day}T23:59:59Z") },
        "contact-info": contact,
        "report-id": id,
        "policies": [{
            "policy": {
                "policy-type": "sts",
                "policy-string": ["version: STSv1", "mode: testing", format!("mx: *.{domain}"), "max_age: 86400"],
                "policy-domain": domain,
            },
            "summary": { "total-successful-session-count": successful, "total-failure-session-count": failed },
            "failure-details": details,
        }],
    })
    .to_string()
    .into_bytes()
}
