//! Reading a report that somebody shows, for whoever asks. Nothing of it is stored.

use model::loose_report::LooseReport;

use crate::{Engine, Error, intake, pages};

/// The most reports of one file that are shown.
const MOST: usize = 20;

impl Engine {
    /// Reads a body as intake does, within the same limits and memory: the reports in it, or in a sentence why there is none
    /// that can be read. `name` is that of the file, where it came as one.
    ///
    /// # Errors
    /// There is no memory for it now.
    pub async fn read_report(
        &self,
        body: Vec<u8>,
        name: Option<String>,
    ) -> Result<Result<Vec<LooseReport>, String>, Error> {
        let (_body, read, _held) = self.intake.read(body, name).await?;
        Ok(read.map_err(|error| intake::sentence(&error)).map(|reports| {
            let loose = |read: ingest::ReadReport| LooseReport { raw: pages::shown(&read.json), report: read.report };
            reports.into_iter().take(MOST).map(loose).collect()
        }))
    }
}
