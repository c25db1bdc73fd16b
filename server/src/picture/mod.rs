//! Pictures as PNG: a drawing of `app::chart` is painted here, by hand, since it is rectangles and words and nothing else.
//!
//! `canvas` holds the pixels, `letters` writes words on it, `png` makes a file of it. Painting takes some milliseconds of a
//! processor and a few megabytes, so only some are painted at once, away from the threads that answer requests.

mod canvas;
mod letters;
mod png;

use std::{sync::Arc, time::Duration};

use app::chart::drawing::{Drawing, Shape};
use tokio::{sync::Semaphore, task, time::timeout};

use self::{canvas::Canvas, letters::Letters};

/// What painting may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PictureLimits {
    /// Pictures that are painted at once; others wait.
    pub(crate) at_once: usize,
    /// How long one waits before its request is turned away.
    pub(crate) wait: Duration,
    /// Pixels to a unit of the drawing: 2 is sharp on screens and in print.
    pub(crate) scale: u32,
    /// Pixels of a picture at most: 4 million are 12 MB.
    pub(crate) pixels: u32,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { at_once: 2, wait: Duration::from_secs(5), scale: 2, pixels: 4_000_000 }
    }
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotPainted {
    /// Too many are asked for at once: answer that it may be tried again.
    #[error("too many pictures are painted at once")]
    Busy,
    /// It would have more pixels than the limits allow, or painting failed: a defect of this program.
    #[error("the picture cannot be painted")]
    Impossible,
}

/// Paints pictures, some at once.
#[derive(Clone, Debug)]
pub(crate) struct Painter {
    limits: PictureLimits,
    places: Arc<Semaphore>,
}

impl Painter {
    pub(crate) fn new(limits: PictureLimits) -> Self {
        Self { limits, places: Arc::new(Semaphore::new(limits.at_once)) }
    }

    /// A drawing as a PNG file.
    ///
    /// # Errors
    /// See [`NotPainted`].
    pub(crate) async fn png(&self, drawing: Drawing) -> Result<Vec<u8>, NotPainted> {
        let limits = self.limits;
        let place = timeout(limits.wait, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(NotPainted::Busy) };
        let painted = task::spawn_blocking(move || {
            // Held until the end, also where nobody waits for the picture any more.
            let _place = place;
            paint(&drawing, limits)
        });
        painted.await.ok().flatten().ok_or(NotPainted::Impossible)
    }
}

/// A drawing as a PNG file; none where it would be too large.
fn paint(drawing: &Drawing, limits: PictureLimits) -> Option<Vec<u8>> {
    let scale = f64::from(limits.scale);
    let mut canvas = Canvas::new(drawing.width * scale, drawing.height * scale, limits.pixels)?;
    let letters = Letters::new();
    for shape in &drawing.shapes {
        match shape {
            Shape::Rect { x, y, width, height, fill } => {
                canvas.rect(x * scale, y * scale, width * scale, height * scale, *fill);
            }
            Shape::Text { x, y, text, size, fill, anchor } => {
                letters.write(&mut canvas, (x * scale, y * scale), text, size * scale, *anchor, *fill);
            }
        }
    }
    png::file(&canvas)
}

#[cfg(test)]
mod tests {
    use app::chart::drawing::{Anchor, Colour};

    use super::*;

    fn drawing(width: f64, height: f64) -> Drawing {
        let paper = Shape::Rect { x: 0.0, y: 0.0, width, height, fill: Colour(255, 255, 255) };
        let text = Shape::Text {
            x: width / 2.0,
            y: 20.0,
            text: "certificate-expired → \u{202e}例".to_owned(),
            size: 11.0,
            fill: Colour(0, 0, 0),
            anchor: Anchor::Middle,
        };
        Drawing { width, height, words: String::new(), shapes: vec![paper, text] }
    }

    #[test]
    fn a_drawing_becomes_a_file() {
        let png = paint(&drawing(200.0, 30.0), PictureLimits::default()).unwrap();
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        assert_eq!((size(16), size(20)), (400, 60), "twice as many pixels as units");
    }

    #[test]
    fn what_is_too_large_or_no_size_is_not_painted() {
        for (width, height) in [(1e9, 1e9), (3_000.0, 3_000.0), (0.0, 10.0), (f64::NAN, 10.0), (-5.0, 10.0)] {
            assert_eq!(paint(&drawing(width, height), PictureLimits::default()), None, "{width} × {height}");
        }
    }

    #[tokio::test]
    async fn only_so_many_are_painted_at_once() {
        let wait = Duration::from_millis(10);
        let painter = Painter::new(PictureLimits { at_once: 1, wait, ..PictureLimits::default() });
        let place = Arc::clone(&painter.places).acquire_owned().await.unwrap();
        assert_eq!(painter.png(drawing(20.0, 20.0)).await, Err(NotPainted::Busy));
        drop(place);
        assert!(painter.png(drawing(20.0, 20.0)).await.is_ok());
    }
}
