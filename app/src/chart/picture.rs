//! The day chart as a picture by itself, with its own heading, legend and colours: for mails, slides and print.
//!
//! Drawn from the geometry of the chart on the page, so that the two cannot disagree.

use model::{
    Day, DomainName, format,
    text::{visible, visible_short},
    view::DomainPage,
};

use super::{
    day_chart::{Bar, DayMark, FILLED, Geometry, Panel, TOP},
    drawing::{Anchor, Colour, Drawing, Shape},
};

/// The width of a picture that is saved, in pixels.
pub const WIDTH: f64 = 960.0;

// The light scheme of style/tokens.css.
const PAPER: Colour = Colour(0xff, 0xff, 0xff);
const INK: Colour = Colour(0x1f, 0x1e, 0x1b);
const SOFT: Colour = Colour(0x66, 0x62, 0x59);
const LINE: Colour = Colour(0xe5, 0xe1, 0xd8);
const BAR: Colour = Colour(0xb4, 0xc2, 0xc9);
const BAR_OPEN: Colour = Colour(0xdd, 0xe5, 0xe8);
const BAD: Colour = Colour(0xb3, 0x26, 0x1e);
const OTHER: Colour = Colour(0xd0, 0x8b, 0x42);
const CHANGE: Colour = Colour(0xa3, 0x9e, 0x93);

/// Room for the numbers at the left, and beside the last day.
const LEFT: f64 = 56.0;
const RIGHT: f64 = 14.0;
const HEADING: f64 = 30.0;
/// What a filter adds to the heading.
const FILTERED: f64 = 18.0;
const LEGEND: f64 = 24.0;
/// The sizes of text.
const LARGE: f64 = 15.0;
const SMALL: f64 = 11.0;
/// How wide a small letter is on the average: there is no font here to be asked.
const LETTER: f64 = 6.4;
/// Characters of a filter, of a cause's name, and of what changed on a day.
const FILTER_CHARS: usize = 120;
const CAUSE_CHARS: usize = 40;
const CHANGE_CHARS: usize = 26;

/// What a picture shows.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The days, and what is known of them.
    pub page: &'a DomainPage,
    /// Whether the domain and the days are named above, for a picture that leaves its page.
    pub named: bool,
    /// How wide it is, in pixels.
    pub width: f64,
}

impl Subject<'_> {
    /// The picture.
    #[must_use]
    pub fn draw(self) -> Drawing {
        let page = self.page;
        let marks = marks(page);
        let chart = Geometry::of(&page.points, &marks);
        let filter = filter_in_words(page);
        let heading = match (self.named, &filter) {
            (false, _) => 0.0,
            (true, None) => HEADING,
            (true, Some(_)) => HEADING + FILTERED,
        };
        let (top, height) = (heading + LEGEND, heading + LEGEND + chart.height);
        let title = format!(
            "{}: sessions by day, {}",
            name_in_words(&page.name),
            days_in_words(page.range.first, page.range.last)
        );
        let failed = page.failed_shown();
        let words = format!(
            "{title}. {}, {} failed{}.",
            format::counted(page.totals.sessions, "session"),
            format::thousands(failed),
            filter.as_ref().map(|filter| format!(" ({filter})")).unwrap_or_default()
        );
        let mut shapes = vec![rect(0.0, 0.0, self.width, height, PAPER)];
        if self.named {
            shapes.push(text(LEFT, 20.0, title, LARGE, INK, Anchor::Start));
            shapes.extend(filter.map(|filter| text(LEFT, 20.0 + FILTERED, filter, SMALL, SOFT, Anchor::Start)));
        }
        legend(page, heading + 13.0, &mut shapes);
        let place = Place { left: LEFT, width: self.width - LEFT - RIGHT, top };
        place.grid(&chart, &mut shapes);
        place.days(&chart, page, &mut shapes);
        place.changes(&chart, &mut shapes);
        Drawing { width: self.width, height, words, shapes }
    }
}

/// Where on the picture the chart lies.
#[derive(Clone, Copy)]
struct Place {
    left: f64,
    width: f64,
    top: f64,
}

impl Place {
    /// From per cents of the chart to pixels of the picture.
    fn x(self, percent: f64) -> f64 {
        self.left + self.width * percent / 100.0
    }

    /// Lines with their numbers, and dates.
    fn grid(self, chart: &Geometry, shapes: &mut Vec<Shape>) {
        for (y, tick) in chart.panels().flat_map(Panel::ticks) {
            let y = self.top + y;
            shapes.push(rect(self.left, y - 0.5, self.width, 1.0, LINE));
            shapes.push(text(self.left - 8.0, y + 3.5, format::thousands(tick), SMALL, SOFT, Anchor::End));
        }
        for label in &chart.labels {
            let y = self.top + chart.height - 5.0;
            shapes.push(text(self.x(label.x), y, label.text.clone(), SMALL, SOFT, Anchor::Middle));
        }
    }

    /// The bars of each day.
    fn days(self, chart: &Geometry, page: &DomainPage, shapes: &mut Vec<Shape>) {
        for (column, point) in chart.columns.iter().zip(&page.points) {
            let inset = column.width * (1.0 - FILLED) / 2.0;
            let (x, width) = (self.x(column.x + inset), self.width * column.width * FILLED / 100.0);
            for (bar, base, length) in chart.bars(column, point.day > page.complete_to) {
                let fill = match bar {
                    Bar::Sessions => BAR,
                    Bar::Open => BAR_OPEN,
                    Bar::Other => OTHER,
                    Bar::First => BAD,
                };
                if length > 0.0 {
                    shapes.push(rect(x, self.top + base - length, width, length, fill));
                }
            }
        }
    }

    /// What changed on which day.
    fn changes(self, chart: &Geometry, shapes: &mut Vec<Shape>) {
        let bottom = chart.panels().last().map_or(0.0, |panel| panel.base);
        for mark in &chart.marks {
            let x = self.x(mark.x);
            shapes.push(rect(x - 0.5, self.top + TOP, 1.0, bottom - TOP, CHANGE));
            let Some(words) = &mark.text else { continue };
            let (x, anchor) = if mark.left { (x - 5.0, Anchor::End) } else { (x + 5.0, Anchor::Start) };
            let y = self.top + chart.sessions.base + 19.0;
            shapes.push(text(x, y, shortened(words, CHANGE_CHARS), SMALL, INK, anchor));
        }
    }
}

/// What the colours mean.
fn legend(page: &DomainPage, y: f64, shapes: &mut Vec<Shape>) {
    let mut entries = vec![(BAR, "sessions".to_owned())];
    if page.range.last > page.complete_to {
        entries.push((BAR_OPEN, "not complete yet".to_owned()));
    }
    if page.totals.failed > 0 {
        let first =
            page.causes.first().map(|cause| visible_short(cause.result_type.as_str(), CAUSE_CHARS).into_owned());
        entries.extend(first.map(|cause| (BAD, cause)));
        entries.push((OTHER, "other causes".to_owned()));
    }
    let mut x = LEFT;
    for (colour, words) in entries {
        shapes.push(rect(x, y - 8.0, 8.0, 8.0, colour));
        let letters = u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
        shapes.push(text(x + 13.0, y, words, SMALL, SOFT, Anchor::Start));
        x += 13.0 + f64::from(letters) * LETTER + 18.0;
    }
}

/// What changed on which day. The words of strangers do not act.
pub(crate) fn marks(page: &DomainPage) -> Vec<DayMark> {
    let changes = page.changes.iter().flat_map(|entry| entry.changes.iter().map(|change| (entry.at.day(), change)));
    changes.map(|(day, change)| DayMark { day, text: visible(&change.mark()).into_owned() }).collect()
}

/// The name as people read it, where the font that is painted with has its letters: Latin, Greek, Cyrillic.
fn name_in_words(name: &DomainName) -> String {
    let unicode = name.to_unicode();
    if unicode.chars().all(|c| c < '\u{530}') { unicode.into_owned() } else { name.to_string() }
}

/// `28 Oct to 26 Nov 2026`: with its year, for a picture does not tell when it was made.
fn days_in_words(first: Day, last: Day) -> String {
    format!("{} to {}", first.in_words(last), last.date().format("%-d %b %Y"))
}

/// `only failures with type certificate-expired, mx mx1.example.com`; none where all failures are shown.
fn filter_in_words(page: &DomainPage) -> Option<String> {
    let chosen = page.failing.filter.written();
    let chosen: Vec<_> = chosen.iter().map(|(key, value)| format!("{key} {}", visible(value))).collect();
    (!chosen.is_empty()).then(|| shortened(&format!("only failures with {}", chosen.join(", ")), FILTER_CHARS))
}

/// At most so many characters of what is safe to show already.
fn shortened(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

const fn rect(x: f64, y: f64, width: f64, height: f64, fill: Colour) -> Shape {
    Shape::Rect { x, y, width, height, fill }
}

const fn text(x: f64, y: f64, text: String, size: f64, fill: Colour, anchor: Anchor) -> Shape {
    Shape::Text { x, y, text, size, fill, anchor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_in_letters_that_can_be_painted() {
        let name = |text: &str| name_in_words(&DomainName::parse(text).unwrap());
        assert_eq!(name("bücher.example"), "bücher.example");
        assert_eq!(name("例え.example"), "xn--r8jz45g.example");
    }

    #[test]
    fn days_have_their_year() {
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(days_in_words(day("2026-10-28"), day("2026-11-26")), "28 Oct to 26 Nov 2026");
        assert_eq!(days_in_words(day("2025-12-28"), day("2026-01-26")), "28 Dec 2025 to 26 Jan 2026");
    }
}
