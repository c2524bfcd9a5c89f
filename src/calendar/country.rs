//! One country's weekly days off, published holidays and make-up workdays, read from the data on first use.

use super::Special;
use super::rule::Rule;
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{LazyLock, OnceLock};

const CN: &str = include_str!("cn.tsv");
const WORLD: &str = include_str!("world.tsv");
const WEEKENDS: &str = include_str!("weekends.tsv");
/// Rules for the years that the published data does not reach.
const COMPUTED: &str = include_str!("computed.tsv");

/// Years for which holidays are computed where none are published.
const COMPUTED_YEARS: RangeInclusive<i32> = 1950..=2100;

/// What is known of one country.
#[derive(Debug)]
pub struct Country {
    /// From year, ascending; the days off as bits, Monday lowest.
    weekends: Vec<(i32, u8)>,
    /// By day, ascending.
    special: Vec<Special>,
    years: Option<RangeInclusive<i32>>,
    rules: Vec<Rule>,
    observed: Observed,
    computed: Vec<OnceLock<Box<[NaiveDate]>>>,
}

/// What happens to a computed holiday on a weekend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Observed {
    /// Nothing.
    No,
    /// The next working weekday.
    Next,
    /// Saturday's on Friday, Sunday's on Monday.
    Nearest,
    /// Sunday's on the next working weekday; Saturday's is lost.
    Sunday,
}

/// Saturday and Sunday, as bits with Monday lowest.
const SATURDAY_SUNDAY: u8 = 0b110_0000;

static KNOWN: LazyLock<HashMap<&'static str, OnceLock<Country>>> = LazyLock::new(|| {
    let mut known: HashMap<&'static str, OnceLock<Country>> = HashMap::new();
    for line in WEEKENDS.lines().chain(COMPUTED.lines()).filter(|l| !l.starts_with('#')) {
        if let Some(code) = line.split('\t').next().filter(|c| c.len() == 2) {
            known.entry(code).or_default();
        }
    }
    known
});

static UNKNOWN: LazyLock<Country> = LazyLock::new(|| Country {
    weekends: Vec::new(),
    special: Vec::new(),
    years: None,
    rules: Vec::new(),
    observed: Observed::No,
    computed: Vec::new(),
});

impl Country {
    /// `code`: upper case.
    pub fn of(code: &str) -> &'static Country {
        match KNOWN.get_key_value(code) {
            Some((code, cell)) => cell.get_or_init(|| read(code)),
            None => &UNKNOWN,
        }
    }

    pub fn years(&self) -> Option<&RangeInclusive<i32>> {
        self.years.as_ref()
    }

    pub fn special(&self, day: NaiveDate) -> Option<&Special> {
        let at = self.special.binary_search_by_key(&day, |s| s.day).ok()?;
        self.special.get(at)
    }

    pub fn is_weekend(&self, day: NaiveDate) -> bool {
        let days = self.weekends.iter().rev().find(|(from, _)| *from <= day.year());
        days.map_or(SATURDAY_SUNDAY, |(_, days)| *days) & bit(day.weekday()) != 0
    }

    /// Whether a year without published data has a computed holiday on that day.
    pub fn computed_off(&self, day: NaiveDate) -> bool {
        let year = day.year();
        if self.rules.is_empty() || self.years.as_ref().is_some_and(|years| years.contains(&year)) {
            return false;
        }
        let slot = usize::try_from(year - COMPUTED_YEARS.start()).ok().and_then(|i| self.computed.get(i));
        slot.is_some_and(|slot| slot.get_or_init(|| self.compute(year)).binary_search(&day).is_ok())
    }

    fn compute(&self, year: i32) -> Box<[NaiveDate]> {
        let mut days: Vec<NaiveDate> = Vec::new();
        // A neighbour's holiday may be observed in this year (1 January on a Saturday, by the nearest weekday).
        for y in year - 1..=year + 1 {
            for rule in &self.rules {
                for (from, to) in rule.in_year(y) {
                    days.extend(from.iter_days().take_while(|d| *d <= to).take(31));
                }
            }
        }
        days.sort_unstable();
        days.dedup();
        if self.observed != Observed::No {
            let plain = days.clone();
            for day in plain {
                if let Some(moved) = self.observed_on(day, &days)
                    && let Err(at) = days.binary_search(&moved)
                {
                    days.insert(at, moved);
                }
            }
        }
        days.retain(|d| d.year() == year);
        days.into()
    }

    fn observed_on(&self, day: NaiveDate, days: &[NaiveDate]) -> Option<NaiveDate> {
        if !self.is_weekend(day) {
            return None;
        }
        match (self.observed, day.weekday()) {
            (Observed::No, _) => None,
            (Observed::Nearest, Weekday::Sat) => day.pred_opt(),
            (Observed::Sunday, Weekday::Sat) => None,
            _ => day.iter_days().skip(1).take(7).find(|d| !self.is_weekend(*d) && days.binary_search(d).is_err()),
        }
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

fn read(code: &'static str) -> Country {
    let mut weekends = Vec::new();
    for line in lines_of(WEEKENDS, code) {
        let mut fields = line.split('\t').skip(1);
        if let (Some(from), Some(days)) = (fields.next().and_then(|f| f.parse().ok()), fields.next()) {
            let bits = days.bytes().filter(|b| (b'1'..=b'7').contains(b)).fold(0, |bits, b| bits | 1 << (b - b'1'));
            weekends.push((from, bits));
        }
    }
    let mut special: Vec<Special> = lines_of(if code == "CN" { CN } else { WORLD }, code).filter_map(special).collect();
    special.sort_by_key(|s| s.day);
    // A make-up day of the year before (30 December) is no year of its own: a year has data when it has holidays.
    let years = match (special.iter().find(|s| s.off), special.last()) {
        (Some(first), Some(last)) => Some(first.day.year()..=last.day.year()),
        _ => None,
    };
    let (mut rules, mut observed) = (Vec::new(), Observed::No);
    for line in lines_of(COMPUTED, code) {
        match line.split('\t').nth(1) {
            Some("observed next") => observed = Observed::Next,
            Some("observed nearest") => observed = Observed::Nearest,
            Some("observed sunday") => observed = Observed::Sunday,
            Some(rule) => rules.extend(Rule::parse(rule)),
            None => {}
        }
    }
    let computed = COMPUTED_YEARS.map(|_| OnceLock::new()).collect();
    Country { weekends, special, years, rules, observed, computed }
}

/// The lines of one country; they stand together.
fn lines_of(data: &'static str, code: &str) -> impl Iterator<Item = &'static str> {
    let start = data.find(&format!("\n{code}\t")).map_or("", |at| data.get(at + 1..).unwrap_or(""));
    let code = code.to_owned();
    start.lines().take_while(move |l| l.starts_with(code.as_str()))
}

fn special(line: &'static str) -> Option<Special> {
    let mut fields = line.split('\t').skip(1);
    Some(Special {
        day: fields.next()?.parse().ok()?,
        off: fields.next()? == "off",
        name_en: fields.next().unwrap_or(""),
        name_zh: fields.next().unwrap_or(""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_read() {
        for (data, codes) in [(CN, vec!["CN"]), (WORLD, KNOWN.keys().copied().filter(|c| *c != "CN").collect())] {
            let lines = data.lines().filter(|l| !l.starts_with('#')).count();
            let read: usize = codes.iter().map(|c| Country::of(c).special.len()).sum();
            assert_eq!(read, lines);
        }
        let with_data = KNOWN.keys().filter(|c| Country::of(c).years().is_some()).count();
        assert_eq!(with_data, 39);
    }

    #[test]
    fn every_computed_rule_parses() {
        for line in COMPUTED.lines().filter(|l| !l.starts_with('#')) {
            let rule = line.split('\t').nth(1).unwrap();
            assert!(rule.starts_with("observed ") || Rule::parse(rule).is_some(), "{line}");
        }
    }
}
