//! Reading everything that reports come in.

mod mails;
mod packing;
mod samples;
mod signatures;
mod zips;
