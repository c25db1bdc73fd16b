//! A domain over days: its trend, and the causes of its failures.

use axum::{Extension, extract::State, response::Response};
use engine::Bearer;
use model::{
    DayRange, explain,
    span::{MOST_DAYS, USUAL_DAYS},
    view::{Cause as Told, DomainQuery},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::json,
    asked::{Asked, Named},
    problem::{Problem, Trouble},
    words::{Day, Impact, Totals},
};
use crate::http::Shared;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Days {
    /// How many days, today the last of them: 1 to 366.
    #[param(minimum = 1, maximum = 366, default = 30)]
    days: Option<u16>,
}

impl Days {
    /// The days that are meant.
    fn range(&self, today: model::Day) -> Result<DayRange, Problem> {
        match self.days.unwrap_or(USUAL_DAYS) {
            days @ 1..=MOST_DAYS => Ok(DayRange::ending(today, days)),
            days => Err(Problem::new(Trouble::Query, format!("days: {days} is not from 1 to {MOST_DAYS}"))),
        }
    }
}

/// A domain's days.
#[derive(Serialize, ToSchema)]
pub(super) struct Trend {
    /// The last day that can be complete: senders may wait 28 hours after a day's end (RFC 8460 §4.1, §5.5).
    complete_to: Day,
    /// One entry for each day, oldest first, also where nothing was reported.
    days: Vec<TrendDay>,
}

/// One day.
#[derive(Serialize, ToSchema)]
pub(super) struct TrendDay {
    /// Which.
    day: Day,
    /// Its sessions.
    totals: Totals,
}

/// Read the trend of a domain
#[utoipa::path(get, path = "/domains/{name}/trend", tag = "Figures",
    params(("name" = String, Path, description = "The domain", example = "example.com"), Days),
    responses((status = 200, description = "Its days", body = Trend)))]
pub(super) async fn get_trend(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Named(name): Named,
    Asked(asked): Asked<Days>,
) -> Result<Response, Problem> {
    let now = (shared.clock.0)();
    let range = asked.range(now.day())?;
    let points = shared.engine.trend(bearer.workspace, &name, range).await?.ok_or_else(Problem::no_domain)?;
    let days = points.into_iter().map(|point| TrendDay { day: point.day.into(), totals: point.totals.into() });
    Ok(json(&Trend { complete_to: model::time::complete_to(now).into(), days: days.collect() }))
}

/// The causes of a domain's failures.
#[derive(Serialize, ToSchema)]
pub(super) struct Causes {
    /// The first day.
    first: Day,
    /// The last day.
    last: Day,
    /// Most failed sessions first. Of more than fifty, the last stands for all that are left.
    items: Vec<Cause>,
}

/// One cause: a result type at a place.
#[derive(Serialize, ToSchema)]
pub(super) struct Cause {
    /// What went wrong, as RFC 8460 §4.3 or the sender calls it.
    #[schema(example = "certificate-expired")]
    result_type: String,
    /// The MX host it went wrong at, where the reports say.
    mx: Option<String>,
    /// What it did to mail: the worst that was reported.
    impact: Impact,
    /// Failed sessions.
    failed: u64,
    /// How many reporters told of it.
    reporters: u32,
    /// The first day on which it was reported.
    first: Day,
    /// The last day on which it was reported.
    last: Day,
    /// What happened.
    meaning: String,
    /// Whose fault it is.
    whose: String,
    /// The steps that mend it, in order.
    remedy: Vec<String>,
}

impl From<Told> for Cause {
    fn from(cause: Told) -> Self {
        let explanation = explain::result_type(&cause.result_type);
        Self {
            meaning: explain::meaning(&cause.result_type).0.to_owned(),
            result_type: cause.result_type.as_str().to_owned(),
            mx: cause.mx,
            impact: cause.impact.into(),
            failed: cause.failed,
            reporters: cause.reporters,
            first: cause.first.into(),
            last: cause.last.into(),
            whose: explanation.whose.words().to_owned(),
            remedy: explanation.remedy.iter().map(|step| (*step).to_owned()).collect(),
        }
    }
}

/// Read the causes of a domain's failures
///
/// Each result type at each MX host, with what it means, whose fault it is and what mends it.
#[utoipa::path(get, path = "/domains/{name}/causes", tag = "Figures",
    params(("name" = String, Path, description = "The domain", example = "example.com"), Days),
    responses((status = 200, description = "What made sessions fail", body = Causes)))]
pub(super) async fn list_causes(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Named(name): Named,
    Asked(asked): Asked<Days>,
) -> Result<Response, Problem> {
    let now = (shared.clock.0)();
    let query = DomainQuery::all_of(asked.range(now.day())?);
    let page = shared.engine.domain_page(bearer.workspace, &name, &query, now).await?;
    let page = page.ok_or_else(Problem::no_domain)?;
    let items = page.causes.into_iter().map(Into::into).collect();
    Ok(json(&Causes { first: page.range.first.into(), last: page.range.last.into(), items }))
}
