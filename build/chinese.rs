//! The Chinese words as `zh/words.rs` searches them: sorted by first character, class, second character and length.

use crate::class::{Class, START, TABLES, WEAK};
use crate::named::Name;
use crate::variants::Variants;
use std::cmp::Reverse;

struct Word {
    class: Class,
    text: Vec<u16>,
    value: i32,
}

/// Where a mention may begin.
const STARTS: [Class; 23] = [
    Class::Year,
    Class::Day,
    Class::DayPart,
    Class::Relative,
    Class::WeekNoun,
    Class::LunarMonth,
    Class::LunarMark,
    Class::SolarMark,
    Class::Era,
    Class::MonthPart,
    Class::YearPart,
    Class::QuarterPart,
    Class::HalfYear,
    Class::HalfMonth,
    Class::HalfWeek,
    Class::Weekend,
    Class::Span,
    Class::Lead,
    Class::Every,
    Class::Ordinal,
    Class::Idiom,
    Class::Named,
    Class::Break,
];

/// Characters besides, with which a mention may begin.
const MORE_STARTS: &str = "0123456789〇零一二两三四五六七八九十廿卅半q闰";

/// Characters of the basic plane.
const CHARACTERS: usize = 0x1_0000;

pub fn tables(words: &toml::Table, names: &[Name], variants: &Variants) -> [(&'static str, Vec<u8>); 5] {
    let mut all = Vec::new();
    for (table, list) in words {
        let (_, class) = TABLES.iter().find(|(name, _)| name == table).unwrap_or_else(|| panic!("no class {table}"));
        for (text, value) in list.as_table().into_iter().flatten() {
            let value = value.as_integer().unwrap_or_else(|| panic!("zh/words.toml: {text} has no number"));
            all.push(Word { class: *class, text: text.encode_utf16().collect(), value: value as i32 });
        }
    }
    for name in names.iter().filter(|n| n.chinese) {
        let value = name.place as i32 + if name.weak { WEAK } else { 0 };
        let class = if name.too { Class::NamedToo } else { Class::Named };
        all.push(Word { class, text: name.text.encode_utf16().collect(), value });
    }
    for (text, place) in variants.sounded(names) {
        all.push(Word { class: Class::Sounded, text: text.encode_utf16().collect(), value: place as i32 });
    }
    // A word of one character has no second one: 0, and so before the others.
    let second = |w: &Word| w.text.get(1).copied().unwrap_or(0);
    all.sort_by_key(|w| (w.text.first().copied(), w.class as u8, second(w), Reverse(w.text.len())));
    let (mut first, mut buckets) = (vec![0u16; CHARACTERS], vec![0u32]);
    let (mut entries, mut pool): (Vec<u8>, Vec<u16>) = (Vec::new(), Vec::new());
    for group in all.chunk_by(|a, b| a.text.first() == b.text.first()) {
        let Some(&head) = group.first().and_then(|w| w.text.first()) else { continue };
        first[head as usize] = buckets.len() as u16;
        buckets.push(buckets.last().copied().unwrap_or(0) + group.len() as u32);
        if group.iter().any(|w| STARTS.contains(&w.class)) {
            first[head as usize] |= START;
        }
        for word in group {
            let rest = &word.text[1..];
            entries.extend([word.class as u8, rest.len() as u8]);
            entries.extend(second(word).to_le_bytes());
            entries.extend(word.value.to_le_bytes());
            entries.extend((pool.len() as u32).to_le_bytes());
            pool.extend(rest);
        }
    }
    for c in MORE_STARTS.chars() {
        first[c as usize] |= START;
    }
    // A foreign name begins with any character of the same sound.
    let sounds = variants.sounds();
    for (c, sound) in &sounds {
        if all.iter().any(|w| w.class == Class::Sounded && w.text.first() == Some(&(*sound as u16))) {
            first[*c as usize] |= START;
        }
    }
    let sounds = sounds.iter().flat_map(|(c, sound)| [*c as u16, *sound as u16]);
    assert!(buckets.len() < START as usize);
    let of_u16 = |list: Vec<u16>| list.into_iter().flat_map(u16::to_le_bytes).collect();
    let buckets = buckets.into_iter().flat_map(u32::to_le_bytes).collect();
    [
        ("zh.first", of_u16(first)),
        ("zh.buckets", buckets),
        ("zh.entries", entries),
        ("zh.pool", of_u16(pool)),
        ("zh.sounds", of_u16(sounds.collect())),
    ]
}
