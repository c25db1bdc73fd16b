//! Messages handed to a mail server on loopback that speaks just enough SMTP, with and without TLS, and to servers that do not.

use std::sync::Arc;

use model::Timestamp;
use post::{Error, Letter, Post, Settings, Tls};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

const NOW: Timestamp = Timestamp(1_795_262_400_000);
const LETTER: Letter<'_> = Letter { to: "ada@example.org", subject: "Hello", text: "A line.\n.\nThe end.\n" };

/// What the server of a test does.
#[derive(Clone)]
struct Server {
    tls: Tls,
    acceptor: TlsAcceptor,
    /// Its answer to the recipient.
    recipient: &'static str,
}

/// A certificate for `localhost`, and the CA to believe it by.
fn certificate() -> (TlsAcceptor, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let chain = vec![CertificateDer::from(made.cert.der().to_vec())];
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key.into()).unwrap();
    (TlsAcceptor::from(Arc::new(config)), made.cert.pem())
}

impl Server {
    /// Listens, serves one connection, and gives all that was said to it.
    async fn listen(self) -> (u16, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut heard = Vec::new();
            if self.tls == Tls::Implicit {
                let Ok(stream) = self.acceptor.accept(stream).await else { return heard };
                self.speak(&mut BufStream::new(stream), &mut heard, true).await;
                return heard;
            }
            let mut stream = BufStream::new(stream);
            if self.speak(&mut stream, &mut heard, true).await {
                let Ok(stream) = self.acceptor.accept(stream.into_inner()).await else { return heard };
                self.speak(&mut BufStream::new(stream), &mut heard, false).await;
            }
            heard
        });
        (port, serving)
    }

    /// Speaks SMTP to its end; true where TLS shall begin.
    async fn speak<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut BufStream<S>,
        heard: &mut Vec<String>,
        greet: bool,
    ) -> bool {
        if greet {
            say(stream, "220 mail.example").await;
        }
        let secure = !greet || self.tls == Tls::Implicit;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or_default() == 0 {
                return false;
            }
            let line = line.trim_end().to_owned();
            let verb = line.split(' ').next().unwrap().to_ascii_uppercase();
            heard.push(line);
            match verb.as_str() {
                "EHLO" if self.tls == Tls::StartTls && !secure => say(stream, "250-mail.example\r\n250 STARTTLS").await,
                "EHLO" => say(stream, "250-mail.example\r\n250 AUTH PLAIN").await,
                "STARTTLS" => {
                    say(stream, "220 go on").await;
                    return true;
                }
                "AUTH" if heard.last().unwrap().ends_with("AHVzZXIAc2VjcmV0") => say(stream, "235 welcome").await,
                "AUTH" => say(stream, "535 5.7.8 wrong").await,
                "RCPT" => say(stream, self.recipient).await,
                "DATA" => {
                    say(stream, "354 go on").await;
                    loop {
                        let mut line = String::new();
                        stream.read_line(&mut line).await.unwrap();
                        heard.push(line.trim_end().to_owned());
                        if line == ".\r\n" {
                            break;
                        }
                    }
                    say(stream, "250 taken").await;
                }
                "QUIT" => {
                    say(stream, "221 bye").await;
                    return false;
                }
                _ => say(stream, "250 ok").await,
            }
        }
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>, line: &str) {
    let _ = stream.write_all(format!("{line}\r\n").as_bytes()).await;
    let _ = stream.flush().await;
}

fn settings(port: u16, tls: Tls, ca: &str) -> Settings {
    Settings {
        server: "localhost".into(),
        port,
        tls,
        login: Some(("user".into(), "secret".into())),
        from: "Waxseal <waxseal@example.com>".into(),
        extra_ca: Some(ca.into()),
    }
}

#[tokio::test]
async fn a_message_is_handed_over_in_each_mode() {
    for tls in [Tls::None, Tls::StartTls, Tls::Implicit] {
        let (acceptor, ca) = certificate();
        let (port, serving) = Server { tls, acceptor, recipient: "250 ok" }.listen().await;
        Post::by(&settings(port, tls, &ca)).unwrap().send(&LETTER, "k7", NOW).await.unwrap();
        let heard = serving.await.unwrap();
        let position =
            |text: &str| heard.iter().position(|line| line == text).unwrap_or_else(|| panic!("{text}: {heard:?}"));
        assert!(position("MAIL FROM:<waxseal@example.com>") < position("RCPT TO:<ada@example.org>"), "{heard:?}");
        assert!(position("..") < position("The end."), "a dot alone ends no message: {heard:?}");
        assert_eq!(heard.iter().any(|line| line == "STARTTLS"), tls == Tls::StartTls);
        assert_eq!(heard[0], "EHLO example.com");
    }
}

#[tokio::test]
async fn what_the_server_refuses_is_told_in_its_words() {
    let (acceptor, ca) = certificate();
    let server = Server { tls: Tls::None, acceptor, recipient: "550 5.1.1 no such user here" };
    let (port, _serving) = server.clone().listen().await;
    let told = Post::by(&settings(port, Tls::None, &ca)).unwrap().send(&LETTER, "k7", NOW).await.unwrap_err();
    assert_eq!(
        told.to_string(),
        format!("the mail server localhost:{port} refuses the message: 550 5.1.1 no such user here")
    );
    let (port, _serving) = server.listen().await;
    let wrong = Settings { login: Some(("user".into(), "wrong".into())), ..settings(port, Tls::None, &ca) };
    let told = Post::by(&wrong).unwrap().send(&LETTER, "k7", NOW).await.unwrap_err();
    assert!(matches!(&told, Error::SignIn { answer, .. } if answer == "535 5.7.8 wrong"), "{told:?}");
}

#[tokio::test]
async fn no_password_goes_to_a_server_that_cannot_prove_who_it_is() {
    for tls in [Tls::StartTls, Tls::Implicit] {
        let (acceptor, _) = certificate();
        let (port, serving) = Server { tls, acceptor, recipient: "250 ok" }.listen().await;
        let stranger = Settings { extra_ca: None, ..settings(port, tls, "") };
        let told = Post::by(&stranger).unwrap().send(&LETTER, "k7", NOW).await.unwrap_err();
        assert!(matches!(told, Error::Tls { .. }), "{told:?}");
        assert!(!serving.await.unwrap().iter().any(|line| line.starts_with("AUTH")));
    }
    // Nor to one that leaves STARTTLS out, as somebody in between could make it do.
    let (acceptor, ca) = certificate();
    let (port, serving) = Server { tls: Tls::None, acceptor, recipient: "250 ok" }.listen().await;
    let told = Post::by(&settings(port, Tls::StartTls, &ca)).unwrap().send(&LETTER, "k7", NOW).await.unwrap_err();
    assert!(matches!(told, Error::Unable { .. }), "{told:?}");
    assert!(!serving.await.unwrap().iter().any(|line| line.starts_with("AUTH")));
}

#[tokio::test]
async fn where_nobody_listens_the_key_to_look_at_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let told = Post::by(&settings(port, Tls::None, "")).unwrap().send(&LETTER, "k7", NOW).await.unwrap_err();
    assert!(told.to_string().contains(&format!("localhost:{port} cannot be reached")), "{told}");
    assert!(told.to_string().contains("`port` in the section [mail]"), "{told}");
}

#[tokio::test]
async fn without_a_mail_server_that_is_said() {
    assert_eq!(Post::default().send(&LETTER, "k7", NOW).await, Err(Error::NotConfigured));
}

#[test]
fn settings_that_cannot_work_are_refused_at_once() {
    let no_sender = Settings { from: "waxseal".into(), ..settings(25, Tls::None, "") };
    assert_eq!(Post::by(&no_sender).unwrap_err(), Error::Address("waxseal".into()));
    assert!(matches!(Post::by(&settings(25, Tls::StartTls, "no certificate")), Err(Error::Settings(_))));
    assert!(!format!("{:?}", settings(25, Tls::None, "")).contains("secret"));
}
