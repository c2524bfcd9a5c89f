//! Elements of raw markup inside another format (Markdown) that hide the words between them.

use super::colour::Colour;
use super::sheet::{Sheet, tokenized};
use html5ever::LocalName;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use std::cell::RefCell;

/// Follows tags piece by piece, and knows whether what comes now is seen.
#[derive(Default)]
pub struct Hiding {
    sheet: Sheet,
    open: Option<Open>,
}

/// The outermost element that hides.
struct Open {
    name: LocalName,
    /// Elements of the same name inside.
    inner: usize,
}

impl Hiding {
    /// `text`: all of the file, for its style sheets.
    pub fn new(text: &str) -> Self {
        Self { sheet: Sheet::of(text), open: None }
    }

    /// Whether words that come now are hidden.
    pub fn hides(&self) -> bool {
        self.open.is_some()
    }

    /// A piece of raw markup: tags, with or without words between.
    pub fn feed(&mut self, markup: &str) {
        for tag in tags(markup) {
            self.tag(&tag);
        }
    }

    /// A block of the outer format ends: a paragraph that was not closed hides no further.
    pub fn end_block(&mut self) {
        if self.open.as_ref().is_some_and(|o| matches!(&*o.name, "p" | "span" | "font")) {
            self.open = None;
        }
    }

    fn tag(&mut self, tag: &Tag) {
        let start = tag.kind == TagKind::StartTag;
        let begins = start && !tag.self_closing && !super::page::is_void(&tag.name);
        if self.open.is_none() {
            if begins && self.is_hidden(tag) {
                self.open = Some(Open { name: tag.name.clone(), inner: 0 });
            }
            return;
        }
        match &mut self.open {
            Some(open) if open.name == tag.name && begins => open.inner += 1,
            Some(open) if open.name == tag.name && !start => match open.inner.checked_sub(1) {
                Some(left) => open.inner = left,
                None => self.open = None,
            },
            _ => {}
        }
    }

    fn is_hidden(&self, tag: &Tag) -> bool {
        let (shown, paint) = self.sheet.shown(tag);
        let faint = paint.ink.is_some_and(|ink| ink.vanishes_on(paint.ground.unwrap_or(Colour::WHITE)));
        shown.hidden
            || shown.struck
            || faint
            || matches!(
                &*tag.name,
                "script"
                    | "style"
                    | "title"
                    | "template"
                    | "svg"
                    | "textarea"
                    | "iframe"
                    | "noembed"
                    | "noframes"
                    | "noscript"
                    | "xmp"
                    | "select"
                    | "object"
                    | "datalist"
                    | "s"
                    | "strike"
                    | "del"
            )
    }
}

fn tags(markup: &str) -> Vec<Tag> {
    tokenized(markup, Collector::default()).0.take()
}

#[derive(Default)]
struct Collector(RefCell<Vec<Tag>>);

impl TokenSink for Collector {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            self.0.borrow_mut().push(tag);
        }
        TokenSinkResult::Continue
    }
}
