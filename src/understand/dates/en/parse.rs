//! What the rules share: the tokens with their helpers, and a date under way with its readings.

use super::lex::{Kind, Tok};
use crate::understand::dates::{Grain, Settings, resolve};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};

/// Rules call each other ('3 days after 2 weeks from …') at most this deep.
pub const DEPTH: u8 = 4;

/// One reading of a date: first and last day, how likely, and why in a few words.
#[derive(Debug, Clone, Copy)]
pub struct Den {
    pub a: NaiveDate,
    pub b: NaiveDate,
    pub p: f32,
    pub why: &'static str,
}

/// Up to four readings, likeliest first.
#[derive(Debug, Clone, Copy)]
pub struct Alts {
    items: [Option<Den>; 4],
}

impl Alts {
    pub fn none() -> Self {
        Self { items: [None; 4] }
    }

    pub fn one(a: NaiveDate, b: NaiveDate, why: &'static str) -> Self {
        let mut alts = Self::none();
        alts.items[0] = Some(Den { a, b, p: 0.95, why });
        alts
    }

    pub fn day(day: Option<NaiveDate>, why: &'static str) -> Option<Self> {
        day.map(|d| Self::one(d, d, why))
    }

    pub fn span(span: Option<resolve::Span>, why: &'static str) -> Option<Self> {
        span.map(|(a, b)| Self::one(a, b, why))
    }

    /// Adds a reading in its rank; equal days stand once; the fifth is lost.
    pub fn push(&mut self, a: NaiveDate, b: NaiveDate, p: f32, why: &'static str) {
        if self.iter().any(|d| d.a == a && d.b == b) {
            return;
        }
        let rank = self.iter().filter(|d| d.p >= p).count();
        if rank < self.items.len() {
            self.items[rank..].rotate_right(1);
            self.items[rank] = Some(Den { a, b, p, why });
        }
    }

    /// Multiplies the likelihood of one reading.
    pub fn lower(&mut self, a: NaiveDate, b: NaiveDate, by: f32) {
        for d in self.items.iter_mut().flatten().filter(|d| d.a == a && d.b == b) {
            d.p *= by;
        }
    }
    pub fn scale(&mut self, by: f32) {
        for d in self.items.iter_mut().flatten() {
            d.p *= by;
        }
    }

    pub fn with(mut self, a: NaiveDate, b: NaiveDate, p: f32, why: &'static str) -> Self {
        self.push(a, b, p, why);
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = &Den> {
        self.items.iter().flatten()
    }

    pub fn first(&self) -> Option<&Den> {
        self.items[0].as_ref()
    }

    pub fn is_empty(&self) -> bool {
        self.items[0].is_none()
    }

    /// Every reading through `f`; those that leave the calendar fall away.
    pub fn map(&self, f: impl Fn(NaiveDate, NaiveDate) -> Option<resolve::Span>) -> Self {
        let mut out = Self::none();
        for d in self.iter() {
            if let Some((a, b)) = f(d.a, d.b) {
                out.push(a, b, d.p, d.why);
            }
        }
        out
    }

    pub fn map_day(&self, f: impl Fn(NaiveDate) -> Option<NaiveDate>) -> Self {
        self.map(|a, _| f(a).map(|d| (d, d)))
    }

    pub fn why(mut self, why: &'static str) -> Self {
        for d in self.items.iter_mut().flatten() {
            if d.why.is_empty() {
                d.why = why;
            }
        }
        self
    }
}

/// What a date lacks, so that a range or a list can settle it anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// Settled by its own words.
    Fixed,
    MonthDay(u32, u32),
    Month(u32),
    DayOfMonth(u32),
    Weekday(Weekday),
}

/// A date found in the tokens.
#[derive(Debug, Clone, Copy)]
pub struct Date {
    /// Index after its last token.
    pub end: usize,
    pub alts: Alts,
    pub grain: Grain,
    pub form: Form,
    pub conflict: bool,
}

impl Date {
    pub fn new(end: usize, alts: Alts, grain: Grain) -> Option<Self> {
        (!alts.is_empty()).then_some(Self { end, alts, grain, form: Form::Fixed, conflict: false })
    }

    pub fn form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    pub fn is_day(&self) -> bool {
        self.alts.first().is_some_and(|d| d.a == d.b)
    }
}

/// Which number of 03/04 is the day, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    pub day_first: bool,
    /// Settled by the configuration or by another date of the text.
    pub sure: bool,
}

/// The rules' view: the tokens and what dates resolve against.
#[derive(Clone, Copy)]
pub struct Parse<'a> {
    pub text: &'a str,
    pub toks: &'a [Tok],
    pub now: NaiveDateTime,
    pub today: NaiveDate,
    pub settings: &'a Settings,
    pub order: Order,
    /// The words before say that the day lies behind ('she left on …').
    pub past: bool,
    /// The day named last in the text, for 'the following Monday'.
    pub before: Option<NaiveDate>,
}

impl<'a> Parse<'a> {
    #[inline]
    pub fn tok(&self, i: usize) -> Option<&'a Tok> {
        #[cfg(test)]
        WORK.with(|w| w.set(w.get() + 1));
        self.toks.get(i)
    }

    /// The kind at `i`, `Stop` past the end.
    #[inline]
    pub fn k(&self, i: usize) -> Kind {
        #[cfg(test)]
        WORK.with(|w| w.set(w.get() + 1));
        self.toks.get(i).map_or(Kind::Stop, |t| t.kind)
    }

    #[inline]
    pub fn is(&self, i: usize, kind: Kind) -> bool {
        self.k(i) == kind
    }

    #[inline]
    pub fn value(&self, i: usize) -> i32 {
        self.toks.get(i).map_or(0, |t| t.value)
    }

    /// No space before `i`.
    #[inline]
    pub fn glued(&self, i: usize) -> bool {
        self.toks.get(i).is_some_and(|t| !t.space)
    }

    #[inline]
    pub fn line(&self, i: usize) -> bool {
        self.toks.get(i).is_none_or(|t| t.line)
    }

    /// `i`, or the token after it when it is of one of these kinds.
    #[inline]
    pub fn skip(&self, i: usize, kinds: &[Kind]) -> usize {
        if kinds.contains(&self.k(i)) { i + 1 } else { i }
    }

    /// The sentence ends before token `i`: the text's end, a stop, or a new line.
    pub fn ends(&self, i: usize) -> bool {
        match self.tok(i) {
            None => true,
            Some(t) if t.line => true,
            Some(t) => match t.kind {
                Kind::Query | Kind::Semicolon | Kind::Close2 | Kind::Comma | Kind::Other => true,
                Kind::Dot | Kind::Colon => self.tok(i + 1).is_none_or(|n| n.space),
                Kind::Dash => t.space,
                _ => false,
            },
        }
    }

    /// A bare day may end before token `i`: what follows is no thing that it could count.
    pub fn may_end(&self, i: usize) -> bool {
        if self.ends(i) {
            return true;
        }
        match self.tok(i) {
            None => true,
            Some(t) => match t.kind {
                Kind::Word => t.cap && t.space,
                Kind::Unit | Kind::Percent | Kind::Money | Kind::Num | Kind::Ord | Kind::OrdWord | Kind::Slash => false,
                Kind::Cardinal | Kind::Hundred | Kind::Thousand | Kind::Colon | Kind::Underscore | Kind::Season => {
                    false
                }
                Kind::Suffix | Kind::Age | Kind::Half | Kind::Of | Kind::Plus | Kind::HashSign | Kind::End => false,
                Kind::Dot | Kind::Dash => false,
                _ => true,
            },
        }
    }

    /// The text holds nothing but the tokens `i..end`, prepositions and marks: a lone 'sat' is a day.
    pub fn alone(&self, i: usize, end: usize) -> bool {
        i <= 3
            && end + 2 >= self.toks.len()
            && self.toks.get(..i).is_some_and(|t| {
                t.iter().all(|t| {
                    matches!(t.kind, Kind::On | Kind::In | Kind::At | Kind::By | Kind::The | Kind::For | Kind::Of)
                })
            })
            && self
                .toks
                .get(end..)
                .is_none_or(|t| t.iter().all(|t| matches!(t.kind, Kind::Dot | Kind::Query | Kind::Comma)))
    }

    /// The days that a yearless expression could be, told by `of_year`: the nearest ahead first, else the nearest
    /// behind; turned round where the words before are in the past tense.
    pub fn nearest(&self, of_year: impl Fn(i32) -> Option<resolve::Span>) -> Alts {
        let year = self.today.year();
        let ahead = (-1..=8).filter_map(|n| of_year(year + n)).find(|s| s.1 >= self.today);
        let behind = (-1..=8).filter_map(|n| of_year(year - n)).find(|s| s.1 < self.today);
        self.ahead_or_behind(ahead, behind)
    }

    pub fn ahead_or_behind(&self, ahead: Option<resolve::Span>, behind: Option<resolve::Span>) -> Alts {
        let mut alts = Alts::none();
        let (pa, pb) = if self.past { (0.28, 0.7) } else { (0.8, 0.15) };
        if let Some((a, b)) = ahead {
            alts.push(a, b, pa, "the nearest ahead");
        }
        if let Some((a, b)) = behind {
            alts.push(a, b, pb, "the nearest before");
        }
        alts
    }
}

#[cfg(test)]
thread_local! {
    /// Looks at tokens, so that a test can count work instead of time.
    pub static WORK: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// A token's value as a weekday, 0 for Monday.
pub fn weekday(value: i32) -> Option<Weekday> {
    u8::try_from(value).ok().and_then(|v| Weekday::try_from(v).ok())
}
