//! A QR code as a picture: one path, which no style or script has to draw.

use std::fmt::Write as _;

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around a code (ISO/IEC 18004 §5.3.8).
const QUIET: usize = 4;

/// A QR code; nothing where the text is too long for one.
#[component]
pub(super) fn Qr(
    /// What it says to the camera.
    text: String,
    /// What it is, for those who do not see it.
    label: &'static str,
) -> impl IntoView {
    drawn(&text).map(|(size, path)| {
        let view_box = format!("0 0 {size} {size}");
        view! {
            <svg class="qr" viewBox=view_box role="img" aria-label=label shape-rendering="crispEdges">
                <path d=path/>
            </svg>
        }
    })
}

/// The side of the picture in modules, and the dark ones: each run of a row is a rectangle.
fn drawn(text: &str) -> Option<(usize, String)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run[0] == Color::Dark {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some((width + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_begins_with_its_finder() {
        let (size, path) = drawn("A").unwrap();
        assert_eq!(size, 21 + 8, "version 1");
        assert!(path.starts_with("M4 4h7v1h-7z"), "{path}");
        assert!(path.ends_with('z') && path.is_ascii());
    }

    #[test]
    fn what_is_too_long_is_not_drawn() {
        assert!(drawn(&"x".repeat(3_000)).is_none());
    }
}
