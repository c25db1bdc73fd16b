//! A server that says what a test wants, and what it was told.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use imap::{Access, Error, Limits, Session, SignIn, Tls, Trust};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, pem::PemObject as _},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

pub(crate) const PASSWORD: &str = "hunter2";
const HOST: &str = "imap.example";

/// What a server does on one connection: at first, and upon each line. `TAG` stands for the tag of the command.
pub(crate) type Script = fn(line: Option<&str>) -> Vec<u8>;

/// A server, and everything it was told.
pub(crate) struct Fake {
    address: SocketAddr,
    told: Arc<Mutex<Vec<u8>>>,
    ca: String,
    tls: Tls,
}

impl Fake {
    /// One in clear text.
    pub(crate) async fn clear(script: Script) -> Self {
        Self::start(script, Tls::StartTls).await
    }

    /// One over TLS.
    pub(crate) async fn encrypted(script: Script) -> Self {
        Self::start(script, Tls::Implicit).await
    }

    async fn start(script: Script, tls: Tls) -> Self {
        let made = rcgen::generate_simple_self_signed(vec![HOST.to_owned()]).unwrap();
        let key = PrivateKeyDer::from_pem_slice(made.signing_key.serialize_pem().as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn({
            let told = Arc::clone(&told);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let (told, acceptor) = (Arc::clone(&told), acceptor.clone());
                    tokio::spawn(async move {
                        match tls {
                            Tls::StartTls => talk(stream, script, told).await,
                            Tls::Implicit => {
                                if let Ok(stream) = acceptor.accept(stream).await {
                                    talk(stream, script, told).await;
                                }
                            }
                        }
                    });
                }
            }
        });
        Self { address, told, ca: made.cert.pem(), tls }
    }

    /// Signs in there.
    pub(crate) async fn open(&self) -> Result<Session, Error> {
        let limits = Limits {
            // Long enough to read megabytes on a busy machine.
            command_time: Duration::from_secs(3),
            message_time: Duration::from_millis(700),
            ..Limits::default()
        };
        let access = Access {
            host: HOST,
            tls: self.tls,
            trust: &Trust::new(Some(&self.ca)).unwrap(),
            user: "tls",
            sign_in: &SignIn::Password(PASSWORD.to_owned()),
        };
        Session::open(TcpStream::connect(self.address).await.unwrap(), &access, &limits).await
    }

    /// Whether the password came.
    pub(crate) fn knows_password(&self) -> bool {
        let told = self.told.lock().unwrap();
        told.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes())
    }
}

async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin, script: Script, told: Arc<Mutex<Vec<u8>>>) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut line = Vec::new();
    let mut say = script(None);
    loop {
        // Whoever goes away is not told to the end.
        if writer.write_all(&say).await.is_err() || writer.flush().await.is_err() {
            return;
        }
        line.clear();
        while !line.ends_with(b"\r\n") {
            let Ok(byte) = reader.read_u8().await else { return };
            line.push(byte);
            told.lock().unwrap().push(byte);
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        let (tag, command) = text.split_once(' ').unwrap_or((&text, ""));
        say = String::from_utf8(script(Some(command)))
            .map(|said| said.replace("TAG", tag).into_bytes())
            .unwrap_or_default();
    }
}

/// What a server says that does all that is asked.
pub(crate) fn sound(command: Option<&str>) -> Vec<u8> {
    let Some(command) = command else { return b"* OK ready\r\n".to_vec() };
    let said = match command.split(' ').next().unwrap_or_default() {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n",
        "EXAMINE" | "SELECT" => "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\nTAG OK done\r\n",
        _ => "TAG OK done\r\n",
    };
    said.as_bytes().to_vec()
}

/// The most memory that this process has used so far, in bytes.
pub(crate) fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}
