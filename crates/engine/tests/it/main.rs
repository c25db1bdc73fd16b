//! The use cases as callers see them, each on SQLite and on PostgreSQL. Reports come in as bytes, as senders write them.

mod account;
mod checks;
mod domain;
mod domains;
mod incidents;
mod log;
mod mailbox;
mod monthly;
mod onboarding;
mod overview;
mod people;
mod receiving;
mod report;
mod reports;
mod reset;
mod second_step;
mod share_links;
mod sign_on;
mod signatures;
mod tokens;
mod upkeep;
mod world;
