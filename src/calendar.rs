//! Working days, public holidays and computed named days; facts that dates and triage share.

use chrono::NaiveDate;

/// The working-day calendar of one country: weekends, public holidays, make-up workdays.
#[derive(Debug, Clone)]
pub struct Calendar {
    country: String,
}

impl Calendar {
    /// `country`: ISO 3166 alpha-2, any case. An unknown country has weekends only.
    pub fn of(country: &str) -> Self {
        Self { country: country.to_ascii_uppercase() }
    }
    pub fn country(&self) -> &str {
        &self.country
    }
    /// Whether people work on that day.
    pub fn is_working(&self, _day: NaiveDate) -> bool {
        true
    }
    /// The `n`th working day after `from` (n ≥ 1) or before it (n ≤ -1); 0: `from` itself.
    pub fn add_working_days(&self, from: NaiveDate, _n: i32) -> NaiveDate {
        from
    }
    /// Working days after `from` up to and including `to`; negative when `to` lies before `from`.
    pub fn working_days_between(&self, _from: NaiveDate, _to: NaiveDate) -> i32 {
        0
    }
    /// Whether official data for that year is built in; past it, weekends and computed holidays only.
    pub fn has_data_for(&self, _year: i32) -> bool {
        false
    }
}
