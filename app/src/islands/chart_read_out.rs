//! Reads a chart out day by day, and chooses some of its days: by pointer, finger and keyboard.
//!
//! The words stand in the chart already, as each day's `<title>`; the island only finds the days. Dragging, or Shift with the arrow
//! keys, chooses several; a link then leads to the page over these days, as the form beside the chart does without a script.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html::{A, Div},
    prelude::*,
};
use web_sys::Element;

/// A chart whose days are the children of its `.days`, each with its words as text and its date as `data-day`.
#[island]
pub fn ChartReadOut(
    /// How many days the chart has; at least one.
    days: usize,
    /// What is said while no day is chosen: the whole range.
    #[prop(into)]
    summary: String,
    /// A link that ends where `from=…&to=…` is to follow.
    to_choose: String,
    /// The chart.
    children: Children,
) -> impl IntoView {
    let alive = super::alive();
    let frame = NodeRef::<Div>::new();
    let show = NodeRef::<A>::new();
    let chosen = RwSignal::new(None::<usize>);
    // Where several days begin; they end with the one that is chosen.
    let begun = RwSignal::new(None::<usize>);
    let dragging = RwSignal::new(false);
    let last = days.saturating_sub(1);

    let day = move |index: usize| -> Option<Element> {
        frame.get()?.query_selector(&format!(".days > :nth-child({})", index + 1)).ok()?
    };
    let words = Memo::new(move |_| {
        chosen.get().and_then(day).and_then(|day| day.text_content()).unwrap_or_else(|| summary.clone())
    });
    let several = Memo::new(move |_| span(begun.get()?, chosen.get()?));
    let dates = move || {
        let (first, last) = several.get()?;
        let date = |index| day(index)?.get_attribute("data-day");
        Some((date(first)?, date(last)?))
    };
    let href = move || dates().map(|(from, to)| format!("{to_choose}from={from}&to={to}"));
    Effect::new(move |marked: Option<Vec<Element>>| {
        for day in marked.into_iter().flatten() {
            let _ = day.set_attribute("class", "day");
        }
        let here = several.get().or_else(|| chosen.get().map(|day| (day, day)));
        let here: Vec<Element> = here.into_iter().flat_map(|(first, last)| first..=last).filter_map(day).collect();
        for day in &here {
            let _ = day.set_attribute("class", "day at");
        }
        here
    });

    let under = move |event: &PointerEvent| {
        let slider = event_target::<web_sys::HtmlElement>(event);
        day_at(event.offset_x(), slider.offset_width(), days)
    };
    let press = move |event: PointerEvent| {
        begun.set(under(&event));
        chosen.set(under(&event));
        dragging.set(true);
    };
    let release = move || {
        dragging.set(false);
        if several.get().is_none() {
            begun.set(None);
        }
    };
    let slide = move |event: PointerEvent| {
        // Let go elsewhere.
        if dragging.get() && event.buttons() == 0 {
            release();
        }
        match (dragging.get(), several.get(), under(&event)) {
            // What was chosen stays until something else is.
            (false, Some(_), _) | (true, _, None) => {}
            (_, _, day) => chosen.set(day),
        }
    };
    let leave = move |_| {
        if !dragging.get() && several.get().is_none() {
            chosen.set(None);
        }
    };
    let key = move |event: KeyboardEvent| {
        let at = chosen.get().unwrap_or(last);
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => at.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => last.min(at + 1),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                if let Some(link) = show.get().filter(|_| several.get().is_some()) {
                    link.click();
                }
                return;
            }
            "Escape" => return begun.set(None),
            _ => return,
        };
        event.prevent_default();
        begun.update(|begun| *begun = if event.shift_key() { begun.or(Some(at)) } else { None });
        chosen.set(Some(to));
    };

    view! {
        <div class="read-out" node_ref=frame>
            <div class="reading-line">
                <p class="reading">{move || words.get()}</p>
                <a class="brushed plain" node_ref=show hidden=move || several.get().is_none() href=href>
                    {move || dates().map(|(from, to)| format!("Show {from} to {to}"))}
                </a>
            </div>
            <div class="plot">
                {children()}
                <input
                    type="range"
                    class="days-slider"
                    aria-label="Day"
                    title="Drag, or hold Shift with the arrow keys, to choose several days"
                    hidden=move || !alive.get()
                    min="0"
                    max=last
                    prop:value=move || chosen.get().unwrap_or(last).to_string()
                    aria-valuetext=move || words.get()
                    on:input=move |event| {
                        // To the pointer each day has its share of the width; the slider's own thumb sees that otherwise.
                        if !dragging.get() {
                            chosen.set(event_target_value(&event).parse().ok());
                        }
                    }
                    on:keydown=key
                    on:focus=move |_| chosen.update(|day| *day = day.or(Some(last)))
                    on:blur=move |_| if several.get().is_none() { chosen.set(None) }
                    on:pointerdown=press
                    on:pointermove=slide
                    on:pointerup=move |_| release()
                    on:pointercancel=move |_| release()
                    on:pointerleave=leave
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

/// From the earlier to the later of two days; one day is not several.
fn span(one: usize, other: usize) -> Option<(usize, usize)> {
    (one != other).then(|| (one.min(other), one.max(other)))
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

    #[test]
    fn days_are_chosen_in_either_direction() {
        assert_eq!(span(3, 7), Some((3, 7)));
        assert_eq!(span(7, 3), Some((3, 7)));
        assert_eq!(span(5, 5), None);
    }
}
