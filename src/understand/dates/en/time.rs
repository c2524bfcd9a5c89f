//! Times of day, alone and beside a date: '9am', '17:30 CET', 'noon', 'COB', 'half past seven', 'from 2 to 4pm'.

use super::absolute::longest;
use super::lex::Kind;
use super::parse::{Alts, Date, Parse};
use super::period::unit;
use crate::understand::dates::Grain;

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    /// Minutes since midnight, 0 to 1439.
    pub minute: u32,
    pub grain: Grain,
    /// Offset from UTC in minutes where a zone is named.
    pub zone: Option<i32>,
    pub end: usize,
    /// 'am' or 'pm' was said, or the hour is above 12.
    pub sure: bool,
}

/// A date with its time of day.
#[derive(Debug, Clone, Copy)]
pub struct When {
    pub date: Date,
    pub clock: Option<Clock>,
    pub end: usize,
}

/// Words between a date and its time.
const LINKS: [Kind; 13] = [
    Kind::At,
    Kind::AtSign,
    Kind::For,
    Kind::In,
    Kind::On,
    Kind::From,
    Kind::Between,
    Kind::By,
    Kind::Before,
    Kind::After,
    Kind::Until,
    Kind::Comma,
    Kind::Dash,
];

impl Parse<'_> {
    /// A time of day that shows itself by its form.
    pub fn time(&self, i: usize) -> Option<Clock> {
        let t = self.tok(i)?;
        let clock = |minute: i64, grain, end, sure| {
            (0..1440).contains(&minute).then_some(Clock { minute: minute as u32, grain, zone: None, end, sure })
        };
        let found = match t.kind {
            Kind::Clock => clock(i64::from(t.value), Grain::Minute, i + 1, true),
            Kind::Part => clock(i64::from(t.value), Grain::PartOfDay, i + 1, true),
            Kind::Close => clock(i64::from(self.close_minute()), Grain::Hour, i + 1, true),
            // 'tuesday AM'
            Kind::Meridiem => clock(i64::from(540 + t.value * 300), Grain::PartOfDay, i + 1, true),
            Kind::Early | Kind::Late => {
                let j = self.skip(i + 1, &[Kind::Dash, Kind::In]);
                let j = self.skip(j, &[Kind::The]);
                match self.k(j) {
                    Kind::Part => clock(i64::from(self.value(j)), Grain::PartOfDay, j + 1, true),
                    Kind::Tonight => clock(1320, Grain::PartOfDay, j, true),
                    _ => None,
                }
            }
            Kind::Half if self.is(i + 1, Kind::Mod) || self.is(i + 1, Kind::Unit) => {
                // 'half past seven': 'past' is a modifier elsewhere.
                let (h, end) = self.hour(i + 2)?;
                clock(h * 60 + 30, Grain::Minute, end, false)
            }
            Kind::Unit if t.value == unit::QUARTER && matches!(self.k(i + 1), Kind::Mod | Kind::To) => {
                let (h, end) = self.hour(i + 2)?;
                let past = self.is(i + 1, Kind::Mod);
                clock((h + 24) * 60 % 1440 + if past { 15 } else { -15 }, Grain::Minute, end, false)
            }
            Kind::Num | Kind::Cardinal => self.numeric_time(i),
            _ => None,
        }?;
        Some(self.with_zone(found))
    }

    fn close_minute(&self) -> u32 {
        use chrono::Timelike;
        self.settings.close_of_business.num_seconds_from_midnight() / 60
    }

    fn hour(&self, i: usize) -> Option<(i64, usize)> {
        let t = self.tok(i)?;
        let n = match t.kind {
            Kind::Num if t.len <= 2 => i64::from(t.value),
            Kind::Cardinal => i64::from(t.value),
            _ => return None,
        };
        if !(0..=24).contains(&n) {
            return None;
        }
        match self.meridiem(i + 1) {
            Some((pm, end)) if n <= 12 => Some((n % 12 + if pm { 12 } else { 0 }, end)),
            _ => Some((n, i + 1)),
        }
    }

    /// 'am', 'p.m.', 'p m', '9p'; whether it is afternoon.
    fn meridiem(&self, i: usize) -> Option<(bool, usize)> {
        match self.k(i) {
            Kind::Meridiem => Some((self.value(i) == 1, i + 1)),
            Kind::Word | Kind::A if self.tok(i)?.len == 1 => {
                let pm = self.text_is(i, "p");
                if !pm && !self.text_is(i, "a") {
                    return None;
                }
                if self.text_is(i + 1, "m") && !self.glued(i + 1) {
                    return Some((pm, i + 2));
                }
                (pm && self.glued(i) && self.may_end(i + 1)).then_some((pm, i + 1))
            }
            _ => None,
        }
    }

    fn numeric_time(&self, i: usize) -> Option<Clock> {
        let t = self.tok(i)?;
        let make = |h: i64, m: i64, pm: Option<bool>, end: usize| {
            let h = match pm {
                Some(_) if h > 12 => h,
                Some(pm) => h % 12 + if pm { 12 } else { 0 },
                None => h,
            };
            let sure = pm.is_some() || h > 12;
            ((0..=24).contains(&h) && (0..60).contains(&m)).then_some(Clock {
                minute: ((h * 60 + m) % 1440) as u32,
                grain: Grain::Minute,
                zone: None,
                end,
                sure,
            })
        };
        // 'thirty-six minutes past eight', '20 minutes to 2pm', 'twenty past five'
        let minutes = match t.kind {
            Kind::Num if t.len <= 2 => Some((i64::from(t.value), i + 1)),
            Kind::Cardinal => self.below_hundred(i),
            _ => None,
        };
        if let Some((m, j)) = minutes.filter(|m| (1..60).contains(&m.0)) {
            let said = self.is(j, Kind::Unit) && self.value(j) == unit::MINUTE;
            let k = if said { j + 1 } else { j };
            let past = self.is(k, Kind::Mod) && self.text_is(k, "past");
            if (past || self.is(k, Kind::To) && said)
                && let Some((h, end)) = self.hour(k + 1)
            {
                let total = (h * 60 + if past { m } else { -m }).rem_euclid(1440);
                return Some(Clock { minute: total as u32, grain: Grain::Minute, zone: None, end, sure: false });
            }
        }
        if t.kind == Kind::Cardinal {
            let h = i64::from(t.value);
            if self.is(i + 1, Kind::Oclock) {
                return make(h, 0, None, i + 2);
            }
            if let Some((pm, end)) = self.meridiem(i + 1) {
                return make(h, 0, Some(pm), end);
            }
            // 'one thirty p m', 'nine thirty' elsewhere
            let (m, j) = self.below_hundred(self.skip(i + 1, &[Kind::Dash])).filter(|m| (10..60).contains(&m.0))?;
            return if (1..=12).contains(&h) {
                self.meridiem(j).and_then(|(pm, end)| make(h, m, Some(pm), end))
            } else {
                None
            };
        }
        let h = i64::from(t.value);
        if t.len > 2 {
            // '1400 hrs', '0930h'
            if t.len == 4
                && self.is(i + 1, Kind::Unit)
                && self.value(i + 1) == unit::HOUR
                && (self.tok(i + 1)?.len == 3 || t.value < 1000)
            {
                return make(h / 100, h % 100, None, i + 2);
            }
            return None;
        }
        match self.k(i + 1) {
            Kind::Colon
                if self.glued(i + 1) && self.is(i + 2, Kind::Num) && self.glued(i + 2) && self.tok(i + 2)?.len == 2 =>
            {
                let m = i64::from(self.value(i + 2));
                let mut end = i + 3;
                if self.is(end, Kind::Colon) && self.is(end + 1, Kind::Num) && self.glued(end + 1) {
                    end += 2;
                }
                match self.meridiem(end) {
                    Some((pm, end)) => make(h, m, Some(pm), end),
                    None => make(h, m, None, end),
                }
            }
            Kind::Dot
                if self.glued(i + 1) && self.is(i + 2, Kind::Num) && self.glued(i + 2) && self.tok(i + 2)?.len == 2 =>
            {
                let (pm, end) = self.meridiem(i + 3)?;
                make(h, i64::from(self.value(i + 2)), Some(pm), end)
            }
            Kind::Oclock => make(h, 0, None, i + 2),
            Kind::Word if self.glued(i + 1) && self.text_is(i + 1, "h") => {
                if self.is(i + 2, Kind::Num) && self.glued(i + 2) {
                    return make(h, i64::from(self.value(i + 2)), None, i + 3);
                }
                make(h, 0, None, i + 2)
            }
            _ => {
                let (pm, end) = self.meridiem(i + 1)?;
                if h > 12 || h == 0 { None } else { make(h, 0, Some(pm), end) }
            }
        }
    }

    fn with_zone(&self, mut clock: Clock) -> Clock {
        let mut j = clock.end;
        // 'in the morning', 'at night'
        let k = self.skip(self.skip(j, &[Kind::In, Kind::At]), &[Kind::The]);
        if k > j && self.is(k, Kind::Part) && clock.grain != Grain::PartOfDay {
            if self.value(k) >= 720 && clock.minute < 720 {
                clock.minute += 720;
            }
            (clock.sure, clock.end) = (true, k + 1);
            j = k + 1;
        } else if self.is(j, Kind::Part) && clock.grain == Grain::Minute {
            if self.value(j) >= 720 && clock.minute < 720 {
                clock.minute += 720;
            }
            (clock.sure, clock.end) = (true, j + 1);
            j += 1;
        }
        let open = self.is(j, Kind::Open);
        let z = if open { j + 1 } else { j };
        if clock.grain != Grain::PartOfDay && self.is(z, Kind::Zone) && self.tok(z).is_some_and(|t| t.len >= 3 || t.cap)
        {
            clock.zone = Some(self.value(z));
            clock.end = if open && self.is(z + 1, Kind::Close2) { z + 2 } else { z + 1 };
        }
        clock
    }

    /// A bare hour where the words around make it one: 'at 5', '5 to 6'; also 'seven twenty-seven'.
    fn bare_time(&self, i: usize) -> Option<Clock> {
        if let Some(clock) = self.time(i) {
            return Some(clock);
        }
        let t = self.tok(i)?;
        let (h, mut end) = self.hour(i)?;
        let mut m = 0;
        if t.kind == Kind::Cardinal
            && let Some((minutes, e)) = self.below_hundred(self.skip(end, &[Kind::Dash]))
            && (10..60).contains(&minutes)
        {
            (m, end) = (minutes, e);
            if self.is(end, Kind::Unit) && self.value(end) == unit::MINUTE {
                end += 1;
            }
        }
        if t.kind == Kind::Num
            && self.glued(end)
            && matches!(self.k(end), Kind::Slash | Kind::Dot | Kind::Word | Kind::Percent)
            && !self.ends(end)
        {
            return None;
        }
        (h < 24)
            .then_some(Clock { minute: (h * 60 + m) as u32, grain: Grain::Hour, zone: None, end, sure: h > 12 })
            .map(|c| self.with_zone(c))
    }

    /// A span of hours, or one time: '5 to 6pm', 'between 9:30 and 11:00', '8-9am'. `bare`: hours may be plain numbers.
    fn times(&self, i: usize, bare: bool) -> Option<(Clock, bool)> {
        let j = self.skip(i, &[Kind::From, Kind::Between]);
        let j = self.skip(j, &[Kind::At]);
        let linked = j > i;
        let first = if bare || linked {
            self.bare_time(j)
        } else {
            self.time(j).or_else(|| if self.number_span(j) { self.bare_time(j) } else { None })
        }?;
        let sep = first.end;
        if matches!(self.k(sep), Kind::To | Kind::Dash | Kind::Until | Kind::Through | Kind::And | Kind::Tilde)
            && first.grain != Grain::PartOfDay
            && (!self.is(sep, Kind::And) || linked)
        {
            let k = self.skip(sep + 1, &[Kind::At, Kind::Before]);
            if let Some(second) = self.bare_time(k)
                && second.grain != Grain::PartOfDay
                && !(self.is(k, Kind::Num) && self.is(k + 1, Kind::Slash))
                && !matches!(self.k(second.end), Kind::Month | Kind::Slash)
            {
                let mut clock = first;
                clock.end = second.end;
                clock.zone = first.zone.or(second.zone);
                if !first.sure
                    && second.sure
                    && second.minute >= 720
                    && first.minute < 720
                    && first.minute + 720 <= second.minute
                {
                    clock.minute += 720;
                }
                return Some((clock, true));
            }
        }
        Some((first, first.sure || first.grain != Grain::Hour))
    }

    /// '8-9', '3 - 8', '8 to 9': two plain hours.
    fn number_span(&self, i: usize) -> bool {
        let small = |i: usize| {
            self.tok(i).is_some_and(|t| {
                matches!(t.kind, Kind::Num | Kind::Cardinal)
                    && (t.kind == Kind::Cardinal || t.len <= 2)
                    && (0..=24).contains(&t.value)
            })
        };
        small(i)
            && matches!(self.k(i + 1), Kind::Dash | Kind::To)
            && small(i + 2)
            && !matches!(self.k(i + 3), Kind::Slash | Kind::Month | Kind::Dash | Kind::Of)
    }

    /// A date with the times that stand before and behind it.
    pub fn when(&self, i: usize, depth: u8) -> Option<When> {
        let plain = self.date(i, depth).map(|d| self.trailing(d));
        let led = self.leading(i, depth);
        match (plain, led) {
            (Some(p), Some(l)) => Some(if l.end > p.end { l } else { p }),
            (p, l) => p.or(l),
        }
    }

    /// '8pm on the 15th', 'between 9:30 and 11:00 on Thursday', 'noon tomorrow', 'COB Friday', '8 tonight'.
    fn leading(&self, i: usize, depth: u8) -> Option<When> {
        let kind = self.k(i);
        if !matches!(
            kind,
            Kind::Num
                | Kind::Cardinal
                | Kind::Clock
                | Kind::Part
                | Kind::Close
                | Kind::Half
                | Kind::Unit
                | Kind::From
                | Kind::Between
                | Kind::Early
                | Kind::Late
                | Kind::The
        ) {
            return None;
        }
        if kind == Kind::Close {
            // 'COB', 'end of day' today where no day follows.
            let clock = self.time(i)?;
            let j = self.skip(clock.end, &[Kind::On, Kind::Of, Kind::Comma, Kind::Open]);
            if !self.line(j)
                && let Some(date) =
                    longest(self.day(j, depth), if matches!(self.k(j), Kind::Ord) { self.bare_day(j) } else { None })
                && date.is_day()
            {
                let mut when = self.trailing(date);
                when.clock = Some(Clock { end: when.end, ..when.clock.unwrap_or(clock) });
                return Some(when);
            }
            let date = Date::new(clock.end, Alts::one(self.today, self.today, "today"), Grain::Hour)?;
            return Some(When { date, clock: Some(clock), end: clock.end });
        }
        let from =
            if kind == Kind::The && matches!(self.k(i + 1), Kind::Part | Kind::Early | Kind::Late) { i + 1 } else { i };
        let near = |j: usize| matches!(self.k(j), Kind::Tonight | Kind::Relative);
        let bare = matches!(kind, Kind::From | Kind::Between)
            || matches!(self.k(i.wrapping_sub(1)), Kind::At | Kind::AtSign)
            || near(i + 1)
            || self.is(i + 1, Kind::Comma) && near(i + 2)
            || self.number_span(i) && near(i + 3);
        let (clock, sure) = self.times(from, bare)?;
        let mut j = clock.end;
        // 'between 9 and 11', 'a.m.' alone are no date; what follows must be one.
        let mut linked = false;
        for _ in 0..2 {
            if matches!(self.k(j), Kind::On | Kind::Of | Kind::In | Kind::Comma | Kind::At)
                || self.is(j, Kind::Dash) && !self.glued(j)
            {
                (linked, j) = (true, j + 1);
            }
        }
        if self.line(j) || !sure && !linked && !bare {
            return None;
        }
        let date = match self.k(j) {
            // 'at seven on 15'
            Kind::Num if self.is(j.wrapping_sub(1), Kind::On) && self.ends(j + 1) => {
                let (day, end, _) = self.day_number(j)?;
                longest(self.day_alone(day, end), self.day(j, depth))
            }
            Kind::The
            | Kind::Num
            | Kind::Ord
            | Kind::Cardinal
            | Kind::OrdWord
            | Kind::Month
            | Kind::Weekday
            | Kind::Mod
            | Kind::Relative
            | Kind::Tonight
            | Kind::Named => self.day(j, depth),
            _ => None,
        }?;
        if !date.is_day() {
            return None;
        }
        let mut when = self.trailing(date);
        when.clock = Some(match when.clock {
            Some(part) if part.grain == Grain::PartOfDay => Clock {
                minute: if part.minute >= 720 && clock.minute < 720 && !clock.sure {
                    clock.minute + 720
                } else {
                    clock.minute
                },
                end: when.end,
                ..clock
            },
            Some(other) if clock.grain == Grain::PartOfDay => other,
            _ => clock,
        });
        Some(when)
    }

    /// The times behind a date: 'tomorrow morning at 7', 'Thu at 8 am PST', 'Dec 9th between 8am and 2pm'.
    pub fn trailing(&self, date: Date) -> When {
        let mut when = When { date, clock: None, end: date.end };
        if !date.is_day() && date.grain != Grain::PartOfDay {
            return when;
        }
        let tonight = date.grain == Grain::PartOfDay && self.is(date.end.wrapping_sub(1), Kind::Tonight);
        if tonight {
            when.clock = Some(Clock { minute: 1200, grain: Grain::PartOfDay, zone: None, end: date.end, sure: true });
        }
        for _ in 0..3 {
            let mut j = when.end;
            if self.line(j) {
                break;
            }
            let mut link = Kind::Stop;
            for _ in 0..3 {
                if LINKS.contains(&self.k(j)) && !self.line(j + 1) {
                    (link, j) = (self.k(j), j + 1);
                } else if self.is(j, Kind::The) && matches!(self.k(j + 1), Kind::Part | Kind::Early | Kind::Late) {
                    j += 1;
                } else {
                    break;
                }
            }
            // A bare hour needs 'at', 'from', 'between' …; a comma or dash does not make one.
            let bare = matches!(
                link,
                Kind::At
                    | Kind::AtSign
                    | Kind::From
                    | Kind::Between
                    | Kind::For
                    | Kind::By
                    | Kind::Before
                    | Kind::After
            );
            let weekday = self.is(date.end.wrapping_sub(1), Kind::Weekday) || tonight;
            let found = match () {
                _ if matches!(link, Kind::From | Kind::Between) => self.times(j - 1, true),
                _ if bare => self.times(j, true),
                // 'Monday 8-9'
                _ if link == Kind::Stop && weekday && self.number_span(j) => self.times(j, true),
                _ if matches!(self.k(j), Kind::Num) && matches!(self.k(j + 1), Kind::Slash | Kind::Dash) => None,
                // 'march eighteenth nine thirty'
                _ if link == Kind::Stop
                    && self.is(j, Kind::Cardinal)
                    && matches!(self.k(j - 1), Kind::OrdWord | Kind::Ord) =>
                {
                    self.bare_time(j).filter(|c| c.minute % 60 != 0).map(|c| (c, true))
                }
                _ => self.times(j, false).filter(|(c, _)| c.grain != Grain::Hour || self.is(c.end - 1, Kind::Close)),
            };
            let Some((clock, _)) = found else { break };
            // A number that counts things is no hour: 'on Monday at 5 sites', 'today for 3 people'.
            if clock.grain == Grain::Hour
                && matches!(self.k(clock.end), Kind::Word | Kind::Unit | Kind::Percent | Kind::Month)
                && !self.ends(clock.end)
                && !self.tok(clock.end).is_some_and(|t| t.cap)
            {
                break;
            }
            // 'Friday in the week', 'Monday for 3 March': the next date, not this one's time.
            if clock.grain == Grain::Hour && self.is(j, Kind::Num) && self.day_month(j).is_some() {
                break;
            }
            if matches!(link, Kind::In | Kind::For | Kind::On) && clock.grain == Grain::Hour && link != Kind::For {
                break;
            }
            when.clock = Some(match when.clock {
                Some(old) if old.grain == Grain::PartOfDay && clock.grain != Grain::PartOfDay => {
                    let shift = old.minute >= 720 && clock.minute < 720 && !clock.sure;
                    Clock { minute: clock.minute + if shift { 720 } else { 0 }, ..clock }
                }
                Some(old) if clock.grain == Grain::PartOfDay => {
                    let shift = clock.minute >= 720 && old.minute < 720 && !old.sure;
                    Clock { minute: old.minute + if shift { 720 } else { 0 }, end: clock.end, ..old }
                }
                _ => clock,
            });
            when.end = clock.end;
        }
        when
    }
}
