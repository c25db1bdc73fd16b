//! Every string of length 1 to 9 over CR, LF, dot and a letter, against a model that knows the rule and nothing else.

use smtp::data::{DataReader, Fault};

/// The end of a message, what is left behind it, and the message itself.
type End = Option<(Result<Vec<u8>, Fault>, usize)>;

/// DATA's own line end stands before the message, so it ends at the first CR LF dot CR LF of the whole. Between those marks,
/// CR and LF come in pairs, and each line loses one leading dot.
fn model(input: &[u8]) -> End {
    let whole = [b"\r\n", input].concat();
    let end = (0..whole.len()).find(|at| whole[*at..].starts_with(b"\r\n.\r\n"))?;
    let left = whole.len() - end - 5;
    let message = String::from_utf8(whole[..end].to_vec()).unwrap();
    if message.replace("\r\n", "").contains(['\r', '\n']) {
        return Some((Err(Fault::BareLineEnd), left));
    }
    let lines = message.split("\r\n").skip(1).map(|line| line.strip_prefix('.').unwrap_or(line));
    let text: String = lines.flat_map(|line| [line, "\r\n"]).collect();
    Some((Ok(text.into_bytes()), left))
}

fn read(pieces: &[&[u8]]) -> End {
    let mut reader = DataReader::new(1000);
    for (index, piece) in pieces.iter().enumerate() {
        let mut input = *piece;
        if let Some(end) = reader.read(&mut input) {
            return Some((end, input.len() + pieces[index + 1..].iter().map(|piece| piece.len()).sum::<usize>()));
        }
    }
    None
}

/// The `number`th string of that length.
fn string(mut number: usize, length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length);
    for _ in 0..length {
        bytes.push(b"\r\n.a"[number % 4]);
        number /= 4;
    }
    bytes
}

#[test]
fn no_string_ends_elsewhere_than_by_the_rule() {
    let (mut compared, mut ended, mut differences) = (0, 0, vec![]);
    for length in 1..=9_usize {
        for number in 0..4_usize.pow(u32::try_from(length).unwrap()) {
            let bytes = string(number, length);
            let (wanted, found) = (model(&bytes), read(&[&bytes]));
            compared += 1;
            ended += usize::from(wanted.is_some());
            if wanted != found {
                differences.push((bytes, wanted, found));
            }
        }
    }
    assert_eq!(compared, 349_524);
    assert!(ended > 1000, "the model finds ends: {ended}");
    assert!(differences.is_empty(), "{} differ, such as {:?}", differences.len(), differences.first());
}

#[test]
fn pieces_change_nothing() {
    for length in 1..=9_usize {
        for number in (0..4_usize.pow(u32::try_from(length).unwrap())).step_by(7) {
            let bytes = string(number, length);
            let wanted = model(&bytes);
            for at in 0..=length {
                let (front, back) = bytes.split_at(at);
                assert_eq!(read(&[front, back]), wanted, "{bytes:?} cut at {at}");
            }
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(read(&single), wanted, "{bytes:?} byte by byte");
        }
    }
}

/// The negative control: a reader that also ends at a bare LF before the dot would be found out.
#[test]
fn a_lenient_reader_would_differ() {
    let lenient = |bytes: &[u8]| bytes.windows(4).any(|window| window == b"\n.\r\n");
    let differ = (0..4_usize.pow(9)).filter(|number| {
        let bytes = string(*number, 9);
        lenient(&bytes) && model(&bytes).is_none()
    });
    assert!(differ.count() > 1000);
}
