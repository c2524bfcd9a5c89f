//! From tokens to mentions: the prepositions around a date, what a lone word needs to be one, and the readings' values.

use super::lex::Kind;
use super::parse::{Alts, DEPTH, Date, Den, Parse};
use super::time::{Clock, When};
use crate::understand::dates::derive::{Derivation, derivation};
use crate::understand::dates::{Bound, Duration, Grain, Mention, Reading, Value, resolve};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};

/// What stands at a token.
pub enum Step {
    /// A mention from token to token (end exclusive).
    Mention(Mention, usize),
    Two(Box<[Mention]>, usize),
    Duration(Duration, usize),
    /// Nothing up to this token.
    Skip(usize),
}

impl Parse<'_> {
    /// Reads what begins at `i`; always moves on.
    pub fn step(&self, i: usize, reference: DateTime<FixedOffset>) -> Step {
        match self.k(i) {
            Kind::Every => return Step::Skip(self.repeated(i)),
            Kind::Weekdays => return Step::Skip(i + 1),
            Kind::Immediately => {
                let reading = Reading {
                    value: Value::Instant(reference),
                    probability: 0.9,
                    derivation: self.derived(self.words(i, i + 1), &Value::Instant(reference), "the time of sending"),
                };
                return Step::Mention(
                    Mention {
                        span: self.span(i, i + 1),
                        readings: vec![reading],
                        grain: Grain::Minute,
                        bound: Bound::On,
                        conflict: false,
                    },
                    i + 1,
                );
            }
            _ => {}
        }
        if let Some(list) = self.list(i, reference) {
            return list;
        }
        if let Some(found) = self.bounded(i, reference) {
            return found;
        }
        if let Some((duration, end)) = self.duration(i) {
            return Step::Duration(duration, end);
        }
        Step::Skip(i + 1)
    }

    pub fn span(&self, i: usize, end: usize) -> std::ops::Range<usize> {
        let start = self.tok(i).map_or(0, |t| t.start as usize);
        let stop = self.tok(end.saturating_sub(1)).map_or(start, |t| t.end as usize);
        start..stop.max(start)
    }

    fn words(&self, i: usize, end: usize) -> &str {
        self.text.get(self.span(i, end)).unwrap_or("")
    }

    fn derived(&self, words: &str, value: &Value, why: &str) -> String {
        derivation(Derivation { words, sent: Some(self.today), value, why, conflict: false })
    }

    /// 'every Monday', 'each month', 'every other Friday and Tuesday': a set, no date.
    fn repeated(&self, i: usize) -> usize {
        let mut j = i + 1;
        for _ in 0..8 {
            match self.k(j) {
                Kind::Num
                | Kind::Cardinal
                | Kind::Ord
                | Kind::OrdWord
                | Kind::Unit
                | Kind::Weekday
                | Kind::Weekdays
                | Kind::Part
                | Kind::Month => j += 1,
                Kind::And | Kind::Comma if matches!(self.k(j + 1), Kind::Weekday | Kind::Weekdays) => j += 2,
                Kind::Of if matches!(self.k(j + 1), Kind::Every | Kind::The) => j += 2,
                _ => break,
            }
        }
        j
    }

    /// '18 and 19 June', '5, 6 and 7 May 2026': the month belongs to each.
    fn list(&self, i: usize, reference: DateTime<FixedOffset>) -> Option<Step> {
        if !matches!(self.k(i), Kind::Num | Kind::Ord) {
            return None;
        }
        let mut days = Vec::new();
        let mut j = i;
        while days.len() < 6 {
            let (day, end, _) = self.day_number(j)?;
            if let Some(last) = self.day_month(j) {
                if days.is_empty() {
                    return None;
                }
                let mut mentions = Vec::new();
                for (from, day) in days {
                    use chrono::Datelike;
                    let alts = last.alts.map_day(|d| resolve::ymd(d.year(), d.month(), day));
                    let date = Date::new(from + 1, alts, Grain::Day)?;
                    mentions.push(self.mention(
                        from,
                        When { date, clock: None, end: from + 1 },
                        Bound::On,
                        false,
                        reference,
                    )?);
                }
                mentions.push(self.mention(
                    j,
                    When { date: last, clock: None, end: last.end },
                    Bound::On,
                    false,
                    reference,
                )?);
                return Some(Step::Two(mentions.into_boxed_slice(), last.end));
            }
            days.push((j, day));
            if !(matches!(self.k(end), Kind::And | Kind::Or | Kind::Comma | Kind::Ampersand)
                || self.is(end, Kind::Slash) && self.day_month(end + 1).is_some())
            {
                return None;
            }
            j = self.skip(end + 1, &[Kind::And, Kind::Or]);
        }
        None
    }

    /// A date with the preposition before it.
    fn bounded(&self, i: usize, reference: DateTime<FixedOffset>) -> Option<Step> {
        let kind = self.k(i);
        let mut j = i + 1;
        let mut strict = false;
        let bound = match kind {
            Kind::By => Bound::By,
            Kind::Until => {
                strict = self.value(i) == 1;
                Bound::Until
            }
            Kind::Through => Bound::Until,
            Kind::Before => Bound::Before,
            Kind::After => Bound::After,
            Kind::From => Bound::From,
            Kind::Since => Bound::From,
            Kind::Less | Kind::Greater => {
                let equal = self.is(j, Kind::Equal);
                j += usize::from(equal);
                match (kind == Kind::Less, equal) {
                    (true, true) => Bound::Until,
                    (true, false) => Bound::Before,
                    (false, true) => Bound::From,
                    (false, false) => Bound::After,
                }
            }
            Kind::On | Kind::At | Kind::AtSign | Kind::In | Kind::For | Kind::Of | Kind::Within => Bound::On,
            _ => {
                let when = self.core(i, Kind::Stop)?;
                return self.emit(i, when, Bound::On, false, false, reference);
            }
        };
        // 'from A to B' and 'in 3 days' begin with their preposition.
        let whole = match kind {
            Kind::From if !self.changed(i) => {
                // 'from 5 to 6pm on Friday' is a time of one day.
                let timed = self.when(i, DEPTH).filter(|w| w.clock.is_some());
                match (self.range(i, DEPTH).map(plain), timed) {
                    (Some(r), Some(w)) => Some(if w.end > r.end { w } else { r }),
                    (r, w) => r.or(w),
                }
            }
            Kind::In | Kind::Within => self.day(i, DEPTH).map(plain).map(|w| self.with_instant(w, i)),
            Kind::After => self.day(i, DEPTH).map(plain),
            _ => None,
        };
        if let Some(when) = whole {
            let within = kind == Kind::Within && !self.starts_in(i);
            return self.emit(i, when, if within { Bound::By } else { Bound::On }, false, false, reference);
        }
        for _ in 0..2 {
            let next = self.k(j);
            if matches!(next, Kind::At | Kind::On | Kind::In) || matches!(next, Kind::Colon) && kind == Kind::By {
                j += 1;
            }
        }
        if self.line(j) {
            return None;
        }
        // 'since 1 February': behind us.
        let view = Parse { past: self.past || kind == Kind::Since, ..*self };
        let when = view.core(j, kind)?;
        self.emit(j, when, bound, strict, kind == Kind::Since, reference)
    }

    fn starts_in(&self, i: usize) -> bool {
        self.tok(i)
            .and_then(|t| self.text.get(t.start as usize..t.end as usize))
            .is_some_and(|w| w.len() >= 3 && w.get(..3).is_some_and(|w| w.eq_ignore_ascii_case("in ")))
    }

    /// 'moved from 1 March to 15 March' tells two dates, no span.
    fn changed(&self, i: usize) -> bool {
        (1..=5).any(|n| i >= n && self.is(i - n, Kind::Changed))
    }

    /// 'in 2 hours' is an instant.
    fn with_instant(&self, when: When, i: usize) -> When {
        use chrono::Timelike;
        if when.date.grain != Grain::Minute {
            return when;
        }
        let Some(by) = self.length(i + 1) else { return when };
        let Some(at) = chrono::TimeDelta::try_minutes(by.minutes).and_then(|d| self.now.checked_add_signed(d)) else {
            return when;
        };
        let minute = at.hour() * 60 + at.minute();
        When { clock: Some(Clock { minute, grain: Grain::Minute, zone: None, end: when.end, sure: true }), ..when }
    }

    /// The date after a preposition (or `Stop`), if it may stand there.
    fn core(&self, i: usize, prep: Kind) -> Option<When> {
        let range = if self.changed(i) { None } else { self.range(i, DEPTH).map(plain) };
        let when = self.when(i, DEPTH);
        let mut best = match (range, when) {
            (Some(r), Some(w)) => Some(if w.end > r.end { w } else { r }),
            (r, w) => r.or(w),
        };
        if let Some(found) = self.starting(i, prep) {
            best = Some(found);
        }
        if best.is_none() {
            // 'on 15', 'at 5th at 4 a.m.'
            let placed = matches!(
                prep,
                Kind::On
                    | Kind::By
                    | Kind::Until
                    | Kind::From
                    | Kind::Before
                    | Kind::After
                    | Kind::Since
                    | Kind::At
                    | Kind::Through
            );
            let date = match self.k(i) {
                Kind::Ord if placed => self.bare_day(i),
                Kind::Num if matches!(prep, Kind::On) => self.bare_day(i),
                Kind::OrdWord | Kind::Cardinal => None,
                _ => None,
            }?;
            best = Some(self.trailing(date));
        }
        let mut best = best?;
        // '18 Dec for 10 days'
        if best.date.is_day()
            && best.clock.is_none()
            && self.is(best.end, Kind::For)
            && let Some(by) = self.length(best.end + 1)
            && by.minutes == 0
        {
            let alts = self.lasting(best.date.alts, &by);
            best = plain(Date::new(by.end, alts, Grain::Day)?);
        }
        self.stands(i, &best, prep).then_some(best)
    }

    /// 'a week starting tomorrow', 'six weeks from 3 March' is an offset, 'for six weeks starting 3 March' a span.
    fn starting(&self, i: usize, prep: Kind) -> Option<When> {
        if !matches!(self.k(i), Kind::A | Kind::Num | Kind::Cardinal) {
            return None;
        }
        if self.is(i, Kind::A) && self.is(i + 1, Kind::WeekOf) && self.value(i + 1) == 0 {
            let by = super::length::Length { days: 7, ..Default::default() };
            let date = self.day(i + 2, DEPTH - 1)?;
            let when = self.trailing(date);
            return Some(plain(Date::new(when.end, self.lasting(date.alts, &by), Grain::Day)?));
        }
        let by = self.length(i).filter(|l| l.minutes == 0)?;
        let t = self.tok(by.end).filter(|t| t.kind == Kind::From)?;
        let word = self.text.get(t.start as usize..t.end as usize)?.as_bytes();
        // 'six weeks from Monday' is a day; 'for six weeks from Monday' a span.
        let opens = word.first().is_some_and(|b| matches!(b.to_ascii_lowercase(), b's' | b'b' | b'c'));
        if !opens && prep != Kind::For {
            return None;
        }
        let date = self.day(by.end + 1, DEPTH - 1)?;
        let when = self.trailing(date);
        Some(plain(Date::new(when.end, self.lasting(date.alts, &by), Grain::Day)?))
    }

    /// A span of that length: its last day inclusive first, the day after it behind.
    fn lasting(&self, start: Alts, by: &super::length::Length) -> Alts {
        let mut alts = Alts::none();
        for d in start.iter() {
            if let Some(end) = self.moved(d.a, by, 1) {
                if let Some(last) = resolve::add_days(end, -1).filter(|x| *x >= d.a) {
                    alts.push(d.a, last, d.p * 0.6, "the last day inclusive");
                }
                alts.push(d.a, end, d.p * 0.35, "to the same day");
            }
        }
        alts
    }

    fn emit(
        &self,
        i: usize,
        mut when: When,
        bound: Bound,
        strict: bool,
        since: bool,
        reference: DateTime<FixedOffset>,
    ) -> Option<Step> {
        let mut bound = bound;
        let mut open = since;
        match self.k(when.end) {
            Kind::Onward if !self.line(when.end) => {
                (bound, open) = (Bound::From, true);
                when.end += 1;
            }
            Kind::OrSooner if !self.line(when.end) => {
                bound = Bound::By;
                when.end += 1;
            }
            _ => {}
        }
        let mention = self.mention(i, when, bound, strict || !open, reference)?;
        Some(Step::Mention(mention, when.end))
    }

    /// The mention with its readings' values.
    fn mention(
        &self,
        i: usize,
        when: When,
        bound: Bound,
        plain: bool,
        reference: DateTime<FixedOffset>,
    ) -> Option<Mention> {
        let mut readings: Vec<Reading> = Vec::with_capacity(2);
        let words = self.words(i, when.end);
        let from_open = bound == Bound::From && !plain;
        for den in when.date.alts.iter() {
            let mut add = |value: Value, p: f32| {
                if readings.iter().all(|r| r.value != value) {
                    readings.push(Reading { derivation: self.derived(words, &value, den.why), value, probability: p });
                }
            };
            match bound {
                _ if when.clock.is_some_and(|c| c.grain != Grain::PartOfDay) && den.a == den.b => {
                    if let Some(value) = when.clock.and_then(|c| instant(den.a, &c, reference)) {
                        add(value, den.p);
                    }
                }
                Bound::Until if den.a == den.b && self.is(i.wrapping_sub(1), Kind::Until) && self.value(i - 1) == 1 => {
                    add(Value::Day(den.a), den.p)
                }
                Bound::Until if den.a == den.b => add(Value::Until(den.a), den.p),
                Bound::Until => {
                    add(Value::Until(den.b), den.p * 0.52);
                    add(Value::Until(den.a), den.p * 0.44);
                }
                Bound::Before if den.a == den.b && den.why == "its last day" => add(Value::Until(den.a), den.p),
                Bound::Before => {
                    if let Some(day) = resolve::add_days(den.a, -1) {
                        add(Value::Until(day), den.p);
                    }
                }
                Bound::After => {
                    if let Some(day) = resolve::add_days(den.b, 1) {
                        add(Value::From(day), den.p);
                    }
                }
                Bound::From if from_open => add(Value::From(den.a), den.p),
                // 'from March' opens a span; 'figures from last month' does not.
                Bound::From if den.a != den.b && !is_range(&when) => {
                    add(Value::From(den.a), den.p * 0.52);
                    if self.text_is(i.wrapping_sub(1), "from") {
                        add(Value::Range(den.a, den.b), den.p * 0.45);
                    }
                }
                Bound::By if den.a != den.b && when.date.grain >= Grain::Week => add(Value::Until(den.b), den.p),
                _ => add(day_or_range(den), den.p),
            }
        }
        if readings.is_empty() {
            return None;
        }
        readings.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let sum: f32 = readings.iter().map(|r| r.probability).sum();
        if sum > 1.0 {
            readings.iter_mut().for_each(|r| r.probability /= sum);
        }
        let grain = match when.clock {
            Some(c) => c.grain,
            None => when.date.grain,
        };
        Some(Mention { span: self.span(i, when.end), readings, grain, bound, conflict: when.date.conflict })
    }
}

fn plain(date: Date) -> When {
    When { date, clock: None, end: date.end }
}

/// Two ends were said, so that 'from' opens a range.
fn is_range(when: &When) -> bool {
    when.date.grain == Grain::Day && when.date.alts.first().is_some_and(|d| d.a != d.b)
}

fn day_or_range(den: &Den) -> Value {
    if den.a == den.b { Value::Day(den.a) } else { Value::Range(den.a, den.b) }
}

fn instant(day: NaiveDate, clock: &Clock, reference: DateTime<FixedOffset>) -> Option<Value> {
    let mut minute = clock.minute;
    // A bare hour of the afternoon: 'at 5' in an office is 17:00.
    if clock.grain == Grain::Hour && !clock.sure && (60..420).contains(&minute) {
        minute += 720;
    }
    let time = NaiveTime::from_hms_opt(minute / 60 % 24, minute % 60, 0)?;
    let offset = match clock.zone {
        Some(minutes) => FixedOffset::east_opt(minutes.checked_mul(60)?)?,
        None => *reference.offset(),
    };
    resolve::instant(day.and_time(time), offset).map(Value::Instant)
}
