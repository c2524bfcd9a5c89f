//! Where a writer lives, guessed from language, script and offset, for whoever knows nothing better.

use crate::contract::Language;
use chrono::{DateTime, Datelike, FixedOffset, Offset};

/// Characters that only traditional writing has, frequent in any text.
const TRADITIONAL: &[char] =
    &['個', '這', '時', '會', '來', '說', '門', '們', '為', '請', '辦', '電', '開', '聽', '與', '職'];

/// The likeliest country of a writer: offsets in hours of the larger populations of each language.
pub fn guess(language: Language, text: &str, received_at: DateTime<FixedOffset>) -> &'static str {
    let minutes = received_at.offset().fix().local_minus_utc() / 60;
    let chinese = matches!(language, Language::Zh | Language::Mixed);
    if chinese && minutes == 8 * 60 {
        return if text.contains(TRADITIONAL) { "TW" } else { "CN" };
    }
    match minutes {
        -600..=-180 => "US",
        // Central European time; its summer is also eastern winter, which is rarer.
        60 if (4..=10).contains(&received_at.month()) => "GB",
        60 | 120 => "DE",
        330 => "IN",
        480 => "SG",
        540 => "JP",
        570..=660 => "AU",
        720..=780 => "NZ",
        _ if chinese => "CN",
        _ => "GB",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offset_language_and_script_tell_the_country() {
        let at = |s: &str| DateTime::parse_from_rfc3339(s).unwrap();
        let summer = at("2026-07-01T09:00:00+01:00");
        let cases = [
            (Language::En, "hello", summer, "GB"),
            (Language::En, "hello", at("2026-03-10T09:00:00+00:00"), "GB"),
            (Language::En, "hello", at("2026-03-10T09:00:00+01:00"), "DE"),
            (Language::En, "hello", at("2026-03-10T09:00:00-06:00"), "US"),
            (Language::Zh, "请开通账号", at("2026-03-10T09:00:00+08:00"), "CN"),
            (Language::Zh, "請開通帳號", at("2026-03-10T09:00:00+08:00"), "TW"),
        ];
        for (language, text, when, country) in cases {
            assert_eq!(guess(language, text, when), country, "{text} {when}");
        }
    }
}
