//! The words found so far, within the bounds of characters and time.

use crate::intake::shape::{Line, Shape, Shaped};
use std::time::Instant;

/// Collects lines and rows until a bound is met; what comes after is dropped and named.
pub struct Words {
    text: String,
    chars: usize,
    limit: usize,
    deadline: Instant,
    cut: Option<Cut>,
    asked: u32,
    /// One for each line of the text.
    lines: Vec<Line>,
    shape: Shape,
}

#[derive(Clone, Copy)]
enum Cut {
    Chars,
    Time,
}

impl Words {
    pub fn new(limit: usize, deadline: Instant) -> Self {
        Self {
            text: String::new(),
            chars: 0,
            limit,
            deadline,
            cut: None,
            asked: 0,
            lines: Vec::new(),
            shape: Shape::default(),
        }
    }

    /// One line; a line feed inside it begins another.
    pub fn line(&mut self, line: &str) {
        let mut joined = false;
        for line in line.split('\n') {
            if self.cut.is_some() {
                return;
            }
            // A file of empty lines must not fill the text with them.
            if line.trim().is_empty() && (self.text.is_empty() || self.text.ends_with("\n\n")) {
                continue;
            }
            self.lines.push(Line { shape: self.shape, joined: joined && !self.text.ends_with("\n\n") });
            joined = true;
            for c in line.trim_end().chars().filter_map(plain) {
                if self.chars >= self.limit {
                    self.cut = Some(Cut::Chars);
                    return;
                }
                self.text.push(c);
                self.chars += 1;
            }
            self.text.push('\n');
            self.chars += 1;
        }
    }

    /// The cells of one row, parted by TAB; a row of empty cells is no row.
    pub fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        let Some(last) = cells.iter().rposition(|c| !c.as_ref().trim().is_empty()) else { return };
        let mut row = String::new();
        for (i, cell) in cells.iter().take(last + 1).enumerate() {
            if i > 0 {
                row.push('\t');
            }
            row.push_str(&one_line(cell.as_ref()));
        }
        self.shape = Shape::Row;
        self.line(&row);
        self.shape = Shape::Paragraph;
    }

    /// A line that the file's markup calls a heading or an item.
    pub fn shaped_line(&mut self, line: &str, shape: Shape) {
        self.shape = shape;
        self.line(line);
        self.shape = Shape::Paragraph;
    }

    /// Whether to stop: the text is full or the time is over. Cheap enough for every cell.
    pub fn done(&mut self) -> bool {
        self.asked = self.asked.wrapping_add(1);
        if self.cut.is_none() && self.asked.is_multiple_of(64) && Instant::now() >= self.deadline {
            self.cut = Some(Cut::Time);
        }
        self.cut.is_some()
    }

    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The text, and a sentence if a bound cut it.
    pub fn finish(self) -> (String, Option<String>) {
        let (shaped, cut) = self.finish_shaped();
        (shaped.text, cut)
    }

    /// The same, with what each line is.
    pub fn finish_shaped(mut self) -> (Shaped, Option<String>) {
        self.text.truncate(self.text.trim_end().len());
        let cut = self.cut.map(|cut| match cut {
            Cut::Chars => format!("only the first {} characters are read (intake.attachment_chars)", self.limit),
            Cut::Time => "the time for attachments ran out; not all of it is read (intake.attachment_time)".into(),
        });
        self.lines.truncate(self.text.lines().count());
        (Shaped { title: String::new(), text: self.text, lines: self.lines }, cut)
    }
}

/// The words of a cell on one line: its own line breaks become `; `, or a space before a bracket or slash.
pub fn one_line(cell: &str) -> String {
    let mut out = String::new();
    for part in cell.split(['\n', '\r']).map(str::trim).filter(|p| !p.is_empty()) {
        if !out.is_empty() {
            let joined =
                part.starts_with(['(', '（', '/', '【']) || out.ends_with([';', '；', ',', '，', '、', ':', '：', '/']);
            out.push_str(if joined { " " } else { "; " });
        }
        out.extend(part.chars().map(|c| if c == '\t' { ' ' } else { c }));
    }
    out
}

/// The character as text keeps it; control characters and marks without width are left out.
fn plain(c: char) -> Option<char> {
    match c {
        '\t' => Some('\t'),
        '\u{A0}' | '\u{202F}' | '\u{B}' | '\u{C}' => Some(' '),
        '\u{FEFF}' | '\u{200B}' | '\u{AD}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn ample(limit: usize) -> Words {
        Words::new(limit, Instant::now() + Duration::from_secs(60))
    }

    #[test]
    fn characters_are_bounded_and_the_cut_is_named() {
        let mut words = ample(5);
        words.line("李雷和韩梅梅");
        assert!(words.done());
        let (text, cut) = words.finish();
        assert_eq!(text, "李雷和韩梅");
        insta::assert_snapshot!(cut.unwrap(), @"only the first 5 characters are read (intake.attachment_chars)");
    }

    #[test]
    fn rows_lose_empty_ends_and_line_breaks() {
        let mut words = ample(1000);
        words.row(&["", " ", "\n"]);
        words.row(&["姓名\n(Name)", "", "笔记本\n显示器", ""]);
        assert_eq!(words.finish().0, "姓名 (Name)\t\t笔记本; 显示器");
    }

    #[test]
    fn the_clock_stops_a_long_loop() {
        let mut words = Words::new(1000, Instant::now());
        let turns = (0..1000).take_while(|_| !words.done()).count();
        assert!(turns < 64);
        insta::assert_snapshot!(words.finish().1.unwrap(), @"the time for attachments ran out; not all of it is read (intake.attachment_time)");
    }
}
