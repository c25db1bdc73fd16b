//! The four numbers, compared with those of as many days before.

use leptos::prelude::*;
use model::{
    Day, Impact, Totals, format,
    rhythm::Presence,
    view::{DomainPage, ReporterRow},
};

use crate::components::said;

/// The four numbers.
#[component]
pub fn Figures(
    /// Where they stand.
    page: DomainPage,
) -> impl IntoView {
    let days = before_words(page.range.len());
    let reporting = page.reporters.iter().filter(|reporter| reporter.totals.sessions > 0).count();
    let all = page.totals.failed;
    let failed = page.failed_shown();
    let filtered = !page.failing.filter.is_empty();
    let fate = page.failing.impacts.iter().filter(|(_, count)| *count > 0);
    let fate = fate.map(|(impact, count)| format!("{} {}", format::thousands(*count), impact.words()));
    let fate = fate.collect::<Vec<_>>().join("; ");
    let worst = page.failing.impacts.iter().any(|(impact, count)| *impact == Impact::NotDelivered && *count > 0);
    let failed_before = (!filtered && page.before.sessions > 0).then(
        || view! { <dd class="detail">{format!("{} in the {days}", format::thousands(page.before.failed))}</dd> },
    );
    view! {
        <dl class="figures">
            <div>
                <dt>"Sessions"</dt>
                <dd>{format::thousands(page.totals.sessions)}</dd>
                <dd class="detail">{growth(page.totals.sessions, page.before.sessions, &days)}</dd>
            </div>
            <div>
                <dt>"Succeeded"</dt>
                <dd>{page.totals.rate_words()}</dd>
                <dd class="detail">{rate_change(page.totals, page.before, &days)}</dd>
            </div>
            <div>
                <dt>{if filtered { "Failed, of these filters" } else { "Failed" }}</dt>
                <dd class=worst.then_some("bad")>{format::thousands(failed)}</dd>
                <dd class="detail">{if fate.is_empty() { "no failure in this time".to_owned() } else { fate }}</dd>
                {filtered.then(|| view! { <dd class="detail">{format!("of {} in all", format::thousands(all))}</dd> })}
                {failed_before}
            </div>
            <div>
                <dt>"Reporters"</dt>
                <dd>{reporting}</dd>
                <dd class="detail">{silence(&page.reporters, page.range.last == page.today, page.today)}</dd>
            </div>
        </dl>
    }
    .into_any()
}

fn before_words(days: i32) -> String {
    if days == 1 { "day before".to_owned() } else { format!("{days} days before") }
}

/// Who of the usual reporters is missing. Of days gone by nothing is said: what is usual now was not then.
fn silence(rows: &[ReporterRow], now: bool, today: Day) -> String {
    let mut silent = rows.iter().filter_map(|row| match row.presence {
        Some(Presence { silent_since: Some(since), .. }) => Some((said(&row.name), since)),
        _ => None,
    });
    match (now, silent.next()) {
        (false, _) => String::new(),
        (true, None) if rows.is_empty() => "nobody has reported lately".to_owned(),
        (true, None) => "all usual ones reporting".to_owned(),
        (true, Some((name, since))) => {
            let more = match silent.count() {
                0 => String::new(),
                more => format!(", {more} more"),
            };
            format!("silent: {name} since {}{more}", since.in_words(today))
        }
    }
}

/// How the sessions compare with those of the days before.
fn growth(now: u64, before: u64, days: &str) -> String {
    if before == 0 {
        return format!("none in the {days}");
    }
    let (sign, change) = if now >= before { ("+", now - before) } else { ("−", before - now) };
    let tenths = u128::from(change) * 1_000 / u128::from(before);
    match tenths {
        0 => format!("as many as in the {days}"),
        10_000.. => format!("{} in the {days}", format::thousands(before)),
        _ => format!("{sign}{}.{} % on the {days}", tenths / 10, tenths % 10),
    }
}

/// How the rate compares, in points: hundredths of a per cent are what matters here.
fn rate_change(now: Totals, before: Totals, days: &str) -> String {
    if before.sessions == 0 || now.sessions == 0 {
        return String::new();
    }
    let hundredths = |totals: Totals| i128::from(totals.successful()) * 10_000 / i128::from(totals.sessions);
    let change = hundredths(now) - hundredths(before);
    if change == 0 {
        return format!("{} in the {days}", before.rate_words());
    }
    let sign = if change > 0 { "+" } else { "−" };
    let change = change.unsigned_abs();
    format!("{sign}{}.{:02} points on the {days}", change / 100, change % 100)
}

#[cfg(test)]
mod tests {
    use model::{Trust, rhythm::Rhythm};

    use super::*;

    #[test]
    fn sessions_are_compared_in_per_cent_and_rates_in_points() {
        let days = before_words(30);
        assert_eq!(growth(103, 100, &days), "+3.0 % on the 30 days before");
        assert_eq!(growth(97, 100, &days), "−3.0 % on the 30 days before");
        assert_eq!(growth(5, 0, &days), "none in the 30 days before");
        let totals = |sessions, failed| Totals { sessions, failed };
        assert_eq!(rate_change(totals(10_000, 260), totals(10_000, 10), &days), "−2.50 points on the 30 days before");
        assert_eq!(rate_change(totals(10_000, 0), totals(10_000, 7), &days), "+0.07 points on the 30 days before");
        assert_eq!(rate_change(totals(9, 0), totals(8, 0), &before_words(1)), "100 % in the day before");
        assert_eq!(rate_change(totals(9, 0), Totals::default(), &days), "");
    }

    #[test]
    fn who_is_silent_is_named() {
        let today = Day::from_ymd(2026, 11, 21).unwrap();
        let row = |name: &str, silent_since| ReporterRow {
            name: name.to_owned(),
            trust: Trust::Signed,
            days: vec![],
            totals: Totals::default(),
            presence: Some(Presence { rhythm: Rhythm::Daily, last_seen: today, silent_since }),
        };
        let since = Some(today.plus(-9));
        assert_eq!(silence(&[row("A", None)], true, today), "all usual ones reporting");
        assert_eq!(silence(&[row("A", None), row("B", since)], true, today), "silent: B since 12 Nov");
        assert_eq!(silence(&[row("A", since), row("B", since)], true, today), "silent: A since 12 Nov, 1 more");
        assert_eq!(silence(&[row("A", since)], false, today), "", "of days gone by nothing is said");
        assert_eq!(silence(&[], true, today), "nobody has reported lately");
    }
}
