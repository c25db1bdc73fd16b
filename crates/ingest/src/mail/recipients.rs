//! To whom a mail was sent, as its header tells.

use super::headers::Headers;

/// Fields that tell it, the surest first: what the delivering servers noted, then what the sender wrote.
const FIELDS: [&str; 3] = ["delivered-to", "x-original-to", "to"];
/// Bytes of a header that are looked through, and recipients that are taken from it.
const HEADER: usize = 256 << 10;
const MOST: usize = 100;

/// The recipients that the header of a mail names, the surest first. Nothing of it is proven: it tells where a mail belongs.
#[must_use]
pub fn recipients(mail: &[u8]) -> Vec<String> {
    let Ok((headers, _)) = Headers::split(mail, HEADER) else { return vec![] };
    let texts = FIELDS.iter().flat_map(|name| headers.all(name));
    let addresses = texts.flat_map(|text| addresses(&text));
    let mut found: Vec<String> = Vec::new();
    for address in addresses {
        if found.len() < MOST && !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

/// The addresses in a field, whatever stands around them.
fn addresses(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.@".contains(c);
    let words = text.split(|c: char| !is_part(c));
    words
        .filter(|word| word.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty()))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_noted_comes_first() {
        let mail = b"Received: from a by b for <x@c.example>\r\nTo: \"TLS, reports\" <a@example.com>,\r\n b@example.com\r\n\
                     X-Original-To: c@example.com\r\nDelivered-To: <d@example.com>\r\nDelivered-To: a@example.com\r\n\r\n\
                     To: e@example.com\r\n";
        assert_eq!(recipients(mail), ["d@example.com", "a@example.com", "c@example.com", "b@example.com"]);
    }

    #[test]
    fn a_mail_may_name_nobody_or_everybody() {
        assert_eq!(recipients(b"Subject: x\r\n\r\n"), [""; 0]);
        assert_eq!(recipients(b"To: undisclosed-recipients:;, @, a@\r\n\r\n"), [""; 0]);
        let many = (0..1_000).map(|n| format!("{n}@example.com")).collect::<Vec<_>>().join(", ");
        assert_eq!(recipients(format!("To: {many}\r\n\r\n").as_bytes()).len(), MOST);
    }
}
