//! A policy file, read no further than a sender would.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use model::lint::MAX_POLICY_SIZE;

/// Reads a file (`-` is standard input): all of it, or one byte more than a policy may have, so that the linter sees that it
/// is too long.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let opened: io::Result<Box<dyn Read>> = if path.as_os_str() == "-" {
        Ok(Box::new(io::stdin().lock()))
    } else {
        File::open(path).map(|file| Box::new(file) as _)
    };
    let file = opened.map_err(|error| format!("it cannot be opened: {error}"))?;
    let mut bytes = Vec::new();
    match file.take(MAX_POLICY_SIZE as u64 + 1).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            Err("it is a folder; name the files in it".to_owned())
        }
        Err(error) => Err(format!("it cannot be read: {error}")),
    }
}
