//! What a piece of text may mean while it is read: days with weights, and the form that later pieces complete.

use super::super::Grain;
use chrono::NaiveDate;

/// One possible meaning: a day, or first and last day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cand {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// 0 to 1.
    pub p: f32,
    /// How it came about, for a person; empty when plain.
    pub note: &'static str,
}

/// Days back to which words of something done point.
const TOLD_DAYS: i64 = 120;

/// At most three possible meanings, likeliest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cands {
    list: [Option<Cand>; 3],
}

impl Cands {
    pub fn one(day: NaiveDate) -> Self {
        Self::range(day, day)
    }

    pub fn range(from: NaiveDate, to: NaiveDate) -> Self {
        Self { list: [Some(Cand { from, to, p: 0.95, note: "" }), None, None] }
    }

    /// Adds a meaning unless it is there or the list is full.
    pub fn or(mut self, from: NaiveDate, to: NaiveDate, p: f32, note: &'static str) -> Self {
        if self.iter().any(|c| c.from == from && c.to == to) {
            return self;
        }
        if let Some(slot) = self.list.iter_mut().find(|c| c.is_none()) {
            *slot = Some(Cand { from, to, p, note });
        }
        self
    }

    /// Adds a meaning in its rank, unless it is there; of four the least likely is lost.
    pub fn ranked(self, from: NaiveDate, to: NaiveDate, p: f32, note: &'static str) -> Self {
        if self.iter().any(|c| c.from == from && c.to == to) {
            return self;
        }
        let mut list: Vec<Cand> = self.iter().chain([Cand { from, to, p, note }]).collect();
        list.sort_by(|a, b| b.p.total_cmp(&a.p));
        let mut out = Self::default();
        for (slot, c) in out.list.iter_mut().zip(list) {
            *slot = Some(c);
        }
        out
    }

    pub fn or_day(self, day: Option<NaiveDate>, p: f32, note: &'static str) -> Self {
        match day {
            Some(d) => self.or(d, d, p, note),
            None => self,
        }
    }

    /// The first meaning with another weight, and room for one more.
    pub fn weigh(mut self, p: f32) -> Self {
        if let Some(Some(first)) = self.list.first_mut() {
            first.p = p;
        }
        let [first, second, _] = self.list;
        self.list = [first, second, None];
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = Cand> + '_ {
        self.list.iter().flatten().copied()
    }

    pub fn first(&self) -> Option<Cand> {
        self.list.first().copied().flatten()
    }

    /// Every meaning changed; those that become no day fall away.
    pub fn map(&self, f: impl Fn(Cand) -> Option<(NaiveDate, NaiveDate)>) -> Self {
        let mut out = Self::default();
        for c in self.iter() {
            if let Some((from, to)) = f(c) {
                out = out.or(from, to, c.p, c.note);
            }
        }
        out
    }

    /// What lies before `today` comes first.
    pub fn behind(self, today: NaiveDate) -> Self {
        let mut out = Self::default();
        let near = |c: &Cand| c.to < today && (today - c.to).num_days() <= TOLD_DAYS;
        if !self.iter().any(|c| near(&c)) {
            return self;
        }
        if let Some(c) = self.iter().find(near) {
            out = out.or(c.from, c.to, 0.8, "the words tell of something done");
        }
        self.iter().fold(out, |out, c| out.or(c.from, c.to, (c.p * 0.2).min(0.2), c.note))
    }

    /// Weights summing to at most 1, likeliest first.
    pub fn settled(self) -> Self {
        let mut list: Vec<Cand> = self.iter().collect();
        list.sort_by(|a, b| b.p.total_cmp(&a.p));
        let sum: f32 = list.iter().map(|c| c.p).sum();
        let scale = if sum > 1.0 { 1.0 / sum } else { 1.0 };
        let mut out = Self::default();
        for (slot, c) in out.list.iter_mut().zip(list) {
            *slot = Some(Cand { p: c.p * scale, ..c });
        }
        out
    }
}

/// What was said, so that the other end of a range or a year beside it can complete it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Year, month and day are said, or follow from today.
    Fixed,
    MonthDay(u32, u32),
    DayOnly(u32),
    /// 1 Monday to 7 Sunday.
    Weekday(u32),
    /// A month without a year.
    Month(u32),
    Year,
    /// A named day without a year, by its place among the keys.
    Named(i32),
    /// A week, month, quarter or other stretch.
    Period,
}

/// A clock time or a part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// Minutes after midnight, 0 to 1439; None where only a part of the day is said.
    pub minute: Option<u32>,
    pub grain: Grain,
    /// `day_section` value.
    pub section: Option<i32>,
}

/// A read piece: an expression of a day or a stretch of days.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// Characters, end exclusive.
    pub start: usize,
    pub end: usize,
    pub cands: Cands,
    pub grain: Grain,
    pub form: Form,
    pub time: Option<Time>,
    pub conflict: bool,
    /// A named day whose break is meant (国庆后 is after the days off).
    pub rest: bool,
    /// The bound is part of the words (三个工作日内).
    pub within: bool,
    /// An exact instant from now (两小时后).
    pub minutes_from_now: Option<i64>,
}

impl Piece {
    pub fn new(start: usize, end: usize, cands: Cands, grain: Grain, form: Form) -> Self {
        Self {
            start,
            end,
            cands,
            grain,
            form,
            time: None,
            conflict: false,
            rest: false,
            within: false,
            minutes_from_now: None,
        }
    }

    pub fn is_day(&self) -> bool {
        matches!(self.grain, Grain::Day | Grain::PartOfDay | Grain::Hour | Grain::Minute)
    }
}
