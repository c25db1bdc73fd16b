//! The commands a client may send (RFC 5321 §4.1), read from one line without its CR LF.

use crate::Reply;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// EHLO or HELO (RFC 5321 §4.1.1.1), or LHLO (RFC 2033 §4.1).
    Hello(Hello),
    /// STARTTLS (RFC 3207).
    StartTls,
    /// MAIL. Who sends is not asked: reports come from anyone, the null sender included.
    Mail(MailParameters),
    /// RCPT.
    Rcpt(Mailbox),
    /// DATA.
    Data,
    /// RSET.
    Reset,
    /// NOOP.
    Nothing,
    /// HELP.
    Help,
    /// VRFY.
    Verify,
    /// QUIT.
    Quit,
    /// A command of SMTP that is not offered here.
    NotOffered,
    /// BDAT, not offered either: what follows it is a piece of a message and no command.
    Chunk,
    /// The first line of a request in HTTP: a browser was led here.
    Http,
}

/// How a client greets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hello {
    /// HELO: it knows no extensions.
    Helo,
    /// EHLO
    Ehlo,
    /// LHLO
    Lhlo,
}

/// What MAIL says besides the sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailParameters {
    /// Bytes that the message will have (RFC 1870).
    pub size: Option<u64>,
}

/// To whom a message goes, as written between the angle brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Before the last `@`; all of it where there is none.
    pub local: String,
    /// Behind it.
    pub domain: String,
}

const SYNTAX: Reply = Reply::new(501, "5.5.4", "Syntax error in the arguments");
const UNKNOWN: Reply = Reply::new(500, "5.5.1", "There is no such command");
const UNKNOWN_PARAMETER: Reply = Reply::new(555, "5.5.4", "This parameter was not offered");
const NEEDS_UTF8: Reply = Reply::new(553, "5.6.7", "An address with such letters needs SMTPUTF8");
const BAD_SENDER: Reply = Reply::new(501, "5.1.7", "Syntax: MAIL FROM:<address>");
const BAD_RECIPIENT: Reply = Reply::new(501, "5.1.3", "Syntax: RCPT TO:<address>");

impl Command {
    /// Reads a command. The error is the answer to it.
    ///
    /// # Errors
    /// There is no such command, or its arguments make no sense.
    pub fn parse(line: &[u8]) -> Result<Self, Reply> {
        let line = std::str::from_utf8(line).map_err(|_| SYNTAX)?;
        if line.chars().any(|c| c.is_control() && c != '\t') {
            return Err(SYNTAX);
        }
        let line = line.trim_end_matches([' ', '\t']);
        let (verb, arguments) = line.split_once(' ').unwrap_or((line, ""));
        let alone = |command| if arguments.trim().is_empty() { Ok(command) } else { Err(SYNTAX) };
        let greeting = |hello| if arguments.trim().is_empty() { Err(SYNTAX) } else { Ok(Self::Hello(hello)) };
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => greeting(Hello::Ehlo),
            "HELO" => greeting(Hello::Helo),
            "LHLO" => greeting(Hello::Lhlo),
            "STARTTLS" => alone(Self::StartTls),
            "MAIL" => mail(arguments),
            "RCPT" => recipient(arguments),
            "DATA" => alone(Self::Data),
            "RSET" => alone(Self::Reset),
            "NOOP" => Ok(Self::Nothing),
            "HELP" => Ok(Self::Help),
            "VRFY" => Ok(Self::Verify),
            "QUIT" => alone(Self::Quit),
            "EXPN" | "AUTH" | "ETRN" | "TURN" | "ATRN" | "SEND" | "SOML" | "SAML" => Ok(Self::NotOffered),
            "BDAT" => Ok(Self::Chunk),
            "GET" | "POST" | "PUT" | "CONNECT" | "OPTIONS" => Ok(Self::Http),
            _ => Err(UNKNOWN),
        }
    }
}

fn mail(arguments: &str) -> Result<Command, Reply> {
    let (sender, parameters) = path(arguments, "FROM:").ok_or(BAD_SENDER)?;
    let mut found = MailParameters::default();
    let mut utf8 = false;
    for parameter in parameters.split_ascii_whitespace() {
        let (keyword, value) = parameter.split_once('=').map_or((parameter, None), |(word, value)| (word, Some(value)));
        match (keyword.to_ascii_uppercase().as_str(), value) {
            ("SIZE", Some(digits)) => {
                // RFC 1870 §4: at most 20 digits. What 64 bits cannot hold is too large in any case.
                let is_number = (1..=20).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
                if !is_number || found.size.is_some() {
                    return Err(SYNTAX);
                }
                found.size = Some(digits.parse().unwrap_or(u64::MAX));
            }
            ("BODY", Some(body)) if body.eq_ignore_ascii_case("7BIT") || body.eq_ignore_ascii_case("8BITMIME") => {}
            ("SMTPUTF8", None) => utf8 = true,
            ("SIZE" | "BODY" | "SMTPUTF8", _) => return Err(SYNTAX),
            _ => return Err(UNKNOWN_PARAMETER),
        }
    }
    if !sender.is_ascii() && !utf8 {
        return Err(NEEDS_UTF8);
    }
    Ok(Command::Mail(found))
}

fn recipient(arguments: &str) -> Result<Command, Reply> {
    let (recipient, parameters) = path(arguments, "TO:").ok_or(BAD_RECIPIENT)?;
    if recipient.is_empty() {
        return Err(BAD_RECIPIENT);
    }
    if !parameters.is_empty() {
        return Err(UNKNOWN_PARAMETER);
    }
    let (local, domain) = recipient.rsplit_once('@').unwrap_or((recipient, ""));
    Ok(Command::Rcpt(Mailbox { local: local.to_owned(), domain: domain.to_owned() }))
}

/// `FROM:<path> parameters` → what stands between the brackets, and the parameters. Blanks before the bracket are wrong but
/// common.
fn path<'a>(arguments: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (found, rest) = arguments.trim_start().split_at_checked(keyword.len())?;
    let rest = rest.trim_start();
    if !found.eq_ignore_ascii_case(keyword) || !rest.starts_with('<') {
        return None;
    }
    let end = closing(rest)?;
    let (path, parameters) = (&rest[1..end], &rest[end + 1..]);
    // RFC 5321 §4.5.3.1.3: a path has at most 256 octets.
    let separated = parameters.is_empty() || parameters.starts_with(' ');
    (separated && path.len() <= 254).then_some((path, parameters.trim()))
}

/// Where the bracket closes. In a quoted local part one may stand for itself (RFC 5321 §4.1.2).
fn closing(path: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in path.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at),
            '<' | ' ' | '\t' if !quoted => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn parse(line: &str) -> Result<Command, u16> {
        Command::parse(line.as_bytes()).map_err(|reply| reply.code())
    }

    fn sized(size: u64) -> Command {
        Command::Mail(MailParameters { size: Some(size) })
    }

    fn plain() -> Command {
        Command::Mail(MailParameters::default())
    }

    #[rstest]
    #[case("EHLO mail.example.com", Command::Hello(Hello::Ehlo))]
    #[case("ehlo [192.0.2.1]", Command::Hello(Hello::Ehlo))]
    #[case("HELO x", Command::Hello(Hello::Helo))]
    #[case("LHLO x", Command::Hello(Hello::Lhlo))]
    #[case("starttls", Command::StartTls)]
    #[case("DATA  ", Command::Data)]
    #[case("NOOP whatever", Command::Nothing)]
    #[case("VRFY postmaster", Command::Verify)]
    #[case("AUTH PLAIN AGEAYg==", Command::NotOffered)]
    #[case("BDAT 10 LAST", Command::Chunk)]
    #[case("GET / HTTP/1.1", Command::Http)]
    #[case("MAIL FROM:<>", plain())]
    #[case("Mail from:<a@example.com>", plain())]
    #[case("MAIL FROM: <a@example.com>", plain())]
    #[case("MAIL FROM:<@relay.example:a@example.com>", plain())]
    #[case("MAIL FROM:<\"a> b\\\" c\"@example.com>", plain())]
    #[case("MAIL FROM:<a@example.com> SIZE=10 BODY=8BITMIME", sized(10))]
    #[case("MAIL FROM:<a@example.com> size=99999999999999999999 body=7bit", sized(u64::MAX))]
    #[case("MAIL FROM:<ä@example.com> SMTPUTF8", plain())]
    fn what_is_asked(#[case] line: &str, #[case] command: Command) {
        assert_eq!(parse(line), Ok(command));
    }

    #[rstest]
    #[case("", 500)]
    #[case("EHLO", 501)]
    #[case("XYZZY", 500)]
    #[case("DATA now", 501)]
    #[case("QUIT\u{0}", 501)]
    #[case("MAIL", 501)]
    #[case("MAIL FROM:", 501)]
    #[case("MAIL FROM:a@example.com", 501)]
    #[case("MAIL FROM:<a@example.com", 501)]
    #[case("MAIL FROM:<a b@example.com>", 501)]
    #[case("MAIL FROM:<a@example.com>SIZE=1", 501)]
    #[case("MAIL FROM:<a@example.com> SIZE=", 501)]
    #[case("MAIL FROM:<a@example.com> SIZE=-1", 501)]
    #[case("MAIL FROM:<a@example.com> SIZE=1 SIZE=2", 501)]
    #[case("MAIL FROM:<a@example.com> BODY=BINARYMIME", 501)]
    #[case("MAIL FROM:<a@example.com> AUTH=<>", 555)]
    #[case("MAIL FROM:<ä@example.com>", 553)]
    #[case("MAIL TO:<a@example.com>", 501)]
    #[case("RCPT TO:<>", 501)]
    #[case("RCPT TO:<a@example.com> NOTIFY=NEVER", 555)]
    fn what_makes_no_sense(#[case] line: &str, #[case] code: u16) {
        assert_eq!(parse(line), Err(code));
    }

    #[rstest]
    #[case("<a@b.example>", "a", "b.example")]
    #[case("<postmaster>", "postmaster", "")]
    #[case("<@x.example:a@b.example>", "@x.example:a", "b.example")]
    #[case("<a%c.example@b.example>", "a%c.example", "b.example")]
    #[case("<\"a@c.example\"@b.example>", "\"a@c.example\"", "b.example")]
    #[case("<a@[192.0.2.1]>", "a", "[192.0.2.1]")]
    fn a_recipient_is_cut_at_its_last_at(#[case] path: &str, #[case] local: &str, #[case] domain: &str) {
        let mailbox = Mailbox { local: local.to_owned(), domain: domain.to_owned() };
        assert_eq!(parse(&format!("RCPT TO:{path}")), Ok(Command::Rcpt(mailbox)));
    }

    #[test]
    fn a_path_has_a_longest_length() {
        let of = |length: usize| parse(&format!("MAIL FROM:<{}>", "a".repeat(length)));
        assert_eq!((of(254), of(255)), (Ok(plain()), Err(501)));
    }

    #[test]
    fn bytes_that_are_no_text_are_no_command() {
        assert!(Command::parse(b"NOOP \xff").is_err());
    }
}
