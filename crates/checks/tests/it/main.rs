//! Checks of whole domains against real name servers, web servers and mail servers on loopback.

mod domains;
mod support;
