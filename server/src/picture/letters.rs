//! Words on a canvas, in the one font that is part of the program.

use ab_glyph::{Font as _, FontRef, Glyph, PxScale, ScaleFont as _, point};
use app::chart::drawing::{Anchor, Colour};

use super::canvas::Canvas;

/// The font “`DejaVu` Sans”, cut down to the letters that pictures need: see `DejaVuSans.LICENSE`.
const FONT: &[u8] = include_bytes!("DejaVuSans.ttf");

/// Characters of one text at most: none that a picture holds is longer.
const MOST: usize = 400;

/// The font.
#[derive(Debug)]
pub(super) struct Letters(FontRef<'static>);

impl Letters {
    pub(super) fn new() -> Self {
        Self(FontRef::try_from_slice(FONT).expect("the font is part of the program"))
    }

    /// Writes a line of text whose anchor stands at this place on the base line. A character that the font does not have is
    /// an empty box.
    pub(super) fn write(
        &self,
        canvas: &mut Canvas,
        (x, y): (f64, f64),
        text: &str,
        size: f64,
        anchor: Anchor,
        colour: Colour,
    ) {
        let font = self.0.as_scaled(self.scale(single(size)));
        let letters: Vec<_> = text.chars().take(MOST).map(|letter| font.glyph_id(letter)).collect();
        let width: f32 = letters.iter().map(|letter| font.h_advance(*letter)).sum();
        let mut left = single(x)
            - match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => width / 2.0,
                Anchor::End => width,
            };
        for letter in letters {
            let glyph = letter.with_scale_and_position(font.scale(), point(left, single(y)));
            left += font.h_advance(letter);
            self.lay(canvas, glyph, colour);
        }
    }

    /// The scale at which the font is so many pixels high, as style sheets measure it: by its em.
    fn scale(&self, size: f32) -> PxScale {
        let em = self.0.units_per_em().unwrap_or(1000.0);
        PxScale::from(size * self.0.height_unscaled() / em)
    }

    fn lay(&self, canvas: &mut Canvas, glyph: Glyph, colour: Colour) {
        let Some(outline) = self.0.outline_glyph(glyph) else { return };
        let corner = outline.px_bounds().min;
        outline.draw(|column, row, part| {
            if let (Some(column), Some(row)) = (pixel(corner.x, column), pixel(corner.y, row)) {
                canvas.lay(column, row, colour, f64::from(part));
            }
        });
    }
}

/// Where a pixel of a letter lies; none left of the canvas, or above it.
#[expect(clippy::cast_possible_truncation, reason = "casts saturate, and NaN becomes 0")]
fn pixel(corner: f32, offset: u32) -> Option<usize> {
    usize::try_from((corner.floor() as i64).checked_add(i64::from(offset))?).ok()
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a picture has few digits")]
const fn single(length: f64) -> f32 {
    length as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Colour = Colour(0, 0, 0);

    /// The first and the last column with ink.
    fn inked(text: &str, x: f64, anchor: Anchor) -> Option<(usize, usize)> {
        let mut canvas = Canvas::new(200.0, 30.0, 100_000).unwrap();
        Letters::new().write(&mut canvas, (x, 20.0), text, 16.0, anchor, INK);
        let dark = |column: usize| canvas.rows().any(|row| row[column * 3] < 128);
        let columns: Vec<_> = (0..canvas.width()).filter(|column| dark(*column)).collect();
        Some((*columns.first()?, *columns.last()?))
    }

    #[test]
    fn a_text_stands_by_its_anchor() {
        let (start, end) = inked("1,234", 100.0, Anchor::Start).unwrap();
        assert!(start >= 100 && end < 150, "{start} {end}");
        let (start, end) = inked("1,234", 100.0, Anchor::End).unwrap();
        assert!(start > 50 && end < 100, "{start} {end}");
        let (start, end) = inked("1,234", 100.0, Anchor::Middle).unwrap();
        assert!(start < 90 && end > 110, "{start} {end}");
    }

    #[test]
    fn the_letters_of_our_words_are_in_the_font() {
        let letters = Letters::new();
        for letter in ('!'..='~').chain("→…·−×äßéçøłąžΩжї“”’°½€□".chars()) {
            assert_ne!(letters.0.glyph_id(letter).0, 0, "{letter}");
        }
    }

    #[test]
    fn what_the_font_does_not_have_is_a_box_and_what_lies_outside_is_cut() {
        assert!(inked("例", 100.0, Anchor::Start).is_some());
        assert_eq!(inked("W", -500.0, Anchor::Start), None);
        assert!(inked(&"W".repeat(100_000), 0.0, Anchor::Start).is_some());
    }
}
