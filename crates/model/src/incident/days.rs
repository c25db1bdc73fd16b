//! Sets of days that cost little: a database adds the days of a row up to one number, and so they are kept.

use crate::Day;

/// Days of one chunk: with one bit for each, the sum of all is still a positive `i64`.
pub const CHUNK: i32 = 60;

/// Some days, in chunks of [`CHUNK`]: bit `n` of chunk `c` stands for day `c × 60 + n`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaySet {
    /// Chunks with at least one day, ascending.
    chunks: Vec<(i32, u64)>,
}

impl DaySet {
    /// Adds the days of a chunk.
    pub fn insert_chunk(&mut self, chunk: i32, bits: u64) {
        if bits == 0 {
            return;
        }
        match self.chunks.binary_search_by_key(&chunk, |(known, _)| *known) {
            Ok(place) => self.chunks[place].1 |= bits,
            Err(place) => self.chunks.insert(place, (chunk, bits)),
        }
    }

    /// Adds a day.
    pub fn insert(&mut self, day: Day) {
        let (chunk, bit) = place(day);
        self.insert_chunk(chunk, bit);
    }

    /// Adds all days of another set.
    pub fn extend(&mut self, other: &Self) {
        for &(chunk, bits) in &other.chunks {
            self.insert_chunk(chunk, bits);
        }
    }

    /// Whether a day is among them.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        let (chunk, bit) = place(day);
        self.chunks.binary_search_by_key(&chunk, |(known, _)| *known).is_ok_and(|place| self.chunks[place].1 & bit != 0)
    }

    /// The days that are in both sets.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Self {
        let mut shared = Self::default();
        for &(chunk, bits) in &self.chunks {
            if let Ok(place) = other.chunks.binary_search_by_key(&chunk, |(known, _)| *known) {
                shared.insert_chunk(chunk, bits & other.chunks[place].1);
            }
        }
        shared
    }

    /// The days, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Day> {
        self.chunks.iter().flat_map(|&(chunk, bits)| {
            let first = chunk.saturating_mul(CHUNK);
            (0..CHUNK).filter(move |n| bits >> n & 1 == 1).map(move |n| Day(first.saturating_add(n)))
        })
    }

    /// Whether one of them lies between two days, both included.
    #[must_use]
    pub fn touches(&self, first: Day, last: Day) -> bool {
        self.iter().any(|day| (first..=last).contains(&day))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }
}

impl FromIterator<Day> for DaySet {
    fn from_iter<T: IntoIterator<Item = Day>>(days: T) -> Self {
        let mut set = Self::default();
        for day in days {
            set.insert(day);
        }
        set
    }
}

/// The chunk of a day, and its bit there.
const fn place(day: Day) -> (i32, u64) {
    (day.0.div_euclid(CHUNK), 1 << day.0.rem_euclid(CHUNK))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(days: &[i32]) -> DaySet {
        days.iter().copied().map(Day).collect()
    }

    #[test]
    fn days_come_back_in_order_whatever_chunk_they_are_in() {
        let days = set(&[120, -1, 59, 60, 61, 120]);
        assert_eq!(days.iter().map(|day| day.0).collect::<Vec<_>>(), [-1, 59, 60, 61, 120]);
        assert!(days.contains(Day(60)) && !days.contains(Day(62)) && !days.contains(Day(0)));
        assert!(days.touches(Day(62), Day(120)) && !days.touches(Day(62), Day(119)));
    }

    #[test]
    fn a_chunk_is_what_a_database_adds_up() {
        let mut days = DaySet::default();
        days.insert_chunk(2, (1 << 0) + (1 << 59));
        days.insert_chunk(3, 0);
        assert_eq!(days, set(&[120, 179]));
    }

    #[test]
    fn sets_meet_and_join() {
        let mut days = set(&[1, 2, 300]);
        assert_eq!(days.shared(&set(&[2, 3, 300, 400])), set(&[2, 300]));
        assert!(days.shared(&set(&[3])).is_empty());
        days.extend(&set(&[3, 300]));
        assert_eq!(days, set(&[1, 2, 3, 300]));
    }
}
