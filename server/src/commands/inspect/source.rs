//! One file, read report by report.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use ingest::{Error, Limits, ReadReport};

/// How a file's reading went.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Reports found.
    pub(super) reports: u64,
    /// Why there are none.
    pub(super) error: Option<String>,
    /// Messages of a mailbox that gave no report: how many, and the first of them with the reason.
    pub(super) skipped: (u64, Vec<(u64, String)>),
}

/// Messages of a mailbox whose trouble is told.
const SKIPPED: usize = 20;

/// Reads a file (`-` is standard input) and hands over each report. Only what `take` says ends it early.
pub(super) fn read(
    path: &Path,
    limits: &Limits,
    take: &mut dyn FnMut(ReadReport) -> io::Result<()>,
) -> io::Result<Outcome> {
    let opened: io::Result<Box<dyn BufRead>> = if path.as_os_str() == "-" {
        Ok(Box::new(io::stdin().lock()))
    } else {
        File::open(path).map(|file| Box::new(BufReader::new(file)) as _)
    };
    let mut file = match opened {
        Ok(file) => file,
        Err(error) => return Ok(failed(&format!("it cannot be opened: {error}"))),
    };
    match file.fill_buf() {
        Ok(start) if start.starts_with(b"From ") => mailbox(file, limits, take),
        Ok(_) => {
            let name = path.file_name().map(|name| name.to_string_lossy());
            single(file, name.as_deref(), limits, take)
        }
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => Ok(failed("it is a folder; name the files in it")),
        Err(error) => Ok(failed(&format!("it cannot be read: {error}"))),
    }
}

fn failed(error: &str) -> Outcome {
    Outcome { error: Some(error.to_owned()), ..Outcome::default() }
}

fn single(
    file: impl BufRead,
    name: Option<&str>,
    limits: &Limits,
    take: &mut dyn FnMut(ReadReport) -> io::Result<()>,
) -> io::Result<Outcome> {
    let mut bytes = Vec::new();
    if let Err(error) = file.take(limits.received as u64 + 1).read_to_end(&mut bytes) {
        return Ok(failed(&format!("it cannot be read: {error}")));
    }
    match ingest::read_named(&bytes, name, limits) {
        Ok(reports) => {
            drop(bytes);
            let mut outcome = Outcome::default();
            for report in reports {
                take(report)?;
                outcome.reports += 1;
            }
            Ok(outcome)
        }
        Err(error) => Ok(failed(&error.to_string())),
    }
}

fn mailbox(
    file: impl BufRead,
    limits: &Limits,
    take: &mut dyn FnMut(ReadReport) -> io::Result<()>,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut messages = 0;
    for message in ingest::mbox::messages(file, limits.received) {
        messages += 1;
        match message.and_then(|message| ingest::read(&message, limits)) {
            Ok(reports) => {
                for report in reports {
                    take(report)?;
                    outcome.reports += 1;
                }
            }
            Err(Error::Io(error)) => {
                outcome.error = Some(format!("reading stopped at message {messages}: {error}"));
                return Ok(outcome);
            }
            Err(error) => {
                outcome.skipped.0 += 1;
                if outcome.skipped.1.len() < SKIPPED {
                    outcome.skipped.1.push((messages, error.to_string()));
                }
            }
        }
    }
    if outcome.reports == 0 {
        outcome.error =
            Some(format!("none of the {} in the mailbox holds a report", model::format::counted(messages, "message")));
    }
    Ok(outcome)
}
