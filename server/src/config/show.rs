//! Values as people may see them: TOML, without secrets.

use std::fmt::Write as _;

use figment::value::Value;

/// What stands for a secret.
const HIDDEN: &str = "(hidden)";

/// Keys whose values are never shown.
const SECRETS: [&str; 4] = ["mail.password", "metrics.token", "openid_connect.client_secret", "secrets.key"];

/// One key as `waxseal config show` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// `http.listen`
    pub key: String,
    /// As TOML; secrets hidden.
    pub value: String,
    /// `default`, the file's path, or the environment variable.
    pub origin: String,
}

/// A key's value as TOML; what may be secret in it is hidden.
pub(super) fn value(key: &str, value: Option<&Value>) -> String {
    match (key, value) {
        (_, None) => "(none)".to_owned(),
        (key, Some(Value::String(_, secret))) if SECRETS.contains(&key) && !secret.is_empty() => quoted(HIDDEN),
        ("database.url", Some(Value::String(_, url))) => quoted(&without_password(url)),
        ("imap.mailboxes", Some(Value::Array(_, urls))) => {
            let shown = |url: &Value| url.as_str().map_or_else(|| quoted(HIDDEN), |url| quoted(&without_password(url)));
            format!("[{}]", urls.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        (_, Some(value)) => toml(value),
    }
}

/// A database URL with its password and parameters hidden.
pub(super) fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    if scheme == "sqlite" || scheme.is_empty() {
        return url.to_owned();
    }
    let (rest, parameters) = rest.split_once('?').map_or((rest, ""), |(rest, _)| (rest, "?…"));
    // The last @ ends the credentials: a password may itself hold one.
    let shown = match rest.rsplit_once('@') {
        Some((credentials, host)) => match credentials.split_once(':') {
            Some((user, _)) => format!("{user}:{HIDDEN}@{host}"),
            None => format!("{credentials}@{host}"),
        },
        None => rest.to_owned(),
    };
    format!("{scheme}://{shown}{parameters}")
}

fn toml(value: &Value) -> String {
    match value {
        Value::String(_, text) => quoted(text),
        Value::Char(_, c) => quoted(&c.to_string()),
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|n| n.to_string())
            .or_else(|| number.to_u128().map(|n| n.to_string()))
            .or_else(|| number.to_f64().map(|n| n.to_string()))
            .unwrap_or_default(),
        Value::Array(_, items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Dict(..) => "{…}".to_owned(),
        Value::Empty(..) => quoted(""),
    }
}

/// A TOML basic string: control characters escaped, so that it is safe for a terminal.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let shown = without_password("postgres://waxseal:p@ss:word@db.example/waxseal?sslkey=secret");
        assert_eq!(shown, "postgres://waxseal:(hidden)@db.example/waxseal?…");
        assert_eq!(without_password("sqlite://data/waxseal.db"), "sqlite://data/waxseal.db");
        assert_eq!(without_password("postgres://localhost/waxseal"), "postgres://localhost/waxseal");
    }

    #[test]
    fn text_is_safe_for_a_terminal() {
        assert_eq!(quoted("a\u{1b}[31m\"b\\"), "\"a\\u001B[31m\\\"b\\\\\"");
    }
}
