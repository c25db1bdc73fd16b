//! What `waxseal inspect` prints.
