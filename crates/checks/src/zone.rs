//! The zone that a name is in: where it begins, and which name servers have it.

use model::DomainName;

use crate::dns::{Answer, Data, Dns, Reply, Type, ask};

/// How many names are looked at to find where the zone begins.
const MAX_STEPS: usize = 8;
/// How many name servers are told.
const MAX_SERVERS: usize = 50;

/// A zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    /// Where it begins: the name that a DNS panel calls the zone.
    pub(crate) apex: DomainName,
    /// Its name servers, as it names them.
    pub(crate) servers: Vec<String>,
}

impl Zone {
    /// The zone that a name is in: the nearest name at or above it with name servers of its own, not above the registered
    /// domain. None where that cannot be told.
    pub(crate) async fn of(dns: &dyn Dns, name: &DomainName) -> Option<Self> {
        let highest = name.organizational();
        let mut at = name.clone();
        for _ in 0..MAX_STEPS {
            let answer = ask(dns, Some(at.clone()), Type::Ns).await?;
            match &answer.reply {
                Reply::Found(_) if answer.aliases.is_empty() => {
                    let servers = host_names(&answer);
                    return Some(Self { apex: at, servers });
                }
                // An alias is no beginning of a zone (RFC 1912 §2.4); neither is a name without name servers.
                Reply::Found(_) | Reply::NoData | Reply::NoName if at != highest => {}
                _ => return None,
            }
            let (_, above) = at.as_str().split_once('.')?;
            at = DomainName::parse_lenient(above)?;
        }
        None
    }
}

fn host_names(answer: &Answer) -> Vec<String> {
    let host = |data: &Data| if let Data::Ns(host) = data { Some(host.clone()) } else { None };
    let mut names: Vec<String> = answer.records().iter().filter_map(host).take(MAX_SERVERS).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{
        Failure,
        scripted::{Script, name},
    };

    async fn apex(script: &Script, of: &str) -> Option<String> {
        Zone::of(script, &name(of)).await.map(|zone| zone.apex.to_string())
    }

    #[tokio::test]
    async fn a_zone_begins_at_the_nearest_name_with_name_servers() {
        let script =
            Script::default().ns("example.co.uk", "ns1.example.net").ns("cut.example.co.uk", "ns.other.example");
        assert_eq!(apex(&script, "_smtp._tls.mail.example.co.uk").await.as_deref(), Some("example.co.uk"));
        assert_eq!(apex(&script, "cut.example.co.uk").await.as_deref(), Some("cut.example.co.uk"));
        let zone = Zone::of(&script, &name("a.cut.example.co.uk")).await.unwrap();
        assert_eq!(zone.servers, ["ns.other.example"]);
    }

    #[tokio::test]
    async fn nothing_is_guessed_where_nobody_answers_or_nothing_is_registered() {
        let script = Script::default().ns("uk", "ns.uk").ns("co.uk", "ns.uk");
        assert_eq!(apex(&script, "mail.example.co.uk").await, None, "not registered");
        let script = script.ns("example.co.uk", "ns.example").fails("cut.example.co.uk", Type::Ns, Failure::ServFail);
        assert_eq!(apex(&script, "cut.example.co.uk").await, None, "it may be a zone of its own");
    }
}
