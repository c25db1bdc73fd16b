//! Sessions as clients hold them, and what bounds them.

use smtp::{Limits, Protocol, Reply, Session, Step};

use crate::support::{session, smtp, talk};

#[test]
fn a_whole_session() {
    let found = smtp(
        "EHLO mail.sender.example\r\nMAIL FROM:<> SIZE=30 BODY=8BITMIME\r\nRCPT TO:<known@in.example>\r\nDATA\r\n\
         Subject: report\r\n\r\n..dot\r\n.\r\nQUIT\r\n",
    );
    assert_eq!(found.codes(), [220, 250, 250, 250, 354, 250, 221]);
    assert_eq!(found.bodies(), ["Subject: report\r\n\r\n.dot\r\n"]);
    assert!(found.closed);
    for offered in ["250-SIZE 10000\r\n", "250-8BITMIME\r\n", "250-PIPELINING\r\n", "250-STARTTLS\r\n"] {
        assert!(found.said.contains(offered), "{}", found.said);
    }
    assert!(found.said.starts_with("220 in.example ESMTP"), "{}", found.said);
    for missing in ["AUTH", "CHUNKING", "DSN"] {
        assert!(!found.said.contains(missing), "{}", found.said);
    }
}

#[test]
fn several_messages_in_one_session() {
    let message = "MAIL FROM:<a@x.example>\r\nRCPT TO:<known@in.example>\r\nDATA\r\nhello\r\n.\r\n";
    let found = smtp(&format!("HELO x\r\n{message}{message}RSET\r\n{message}"));
    assert_eq!(found.messages.len(), 3);
    assert_eq!(found.codes().iter().filter(|code| **code == 354).count(), 3);
}

#[test]
fn only_known_recipients_get_it() {
    let found = smtp(
        "EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<nobody@in.example>\r\nRCPT TO:<known1@in.example>\r\n\
         RCPT TO:<known@elsewhere.example>\r\nRCPT TO:<known2@in.example>\r\nDATA\r\nhello\r\n.\r\n",
    );
    assert_eq!(found.codes(), [220, 250, 250, 550, 250, 550, 250, 354, 250]);
    assert_eq!(found.messages[0].recipients, ["known1", "known2"]);
}

#[test]
fn commands_have_an_order() {
    let found = smtp("MAIL FROM:<a@x.example>\r\nRCPT TO:<known@in.example>\r\nDATA\r\n");
    assert_eq!(found.codes(), [220, 503, 503, 503]);
    let found = smtp("EHLO x\r\nMAIL FROM:<a@x.example>\r\nMAIL FROM:<a@x.example>\r\nDATA\r\n");
    assert_eq!(found.codes(), [220, 250, 250, 503, 503], "one message after the other, and none without a recipient");
    let found = smtp("EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<known@in.example>\r\nRSET\r\nDATA\r\n");
    assert_eq!(found.codes(), [220, 250, 250, 250, 250, 503]);
    let found = smtp("EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<known@in.example>\r\nEHLO x\r\nDATA\r\n");
    assert_eq!(found.codes(), [220, 250, 250, 250, 250, 503], "a greeting resets");
}

#[test]
fn questions_that_give_nothing_away() {
    let found =
        smtp("EHLO x\r\nVRFY known@in.example\r\nVRFY nobody\r\nEXPN known\r\nAUTH PLAIN x\r\nHELP\r\nNOOP x\r\n");
    assert_eq!(found.codes(), [220, 250, 252, 252, 502, 502, 214, 250]);
}

#[test]
fn lmtp_answers_for_each_recipient() {
    let mut session = session(Protocol::Lmtp);
    let found = talk(&mut session, &[
        b"EHLO x\r\nLHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<known1@in.example>\r\nRCPT TO:<no@in.example>\r\n",
        b"RCPT TO:<known2@in.example>\r\nDATA\r\nhello\r\n.\r\n",
        b"MAIL FROM:<>\r\nRCPT TO:<known1@in.example>\r\nRCPT TO:<known2@in.example>\r\nDATA\r\na\nb\r\n.\r\nQUIT\r\n",
    ]);
    assert_eq!(
        found.codes(),
        [220, 500, 250, 250, 250, 550, 250, 354, 250, 250, 250, 250, 250, 354, 550, 550, 221],
        "two recipients, two answers"
    );
    assert!(!found.said.contains("STARTTLS"), "{}", found.said);
    let mut smtp = Session::<String>::new(Protocol::Smtp, "in.example", false, Limits::default());
    assert_eq!(talk(&mut smtp, &[b"LHLO x\r\n"]).codes(), [220, 500]);
}

#[test]
fn smtp_has_one_answer_for_all_recipients() {
    let answer = |replies: &[u16]| {
        let mut session = session(Protocol::Smtp);
        let mut input = &b"EHLO x\r\n"[..];
        assert_eq!(session.step(&mut input), Step::Read);
        session.take_output();
        let replies: Vec<_> = replies.iter().map(|code| Reply::new(*code, "", "x")).collect();
        session.answer_message(&replies);
        String::from_utf8(session.take_output()).unwrap()[..3].parse::<u16>().unwrap()
    };
    assert_eq!(answer(&[250, 250]), 250);
    assert_eq!(answer(&[250, 451, 550]), 451, "the sender is to try again");
    assert_eq!(answer(&[550, 250]), 250);
    assert_eq!(answer(&[550, 552]), 550);
    assert_eq!(answer(&[]), 451);
}

#[test]
fn the_size_is_bounded_before_and_while_it_comes() {
    let opening = "EHLO x\r\nMAIL FROM:<a@x.example> SIZE=10001\r\nMAIL FROM:<a@x.example> SIZE=1\r\n\
                   RCPT TO:<known@in.example>\r\nDATA\r\n";
    let found = smtp(&format!("{opening}{}\r\n.\r\nNOOP\r\n", "x".repeat(10_001)));
    assert_eq!(found.codes(), [220, 250, 552, 250, 250, 354, 552, 250], "a lie about the size, then the truth");
    assert!(found.messages.is_empty());
    let found = smtp(&format!("{opening}{}", "x".repeat(50_000)));
    assert_eq!((found.codes().last(), found.closed), (Some(&552), true), "its end was not waited for");
}

#[test]
fn there_may_be_no_room_in_the_middle() {
    let mut session = session(Protocol::Smtp);
    talk(&mut session, &[b"EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<known@in.example>\r\nDATA\r\nhalf"]);
    assert_eq!(session.coming().map(|coming| (coming.read, coming.kept)), Some((4, 4)));
    session.no_room();
    let found = talk(&mut session, &[b" of it\r\n.\r\n"]);
    assert_eq!((found.codes(), found.messages.len()), (vec![452], 0));
}

#[test]
fn a_command_has_512_bytes() {
    let line = |length: usize| format!("NOOP {}\r\n", "x".repeat(length - 7));
    assert_eq!(smtp(&line(512)).codes(), [220, 250]);
    assert_eq!(smtp(&line(513)).codes(), [220, 500]);
    assert_eq!(smtp(&format!("{}NOOP\r\n", line(4000))).codes(), [220, 500, 250], "the rest is no command");
    let found = smtp(&"x".repeat(5000));
    assert_eq!((found.codes(), found.closed), (vec![220, 500], true));
    let path = format!("MAIL FROM:<{}@example.com>", "a".repeat(240));
    let mail = format!("{path} SIZE=100 BODY=8BITMIME SMTPUTF8{}", " ".repeat(512 + 53 - 2 - path.len() - 32));
    assert_eq!(mail.len() + 2, 512 + 53);
    assert_eq!(
        smtp(&format!("EHLO x\r\n{mail}\r\n")).codes(),
        [220, 250, 250],
        "MAIL may be as long as its parameters"
    );
}

#[test]
fn a_message_has_100_recipients() {
    let recipients = (0..101).map(|n| format!("RCPT TO:<known{n}@in.example>\r\n")).collect::<Vec<_>>().concat();
    let found = smtp(&format!("EHLO x\r\nMAIL FROM:<>\r\n{recipients}DATA\r\nx\r\n.\r\n"));
    assert_eq!(found.codes().iter().filter(|code| **code == 452).count(), 1);
    assert_eq!(found.messages[0].recipients.len(), 100);
}

#[test]
fn twenty_errors_end_a_session() {
    let found = smtp(&format!("EHLO x\r\n{}", "XYZZY\r\n".repeat(100)));
    assert_eq!(found.codes().iter().filter(|code| **code == 500).count(), 20);
    assert_eq!((found.codes().last(), found.closed), (Some(&421), true));
    let guesses = (0..100).map(|n| format!("RCPT TO:<guess{n}@in.example>\r\n")).collect::<Vec<_>>().concat();
    let found = smtp(&format!("EHLO x\r\nMAIL FROM:<>\r\n{guesses}"));
    assert_eq!((found.codes().iter().filter(|code| **code == 550).count(), found.closed), (20, true));
}

#[test]
fn commands_that_lead_nowhere_have_an_end() {
    for command in ["NOOP", "RSET", "EHLO x", "VRFY x", "HELP"] {
        let found = smtp(&format!("EHLO x\r\n{}", format!("{command}\r\n").repeat(1000)));
        assert_eq!(found.codes().last(), Some(&421), "{command}");
        assert!(found.codes().len() < 130, "{command}: {}", found.codes().len());
    }
    let message = "MAIL FROM:<>\r\nRCPT TO:<known@in.example>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n";
    assert_eq!(smtp(&format!("EHLO x\r\n{}", message.repeat(500))).messages.len(), 500, "messages bring it forward");
}
