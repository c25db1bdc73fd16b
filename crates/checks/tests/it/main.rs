//! Checks of whole domains against real name servers, web servers and mail servers on loopback.

mod certificates;
mod domains;
mod hostile_names;
mod mail_hosts;
mod many;
mod policies;
mod way_out;
