//! Passwords that the program makes up.

/// Five groups of four letters that are easily told apart: 91 bits.
pub(super) fn made_up() -> String {
    const LETTERS: &[u8; 24] = b"abcdefghjkmnpqrstuvwxyz7";
    let random = engine::Chance::system().bytes::<20>();
    let letters = random.map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_password_is_long_enough_and_another_each_time() {
        let password = super::made_up();
        assert_eq!(password.len(), 24);
        assert_ne!(password, super::made_up());
    }
}
