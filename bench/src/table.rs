//! The figures on the terminal: what, how much, against which target.

use std::{io::Write as _, time::Duration};

/// Writes rows as they are known, so that a long run can be watched.
pub(crate) struct Table {
    out: std::io::Stdout,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self { out: std::io::stdout() }
    }

    pub(crate) fn title(&mut self, title: &str) {
        self.line(&format!("\n{title}"));
    }

    pub(crate) fn row(&mut self, what: &str, figure: &str, remark: &str) {
        self.line(&format!("  {what:<34} {figure:>24}   {remark}"));
    }

    pub(crate) fn remark(&mut self, text: &str) {
        self.line(&format!("  {text}"));
    }

    fn line(&mut self, line: &str) {
        // Nobody reads on when the pipe is closed.
        let _ = writeln!(self.out, "{line}");
    }
}

/// A time in milliseconds: `4.2 ms`.
pub(crate) fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// How many times `base` a figure is: `1.37`.
pub(crate) fn ratio(figure: u64, base: u64) -> String {
    let hundredths = figure.saturating_mul(100) / base.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The time below which so many per cent lie; the times are sorted.
pub(crate) fn percentile(sorted: &[Duration], per_cent: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted.get((sorted.len() * per_cent / 100).min(last)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let times: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 50), Duration::from_millis(51));
        assert_eq!(percentile(&times, 99), Duration::from_millis(100));
        assert_eq!(percentile(&times[..1], 95), Duration::from_millis(1));
        assert_eq!(percentile(&[], 95), Duration::ZERO);
    }

    #[test]
    fn ratios_have_two_decimals() {
        assert_eq!(ratio(137, 100), "1.37");
        assert_eq!(ratio(5, 0), "5.00");
    }
}
