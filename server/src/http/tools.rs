//! The tools: which paths these are, how much strangers may ask of them where the operator lets them, and the one that is sent
//! something: reading a report.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use app::pages::tools::{ReadOutcome, report::ACTION as READ};
use axum::{
    Router,
    body::Body,
    extract::{
        DefaultBodyLimit, FromRequest as _, Multipart, Request, State,
        multipart::{Field, MultipartError},
    },
    response::{Redirect, Response},
    routing::get,
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use http::{StatusCode, Uri, header};

use super::{Shared, client::network, pages, plain};

const LOOK_UP: &str = "/tools/look-up";
const READ_PAGE: &str = "/tools/report";
const TOOLS: [&str; 6] = ["/tools", LOOK_UP, "/tools/lint", "/tools/build", READ_PAGE, READ];

/// The largest form with a report, in bytes; what is larger than the largest report is told apart from it.
const MOST_BYTES: usize = 32 << 20;

/// Pages that one client may ask for at once, and in each minute: linting as one types asks for many.
const PAGES: NonZeroU32 = NonZeroU32::new(120).unwrap();
/// How many of these a look-up takes: it sends questions to the servers of others.
const COST_OF_LOOK_UP: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// How many of these reading a report takes: it unpacks and parses.
const COST_OF_READING: NonZeroU32 = NonZeroU32::new(10).unwrap();

/// Routes that stand behind session and forgery checks, as the pages do.
pub(super) fn routes() -> Router<Shared> {
    // Who comes back to the address of the answer finds the form.
    let form = get(|| async { Redirect::to(READ_PAGE) });
    Router::new().route(READ, form.post(read_report).layer(DefaultBodyLimit::max(MOST_BYTES)))
}

/// The paths of [`routes`].
pub(super) const PATHS: [&str; 1] = [READ];

/// Reads the report in a form, and answers with the page that shows it.
async fn read_report(State(shared): State<Shared>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let form = Multipart::from_request(Request::from_parts(head.clone(), body), &shared).await;
    let outcome = match form {
        Ok(form) => outcome(&shared, form).await,
        Err(_) => ReadOutcome::Broken,
    };
    // From here on it is the page that was asked for.
    head.uri = Uri::from_static(READ_PAGE);
    head.method = http::Method::GET;
    pages::with(shared, Request::from_parts(head, Body::empty()), outcome).await
}

/// What came of reading a form: the file in it, else the text.
async fn outcome(shared: &Shared, mut form: Multipart) -> ReadOutcome {
    let mut given: Option<(Vec<u8>, Option<String>)> = None;
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => return broken(&error),
        };
        let name = match field.name() {
            Some("text") => None,
            Some("file") => Some(field.file_name().unwrap_or_default().to_owned()),
            _ => continue,
        };
        match bytes(shared, field).await {
            // An empty field is what a form sends of what was left out.
            Ok(bytes) if bytes.trim_ascii().is_empty() => {}
            Ok(bytes) => given = Some((bytes, name)),
            Err(outcome) => return outcome,
        }
    }
    let Some((bytes, name)) = given else { return ReadOutcome::Nothing };
    match shared.engine.read_report(bytes, name).await {
        Ok(Ok(reports)) => ReadOutcome::Found(reports),
        Ok(Err(why)) => ReadOutcome::NoReport(why),
        Err(engine::Error::Busy) => ReadOutcome::Busy,
        Err(error) => {
            tracing::error!(%error, "a report could not be read");
            ReadOutcome::Broken
        }
    }
}

/// The bytes of a field, within the memory for bodies.
async fn bytes(shared: &Shared, mut field: Field<'_>) -> Result<Vec<u8>, ReadOutcome> {
    let (mut bytes, mut held) = (Vec::new(), shared.engine.budget().hold());
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        let length = bytes.len() + chunk.len();
        if length as u64 > shared.engine.largest_body() {
            return Err(ReadOutcome::TooLarge);
        }
        held.grow_to(length).map_err(|_| ReadOutcome::Busy)?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn broken(error: &MultipartError) -> ReadOutcome {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { ReadOutcome::TooLarge } else { ReadOutcome::Broken }
}

/// Whether a path is one of the tools.
pub(super) fn is_tool(path: &str) -> bool {
    TOOLS.contains(&path)
}

/// How much strangers ask, by client network.
#[derive(Debug)]
pub(crate) struct Strangers {
    /// Made once: making it asks the processor what it can, which costs as much as a whole request.
    clock: DefaultClock,
    asked: DefaultKeyedRateLimiter<IpAddr>,
}

impl Strangers {
    pub(super) fn new() -> Self {
        Self { clock: DefaultClock::default(), asked: RateLimiter::keyed(Quota::per_minute(PAGES)) }
    }

    /// Counts one request, or says how long to wait.
    pub(super) fn admit(&self, client: IpAddr, uri: &Uri) -> Result<(), Duration> {
        let looks_up = uri.path() == LOOK_UP && uri.query().is_some();
        let cost = match uri.path() {
            _ if looks_up => COST_OF_LOOK_UP,
            READ => COST_OF_READING,
            _ => NonZeroU32::MIN,
        };
        match self.asked.check_key_n(&network(client), cost) {
            Ok(Err(until)) => Err(until.wait_time_from(self.clock.now())),
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }

    /// Forgets who has been quiet long enough to have a full burst again.
    pub(crate) fn forget_the_quiet(&self) {
        self.asked.retain_recent();
        self.asked.shrink_to_fit();
    }
}

/// The answer to who asks too much.
pub(super) fn too_often(wait: Duration) -> Response {
    let mut response = plain(
        StatusCode::TOO_MANY_REQUESTS,
        "Much was asked from your network just now. Wait a minute, then try again; with an account there is no such limit.",
    );
    response.headers_mut().insert(header::RETRY_AFTER, (wait.as_secs() + 1).into());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_costs_as_much_as_many_pages() {
        let strangers = Strangers::new();
        let ask = |ip: &str, uri: &'static str| strangers.admit(ip.parse().unwrap(), &Uri::from_static(uri));
        for _ in 0..6 {
            assert!(ask("2001:db8::1", "/tools/look-up?domain=example.com").is_ok());
        }
        let wait = ask("2001:db8::2", "/tools/look-up?domain=example.com").unwrap_err();
        assert!((5..=10).contains(&wait.as_secs()), "{wait:?}");
        assert!(ask("192.0.2.1", "/tools/look-up").is_ok());
        for _ in 0..119 {
            assert!(ask("192.0.2.1", "/tools/lint?text=v").is_ok());
        }
        assert!(ask("192.0.2.1", "/tools").is_err());
        for _ in 0..12 {
            assert!(ask("192.0.2.9", READ).is_ok());
        }
        assert!(ask("192.0.2.9", READ).is_err());
    }
}
