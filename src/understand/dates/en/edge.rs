//! Parts of a span: 'end of the month', 'early March', 'mid-May', 'later this week', 'EOM'.

use super::absolute::longest;
use super::lex::Kind;
use super::parse::{Alts, Date, Parse};
use super::period::{half, unit};
use crate::understand::dates::{Grain, resolve};
use chrono::NaiveDate;

impl Parse<'_> {
    /// 'later this month', 'earlier this year', 'later in the week'.
    pub fn so_far(&self, i: usize, depth: u8) -> Option<Date> {
        let later = self.text_is(i, "later");
        if !later && !self.text_is(i, "earlier") {
            return None;
        }
        let mut j = self.skip(i + 1, &[Kind::In, Kind::Of]);
        if self.is(j, Kind::The) && j == i + 2 {
            j += 1;
        }
        let whole = match self.k(j) {
            Kind::Mod => self.period(j, depth),
            Kind::Unit if j > i + 1 && self.value(j) >= unit::WEEK => Date::new(
                j + 1,
                Alts::span(self.unit_span(self.value(j), 0), "the current one")?,
                Self::unit_grain(self.value(j)),
            ),
            _ => None,
        }?;
        let first = *whole.alts.first()?;
        if !(first.a..=first.b).contains(&self.today) {
            return self.edge_of(if later { Kind::Late } else { Kind::Early }, whole);
        }
        let mut alts = Alts::none();
        if later {
            if let Some((a, b)) = half(first.a, first.b, whole.grain, false).filter(|s| s.0 > self.today) {
                alts.push(a, b, 0.5, "its second half");
            }
            alts.push(self.today, first.b, if alts.is_empty() { 0.9 } else { 0.44 }, "from today on");
        } else {
            alts.push(first.a, self.today, 0.9, "up to today");
        }
        Date::new(whole.end, alts, whole.grain)
    }

    /// 'EOM', 'month end', 'EOY', 'BOM'.
    pub fn edge_word(&self, i: usize) -> Option<Date> {
        let code = self.value(i);
        // 'end of the month after next' goes on.
        let whole = Date::new(i + 1, Alts::span(self.unit_span(code, 0), "")?, Self::unit_grain(code))?;
        self.edge_of(if self.is(i, Kind::EndOf) { Kind::End } else { Kind::Begin }, whole)
    }

    /// 'end of next week', 'early March', 'mid-May', 'beginning of the month', 'rest of the year'.
    pub fn edge(&self, i: usize, depth: u8) -> Option<Date> {
        let which = self.k(i);
        let mut j = i + 1;
        let mut linked = false;
        for _ in 0..3 {
            match self.k(j) {
                Kind::Of | Kind::In | Kind::Dash | Kind::To => linked = true,
                Kind::At => {}
                _ => break,
            }
            j += 1;
        }
        if which == Kind::Rest
            && linked
            && self.is(j, Kind::The)
            && self.is(j + 1, Kind::Unit)
            && self.value(j + 1) == unit::DAY
        {
            return None;
        }
        // 'end March' and 'early next month' need no 'of'; 'start next week' is a verb.
        let article = self.is(j, Kind::The);
        if self.line(j) {
            return None;
        }
        let whole = match self.k(j) {
            Kind::The if linked => self.this_unit(j + 1).or_else(|| self.period(j + 1, depth)),
            Kind::Unit
                if linked && self.value(j) >= unit::WEEK && self.tok(j)?.len <= 7 && !self.is(j + 1, Kind::Of) =>
            {
                longest(
                    Date::new(
                        j + 1,
                        Alts::span(self.unit_span(self.value(j), 0), "the current one")?,
                        Self::unit_grain(self.value(j)),
                    ),
                    self.period(j, depth),
                )
            }
            Kind::Num | Kind::Cardinal | Kind::Ord | Kind::OrdWord if !linked && which != Kind::Middle => return None,
            Kind::Num | Kind::Cardinal => self.period(j, depth),
            _ if linked
                || matches!(which, Kind::Early | Kind::Late | Kind::Middle)
                || which == Kind::End && self.is(j, Kind::Month) =>
            {
                self.period(j, depth)
            }
            _ => None,
        }?;
        if whole.grain < Grain::Week || article && !linked {
            return None;
        }
        self.edge_of(which, whole)
    }

    /// The part of a span: thirds of weeks and months, quarters of years.
    pub fn edge_of(&self, which: Kind, whole: Date) -> Option<Date> {
        let grain = whole.grain;
        let mut alts = Alts::none();
        for d in whole.alts.iter() {
            let (a, b) = (d.a, d.b);
            let last = if grain == Grain::Week && (b - a).num_days() == 6 { resolve::add_days(b, -2)? } else { b };
            let mut add = |s: Option<resolve::Span>, p: f32, why| {
                if let Some((x, y)) = s {
                    alts.push(x, y, p * d.p, why);
                }
            };
            match which {
                Kind::End => {
                    add(Some((last, last)), 0.58, "its last day");
                    add(end_third(a, b, grain), 0.43, "its last part");
                }
                Kind::Late => {
                    add(end_third(a, b, grain), 0.55, "its last part");
                    add(half(a, b, grain, false), 0.43, "its second half");
                }
                Kind::Begin => {
                    add(begin_third(a, b, grain), 0.95, "its first part");
                }
                Kind::Early => {
                    add(begin_third(a, b, grain), 0.55, "its first part");
                    add(half(a, b, grain, true), 0.43, "its first half");
                }
                Kind::Middle => {
                    add(middle_third(a, b, grain), 0.55, "its middle");
                    if grain == Grain::Month {
                        add(Some((resolve::add_days(a, 9)?, resolve::add_days(a, 19)?)), 0.43, "around its middle");
                    }
                }
                _ => add((self.today <= b).then_some((self.today.max(a), b)), 0.95, "from today on"),
            }
        }
        Date::new(whole.end, alts, grain)
    }
}

fn begin_third(a: NaiveDate, b: NaiveDate, grain: Grain) -> Option<resolve::Span> {
    Some(match grain {
        Grain::Week => (a, resolve::add_days(a, 2)?.min(b)),
        Grain::Month => (a, resolve::add_days(a, 9)?),
        _ => (a, resolve::add_days(resolve::add_months(a, if grain == Grain::Year { 3 } else { 1 })?, -1)?),
    })
}

fn middle_third(a: NaiveDate, b: NaiveDate, grain: Grain) -> Option<resolve::Span> {
    Some(match grain {
        Grain::Week => (resolve::add_days(a, 2)?.min(b), resolve::add_days(a, 3)?.min(b)),
        Grain::Month => (resolve::add_days(a, 10)?, resolve::add_days(a, 19)?),
        Grain::Quarter => (resolve::add_months(a, 1)?, resolve::add_days(resolve::add_months(a, 2)?, -1)?),
        _ => (resolve::add_months(a, 4)?, resolve::add_days(resolve::add_months(a, 8)?, -1)?),
    })
}

fn end_third(a: NaiveDate, b: NaiveDate, grain: Grain) -> Option<resolve::Span> {
    Some(match grain {
        Grain::Week => (resolve::add_days(b, -2)?.max(a), b),
        Grain::Month => (resolve::add_days(a, 20)?.min(b), b),
        Grain::Quarter => (resolve::add_months(a, 2)?, b),
        _ => (resolve::add_months(a, 8)?, b),
    })
}
