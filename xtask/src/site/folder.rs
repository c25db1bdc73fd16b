//! A folder of files in memory: read, hashed, compressed, written.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

/// Files by their path, with `/` between its parts.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Folder(BTreeMap<String, Vec<u8>>);

impl Folder {
    /// Adds a file or a whole tree below `root`.
    pub(super) fn with(mut self, root: &Path, path: &str) -> Result<Self> {
        let mut open = vec![root.join(path)];
        while let Some(next) = open.pop() {
            let context = || format!("{} cannot be read", next.display());
            if next.is_dir() {
                for entry in fs::read_dir(&next).with_context(context)? {
                    open.push(entry.with_context(context)?.path());
                }
            } else {
                let name = next.strip_prefix(root).expect("it was found below the root");
                let name = name.to_str().with_context(|| format!("{} is not UTF-8", next.display()))?;
                self.insert(name.replace('\\', "/"), fs::read(&next).with_context(context)?);
            }
        }
        Ok(self)
    }

    /// One file.
    pub(super) fn insert(&mut self, path: String, bytes: Vec<u8>) {
        self.0.insert(path, bytes);
    }

    /// All files of another folder, below `prefix`.
    pub(super) fn add(&mut self, prefix: &str, other: Self) {
        self.0.extend(other.0.into_iter().map(|(path, bytes)| (format!("{prefix}/{path}"), bytes)));
    }

    /// Only what lies below `prefix`, without it.
    pub(super) fn below(self, prefix: &str) -> Self {
        let inner = |path: String| path.strip_prefix(prefix)?.strip_prefix('/').map(str::to_owned);
        Self(self.0.into_iter().filter_map(|(path, bytes)| Some((inner(path)?, bytes))).collect())
    }

    /// The hash of all paths and contents, in hexadecimal.
    pub(super) fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for (path, bytes) in &self.0 {
            for part in [path.as_bytes(), bytes] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
        data_encoding::HEXLOWER.encode(&hash.finalize())
    }

    /// Puts a `.br` and a `.gz` beside each file for which it is smaller.
    pub(super) fn compress(&mut self) -> Result<()> {
        let mut compressed = BTreeMap::new();
        for (path, bytes) in &self.0 {
            for (ending, packed) in [("br", brotli(bytes)?), ("gz", gzip(bytes)?)] {
                if packed.len() < bytes.len() {
                    compressed.insert(format!("{path}.{ending}"), packed);
                }
            }
        }
        self.0.append(&mut compressed);
        Ok(())
    }

    /// What each file weighs, and what of it goes over the wire.
    pub(super) fn weights(&self) -> String {
        let mut text = String::from("site:");
        for (path, bytes) in &self.0 {
            if let Some(packed) = self.0.get(&format!("{path}.br")) {
                let _ = write!(text, "\n  {path}: {} bytes, {} by brotli", bytes.len(), packed.len());
            }
        }
        text
    }

    /// Makes `target` hold exactly these files. Does not touch it when it does already.
    pub(super) fn write_to(&self, target: &Path) -> Result<()> {
        if target.is_dir() && Self::default().with(target, "")? == *self {
            return Ok(());
        }
        let next = PathBuf::from(format!("{}.next", target.display()));
        let remove = |folder: &Path| if folder.exists() { fs::remove_dir_all(folder) } else { Ok(()) };
        let write = || -> std::io::Result<()> {
            remove(&next)?;
            for (path, bytes) in &self.0 {
                let path = next.join(path);
                fs::create_dir_all(path.parent().expect("it has a folder"))?;
                fs::write(path, bytes)?;
            }
            remove(target)?;
            fs::rename(&next, target)
        };
        write().with_context(|| format!("{} cannot be written", target.display()))
    }
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &BrotliEncoderParams { quality: 11, ..Default::default() })?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> Folder {
        Folder(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect())
    }

    #[test]
    fn the_hash_knows_paths_from_contents() {
        assert_eq!(folder(&[("a", "b")]).hash(), folder(&[("a", "b")]).hash());
        assert_ne!(folder(&[("a", "bc")]).hash(), folder(&[("ab", "c")]).hash());
        assert_ne!(folder(&[("a", "b")]).hash(), folder(&[("a", "c")]).hash());
    }

    #[test]
    fn only_what_gets_smaller_is_compressed() {
        let mut files = folder(&[("short.txt", "x"), ("long.txt", &"waxseal ".repeat(100))]);
        files.compress().unwrap();
        let paths: Vec<_> = files.0.keys().map(String::as_str).collect();
        assert_eq!(paths, ["long.txt", "long.txt.br", "long.txt.gz", "short.txt"]);
    }

    #[test]
    fn what_is_written_is_read_back_and_leftovers_go() {
        let root = std::env::temp_dir().join(format!("waxseal-folder-{}", std::process::id()));
        let target = root.join("site");
        folder(&[("old.txt", "1"), ("pkg/a.css", "2")]).write_to(&target).unwrap();
        let new = folder(&[("pkg/b/a.css", "3")]);
        new.write_to(&target).unwrap();
        assert!(Folder::default().with(&target, "").unwrap() == new);
        assert!(Folder::default().with(&root, "site").unwrap().below("site") == new);
        fs::remove_dir_all(root).unwrap();
    }
}
