//! A picture as what it consists of: rectangles and words. Drawn here into a page, or written as SVG; the server paints the same
//! as PNG.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::scale::short;

/// A picture that needs nothing beside it. Lengths are in pixels at its natural size, from the top left.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// All of it in words, for those who listen.
    pub words: String,
    /// What it consists of; later ones lie on earlier ones.
    pub shapes: Vec<Shape>,
}

/// A part of a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A filled rectangle.
    Rect {
        /// Its left edge.
        x: f64,
        /// Its upper edge.
        y: f64,
        /// How wide it is.
        width: f64,
        /// How high it is.
        height: f64,
        /// Its colour.
        fill: Colour,
    },
    /// A line of text.
    Text {
        /// Where its anchor is.
        x: f64,
        /// Its base line.
        y: f64,
        /// What it says.
        text: String,
        /// The height of its font.
        size: f64,
        /// Its colour.
        fill: Colour,
        /// Which part of it stands at `x`.
        anchor: Anchor,
    },
}

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

impl Drawing {
    /// The picture as an SVG document. It names no style sheet, no font file and no script.
    #[must_use]
    pub fn svg(&self) -> String {
        let (width, height, words) = (short(self.width), short(self.height), escaped(&self.words));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{words}\" \
             font-family=\"system-ui, 'DejaVu Sans', sans-serif\">"
        );
        for shape in &self.shapes {
            shape.write(&mut svg);
        }
        svg.push_str("</svg>\n");
        svg
    }
}

impl Shape {
    fn view(self) -> AnyView {
        match self {
            Self::Rect { x, y, width, height, fill } => {
                view! { <rect x=short(x) y=short(y) width=short(width) height=short(height) fill=fill.hex()/> }.into_any()
            }
            Self::Text { x, y, text, size, fill, anchor } => view! {
                <text x=short(x) y=short(y) font-size=short(size) fill=fill.hex() text-anchor=anchor.keyword()>{text}</text>
            }
            .into_any(),
        }
    }

    fn write(&self, svg: &mut String) {
        let _ = match self {
            Self::Rect { x, y, width, height, fill } => write!(
                svg,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>",
                short(*x),
                short(*y),
                short(*width),
                short(*height),
                fill.hex()
            ),
            Self::Text { x, y, text, size, fill, anchor } => write!(
                svg,
                "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{}\">{}</text>",
                short(*x),
                short(*y),
                short(*size),
                fill.hex(),
                anchor.keyword(),
                escaped(text)
            ),
        };
    }
}

/// A picture as a part of its page.
#[component]
pub fn Picture(
    /// What it consists of.
    drawing: Drawing,
) -> impl IntoView {
    let Drawing { width, height, words, shapes } = drawing;
    let shapes = shapes.into_iter().map(Shape::view).collect_view();
    view! {
        <svg width=short(width) height=short(height) viewBox=format!("0 0 {width} {height}") role="img" aria-label=words>
            {shapes}
        </svg>
    }
    .into_any()
}

impl Colour {
    fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl Anchor {
    const fn keyword(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// Text as XML: markup is text, and what no XML may hold (XML 1.0 §2.2) is seen to have been there.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_wrote_is_text() {
        let evil = "</text><script>alert('1')</script>\"&\0\u{ffff}";
        let text = Shape::Text {
            x: 1.0,
            y: 2.5,
            text: evil.to_owned(),
            size: 11.0,
            fill: Colour(0, 16, 255),
            anchor: Anchor::End,
        };
        let svg = Drawing { width: 10.0, height: 20.0, words: evil.to_owned(), shapes: vec![text] }.svg();
        assert!(
            svg.contains("<text x=\"1\" y=\"2.5\" font-size=\"11\" fill=\"#0010ff\" text-anchor=\"end\">&lt;/text&gt;")
        );
        assert!(!svg.contains("<script") && !svg.contains('\0') && !svg.contains('\u{ffff}'), "{svg}");
        assert_eq!(svg.matches('<').count(), 4, "the document, the text, and nothing else: {svg}");
    }
}
