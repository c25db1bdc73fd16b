//! A month of one domain on one page of paper.

pub mod view;

use leptos::prelude::*;
use model::{Day, Month};

pub use self::view::MonthlyView;
use super::named;
use crate::{
    components::{said, when_ready},
    context,
    pages::query,
    problem::Problem,
};

/// The page.
#[component]
pub fn MonthlyPage() -> impl IntoView {
    let name = named();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    let (month, error) = chosen(&query().get("month").unwrap_or_default(), now.day());
    when_ready(async move {
        let name = name?;
        let report = engine
            .monthly_report(visitor?.workspace, &name, month, now)
            .await?
            .ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        Ok(view! { <MonthlyView report month error now/> }.into_any())
    })
}

/// The month that the URL asks for, or the last that is over; and what was wrong with it.
fn chosen(asked: &str, today: Day) -> (Month, Option<String>) {
    let last = Month::of(today).previous();
    let shown = format!("{} is shown.", last.in_words());
    match asked.trim().parse::<Month>() {
        _ if asked.trim().is_empty() => (last, None),
        Ok(month) if month > Month::of(today) => (last, Some(format!("{} has not begun. {shown}", month.in_words()))),
        Ok(month) => (month, None),
        Err(why) => {
            let asked = said(&asked.chars().take(40).collect::<String>());
            (last, Some(format!("“{asked}” is no month: {why}. {shown}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_that_cannot_be_says_why() {
        let today = Day::from_ymd(2026, 11, 26).unwrap();
        let chosen = |asked: &str| {
            let (month, error) = chosen(asked, today);
            (month.to_string(), error.unwrap_or_default())
        };
        assert_eq!(chosen(""), ("2026-10".to_owned(), String::new()));
        assert_eq!(chosen("2026-11"), ("2026-11".to_owned(), String::new()));
        assert_eq!(chosen("2024-02"), ("2024-02".to_owned(), String::new()));
        let later = "December 2026 has not begun. October 2026 is shown.".to_owned();
        assert_eq!(chosen("2026-12"), ("2026-10".to_owned(), later));
        let wrong = "“2026-13” is no month: write a month as 2026-10. October 2026 is shown.".to_owned();
        assert_eq!(chosen("2026-13"), ("2026-10".to_owned(), wrong));
    }
}
