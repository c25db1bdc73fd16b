//! Checks of whole domains against real name servers, web servers and mail servers on loopback.
//!
//! What attacks on those who look at domains must come to, and the tests that prove it:
//!
//! | | attack | proven in |
//! |---|---|---|
//! | D1 | a name that leads inside: special addresses, own addresses | `way_out::special_addresses`, `way_out::own_addresses` |
//! | D2 | rebinding: answers that turn, mixed answers, aliases to the inside | `way_out::resolution`, `way_out::special_addresses` |
//! | D3 | redirects, names that are taken for addresses, a proxy from the environment | `way_out::odd_names`; the proxy in the server's `checking` |
//! | D4 | a policy host that never ends, drips, lies, compresses, shows a bad certificate | `policies`, `certificates` |
//! | D5 | name servers that mean harm, and dead ones | `hostile_names` |
//! | D6 | a mail host that never ends, drips, lies, sends a megabyte of certificates | `mail_hosts` |
//! | D7 | strangers who scan ports through us, one address under very many names | `way_out::whose`, `mail_hosts` |

mod certificates;
mod domains;
mod hostile_names;
mod mail_hosts;
mod many;
mod policies;
mod reverse;
mod test_reports;
mod texts;
mod tls_rpt;
mod way_out;
