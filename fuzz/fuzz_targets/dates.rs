//! Any UTF-8 text: no panic, spans valid and apart, every day real. `cargo fuzz run dates`
#![no_main]

use chrono::{DateTime, Days, NaiveDate};
use libfuzzer_sys::fuzz_target;
use muster::understand::dates::{Engine, Lang};
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::default);

fuzz_target!(|input: (u16, bool, &str)| {
    let (days, chinese, text) = input;
    // 1900-01-01 and the 65535 days after it: the years that a message can come from.
    let Some(day) = NaiveDate::from_ymd_opt(1900, 1, 1).and_then(|d| d.checked_add_days(Days::new(days.into()))) else {
        return;
    };
    let reference: DateTime<_> = day.and_time(Default::default()).and_utc().fixed_offset();
    let found = ENGINE.find(text, if chinese { Lang::Zh } else { Lang::En }, reference);
    let mut last = 0;
    for m in &found.mentions {
        assert!(m.span.start >= last && m.span.start < m.span.end && text.get(m.span.clone()).is_some());
        assert!(!m.readings.is_empty() && m.readings.iter().map(|r| r.probability).sum::<f32>() <= 1.001);
        last = m.span.end;
    }
});
