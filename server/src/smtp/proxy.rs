//! The PROXY protocol, version 2: a load balancer says whose connection it passes on, before anything else.
//!
//! Written down at <https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt>, section 2.2. It is asked of the networks
//! in `smtp.proxy_protocol` and of nobody else, since whoever may send it may claim to be anyone.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use tokio::io::{AsyncRead, AsyncReadExt as _};

const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";

/// Bytes behind the head: addresses, and additions that are not read.
const LONGEST: usize = 1024;

/// Reads the header. None: the proxy speaks for itself, such as to see whether anyone is there.
///
/// # Errors
/// What came is no such header, or is cut off.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<IpAddr>> {
    let mut head = [0; 16];
    stream.read_exact(&mut head).await?;
    let length = usize::from(u16::from_be_bytes([head[14], head[15]]));
    if head[..12] != SIGNATURE || head[12] >> 4 != 2 || length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut addresses = vec![0; length];
    stream.read_exact(&mut addresses).await?;
    source(head[12] & 0xf, head[13], &addresses)
}

fn source(command: u8, family: u8, addresses: &[u8]) -> io::Result<Option<IpAddr>> {
    const LOCAL: u8 = 0;
    const PROXY: u8 = 1;
    match (command, family >> 4) {
        // Of an unspecified family or a socket in the file system, nothing is known.
        (LOCAL, _) | (PROXY, 0 | 3) => Ok(None),
        // Both addresses and both ports must be there.
        (PROXY, 1) if addresses.len() >= 12 => {
            Ok(addresses.first_chunk::<4>().map(|source| Ipv4Addr::from(*source).into()))
        }
        (PROXY, 2) if addresses.len() >= 36 => {
            Ok(addresses.first_chunk::<16>().map(|source| Ipv6Addr::from(*source).to_canonical()))
        }
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn header(version: u8, family: u8, addresses: &[u8]) -> Result<Option<String>, io::ErrorKind> {
        let length = u16::try_from(addresses.len()).unwrap().to_be_bytes();
        let bytes = [&SIGNATURE[..], &[version, family], &length, addresses, b"EHLO x\r\n"].concat();
        let mut stream = &bytes[..];
        let read = read(&mut stream).await.map_err(|error| error.kind())?;
        assert_eq!(stream, b"EHLO x\r\n", "not a byte more is read");
        Ok(read.map(|ip| ip.to_string()))
    }

    #[tokio::test]
    async fn it_names_the_client() {
        let v4 = [192, 0, 2, 7, 10, 0, 0, 1, 0x12, 0x34, 0, 25];
        assert_eq!(header(0x21, 0x11, &v4).await, Ok(Some("192.0.2.7".into())));
        assert_eq!(header(0x21, 0x11, &[&v4[..], &[4, 0, 1, 0]].concat()).await, Ok(Some("192.0.2.7".into())));
        let mut v6 = [0; 36];
        v6[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        v6[15] = 7;
        assert_eq!(header(0x21, 0x21, &v6).await, Ok(Some("2001:db8::7".into())));
        assert_eq!(header(0x20, 0x00, &[]).await, Ok(None), "a look whether anyone is there");
        assert_eq!(header(0x21, 0x31, &[0; 216]).await, Ok(None));
    }

    #[tokio::test]
    async fn anything_else_is_refused() {
        let invalid = Err(io::ErrorKind::InvalidData);
        assert_eq!(header(0x11, 0x11, &[0; 12]).await, invalid, "version 1");
        assert_eq!(header(0x22, 0x11, &[0; 12]).await, invalid, "no such command");
        assert_eq!(header(0x21, 0x11, &[0; 11]).await, invalid, "addresses cut short");
        assert_eq!(header(0x21, 0x41, &[0; 12]).await, invalid, "no such family");
        assert_eq!(header(0x21, 0x11, &[0; 1025]).await, invalid, "longer than anyone sends");
        assert_eq!(read(&mut &b"EHLO mail.example.com\r\n"[..]).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(read(&mut &b"\r\n\r\n"[..]).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
