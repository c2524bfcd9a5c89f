//! The cases of `fixtures/dates/zh.toml`, and what holds for any text.

use super::*;
use crate::understand::dates::{Bound, Value};
use proptest::prelude::*;

fn at(s: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(s).unwrap()
}

proptest! {
    #[test]
    fn any_text_gives_valid_spans_and_days(s in "[0-9一二三十廿年月日号周星期天上下后前内至到起个半的,.:/() -]{0,40}") {
        let found = find(&s, at("2026-03-03T09:00:00+08:00"), &Settings::default());
        let mut last = 0;
        for m in &found.mentions {
            prop_assert!(s.get(m.span.clone()).is_some_and(|w| !w.is_empty()));
            prop_assert!(m.span.start >= last);
            last = m.span.end;
            prop_assert!(!m.readings.is_empty());
            prop_assert!(m.readings.iter().map(|r| r.probability).sum::<f32>() <= 1.001);
        }
        for d in &found.durations {
            prop_assert!(s.get(d.span.clone()).is_some_and(|w| !w.is_empty()));
        }
    }
}
