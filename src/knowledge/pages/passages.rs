//! Passages: what is searched and quoted. A few blocks under one heading, small enough to be read at a glance.

use super::read::{Block, Kind, Page};
use crate::message::fold::is_han;
use std::ops::Range;

/// A passage of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Headings above it, outermost first; the page's title is the first one where the page says it.
    pub heading: Vec<String>,
    /// Bytes of the page's text.
    pub span: Range<usize>,
}

/// Sizes in characters. Chinese says in one character about what takes two to three Latin letters.
struct Size {
    /// A passage that has so many takes no more blocks.
    full: usize,
    /// A passage or quote never has more.
    most: usize,
}

const LATIN: Size = Size { full: 600, most: 800 };
const HAN: Size = Size { full: 130, most: 400 };

fn size(words: &str) -> &'static Size {
    let (mut han, mut others) = (0, 0);
    for c in words.chars().filter(|c| !c.is_whitespace()) {
        if is_han(c) { han += 1 } else { others += 1 }
    }
    if han * 2 > others { &HAN } else { &LATIN }
}

/// Cuts a page into passages, in the order of its text; together they hold every block that is no heading.
/// A heading without words below it is a passage of its own, so that its words are found too.
pub fn cut(page: &Page) -> Vec<Passage> {
    let mut cutter = Cutter { page, passages: Vec::new(), open: None };
    for (i, block) in page.blocks.iter().enumerate() {
        match block.kind {
            Kind::Heading(level) => {
                cutter.close();
                if is_empty(level, page.blocks.get(i + 1)) {
                    cutter.passages.push(Passage { heading: block.heading.clone(), span: block.span.clone() });
                }
            }
            _ => cutter.take(block),
        }
    }
    cutter.close();
    cutter.passages
}

/// Whether nothing stands below a heading of that level.
fn is_empty(level: u8, next: Option<&Block>) -> bool {
    match next {
        None => true,
        Some(Block { kind: Kind::Heading(other), .. }) => *other <= level,
        Some(_) => false,
    }
}

struct Cutter<'p> {
    page: &'p Page,
    passages: Vec<Passage>,
    open: Option<Passage>,
}

impl Cutter<'_> {
    fn close(&mut self) {
        self.passages.extend(self.open.take());
    }

    fn take(&mut self, block: &Block) {
        let words = self.page.words(block);
        if block.kind != Kind::TableRow && (starts_article(words) || starts_question(words)) {
            self.close();
        }
        for part in parts(words, size(words).most) {
            let span = block.span.start + part.start..block.span.start + part.end;
            self.add(&block.heading, span, block.kind);
        }
    }

    fn add(&mut self, heading: &[String], span: Range<usize>, kind: Kind) {
        if let Some(open) = &mut self.open {
            let now = self.page.text.get(open.span.clone()).unwrap_or("");
            let then = self.page.text.get(open.span.start..span.end).unwrap_or("");
            let size = size(then);
            // What introduces a list stays with it as long as it can; a first item is not torn from its list.
            let introduces = now.trim_end().ends_with([':', '：'])
                || (kind != Kind::Paragraph && then.chars().count() < size.most * 2 / 3);
            let fits = then.chars().count() <= size.most && joins(self.page, open.span.end, span.start);
            if open.heading == heading && fits && (introduces || now.chars().count() < size.full) {
                open.span.end = span.end;
                return;
            }
        }
        self.close();
        self.open = Some(Passage { heading: heading.to_vec(), span });
    }
}

/// 第十二条, Article 12, § 4: one rule, to be found and quoted alone.
fn starts_article(words: &str) -> bool {
    let words = words.trim_start_matches(['*', '_', '#', ' ', '\u{3000}']);
    if let Some(rest) = words.strip_prefix('第') {
        let number: String =
            rest.chars().take_while(|c| "零〇一二三四五六七八九十百千两".contains(*c) || c.is_ascii_digit()).collect();
        return !number.is_empty()
            && rest.get(number.len()..).is_some_and(|r| r.starts_with('条') || r.starts_with('條'));
    }
    let numbered = |r: &str| r.trim_start().starts_with(|c: char| c.is_ascii_digit());
    ["Article ", "ARTICLE ", "§"].iter().any(|p| words.strip_prefix(p).is_some_and(numbered))
}

/// The question of a page of questions and answers.
fn starts_question(words: &str) -> bool {
    let line = words.lines().next().unwrap_or("").trim_end_matches(['*', '_', ' ']);
    line.ends_with(['?', '？']) && line.chars().count() < 160 && words.starts_with("**")
}

/// Cuts words of more than `most` characters at ends of sentences or lines, else at spaces, else anywhere.
fn parts(words: &str, most: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    while start < words.len() {
        let rest = words.get(start..).unwrap_or("");
        let end = match rest.char_indices().nth(most) {
            None => words.len(),
            Some((limit, _)) => {
                let window = rest.get(..limit).unwrap_or(rest);
                start + sentence_end(window).or_else(|| window.rfind(' ').map(|at| at + 1)).unwrap_or(limit)
            }
        };
        let part = words.get(start..end).unwrap_or("");
        let lead = part.len() - part.trim_start().len();
        let span = start + lead..start + part.trim_end().len();
        if span.start < span.end {
            parts.push(span);
        }
        start = end;
    }
    parts
}

/// After the last end of a sentence in the window's second half.
fn sentence_end(window: &str) -> Option<usize> {
    let half = window.len() / 2;
    let ends = window.char_indices().filter_map(|(at, c)| {
        let after = at + c.len_utf8();
        let end = match c {
            '。' | '！' | '？' | '；' | '\n' => true,
            '.' | '!' | '?' => window.get(after..).is_some_and(|r| r.starts_with(char::is_whitespace)),
            _ => false,
        };
        end.then_some(after)
    });
    ends.rev().find(|after| *after > half)
}

/// Whether a quote may run over what stands between two blocks: headings, white space and marks, but no words that a
/// reader of the page does not see, such as a comment.
fn joins(page: &Page, from: usize, to: usize) -> bool {
    let first = page.blocks.partition_point(|b| b.span.end <= from);
    let headings = page.blocks.iter().skip(first).take_while(|b| b.span.start < to);
    let mut at = from;
    for heading in headings.filter(|b| matches!(b.kind, Kind::Heading(_))) {
        if !page.text.get(at..heading.span.start).is_some_and(is_marks) {
            return false;
        }
        at = heading.span.end;
    }
    page.text.get(at..to).is_some_and(is_marks)
}

fn is_marks(gap: &str) -> bool {
    gap.chars().all(|c| c.is_whitespace() || c.is_ascii_digit() || "#*-+>|.):=_`~".contains(c))
}

/// The words around passage `at` under the same heading that fit into one quote; whole passages, those after it first,
/// since what is said is explained below.
pub fn quote(page: &Page, passages: &[Passage], at: usize) -> Range<usize> {
    let Some(first) = passages.get(at) else { return 0..0 };
    let mut span = first.span.clone();
    let (mut low, mut high) = (at, at);
    loop {
        let fits = |other: &Passage| {
            let grown = span.start.min(other.span.start)..span.end.max(other.span.end);
            let words = page.text.get(grown.clone()).unwrap_or("");
            let (before, after) =
                if other.span.start < span.start { (other.span.end, span.start) } else { (span.end, other.span.start) };
            let fits = words.chars().count() <= size(words).most && joins(page, before, after);
            (other.heading == first.heading && fits).then_some(grown)
        };
        if let Some(grown) = passages.get(high + 1).and_then(fits) {
            span = grown;
            high += 1;
        } else if let Some(grown) = low.checked_sub(1).and_then(|i| passages.get(i)).and_then(fits) {
            span = grown;
            low -= 1;
        } else {
            return span;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::pages::read::read;

    fn page(text: &str) -> Page {
        read("p.md", text.as_bytes()).0.unwrap()
    }

    fn words<'p>(page: &'p Page, passages: &[Passage]) -> Vec<&'p str> {
        passages.iter().map(|p| &page.text[p.span.clone()]).collect()
    }

    #[test]
    fn articles_stand_alone_and_lists_with_what_introduces_them() {
        let page = page(
            "# 法\n\n第一条 有劳动合同的，按合同。\n\n第二条 有下列情形之一的：\n\n（一）生病；\n\n（二）搬家。\n\n第三条 完。\n",
        );
        let passages = cut(&page);
        assert_eq!(
            words(&page, &passages),
            [
                "第一条 有劳动合同的，按合同。",
                "第二条 有下列情形之一的：\n\n（一）生病；\n\n（二）搬家。",
                "第三条 完。"
            ]
        );
        assert_eq!(&page.text[quote(&page, &passages, 2)], page.text[passages[0].span.start..].trim_end());
    }

    #[test]
    fn every_block_is_in_a_passage_and_none_is_too_long() {
        let long = "A sentence of some length that goes on. ".repeat(100);
        let page =
            page(&format!("# Title\n\n{long}\n\n## Empty\n\n## Other\n\n- one\n- two\n\n{}\n", "x".repeat(3000)));
        let passages = cut(&page);
        for p in &passages {
            assert!(page.text[p.span.clone()].chars().count() <= LATIN.most);
        }
        assert!(passages.windows(2).all(|w| w[0].span.end <= w[1].span.start));
        let held: usize = passages.iter().map(|p| p.span.len()).sum();
        let blocks: usize =
            page.blocks.iter().filter(|b| !matches!(b.kind, Kind::Heading(_))).map(|b| b.span.len()).sum();
        assert!(held + 110 >= blocks, "{held} of {blocks}");
        assert!(words(&page, &passages).iter().any(|w| w.contains("Empty")));
    }

    #[test]
    fn a_quote_never_runs_over_what_is_not_seen() {
        let page = page("# T\n\n## A\n\nOne.\n\n<!-- secret -->\n\nTwo.\n\n- three\n- four\n\n## B\n\nFive.\n");
        let passages = cut(&page);
        for at in 0..passages.len() {
            let quote = &page.text[quote(&page, &passages, at)];
            assert!(!quote.contains("secret"), "{quote}");
        }
        assert_eq!(&page.text[quote(&page, &passages, 1)], "Two.\n\n- three\n- four");
    }
}
