//! A connection that is counted: what comes before a command is answered must fit into what was allowed for it.
//!
//! The parser sets memory aside for a literal as soon as its length is announced, so lengths are read here, before the
//! parser sees them: `{4294967295}` ends the session and costs nothing.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection, encrypted or not yet.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug> Stream for S {}

/// More came than was allowed.
#[derive(Debug, thiserror::Error)]
#[error("more than was asked for")]
pub(crate) struct TooMuch;

/// A connection that is counted.
#[derive(Debug)]
pub(crate) struct Bounded {
    inner: Box<dyn Stream>,
    /// Bytes that may still come.
    left: usize,
    scan: Scan,
}

impl Bounded {
    pub(crate) fn new(inner: Box<dyn Stream>, allowed: usize) -> Self {
        Self { inner, left: allowed, scan: Scan::default() }
    }

    /// From here on so many bytes may come.
    pub(crate) fn allow(&mut self, bytes: usize) {
        self.left = bytes;
    }

    pub(crate) fn into_inner(self) -> Box<dyn Stream> {
        self.inner
    }
}

impl AsyncRead for Bounded {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        let came = &buf.filled()[before..];
        let left = this.left.checked_sub(came.len()).filter(|left| this.scan.read(came) <= *left as u64);
        let Some(left) = left else {
            // Who is told of an error must not find bytes.
            buf.set_filled(before);
            return Poll::Ready(Err(io::Error::other(TooMuch)));
        };
        this.left = left;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

/// Follows what the server sends from literal to literal (RFC 3501 §4.3): `{` length `}` at the end of a line.
#[derive(Debug, Default)]
struct Scan {
    /// Bytes of the present literal that are still to come.
    literal: u64,
    at: At,
}

/// How much of an announcement the line has just ended with.
#[derive(Clone, Copy, Debug, Default)]
enum At {
    #[default]
    Text,
    /// `{` and digits.
    Length(u64),
    /// And `}`, perhaps with CR.
    Closed(u64),
}

impl Scan {
    /// Reads on; gives how many bytes of a literal are still to come.
    fn read(&mut self, mut bytes: &[u8]) -> u64 {
        loop {
            let of_literal = usize::try_from(self.literal).unwrap_or(usize::MAX).min(bytes.len());
            self.literal -= of_literal as u64;
            bytes = &bytes[of_literal..];
            let Some((&byte, rest)) = bytes.split_first() else { return self.literal };
            bytes = rest;
            self.at = match (self.at, byte) {
                (_, b'{') => At::Length(0),
                (At::Length(length), b'0'..=b'9') => {
                    At::Length(length.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
                }
                (At::Length(length), b'}') | (At::Closed(length), b'\r') => At::Closed(length),
                (At::Closed(length), b'\n') => {
                    self.literal = length;
                    At::Text
                }
                _ => At::Text,
            };
        }
    }
}

/// Whether that is why reading failed.
pub(crate) fn is_too_much_of(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(inner) if inner.is::<TooMuch>())
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    async fn read(sent: &[u8], allowed: usize, piece: usize) -> io::Result<Vec<u8>> {
        let (mut server, client) = tokio::io::duplex(piece);
        let sent = sent.to_vec();
        let sending = tokio::spawn(async move {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut server, &sent).await;
        });
        let mut read = Vec::new();
        let done = Bounded::new(Box::new(client), allowed).read_to_end(&mut read).await;
        sending.abort();
        done.map(|_| read)
    }

    fn is_too_much(done: &io::Result<Vec<u8>>) -> bool {
        done.as_ref().is_err_and(is_too_much_of)
    }

    #[tokio::test]
    async fn what_was_allowed_comes_and_no_more() {
        for piece in [1, 3, 64] {
            assert_eq!(read(b"* OK ready\r\n", 12, piece).await.unwrap(), b"* OK ready\r\n");
            assert!(is_too_much(&read(b"* OK ready\r\n", 11, piece).await));
        }
    }

    #[tokio::test]
    async fn a_literal_is_refused_when_it_is_announced() {
        for piece in [1, 64] {
            assert!(is_too_much(&read(b"* 1 FETCH (BODY[] {4294967295}\r\nabc", 4_096, piece).await));
            assert!(is_too_much(&read(b"* 1 FETCH (BODY[] {99999999999999999999999}\r\nabc", 4_096, piece).await));
            assert!(read(b"* 1 FETCH (BODY[] {3}\r\nabc)\r\n", 4_096, piece).await.is_ok());
        }
    }

    #[tokio::test]
    async fn what_a_message_says_announces_nothing() {
        let sent = b"* 1 FETCH (BODY[] {14}\r\n{4294967295}\r\n FLAGS {2}\r\nab)\r\n";
        for piece in [1, 64] {
            assert!(read(sent, 4_096, piece).await.is_ok());
        }
    }
}
