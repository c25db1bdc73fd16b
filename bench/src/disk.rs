//! How often a second this disk makes data durable: the baseline of durable ingest.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

/// Appends 4 KiB and syncs, for three seconds.
pub(crate) fn syncs_per_second(folder: &Path) -> anyhow::Result<u64> {
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let (start, mut syncs) = (Instant::now(), 0_u64);
    while start.elapsed() < Duration::from_secs(3) {
        file.write_all(&[0x5a; 4096])?;
        file.sync_data()?;
        syncs += 1;
    }
    let elapsed = u64::try_from(start.elapsed().as_millis())?;
    std::fs::remove_file(path)?;
    Ok(syncs * 1000 / elapsed.max(1))
}
