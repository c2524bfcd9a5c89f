//! Whether words that are a date by their form may be one where they stand: 'May', 'sat', '2016', 'the week' alone.

use super::lex::Kind;
use super::parse::Parse;
use super::period::unit;
use super::time::When;
use crate::understand::dates::Grain;
use chrono::Datelike;

impl Parse<'_> {
    /// Whether a lone month, year or span may stand there.
    pub fn stands(&self, i: usize, when: &When, prep: Kind) -> bool {
        let t = match self.tok(i) {
            Some(t) => t,
            None => return false,
        };
        let one = when.end == i + 1;
        let placed = !matches!(prep, Kind::Stop | Kind::At | Kind::AtSign);
        match t.kind {
            Kind::Now => false,
            // '31 February 2026': a month whose day does not exist is no month either.
            Kind::Month
                if i > 0
                    && !t.line
                    && (matches!(self.k(i - 1), Kind::Num | Kind::Ord)
                        && self.tok(i - 1).is_some_and(|n| n.len <= 2)
                        || i > 1 && self.is(i - 1, Kind::Of) && self.is(i - 2, Kind::Ord)) =>
            {
                when.date.is_day()
            }
            Kind::Month if one => {
                // 'May I', 'March on', 'Jan Smith', 'April': words and names as well as months.
                let named =
                    self.tok(i + 1).is_some_and(|n| n.kind == Kind::Word && n.cap && n.space && !self.ends(i + 1));
                let glued = self.glued(i)
                    && i > 0
                    && !matches!(self.k(i - 1), Kind::Open | Kind::Dash | Kind::Slash | Kind::Other)
                    || self.glued(i + 1)
                        && matches!(self.k(i + 1), Kind::Underscore | Kind::Word | Kind::AtSign | Kind::Apostrophe)
                    || self.is(i + 1, Kind::Dot)
                        && self.glued(i + 1)
                        && self.tok(i + 2).is_some_and(|n| !n.space && n.hash != 0);
                if glued {
                    return false;
                }
                if self.could_be_word(i) {
                    let time_word = matches!(
                        prep,
                        Kind::In
                            | Kind::Of
                            | Kind::Until
                            | Kind::Since
                            | Kind::Before
                            | Kind::After
                            | Kind::From
                            | Kind::By
                            | Kind::Through
                    );
                    let sure = matches!(prep, Kind::In | Kind::Since | Kind::Until);
                    return (time_word && (t.cap || sure) && (!named || sure)) || self.alone(i, when.end);
                }
                t.cap && !named || placed || self.alone(i, when.end) || t.len > 3
            }
            Kind::Num | Kind::Cardinal | Kind::Apostrophe if when.date.grain == Grain::Year => {
                self.year_stands(i, when, prep)
            }
            Kind::Named if t.typo && one => placed || self.alone(i, when.end),
            Kind::The if when.end == i + 2 && self.is(i + 1, Kind::Month) => false,
            Kind::Mod
                if when.end == i + 2
                    && self.is(i + 1, Kind::Month)
                    && !self.tok(i + 1).is_some_and(|n| n.cap)
                    && self.could_be_word(i + 1) =>
            {
                self.ends(when.end)
            }
            Kind::Unit if one && t.value == unit::WEEKEND => placed || self.ends(when.end),
            // 'the week', 'the month' in running text say nothing; 'the weekend' does.
            Kind::The if when.end == i + 2 && self.is(i + 1, Kind::Unit) => match self.value(i + 1) {
                unit::WEEKEND => true,
                unit::WEEK => {
                    self.ends(when.end)
                        && (matches!(prep, Kind::In | Kind::For | Kind::Of) || self.alone(i, when.end) || i == 0)
                }
                unit::DAY => true,
                _ => false,
            },
            Kind::Fiscal | Kind::Rest => true,
            Kind::Early | Kind::Late => when.end > i + 1,
            Kind::Part | Kind::Clock => when.end > i + 1,
            _ => true,
        }
    }

    /// A bare year needs a preposition, or another year before it; '2014-2018' needs 'from', 'between' or 'in'.
    fn year_stands(&self, i: usize, when: &When, prep: Kind) -> bool {
        let before = self.k(i.wrapping_sub(1));
        let placed = matches!(
            prep,
            Kind::In
                | Kind::Of
                | Kind::Since
                | Kind::Until
                | Kind::Before
                | Kind::After
                | Kind::From
                | Kind::By
                | Kind::Through
                | Kind::Less
                | Kind::Greater
        ) || prep == Kind::For && !self.text_is(i.wrapping_sub(1), "for");
        let spelled = self.is(i, Kind::Cardinal);
        if when.end > i + 1 && !spelled {
            let year = when.date.alts.first().is_some_and(|d| d.a.ordinal() == 1);
            return placed || !year || self.is(i + 1, Kind::Tilde) || matches!(before, Kind::From | Kind::Between);
        }
        let after_year = matches!(before, Kind::And | Kind::Or) && i >= 2 && self.year(i - 2).is_some();
        (placed || after_year) && (self.may_end(when.end) || self.is(when.end, Kind::Dash))
    }
}
