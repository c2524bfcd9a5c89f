//! The words of `words.toml` and the named days, compiled by the build script: longest word of a class at a place.

use super::class::START;
pub use super::class::{Class, WEAK};

/// The tables lie in the program as `build/chinese.rs` writes them: numbers with the lowest byte first.
#[derive(Debug)]
pub struct Words {
    /// By code point of the first character (basic plane): the number of its bucket, 0 for none; `START` set where a
    /// mention may begin with it.
    first: &'static [[u8; 2]],
    /// Where each bucket ends in `entries`; bucket 0 is empty.
    buckets: &'static [[u8; 4]],
    /// Class (1), characters after the first (1), the second character or 0 (2), value (4), place in `pool` (4); in the
    /// order of class, second character, and the longest first.
    entries: &'static [[u8; 12]],
    /// The characters of words after their first.
    pool: &'static [[u8; 2]],
    /// Characters of foreign names (2), in order, each with the one that stands for its sound (2).
    sounds: &'static [[u8; 4]],
}

/// Most characters of a foreign name; longer ones are not known by their sounds.
const LONGEST: usize = 14;

static WORDS: Words = Words {
    first: include_bytes!(concat!(env!("OUT_DIR"), "/zh.first")).as_chunks().0,
    buckets: include_bytes!(concat!(env!("OUT_DIR"), "/zh.buckets")).as_chunks().0,
    entries: include_bytes!(concat!(env!("OUT_DIR"), "/zh.entries")).as_chunks().0,
    pool: include_bytes!(concat!(env!("OUT_DIR"), "/zh.pool")).as_chunks().0,
    sounds: include_bytes!(concat!(env!("OUT_DIR"), "/zh.sounds")).as_chunks().0,
};

impl Words {
    pub fn get() -> &'static Self {
        &WORDS
    }

    #[inline]
    fn first(&self, c: char) -> u16 {
        self.first.get(c as usize).map_or(0, |n| u16::from_le_bytes(*n))
    }

    #[inline]
    pub fn may_start(&self, c: char) -> bool {
        self.first(c) & START != 0
    }

    /// The longest word of that class at `at`: its value and the place after it.
    pub fn at(&'static self, class: Class, text: &[char], at: usize) -> Option<(i32, usize)> {
        self.all(class, text, at).next()
    }

    pub fn is(&'static self, class: Class, text: &[char], at: usize) -> bool {
        self.at(class, text, at).is_some()
    }

    /// Every word of that class at `at`, longest first.
    pub fn all<'a>(
        &'static self,
        class: Class,
        text: &'a [char],
        at: usize,
    ) -> impl Iterator<Item = (i32, usize)> + use<'a> {
        let bucket = text.get(at).map_or(&[][..], |c| self.bucket(*c));
        let tail = text.get(at + 1..).unwrap_or(&[]);
        // 国 begins hundreds of named days; only those with the next character count, and the words of one character.
        let second = tail.first().and_then(|c| u16::try_from(u32::from(*c)).ok()).filter(|s| *s != 0);
        let longer = second.map_or(&[][..], |s| of_class(bucket, class, s));
        longer
            .iter()
            .filter(move |e| self.fits(e, tail))
            .chain(of_class(bucket, class, 0))
            .map(move |e| (value(e), at + 1 + usize::from(e[1])))
    }

    /// The longest foreign name of a day at `at`, by its sounds: 喀尔瓦乔特节 where 卡尔瓦乔特节 is listed.
    pub fn sounded(&'static self, text: &[char], at: usize) -> Option<(i32, usize)> {
        // Most places end here: no foreign name begins with these two sounds.
        let [first, second] = [self.sound(*text.get(at)?)?, self.sound(*text.get(at + 1)?)?];
        if of_class(self.bucket(first), Class::Sounded, second as u16).is_empty() {
            return None;
        }
        let mut sounds = ['\0'; LONGEST];
        // The place in the text after each character.
        let mut ends = [at; LONGEST];
        let mut length = 0;
        for (i, c) in (at..).zip(text.get(at..)?).take(2 * LONGEST) {
            let sound = match c {
                '·' | '・' | '‧' | '•' | '.' if length > 0 => continue,
                '节' | '日' => *c,
                c => self.sound(*c).unwrap_or('\0'),
            };
            if sound == '\0' || length == LONGEST {
                break;
            }
            if let (Some(slot), Some(end)) = (sounds.get_mut(length), ends.get_mut(length)) {
                (*slot, *end) = (sound, i + 1);
                length += 1;
            }
        }
        let (place, used) = self.at(Class::Sounded, sounds.get(..length)?, 0)?;
        Some((place, *ends.get(used.checked_sub(1)?)?))
    }

    /// The character that stands for the sound of a character of foreign names.
    fn sound(&self, c: char) -> Option<char> {
        let c = u16::try_from(u32::from(c)).ok()?;
        let at = self.sounds.binary_search_by_key(&c, |[a, b, ..]| u16::from_le_bytes([*a, *b])).ok()?;
        let [.., a, b] = *self.sounds.get(at)?;
        char::from_u32(u16::from_le_bytes([a, b]).into())
    }

    /// Whether a word of that class ends just before `at`; such words have at most eight characters.
    pub fn ends_before(&'static self, class: Class, text: &[char], at: usize) -> bool {
        (at.saturating_sub(8)..at).any(|from| self.all(class, text, from).any(|(_, end)| end == at))
    }

    #[inline]
    fn bucket(&self, head: char) -> &'static [[u8; 12]] {
        let number = usize::from(self.first(head) & !START);
        let end = |n: usize| self.buckets.get(n).map_or(0, |e| u32::from_le_bytes(*e) as usize);
        match number {
            0 => &[],
            n => self.entries.get(end(n - 1)..end(n)).unwrap_or(&[]),
        }
    }

    /// Whether the word's characters after the first begin `tail`.
    #[inline]
    fn fits(&self, entry: &[u8; 12], tail: &[char]) -> bool {
        let [_, length, .., a, b, c, d] = *entry;
        let from = u32::from_le_bytes([a, b, c, d]) as usize;
        let length = usize::from(length);
        let (Some(word), Some(tail)) = (self.pool.get(from..from + length), tail.get(..length)) else { return false };
        word.iter().zip(tail).all(|(w, t)| u32::from(u16::from_le_bytes(*w)) == u32::from(*t))
    }

    /// Bytes of the tables.
    pub fn bytes(&self) -> usize {
        size_of_val(self.first)
            + size_of_val(self.buckets)
            + size_of_val(self.entries)
            + size_of_val(self.pool)
            + size_of_val(self.sounds)
    }
}

#[inline]
fn value([_, _, _, _, a, b, c, d, ..]: &[u8; 12]) -> i32 {
    i32::from_le_bytes([*a, *b, *c, *d])
}

/// The words of one class and second character in a bucket.
fn of_class(bucket: &'static [[u8; 12]], class: Class, second: u16) -> &'static [[u8; 12]] {
    let key = |e: &[u8; 12]| (e[0], u16::from_le_bytes([e[2], e[3]]));
    let wanted = (class as u8, second);
    let from = bucket.partition_point(|e| key(e) < wanted);
    let rest = bucket.get(from..).unwrap_or(&[]);
    rest.get(..rest.iter().take_while(|e| key(e) == wanted).count()).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::super::class::TABLES;
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_word_of_the_data_is_found_with_its_value() {
        let tables: BTreeMap<String, BTreeMap<String, i32>> = toml::from_str(include_str!("words.toml")).unwrap();
        assert_eq!(tables.len(), TABLES.len());
        for (table, words) in &tables {
            let (_, class) = TABLES.iter().find(|(name, _)| name == table).unwrap();
            for (word, value) in words {
                assert_eq!(*word, crate::message::fold::fold_str(word), "not folded");
                let text: Vec<char> = word.chars().collect();
                assert_eq!(Words::get().at(*class, &text, 0), Some((*value, text.len())), "{word}");
            }
        }
    }

    #[test]
    fn every_named_day_is_found() {
        for name in crate::calendar::named::names().iter().filter(|n| n.chinese) {
            let text: Vec<char> = name.text.chars().collect();
            let value = name.place as i32 + if name.weak { WEAK } else { 0 };
            assert_eq!(Words::get().at(Class::Named, &text, 0), Some((value, text.len())), "{}", name.text);
        }
    }

    #[test]
    fn foreign_names_are_known_by_their_sounds() {
        let read = |s: &str| {
            let text: Vec<char> = s.chars().collect();
            Words::get().sounded(&text, 0).map(|(place, end)| (place as usize, end))
        };
        let place = |key: &str| crate::calendar::named::place(key).unwrap();
        assert_eq!(read("喀尔瓦乔德节"), Some((place("karva_chauth"), 6)));
        assert_eq!(read("罗什·哈莎那节前"), Some((place("rosh_hashanah"), 7)));
        for none in ["", "卡尔", "卡尔瓦", "马丽亚节", "节日", "罗什哈"] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn the_longest_word_wins() {
        let text: Vec<char> = "大后天之后".chars().collect();
        let words = Words::get();
        assert_eq!(words.at(Class::Day, &text, 0), Some((3, 3)));
        assert_eq!(words.at(Class::Bound, &text, 3), Some((3, 5)));
        assert_eq!(words.at(Class::Bound, &text, 9), None);
        assert!(words.ends_before(Class::Day, &text, 3));
    }
}
