//! Reports by mail: SMTP and LMTP as real and hostile clients speak them, from the first byte to the figure on the page.

mod durability;
mod limits;
mod lmtp;
mod outage;
mod postfix;
mod proxies;
mod receiving;
mod starting;
mod starttls;
mod swaks;
mod trust;

/// A listener on a free port, and the host of its report addresses.
const SMTP: [(&str, &str); 2] = [("smtp.listen", "127.0.0.1:0"), ("smtp.host", "in.example")];

const DOMAIN: &str = "example.com";
