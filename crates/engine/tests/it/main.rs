//! The use cases as callers see them, each on SQLite and on PostgreSQL. Reports come in as bytes, as senders write them.

mod checks;
mod domain;
mod domains;
mod log;
mod onboarding;
mod overview;
mod people;
mod receiving;
mod report;
mod reports;
mod tokens;
mod upkeep;
mod world;
