//! Handing one message over to a mail host, as a sender does, and telling what happens on the way.

use model::{
    DomainName,
    test_report::{Stage, Step},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, timeout},
};

use super::{
    probe::{Manner, literal},
    talk::{Reply, Talk, TalkError},
};
use crate::{
    outbound::Judged,
    reach::{millis, reach},
    tls::shake_hands,
};

/// What is handed over.
pub(crate) struct Letter<'a> {
    pub(crate) to: &'a str,
    /// Lines that end with CRLF, none of which begins with a dot.
    pub(crate) text: &'a str,
}

/// Delivers it to the first of these addresses that takes a connection; each step as it comes. Whether it was taken.
pub(crate) async fn deliver(
    manner: &Manner<'_>,
    host: &DomainName,
    addresses: &[Judged],
    letter: &Letter<'_>,
    tell: &mut (dyn FnMut(Step) + Send),
) -> bool {
    let begun = Instant::now();
    if let Ok(taken) = timeout(manner.limits.smtp_time, converse(manner, host, addresses, letter, tell)).await {
        return taken;
    }
    let said = format!("{host} said too little in {} s", manner.limits.smtp_time.as_secs());
    tell(Step::failed(Stage::HandOver, millis(begun), said, SLOW));
    false
}

const SLOW: &str =
    "Look at the log of whatever listens on port 25 there: is it Waxseal, or the mail server that passes mail to it?";
const CLOSED: &str =
    "Something listens there that is not ready for mail. Is it Waxseal, or the mail server that passes mail to it?";

async fn converse(
    manner: &Manner<'_>,
    host: &DomainName,
    addresses: &[Judged],
    letter: &Letter<'_>,
    tell: &mut (dyn FnMut(Step) + Send),
) -> bool {
    let remedy = "From here nobody answers. Is smtp.listen set to port 25 of that machine, is the port open in its firewall and \
        passed on by the router in front? Many providers block outgoing port 25: then only a try from elsewhere can tell.";
    let Some(stream) = reach(manner.connector, host, addresses, remedy, tell).await else { return false };
    let begun = Instant::now();
    let helo = match (manner.helo, stream.local_addr()) {
        (Some(name), _) => name.to_owned(),
        (None, Ok(from)) => literal(from.ip()),
        (None, Err(error)) => {
            tell(Step::failed(Stage::Encrypt, millis(begun), error.to_string(), CLOSED));
            return false;
        }
    };
    let mut talk = Talk::new(stream, manner.limits.smtp_bytes);
    let offered = match greet(&mut talk, &helo).await {
        Ok(offered) => offered,
        Err(said) => {
            tell(Step::failed(Stage::Encrypt, millis(begun), said, CLOSED));
            return false;
        }
    };
    if !offered {
        // Encryption is offered and never required, and senders deliver without.
        let said = "no STARTTLS offered: reports come in clear text until smtp.tls_certificate is set";
        tell(Step::passed(Stage::Encrypt, millis(begun), said));
        return hand_over(&mut talk, letter, tell).await;
    }
    match talk.command("STARTTLS").await {
        Ok(reply) if reply.code == 220 => {}
        Ok(reply) => {
            let said = format!("it offers STARTTLS and then declines: {}", reply.shown());
            tell(Step::failed(Stage::Encrypt, millis(begun), said, CLOSED));
            return false;
        }
        Err(error) => {
            tell(Step::failed(Stage::Encrypt, millis(begun), broke_off("STARTTLS", &error), CLOSED));
            return false;
        }
    }
    let (stream, _) = talk.into_parts();
    match shake_hands(stream, host, manner.roots, manner.now, &[]).await {
        Ok((stream, session)) => {
            let faults: Vec<_> = session.faults.iter().map(ToString::to_string).collect();
            let certificate =
                if faults.is_empty() { String::new() } else { format!(", the certificate {}", faults.join(" and ")) };
            tell(Step::passed(Stage::Encrypt, millis(begun), format!("{}{certificate}", session.version)));
            let mut talk = Talk::new(stream, manner.limits.smtp_bytes);
            // What was said before TLS is forgotten (RFC 3207 §4.2).
            if let Err(error) = talk.command(&format!("EHLO {helo}")).await {
                tell(Step::failed(Stage::HandOver, millis(begun), broke_off("EHLO", &error), CLOSED));
                return false;
            }
            hand_over(&mut talk, letter, tell).await
        }
        Err(error) => {
            let remedy = "Senders that meet this deliver in clear text or not at all. Look at smtp.tls_certificate and smtp.tls_key.";
            tell(Step::failed(Stage::Encrypt, millis(begun), error.to_string(), remedy));
            false
        }
    }
}

/// Greeting and EHLO; whether STARTTLS is offered.
async fn greet<S: AsyncRead + AsyncWrite + Unpin>(talk: &mut Talk<S>, helo: &str) -> Result<bool, String> {
    let greeting = talk.reply().await.map_err(|error| broke_off("greeting", &error))?;
    if !greeting.is_positive() {
        return Err(format!("it greets with {}", greeting.shown()));
    }
    let ehlo = talk.command(&format!("EHLO {helo}")).await.map_err(|error| broke_off("EHLO", &error))?;
    if !ehlo.is_positive() {
        return Err(format!("it answers EHLO with {}", ehlo.shown()));
    }
    Ok(ehlo.lines.iter().skip(1).any(|line| line.trim().eq_ignore_ascii_case("STARTTLS")))
}

async fn hand_over<S: AsyncRead + AsyncWrite + Unpin>(
    talk: &mut Talk<S>,
    letter: &Letter<'_>,
    tell: &mut (dyn FnMut(Step) + Send),
) -> bool {
    let begun = Instant::now();
    // The sender is the null one, as with any report about delivery (RFC 8460 §5.3).
    let dialogue = async {
        for (command, wanted) in
            [("MAIL FROM:<>".to_owned(), 2), (format!("RCPT TO:<{}>", letter.to), 2), ("DATA".to_owned(), 3)]
        {
            let reply = talk.command(&command).await.map_err(|error| (broke_off(&command, &error), CLOSED))?;
            if reply.code / 100 != wanted {
                return Err((format!("{command} is answered with {}", reply.shown()), remedy(&command, &reply)));
            }
        }
        let end = format!("{}.", letter.text);
        let reply = talk.command(&end).await.map_err(|error| (broke_off("the message", &error), CLOSED))?;
        let _ = talk.say("QUIT").await;
        if reply.is_positive() {
            Ok(reply)
        } else {
            Err((format!("the message is answered with {}", reply.shown()), MESSAGE))
        }
    };
    match dialogue.await {
        Ok(reply) => {
            tell(Step::passed(Stage::HandOver, millis(begun), reply.shown()));
            true
        }
        Err((said, remedy)) => {
            tell(Step::failed(Stage::HandOver, millis(begun), said, remedy));
            false
        }
    }
}

const MESSAGE: &str = "What is wrong with it stands in the answer; the log of whatever answered has more.";

fn remedy(command: &str, reply: &Reply) -> &'static str {
    match (command.starts_with("RCPT"), reply.code) {
        (true, 550..=554) => {
            "What answers there does not know the report address. If it is your mail server, it must pass mail for the report host on \
             to Waxseal; if it is Waxseal, it is another one, or smtp.host differs from the host in the address."
        }
        (_, 450..=452) => "It asks to come again later: too many at once, a quota, or a full disk.",
        _ => MESSAGE,
    }
}

fn broke_off(during: &str, error: &TalkError) -> String {
    match error {
        TalkError::Closed => format!("it hung up at {during}"),
        TalkError::TooMuch => format!("it said too much at {during}"),
        TalkError::NotSmtp(text) => format!("what it said at {during} is no SMTP: {text}"),
    }
}
