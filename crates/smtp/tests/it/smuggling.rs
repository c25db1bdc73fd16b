//! SMTP smuggling and injection: of each variant, nothing behind the false end is taken for a command.

use rstest::rstest;
use smtp::Protocol;

use crate::support::{session, smtp, talk};

const OPENING: &str = "EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<known@in.example>\r\nDATA\r\n";
const SMUGGLED: &str = "MAIL FROM:<b@x.example>\r\nRCPT TO:<known2@in.example>\r\nDATA\r\nsmuggled\r\n.\r\n";

#[rstest]
fn no_false_end_ends_a_message(
    #[values(
        "\n.\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r.\r\n",
        "\r\n.\r",
        "\r\r\n.\n",
        "\n\r.\r\n",
        "\r\n.\r\r\n",
        "\r\n\r.\r\n",
        "\r\n.\0\r\n",
        "\r\n\0.\r\n",
        "\n..\r\n",
        "\r\n..\r\n",
        "\n\n.\n\n",
        "\r\n. \r\n",
        "\r\n.\t\r\n",
        "\n.\r",
        "\r.\n",
        "\r\n.\n\r\n",
        "\u{85}.\u{85}",
        "\r\n.\u{2028}",
        "\r\n\u{feff}.\r\n",
        "\r\n.\n\n"
    )]
    end: &str,
) {
    for behind in ["\r\n.\r\n", "\r\n\r\n.\r\n"] {
        let whole = format!("{OPENING}Subject: x\r\n\r\none{end}{SMUGGLED}{behind}NOOP\r\n");
        let found = smtp(&whole);
        // What the sender put into its one message is one message or none, up to the first true end in it.
        let injected = found.messages.iter().filter(|message| message.recipients.contains(&"known2".to_owned()));
        assert_eq!(injected.count(), 0, "{end:?}: {found:?}");
        let codes = found.codes();
        // 220 250 250 250 354, then one answer to the message.
        let answer = codes[5];
        let bare = end.replace("\r\n", "").contains(['\r', '\n']);
        assert_eq!(answer, if bare { 550 } else { 250 }, "{end:?}: {found:?}");
        if bare {
            assert_eq!(found.messages.len(), 0, "{end:?}");
        }
    }
}

#[test]
fn a_refused_message_is_refused_at_its_true_end() {
    let found = smtp(&format!("{OPENING}one\ntwo\r\nQUIT\r\n.\r\nRSET\r\n"));
    assert_eq!(found.codes(), [220, 250, 250, 250, 354, 550, 250]);
    assert!(found.said.contains("550 5.6.0 "), "{}", found.said);
    assert!(!found.closed, "QUIT stood in the message");
}

#[test]
fn what_comes_behind_starttls_in_clear_text_is_gone() {
    let mut session = session(Protocol::Smtp);
    let before = talk(&mut session, &[b"EHLO x\r\nSTARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@x.example>\r\n"]);
    assert_eq!((before.codes(), before.handshakes), (vec![220, 250, 220], 1));
    let after = talk(&mut session, &[b"MAIL FROM:<a@x.example>\r\n", b"EHLO x\r\nSTARTTLS\r\n"]);
    assert_eq!(after.codes(), [503, 250, 503], "nothing said before counts, not even EHLO");
    assert!(!after.said.contains("STARTTLS\r\n"), "it is not offered twice");
}

#[test]
fn half_a_command_before_the_handshake_does_not_join_what_comes_after() {
    let mut session = session(Protocol::Smtp);
    let found = talk(&mut session, &[b"EHLO x\r\nSTARTTLS\r\nEHLO ev", b"il\r\n"]);
    assert_eq!(found.codes(), [220, 250, 220, 500]);
}

#[test]
fn a_transaction_does_not_outlive_the_handshake() {
    let mut session = session(Protocol::Smtp);
    let found = talk(
        &mut session,
        &[b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<known@in.example>\r\nSTARTTLS\r\n", b"DATA\r\n", b"EHLO x\r\nDATA\r\n"],
    );
    assert_eq!(found.codes(), [220, 250, 250, 250, 220, 503, 250, 503]);
}

#[test]
fn a_browser_led_here_is_sent_away() {
    let found = smtp("POST / HTTP/1.1\r\nHost: in.example\r\n\r\nMAIL FROM:<a@x.example>\r\n");
    assert_eq!((found.codes(), found.closed), (vec![220, 421], true));
}

#[test]
fn a_chunk_is_no_command() {
    let found = smtp("EHLO x\r\nBDAT 27 LAST\r\nMAIL FROM:<a@x.example>\r\n");
    assert_eq!((found.codes(), found.closed), (vec![220, 250, 502], true));
}
