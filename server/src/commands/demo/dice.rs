//! Chance that falls the same way every time: seeded by names and days, so one date always gives the same sample data.

/// The generator known as `SplitMix64`.
pub(super) struct Dice(u64);

impl Dice {
    /// Dice of their own for these words and this day.
    pub(super) fn of(words: &[&str], day: i32) -> Self {
        let bytes = words.iter().flat_map(|word| word.bytes().chain([0])).chain(day.to_le_bytes());
        // FNV-1a.
        Self(
            bytes
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)),
        )
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// `part` thousandths of `whole`, give or take a sixth; what is left of the last one falls by chance.
    pub(super) fn share(&mut self, whole: u64, part: u64) -> u64 {
        let millionths = whole * part * (850 + self.below(300));
        millionths / 1_000_000 + u64::from(self.below(1_000_000) < millionths % 1_000_000)
    }
}
