//! Numbers as Chinese texts write them: digits, 〇一二三, 三十一, 廿三, and halves.

/// A number and how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub value: u32,
    /// The place after it.
    pub end: usize,
    /// Written with Chinese numerals.
    pub han: bool,
    /// Digits or numerals read.
    pub length: usize,
    /// Numerals one after the other without 十, 百: 二〇二六.
    pub positional: bool,
}

/// Longest run of digits that is a number here, such as 20260311.
const MOST_DIGITS: usize = 8;
/// Longest run of numerals: 一千九百九十九.
const MOST_NUMERALS: usize = 8;

/// The value of a single numeral.
pub fn numeral(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// The number that begins at `at`; None for none, or for one too long to be of a date.
pub fn number(text: &[char], at: usize) -> Option<Number> {
    match text.get(at)? {
        c if c.is_ascii_digit() => digits(text, at),
        _ => numerals(text, at),
    }
}

fn digits(text: &[char], at: usize) -> Option<Number> {
    let run = text.get(at..)?.iter().take(MOST_DIGITS + 1).take_while(|c| c.is_ascii_digit()).count();
    if run == 0 || run > MOST_DIGITS {
        return None;
    }
    let value = text.get(at..at + run)?.iter().try_fold(0u32, |n, c| Some(n * 10 + c.to_digit(10)?))?;
    Some(Number { value, end: at + run, han: false, length: run, positional: false })
}

fn numerals(text: &[char], at: usize) -> Option<Number> {
    let run = text.get(at..)?.iter().take(MOST_NUMERALS + 1);
    let run: Vec<char> = run.take_while(|c| numeral(**c).is_some() || is_unit(**c)).copied().collect();
    if run.is_empty() || run.len() > MOST_NUMERALS {
        return None;
    }
    let length = run.len();
    let end = at + length;
    if run.iter().all(|c| numeral(*c).is_some()) {
        let value = run.iter().try_fold(0u32, |n, c| n.checked_mul(10)?.checked_add(numeral(*c)?))?;
        return Some(Number { value, end, han: true, length, positional: length > 1 });
    }
    let (mut total, mut last): (u32, Option<u32>) = (0, None);
    for c in run {
        match (numeral(c), unit(c)) {
            // 二十一, 一百零五; two numerals side by side beside 十 are no number.
            (Some(0), _) => {}
            (Some(n), _) => {
                if last.is_some() {
                    return None;
                }
                last = Some(n);
            }
            (_, Some(unit)) => {
                // 廿三, 卅一 have their tens within.
                let of = if matches!(c, '廿' | '卅') { 1 } else { last.unwrap_or(1) };
                if matches!(c, '廿' | '卅') && last.is_some() {
                    return None;
                }
                total = total.checked_add(of * unit)?;
                last = None;
            }
            _ => return None,
        }
    }
    Some(Number { value: total.checked_add(last.unwrap_or(0))?, end, han: true, length, positional: false })
}

fn is_unit(c: char) -> bool {
    unit(c).is_some()
}

fn unit(c: char) -> Option<u32> {
    Some(match c {
        '十' | '拾' => 10,
        '廿' => 20,
        '卅' => 30,
        '百' | '佰' => 100,
        '千' => 1000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(s: &str) -> Option<u32> {
        let text: Vec<char> = s.chars().collect();
        number(&text, 0).filter(|n| n.end == text.len()).map(|n| n.value)
    }

    #[test]
    fn every_way_of_writing() {
        for (s, want) in [
            ("2026", 2026),
            ("〇三", 3),
            ("二〇二六", 2026),
            ("二零零四", 2004),
            ("十", 10),
            ("十五", 15),
            ("三十一", 31),
            ("廿", 20),
            ("廿三", 23),
            ("卅一", 31),
            ("两千", 2000),
            ("两千零八", 2008),
            ("一百二十", 120),
            ("一百一十五", 115),
        ] {
            assert_eq!(read(s), Some(want), "{s}");
        }
        for s in ["", "123456789", "三三十", "一二廿", "年"] {
            assert_eq!(read(s), None, "{s}");
        }
    }
}
