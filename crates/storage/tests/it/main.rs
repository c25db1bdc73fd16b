//! The storage's rules, each on SQLite and on PostgreSQL.

mod attribution;
mod checks;
mod conflict;
mod counting;
mod decisions;
mod dedupe;
mod domains;
mod group_commit;
mod people;
mod poison;
mod property;
mod quota;
mod retention;
mod schema;
mod support;
mod tls;
