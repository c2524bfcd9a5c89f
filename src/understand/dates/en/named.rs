//! Named days with the year that stands beside them: 'Easter', 'Diwali 2026', 'next Thanksgiving', 'Christmas in 3 years'.

use super::lex::Kind;
use super::parse::{Alts, Date, Parse};
use super::period::unit;
use crate::calendar::named as calendar;
use crate::understand::dates::{Grain, resolve};
use chrono::{Datelike, Weekday};

/// Years before and after that hold every named day: Super Tuesday and 29 February come every four.
const YEARS_AROUND: i32 = 5;

impl Parse<'_> {
    /// English without a country means the days of the United States, as it means month first.
    fn country(&self) -> &str {
        if self.settings.country.is_empty() { "US" } else { &self.settings.country }
    }

    fn of_year(&self, place: usize, year: i32) -> Option<resolve::Span> {
        calendar::day(place, year, self.country())
    }

    /// Every time the day comes in the years from `from` to `to`.
    fn around(&self, place: usize, from: i32, to: i32) -> impl Iterator<Item = resolve::Span> {
        (from..=to).flat_map(move |y| calendar::days(place, y, self.country()))
    }

    /// A named day at `i`; `sense` 1 next, -1 last, 0 neither.
    pub fn named_day(&self, i: usize, sense: i32, depth: u8) -> Option<Date> {
        let place = usize::try_from(self.value(i)).ok()?;
        if self.marked_before(i) {
            return None;
        }
        let end = i + 1;
        let mut date = self.named_in_year(place, end, depth).or_else(|| self.named_near(place, sense, end))?;
        if calendar::begins_the_evening_before(place) {
            let day = date.alts;
            for d in day.iter() {
                let eve = resolve::add_days(d.a, -1)?;
                date.alts.lower(d.a, d.b, 0.57);
                date.alts.push(eve, if d.a == d.b { eve } else { d.b }, d.p * 0.42, "from the evening before");
            }
        }
        // 'Labor Day 2021 weekend', 'Easter weekend'
        if self.is(date.end, Kind::Unit) && self.value(date.end) == unit::WEEKEND {
            let alts = date.alts.map(|a, b| match a.weekday() {
                Weekday::Mon | Weekday::Fri => Some((
                    resolve::weekday_on_or_before(
                        if a.weekday() == Weekday::Fri { resolve::add_days(a, 1)? } else { a },
                        Weekday::Sat,
                    )?
                    .min(a),
                    b.max(
                        resolve::weekday_on_or_after(a, Weekday::Mon)
                            .filter(|_| a.weekday() == Weekday::Mon)
                            .unwrap_or(resolve::add_days(a, 2)?),
                    ),
                )),
                _ => resolve::week(a, 0).and_then(|(_, sunday)| Some((resolve::add_days(sunday, -1)?, sunday))),
            });
            return Date::new(date.end + 1, alts, Grain::Week);
        }
        Some(date)
    }

    fn grain(span: resolve::Span) -> Grain {
        if span.0 == span.1 { Grain::Day } else { Grain::Week }
    }

    /// '2018', 'in 2018', 'of last year', 'two years ago', 'in 4 years', '9 months from now'.
    fn named_in_year(&self, place: usize, i: usize, depth: u8) -> Option<Date> {
        if self.line(i) {
            return None;
        }
        let with = |year: i32, end: usize| {
            let span = self.of_year(place, year)?;
            Date::new(end, Alts::one(span.0, span.1, ""), Self::grain(span))
        };
        if let Some((year, end)) = self.year_after(i, false) {
            return with(year, end);
        }
        let depth = depth.checked_sub(1)?;
        if matches!(self.k(i), Kind::Num | Kind::Cardinal | Kind::A | Kind::In) {
            let j = self.skip(i, &[Kind::In]);
            let by = self.length(j)?;
            let told = if j > i { self.day(i, depth) } else { self.day(j, depth) }?;
            let target = told.alts.first()?.a;
            // Whole years keep the year; months name the nearest to that day.
            if by.unit == unit::YEAR && by.parts == 1 {
                return with(target.year(), told.end);
            }
            let years = target.year() - 1..=target.year() + 1;
            let spans = years.filter_map(|y| self.of_year(place, y));
            let span = spans.min_by_key(|s| (s.0 - target).num_days().abs())?;
            return Date::new(told.end, Alts::one(span.0, span.1, ""), Self::grain(span));
        }
        None
    }

    fn named_near(&self, place: usize, sense: i32, end: usize) -> Option<Date> {
        let year = self.today.year();
        // The years beside this one hold the next and the last of nearly every day; elections and leap days need more.
        let next = |s: &resolve::Span| if sense == 1 { s.0 > self.today } else { s.1 >= self.today };
        let find = |reach: i32| {
            let all: Vec<resolve::Span> = self.around(place, year - reach, year + reach).collect();
            let ahead = all.iter().filter(|s| next(s)).min_by_key(|s| s.0).copied();
            let behind = all.iter().filter(|s| s.1 < self.today).max_by_key(|s| s.0).copied();
            (ahead, behind)
        };
        let (ahead, behind) = match find(1) {
            (Some(a), Some(b)) => (Some(a), Some(b)),
            _ => find(YEARS_AROUND),
        };
        let (alts, span) = match sense {
            1 => {
                let next = ahead?;
                (Alts::one(next.0, next.1, "the next one"), next)
            }
            -1 => {
                let last = behind?;
                (Alts::one(last.0, last.1, "the last one"), last)
            }
            _ => (self.ahead_or_behind(ahead, behind), ahead.or(behind)?),
        };
        Date::new(end, alts, Self::grain(span))
    }

    /// 'the second closest Christmas to today'.
    pub fn closest_named(&self, n: i32, j: usize, anchor: Date) -> Option<Date> {
        let place = usize::try_from(self.value(j)).ok()?;
        let day = anchor.alts.first()?.a;
        // Days that come every four years need more years around.
        let reach = 5 * n.clamp(1, 6);
        let mut spans: Vec<_> = self.around(place, day.year() - reach, day.year() + reach).collect();
        spans.sort_by_key(|s| (s.0 - day).num_days().abs());
        let span = *spans.get(usize::try_from(n - 1).ok()?)?;
        Date::new(anchor.end, Alts::one(span.0, span.1, ""), Self::grain(span))
    }

    /// 'the first Super Tuesday after 2019', 'first working day after Easter' is elsewhere.
    pub fn nth_named(&self, n: i32, j: usize, depth: u8) -> Option<Date> {
        let place = usize::try_from(self.value(j)).ok()?;
        let k = self.skip(j + 1, &[Kind::Dot]) + 1;
        let anchor = self.date(k, depth.checked_sub(1)?)?;
        let after = anchor.alts.first()?.b;
        let spans = (0..=4 * n.min(10)).filter_map(|y| self.of_year(place, after.year() + y)).filter(|s| s.0 > after);
        let span = spans.skip(n as usize - 1).min_by_key(|s| s.0)?;
        Date::new(anchor.end, Alts::one(span.0, span.1, ""), Self::grain(span))
    }
}
