//! What is stored, as the program, its senders and its sums tell.

use std::{collections::BTreeSet, net::SocketAddr, path::Path, thread};

use model::{Treatment, Treatments};
use storage::{Settings, Storage};
use tokio::runtime::Runtime;

use super::{exchange, report, request, waxseal};

/// Reports asked for at the same time.
const AT_ONCE: usize = 8;

/// What is counted, by the program's own word.
pub(crate) fn counted(folder: &Path) -> usize {
    let output = waxseal(folder, &[]).args(["domain", "list", "--json"]).output().unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    usize::try_from(listed["reports"].as_u64().unwrap()).unwrap()
}

/// Whatever way a report comes, it counts without a signature.
pub(crate) const ALL_COUNT: Treatments =
    Treatments { smtp: Treatment::Count, imap: Treatment::Count, pipe: Treatment::Count, https: Treatment::Count };

/// From now on, mail counts though nobody signs it.
pub(crate) fn count_unsigned_mail(folder: &Path) {
    let url = format!("sqlite://{}", folder.join("data/waxseal.db").display());
    Runtime::new().unwrap().block_on(async {
        let storage = Storage::open(&Settings { url, may_upgrade: false }).await.unwrap();
        let workspace = storage.workspace(None).await.unwrap().unwrap();
        storage.set_treatments(workspace, ALL_COUNT).await.unwrap();
        storage.close().await;
    });
}

/// What the sums say otherwise than the reports they were made of, and what is wrong with the file.
pub(crate) fn audit(folder: &Path) -> Vec<String> {
    let url = format!("sqlite://{}", folder.join("data/waxseal.db").display());
    Runtime::new().unwrap().block_on(async {
        let storage = Storage::open(&Settings { url, may_upgrade: false }).await.unwrap();
        let mut found = storage.audit().await.unwrap();
        found.extend(storage.damage().await.unwrap());
        storage.close().await;
        found
    })
}

/// Which of these reports are not there: the server takes a report that it has as a repetition, and another as new.
pub(crate) fn lost(address: SocketAddr, path: &str, domain: &str, acknowledged: &BTreeSet<String>) -> Vec<String> {
    let ids: Vec<_> = acknowledged.iter().collect();
    thread::scope(|scope| {
        let parts = ids.chunks(ids.len().div_ceil(AT_ONCE).max(1)).map(|part| {
            scope.spawn(move || {
                let status =
                    |id: &str| exchange(address, &request("POST", path, &[], &report(domain, id))).unwrap().status;
                part.iter().filter(|id| status(id) != 200).map(|id| (*id).clone()).collect::<Vec<_>>()
            })
        });
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}
