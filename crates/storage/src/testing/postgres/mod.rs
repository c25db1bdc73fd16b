//! PostgreSQL for tests: a cluster that all test processes share, and servers of one test alone. No other server is touched.

mod cluster;
mod programs;
mod server;

pub(super) use self::cluster::new_database;
pub use self::server::PostgresServer;

/// The superuser. Servers run as the system's user of this name when tests run as root, which PostgreSQL refuses.
const USER: &str = "postgres";
