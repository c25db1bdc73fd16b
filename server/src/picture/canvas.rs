//! Pixels, and colours laid on them.

use app::chart::drawing::Colour;

/// Rows of pixels, three bytes each, white at first.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl Canvas {
    /// An empty one; none where it would have no pixel, or more than so many.
    pub(super) fn new(width: f64, height: f64, most: u32) -> Option<Self> {
        let (width, height) = (length(width), length(height));
        let pixels = width.checked_mul(height).filter(|pixels| *pixels > 0 && *pixels <= most as usize)?;
        Some(Self { width, height, bytes: vec![0xff; pixels * 3] })
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) const fn height(&self) -> usize {
        self.height
    }

    /// The pixels of each row, from the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.width * 3)
    }

    /// Fills a rectangle; a pixel that lies in it in part takes its part of the colour.
    pub(super) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, colour: Colour) {
        let columns = covered(x, width, self.width);
        for (row, down) in covered(y, height, self.height) {
            for &(column, across) in &columns {
                self.lay(column, row, colour, down * across);
            }
        }
    }

    /// Lays a colour on a pixel: at 1 it hides what was there, at 0 it is not seen. What lies outside is not painted.
    pub(super) fn lay(&mut self, column: usize, row: usize, Colour(red, green, blue): Colour, part: f64) {
        if column >= self.width || row >= self.height {
            return;
        }
        let at = (row * self.width + column) * 3;
        for (byte, new) in self.bytes[at..at + 3].iter_mut().zip([red, green, blue]) {
            let (old, new) = (f64::from(*byte), f64::from(new));
            *byte = level(old + (new - old) * part.clamp(0.0, 1.0));
        }
    }
}

/// The pixels of a line that a stretch covers, each with the part of it that is covered.
fn covered(from: f64, length: f64, pixels: usize) -> Vec<(usize, f64)> {
    // Minimum and maximum would pass over what is no number.
    if from.is_nan() || length.is_nan() {
        return vec![];
    }
    let end = (from + length).min(coordinate(pixels));
    let from = from.max(0.0);
    (floor(from)..=floor(end).min(pixels.saturating_sub(1)))
        .map(|pixel| (pixel, end.min(coordinate(pixel + 1)) - from.max(coordinate(pixel))))
        .filter(|(_, part)| *part > 0.0)
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "a picture has far fewer pixels than f64 has digits")]
const fn coordinate(pixel: usize) -> f64 {
    pixel as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate, and NaN becomes 0")]
fn floor(place: f64) -> usize {
    place.floor() as usize
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate, and NaN becomes 0")]
fn length(length: f64) -> usize {
    length.ceil() as usize
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between two bytes")]
fn level(level: f64) -> u8 {
    level.round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reds(canvas: &Canvas) -> Vec<Vec<u8>> {
        canvas.rows().map(|row| row.iter().step_by(3).copied().collect()).collect()
    }

    #[test]
    fn a_pixel_takes_its_part_of_the_colour() {
        let mut canvas = Canvas::new(4.0, 2.0, 100).unwrap();
        canvas.rect(0.5, 0.0, 2.0, 1.0, Colour(55, 0, 0));
        assert_eq!(reds(&canvas), [[155, 55, 155, 255], [255; 4]]);
    }

    #[test]
    fn what_lies_outside_is_not_painted() {
        let mut canvas = Canvas::new(2.0, 2.0, 100).unwrap();
        for (x, y, width, height) in
            [(-5.0, -5.0, 3.0, 3.0), (2.0, 0.0, 9.0, 9.0), (f64::NAN, 0.0, 1.0, 1.0), (1.0, 1.0, -1.0, 1.0)]
        {
            canvas.rect(x, y, width, height, Colour(0, 0, 0));
        }
        canvas.lay(7, 0, Colour(0, 0, 0), 1.0);
        assert_eq!(reds(&canvas), [[255; 2]; 2]);
        canvas.rect(-1e9, -1e9, f64::INFINITY, 1e10, Colour(0, 0, 0));
        assert_eq!(reds(&canvas), [[0; 2]; 2]);
    }
}
