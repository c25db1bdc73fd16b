//! Choosing a password: the field, and why one may not be chosen.

use engine::PasswordProblem;
use leptos::prelude::*;

/// A field for a new password.
#[component]
pub fn NewPassword(
    /// What it is called: "A password".
    label: &'static str,
    /// The name under which the form sends it.
    name: &'static str,
) -> impl IntoView {
    view! {
        <label>
            <span>{label}</span>
            <input type="password" name=name required minlength="12" maxlength="256" autocomplete="new-password"/>
            <small>"At least 12 characters; 15 or more are better. Four random words make a good one."</small>
        </label>
    }
    .into_any()
}

/// The code that a URL carries for it.
pub(crate) const fn problem_code(problem: PasswordProblem) -> &'static str {
    match problem {
        PasswordProblem::TooShort => "password-short",
        PasswordProblem::TooLong => "password-long",
        PasswordProblem::Common => "password-common",
        PasswordProblem::Own => "password-own",
    }
}

/// What such a code means.
pub(crate) fn problem_words(code: &str) -> Option<&'static str> {
    match code {
        "password-short" => {
            Some("This password is too short: it needs 12 characters or more. Four random words make a good one.")
        }
        "password-long" => Some("This password is too long: it may have 256 characters."),
        "password-common" => Some(
            "This password is among the first that anybody would try: it is a common one, one with digits or signs around it, \
             something repeated, or a run such as 1234. Choose another; four random words make a good one.",
        ),
        "password-own" => Some(
            "This password is little else than your e-mail address or the name of this program. Choose another; four random words \
             make a good one.",
        ),
        _ => None,
    }
}
