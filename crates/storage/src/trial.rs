//! How a policy of MTA-STS did before it was put in enforce: days with reports and without a failure.

use std::collections::HashMap;

use model::{
    Day, DayRange, Timestamp, Totals,
    check::Change,
    status::{CLEAN_DAYS, clean_days},
    time::complete_to,
};
use mtasts::Mode;

use crate::{ClaimedCheck, Error, Storage, read};

impl Storage {
    /// Days in a row with reports and without a failure, at most [`CLEAN_DAYS`]: up to the last complete day while the policy
    /// of a domain was last seen in testing, up to the day before it was put in enforce for that many days after. None when
    /// that is not known, or enforce has stood for longer.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn clean_days(&self, claim: &ClaimedCheck, now: Timestamp) -> Result<Option<u16>, Error> {
        let mode = claim.facts.as_ref().and_then(|facts| facts.policy.as_ref()?.mode);
        let until = match mode {
            Some(Mode::Testing) => Some(complete_to(now)),
            Some(Mode::Enforce) => self.enforced(claim, now).await?.map(|day| day.plus(-1)),
            Some(Mode::None) | None => None,
        };
        let Some(until) = until else { return Ok(None) };
        let range = DayRange::ending(until, CLEAN_DAYS);
        let known: HashMap<Day, Totals> = self
            .daily_totals(&[claim.domain], range)
            .await?
            .into_iter()
            .map(|(_, day, sessions, failed)| (Day(day), read::totals(sessions, failed)))
            .collect();
        let days: Vec<Totals> = range.days().map(|day| known.get(&day).copied().unwrap_or_default()).collect();
        Ok(Some(clean_days(&days)))
    }

    /// The day on which the policy was seen to be put in enforce; none when that was long ago.
    async fn enforced(&self, claim: &ClaimedCheck, now: Timestamp) -> Result<Option<Day>, Error> {
        let changes = self.changes(claim.domain, DayRange::ending(now.day(), CLEAN_DAYS)).await?;
        let is_put = |change: &Change| matches!(change, Change::Mode { after: Some(Mode::Enforce), .. });
        Ok(changes.iter().rev().find(|entry| entry.changes.iter().any(is_put)).map(|entry| entry.at.day()))
    }
}
