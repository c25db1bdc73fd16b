//! What several pages share.

pub mod check;
pub mod code;
pub mod exports;
pub mod incident;
pub mod instant;
pub mod keys;
pub mod outcome;
pub mod pager;
pub mod password;
pub mod record;
mod refusal;
pub mod report_table;
pub mod role_choice;
pub mod status_word;
pub mod switcher;
pub mod text_box;
pub mod trust;

pub use check::{Notice, OneCheck, OneFinding, ToPublish};
pub use code::Code;
pub use exports::Exports;
pub use incident::{LiveCheck, StateWord, incident_status, resolved_words, since, steps};
pub use instant::{Date, Instant, Period};
pub use keys::Keys;
pub use outcome::Outcome;
pub use pager::Pager;
pub use password::NewPassword;
pub use record::Record;
pub(crate) use refusal::refusal_words;
pub use report_table::ReportTable;
pub use role_choice::RoleChoice;
pub use status_word::{StatusWord, status_class};
pub use switcher::Switcher;
pub use text_box::TextBox;
pub use trust::{TrustChoice, trust_asked};

use std::fmt::Write as _;

use leptos::prelude::*;

use crate::problem::{Problem, ProblemPage};

/// Draws a page once what it shows is there, or says why it cannot be drawn.
pub fn when_ready(page: impl Future<Output = Result<AnyView, Problem>> + Send + 'static) -> impl IntoView {
    let page =
        Suspend::new(async move { page.await.unwrap_or_else(|problem| view! { <ProblemPage problem/> }.into_any()) });
    view! { <Suspense>{page}</Suspense> }
}

/// What a sender wrote, so that nothing in it acts: see [`model::text::visible`]. Markup is escaped by Leptos itself.
pub fn said(text: &str) -> String {
    model::text::visible(text).into_owned()
}

/// As [`said`], for a text of several lines.
pub fn said_lines(text: &str) -> String {
    text.lines().map(|line| line.split('\t').map(said).collect::<Vec<_>>().join("\t")).collect::<Vec<_>>().join("\n")
}

/// A link with a query; what is empty is left out.
pub fn link(path: &str, query: &[(&str, &str)]) -> String {
    let mut link = path.to_owned();
    for (i, (key, value)) in query.iter().filter(|(_, value)| !value.is_empty()).enumerate() {
        link.push(if i == 0 { '?' } else { '&' });
        link.push_str(key);
        link.push('=');
        push_escaped(&mut link, value);
    }
    link
}

/// What needs no escape stays readable (RFC 3986 §2.3).
fn push_escaped(link: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_lines_and_nothing_else_acts() {
        assert_eq!(said_lines("{\r\n\t\"a\": \u{202e}1\n}\n"), "{\n\t\"a\": \\u{202e}1\n}");
    }

    #[test]
    fn a_link_escapes_what_people_typed() {
        assert_eq!(link("/", &[("q", "a&b=\"c\""), ("status", ""), ("page", "2")]), "/?q=a%26b%3D%22c%22&page=2");
        assert_eq!(link("/log", &[]), "/log");
    }
}
