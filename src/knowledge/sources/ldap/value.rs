//! Values as directories write them: dates in four ways, account flags, distinguished names.

use chrono::{DateTime, Days, NaiveDate};

/// The flag of Active Directory's `userAccountControl` that disables an account.
const DISABLED: i64 = 2;
/// Active Directory's 'never'.
const NEVER: i64 = i64::MAX;
/// Seconds from 1601-01-01, where Active Directory counts from, to 1970-01-01.
const EPOCH: i64 = 11_644_473_600;

/// `YYYY-MM-DD` of a generalised time (`20260302083000Z`), an ISO date, a count of 100 ns since 1601 (Active
/// Directory) or a count of days since 1970 (`shadowExpire`); None for never and for what is no date.
pub fn date(value: &str) -> Option<String> {
    let value = value.trim();
    let day = if value.len() >= 10 && value.get(4..5) == Some("-") {
        NaiveDate::parse_from_str(value.get(..10)?, "%Y-%m-%d").ok()
    } else if value.bytes().all(|b| b.is_ascii_digit()) && value.len() != 8 {
        match value.parse::<i64>().ok()? {
            0 | NEVER => None,
            days @ 1..=99_999 => NaiveDate::from_ymd_opt(1970, 1, 1)?.checked_add_days(Days::new(days as u64)),
            ticks @ 10_000_000_000_000_000.. => {
                DateTime::from_timestamp(ticks / 10_000_000 - EPOCH, 0).map(|t| t.date_naive())
            }
            _ if value.len() == 14 => NaiveDate::parse_from_str(value.get(..8)?, "%Y%m%d").ok(),
            _ => None,
        }
    } else {
        NaiveDate::parse_from_str(value.get(..8)?, "%Y%m%d").ok()
    };
    day.filter(|d| (1900..2200).contains(&chrono::Datelike::year(d))).map(|d| d.to_string())
}

/// `active` or `left` by the value of that attribute.
pub fn status(attribute: &str, value: &str) -> Option<String> {
    match attribute {
        "useraccountcontrol" => {
            let flags: i64 = value.trim().parse().ok()?;
            Some(if flags & DISABLED == 0 { "active" } else { "left" }.to_owned())
        }
        // The time since which the account is locked for good; a lock after wrong passwords is no leaving.
        "pwdaccountlockedtime" => (value.trim() == "000001010000Z").then(|| "left".to_owned()),
        _ => super::schema::status(value),
    }
}

/// A distinguished name for comparison: lower case, no spaces around its parts.
pub fn dn(value: &str) -> String {
    let mut parts: Vec<String> = vec![String::new()];
    let mut escaped = false;
    for c in value.chars() {
        if c == ',' && !escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.extend(c.to_lowercase());
        }
        escaped = c == '\\' && !escaped;
    }
    let tidy = |part: &String| match part.split_once('=') {
        Some((name, value)) => format!("{}={}", name.trim(), value.trim()),
        None => part.trim().to_owned(),
    };
    parts.iter().map(tidy).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_every_kind() {
        for (value, want) in [
            ("20260302083000Z", Some("2026-03-02")),
            ("20260302", Some("2026-03-02")),
            ("20260302083000.0Z", Some("2026-03-02")),
            ("2026-03-02", Some("2026-03-02")),
            ("2026-03-02T08:30:00Z", Some("2026-03-02")),
            ("134169600000000000", Some("2026-03-02")),
            ("9223372036854775807", None),
            ("0", None),
            ("20514", Some("2026-03-02")),
            ("-1", None),
            ("soon", None),
            ("20261340", None),
            ("年", None),
        ] {
            assert_eq!(date(value).as_deref(), want, "{value}");
        }
    }

    #[test]
    fn accounts_and_names() {
        assert_eq!(status("useraccountcontrol", "514").as_deref(), Some("left"));
        assert_eq!(status("useraccountcontrol", "512").as_deref(), Some("active"));
        assert_eq!(status("pwdaccountlockedtime", "20260302083000Z"), None);
        assert_eq!(dn("CN=Lee\\, Ann , OU=People,dc=X"), dn("cn=lee\\, ann,ou=people,DC=x"));
    }
}
