//! Zip archives (APPNOTE 6.3): stored and deflated entries, read in memory, never written anywhere.
//!
//! Senders do not use zip, people do, when they upload what a mail program saved. So this reads what such archives hold and
//! refuses, with a reason, whatever exists to trouble a reader: too many entries, entries that overlap, sizes that lie.

use std::{collections::BTreeMap, ops::Range};

use flate2::{Crc, bufread::DeflateDecoder};

use crate::{Error, unpack::Budget};

/// One entry that may hold a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// As written: never a path.
    pub(crate) name: String,
    method: u16,
    encrypted: bool,
    checksum: u32,
    size: u64,
    data: Range<usize>,
}

/// The entries of an archive, folders and the notes of macOS left out.
pub(crate) fn entries(bytes: &[u8], limit: usize) -> Result<Vec<Entry>, Error> {
    let directory = Directory::find(bytes).ok_or_else(|| damaged("its directory is missing; it may be cut short"))?;
    if directory.entries > limit as u64 {
        return Err(Error::TooMany { what: "entries in the zip file", limit });
    }
    let mut at = usize::try_from(directory.offset).map_err(|_| damaged("its directory is missing"))?;
    let mut entries = Vec::new();
    let mut spans = BTreeMap::new();
    for _ in 0..directory.entries {
        let (entry, span, next) = read_entry(bytes, at)
            .ok_or_else(|| damaged("its directory points outside the file; it may be cut short"))?;
        at = next;
        if spans.insert(span.start, span.end).is_some() {
            return Err(damaged("its entries overlap"));
        }
        if !entry.name.ends_with('/') && !entry.name.starts_with("__MACOSX/") {
            entries.push(entry);
        }
    }
    if spans.iter().zip(spans.iter().skip(1)).any(|((_, end), (next, _))| end > next) {
        return Err(damaged("its entries overlap"));
    }
    Ok(entries)
}

impl Entry {
    /// The entry's content, checked against what the directory says of it.
    pub(crate) fn content(&self, bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Error> {
        if self.encrypted {
            return Err(Error::Unsupported { reason: "is encrypted".to_owned() });
        }
        let data = &bytes[self.data.clone()];
        let mut content = Vec::new();
        match self.method {
            STORED => {
                budget.spend(data.len())?;
                content.extend_from_slice(data);
            }
            DEFLATED => {
                budget.read(&mut DeflateDecoder::new(data), &mut content, |error| damaged(&error.to_string()))?;
            }
            method => {
                return Err(Error::Unsupported { reason: format!("uses compression method {method}") });
            }
        }
        let mut crc = Crc::new();
        crc.update(&content);
        if content.len() as u64 != self.size || crc.sum() != self.checksum {
            return Err(damaged("the size or checksum of an entry does not match"));
        }
        Ok(content)
    }
}

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

fn damaged(reason: &str) -> Error {
    Error::Damaged { format: "zip", reason: reason.to_owned() }
}

/// Where the central directory is (§4.3.16, and §4.3.14 for zip64).
struct Directory {
    entries: u64,
    offset: u64,
}

impl Directory {
    fn find(bytes: &[u8]) -> Option<Self> {
        const LENGTH: usize = 22;
        // The record stands at the end, before a comment of at most 65,535 bytes.
        let last = bytes.len().checked_sub(LENGTH)?;
        let end = (last.saturating_sub(0xffff)..=last).rev().find(|at| {
            bytes[*at..].starts_with(b"PK\x05\x06")
                && u16_at(bytes, at + 20).is_some_and(|c| at + LENGTH + usize::from(c) <= bytes.len())
        })?;
        let (entries, offset) = (u16_at(bytes, end + 10)?, u32_at(bytes, end + 16)?);
        if entries == u16::MAX || offset == u32::MAX {
            let locator = end.checked_sub(20).filter(|at| bytes[*at..].starts_with(b"PK\x06\x07"))?;
            let record = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
            bytes.get(record..)?.starts_with(b"PK\x06\x06").then_some(())?;
            return Some(Self { entries: u64_at(bytes, record + 32)?, offset: u64_at(bytes, record + 48)? });
        }
        Some(Self { entries: entries.into(), offset: offset.into() })
    }
}

/// One central header (§4.3.12): the entry, the bytes it takes with its local header, and where the next one stands.
fn read_entry(bytes: &[u8], at: usize) -> Option<(Entry, Range<usize>, usize)> {
    bytes.get(at..)?.starts_with(b"PK\x01\x02").then_some(())?;
    let name_end = at + 46 + usize::from(u16_at(bytes, at + 28)?);
    let extra_end = name_end + usize::from(u16_at(bytes, at + 30)?);
    let next = extra_end + usize::from(u16_at(bytes, at + 32)?);
    let name = String::from_utf8_lossy(bytes.get(at + 46..name_end)?).into_owned();
    let mut large = Zip64::find(bytes.get(name_end..extra_end)?);
    let size = large.resolve(u32_at(bytes, at + 24)?)?;
    let packed = usize::try_from(large.resolve(u32_at(bytes, at + 20)?)?).ok()?;
    let local = usize::try_from(large.resolve(u32_at(bytes, at + 42)?)?).ok()?;
    bytes.get(local..)?.starts_with(b"PK\x03\x04").then_some(())?;
    let start = local + 30 + usize::from(u16_at(bytes, local + 26)?) + usize::from(u16_at(bytes, local + 28)?);
    let end = start.checked_add(packed).filter(|end| *end <= bytes.len())?;
    let entry = Entry {
        name,
        method: u16_at(bytes, at + 10)?,
        encrypted: u16_at(bytes, at + 8)? & 1 != 0,
        checksum: u32_at(bytes, at + 16)?,
        size,
        data: start..end,
    };
    Some((entry, local..end, next))
}

/// The 64-bit values that stand in for 32-bit ones that are all ones (§4.5.3).
struct Zip64<'a>(&'a [u8]);

impl<'a> Zip64<'a> {
    fn find(mut extra: &'a [u8]) -> Self {
        while let (Some(id), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
            let Some(field) = extra.get(4..4 + usize::from(length)) else { break };
            if id == 1 {
                return Self(field);
            }
            extra = &extra[4 + usize::from(length)..];
        }
        Self(&[])
    }

    fn resolve(&mut self, value: u32) -> Option<u64> {
        if value != u32::MAX {
            return Some(value.into());
        }
        let value = u64_at(self.0, 0)?;
        self.0 = &self.0[8..];
        Some(value)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
