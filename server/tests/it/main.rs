//! The whole program from outside: real sockets, the real router, a fresh database for each test, no mocks.

mod account;
mod checking;
mod commands;
mod configuration;
mod disk;
mod durability;
mod forgery;
mod headers;
mod limits;
mod metrics;
mod outage;
mod proxies;
mod receiving;
mod sessions;
mod shutdown;
mod support;
mod tools;
