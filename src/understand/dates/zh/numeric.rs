//! Dates in digits and marks: 2026/11/3, 2026.11.3, 11/3, 11.3, 20261103.

use super::super::{DayOrder, Grain, resolve};
use super::number::{Number, number};
use super::reader::Reader;
use super::value::{Cands, Form, Piece};
use super::words::Class;
use crate::message::fold::is_han;
use chrono::Datelike;

/// Years a two-digit year may mean, before and after the present one.
const NEAR_YEARS: std::ops::RangeInclusive<i32> = -10..=15;
/// Years of the Republic (民国) that a three-digit year may mean: 2001 to 2061.
const REPUBLIC: std::ops::RangeInclusive<u32> = 90..=150;

impl Reader<'_> {
    /// `second`: it ends a range, so that the dash before it is no part of a code.
    pub fn numeric(&self, at: usize, second: bool) -> Option<Piece> {
        let clean_before = match self.before(at) {
            None => true,
            Some('-' | '~' | '.') => second,
            Some(c) if c.is_ascii_alphanumeric() => false,
            Some(c) => !"_#$@/\\+&=*¥€£%:".contains(c),
        };
        if !clean_before {
            return None;
        }
        let first = number(self.t, at).filter(|n| !n.han)?;
        if first.length == 8 {
            return self.compact(at, first);
        }
        let mark = self.c(first.end)?;
        if !matches!(mark, '-' | '.' | '/' | ' ' | '·') {
            return None;
        }
        let two = number(self.t, first.end + 1).filter(|n| !n.han && n.length <= 2)?;
        let three = (self.c(two.end) == Some(mark))
            .then(|| number(self.t, two.end + 1))
            .flatten()
            .filter(|n| !n.han && (n.length <= 2 || n.length == 4));
        if mark == ' ' && (first.length != 4 || two.length != 2 || three.is_none_or(|n| n.length != 2)) {
            return None;
        }
        match three {
            Some(three) if first.length < 3 && three.length == 4 => self.year_last(at, first, two, three),
            Some(three) if three.length <= 2 => self.year_first(at, mark, first, two, three),
            Some(_) => None,
            None => self.two_numbers(at, mark, first, two),
        }
    }

    fn compact(&self, at: usize, n: Number) -> Option<Piece> {
        if self.word_follows(n.end) || self.after(Class::CodeBefore, at) {
            return None;
        }
        let day = resolve::ymd((n.value / 10_000) as i32, n.value / 100 % 100, n.value % 100)?;
        Some(Piece::new(at, n.end, Cands::one(day), Grain::Day, Form::Fixed))
    }

    fn year_first(&self, at: usize, mark: char, y: Number, m: Number, d: Number) -> Option<Piece> {
        if self.word_follows(d.end) || self.more_follows(mark, d.end) {
            return None;
        }
        let year = match y.length {
            4 => y.value as i32,
            3 if REPUBLIC.contains(&y.value) && self.country() == "TW" => y.value as i32 + 1911,
            2 => {
                let year = 2000 + y.value as i32;
                if !NEAR_YEARS.contains(&(year - self.today.year())) || self.coded(at, d.end) {
                    return None;
                }
                year
            }
            _ => return None,
        };
        let day = resolve::ymd(year, m.value, d.value)?;
        let end = self.day_mark(d.end);
        Some(Piece::new(at, end, Cands::one(day), Grain::Day, Form::Fixed))
    }

    fn year_last(&self, at: usize, a: Number, b: Number, y: Number) -> Option<Piece> {
        if self.word_follows(y.end) {
            return None;
        }
        let year = y.value as i32;
        let (month_first, day_first) = (resolve::ymd(year, a.value, b.value), resolve::ymd(year, b.value, a.value));
        // Hong Kong and Macau write the day first; elsewhere in Chinese the month leads when no setting speaks.
        let day_leads = match self.settings.day_order {
            DayOrder::DayFirst => true,
            DayOrder::MonthFirst => false,
            DayOrder::Auto => matches!(self.country(), "HK" | "MO" | "SG" | "GB" | "AU" | "MY"),
        };
        let (likely, other) = if day_leads { (day_first, month_first) } else { (month_first, day_first) };
        let cands = match (likely, other) {
            (Some(one), other) => {
                Cands::default().or(one, one, 0.7, "").or_day(other, 0.3, "day and month the other way")
            }
            (None, Some(other)) => Cands::one(other),
            (None, None) => return None,
        };
        Some(Piece::new(at, y.end, cands, Grain::Day, Form::Fixed))
    }

    fn two_numbers(&self, at: usize, mark: char, a: Number, b: Number) -> Option<Piece> {
        if self.word_follows(b.end) || self.more_follows(mark, b.end) {
            return None;
        }
        if a.length == 4 {
            if self.coded(at, b.end) || mark == ' ' {
                return None;
            }
            let (from, to) = resolve::month(a.value as i32, b.value)?;
            let end = self.eat('月', b.end).unwrap_or(b.end);
            return Some(Piece::new(at, end, Cands::range(from, to), Grain::Month, Form::Period));
        }
        if a.length > 2 {
            return None;
        }
        let ok = match mark {
            '/' => !self.is(Class::FractionOf, b.end) && !self.is(Class::Counted, b.end),
            '.' | '·' => !self.coded(at, b.end) && self.dotted_is_date(at, b.end),
            // 03-15, with its zero; 3-5天 is a span.
            '-' => self.c(at) == Some('0') && a.length == 2 && b.length == 2 && !self.is(Class::Counted, b.end),
            _ => false,
        };
        if !ok {
            return None;
        }
        let swapped = mark == '/' && a.value > 12;
        let (m, d) = if swapped { (b.value, a.value) } else { (a.value, b.value) };
        resolve::ymd(2024, m, d)?;
        let cands = self.by_year(None, |y| resolve::ymd(y, m, d).map(|d| (d, d)));
        let end = self.day_mark(b.end);
        Some(Piece::new(at, end, cands, Grain::Day, Form::MonthDay(m, d)))
    }

    /// Letters, digits or percent right after: a code.
    fn word_follows(&self, at: usize) -> bool {
        self.c(at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '%' | '_' | '℃'))
    }

    /// The same mark and a digit right after: a longer code, such as an address on the net. A dash and a whole
    /// date is the end of a range.
    fn more_follows(&self, mark: char, at: usize) -> bool {
        if !self.c(at + 1).is_some_and(|c| c.is_ascii_digit()) {
            return false;
        }
        match self.c(at) {
            Some('-') if mark == '-' => number(self.t, at + 1).is_none_or(|n| n.length != 4),
            Some('.' | '/') => true,
            _ => false,
        }
    }

    fn coded(&self, at: usize, end: usize) -> bool {
        self.after(Class::CodeBefore, at)
            || self.is(Class::Counted, self.blanks(end))
            || self.c(end) == Some('.') && { self.c(end + 1).is_some_and(|c| c.is_ascii_digit()) }
    }

    /// 11.3 is a date only in company that says so.
    fn dotted_is_date(&self, at: usize, end: usize) -> bool {
        let after = self.blanks(end);
        let says_so = self.is(Class::Bound, after) && !self.is(Class::NotBound, after)
            || self.is(Class::To, after)
            || self.is(Class::DaySection, after)
            || self.c(after).is_some_and(|c| "日号入离到报上生转开调休办截交搬走来".contains(c));
        let before = match self.before(at) {
            None | Some('\n' | ' ' | ':' | ',' | '、' | '(' | ';' | '。' | '[' | '|' | '\t' | '-' | '~') => true,
            Some(c) => "于在从自至到定为是改期间由将拟自".contains(c),
        };
        let free = match self.c(after) {
            None => true,
            Some(c) if is_han(c) => true,
            Some(c) => !c.is_ascii_alphanumeric(),
        };
        says_so || before && free && !self.is(Class::Counted, after)
    }

    fn day_mark(&self, at: usize) -> usize {
        match self.c(at) {
            Some('日' | '号') => at + 1,
            _ => at,
        }
    }
}
