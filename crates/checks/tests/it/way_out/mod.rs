//! What must never be dialled on behalf of a user, proven with listeners that would see it.

mod mailboxes;
mod odd_names;
mod own_addresses;
mod resolution;
mod special_addresses;
mod whose;

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use checks::testing::{World, mail::Visits};
use tokio::net::TcpListener;

/// Listeners on every address of this machine, at ports of their own; gives how many connections arrived.
async fn sentinels(world: &mut World) -> Visits {
    // No listener has this address: it is for documents.
    sentinels_beside(world, [192, 0, 2, 254].into()).await.1
}

/// The same, where connections to one address are counted by themselves: to that one, and to all others.
async fn sentinels_beside(world: &mut World, beside: IpAddr) -> (Visits, Visits) {
    let (at_it, elsewhere) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let settings = &mut world.settings;
    for port in [&mut settings.dns_port, &mut settings.https_port, &mut settings.smtp_port] {
        // This one address stands for all, of IPv4 as well.
        let listener = TcpListener::bind("[::]:0").await.unwrap();
        *port = listener.local_addr().unwrap().port();
        let (at_it, elsewhere) = (Arc::clone(&at_it), Arc::clone(&elsewhere));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let to = stream.local_addr().map(|address| address.ip().to_canonical());
                let count = if to.is_ok_and(|to| to == beside) { &at_it } else { &elsewhere };
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    (at_it, elsewhere)
}
