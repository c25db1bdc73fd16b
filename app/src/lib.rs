//! What people see: pages drawn on the server, complete without a script, and a few islands that a script brings to life.
//!
//! * [`islands`] is all that reaches the browser: the chart's read-out, the copy button, linting as one types, keys that lead
//!   from page to page, and ticks while records appear. `wake` brings them to life.
//! * `view_transition`: how one page turns into the next.
//! * `pages`: one file for a page and its server functions. `components`: what several pages share.
//!   `chart`: geometry as pure functions, and thin views over it.
//! * `context`: what the server hands to every page. `problem`: what a page says when it cannot be drawn.
//!
//! The server mounts [`shell()`] on the routes of [`App`], and as its fallback, so that an unknown path gets our 404 page.

#![expect(clippy::must_use_candidate, reason = "nobody forgets a component's view: `view!` uses it")]
#![cfg_attr(
    feature = "ssr",
    expect(clippy::needless_pass_by_value, reason = "components own their props: what they draw outlives the call")
)]

pub mod islands;

#[cfg(feature = "ssr")]
pub mod chart;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod problem;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod view_transition;
#[cfg(feature = "ssr")]
pub mod wake;

#[cfg(feature = "ssr")]
pub use components::link;
#[cfg(feature = "ssr")]
pub use context::{Clock, PublicTools, SecureCookies, SignOn};
#[cfg(feature = "ssr")]
pub use http::{Brief, content_security_policy, safe_next, session_cookie, session_cookie_name, session_token};
#[cfg(feature = "ssr")]
pub use shell::{App, shell};
