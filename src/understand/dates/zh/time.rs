//! Clock times and parts of the day: 下午5点半, 17:00, 早上, 下班前.

use super::super::Grain;
use super::number::number;
use super::reader::Reader;
use super::value::Time;
use super::words::Class;
use chrono::Timelike;

/// Minutes of the last minute of a day: 晚上12点 stays on its day.
const LAST_MINUTE: u32 = 24 * 60 - 1;

impl Reader<'_> {
    /// A time at `at`, and the place after it. A second time that ends it (两点到五点) is passed over.
    pub fn time(&self, at: usize) -> Option<(Time, usize)> {
        let (first, mut end) = self.one_time(at, None)?;
        if first.minute.is_some()
            && let Some((_, to)) = self.word(Class::To, self.blanks(end))
            && let Some((_, after)) = self.one_time(self.blanks(to), first.section)
        {
            end = after;
        }
        Some((first, end))
    }

    fn one_time(&self, at: usize, inherited: Option<i32>) -> Option<(Time, usize)> {
        if let Some((kind, end)) = self.word(Class::EndOfWork, at) {
            let clock = if kind == 0 { self.settings.xiaban } else { self.settings.close_of_business };
            let minute = clock.hour() * 60 + clock.minute();
            return Some((Time { minute: Some(minute), grain: Grain::Hour, section: Some(4) }, end));
        }
        let section = self.section(at);
        let clock_at = section.map_or(at, |(_, end)| self.blanks(end));
        let said = section.map(|(value, _)| value);
        if let Some((hour, minute, exact, end)) = self.clock(clock_at) {
            let minute = (in_section(hour, said.or(inherited)) * 60 + minute).min(LAST_MINUTE);
            let grain = if exact { Grain::Minute } else { Grain::Hour };
            return Some((Time { minute: Some(minute), grain, section: said.or(inherited) }, end));
        }
        let (value, end) = section?;
        Some((Time { minute: None, grain: Grain::PartOfDay, section: Some(value) }, end))
    }

    /// A part of the day. A single character counts only before a number, a mark or the end: 早点, 晚会 are none.
    fn section(&self, at: usize) -> Option<(i32, usize)> {
        let (value, end) = self.word(Class::DaySection, at)?;
        if end - at > 1 {
            return Some((value, end));
        }
        let next = self.blanks(end);
        let ok = match self.c(next) {
            None => true,
            Some(c) if !crate::message::fold::is_han(c) => !c.is_alphabetic(),
            Some('前' | '后' | '之' | '间' | '的' | '入' | '到' | '上') => self.c(at) != Some('午'),
            Some(_) => number(self.t, next).is_some(),
        };
        ok.then_some((value, end))
    }

    /// Hour, minute, whether minutes were said, and the place after.
    fn clock(&self, at: usize) -> Option<(u32, u32, bool, usize)> {
        let hour = number(self.t, at).filter(|n| n.value <= 24 && n.length <= 3)?;
        let next = self.blanks(hour.end);
        let (h, end) = (hour.value, hour.end);
        match self.c(next)? {
            ':' if !hour.han && next == end => {
                let minute = number(self.t, next + 1).filter(|m| !m.han && m.length == 2 && m.value < 60)?;
                let mut end = minute.end;
                if self.c(end) == Some(':')
                    && let Some(second) = number(self.t, end + 1).filter(|s| !s.han && s.length == 2 && s.value < 60)
                {
                    end = second.end;
                }
                if self.c(end).is_some_and(|c| c.is_ascii_digit()) {
                    return None;
                }
                let (h, end) = self.half_day(h, end);
                Some((h, minute.value, true, end))
            }
            '点' => {
                let after = next + 1;
                let after = self.eat('钟', after).unwrap_or(after);
                match self.c(after) {
                    Some('半') => Some((h, 30, true, after + 1)),
                    Some('整') => Some((h, 0, true, after + 1)),
                    _ => match self.minutes(after) {
                        Some((minute, end)) => Some((h, minute, true, end)),
                        None => Some((h, 0, false, after)),
                    },
                }
            }
            '时' if !matches!(self.c(next + 1), Some('间' | '候' | '代' | '期' | '常' | '刻' | '段')) => {
                match self.minutes(next + 1) {
                    Some((minute, end)) => Some((h, minute, true, end)),
                    None => Some((h, 0, false, self.eat('整', next + 1).unwrap_or(next + 1))),
                }
            }
            'a' | 'p' if !hour.han => {
                let (h, after) = self.half_day(h, end);
                (after > end).then_some((h, 0, false, after))
            }
            _ => None,
        }
    }

    /// 十五分, 过五分, 一刻, 三刻, 零五, or bare minutes after 点.
    fn minutes(&self, at: usize) -> Option<(u32, usize)> {
        let at = self.eat('过', at).unwrap_or(at);
        let n = number(self.t, at).filter(|n| n.value < 60)?;
        match self.c(n.end) {
            Some('刻') if n.value <= 3 => Some((n.value * 15, n.end + 1)),
            Some('分') if self.c(n.end + 1) != Some('之') => {
                Some((n.value, self.eat('钟', n.end + 1).unwrap_or(n.end + 1)))
            }
            // 三点十五, 8点05; a following count (三点五个) is no minute.
            _ if n.length >= 2 && !self.is(Class::Counted, n.end) && !self.is(Class::Unit, n.end) => {
                Some((n.value, n.end))
            }
            _ => None,
        }
    }

    /// am and pm after an hour.
    fn half_day(&self, hour: u32, at: usize) -> (u32, usize) {
        let from = self.blanks(at);
        let letters = |c: char| self.c(from) == Some(c) && self.c(from + 1) == Some('m');
        let ends = !self.c(from + 2).is_some_and(|c| c.is_ascii_alphanumeric());
        match (letters('a'), letters('p')) {
            (true, _) if ends => (if hour == 12 { 0 } else { hour }, from + 2),
            (_, true) if ends => (if hour < 12 { hour + 12 } else { hour }, from + 2),
            _ => (hour, at),
        }
    }
}

fn in_section(hour: u32, section: Option<i32>) -> u32 {
    match section {
        Some(0) if hour == 12 => 0,
        Some(2) if hour <= 2 && hour > 0 => hour + 12,
        Some(3) if hour < 12 && hour > 0 => hour + 12,
        // 晚上12点 is the day's end, 夜里2点 its night: only hours from 5 on move to the evening.
        Some(4) if (5..12).contains(&hour) => hour + 12,
        Some(4) if hour == 12 => 24,
        _ => hour,
    }
}
