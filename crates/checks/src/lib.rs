//! Live probes of a domain. Still an empty room: nothing is probed yet.
//!
//! Here will live what looks at a domain from outside, as senders do: its TLS-RPT and MTA-STS records and the wrong places
//! where people put them, the policy file and its host's certificate, the MX hosts with STARTTLS and their certificates, DANE
//! and DNSSEC. Each check will yield findings: a status, what is wrong, what to publish instead, and the section of the RFC.
//! "Cannot tell" (a timeout, a blocked port) will be an answer of its own, never "absent".
//!
//! DNS, HTTPS and SMTP will stand behind small traits, so that the rules are tested without a network; addresses reached for
//! a user will be judged before they are dialled ([`model::setup::is_public`]). This crate knows neither the database nor the
//! pages; `engine` joins it with storage.
