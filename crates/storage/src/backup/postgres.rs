//! Copying a database of PostgreSQL with its own program, `pg_dump`, which reads one state of it while others write.

use std::{
    io::ErrorKind,
    path::Path,
    process::{Command, Stdio},
};

use super::broken;
use crate::Error;

/// How to get a copy where the programs are not at hand.
const ELSEWHERE: &str = "install PostgreSQL's programs (apt-get install postgresql-client), or run where they are, such as on the \
    database's server: pg_dump --format=custom --no-owner --no-privileges --file=waxseal.dump DATABASE";

/// Writes the archive and reads all of it again.
pub(super) async fn dump(url: &str, to: &Path) -> Result<(), Error> {
    let (server, to) = (Server::of(url), to.to_owned());
    let done = tokio::task::spawn_blocking(move || {
        let mut dump = server.command("pg_dump");
        dump.args(["--format=custom", "--no-owner", "--no-privileges", "--no-password"]);
        run(dump.arg("--file").arg(&to).arg("--dbname").arg(&server.url))?;
        let listed = run(Command::new("pg_restore").arg("--list").arg(&to))?;
        if !listed.contains(" seaql_migrations ") {
            return Err(broken("this is no database of Waxseal; is `database.url` right?"));
        }
        // To write all of it nowhere is to read all of it.
        run(Command::new("pg_restore").arg("--file=/dev/null").arg(&to))?;
        Ok(())
    });
    done.await.map_err(|error| Error::Inconsistent(error.to_string()))?
}

/// Runs a program to its end; gives what it prints.
fn run(command: &mut Command) -> Result<String, Error> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => broken(&format!("{name} is not on this machine; {ELSEWHERE}")),
        _ => broken(&format!("{name} does not run: {error}")),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let older = if said.contains("server version mismatch") { "; it must be as new as the server's: " } else { "" };
    Err(broken(&format!("{}{older}{}", said.trim_end(), if older.is_empty() { "" } else { ELSEWHERE })))
}

/// A server as libpq names it. The password is not among the arguments, which anybody on the machine may read.
#[derive(Debug, PartialEq, Eq)]
struct Server {
    url: String,
    password: Option<String>,
}

impl Server {
    /// Reads a URL as it is configured.
    fn of(url: &str) -> Self {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let mut password = None;
        let mut parameters: Vec<&str> = vec![];
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("password", value)) => password = Some(decoded(value)),
                // Said to our own driver alone.
                Some(("statement-cache-capacity", _)) => {}
                _ => parameters.push(parameter),
            }
        }
        // Our driver believes public authorities where none is named, libpq would ask for a file.
        let names_authority = parameters.iter().any(|parameter| parameter.starts_with("sslrootcert="));
        if parameters.contains(&"sslmode=verify-full") && !names_authority {
            parameters.push("sslrootcert=system");
        }
        let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let authority = match authority.rsplit_once('@') {
            Some((user, host)) => {
                let (user, secret) = user.split_once(':').unwrap_or((user, ""));
                if !secret.is_empty() {
                    password = Some(decoded(secret));
                }
                format!("{user}@{host}")
            }
            None => authority.to_owned(),
        };
        let query = if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
        Self { url: format!("{scheme}://{authority}/{path}{query}"), password }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PGAPPNAME", "waxseal backup");
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        command
    }
}

/// A text whose odd characters are written `%20`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> (String, Option<String>) {
        let Server { url, password } = Server::of(url);
        (url, password)
    }

    #[test]
    fn the_password_is_no_argument() {
        let told = |url: &str, password: &str| (url.to_owned(), Some(password.to_owned()));
        assert_eq!(
            server("postgres://waxseal:p%40ss%2fw@db.example.com:5432/waxseal"),
            told("postgres://waxseal@db.example.com:5432/waxseal", "p@ss/w")
        );
        assert_eq!(
            server("postgresql://db/waxseal?password=a%25b&sslmode=require"),
            told("postgresql://db/waxseal?sslmode=require", "a%b")
        );
        assert_eq!(server("postgres://a@b/c?host=/tmp/x"), ("postgres://a@b/c?host=/tmp/x".into(), None));
    }

    #[test]
    fn what_only_our_driver_understands_is_said_as_libpq_does() {
        assert_eq!(server("postgres://b/c?statement-cache-capacity=9").0, "postgres://b/c");
        assert_eq!(
            server("postgres://b/c?sslmode=verify-full").0,
            "postgres://b/c?sslmode=verify-full&sslrootcert=system"
        );
        let own = "postgres://b/c?sslmode=verify-full&sslrootcert=/a.pem";
        assert_eq!(server(own).0, own);
    }
}
