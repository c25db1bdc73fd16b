//! An SMTP client so plain that a test sees every byte, and mails with reports (RFC 8460 §5.3).

use std::{
    fs,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use data_encoding::BASE64;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring, pki_types::CertificateDer,
    pki_types::ServerName, pki_types::pem::PemObject as _,
};

use super::{gzip, report};

/// A certificate that signed itself, and its key, as files.
pub(crate) struct Pem {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Pem {
    /// Writes both into this folder; those that are there are replaced.
    pub(crate) fn write(folder: &Path, name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let pem = Self { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
        fs::write(&pem.key, made.signing_key.serialize_pem()).unwrap();
        fs::write(&pem.certificate, made.cert.pem()).unwrap();
        pem
    }

    /// The settings that name them.
    pub(crate) fn settings(&self) -> [(&str, &str); 2] {
        [("smtp.tls_certificate", self.certificate.to_str().unwrap()), ("smtp.tls_key", self.key.to_str().unwrap())]
    }
}

pub(crate) trait Socket: Read + Write {}
impl<S: Read + Write> Socket for S {}

/// A client that reads each answer whole.
pub(crate) struct MailClient<S = TcpStream> {
    pub(crate) stream: S,
}

impl MailClient {
    /// Connects without reading the greeting.
    pub(crate) fn dial(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self { stream }
    }

    /// Connects, reads the greeting and says EHLO.
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let mut client = Self::dial(address);
        assert_eq!(client.code().unwrap(), 220);
        assert_eq!(client.say("EHLO sender.example").0, 250);
        client
    }

    /// Shakes hands after STARTTLS was answered 220; believes this certificate alone.
    pub(crate) fn secure(
        self,
        pem: &Pem,
        name: &str,
    ) -> io::Result<MailClient<StreamOwned<ClientConnection, TcpStream>>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&pem.certificate).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let mut stream = StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), self.stream);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(MailClient { stream })
    }
}

impl<S: Socket> MailClient<S> {
    /// One answer: its code and its lines.
    pub(crate) fn answer(&mut self) -> io::Result<(u16, String)> {
        let mut text = String::new();
        loop {
            let mut line = vec![];
            while !line.ends_with(b"\r\n") {
                let mut byte = [0];
                if self.stream.read(&mut byte)? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                line.push(byte[0]);
            }
            let line = String::from_utf8(line).unwrap();
            text.push_str(&line);
            if line.as_bytes()[3] == b' ' {
                return Ok((line[..3].parse().unwrap(), text));
            }
        }
    }

    pub(crate) fn code(&mut self) -> io::Result<u16> {
        Ok(self.answer()?.0)
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
        self.stream.flush().unwrap();
    }

    /// Sends a command and gives the answer.
    pub(crate) fn say(&mut self, command: &str) -> (u16, String) {
        self.send(format!("{command}\r\n"));
        self.answer().unwrap()
    }

    /// Sends a message to these addresses; gives the last answer.
    pub(crate) fn deliver(&mut self, to: &[&str], message: &[u8]) -> (u16, String) {
        assert_eq!(self.say("MAIL FROM:<reports@sender.example>").0, 250);
        for to in to {
            let answer = self.say(&format!("RCPT TO:<{to}>"));
            assert_eq!(answer.0, 250, "{answer:?}");
        }
        assert_eq!(self.say("DATA").0, 354);
        self.send([message, b"\r\n.\r\n"].concat());
        self.answer().unwrap()
    }

    /// Whether the server has closed the connection.
    pub(crate) fn is_closed(&mut self) -> bool {
        let mut rest = vec![];
        match self.stream.read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
        }
    }
}

/// Delivers one message in a session of its own; none when it did not come to an answer.
pub(crate) fn delivery(server: SocketAddr, to: &str, message: &[u8]) -> Option<u16> {
    let stream = TcpStream::connect(server).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut client = MailClient { stream };
    let commands = ["EHLO sender.example\r\n".to_owned(), "MAIL FROM:<>\r\n".into(), format!("RCPT TO:<{to}>\r\n")];
    client.code().ok()?;
    for command in commands {
        client.stream.write_all(command.as_bytes()).ok()?;
        match client.code().ok()? {
            250 => {}
            code => return Some(code),
        }
    }
    client.stream.write_all(b"DATA\r\n").ok()?;
    client.code().ok()?;
    client.stream.write_all(&[message, b"\r\n.\r\n"].concat()).ok()?;
    client.code().ok()
}

/// A mail with a gzipped report about `domain`, as RFC 8460 §5.3 wants it.
pub(crate) fn mail(domain: &str, id: &str) -> Vec<u8> {
    mail_of(domain, id, &gzip(&report(domain, id)))
}

/// The same with any attachment.
pub(crate) fn mail_of(domain: &str, id: &str, attachment: &[u8]) -> Vec<u8> {
    let encoded = BASE64.encode(attachment);
    let lines: Vec<_> = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let head = format!(
        "From: reports@sender.example\r\nTo: tls-reports@{domain}\r\nSubject: Report Domain: {domain} Submitter: \
         sender.example Report-ID: <{id}@sender.example>\r\nMessage-ID: <{id}@sender.example>\r\n\
         Date: Fri, 16 Jan 2026 04:00:00 +0000\r\nTLS-Report-Domain: {domain}\r\nTLS-Report-Submitter: sender.example\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=\"tlsrpt\"; boundary=\"limit\"\r\n\r\n\
         --limit\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n.This is an aggregate TLS report.\r\n--limit\r\n\
         Content-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; \
         filename=\"sender.example!{domain}!1768435200!1768521599.json.gz\"\r\n\r\n"
    );
    // The line that begins with a dot is doubled, as every client must.
    format!("{}{}\r\n--limit--\r\n", head.replace("\r\n.", "\r\n.."), lines.join("\r\n")).into_bytes()
}
