//! What is asked of an OAuth server, and what its answers mean. Pure.

use std::fmt::{self, Write as _};

use serde::Deserialize;

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ask<'a> {
    /// A token in the client's own name (RFC 6749 §4.4).
    ClientCredentials {
        /// What may be done with it.
        scope: &'a str,
    },
    /// A code that somebody enters elsewhere (RFC 8628 §3.1).
    DeviceCode {
        /// What may be done with the token.
        scope: &'a str,
    },
    /// The token for a code that was entered (RFC 8628 §3.4).
    DeviceToken {
        /// The code.
        device_code: &'a str,
    },
    /// A new token for one that is over (RFC 6749 §6).
    Refresh {
        /// What renews it.
        refresh_token: &'a str,
    },
}

impl Ask<'_> {
    /// The form, with the client's name, and its secret where it has one (RFC 6749 §2.3.1).
    #[must_use]
    pub fn form(&self, client_id: &str, client_secret: Option<&str>) -> String {
        let mut pairs: Vec<(&str, &str)> = match self {
            Self::ClientCredentials { scope } => vec![("grant_type", "client_credentials"), ("scope", scope)],
            Self::DeviceCode { scope } => vec![("scope", scope)],
            Self::DeviceToken { device_code } => {
                vec![("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", device_code)]
            }
            Self::Refresh { refresh_token } => {
                vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token)]
            }
        };
        pairs.push(("client_id", client_id));
        pairs.extend(client_secret.map(|secret| ("client_secret", secret)));
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        pairs.map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
    }
}

/// A value of a form (`application/x-www-form-urlencoded`).
fn escaped(value: &str) -> String {
    value.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// A token that was granted.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Granted {
    /// With which one signs in.
    pub access_token: String,
    /// With which it is renewed; none where the server gives no other than before.
    pub refresh_token: Option<String>,
    /// For so many seconds it is good; an hour where the server does not say.
    #[serde(default = "an_hour")]
    pub expires_in: u32,
}

const fn an_hour() -> u32 {
    3_600
}

/// Never shows the tokens.
impl fmt::Debug for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// A code that somebody is to enter elsewhere.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Device {
    /// By which the server knows who asks.
    pub device_code: String,
    /// What is to be entered.
    pub user_code: String,
    /// Where. Some call it `verification_url`.
    #[serde(alias = "verification_url")]
    pub verification_uri: String,
    /// For so many seconds it is good.
    pub expires_in: u32,
    /// So many seconds must lie between two questions whether it was entered.
    #[serde(default = "five_seconds")]
    pub interval: u32,
}

const fn five_seconds() -> u32 {
    5
}

/// Never shows the codes.
impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("verification_uri", &self.verification_uri).finish_non_exhaustive()
    }
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OauthError {
    /// The code was not entered yet: ask again later.
    #[error("the code was not entered yet")]
    Pending,
    /// The same, and ask less often.
    #[error("the code was not entered yet")]
    SlowDown,
    /// The code was not entered in time, or the sign-in was refused: ask for a new code.
    #[error("the code is no longer good: {0}")]
    Over(String),
    /// The server refuses, in its own words: look at client, secret and scope.
    #[error("the OAuth server refuses: {0}")]
    Refused(String),
    /// What the server says is no answer of an OAuth server: look at the URL.
    #[error("what the OAuth server says cannot be read: {0}")]
    NoAnswer(String),
    /// There is no way to it.
    #[error("the OAuth server cannot be asked: {0}")]
    NoWay(String),
}

/// How a refusal looks (RFC 6749 §5.2).
#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

/// What an answer to the question for a token says.
///
/// # Errors
/// No token was granted.
pub fn read_grant(status: u16, body: &[u8]) -> Result<Granted, OauthError> {
    let granted: Granted = read(status, body)?;
    // What goes into a command of IMAP, or into a form, must be what tokens are (RFC 6750 §2.1).
    let is_token = |token: &str| !token.is_empty() && token.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    if !is_token(&granted.access_token) || granted.refresh_token.as_deref().is_some_and(|token| !is_token(token)) {
        return Err(OauthError::NoAnswer("the token is none".to_owned()));
    }
    Ok(granted)
}

/// What an answer to the question for a code says.
///
/// # Errors
/// There is no code.
pub fn read_device(status: u16, body: &[u8]) -> Result<Device, OauthError> {
    let device: Device = read(status, body)?;
    if !device.verification_uri.starts_with("https://") && !device.verification_uri.starts_with("http://") {
        return Err(OauthError::NoAnswer("the place where the code is to be entered is no web address".to_owned()));
    }
    Ok(device)
}

fn read<T: for<'a> Deserialize<'a>>(status: u16, body: &[u8]) -> Result<T, OauthError> {
    if status == 200 {
        return serde_json::from_slice(body).map_err(|error| OauthError::NoAnswer(short(&error.to_string())));
    }
    let Ok(refusal) = serde_json::from_slice::<Refusal>(body) else {
        return Err(OauthError::NoAnswer(format!("status {status}")));
    };
    let said =
        refusal.error_description.map_or_else(|| refusal.error.clone(), |more| format!("{}: {more}", refusal.error));
    Err(match refusal.error.as_str() {
        "authorization_pending" => OauthError::Pending,
        "slow_down" => OauthError::SlowDown,
        "expired_token" | "access_denied" => OauthError::Over(short(&said)),
        _ => OauthError::Refused(short(&said)),
    })
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_escaped_and_leaves_out_what_is_empty() {
        let form =
            Ask::ClientCredentials { scope: "https://outlook.office365.com/.default" }.form("a b", Some("s&e=c"));
        assert_eq!(
            form,
            "grant_type=client_credentials&scope=https%3A%2F%2Foutlook.office365.com%2F.default&client_id=a%20b&client_secret=s%26e%3Dc"
        );
        assert_eq!(Ask::DeviceCode { scope: "" }.form("a", None), "client_id=a");
    }

    #[test]
    fn what_is_granted_is_read() {
        let granted = read_grant(200, br#"{"access_token":"abc","token_type":"Bearer","scope":"x"}"#).unwrap();
        assert_eq!((granted.access_token.as_str(), granted.refresh_token, granted.expires_in), ("abc", None, 3_600));
        for wrong in [&b"{}"[..], b"<html>", br#"{"access_token":"a\nb"}"#, br#"{"access_token":""}"#] {
            assert!(matches!(read_grant(200, wrong), Err(OauthError::NoAnswer(_))), "{wrong:?}");
        }
    }

    #[test]
    fn refusals_say_whether_to_ask_again() {
        let refused = |code: &str| read_grant(400, format!("{{\"error\":\"{code}\"}}").as_bytes()).unwrap_err();
        assert_eq!(refused("authorization_pending"), OauthError::Pending);
        assert_eq!(refused("slow_down"), OauthError::SlowDown);
        assert_eq!(refused("expired_token"), OauthError::Over("expired_token".to_owned()));
        let said = read_grant(401, br#"{"error":"invalid_client","error_description":"who?"}"#).unwrap_err();
        assert_eq!(said, OauthError::Refused("invalid_client: who?".to_owned()));
        assert_eq!(read_grant(502, b"oops").unwrap_err(), OauthError::NoAnswer("status 502".to_owned()));
    }

    #[test]
    fn a_code_is_entered_on_the_web_alone() {
        let device = |uri: &str| {
            let body = format!(
                "{{\"device_code\":\"d\",\"user_code\":\"ABCD\",\"verification_url\":\"{uri}\",\"expires_in\":900}}"
            );
            read_device(200, body.as_bytes())
        };
        assert_eq!(device("https://id.example.com/device").unwrap().interval, 5);
        assert!(device("javascript:alert(1)").is_err());
    }
}
