//! Zip archives, honest and not.

use flate2::{Compression, Crc, write::DeflateEncoder};
use ingest::{Error, Limits};
use std::io::Write;

use crate::samples::{assert_read, assert_refused, domains_and_codes, gzip, report, report_about};

/// An entry to be written, with every field that can lie.
struct Entry {
    name: &'static str,
    flags: u16,
    method: u16,
    data: Vec<u8>,
    checksum: u32,
    size: u32,
    /// Where the directory says it is; none for where it really is.
    offset: Option<u32>,
    extra: Vec<u8>,
}

fn stored(name: &'static str, content: impl AsRef<[u8]>) -> Entry {
    let content = content.as_ref();
    let mut crc = Crc::new();
    crc.update(content);
    let size = u32::try_from(content.len()).expect("small");
    Entry { name, flags: 0, method: 0, data: content.to_vec(), checksum: crc.sum(), size, offset: None, extra: vec![] }
}

fn deflated(name: &'static str, content: impl AsRef<[u8]>) -> Entry {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let data = encoder.write_all(content.as_ref()).and_then(|()| encoder.finish()).expect("memory");
    Entry { method: 8, data, ..stored(name, content) }
}

fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let place = entry.offset.unwrap_or(u32::try_from(out.len()).expect("small"));
        let length = u32::try_from(entry.data.len()).expect("small");
        let name = u16::try_from(entry.name.len()).expect("short").to_le_bytes();
        let extra = u16::try_from(entry.extra.len()).expect("short").to_le_bytes();
        let common = [
            &entry.flags.to_le_bytes()[..],
            &entry.method.to_le_bytes(),
            &[0; 4],
            &entry.checksum.to_le_bytes(),
            &length.to_le_bytes(),
            &entry.size.to_le_bytes(),
            &name,
        ]
        .concat();
        out.extend([b"PK\x03\x04\x14\0".as_slice(), &common, &[0; 2], entry.name.as_bytes(), &entry.data].concat());
        directory.extend(
            [
                b"PK\x01\x02\x14\0\x14\0".as_slice(),
                &common,
                &extra,
                &[0; 10],
                &place.to_le_bytes(),
                entry.name.as_bytes(),
                &entry.extra,
            ]
            .concat(),
        );
    }
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX).to_le_bytes();
    let (size, start) = (u32::try_from(directory.len()).expect("small"), u32::try_from(out.len()).expect("small"));
    out.extend(directory);
    out.extend(
        [b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &size.to_le_bytes(), &start.to_le_bytes(), &[0; 2]].concat(),
    );
    out
}

#[test]
fn reports_in_archives_are_read() {
    assert_read(zip(&[stored("report.json", report())]), &[]);
    assert_read(zip(&[deflated("no extension", report())]), &[]);
    assert_read(zip(&[deflated("report.json.gz", gzip(report()))]), &["packed-twice"]);
    let several = zip(&[stored("folder/", ""), deflated("a", report()), stored("b", report_about("example.net"))]);
    assert_eq!(domains_and_codes(several).0, ["example.org", "example.net"]);
    let comment = [zip(&[stored("a", report())]), vec![]].concat();
    let end = comment.len() - 2;
    let commented = [&comment[..end], &5_u16.to_le_bytes(), b"hello"].concat();
    assert_read(commented, &[]);
}

#[test]
fn names_are_never_paths() {
    for name in ["../../etc/passwd", "/etc/passwd", "C:\\x", "a\0b", "\u{202e}gpj"] {
        assert_read(zip(&[stored(name, report())]), &[]);
    }
}

#[test]
fn what_is_beside_a_report_is_noted_or_passed_over() {
    let with = |entry| zip(&[entry, stored("report.json", report())]);
    assert_read(with(stored("__MACOSX/._report.json", "\0\x05\x16\x07")), &[]);
    assert_read(with(stored("readme.txt", "hello")), &["part-unreadable"]);
    assert_read(with(Entry { flags: 1, ..stored("secret", "x") }), &["part-unreadable"]);
    assert_read(with(Entry { method: 14, ..stored("lzma", "x") }), &["part-unreadable"]);
    assert_read(with(Entry { checksum: 1, ..stored("wrong", report()) }), &["part-unreadable"]);
    assert_read(with(Entry { size: 1, ..deflated("lies", report()) }), &["part-unreadable"]);
}

#[test]
fn troublesome_archives_are_refused_with_the_reason() {
    assert_refused(zip(&[]), "it is empty");
    assert_refused(zip(&[Entry { flags: 1, ..stored("secret", report()) }]), "is encrypted; unpack it");
    assert_refused(zip(&[Entry { method: 12, ..stored("bzip2", report()) }]), "compression method 12");
    assert_refused(zip(&[stored("a", report()), Entry { offset: Some(0), ..stored("b", report()) }]), "overlap");
    assert_refused(zip(&[Entry { offset: Some(9), ..stored("a", report()) }]), "points outside the file");
    assert_refused(zip(&[Entry { offset: Some(u32::MAX), ..stored("a", report()) }]), "points outside the file");
    let many: Vec<Entry> = (0..17).map(|_| stored("a", "{}")).collect();
    assert!(matches!(assert_refused(zip(&many), "more than 16 entries"), Error::TooMany { .. }));
    let whole = zip(&[deflated("a", report())]);
    for end in 4..whole.len() {
        assert!(matches!(ingest::read(&whole[..end], &Limits::default()), Err(Error::Damaged { .. })), "cut at {end}");
    }
}

#[test]
fn an_archive_that_claims_65535_entries_is_refused_at_once() {
    let mut archive = zip(&[stored("a", report())]);
    let end = archive.len() - 22;
    archive[end + 8..end + 12].copy_from_slice(&[0xfe, 0xff, 0xfe, 0xff]);
    assert_refused(&archive, "more than 16 entries");
    // All ones means zip64, which is not there.
    archive[end + 8..end + 12].fill(0xff);
    assert_refused(&archive, "its directory is missing");
}

#[test]
fn an_archive_bomb_is_cut_at_the_cap() {
    let bomb = deflated("a", vec![b' '; 3 << 20]);
    let limits = Limits { unpacked: 5 << 20, ..Limits::default() };
    let two = zip(&[bomb, deflated("b", vec![b' '; 3 << 20])]);
    let error = ingest::read(&two, &limits).expect_err("too large");
    assert!(error.is_too_large(), "the cap is on the sum: {error}");
}

#[test]
fn zip64_fields_are_understood() {
    let report = report();
    let length = report.len() as u64;
    let mut entry = stored("a", &report);
    // Both sizes stand in the extra field, as tools write them that do not know the size in advance.
    entry.extra = [&[9, 0, 2, 0, 7, 7][..], &[1, 0, 16, 0], &length.to_le_bytes(), &length.to_le_bytes()].concat();
    let mut archive = zip(&[entry]);
    let directory = archive.len() - 22 - 46 - 1 - 26;
    assert!(archive[directory..].starts_with(b"PK\x01\x02"));
    archive[directory + 20..directory + 28].fill(0xff);
    assert_read(archive, &[]);
}
