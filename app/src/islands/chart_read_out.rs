//! Reads a chart out day by day: to the pointer, the finger and the keyboard.
//!
//! The words stand in the chart already, as each day's `<title>`; the island only finds the day.

use leptos::{ev::PointerEvent, html::Div, prelude::*};
use web_sys::Element;

/// A chart whose days are the children of its `.days`, each with its words as text.
#[island]
pub fn ChartReadOut(
    /// How many days the chart has; at least one.
    days: usize,
    /// What is said while no day is chosen: the whole range.
    #[prop(into)]
    summary: String,
    /// The chart.
    children: Children,
) -> impl IntoView {
    let alive = super::alive();
    let frame = NodeRef::<Div>::new();
    let chosen = RwSignal::new(None::<usize>);
    let last = days.saturating_sub(1);

    let day = move |index: usize| -> Option<Element> {
        frame.get()?.query_selector(&format!(".days > :nth-child({})", index + 1)).ok()?
    };
    let words = Memo::new(move |_| {
        chosen.get().and_then(day).and_then(|day| day.text_content()).unwrap_or_else(|| summary.clone())
    });
    Effect::new(move |marked: Option<Option<Element>>| {
        if let Some(marked) = marked.flatten() {
            let _ = marked.set_attribute("class", "day");
        }
        let day = chosen.get().and_then(day);
        if let Some(day) = &day {
            let _ = day.set_attribute("class", "day at");
        }
        day
    });
    let under_pointer = move |event: PointerEvent| {
        let slider = event_target::<web_sys::HtmlElement>(&event);
        chosen.set(day_at(event.offset_x(), slider.offset_width(), days));
    };

    view! {
        <div class="read-out" node_ref=frame>
            <p class="reading">{move || words.get()}</p>
            <div class="plot">
                {children()}
                <input
                    type="range"
                    class="days-slider"
                    aria-label="Day"
                    hidden=move || !alive.get()
                    min="0"
                    max=last
                    prop:value=move || chosen.get().unwrap_or(last).to_string()
                    aria-valuetext=move || words.get()
                    on:input=move |event| chosen.set(event_target_value(&event).parse().ok())
                    on:focus=move |_| chosen.update(|day| *day = day.or(Some(last)))
                    on:blur=move |_| chosen.set(None)
                    on:pointermove=under_pointer
                    on:pointerleave=move |_| chosen.set(None)
                />
            </div>
        </div>
    }
}

/// The day that a pointer is over, `x` pixels from the left of a chart `width` pixels wide.
fn day_at(x: i32, width: i32, days: usize) -> Option<usize> {
    let (x, width) = (usize::try_from(x).ok()?, usize::try_from(width).ok()?);
    (x < width).then(|| x * days / width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_has_its_share_of_the_width() {
        assert_eq!(day_at(0, 300, 30), Some(0));
        assert_eq!(day_at(9, 300, 30), Some(0));
        assert_eq!(day_at(10, 300, 30), Some(1));
        assert_eq!(day_at(299, 300, 30), Some(29));
        assert_eq!(day_at(300, 300, 30), None);
        assert_eq!(day_at(-1, 300, 30), None);
        assert_eq!(day_at(0, 0, 30), None);
    }
}
