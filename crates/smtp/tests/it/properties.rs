//! Whatever comes, in whatever pieces: no panic, and the same answers.

use proptest::prelude::*;
use smtp::Protocol;

use crate::support::{session, talk};

/// Pieces of sessions, right and wrong, in any order.
fn conversation() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"EHLO x\r\n".to_vec()),
        Just(b"LHLO x\r\n".to_vec()),
        Just(b"MAIL FROM:<>\r\n".to_vec()),
        Just(b"RCPT TO:<known@in.example>\r\n".to_vec()),
        Just(b"RCPT TO:<other@in.example>\r\n".to_vec()),
        Just(b"DATA\r\n".to_vec()),
        Just(b"Subject: x\r\n\r\n..x\r\n.\r\n".to_vec()),
        Just(b"\r\n.\r\n".to_vec()),
        Just(b"\n.\n".to_vec()),
        Just(b"RSET\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
        prop::collection::vec(prop::sample::select(b"\r\n.<>@: aA".to_vec()), 0..20),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn pieces_change_no_answer(bytes in conversation(), cuts in prop::collection::vec(1_usize..40, 1..20), lmtp: bool) {
        let protocol = if lmtp { Protocol::Lmtp } else { Protocol::Smtp };
        let whole = talk(&mut session(protocol), &[&bytes]);
        let (mut pieces, mut rest, mut cuts) = (vec![], &bytes[..], cuts.iter().cycle());
        while !rest.is_empty() {
            let (piece, left) = rest.split_at(rest.len().min(*cuts.next().unwrap()));
            pieces.push(piece);
            rest = left;
        }
        let mut parts = talk(&mut session(protocol), &pieces);
        // A session that is over says so when it is asked again, and nobody asks behind the last piece.
        parts.closed = whole.closed;
        prop_assert_eq!(parts, whole);
    }

    /// Each line of an answer has a code, and a CR LF of its own.
    #[test]
    fn answers_are_well_formed(bytes in conversation()) {
        let said = talk(&mut session(Protocol::Smtp), &[&bytes]).said;
        for line in said.split_terminator("\r\n") {
            prop_assert!(line.len() >= 4 && line[..3].bytes().all(|digit| digit.is_ascii_digit()), "{line:?}");
            prop_assert!(line.bytes().all(|byte| (b' '..0x7f).contains(&byte)), "{line:?}");
        }
    }
}
