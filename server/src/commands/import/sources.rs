//! What there is to import: files, folders, mbox files, Maildirs, standard input.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read as _},
    path::{Path, PathBuf},
};

use super::progress::Progress;

/// How an mbox file begins (RFC 4155).
const MBOX: &[u8] = b"From ";

/// Something that may hold a report.
#[derive(Debug)]
pub(super) struct Item {
    /// The file, with the number of the message where it holds several.
    pub(super) name: String,
    /// Its bytes, or why there are none.
    pub(super) bytes: Result<Vec<u8>, Lack>,
}

/// Why there are no bytes, in words.
#[derive(Debug)]
pub(super) enum Lack {
    /// They could not be read, which says nothing about them.
    Unreadable(io::Error),
    /// They are no report, or larger than is read.
    NoReport(String),
}

/// Reads everything below `paths` in order and hands it over, until `take` wants no more.
pub(super) fn read(
    paths: &[PathBuf],
    limits: &ingest::Limits,
    progress: &Progress,
    mut take: impl FnMut(Item) -> bool,
) {
    let mut reader = Reader { limits, progress, take: &mut take, wanted: true };
    for path in paths {
        if path.as_os_str() == "-" {
            reader.source("standard input", Ok(Box::new(BufReader::new(io::stdin()))));
        } else {
            reader.path(path, true);
        }
    }
}

struct Reader<'a> {
    limits: &'a ingest::Limits,
    progress: &'a Progress,
    take: &'a mut dyn FnMut(Item) -> bool,
    wanted: bool,
}

impl Reader<'_> {
    /// A file or a folder. Links to folders are followed only where the user named them, so that no loop is walked.
    fn path(&mut self, path: &Path, named: bool) {
        if !self.wanted {
            return;
        }
        let metadata = if named { fs::metadata(path) } else { fs::symlink_metadata(path) };
        match metadata {
            Ok(metadata) if metadata.is_dir() => self.folder(path),
            Ok(metadata) if metadata.is_symlink() && path.is_dir() => {}
            // A named pipe or device could block for ever; the user may name one, a folder may not.
            Ok(metadata) if !named && !metadata.is_file() && !metadata.is_symlink() => {}
            Ok(_) => {
                let file = File::open(path).map(|file| Box::new(BufReader::new(self.progress.wrap(file))) as _);
                self.source(&path.display().to_string(), file);
            }
            Err(error) => self.give(path.display().to_string(), Err(Lack::Unreadable(error))),
        }
    }

    /// The entries of a folder in the order of their names. A Maildir's `tmp` holds what is not yet delivered.
    fn folder(&mut self, folder: &Path) {
        let is_maildir = folder.join("cur").is_dir() && folder.join("new").is_dir();
        let entries = fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>());
        match entries {
            Ok(mut entries) => {
                entries.sort();
                for entry in entries {
                    if !(is_maildir && entry.ends_with("tmp")) {
                        self.path(&entry, false);
                    }
                }
            }
            Err(error) => self.give(folder.display().to_string(), Err(Lack::Unreadable(error))),
        }
    }

    /// One opened file: a mailbox, or one report or mail.
    fn source(&mut self, name: &str, file: io::Result<Box<dyn BufRead>>) {
        let mut file = match file {
            Ok(file) => file,
            Err(error) => return self.give(name.to_owned(), Err(Lack::Unreadable(error))),
        };
        match file.fill_buf().map(|start| start.starts_with(MBOX)) {
            Ok(true) => {
                for (message, number) in ingest::mbox::messages(file, self.limits.received).zip(1_u64..) {
                    self.give(format!("{name}, message {number}"), message.map_err(Lack::from));
                    if !self.wanted {
                        return;
                    }
                }
            }
            Ok(false) => self.give(name.to_owned(), whole(file, self.limits.received)),
            Err(error) => self.give(name.to_owned(), Err(Lack::Unreadable(error))),
        }
    }

    fn give(&mut self, name: String, bytes: Result<Vec<u8>, Lack>) {
        let bytes = bytes.and_then(|bytes| may_be_report(bytes, self.limits));
        self.wanted = self.wanted && (self.take)(Item { name, bytes });
    }
}

impl From<ingest::Error> for Lack {
    fn from(error: ingest::Error) -> Self {
        match error {
            ingest::Error::Io(error) => Self::Unreadable(error),
            error => Self::NoReport(error.to_string()),
        }
    }
}

fn whole(file: impl BufRead, limit: usize) -> Result<Vec<u8>, Lack> {
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(Lack::Unreadable)?;
    if bytes.len() > limit {
        return Err(Lack::NoReport(format!("larger than {limit} bytes (limits.body)")));
    }
    Ok(bytes)
}

/// Leaves alone what is no report at all: mailboxes hold other mail, folders other files.
fn may_be_report(bytes: Vec<u8>, limits: &ingest::Limits) -> Result<Vec<u8>, Lack> {
    use ingest::Error::{Empty, NoReport, UnknownFormat};
    match ingest::unpack(&bytes, limits) {
        Err(error @ (Empty | NoReport { .. } | UnknownFormat { .. })) if !ingest::claims_report(&bytes) => {
            Err(error.into())
        }
        _ => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of what is found below these paths.
    fn found(paths: &[PathBuf]) -> Vec<(String, bool)> {
        let mut items = Vec::new();
        read(paths, &ingest::Limits::default(), &Progress::hidden(), |item| {
            let name = item.name.rsplit('/').next().unwrap_or_default().to_owned();
            items.push((name, item.bytes.is_ok()));
            true
        });
        items
    }

    #[test]
    fn a_maildir_is_read_without_what_is_not_yet_delivered() {
        let folder = tempfile::tempdir().unwrap();
        for (sub, name) in [("cur", "1:2,S"), ("new", "2"), ("tmp", "3")] {
            fs::create_dir(folder.path().join(sub)).unwrap();
            fs::write(folder.path().join(sub).join(name), br#"{"policies":[]}"#).unwrap();
        }
        assert_eq!(found(&[folder.path().to_owned()]), [("1:2,S".to_owned(), true), ("2".to_owned(), true)]);
    }

    #[test]
    fn a_loop_of_links_ends_and_a_missing_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        fs::write(folder.path().join("a.json"), br#"{"policies":[]}"#).unwrap();
        fs::write(folder.path().join("notes.txt"), b"buy milk").unwrap();
        let paths = [folder.path().to_owned(), folder.path().join("missing")];
        let expected = [("a.json", true), ("notes.txt", false), ("missing", false)];
        assert_eq!(found(&paths), expected.map(|(name, read)| (name.to_owned(), read)));
    }
}
