//! Live probes of a domain.
