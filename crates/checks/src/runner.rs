//! Running all checks of a domain: what can be asked at the same time is, and all of it ends in time.

use std::{net::IpAddr, sync::Arc, time::Duration};

use futures::{FutureExt as _, future::join_all};
use model::{
    DomainName, Finding, Status,
    check::{AddressFacts, Check, Facts, MxFacts, Section},
    proof,
};
use tokio::time::Instant;

use crate::{
    Context, Error, Event, Outcome, Settings,
    check::{
        change, dane, mta_sts, mx,
        mx::{MxHost, MxSet},
        mx_reports, policy,
        policy_host::visit,
        starttls, tls_rpt,
    },
    dns::{self, Answer, Dns, Failure, NameServers, Question, Type, below, live::Resolver},
    mail_hosts::MailHosts,
    notices::notices,
    outbound::Connector,
    outcome::for_no_mail,
    smtp::Seen,
    tls::Roots,
    zone::Zone,
};

/// Runs checks. Cheap to clone; all clones share what they have seen.
#[derive(Clone)]
pub struct Runner(Arc<Shop>);

/// What all clones of a runner share.
pub(crate) struct Shop {
    pub(crate) settings: Settings,
    pub(crate) resolver: Resolver,
    pub(crate) connector: Connector,
    pub(crate) roots: Roots,
    mail: MailHosts,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Runner {
    /// A runner with nothing seen yet.
    ///
    /// # Errors
    /// When name servers, trust anchor or additional CAs cannot be used.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let resolver = Resolver::new(&settings.name_servers, settings.trust_anchor.as_deref())?;
        let connector = Connector::new(&settings);
        let roots = Roots::new(settings.extra_ca.as_deref())?;
        let mail = MailHosts::new(connector.clone(), roots.clone(), settings.clone());
        Ok(Self(Arc::new(Shop { settings, resolver, connector, roots, mail })))
    }

    /// What it works with.
    pub(crate) fn shop(&self) -> &Shop {
        &self.0
    }

    /// What concerns this installation and its network, as far as all checks so far have seen: name servers that do not
    /// answer or pass no DNSSEC on, a port 25 from which nobody answers. Empty where all is well, or nothing was checked.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        notices(self.0.resolver.name_servers(), self.0.mail.port_ever_worked())
    }

    /// Looks at a domain. It never fails: what cannot be told is said to be so.
    pub async fn check(
        &self,
        domain: &DomainName,
        context: &Context,
        tell: &(dyn Fn(Event<'_>) + Send + Sync),
    ) -> Outcome {
        let begun = Instant::now();
        let shop = &*self.0;
        let deadline = begun + shop.settings.limits.time;
        let dns = shop.resolver.begin(&shop.settings.limits).await;
        let mut outcome = shop.look(&dns, domain, context, deadline, tell).await;
        outcome.queries = dns.queries();
        outcome.duration = begun.elapsed();
        outcome
    }
}

/// All that is known of one MX host.
struct HostSeen {
    host: MxHost,
    tlsa: Answer,
    reports: Answer,
    addresses: Vec<(IpAddr, Seen)>,
}

impl Shop {
    async fn look(
        &self,
        dns: &dyn Dns,
        domain: &DomainName,
        context: &Context,
        deadline: Instant,
        tell: &(dyn Fn(Event<'_>) + Send + Sync),
    ) -> Outcome {
        let limits = &self.settings.limits;
        let found = |section: Section| {
            tell(Event::Found(&section));
            section
        };
        for check in [Check::TlsRpt, Check::MtaSts, Check::Policy, Check::Mx] {
            tell(Event::Looking(check, None));
        }
        let way = (&self.connector, &self.roots, limits);
        let zone = Zone::of(dns, domain).boxed().shared();
        let ((tls_rpt_section, tls_rpt), (mta_sts_section, record), visit, (mx_section, mx, hosts), zone, proof_seen) = tokio::join!(
            tls_rpt::check(dns, &self.connector, domain, context, zone.clone()),
            mta_sts::check(dns, domain),
            visit(dns, domain, way, context.now),
            async {
                let (section, mx) = mx::check(dns, domain, limits).await;
                let section = found(section);
                let hosts = join_all(mx.hosts.iter().map(|host| self.host(dns, host, context, deadline, tell))).await;
                (section, mx, hosts)
            },
            zone,
            async {
                let name = below(proof::LABEL, domain).filter(|_| !context.proofs.is_empty());
                let answer = dns::ask(dns, name, Type::Txt).await;
                answer.is_some_and(|answer| answer.texts().any(|text| context.proofs.iter().any(|proof| proof == text)))
            },
        );

        let [tls_rpt_section, mta_sts_section] = [tls_rpt_section, mta_sts_section]
            .map(|section| found(if mx.takes_no_mail { for_no_mail(section) } else { section }));
        let around = policy::Surroundings {
            record: &record,
            mx: &mx,
            tls_rpt: &tls_rpt,
            clean_days: context.clean_days,
            now: context.now,
        };
        let (mut policy_section, policy) = policy::judge(&visit, &around);
        let (zone, name_servers) = zone.map_or((None, vec![]), |zone| (Some(zone.apex), zone.servers));
        let mut facts = Facts {
            zone,
            name_servers,
            tls_rpt: tls_rpt.record,
            destinations: tls_rpt.destinations,
            stale_until: tls_rpt.stale_until,
            mta_sts: record.record,
            mta_sts_id: record.id,
            policy,
            mx: vec![],
            unseen: vec![],
        };
        if let Some(changed) = change::judge(context.published.as_ref(), &facts) {
            policy_section.findings.push(changed);
            policy_section.status = Status::worst(policy_section.findings.iter().map(|finding| finding.status));
        }
        let mut sections = vec![tls_rpt_section, mta_sts_section, found(policy_section), mx_section];
        let port_works = self.mail.port_works(hosts.iter().flat_map(|host| &host.addresses));
        for host in &hosts {
            let others = hosts.iter().filter(|other| other.host.name != host.host.name);
            let used_elsewhere =
                others.map(|other| self.dane_of(domain, other, &mx)).any(|other| dane::is_in_use(&other));
            let dane = dane::Host { used_elsewhere, ..self.dane_of(domain, host, &mx) };
            let (three, seen) = self.host_sections(host, &dane, context, port_works);
            sections.extend(three.into_iter().map(found));
            facts.mx.push(seen);
        }
        Outcome {
            domain: domain.clone(),
            at: context.now,
            status: Status::worst(sections.iter().map(|section| section.status)),
            notices: notices(dns.name_servers(), port_works),
            blind: dns.name_servers() == NameServers::Silent,
            sections,
            proof_seen,
            facts,
            queries: 0,
            duration: Duration::ZERO,
        }
    }

    /// Asks DNS about an MX host and looks at its addresses.
    async fn host(
        &self,
        dns: &dyn Dns,
        host: &MxHost,
        context: &Context,
        deadline: Instant,
        tell: &(dyn Fn(Event<'_>) + Send + Sync),
    ) -> HostSeen {
        tell(Event::Looking(Check::Starttls, Some(&host.name)));
        let addresses = host.addresses();
        let ask = async |labels: &str, kind| {
            let nowhere = || {
                let question = Question { name: host.name.clone(), kind };
                Answer::failed(question, Failure::Other("the name is too long for DNS".to_owned()))
            };
            dns::ask(dns, below(labels, &host.name), kind).await.unwrap_or_else(nowhere)
        };
        let (tlsa, reports, addresses) = tokio::join!(
            ask("_25._tcp", Type::Tlsa),
            ask("_smtp._tls", Type::Txt),
            self.mail.look(&host.name, &addresses, context.dial_mail, context.now, deadline),
        );
        HostSeen { host: host.clone(), tlsa, reports, addresses }
    }

    /// What DANE of a host rests on, whatever the other hosts do.
    fn dane_of<'a>(&self, domain: &'a DomainName, seen: &'a HostSeen, mx: &MxSet) -> dane::Host<'a> {
        dane::Host {
            domain,
            mx: &seen.host,
            list: mx.security,
            tlsa: &seen.tlsa,
            seen: &seen.addresses,
            max_records: self.settings.limits.tlsa,
            used_elsewhere: false,
        }
    }

    fn host_sections(
        &self,
        seen: &HostSeen,
        dane: &dane::Host<'_>,
        context: &Context,
        port_works: bool,
    ) -> ([Section; 3], MxFacts) {
        let HostSeen { host, tlsa, reports, addresses } = seen;
        let max_records = self.settings.limits.tlsa;
        let in_use = dane::is_in_use(dane);
        let sections = [
            starttls::judge(&host.name, addresses, port_works, context.now),
            dane::judge(dane),
            mx_reports::judge(&host.name, reports, in_use),
        ];
        let proven = tlsa.tlsa().take(if in_use { max_records } else { 0 });
        let mut records: Vec<String> = proven.map(ToString::to_string).collect();
        records.sort_unstable();
        let facts = MxFacts {
            preference: host.preference,
            host: host.name.to_string(),
            addresses: addresses.iter().map(|(address, seen)| address_facts(*address, seen)).collect(),
            tlsa: records,
        };
        (sections, facts)
    }
}

fn address_facts(address: IpAddr, seen: &Seen) -> AddressFacts {
    let starttls = match seen {
        Seen::NoStartTls | Seen::Declined(_) => Some(false),
        Seen::Tls(_) | Seen::NoTls(_) | Seen::Injected => Some(true),
        _ => None,
    };
    AddressFacts { address, starttls, tls: seen.session().cloned() }
}
