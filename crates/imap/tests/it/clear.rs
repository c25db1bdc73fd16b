//! What a server does before there is encryption.

use imap::Error;

use crate::support::{Fake, Script, sound};

async fn refused(script: Script) -> Error {
    let fake = Fake::clear(script).await;
    let error = fake.open().await.expect_err("there is no session without encryption");
    assert!(!fake.knows_password(), "{error}");
    error
}

#[tokio::test]
async fn silence_ends_in_time() {
    assert_eq!(refused(|_| vec![]).await, Error::Slow);
}

#[tokio::test]
async fn an_endless_greeting_ends() {
    assert_eq!(refused(|_| [b"* OK ".to_vec(), vec![b'x'; 4 << 20]].concat()).await, Error::TooMuch);
}

#[tokio::test]
async fn what_is_no_imap_is_told() {
    assert!(matches!(refused(|_| b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()).await, Error::Protocol(_)));
}

#[tokio::test]
async fn a_server_that_says_goodbye_is_told() {
    let error = refused(|_| b"* BYE come again\r\n".to_vec()).await;
    assert_eq!(error.to_string(), "the server refuses to talk: come again");
}

#[tokio::test]
async fn without_starttls_no_password_is_sent() {
    let script: Script = |command| match command {
        Some("STARTTLS") => b"TAG NO [ALERT] not today\r\n".to_vec(),
        other => sound(other),
    };
    assert!(matches!(refused(script).await, Error::Tls(why) if why.contains("not today")));
    // RFC 3501 §6.2.1 has no STARTTLS for who is said to be signed in already.
    assert!(matches!(refused(|_| b"* PREAUTH welcome\r\n".to_vec()).await, Error::Refused { .. }));
}

#[tokio::test]
async fn what_comes_in_clear_text_behind_starttls_is_never_believed() {
    let script: Script = |command| match command {
        Some("STARTTLS") => b"TAG OK go\r\n* OK injected\r\nA0002 OK signed in\r\nA0003 OK done\r\n".to_vec(),
        other => sound(other),
    };
    assert!(matches!(refused(script).await, Error::Tls(_) | Error::Slow));
}
