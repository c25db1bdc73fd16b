//! A mail server on loopback that takes everything and shows it.

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream},
    net::{TcpListener, TcpStream},
    sync::{Mutex, mpsc},
};

/// Mails as they arrive.
pub(crate) struct Mailbox {
    port: u16,
    mails: Mutex<mpsc::UnboundedReceiver<Mail>>,
}

/// One mail, its lines joined by `\n`.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) text: String,
}

impl Mailbox {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, mails) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sender = sender.clone();
                tokio::spawn(async move {
                    if let Ok(mail) = take(stream).await {
                        let _ = sender.send(mail);
                    }
                });
            }
        });
        Self { port, mails: Mutex::new(mails) }
    }

    pub(crate) fn settings(&self) -> post::Settings {
        post::Settings {
            server: "127.0.0.1".into(),
            port: self.port,
            tls: post::Tls::None,
            login: None,
            from: "Waxseal <waxseal@example.org>".into(),
            extra_ca: None,
        }
    }

    /// The next mail that arrives.
    pub(crate) async fn next(&self) -> Mail {
        let mut mails = self.mails.lock().await;
        tokio::time::timeout(Duration::from_secs(20), mails.recv()).await.expect("a mail arrives").unwrap()
    }
}

impl Mail {
    /// The secret of the link in it.
    pub(crate) fn link(&self, page: &str) -> String {
        let start = self.text.find(&format!("https://tlsrpt.example.org/{page}?link=")).expect("it has a link");
        let link = self.text[start..].lines().next().unwrap();
        link.rsplit_once('=').unwrap().1.to_owned()
    }
}

async fn take(stream: TcpStream) -> std::io::Result<Mail> {
    let mut stream = BufStream::new(stream);
    let mut mail = Mail { to: String::new(), text: String::new() };
    let mut answer = "220 mailbox";
    let mut in_text = false;
    loop {
        if !answer.is_empty() {
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
            stream.flush().await?;
        }
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(mail);
        }
        let line = line.trim_end();
        answer = match line {
            "." if in_text => {
                in_text = false;
                "250 taken"
            }
            _ if in_text => {
                // Long lines are folded by quoted-printable.
                match line.strip_suffix('=') {
                    Some(half) => mail.text.push_str(half),
                    None => mail.text.extend([line, "\n"]),
                }
                ""
            }
            "DATA" => {
                in_text = true;
                "354 go on"
            }
            "QUIT" => {
                mail.text = mail.text.replace("=3D", "=");
                stream.write_all(b"221 bye\r\n").await?;
                stream.flush().await?;
                return Ok(mail);
            }
            line => {
                if let Some(to) = line.strip_prefix("RCPT TO:<") {
                    to.trim_end_matches('>').clone_into(&mut mail.to);
                }
                "250 ok"
            }
        };
    }
}
