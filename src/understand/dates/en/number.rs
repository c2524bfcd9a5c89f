//! Numbers and years, in digits and in words.

use super::lex::Kind;
use super::parse::Parse;
use crate::understand::dates::resolve::{YEARS, two_digit_year};

/// A count and the index after it.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    pub n: i64,
    pub half: bool,
    pub end: usize,
}

impl Parse<'_> {
    /// A count of units: '3', 'three', 'twenty-one', 'a', 'a hundred and twenty', 'two and a half'; 0 to 9999.
    pub fn count(&self, i: usize) -> Option<Count> {
        let t = self.tok(i)?;
        let (mut n, mut end) = match t.kind {
            Kind::Num if t.len <= 4 => (i64::from(t.value), i + 1),
            Kind::A if self.is(i + 1, Kind::Hundred) => return self.hundreds(1, i + 1),
            Kind::A => {
                let more = matches!(self.k(i + 1), Kind::Cardinal) && self.value(i + 1) <= 3;
                if more { (i64::from(self.value(i + 1)), i + 2) } else { (1, i + 1) }
            }
            Kind::Half if self.is(i + 1, Kind::A) => return Some(Count { n: 0, half: true, end: i + 2 }),
            Kind::Cardinal | Kind::Thousand => {
                if let Some(c) = self.spelled(i) {
                    (c.n, c.end)
                } else {
                    return None;
                }
            }
            _ => return None,
        };
        // '2.5 hours'
        if t.kind == Kind::Num
            && self.is(end, Kind::Dot)
            && self.glued(end)
            && self.is(end + 1, Kind::Num)
            && self.glued(end + 1)
            && self.value(end + 1) == 5
        {
            return Some(Count { n, half: true, end: end + 2 });
        }
        if t.kind == Kind::Num && self.is(end, Kind::Hundred) {
            (n, end) = (n.checked_mul(100)?, end + 1);
        }
        // '30 (thirty) days', '3 (three) months'
        if self.is(end, Kind::Open)
            && let Some(again) = self.spelled(end + 1)
            && again.n == n
            && self.is(again.end, Kind::Close2)
        {
            end = again.end + 1;
        }
        let mut half = false;
        if self.is(end, Kind::And) {
            let j = self.skip(end + 1, &[Kind::A]);
            if self.is(j, Kind::Half) {
                (half, end) = (true, j + 1);
            }
        }
        (n <= 9999).then_some(Count { n, half, end })
    }

    /// A spelled cardinal: 'twenty one', 'one hundred and five', 'two thousand and eighteen'.
    pub fn spelled(&self, i: usize) -> Option<Count> {
        let (n, end) = self.below_hundred(i)?;
        match self.k(end) {
            Kind::Hundred => self.hundreds(n, end),
            Kind::Thousand => {
                let (mut n, mut end) = (n.checked_mul(1000)?, end + 1);
                let j = self.skip(end, &[Kind::And]);
                if let Some(rest) = self.below_hundred(j) {
                    let c = if self.is(rest.1, Kind::Hundred) {
                        self.hundreds(rest.0, rest.1)?
                    } else {
                        Count { n: rest.0, half: false, end: rest.1 }
                    };
                    (n, end) = (n + c.n, c.end);
                }
                Some(Count { n, half: false, end })
            }
            _ => Some(Count { n, half: false, end }),
        }
    }

    fn hundreds(&self, n: i64, at: usize) -> Option<Count> {
        let (mut n, mut end) = (n.checked_mul(100)?, at + 1);
        let j = self.skip(end, &[Kind::And]);
        if let Some((rest, e)) = self.below_hundred(j) {
            (n, end) = (n + rest, e);
        }
        Some(Count { n, half: false, end })
    }

    /// 0 to 99 in words.
    pub fn below_hundred(&self, i: usize) -> Option<(i64, usize)> {
        if !self.is(i, Kind::Cardinal) {
            return None;
        }
        let n = i64::from(self.value(i));
        if (20..=90).contains(&n) {
            let j = self.skip(i + 1, &[Kind::Dash]);
            let unit = i64::from(self.value(j));
            if self.is(j, Kind::Cardinal) && (1..=9).contains(&unit) {
                return Some((n + unit, j + 1));
            }
        }
        Some((n, i + 1))
    }

    /// An ordinal 1 to 366: '3rd', 'third', 'twenty-first'; negative from the end ('second last', '3rd last').
    pub fn ordinal(&self, i: usize) -> Option<(i32, usize)> {
        let (n, end) = match self.k(i) {
            Kind::Ord => (self.value(i), i + 1),
            Kind::OrdWord => (self.value(i), i + 1),
            Kind::Cardinal if (20..=30).contains(&self.value(i)) => {
                let j = self.skip(i + 1, &[Kind::Dash]);
                let unit = self.value(j);
                if self.is(j, Kind::OrdWord) && (1..=9).contains(&unit) {
                    (self.value(i) + unit, j + 1)
                } else {
                    return None;
                }
            }
            _ => return None,
        };
        if n > 0 && self.is(end, Kind::Mod) && self.value(end) == -1 {
            let j = end + 1;
            if matches!(self.k(j), Kind::Unit | Kind::Weekday) {
                return Some((-n, j));
            }
        }
        (n <= 366 && n != 0).then_some((n, end))
    }

    /// A day's number, 1 to 31: '3', '3rd', 'third', 'twenty one'. The flag: an ordinal or spelled.
    pub fn day_number(&self, i: usize) -> Option<(u32, usize, bool)> {
        let t = self.tok(i)?;
        let (n, end, sure) = match t.kind {
            Kind::Num if t.len <= 2 => (t.value, i + 1, false),
            Kind::Cardinal if !matches!(self.ordinal(i), Some((21..=31, _))) => {
                let (n, end) = self.below_hundred(i)?;
                (n as i32, end, true)
            }
            Kind::Ord | Kind::OrdWord | Kind::Cardinal => {
                let (n, end) = self.ordinal(i)?;
                (n, end, true)
            }
            _ => return None,
        };
        (1..=31).contains(&n).then_some((n as u32, end, sure))
    }

    /// A year that counts: four digits, "'87", or in words.
    pub fn year(&self, i: usize) -> Option<(i32, usize)> {
        let t = self.tok(i)?;
        match t.kind {
            Kind::Num if t.len == 4 && YEARS.contains(&t.value) && !self.number_goes_on(i + 1) => {
                Some((t.value, i + 1))
            }
            Kind::Apostrophe if self.is(i + 1, Kind::Num) && self.glued(i + 1) && self.tok(i + 1)?.len == 2 => {
                Some((two_digit_year(self.value(i + 1) as u32)?, i + 2))
            }
            Kind::Cardinal => self.spelled_year(i),
            _ => None,
        }
    }

    /// A colon, a decimal, or letters hang on the number that ends before `i`.
    fn number_goes_on(&self, i: usize) -> bool {
        match self.k(i) {
            Kind::Colon | Kind::Dot | Kind::Comma => self.glued(i) && self.is(i + 1, Kind::Num) && self.glued(i + 1),
            Kind::Percent => true,
            Kind::Word => {
                // '2018Q4'
                let part = self.tok(i).is_some_and(|t| t.len <= 2) && self.is(i + 1, Kind::Num) && self.glued(i + 1);
                self.glued(i) && !part
            }
            Kind::Underscore => self.glued(i),
            _ => false,
        }
    }

    /// 'nineteen seventy two', 'twenty eighteen', 'nineteen oh one', 'two thousand and five'.
    pub fn spelled_year(&self, i: usize) -> Option<(i32, usize)> {
        let (head, end) = self.below_hundred(i)?;
        if self.is(end, Kind::Thousand) {
            let c = self.spelled(i)?;
            return YEARS.contains(&(c.n as i32)).then_some((c.n as i32, c.end));
        }
        if self.is(end, Kind::Hundred) && (19..=21).contains(&head) {
            let c = self.hundreds(head, end)?;
            return Some((c.n as i32, c.end));
        }
        // 'twenty' must stand alone before its second half, not as the tens of it.
        let (head, end) = if head > 20 && self.value(i) == 20 { (20, i + 1) } else { (head, end) };
        if !(19..=21).contains(&head) {
            return None;
        }
        let j = self.skip(end, &[Kind::Dash]);
        let (tail, end) = self.below_hundred(j)?;
        if tail == 0 {
            let (unit, end) = self.below_hundred(end)?;
            return (1..=9).contains(&unit).then_some(((head * 100 + unit) as i32, end));
        }
        (tail >= 10).then_some(((head * 100 + tail) as i32, end))
    }
}
