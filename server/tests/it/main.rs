//! The whole program from outside: real sockets, the real router, a fresh database for each test, no mocks.

mod access;
mod account;
mod api;
mod backup;
mod checking;
mod commands;
mod configuration;
mod disk;
mod domains;
mod durability;
mod export;
mod forgery;
mod headers;
mod limits;
mod mail;
mod metrics;
mod outage;
mod people;
mod proxies;
mod receiving;
mod retention;
mod sessions;
mod shutdown;
mod support;
mod tokens;
mod tools;
