//! `waxseal health`: asks the running server whether it is alive, so that an image needs no curl.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, ensure};

use crate::{config::Config, running::reachable};

const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let address = reachable(config.http.listen.0);
    let answer = ask(address).with_context(|| format!("the server at {address} does not answer"))?;
    ensure!(answer.starts_with("HTTP/1.1 200 "), "the server at {address} is not well: {}", first_line(&answer));
    writeln!(std::io::stdout(), "The server at {address} is alive.")?;
    Ok(ExitCode::SUCCESS)
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn first_line(answer: &str) -> &str {
    answer.lines().next().unwrap_or("it closed the connection")
}
