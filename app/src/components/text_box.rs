//! A box for text of several lines that holds what was typed.
//!
//! Leptos 0.8 writes the children of `<textarea>` into the page unescaped, leaves `prop:value` out of it, so that without a
//! script the box would be empty, and puts marks for the browser beside children, which in this element are text.

use leptos::{
    attr::custom::CustomAttribute as _,
    html::{InnerHtmlAttribute as _, custom},
    prelude::*,
};

/// The box, inside the label that names it.
#[component]
pub fn TextBox(
    /// The name of the form's field.
    name: &'static str,
    /// What it holds.
    value: String,
    /// How many lines it shows.
    rows: u8,
    /// The most characters that can be typed.
    #[prop(default = 4_000)]
    most: u32,
    /// What it shows while it is empty.
    #[prop(optional)]
    placeholder: &'static str,
) -> impl IntoView {
    let text = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    #[expect(clippy::disallowed_methods, reason = "nothing in this text is markup any more")]
    let text_box = custom("textarea")
        .attr("name", name)
        .attr("rows", rows.to_string())
        .attr("maxlength", most.to_string())
        .attr("spellcheck", "false")
        .attr("autocapitalize", "off")
        .attr("placeholder", placeholder)
        .inner_html(text);
    text_box.into_any()
}
