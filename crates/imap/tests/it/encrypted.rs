//! What a server does once somebody has signed in.

use imap::{After, Error, Particulars};

use crate::support::{Fake, Script, peak_memory, sound};

const MESSAGE: Particulars = Particulars { uid: 5, size: 10, arrived: None };

#[tokio::test]
async fn a_sound_server_is_read() {
    let script: Script = |command| {
        match command {
        Some("UID SEARCH UID 2:*") => b"* SEARCH 8 5 5 1\r\nTAG OK done\r\n".to_vec(),
        Some("UID FETCH 5,8 (UID RFC822.SIZE INTERNALDATE)") => {
            b"* 2 FETCH (UID 5 RFC822.SIZE 10 INTERNALDATE \" 1-Jan-2026 00:00:00 +0000\")\r\n* 3 FETCH (FLAGS (\\Seen))\r\nTAG OK done\r\n"
                .to_vec()
        }
        Some("UID FETCH 5 (UID BODY.PEEK[])") => b"* 2 FETCH (UID 5 BODY[] {10}\r\n0123456789)\r\nTAG OK done\r\n".to_vec(),
        other => sound(other),
    }
    };
    let mut session = Fake::encrypted(script).await.open().await.unwrap();
    let folder = session.folder("INBOX", &After::Keep).await.unwrap();
    assert_eq!((folder.uid_validity, folder.uid_next, folder.exists), (7, Some(9), 3));
    assert!(session.can_wait());
    let uids = session.uids(2, None).await.unwrap();
    assert_eq!(uids, [5, 8]);
    let there = session.particulars(&uids).await.unwrap();
    assert_eq!(there, [Particulars { arrived: Some(1_767_225_600_000), ..MESSAGE }]);
    assert_eq!(session.message(&MESSAGE).await.unwrap().as_deref(), Some(&b"0123456789"[..]));
}

#[tokio::test]
async fn a_message_that_announces_gigabytes_costs_nothing() {
    let script: Script = |command| match command {
        Some(fetch) if fetch.starts_with("UID FETCH") => b"* 2 FETCH (UID 5 BODY[] {4294967295}\r\nabc".to_vec(),
        other => sound(other),
    };
    let mut session = Fake::encrypted(script).await.open().await.unwrap();
    let before = peak_memory();
    assert_eq!(session.message(&MESSAGE).await, Err(Error::TooMuch));
    assert!(peak_memory() - before < 32 << 20);
}

#[tokio::test]
async fn a_flood_of_what_nobody_asked_for_ends() {
    let script: Script = |command| match command {
        Some(search) if search.starts_with("UID SEARCH") => b"* 1 EXISTS\r\n".repeat(400_000),
        other => sound(other),
    };
    let mut session = Fake::encrypted(script).await.open().await.unwrap();
    assert_eq!(session.uids(1, None).await, Err(Error::TooMuch));
}

#[tokio::test]
async fn a_refusal_without_a_text_is_a_refusal() {
    let script: Script = |command| match command {
        Some(command) if command.starts_with("UID") => b"TAG NO\r\n".to_vec(),
        Some("IDLE") => b"TAG BAD\r\n".to_vec(),
        other => sound(other),
    };
    let mut session = Fake::encrypted(script).await.open().await.unwrap();
    let settled = session.settle(5, &After::Seen).await;
    assert!(matches!(settled, Err(Error::Refused { .. } | Error::Protocol(_))), "{settled:?}");
    let mut session = Fake::encrypted(script).await.open().await.unwrap();
    let waited = session.wait(std::time::Duration::from_secs(1)).await;
    assert!(matches!(waited, Err(Error::Refused { .. } | Error::Protocol(_))), "{waited:?}");
}

#[tokio::test]
async fn another_message_than_the_one_asked_for_is_none() {
    let script: Script = |command| match command {
        Some(fetch) if fetch.starts_with("UID FETCH") => {
            b"* 2 FETCH (UID 6 BODY[] {3}\r\nabc)\r\nTAG OK done\r\n".to_vec()
        }
        other => sound(other),
    };
    let mut session = Fake::encrypted(script).await.open().await.unwrap();
    assert_eq!(session.message(&MESSAGE).await, Ok(None));
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left() {
    let script: Script = |command| match command {
        Some(fetch) if fetch.starts_with("UID FETCH") => b"* 2 FETCH (UID 5 BODY[] {10}\r\n012".to_vec(),
        other => sound(other),
    };
    let mut session = Fake::encrypted(script).await.open().await.unwrap();
    assert_eq!(session.message(&MESSAGE).await, Err(Error::Slow));
}
