//! Whether a mail says of itself that it carries a TLS report.

use super::headers::Headers;

/// Bytes of a mail that are looked through.
const MOST: usize = 256 << 10;

/// Whether a mail says of itself that it carries a TLS report (RFC 8460 §5.3, §6.3), whatever comes of reading it. So a damaged
/// report is told from other mail.
#[must_use]
pub fn claims_report(mail: &[u8]) -> bool {
    let mail = &mail[..mail.len().min(MOST)];
    let Ok((headers, body)) = Headers::split(mail, MOST) else { return false };
    let is_report =
        headers.content_type().parameter("report-type").is_some_and(|kind| kind.eq_ignore_ascii_case("tlsrpt"));
    is_report || headers.text("tls-report-domain").is_some() || holds(body, b"application/tlsrpt")
}

fn holds(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_told_by_what_the_mail_says() {
        for mail in [
            "Content-Type: multipart/report; report-type=\"TLSRPT\"; boundary=b\r\n\r\nx",
            "TLS-Report-Domain: example.com\r\n\r\nx",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: Application/TLSRPT+gzip\r\n\r\nx",
        ] {
            assert!(claims_report(mail.as_bytes()), "{mail:?}");
        }
        for mail in
            ["", "Subject: tlsrpt\r\n\r\nAt noon.", "Content-Type: multipart/report; report-type=dmarc\r\n\r\nx"]
        {
            assert!(!claims_report(mail.as_bytes()), "{mail:?}");
        }
    }
}
