//! Reads a chart out day by day, and chooses some of its days: by pointer, finger and keyboard.
//!
//! The words stand in the chart already, as each day's `<title>`; the island only finds the days. Dragging, or Shift with the arrow
//! keys, chooses several; a link then leads to the page over these days, as the form beside the chart does without a script.

use std::ops::RangeInclusive;

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
    let brush = Brush { days, chosen: RwSignal::new(None), begun: RwSignal::new(None), dragging: RwSignal::new(false) };
    let last = days.saturating_sub(1);

    let day = move |index: usize| -> Option<Element> {
        frame.get()?.query_selector(&format!(".days > :nth-child({})", index + 1)).ok()?
    };
    let words = Memo::new(move |_| {
        brush.chosen.get().and_then(day).and_then(|day| day.text_content()).unwrap_or_else(|| summary.clone())
    });
    let dates = move || {
        let (first, last) = brush.several()?;
        let date = |index| day(index)?.get_attribute("data-day");
        Some((date(first)?, date(last)?))
    };
    let href = move || dates().map(|(from, to)| format!("{to_choose}from={from}&to={to}"));
    Effect::new(move |marked: Option<Vec<Element>>| {
        for day in marked.into_iter().flatten() {
            let _ = day.set_attribute("class", "day");
        }
        let here: Vec<Element> = brush.covered().into_iter().flatten().filter_map(day).collect();
        for day in &here {
            let _ = day.set_attribute("class", "day at");
        }
        here
    });
    let key = move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            if let Some(link) = show.get().filter(|_| brush.several().is_some()) {
                link.click();
            }
        } else if brush.key(&event.key(), event.shift_key()) {
            event.prevent_default();
        }
    };

    view! {
        <div class="read-out" node_ref=frame>
            <div class="reading-line">
                <p class="reading">{move || words.get()}</p>
                <a class="brushed plain" node_ref=show hidden=move || brush.several().is_none() href=href>
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
                    prop:value=move || brush.chosen.get().unwrap_or(last).to_string()
                    aria-valuetext=move || words.get()
                    on:input=move |event| {
                        // To the pointer each day has its share of the width; the slider's own thumb sees that otherwise.
                        if !brush.dragging.get() {
                            brush.chosen.set(event_target_value(&event).parse().ok());
                        }
                    }
                    on:keydown=key
                    on:focus=move |_| brush.chosen.update(|day| *day = day.or(Some(last)))
                    on:blur=move |_| if brush.several().is_none() { brush.chosen.set(None) }
                    on:pointerdown=move |event| brush.press(&event)
                    on:pointermove=move |event| brush.slide(&event)
                    on:pointerup=move |_| brush.release()
                    on:pointercancel=move |_| brush.release()
                    on:pointerleave=move |_| brush.leave()
                />
            </div>
        </div>
    }
}

/// Which days are chosen.
#[derive(Clone, Copy)]
struct Brush {
    /// How many there are.
    days: usize,
    /// The day that is read out.
    chosen: RwSignal<Option<usize>>,
    /// Where several days begin; they end with the one that is chosen.
    begun: RwSignal<Option<usize>>,
    /// Whether the pointer is held down.
    dragging: RwSignal<bool>,
}

impl Brush {
    /// The first and the last of several days.
    fn several(self) -> Option<(usize, usize)> {
        span(self.begun.get()?, self.chosen.get()?)
    }

    /// All days that are chosen.
    fn covered(self) -> Option<RangeInclusive<usize>> {
        let (first, last) = self.several().or_else(|| self.chosen.get().map(|day| (day, day)))?;
        Some(first..=last)
    }

    fn under(self, event: &PointerEvent) -> Option<usize> {
        let slider = event_target::<web_sys::HtmlElement>(event);
        day_at(event.offset_x(), slider.offset_width(), self.days)
    }

    fn press(self, event: &PointerEvent) {
        self.begun.set(self.under(event));
        self.chosen.set(self.under(event));
        self.dragging.set(true);
    }

    fn release(self) {
        self.dragging.set(false);
        if self.several().is_none() {
            self.begun.set(None);
        }
    }

    fn slide(self, event: &PointerEvent) {
        // Let go elsewhere.
        if self.dragging.get() && event.buttons() == 0 {
            self.release();
        }
        match (self.dragging.get(), self.several(), self.under(event)) {
            // What was chosen stays until something else is.
            (false, Some(_), _) | (true, _, None) => {}
            (_, _, day) => self.chosen.set(day),
        }
    }

    fn leave(self) {
        if !self.dragging.get() && self.several().is_none() {
            self.chosen.set(None);
        }
    }

    /// Whether the key was one of ours.
    fn key(self, key: &str, shift: bool) -> bool {
        let last = self.days.saturating_sub(1);
        let at = self.chosen.get().unwrap_or(last);
        let to = match key {
            "ArrowLeft" | "ArrowDown" => at.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => last.min(at + 1),
            "Home" => 0,
            "End" => last,
            "Escape" => {
                self.begun.set(None);
                return false;
            }
            _ => return false,
        };
        self.begun.update(|begun| *begun = if shift { begun.or(Some(at)) } else { None });
        self.chosen.set(Some(to));
        true
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
