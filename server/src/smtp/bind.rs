//! Taking a port or a socket, and what to do when it cannot be had.

use std::{
    fs,
    io::{self, ErrorKind},
    net::SocketAddr,
    os::unix::fs::{FileTypeExt as _, PermissionsExt as _},
    path::Path,
};

use tokio::net::{TcpListener, UnixListener, UnixStream};

use super::Socket;
use crate::config::LmtpListen;

/// Where the ways in for mail are described.
const MANUAL: &str = "docs/receiving-by-mail.md";

pub(super) async fn smtp(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| anyhow::anyhow!("{}", smtp_remedy(address, &error)))
}

pub(super) async fn lmtp(listen: &LmtpListen) -> anyhow::Result<Socket> {
    match listen {
        LmtpListen::Tcp(address) => match TcpListener::bind(address).await {
            Ok(listener) => Ok(Socket::Tcp(listener)),
            Err(error) => Err(anyhow::anyhow!(
                "cannot listen for LMTP on {address}: {}. Choose another address or port with lmtp.listen, such as \
                 127.0.0.1:2424",
                cause(&error)
            )),
        },
        LmtpListen::Unix(path) => {
            let listener = unix(path).await.map_err(|error| {
                anyhow::anyhow!(
                    "cannot listen for LMTP on {}: {}. lmtp.listen names a socket in a folder that exists and that this \
                     user may write to, or an address such as 127.0.0.1:2424",
                    path.display(),
                    cause(&error)
                )
            })?;
            Ok(Socket::Unix(listener, path.clone()))
        }
    }
}

/// A socket that any local user may connect to: who may reach it is a matter of its folder's permissions.
async fn unix(path: &Path) -> io::Result<UnixListener> {
    // A socket that a killed process left behind answers nobody.
    let is_socket = fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    if is_socket && UnixStream::connect(path).await.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused) {
        fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o666))?;
    Ok(listener)
}

fn cause(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => "another program listens there".to_owned(),
        ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        _ => error.to_string(),
    }
}

fn smtp_remedy(address: SocketAddr, error: &io::Error) -> String {
    let failed = format!("cannot listen for SMTP on {address}");
    match error.kind() {
        ErrorKind::PermissionDenied => format!(
            "{failed}: ports below 1024 need a privilege that this user has not. Either give it to the program, with \
             `AmbientCapabilities=CAP_NET_BIND_SERVICE` in its systemd unit or `setcap cap_net_bind_service=+ep` on the file; \
             or listen on port 2525 (smtp.listen = \"{}:2525\") and map port 25 to it (docker: --publish 25:2525); or leave \
             port 25 to a mail server that hands reports over by LMTP (lmtp.listen, see {MANUAL})",
            host(address)
        ),
        ErrorKind::AddrInUse => format!(
            "{failed}: another program listens there, as a rule the mail server of this machine. Let that one hand reports \
             over by LMTP: switch smtp.listen off, set lmtp.listen = \"127.0.0.1:2424\", and do what {MANUAL} says for \
             Postfix, Exim or Stalwart; or choose another address or port with smtp.listen"
        ),
        _ => format!("{failed}: {}. Choose another address or port with smtp.listen", cause(error)),
    }
}

fn host(address: SocketAddr) -> String {
    if address.is_ipv6() { format!("[{}]", address.ip()) } else { address.ip().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_cannot_be_had_is_told_with_the_remedy() {
        let told = |kind: ErrorKind| smtp_remedy("0.0.0.0:25".parse().unwrap(), &kind.into());
        let denied = told(ErrorKind::PermissionDenied);
        for part in ["0.0.0.0:25", "CAP_NET_BIND_SERVICE", "25:2525", "smtp.listen = \"0.0.0.0:2525\"", "lmtp.listen"] {
            assert!(denied.contains(part), "{part}: {denied}");
        }
        let taken = told(ErrorKind::AddrInUse);
        for part in ["another program", "LMTP", "Postfix", MANUAL] {
            assert!(taken.contains(part), "{part}: {taken}");
        }
    }

    #[tokio::test]
    async fn a_socket_left_behind_is_taken_over_and_a_living_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lmtp.sock");
        let first = unix(&path).await.unwrap();
        assert_eq!(unix(&path).await.unwrap_err().kind(), ErrorKind::AddrInUse);
        drop(first);
        assert!(path.exists());
        unix(&path).await.unwrap();
        let file = folder.path().join("a-file");
        fs::write(&file, "precious").unwrap();
        assert!(unix(&file).await.is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    }
}
