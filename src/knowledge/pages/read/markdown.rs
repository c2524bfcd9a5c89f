//! Markdown: the page's text is the file's own, and blocks are ranges of it; what HTML hides is in no block.

use super::build::Blocks;
use super::{Kind, Page};
use crate::intake::parse::html::{self, Hiding};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

pub fn read(doc: &str, text: String) -> Page {
    let mut walk = Walk { text: &text, blocks: Blocks::default(), hiding: Hiding::new(&text), ..Walk::default() };
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
        walk.event(event, range);
    }
    walk.end_leaf();
    let (blocks, title) = (walk.blocks, walk.title);
    blocks.page(doc, &title, text)
}

/// What holds blocks.
enum Holder {
    /// Whether its first words are still to come.
    Item {
        first: bool,
    },
    Quote,
}

/// A block while its words go by.
struct Leaf {
    kind: Kind,
    span: Option<Range<usize>>,
    /// Whether the span is that of its words, not the block's whole range.
    grows: bool,
    /// A heading's words without marks.
    words: String,
    /// Parts of the span that are not seen.
    cuts: Vec<Range<usize>>,
}

#[derive(Default)]
struct Walk<'t> {
    text: &'t str,
    blocks: Blocks,
    hiding: Hiding,
    holders: Vec<Holder>,
    leaf: Option<Leaf>,
    /// Where hidden words begin.
    hidden_from: Option<usize>,
    /// The markup of an HTML block, from its beginning.
    html: Option<Range<usize>>,
    front_matter: bool,
    title: String,
}

impl Walk<'_> {
    fn event(&mut self, event: Event, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(words) if self.front_matter => self.front(&words),
            Event::Html(_) => {
                let html = self.html.get_or_insert(range.clone());
                html.end = html.end.max(range.end);
            }
            Event::InlineHtml(markup) => {
                self.grow(&range);
                let before = self.hiding.hides();
                self.hiding.feed(&markup);
                match (before, self.hiding.hides()) {
                    (false, true) => self.hidden_from = Some(range.start),
                    (true, false) => self.cut(range.end),
                    // Tags and comments are seen by nobody, but a tag inside a sentence does not part it.
                    (false, false) if markup.starts_with("<!--") => {
                        self.hidden_from = Some(range.start);
                        self.cut(range.end);
                    }
                    _ => {}
                }
            }
            Event::Text(words) | Event::Code(words) => {
                self.grow(&range);
                if !self.hiding.hides()
                    && let Some(leaf) = &mut self.leaf
                {
                    leaf.words.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                self.grow(&range);
                if let Some(leaf) = &mut self.leaf {
                    leaf.words.push(' ');
                }
            }
            Event::FootnoteReference(_) => self.grow(&range),
            Event::TaskListMarker(_) | Event::Rule | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag, range: Range<usize>) {
        match tag {
            Tag::MetadataBlock(_) => self.front_matter = true,
            Tag::Heading { level, .. } => self.begin(Kind::Heading(number(level)), range, true),
            Tag::Paragraph => {
                let kind = self.kind();
                self.begin(kind, range, false);
            }
            Tag::TableHead | Tag::TableRow => self.begin(Kind::TableRow, range, false),
            Tag::CodeBlock(_) => self.begin(Kind::Code, range, true),
            Tag::HtmlBlock => {
                self.end_leaf();
                self.html = None;
            }
            Tag::Item => {
                self.end_leaf();
                self.holders.push(Holder::Item { first: true });
            }
            Tag::BlockQuote(_) => {
                self.end_leaf();
                self.holders.push(Holder::Quote);
            }
            Tag::List(_) | Tag::Table(_) | Tag::FootnoteDefinition(_) => self.end_leaf(),
            // The whole of a link or emphasis, with its marks, belongs to the words.
            _ => self.grow(&range),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::MetadataBlock(_) => self.front_matter = false,
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::TableHead | TagEnd::TableRow | TagEnd::CodeBlock => {
                self.end_leaf();
                self.end_hidden();
            }
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::Item | TagEnd::BlockQuote(_) => {
                self.end_leaf();
                self.end_hidden();
                self.holders.pop();
            }
            _ => {}
        }
    }

    /// What a paragraph is here: the words of an item, of a quotation, or its own.
    fn kind(&mut self) -> Kind {
        match self.holders.last_mut() {
            Some(Holder::Item { first }) => {
                if std::mem::take(first) {
                    Kind::ListItem
                } else {
                    Kind::Paragraph
                }
            }
            Some(Holder::Quote) => Kind::Quote,
            None => Kind::Paragraph,
        }
    }

    fn begin(&mut self, kind: Kind, range: Range<usize>, grows: bool) {
        self.end_leaf();
        if self.hiding.hides() {
            self.hidden_from = Some(range.start);
        }
        self.leaf = Some(Leaf { kind, span: (!grows).then_some(range), grows, words: String::new(), cuts: Vec::new() });
    }

    /// Words inside a block; those of a tight item stand in no block of their own.
    fn grow(&mut self, range: &Range<usize>) {
        if self.leaf.is_none() {
            let kind = self.kind();
            self.begin(kind, range.clone(), true);
        }
        if let Some(leaf) = self.leaf.as_mut().filter(|l| l.grows) {
            leaf.span = Some(match leaf.span.take() {
                Some(span) => span.start..span.end.max(range.end),
                None => range.clone(),
            });
        }
    }

    /// What was hidden ends here.
    fn cut(&mut self, end: usize) {
        if let (Some(start), Some(leaf)) = (self.hidden_from.take(), &mut self.leaf) {
            leaf.cuts.push(start..end);
        }
    }

    fn end_hidden(&mut self) {
        self.hiding.end_block();
        if !self.hiding.hides() {
            self.hidden_from = None;
        }
    }

    fn end_leaf(&mut self) {
        let Some(mut leaf) = self.leaf.take() else { return };
        let Some(span) = leaf.span.clone() else { return };
        if let Some(start) = self.hidden_from.filter(|_| self.hiding.hides()) {
            leaf.cuts.push(start..span.end);
        }
        let mut from = span.start;
        for cut in leaf.cuts.iter().filter(|c| c.end > span.start && c.start < span.end) {
            if cut.start > from {
                self.blocks.push(self.text, from..cut.start, leaf.kind, Some(&leaf.words));
            }
            from = from.max(cut.end);
        }
        if from < span.end {
            self.blocks.push(self.text, from..span.end, leaf.kind, Some(&leaf.words));
        }
    }

    /// The visible lines of an HTML block that stand in the file as they are seen.
    fn end_html(&mut self) {
        let Some(range) = self.html.take() else { return };
        let Some(markup) = self.text.get(range.clone()) else { return };
        let hidden = self.hiding.hides();
        self.hiding.feed(markup);
        if hidden {
            return;
        }
        let mut seen = Seen::new(markup, range.start);
        for line in html::read_shaped(markup).text.lines() {
            let kind = if line.contains('\t') { Kind::TableRow } else { Kind::Paragraph };
            for run in seen.runs(line.trim_start_matches("- ")) {
                self.blocks.push(self.text, run, kind, None);
            }
        }
    }

    /// The title that the front matter gives.
    fn front(&mut self, words: &str) {
        for line in words.lines() {
            if let Some((key, value)) = line.split_once([':', '='])
                && key.trim().eq_ignore_ascii_case("title")
                && self.title.is_empty()
            {
                self.title = value.trim().trim_matches(['"', '\'']).to_owned();
            }
        }
    }
}

/// The words of an HTML block outside of its tags, taken in order.
struct Seen<'m> {
    markup: &'m str,
    /// Where the block begins in the file.
    offset: usize,
    /// Parts of the markup that are no tag.
    parts: Vec<Range<usize>>,
    part: usize,
    at: usize,
}

impl<'m> Seen<'m> {
    fn new(markup: &'m str, offset: usize) -> Self {
        let (mut parts, mut at) = (Vec::new(), 0);
        while let Some(open) = markup.get(at..).and_then(|rest| rest.find('<')) {
            parts.push(at..at + open);
            let tag = markup.get(at + open..).unwrap_or("");
            let close =
                if tag.starts_with("<!--") { tag.find("-->").map(|e| e + 3) } else { tag.find('>').map(|e| e + 1) };
            at += open + close.unwrap_or(tag.len());
        }
        parts.push(at..markup.len());
        Self { markup, offset, parts, part: 0, at: 0 }
    }

    /// The words of a visible line as runs of the file, broken where a tag stands between them.
    fn runs(&mut self, line: &str) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for word in line.split_whitespace() {
            let Some(found) = self.next(word) else { continue };
            let joined = |last: &Range<usize>| {
                self.markup.get(last.end..found.start).is_some_and(|gap| gap.chars().all(char::is_whitespace))
            };
            match runs.last_mut() {
                Some(last) if joined(last) => last.end = found.end,
                _ => runs.push(found),
            }
        }
        runs.into_iter().map(|r| self.offset + r.start..self.offset + r.end).collect()
    }

    /// The next place of a word; one that is not there (an entity) costs only itself.
    fn next(&mut self, word: &str) -> Option<Range<usize>> {
        for part in self.part..self.parts.len() {
            let range = self.parts.get(part)?.clone();
            let from = if part == self.part { self.at.max(range.start) } else { range.start };
            if let Some(at) = self.markup.get(from..range.end).and_then(|words| words.find(word)) {
                self.part = part;
                self.at = from + at + word.len();
                return Some(from + at..self.at);
            }
        }
        None
    }
}

fn number(level: HeadingLevel) -> u8 {
    level as u8
}
