//! A box for text of several lines that holds what was typed.
//!
//! Leptos 0.8 writes the children of `<textarea>` into the page unescaped, and leaves `prop:value` out of it, so that without
//! a script the box would be empty. Made by `custom`, for which all children are text like any other, it is escaped.

use leptos::{
    attr::custom::CustomAttribute as _,
    html::{ElementChild as _, custom},
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
    let text_box = custom("textarea")
        .attr("name", name)
        .attr("rows", rows.to_string())
        .attr("maxlength", most.to_string())
        .attr("spellcheck", "false")
        .attr("autocapitalize", "off")
        .attr("placeholder", placeholder);
    // A child that is nothing leaves a mark for the browser, which in this element is text.
    if value.is_empty() { text_box.into_any() } else { text_box.child(value).into_any() }
}
