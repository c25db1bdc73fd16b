//! Choosing the days.

use leptos::prelude::*;
use model::{
    Day, DayRange,
    span::{OFFERED, Span},
};

use crate::pages::domain::asked::Asked;

/// The ranges that are offered, and any other by its two days.
#[component]
pub fn RangePicker(
    /// What is asked for.
    asked: Asked,
    /// Today.
    today: Day,
) -> impl IntoView {
    let offered = OFFERED
        .into_iter()
        .map(|(days, label)| {
            let here = asked.span == Span::Last(days) && asked.fault.is_none();
            view! { <a href=asked.over(Span::Last(days)) aria-current=here.then_some("true")>{label}</a> }
        })
        .collect_view();
    let (before, after) = asked.around(today);
    let range = asked.span.range(today);
    let custom = matches!(asked.span, Span::Between(_));
    let (from, to) = match (&asked.fault, asked.typed.clone()) {
        (Some(_), typed) => typed,
        (None, _) => (range.first.to_string(), range.last.to_string()),
    };
    let label = if custom { custom_words(range, today) } else { "Custom…".to_owned() };
    let kept =
        asked.filter.written().into_iter().map(|(key, value)| view! { <input type="hidden" name=key value=value/> });
    let kept = kept.collect_view();
    let fault = asked.fault.clone().map(|fault| {
        view! { <p class="alert" role="alert">{fault}" The last 30 days are shown instead."</p> }
    });
    let open = asked.fault.is_some();
    view! {
        {fault}
        <div class="ranges">
            <nav class="range" aria-label="Range">
                {before.map(|href| view! { <a href=href rel="prev">"Earlier"</a> })}
                {offered}
                {after.map(|href| view! { <a href=href rel="next">"Later"</a> })}
            </nav>
            <details class="custom" open=open>
                <summary class:current=custom>{label}</summary>
                <form class="filters" method="get" action=asked.path>
                    {kept}
                    <label>
                        <span>"From"</span>
                        <input type="date" name="from" value=from min="2018-01-01" max=today.to_string() required/>
                    </label>
                    <label>
                        <span>"To"</span>
                        <input type="date" name="to" value=to min="2018-01-01" max=today.to_string() required/>
                    </label>
                    <button class="plain">"Show these days"</button>
                </form>
            </details>
        </div>
    }
    .into_any()
}

fn custom_words(range: DayRange, today: Day) -> String {
    let (first, last) = (range.first.in_words(today), range.last.in_words(today));
    if range.first == range.last { first } else { format!("{first} to {last}") }
}
