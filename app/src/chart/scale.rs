//! From counts to lengths.

/// A linear scale from 0 to a round number, with a tick at each end and one half-way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The round number at the top; even, and at least 2.
    pub top: u64,
}

impl Scale {
    /// The smallest scale with readable ticks that reaches `max`.
    #[must_use]
    pub fn reaching(max: u64) -> Self {
        // Each can be halved into a number as round as itself.
        const STEPS: [u64; 6] = [10, 12, 16, 20, 40, 60];
        if max <= 10 {
            return Self { top: max.next_multiple_of(2).max(2) };
        }
        let mut unit = 1_u64;
        loop {
            if let Some(step) = STEPS.into_iter().find(|step| step.saturating_mul(unit) >= max) {
                return Self { top: step.saturating_mul(unit) };
            }
            unit = unit.saturating_mul(10);
        }
    }

    /// The numbers that get a line: nought, half, all.
    #[must_use]
    pub const fn ticks(self) -> [u64; 3] {
        [0, self.top / 2, self.top]
    }

    /// How much of `height` a count takes. What is not nought is at least `visible` tall.
    #[must_use]
    pub fn length(self, count: u64, height: f64, visible: f64) -> f64 {
        if count == 0 { 0.0 } else { (height * ratio(count, self.top)).clamp(visible, height) }
    }
}

/// Part of a whole, from 0 to 1; a part of nothing is 0.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a chart has far fewer pixels than f64 has digits")]
pub fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64).min(1.0) }
}

/// A length as SVG writes it, without needless digits: `12.5`.
#[must_use]
pub fn short(length: f64) -> String {
    let text = format!("{length:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_maximum() {
        let top = |max| Scale::reaching(max).top;
        assert_eq!([top(0), top(1), top(3), top(10)], [2, 2, 4, 10]);
        assert_eq!([top(11), top(17), top(99), top(100), top(415), top(5_830)], [12, 20, 100, 100, 600, 6_000]);
        assert_eq!(Scale::reaching(5_830).ticks(), [0, 3_000, 6_000]);
        assert_eq!(top(u64::MAX), u64::MAX);
    }

    #[test]
    fn three_failures_among_a_million_are_seen() {
        let scale = Scale::reaching(1_000_000);
        assert!((scale.length(3, 150.0, 1.5) - 1.5).abs() < 1e-9);
        assert!(scale.length(0, 150.0, 1.5).abs() < 1e-9);
        assert!((scale.length(1_000_000, 150.0, 1.5) - 150.0).abs() < 1e-9);
    }

    #[test]
    fn lengths_are_written_short() {
        assert_eq!([short(12.0), short(12.504), short(0.0), short(100.0)], ["12", "12.5", "0", "100"]);
    }
}
