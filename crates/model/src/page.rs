//! Pages of a list: how many rows each has, and which one a visitor gets.

/// A page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its number, from 1.
    pub number: u32,
}

impl Page {
    /// Rows of a page. A slow phone draws so many without stopping for long; who wants all of them asks for a file.
    pub const ROWS: usize = 25;

    /// The page that a visitor asks for, as far as there are rows: after the last one comes none.
    #[must_use]
    pub fn of(asked: u32, matching: u64) -> Self {
        Self { number: asked.clamp(1, Self::last(matching)) }
    }

    /// The number of the last page of so many rows.
    #[must_use]
    pub fn last(matching: u64) -> u32 {
        u32::try_from(matching.div_ceil(Self::ROWS as u64)).unwrap_or(u32::MAX).max(1)
    }

    /// Rows that come before it.
    #[must_use]
    pub const fn skip(self) -> usize {
        (self.number as usize - 1).saturating_mul(Self::ROWS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stay_where_rows_are() {
        assert_eq!(Page::of(0, 0).number, 1);
        assert_eq!(Page::of(2, 25).number, 1);
        assert_eq!(Page::of(2, 26).number, 2);
        assert_eq!(Page::of(u32::MAX, 60).skip(), 50);
        assert_eq!((Page::last(0), Page::last(25), Page::last(26), Page::last(u64::MAX)), (1, 1, 2, u32::MAX));
    }
}
