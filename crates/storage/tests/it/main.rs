//! The storage's rules, each on SQLite and on PostgreSQL.

mod additions;
mod addresses;
mod attribution;
mod checks;
mod conflict;
mod counting;
mod decisions;
mod dedupe;
mod domains;
mod edits;
mod group_commit;
mod lists;
mod mailboxes;
mod particulars;
mod people;
mod poison;
mod proof;
mod property;
mod publication;
mod quota;
mod retention;
mod schema;
mod start;
mod support;
mod tls;
mod tokens;
