//! Connecting to a host for a test report: the first of its addresses that answers, told as a step.

use model::{
    DomainName,
    test_report::{Stage, Step},
};
use tokio::{net::TcpStream, time::Instant};

use crate::outbound::{Connector, Judged};

/// A connection to the first address that answers; none when none does, and `remedy` is told.
pub(crate) async fn reach(
    connector: &Connector,
    host: &DomainName,
    addresses: &[Judged],
    remedy: &str,
    tell: &mut (dyn FnMut(Step) + Send),
) -> Option<TcpStream> {
    let begun = Instant::now();
    let mut why = Vec::new();
    for address in addresses {
        match connector.dial(*address).await {
            Ok(stream) => {
                let said = format!("{host} takes connections at {}", address.ip());
                tell(Step::passed(Stage::Connect, millis(begun), said));
                return Some(stream);
            }
            Err(error) => why.push(format!("{}: {error}", address.ip())),
        }
    }
    tell(Step::failed(Stage::Connect, millis(begun), why.join("; "), remedy));
    None
}

/// Milliseconds since then.
pub(crate) fn millis(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}
