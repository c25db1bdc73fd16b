//! The protocol from outside: every short message, sessions as real and hostile clients hold them.

mod data;
mod properties;
mod sessions;
mod smuggling;
mod support;
