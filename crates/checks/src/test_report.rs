//! Sending a test report the way that real ones come: looked up in DNS, by SMTP or HTTPS, over the one way out.
//!
//! The report host is the operator's own, so its address may be this machine's; an inner address is refused as ever, and the
//! refusal says what it means for a test.

use std::net::IpAddr;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Collected, Full, Limited};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use model::{
    DomainName, Timestamp,
    test_report::{Stage, Step},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, timeout},
};

use crate::{
    Runner,
    dns::{Data, Dns, Failure, Question, Reply, Type},
    outbound::{Judged, Purpose, Refusal},
    reach::{millis, reach},
    runner::Shop,
    smtp::{Letter, Manner, deliver},
    tls::shake_hands,
};

/// Tells of each step as it is done.
type Tell<'a> = &'a mut (dyn FnMut(Step) + Send);

/// How much of an answer is read: a sentence.
const ANSWER: usize = 8 << 10;

const DNS_REMEDY: &str =
    "Publish the host in DNS as Getting started shows it, and look whether the name servers of its zone answer.";

impl Runner {
    /// Mails a test report: `text` to the address `to` at the report host. Whether it was taken.
    pub async fn mail_test_report(
        &self,
        host: &DomainName,
        to: &str,
        text: &str,
        now: Timestamp,
        tell: Tell<'_>,
    ) -> bool {
        let shop = self.shop();
        let begun = Instant::now();
        let dns = shop.resolver.begin(&shop.settings.limits).await;
        let (mx, told) = match mail_host(&dns, host).await {
            Ok(found) => found,
            Err(said) => {
                tell(Step::failed(Stage::LookUp, millis(begun), said, DNS_REMEDY));
                return false;
            }
        };
        let Some(judged) = located(shop, &dns, &mx, Purpose::Report(None), (begun, &told), tell).await else {
            return false;
        };
        let manner = Manner {
            connector: &shop.connector,
            roots: &shop.roots,
            limits: &shop.settings.limits,
            helo: shop.settings.helo.as_deref(),
            now,
        };
        deliver(&manner, &mx, &judged, &Letter { to, text }, tell).await
    }

    /// Posts a test report to a path of the report host, on another port than usual where one is named. Whether it was taken.
    pub async fn post_test_report(
        &self,
        (host, port): (&DomainName, Option<u16>),
        path: &str,
        document: &str,
        now: Timestamp,
        tell: Tell<'_>,
    ) -> bool {
        let shop = self.shop();
        let begun = Instant::now();
        let dns = shop.resolver.begin(&shop.settings.limits).await;
        let purpose = Purpose::Report(Some(port.unwrap_or(shop.settings.https_port)));
        let Some(judged) = located(shop, &dns, host, purpose, (begun, ""), tell).await else { return false };
        let begun = Instant::now();
        let limits = &shop.settings.limits;
        let posting = post(shop, host, &judged, path, document.as_bytes().to_vec(), now, tell);
        if let Ok(taken) = timeout(limits.fetch_time, posting).await {
            return taken;
        }
        let said = format!("no answer in {} s", limits.fetch_time.as_secs());
        tell(Step::failed(Stage::HandOver, millis(begun), said, PROXY));
        false
    }
}

const PROXY: &str = "Look at the log of the proxy in front of Waxseal: does it pass everything under /r/ on, unchanged and without a redirect?";

/// The mail host of the report host that senders try first, and how it was found (RFC 5321 §5.1).
async fn mail_host(dns: &dyn Dns, host: &DomainName) -> Result<(DomainName, String), String> {
    let answer = dns.ask(Question { name: host.clone(), kind: Type::Mx }).await;
    let mut listed: Vec<(u16, &str)> = answer
        .records()
        .iter()
        .filter_map(
            |data| if let Data::Mx { preference, host } = data { Some((*preference, host.as_str())) } else { None },
        )
        .collect();
    listed.sort_unstable();
    match &answer.reply {
        Reply::Failed(failure) => Err(format!("the MX records of {host} cannot be told: {failure}{}", ours(failure))),
        Reply::NoName => Err(format!("there is no {host} in DNS")),
        Reply::NoData => Ok((host.clone(), format!("{host} has no MX record, so mail goes to the host itself; "))),
        Reply::Found(_) => {
            let first = listed.first().map(|(_, name)| *name).unwrap_or_default();
            if first.is_empty() {
                return Err(format!("{host} says that it takes no mail (MX 0 .)"));
            }
            let name = DomainName::parse_lenient(first)
                .ok_or_else(|| format!("the MX record names {first:?}, which is no host"))?;
            Ok((name, format!("MX {first}; ")))
        }
    }
}

/// The addresses of a host that may be dialled; tells of the look-up either way.
async fn located(
    shop: &Shop,
    dns: &dyn Dns,
    host: &DomainName,
    purpose: Purpose,
    (begun, told): (Instant, &str),
    tell: Tell<'_>,
) -> Option<Vec<Judged>> {
    let ask = |kind| dns.ask(Question { name: host.clone(), kind });
    let (v4, v6) = tokio::join!(ask(Type::A), ask(Type::Aaaa));
    let addresses: Vec<IpAddr> = v4.addresses().chain(v6.addresses()).collect();
    if addresses.is_empty() {
        let said = match v4.failure().or(v6.failure()) {
            Some(failure) => format!("{told}the addresses of {host} cannot be told: {failure}{}", ours(failure)),
            None => format!("{told}{host} has no address"),
        };
        tell(Step::failed(Stage::LookUp, millis(begun), said, DNS_REMEDY));
        return None;
    }
    match shop.connector.judge(host, &addresses, purpose) {
        Ok(mut judged) => {
            let list: Vec<_> = addresses.iter().map(ToString::to_string).collect();
            tell(Step::passed(Stage::LookUp, millis(begun), format!("{told}{host} is at {}", list.join(", "))));
            judged.truncate(shop.settings.limits.addresses);
            Some(judged)
        }
        Err(refusal) => {
            let remedy = format!("Senders outside may see another address: try from elsewhere. {}", Refusal::REMEDY);
            tell(Step::failed(Stage::LookUp, millis(begun), format!("{told}not dialled: {refusal}"), remedy));
            None
        }
    }
}

/// What is not about the report host.
fn ours(failure: &Failure) -> &'static str {
    if *failure == Failure::NoNameServer {
        "; that is about this machine's name servers, not about the report host"
    } else {
        ""
    }
}

/// Posts over the first connection that comes about.
async fn post(
    shop: &Shop,
    host: &DomainName,
    addresses: &[Judged],
    path: &str,
    body: Vec<u8>,
    now: Timestamp,
    tell: Tell<'_>,
) -> bool {
    let remedy = "From here nobody answers. Does the proxy run, and is its port open in the firewall and passed on by the router in \
        front? Some routers lead nobody from inside to their own public address: then only a try from elsewhere can tell.";
    let Some(stream) = reach(&shop.connector, host, addresses, remedy, tell).await else { return false };
    let begun = Instant::now();
    let remedy = "Senders expect a certificate by a public authority for this very name. See docs/operating.md, HTTPS.";
    let stream = match shake_hands(stream, host, &shop.roots, now, &[b"http/1.1"]).await {
        Ok((stream, session)) if session.faults.is_empty() => {
            tell(Step::passed(Stage::Encrypt, millis(begun), session.version.to_string()));
            stream
        }
        Ok((_, session)) => {
            let faults: Vec<_> = session.faults.iter().map(ToString::to_string).collect();
            let said = format!("the certificate {}", faults.join(" and "));
            tell(Step::failed(Stage::Encrypt, millis(begun), said, remedy));
            return false;
        }
        Err(error) => {
            tell(Step::failed(Stage::Encrypt, millis(begun), error.to_string(), remedy));
            return false;
        }
    };
    let begun = Instant::now();
    match answer(stream, host, path, body).await {
        Ok((code @ 200..=299, said)) => {
            tell(Step::passed(Stage::HandOver, millis(begun), format!("{code} {said}")));
            true
        }
        Ok((code, said)) => {
            tell(Step::failed(Stage::HandOver, millis(begun), format!("it answers {code} {said}"), PROXY));
            false
        }
        Err(why) => {
            tell(Step::failed(Stage::HandOver, millis(begun), format!("its answer is no sound HTTP: {why}"), PROXY));
            false
        }
    }
}

/// The status and the first words of the answer to a POST.
async fn answer<S>(stream: S, host: &DomainName, path: &str, body: Vec<u8>) -> Result<(u16, String), String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    let request = Request::post(path)
        .header(header::HOST, host.as_str())
        .header(header::USER_AGENT, concat!("waxseal/", env!("CARGO_PKG_VERSION")))
        .header(header::CONTENT_TYPE, "application/tlsrpt+json")
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| error.to_string())?;
    let talk = async {
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = response.status().as_u16();
        // What it says is for people; where it says too much, the status alone is told.
        let text = Limited::new(response.into_body(), ANSWER).collect().await.map(Collected::to_bytes);
        let text = text.map(|bytes| String::from_utf8_lossy(&bytes).trim().chars().take(200).collect::<String>());
        Ok((status, text.unwrap_or_default()))
    };
    tokio::pin!(talk);
    tokio::select! {
        biased;
        read = &mut talk => read,
        _ = connection => talk.await,
    }
}
